"""Palettes: which colours a small picture keeps, and that none is taken for another."""

from __future__ import annotations

import numpy as np
from PIL import Image

from geo.publish.pictures.palette import Palette


def test_the_colours_of_categories_are_kept() -> None:
    """A symbol has few pixels, and is told apart by them."""
    image = Image.new("RGB", (100, 100), "#fbfaf7")
    for x in range(90):
        image.paste((x, x, x), (x, 0, x + 1, 99))
    image.putpixel((99, 99), (213, 94, 0))
    applied = Palette(("#d55e00",), 12).applied(image).convert("RGB")

    assert np.abs(np.array(applied.getpixel((99, 99))) - [213, 94, 0]).max() <= 4
    assert len(applied.getcolors() or []) <= 12


def test_white_stays_white_beside_greys_that_are_nearly_so() -> None:
    """Paper is paper."""
    image = Image.new("RGB", (20, 20), "#fbfcfa")
    image.paste("#ffffff", (0, 0, 20, 5))
    applied = Palette(("#ffffff",), 8).applied(image).convert("RGB")

    assert applied.getpixel((3, 3)) == (255, 255, 255)
    assert applied.getpixel((3, 9)) == (251, 252, 250)
