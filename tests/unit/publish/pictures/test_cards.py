"""Cards: what stands on them, how much of a place they show, and how large they are."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from shapely.geometry import Point, box

from geo.base.errors import NotFoundError
from geo.engine import PlaceView
from geo.engine.vagueness import MOST_RADIUS_PX
from geo.model.incident import Incident
from geo.model.vocabulary import Kind, Precision, Status
from geo.publish.pictures import cards
from tests.builders import PAYLOADS, make_atlas, make_incident, poisoned, unplaced


def alleged(**changes: object) -> Incident:
    """Return an incident that somebody alleges and somebody denies."""
    return make_incident(
        id="raid",
        title="Doors of the shop broken",
        status=Status.ALLEGED,
        alleged_by=("Vera of the shop",),
        denied_by=("the Guild of Carters",),
        **changes,
    )


def size_of(noted: list[tuple[str, float]], words: str) -> float:
    """Return how large the letters of some words are."""
    (size,) = {size for text, size in noted if words in text}
    return size


def test_a_card_is_as_large_as_those_who_show_it_want_and_the_same_each_time(
    tmp_path: Path,
) -> None:
    """1200 by 630 pixels of few colours, which a site can carry."""
    atlas = make_atlas(tmp_path, alleged())
    card = cards.card_of_record(atlas, "raid")

    assert card == cards.card_of_record(atlas, "raid")
    assert len(card) < 60_000
    with Image.open(io.BytesIO(card)) as image:
        assert (image.size, image.mode) == ((1200, 630), "P")


def test_who_alleges_and_who_denies_stand_in_the_letters_of_the_title(
    tmp_path: Path, written: list[tuple[str, float]]
) -> None:
    """And the title alone says that it is alleged and denied."""
    cards.card_of_record(make_atlas(tmp_path, alleged()), "raid")
    title = size_of(written, "Alleged, denied:")

    assert title == size_of(written, "Alleged by Vera of")
    assert title == size_of(written, "Denied by the Guild")
    assert title > size_of(written, "Somewhere in Belgrade")


def test_only_a_title_is_cut_for_room(
    tmp_path: Path, written: list[tuple[str, float]]
) -> None:
    """Who denies it is there to the last name."""
    names = tuple(f"the {n}. of many houses along the river" for n in range(12))
    crowded = make_incident(
        id="raid",
        title="A long story of doors and of shops " * 12,
        status=Status.ALLEGED,
        alleged_by=names,
        denied_by=names,
    )
    cards.card_of_record(make_atlas(tmp_path, crowded), "raid")
    said = " ".join(text for text, _ in written)

    assert "…" in said
    assert said.count("the 11. of many houses along the river.") == 2


def test_a_plan_is_said_to_be_one(
    tmp_path: Path, written: list[tuple[str, float]]
) -> None:
    """In the letters of its title."""
    planned = make_incident(id="plan", kind=Kind.PLAN)
    cards.card_of_record(make_atlas(tmp_path, planned), "plan")

    assert size_of(written, "Planned:") == size_of(written, "Planned or feared")


@pytest.mark.parametrize("radius_m", [200.0, 12_000.0, 150_000.0, 3_000_000.0])
def test_a_place_is_shown_no_closer_than_it_is_known(radius_m: float) -> None:
    """Its disc is to be seen, and not a street in it."""
    place = PlaceView(1, "There", "city", radius_m, "RS", 20.46, 44.81, area=False)
    frame = cards._frame_of(place, Point(20.46, 44.81), radius_m)
    shown_px = frame.reach(radius_m, 44.81)

    assert shown_px <= MOST_RADIUS_PX * 1.01 or frame.bbox.west == -180.0


def test_an_area_on_both_sides_of_the_antimeridian_is_shown_in_one_piece(
    tmp_path: Path,
) -> None:
    """Not on a map of the whole world."""
    shape = box(178, -20, 180, -15).union(box(-180, -20, -178, -15))
    place = PlaceView(1, "Fiji", "region", None, "FJ", 179.9, -17.0, area=True)
    frame = cards._frame_of(place, shape, None)
    across = make_incident(
        id="fiji", geometry=shape, precision=Precision.REGION, radius_m=None
    )

    assert frame.bbox.west > frame.bbox.east
    assert (frame.bbox.east - frame.bbox.west) % 360 < 20
    assert cards.card_of_record(make_atlas(tmp_path, across), "fiji")


def test_a_record_without_a_place_has_its_words_alone(
    tmp_path: Path, written: list[tuple[str, float]]
) -> None:
    """No ground, and nobody to credit for it."""
    cards.card_of_record(make_atlas(tmp_path, unplaced(id="nowhere")), "nowhere")

    assert not any("Natural Earth" in text for text, _ in written)
    assert any("Mural painted over" in text for text, _ in written)


def test_the_map_has_a_card_whatever_it_holds(
    tmp_path: Path, written: list[tuple[str, float]]
) -> None:
    """Nothing, nothing placed, or incidents with their doubts."""
    cards.card_of_map(make_atlas(tmp_path))
    cards.card_of_map(make_atlas(tmp_path, unplaced(id="nowhere")))
    assert "0 incidents" in {text for text, _ in written}
    cards.card_of_map(make_atlas(tmp_path, alleged()))

    assert {"1 incident", "1 alleged, in whole or in part"} <= {t for t, _ in written}
    assert "1 denied, in whole or in part" in {text for text, _ in written}


def test_a_card_is_drawn_once_for_each_layer(
    tmp_path: Path, written: list[tuple[str, float]]
) -> None:
    """Whoever shows a page asks for it many times."""
    atlas = make_atlas(tmp_path, alleged())
    card = cards.kept_card(atlas, "raid")
    written.clear()

    assert cards.kept_card(atlas, "raid") is card
    assert written == []
    other = make_atlas(tmp_path, make_incident(id="raid"))
    assert cards.kept_card(other, "raid") != card


def test_what_is_not_there_has_no_card(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(NotFoundError, match="nobody"):
        cards.card_of_record(make_atlas(tmp_path), "nobody")


def test_texts_of_any_kind_are_drawn(tmp_path: Path) -> None:
    """Formulas, markup and letters that no font here has."""
    texts = (*PAYLOADS[::2], "$x^2$ \\frac{1}{", "漢字かな交じり文", "مرحبا")
    atlas = make_atlas(
        tmp_path,
        *(
            # Without a ground, which would take most of the time.
            replace(poisoned(text), id=f"wall-{number}", geometry=None)
            for number, text in enumerate(texts)
        ),
    )

    cards_of_all = {
        cards.card_of_record(atlas, f"wall-{number}") for number in range(len(texts))
    }
    assert len(cards_of_all) == len(texts)
