"""TopoJSON: arcs unpacked, chained and built into valid areas."""

from __future__ import annotations

import json

import numpy as np
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon

from geo.model.topojson import area_of, chained, decode_arcs, joined, outline_of


def test_an_arc_is_walked_backwards_where_its_number_is_negative() -> None:
    """A ring of two arcs, the second stored the other way round, is one loop."""
    there = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    also_there = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    ring = chained([0, ~1], [there, also_there])
    assert ring.tolist() == [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def test_quantised_deltas_are_summed_and_scaled() -> None:
    """A packed arc unpacks to origin plus running steps, as TopoJSON defines."""
    packed = json.loads(
        '{"transform": {"scale": [0.5, 0.25], "translate": [10, -20]},'
        ' "arcs": [[[2, 4], [1, 0], [-3, 4]]]}'
    )
    arcs = decode_arcs(packed)
    assert [arc.tolist() for arc in arcs] == [[[11, -19], [11.5, -19], [10, -18]]]


def test_an_area_keeps_its_hole_and_is_wound_counter_clockwise() -> None:
    """Outer rings run counter-clockwise and holes clockwise, however stored."""
    shell = np.array([[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]], dtype=float)
    hole = np.array([[3, 3], [6, 3], [6, 6], [3, 6], [3, 3]], dtype=float)
    area = area_of([((0,), (1,))], [shell, hole])
    assert isinstance(area, Polygon)
    assert area.area == 72
    assert area.exterior.is_ccw
    assert not area.interiors[0].is_ccw


def test_a_ring_across_the_antimeridian_is_cut_in_two() -> None:
    """A ring that jumps from 180 to -180 gives a part on either side."""
    ring = np.array([[170, 0], [-170, 0], [-170, 5], [170, 5], [170, 0]], dtype=float)
    area = area_of([((0,),)], [ring])
    assert isinstance(area, MultiPolygon)
    assert area.bounds == (-180, 0, 180, 5)
    assert not area.intersects(Point(0, 2))


def test_what_is_too_small_for_the_grid_has_no_area_but_an_outline() -> None:
    """A ring of one point builds nothing; as a country it is a small rectangle."""
    dot = np.array([[12.45, 41.9], [12.45, 41.9]])
    assert area_of([((0,),)], [dot]).is_empty
    outline = outline_of([((0,),)], [dot])
    assert outline.contains(Point(12.45, 41.9))
    assert outline.area < 1e-5


def test_arcs_that_meet_are_one_line_and_others_several() -> None:
    """Arcs end to end are joined; a gap keeps them apart."""
    arcs = [np.array([[n, 0.0], [n + 1, 0.0]]) for n in (0.0, 1.0, 5.0)]
    assert isinstance(joined([0, 1], arcs), LineString)
    assert isinstance(joined([0, 2], arcs), MultiLineString)
