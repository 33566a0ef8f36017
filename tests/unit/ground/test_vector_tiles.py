"""Tiles read again: what was drawn into one comes out of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.base.errors import MissingAssetError
from geo.base.grid import mercator_px
from geo.ground.archives import WORLD_FILE
from geo.ground.vector_tiles import read_tile


def test_the_whole_world_has_land_and_the_largest_country() -> None:
    """The first tile is what a map shows at its first zooms."""
    tile = read_tile(0, 0, 0)

    assert {"land", "borders", "lakes", "names"} <= tile.keys()
    assert "Russia" in {thing.properties["name"] for thing in tile["names"]}
    assert all(thing.is_area for thing in tile["land"])
    assert not any(thing.is_area for thing in tile["borders"])


def test_a_town_is_where_it_is() -> None:
    """Belgrade's name stands at its point, to the width of a street or two."""
    there = mercator_px(np.array([[20.46, 44.80]]))[0]
    names = {
        thing.properties["name"]: thing.lines[0][0]
        for thing in read_tile(7, 71, 46)["names"]
    }

    assert np.abs(names["Belgrade"] - there).max() < 0.02


def test_rings_are_areas_and_holes() -> None:
    """Land is on one side of its ring: the middle of Serbia is in it."""
    middle = shapely.Point(*mercator_px(np.array([[20.8, 44.0]]))[0])
    rings = [
        shapely.Polygon(line)
        for thing in read_tile(4, 8, 5)["land"]
        for line in thing.lines
        if len(line) > 3
    ]

    assert any(ring.contains(middle) for ring in rings)


def test_a_disputed_border_says_so() -> None:
    """It is drawn dashed."""
    borders = read_tile(7, 71, 46)["borders"]

    assert {0, 1} >= {thing.properties["disputed"] for thing in borders}
    assert any(thing.properties["disputed"] == 1 for thing in borders)


def test_where_there_is_no_tile_there_is_nothing() -> None:
    """The file ends at some zoom."""
    assert read_tile(9, 0, 0) == {}


def test_a_missing_ground_names_the_remedy() -> None:
    """Whoever runs the program can do something about it."""
    missing = WORLD_FILE.with_name("nowhere.pmtiles")

    with pytest.raises(MissingAssetError, match=r"nowhere\.pmtiles is missing.*setup"):
        read_tile(0, 0, 0, missing)
