"""Land and borders of the ground: what is drawn, and how lines in dispute are."""

from __future__ import annotations

import pytest
import shapely
from shapely import Point

from geo.ground.drawn import Drawn
from geo.ground.outlines import outlines


@pytest.fixture(scope="module")
def drawn() -> list[Drawn]:
    """Return all of them."""
    return list(outlines())


def near(drawn: list[Drawn], lon: float, lat: float) -> set[int]:
    """Return whether the borders near a point are in dispute."""
    around = Point(lon, lat).buffer(0.15)
    return {
        int(thing.properties["disputed"])
        for thing in drawn
        if thing.layer == "borders" and shapely.intersects(thing.geometry, around)
    }


def test_the_line_around_kosovo_is_in_dispute(drawn: list[Drawn]) -> None:
    """On the side of Serbia as on that of Albania; that of Bulgaria is not."""
    assert near(drawn, 21.40, 42.87) == {1}
    assert near(drawn, 20.55, 42.2) == {1}
    assert near(drawn, 22.98, 43.2) == {0}


def test_nothing_parts_crimea_from_the_mainland(drawn: list[Drawn]) -> None:
    """Occupied territory stays with its country."""
    assert near(drawn, 33.7, 46.15) == set()
    assert near(drawn, 36.5, 45.35) == set()


def test_small_islands_come_later_than_continents(drawn: list[Drawn]) -> None:
    """Each with the zoom at which it is larger than a speck."""
    land = [thing for thing in drawn if thing.layer == "land"]
    by_size = sorted(land, key=lambda thing: float(shapely.area(thing.geometry)))

    assert by_size[-1].from_zoom < 0
    assert by_size[0].from_zoom > 4
    assert all(shapely.is_valid(thing.geometry) for thing in land)
