"""What is known only vaguely stays vague at every zoom."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from geo.base.grid import Bbox, mercator
from geo.engine import Engine
from geo.engine.answers import View
from geo.engine.duckdb_tables import store_of_layer
from geo.engine.vagueness import deepest_zoom
from geo.engine.viewport import shown_zoom
from geo.layer.table import marker_point
from geo.model.incident import Incident
from geo.model.query import Query
from tests.builders import make_engine, make_incident, make_layer, scattered
from tests.strategies import boxes, queries
from tests.unit.engine.test_engine import asked_for

RADII_M = (None, 0, 80, 400, 1_500, 12_000, 50_000, 300_000, 4_000_000)
STREET = make_incident(
    id="street",
    place="Mill Street",
    precision="street",
    radius_m=60,
    geometry=Point(20.4605, 44.8104),
)
CITY = make_incident(id="city")
BELGRADE = Bbox(20.2, 44.6, 20.7, 45.0)
QUARTER = Bbox(20.45, 44.80, 20.47, 44.82)


@lru_cache(maxsize=2)
def crowd(*, summarised: bool) -> tuple[Engine, tuple[Incident, ...]]:
    """Return an engine over incidents of every vagueness, made once."""
    chance = random.Random(3)  # noqa: S311 - test data, not secrets
    made = tuple(
        replace(one, radius_m=chance.choice(RADII_M), place=f"Place {index}")
        if one.geometry is not None and one.geometry.geom_type == "Point"
        else one
        for index, one in enumerate(scattered(250, seed=9))
    )
    with pytest.MonkeyPatch.context() as patch:
        if summarised:
            patch.setattr("geo.engine.levels.LEAST_ROWS", 10)
            patch.setattr("geo.engine.totals.LEAST_ROWS", 10)
            patch.setattr("geo.engine.levels._WORTH", 1.0)
        return Engine(make_layer(*made)), made


def radius_px(incident: Incident, zoom: int) -> float:
    """Return an incident's uncertainty at a zoom; of what is long, a quarter of it."""
    shape = incident.geometry
    assert shape is not None
    west, south, east, north = shape.bounds
    if shape.geom_type == "Point":
        at = max(0.05, math.cos(math.radians(shape.y)))
        share = (incident.radius_m or 0) / (40_075_016.69 * at)
    else:
        at = max(0.05, math.cos(math.radians((north + south) / 2)))
        share = max(east - west, (north - south) / at) / 360 / 4
    return share * 256 * 2**zoom


def touches(incident: Incident, bbox: Bbox) -> bool:
    """Tell whether an incident may lie in an extent, by where its place may be."""
    shape = incident.geometry
    assert shape is not None
    west, south, east, north = shape.bounds
    if shape.geom_type == "Point":
        high = (incident.radius_m or 0) / 111_320.0
        wide = high / max(0.05, math.cos(math.radians(shape.y)))
        west, south, east, north = west - wide, south - high, east + wide, north + high
    right = bbox.east + 360 * (bbox.west > bbox.east)
    lon = any(
        east >= bbox.west + turn and west <= right + turn for turn in (-360, 0, 360)
    )
    return lon and north >= bbox.south and south <= bbox.north


def lies_in(incident: Incident, bbox: Bbox) -> bool:
    """Tell whether an incident's mark lies in an extent."""
    mark = marker_point(incident.geometry)
    x, y = mercator(mark.x, mark.y)
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    lon = (x >= left or x <= right) if bbox.west > bbox.east else left <= x <= right
    return lon and top <= y <= bottom


def on_shelf(shown: View) -> int:
    """Return how many incidents are on a view's shelf."""
    return sum(one.count for one in shown.shelf) + shown.further[1]


@settings(max_examples=60, deadline=None)
@given(boxes(), st.integers(0, 22), queries() | st.just(Query()))
def test_ground_and_shelf_are_all_that_is_in_view(
    bbox: Bbox, zoom: int, query: Query
) -> None:
    """At any zoom each incident is on the ground, or on the shelf, or out of sight."""
    engine, made = crowd(summarised=False)
    chosen = [one for one in made if one.geometry is not None and asked_for(one, query)]

    shown = engine.view(query, bbox, zoom)

    seen = shown_zoom(bbox, zoom)
    vague = {one.id: radius_px(one, seen) > 96 for one in chosen}
    ground = [one for one in chosen if not vague[one.id] and lies_in(one, bbox)]
    shelf = [one for one in chosen if vague[one.id] and touches(one, bbox)]
    assert sum(group.count for group in shown.groups) == len(ground)
    assert on_shelf(shown) == len(shelf)
    assert shown.outside == len(chosen) - len(ground) - len(shelf)


@settings(max_examples=60, deadline=None)
@given(boxes(), st.integers(0, 22), queries() | st.just(Query()))
def test_a_list_has_what_the_view_shows(bbox: Bbox, zoom: int, query: Query) -> None:
    """Those on the ground and those on the shelf, each once."""
    engine, _ = crowd(summarised=False)
    where: dict[str, Any] = {"within": bbox, "zoom": zoom}

    shown = engine.view(query, bbox, zoom)
    rows = engine.rows(query, order="newest", **where)

    told = sum(group.count for group in shown.groups) + on_shelf(shown)
    assert len({row.id for row in rows}) == len(rows) == told
    assert engine.count(query, **where) == told


