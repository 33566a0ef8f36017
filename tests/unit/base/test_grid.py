"""The map's grid: there and back again, and markers that do not touch."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.base.grid import (
    GRID_BITS,
    MAX_LAT,
    Cell,
    cell_shift,
    curve_stretches,
    markers_apart,
    mercator,
    mercator_of,
    mercator_px,
    morton,
    polygons,
    projected,
    unproject,
)

TOP = (1 << GRID_BITS) - 1
WHOLE = st.integers(0, TOP)


def cell(x: float, y: float, count: int = 1, first_no: int = 0) -> Cell:
    """Return a cell of incidents of one place and category."""
    return Cell(
        x=x,
        y=y,
        count=count,
        first_no=first_no,
        place_no=(1, 1),
        mix={"mural": count},
        status=("reported", "reported"),
        plan=False,
        corners=(int(x), int(y), int(x), int(y)),
    )


@given(st.floats(-180, 180), st.floats(-MAX_LAT, MAX_LAT))
def test_a_point_comes_back_within_a_tenth_of_a_metre(lon: float, lat: float) -> None:
    """The grid is finer than any coordinate in a layer."""
    back_lon, back_lat = unproject(*mercator(lon, lat))

    assert back_lon == pytest.approx(lon, abs=4e-7)
    assert back_lat == pytest.approx(lat, abs=4e-7)


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (-180, MAX_LAT, (0, 0)),
        (180, -MAX_LAT, (TOP, TOP)),
        (0, 0, (1 << 29, 1 << 29)),
        (-180, 90, (0, 0)),
        (180, -90, (TOP, TOP)),
    ],
)
def test_corners_and_poles_lie_on_the_grid(
    lon: float, lat: float, expected: tuple[int, int]
) -> None:
    """North-west is (0, 0); what lies beyond the square is drawn at its edge."""
    assert mercator(lon, lat) == expected


@given(st.floats(-180, 180), st.floats(-180, 180), st.floats(-90, 90))
def test_the_grid_keeps_the_order_of_longitudes(a: float, b: float, lat: float) -> None:
    """Further east is never further left, so that extents stay extents."""
    west, east = sorted((a, b))

    assert mercator(west, lat)[0] <= mercator(east, lat)[0]


def test_cells_halve_with_each_zoom_until_they_are_points() -> None:
    """A cell covers the same pixels of the screen at every zoom."""
    shifts = [cell_shift(zoom) for zoom in range(31)]

    assert shifts[0] == GRID_BITS - 3
    assert shifts == sorted(shifts, reverse=True)
    assert shifts[-1] == 0


@given(
    st.lists(st.tuples(WHOLE, WHOLE, st.integers(1, 50)), max_size=40),
    st.integers(1, 1 << 29),
)
def test_markers_are_apart_and_nothing_is_lost(
    spots: list[tuple[int, int, int]], least: int
) -> None:
    """Cells too near to each other join, and the sum of incidents stays."""
    spots.sort(key=lambda spot: -spot[2])

    groups = markers_apart([cell(*spot) for spot in spots], least)

    assert sum(group.count for group in groups) == sum(spot[2] for spot in spots)
    # Markers are written with five decimals: the grid's own places tell.
    kept = [mercator(group.lon, group.lat) for group in groups]
    slack = 200  # grid units of the fifth decimal, at the latitudes farthest north
    for index, one in enumerate(kept):
        for other in kept[index + 1 :]:
            assert math.dist(one, other) >= least - slack


def test_a_marker_stays_where_the_most_are() -> None:
    """The smaller cell joins the bigger one, which does not move."""
    middle = 1 << 29
    groups = markers_apart(
        [cell(middle, middle, 9), cell(middle + 10, middle, 1, 1)], 100
    )

    assert [(group.lon, group.lat, group.count) for group in groups] == [(0, 0, 10)]
    assert groups[0].incident_id is None


def test_no_cells_give_no_markers() -> None:
    """An empty view is empty."""
    assert markers_apart([], 10) == []


def test_neighbours_on_the_curve_are_neighbours_on_the_map() -> None:
    """The first quarter of the square comes before all others."""
    far = 1 << 29

    assert morton(0, 0) < morton(1, 0) < morton(0, 1) < morton(far - 1, far - 1)
    assert morton(far - 1, far - 1) < morton(far, 0) < morton(0, far) < morton(far, far)


@given(st.lists(st.tuples(WHOLE, WHOLE), max_size=30))
def test_the_curve_goes_through_every_cell_once(spots: list[tuple[int, int]]) -> None:
    """Many at a time stand where each by itself does, and no two cells share a place."""
    columns = np.array(spots, np.int64).reshape(-1, 2).T

    assert morton(*columns).tolist() == [morton(x, y) for x, y in spots]
    assert len({morton(x, y) for x, y in spots}) == len(set(spots))


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=30))
def test_many_points_stand_where_each_by_itself_does(
    spots: list[tuple[float, float]],
) -> None:
    """Arrays and single numbers go through one formula."""
    lons, lats = np.array(spots, np.float64).reshape(-1, 2).T
    columns = np.stack(mercator_of(lons, lats), axis=1)
    alone = np.array([mercator(*spot) for spot in spots]).reshape(-1, 2)

    # The two logarithms may differ in their last bit.
    assert np.abs(columns - alone).max(initial=0) <= 1


def test_the_square_is_256_pixels_from_the_north_west() -> None:
    """Corners and the middle lie where EPSG:3857 has them; poles stay finite."""
    points = np.array([[-180, 85.0511287798066], [0, 0], [180, -85.0511287798066]])
    assert mercator_px(points) == pytest.approx(
        np.array([[0, 0], [128, 128], [256, 256]]), abs=1e-9
    )
    assert np.isfinite(mercator_px(np.array([[0.0, 90.0], [0.0, -90.0]]))).all()


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


@given(st.tuples(WHOLE, WHOLE), st.tuples(WHOLE, WHOLE), st.integers(4, 20), st.data())
def test_stretches_of_the_curve_hold_every_spot_of_a_rectangle(
    corner: tuple[int, int], other: tuple[int, int], most: int, data: st.DataObject
) -> None:
    """They follow each other, do not touch, and are few."""
    (west, east), (north, south) = (
        sorted(pair) for pair in zip(corner, other, strict=True)
    )

    stretches = curve_stretches(west, north, east, south, most=most)

    ends = [end for stretch in stretches for end in stretch]
    assert ends == sorted(ends)
    assert len(stretches) <= most
    assert all(one[1] + 1 < two[0] for one, two in pairwise(stretches))
    inside_x = data.draw(st.integers(west, east))
    inside_y = data.draw(st.integers(north, south))
    place = morton(inside_x, inside_y)
    assert any(first <= place <= last for first, last in stretches)


def test_stretches_of_the_curve_leave_most_of_the_world_out() -> None:
    """A town's rectangle is held by a small part of the curve."""
    x, y = mercator(20.46, 44.81)

    stretches = curve_stretches(x, y, x + 200_000, y + 200_000)

    held = sum(last - first + 1 for first, last in stretches)
    assert held < 8 * 200_000**2
    assert curve_stretches(0, 0, TOP, TOP) == [(0, (TOP + 1) ** 2 - 1)]
