"""Styles for other programs have the colours and symbols of the vocabulary."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
from PIL import Image

from geo.formats.style import GEOMETRIES, icon_png, kml_color, qml, sld
from geo.model.symbols import SYMBOLS
from geo.model.vocabulary import Category
from tests.builders import VOCABULARY


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_styles_have_the_colours_of_the_vocabulary(geometry: str) -> None:
    """Each category has its own colour and its own rule."""
    for written in (qml(VOCABULARY, geometry), sld(VOCABULARY, geometry)):
        text = written.decode()
        assert all(f'"{one.id}"' in text or f">{one.id}<" in text for one in VOCABULARY)
        ET.fromstring(written)  # noqa: S314 - our own
    assert all(one.color in sld(VOCABULARY, geometry).decode() for one in VOCABULARY)


@pytest.mark.parametrize("symbol", sorted(SYMBOLS))
def test_every_symbol_is_drawn(symbol: str) -> None:
    """A picture with something in it, and nothing at its corners."""
    category = Category("a", "A", "A.", "#0072b2", symbol)

    content = icon_png(category, size_px=16)

    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content == icon_png(category, size_px=16)
    picture = Image.open(BytesIO(content)).convert("RGBA")
    assert picture.size == (16, 16)
    assert picture.getpixel((0, 0))[3] == 0
    colors = {color[:3] for _, color in picture.getcolors(256) if color[3] == 255}
    assert (0, 0x72, 0xB2) in colors


def test_kml_writes_colours_backwards() -> None:
    """Alpha, blue, green, red."""
    assert kml_color("#d55e00") == "ff005ed5"
    assert kml_color("#d55e00", opacity=0) == "00005ed5"
