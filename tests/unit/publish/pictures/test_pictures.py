"""Pictures: what stands on them, and that equal questions give equal bytes."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from PIL import Image
from shapely.geometry import LineString, Point, box

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.base.grid import Bbox
from geo.model.query import Query
from geo.model.vocabulary import Kind, Precision, Status
from geo.publish.pictures import PICTURES, picture_of
from geo.publish.pictures.contents import contents_of
from geo.publish.pictures.sheet import PANEL
from tests.builders import (
    PAYLOADS,
    make_atlas,
    make_incident,
    poisoned,
    scattered,
    unplaced,
)


def words_of(svg: bytes) -> str:
    """Return all text of an SVG, in the order in which it is drawn."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode())
    return " ".join(unescape(text) for text in texts)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Return a map of a few incidents, one of which is alleged and denied."""
    return make_atlas(
        tmp_path_factory.mktemp("archive"),
        make_incident(id="wall"),
        make_incident(
            id="bar",
            category="attack",
            status=Status.ALLEGED,
            alleged_by=("Anna of the bakery (of her street)",),
            denied_by=("the Guild of Carters, in a letter",),
        ),
        make_incident(id="plan", kind=Kind.PLAN, geometry=Point(21.9, 43.3)),
        unplaced(id="nowhere"),
    )


@pytest.fixture(scope="module")
def light(atlas: Atlas) -> dict[str, bytes]:
    """Return the whole map in each form: drawn once, since that takes long."""
    return {form: picture_of(atlas, Query(), form) for form in PICTURES}


@pytest.fixture
def words(light: dict[str, bytes]) -> str:
    """Return all text on the sheet of the whole map."""
    return words_of(light["svg"])


@pytest.mark.parametrize("form", PICTURES)
def test_the_same_question_gives_the_same_bytes(
    atlas: Atlas, light: dict[str, bytes], form: str
) -> None:
    """No clock and no random name is in a picture."""
    assert picture_of(atlas, Query(), form) == light[form]


def test_a_dark_picture_is_another_and_always_the_same(
    atlas: Atlas, light: dict[str, bytes]
) -> None:
    """It says the same in other colours."""
    one, other = (picture_of(atlas, Query(), "svg", is_dark=True) for _ in range(2))

    assert one == other
    assert one != light["svg"]
    assert words_of(one) == words_of(light["svg"])


def test_a_png_is_a_sheet_of_paper_at_print_quality(light: dict[str, bytes]) -> None:
    """A4 across, at 300 dots an inch."""
    with Image.open(io.BytesIO(light["png"])) as image:
        assert image.size == (3509, 2481)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_filters_doubts_sources_and_scale_are_in_words(atlas: Atlas) -> None:
    """Paper cannot be asked."""
    query = Query(status=(Status.ALLEGED, Status.REPORTED))
    words = words_of(picture_of(atlas, query, "svg"))

    assert "Filtered. How sure:" in words
    assert "4 incidents; 1 has no place on the map." in words
    assert "Coded from one source, published by" in words
    assert "Last changed on" in words
    assert re.search(r"\d k?m\b", words)
    assert " N " in f" {words} "
    assert "Planned or feared, not known" in words


def test_who_denies_is_told_as_prominently_as_who_alleges(
    light: dict[str, bytes], words: str
) -> None:
    """Both in the same letters, each on a card of its own."""
    svg = light["svg"].decode()

    assert "alleged, in whole or in part, by Anna of the bakery." in words
    assert "denied, in whole or in part, by the Guild of Carters, in a letter." in words
    sizes = {
        re.search(r"font-size: ([\d.]+)px|font: ([\d.]+)px", style).group()  # type: ignore[union-attr]
        for style, text in re.findall(r'<text style="([^"]*)"[^>]*>([^<]*)<', svg)
        if "alleged, in" in text or "denied, in" in text
    }
    assert len(sizes) == 1


def test_without_filters_that_is_said(words: str) -> None:
    """A reader must not wonder."""
    assert "Nothing is filtered out." in words


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (Query(q="nobody wrote this"), "No incident is left by these filters"),
        (Query(country=("AQ",)), "No incident is left by these filters"),
    ],
)
def test_an_empty_picture_is_not_drawn(
    atlas: Atlas, query: Query, message: str
) -> None:
    """It would be taken for a map of peace."""
    with pytest.raises(NotFoundError, match=message):
        picture_of(atlas, query, "svg")


def test_what_has_no_place_cannot_be_drawn(tmp_path: Path) -> None:
    """That is another reason than a filter, and is told as one."""
    with pytest.raises(NotFoundError, match="has no place on the map"):
        picture_of(make_atlas(tmp_path, unplaced(id="nowhere")), Query(), "svg")


def test_a_map_without_incidents_says_so(tmp_path: Path) -> None:
    """And how to bring some in."""
    with pytest.raises(NotFoundError, match=r"no incident yet.*incidents import"):
        picture_of(make_atlas(tmp_path), Query(), "svg")


def test_what_is_too_vague_for_a_marker_is_counted_in_words(
    tmp_path: Path, words: str
) -> None:
    """A spot in a street would say more than is known."""
    atlas = make_atlas(
        tmp_path,
        make_incident(
            id="town", place="Novi Sad", precision=Precision.CITY, radius_m=12_000.0
        ),
    )
    lon, lat = 20.457, 44.817
    close = Bbox(lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02)
    near = words_of(picture_of(atlas, Query(), "svg", bbox=close))

    assert "Known only roughly Novi Sad: 1" in near
    assert "Known only roughly" not in words


def test_lines_and_areas_are_drawn_and_explained(tmp_path: Path) -> None:
    """As vague as they are."""
    line = LineString([(20.0, 43.0), (21.0, 43.5), (22.0, 43.2)])
    atlas = make_atlas(
        tmp_path,
        make_incident(
            id="line", geometry=line, precision=Precision.LINE, radius_m=None
        ),
        make_incident(
            id="area",
            geometry=box(19.5, 44.0, 20.5, 45.0),
            precision=Precision.REGION,
            radius_m=None,
        ),
    )
    with_both = picture_of(atlas, Query(), "svg")

    assert "Somewhere along the line, or in" in words_of(with_both)
    assert b"stroke: #332288" in with_both


def test_both_sides_of_the_antimeridian_are_in_one_picture(tmp_path: Path) -> None:
    """Nothing lies outside, and the map is not that of the whole world."""
    atlas = make_atlas(
        tmp_path,
        make_incident(id="west", geometry=Point(178.5, -17.5)),
        make_incident(id="east", geometry=Point(-178.5, -18.5)),
    )
    contents = contents_of(atlas, Query(), PANEL)

    assert contents.shown == "2 incidents."
    assert (contents.frame.bbox.east - contents.frame.bbox.west) % 360 < 20


def test_what_lies_outside_of_the_frame_is_counted(atlas: Atlas) -> None:
    """A picture of a part says that it is one."""
    far = Bbox(-60.0, -20.0, -50.0, -10.0)
    shown = contents_of(atlas, Query(), PANEL, far).shown

    assert "3 of them lie outside this picture" in shown


@pytest.mark.parametrize("number", range(0, len(PAYLOADS), 3))
def test_texts_of_the_data_are_only_texts(tmp_path: Path, number: int) -> None:
    """No markup and no formula: an SVG is a page to a browser."""
    atlas = make_atlas(
        tmp_path,
        *(
            replace(poisoned(payload), id=f"wall-{at}", geometry=Point(20.4, 44.8 + at))
            for at, payload in enumerate(PAYLOADS[number : number + 3])
        ),
    )
    # So near that the places are named on the shelf.
    near = Bbox(20.38, 44.79, 20.42, 44.81)
    drawn = picture_of(atlas, Query(), "svg", bbox=near).decode()
    tags = set(re.findall(r"<([a-zA-Z:]+)", drawn))

    assert not tags & {"script", "img", "foreignObject", "a", "image", "iframe"}
    assert not re.search(r"<[^>]* on[a-z]+=", drawn)
    assert PAYLOADS[number][:12] in words_of(drawn.encode())


def test_many_incidents_are_drawn_as_few_markers(tmp_path: Path) -> None:
    """A picture of a thousand is no larger than one of some hundred."""
    drawn = picture_of(make_atlas(tmp_path, *scattered(1_000)), Query(), "svg")

    assert len(drawn) < 3_000_000
    assert "1,000 incidents" in words_of(drawn)
