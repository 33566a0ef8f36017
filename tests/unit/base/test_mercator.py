"""Web Mercator in pixels, and its tiles."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.base.mercator import Tile, mercator, polygons, projected


def test_the_square_is_256_pixels_from_the_north_west() -> None:
    """Corners and the middle lie where EPSG:3857 has them; poles stay finite."""
    points = np.array([[-180, 85.0511287798066], [0, 0], [180, -85.0511287798066]])
    assert mercator(points) == pytest.approx(
        np.array([[0, 0], [128, 128], [256, 256]]), abs=1e-9
    )
    assert np.isfinite(mercator(np.array([[0.0, 90.0], [0.0, -90.0]]))).all()


@given(st.integers(0, 18), st.data())
def test_a_tile_and_its_neighbour_share_an_edge(zoom: int, data: st.DataObject) -> None:
    """Windows without a margin tile the world; margins widen them alike."""
    column = data.draw(st.integers(0, 2**zoom - 1))
    row = data.draw(st.integers(0, 2**zoom - 1))
    tile = Tile(zoom, column, row)
    assert (
        tile.window(margin_px=0)[2]
        == Tile(zoom, column + 1, row).window(margin_px=0)[0]
    )
    west, north, east, south = tile.window(margin_px=6)
    assert (east - west) * tile.scale == pytest.approx(268, rel=1e-6)
    assert (south - north) * tile.scale == pytest.approx(268, rel=1e-6)


def test_steps_are_tenths_of_a_pixel_and_repeated_ones_once() -> None:
    """Points closer than a step become one."""
    points = np.array([[128.0, 128.0], [128.0001, 128.0], [128.5, 129.0]])
    assert Tile(1, 1, 1).steps(points).tolist() == [[0, 0], [10, 20]]


def test_what_lies_beyond_the_square_is_pressed_into_a_valid_shape() -> None:
    """A polygon reaching the pole stays valid and keeps its area on the map."""
    cap = shapely.Polygon([(-10, -80), (10, -80), (10, -90), (0, -87), (-10, -90)])
    found = projected(cap)
    assert found.is_valid
    assert sum(part.area for part in polygons(found)) > 0


def test_only_polygons_are_kept() -> None:
    """Lines and points of a mixed collection are left out."""
    square = shapely.box(0, 0, 1, 1)
    mixed = shapely.GeometryCollection([square, shapely.Point(2, 2)])
    assert polygons(mixed) == [square]
