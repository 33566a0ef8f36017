"""KML and KMZ: coloured, timed, every text verbatim and none of it markup."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile

import pytest

from geo.base.errors import DataError
from tests.builders import PAYLOADS, VOCABULARY, make_incident, poisoned
from tests.unit.formats.samples import AWKWARD, file_of, selection_of


@pytest.mark.parametrize("odd", ["\x01", "\ufffe", "\r"])
def test_kml_refuses_what_xml_cannot_hold(odd: str) -> None:
    """Rather than changing it in silence."""
    with pytest.raises(DataError, match="XML cannot keep"):
        file_of(selection_of(make_incident(summary=f"a{odd}b")), "kml")


def test_kml_is_coloured_by_category_and_timed() -> None:
    """A style for each category, a span of time for each date."""
    content = file_of(selection_of(*AWKWARD), "kml")
    space = "{http://www.opengis.net/kml/2.2}"
    document = ET.fromstring(content)[0]  # noqa: S314 - our own
    styles = {str(style.get("id")) for style in document.findall(f"{space}Style")}
    marks = document.findall(f"{space}Placemark")

    assert styles == {f"category-{category.id}" for category in VOCABULARY}
    assert {mark.findtext(f"{space}styleUrl") for mark in marks} == {"#category-mural"}
    assert marks[2].findtext(f"{space}TimeSpan/{space}end") == "2023-12-31"
    assert marks[2].find(f"{space}TimeSpan/{space}begin") is None
    assert b"CDATA" not in content


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_balloon_of_kml_shows_texts_and_follows_none(payload: str) -> None:
    """Neither markup nor a reference of a record does anything."""
    content = file_of(selection_of(poisoned(payload + "$[title]")), "kml")
    space = "{http://www.opengis.net/kml/2.2}"
    document = ET.fromstring(content)[0]  # noqa: S314 - our own
    (mark,) = document.findall(f"{space}Placemark")
    balloons = document.findall(f"{space}Style/{space}BalloonStyle/{space}text")

    shown = mark.findtext(f"{space}description") or ""

    assert {balloon.text for balloon in balloons} == {"$[description]"}
    assert mark.findtext(f"{space}name") == payload + "$[title]"
    assert "$" not in shown
    inner = shown.replace("<p>", "").replace("</p>", "")
    assert "<" not in inner


def test_kmz_brings_a_picture_for_each_category() -> None:
    """No picture is fetched from anywhere."""
    content = file_of(selection_of(make_incident()), "kmz")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        document = archive.read("doc.kml").decode()

    assert names == ["doc.kml", *(f"icons/{one.id}.png" for one in VOCABULARY)]
    assert "http" not in document.replace("http://www.opengis.net/kml/2.2", "").replace(
        "https://creativecommons.org/licenses/by/4.0/", ""
    )