@settings(max_examples=60, deadline=None)
@given(boxes(), st.integers(0, 22), queries() | st.just(Query()))
def test_no_place_is_both_on_the_ground_and_on_the_shelf(
    bbox: Bbox, zoom: int, query: Query
) -> None:
    """Summarised or not: a marker is never of a place whose disc would fill the view."""
    for summarised in (False, True):
        engine, made = crowd(summarised=summarised)

        shown = engine.view(query, bbox, zoom)

        by_id = {one.id: one for one in made}
        seen = shown_zoom(bbox, zoom)
        for group in shown.groups:
            within = group.extent
            if group.incident_id is not None:
                assert radius_px(by_id[group.incident_id], seen) <= 96
            assert -180 <= within.west <= 180
            assert -180 <= within.east <= 180
        ground = {group.place_no for group in shown.groups}
        assert not ground & {one.place.number for one in shown.shelf}


def test_one_place_is_as_vague_in_python_as_in_the_tables() -> None:
    """What opens a record asks the one, what draws the map the other."""
    _, made = crowd(summarised=False)
    store = store_of_layer(make_layer(*made))

    kept = dict(store.ask("SELECT id, deepest FROM incident"))

    assert kept == {
        one.id: None
        if one.geometry is None
        else deepest_zoom(one.geometry, one.radius_m)
        for one in made
    }


@pytest.mark.parametrize("zoom", range(23))
def test_summaries_leave_the_same_on_the_shelf(zoom: int) -> None:
    """A large layer's tables know what is vague at each zoom."""
    plain, _ = crowd(summarised=False)
    large, _ = crowd(summarised=True)
    region = Bbox(18.5, 43.5, 22.5, 46.0)

    found, expected = (one.view(Query(), region, zoom) for one in (large, plain))

    assert (found.shelf, found.further) == (expected.shelf, expected.further)


def test_a_city_leaves_the_street_that_its_point_lies_in() -> None:
    """Seventy metres apart, they share a marker far out and never in the streets."""
    engine = make_engine(CITY, STREET)

    (far,) = engine.view(Query(), BELGRADE, 8).groups
    assert far.count == 2
    for zoom in range(13, 17):
        shown = engine.view(Query(), QUARTER, zoom)
        (near,), (shelved,) = shown.groups, shown.shelf
        assert near.incident_id == "street"
        assert (shelved.place.name, shelved.count) == ("Belgrade", 1)


def test_the_shelf_has_what_reaches_into_the_view_from_afar() -> None:
    """A city's point may be out of sight while the view lies in the city."""
    engine = make_engine(CITY)
    suburb = Bbox(20.52, 44.83, 20.55, 44.85)
    far = Bbox(21.52, 44.83, 21.55, 44.85)

    assert [one.count for one in engine.view(Query(), suburb, 14).shelf] == [1]
    assert engine.view(Query(), far, 14).shelf == ()
    assert engine.view(Query(), far, 14).outside == 1


def test_a_disc_is_told_of_while_its_place_shares_a_marker() -> None:
    """Two places in one marker still show how far each may reach."""
    other = make_incident(id="other", place="Zemun", geometry=Point(20.42, 44.84))
    engine = make_engine(CITY, other)

    shown = engine.view(Query(), BELGRADE, 9)

    (group,) = shown.groups
    assert group.place_no is None
    assert {place.name for place in shown.places} == {"Belgrade", "Zemun"}


@pytest.mark.parametrize(
    "shape",
    [LineString([(20, 44), (21, 45)]), box(20, 44, 21, 45)],
    ids=["line", "area"],
)
def test_lines_and_areas_go_to_the_shelf_when_the_view_is_inside_them(
    shape: object,
) -> None:
    """Far out their mark stands in their middle, close up it would be a spot."""
    engine = make_engine(make_incident(geometry=shape, precision="region"))

    assert len(engine.view(Query(), Bbox(19, 43, 22, 46), 7).groups) == 1
    close = engine.view(Query(), QUARTER, 14)
    assert close.groups == ()
    assert [one.count for one in close.shelf] == [1]


def test_more_places_than_are_named_are_counted() -> None:
    """A shelf stays short; nothing is lost."""
    engine = make_engine(
        *(make_incident(id=f"m-{n}", place=f"Part {n}") for n in range(50))
    )

    shown = engine.view(Query(), QUARTER, 15)

    assert len(shown.shelf) == 40
    assert shown.further == (10, 10)


def test_both_sides_of_the_antimeridian_share_a_marker() -> None:
    """Where the view crosses it, and where it shows the whole world."""
    sides = (
        make_incident(id="west", geometry=Point(-179.9, -17), radius_m=None),
        make_incident(id="east", geometry=Point(179.9, -17), radius_m=None, place="B"),
    )
    engine = make_engine(*sides)

    for bbox in (Bbox(170, -40, -170, 0), Bbox(-180, -85, 180, 85)):
        (group,) = engine.view(Query(), bbox, 3).groups
        assert group.count == 2
        assert group.extent.west == pytest.approx(179.9, abs=1e-4)
        assert group.extent.east == pytest.approx(-179.9, abs=1e-4)


def test_a_disc_across_the_antimeridian_reaches_both_sides() -> None:
    """Its uncertainty does not end where degrees do."""
    engine = make_engine(make_incident(geometry=Point(179.95, -17), radius_m=30_000))

    east = engine.view(Query(), Bbox(-179.95, -17.1, -179.9, -16.9), 14)

    assert [one.count for one in east.shelf] == [1]
