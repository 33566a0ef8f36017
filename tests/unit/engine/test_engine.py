"""The engine answers as one would by reading every record."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.base.errors import NotFoundError
from geo.base.grid import CELL_PX, GRID_BITS, Bbox, mercator
from geo.engine import ORDERS, Engine, search_text
from geo.layer import IncidentCollection
from geo.model.incident import Incident, feature_of
from geo.model.query import SEVERAL, Dates, Query
from tests.builders import make_engine, make_incident, make_layer, scattered, unplaced
from tests.strategies import boxes, queries, several

FEW = settings(max_examples=8)
WORLD = Bbox(-180, -90, 180, 90)
BELGRADE = Bbox(20.2, 44.6, 20.7, 45.0)


@lru_cache(maxsize=1)
def crowd() -> tuple[Engine, tuple[Incident, ...]]:
    """Return an engine over many incidents, made once."""
    made = tuple(scattered(250))
    return Engine(make_layer(*made)), made


def asked_for(incident: Incident, query: Query) -> bool:
    """Tell whether a query asks for an incident, by reading the definitions."""
    several_values = (
        (query.category, {incident.category}),
        (query.status, {incident.status}),
        (query.precision, {incident.precision}),
        (query.country, {incident.country}),
        (query.source, set(incident.sources)),
    )
    if any(wanted and not has & set(wanted) for wanted, has in several_values):
        return False
    text = search_text(incident)
    if not all(word in text for word in query.words):
        return False
    return _in_time(incident, query) and _in_space(incident, query.bbox)


def _in_time(incident: Incident, query: Query) -> bool:
    if not query.by_date:
        return True
    early, late = incident.date_earliest, incident.date_latest
    if early is None and late is None:
        return False
    first, last = early, late
    if query.dates == Dates.POSSIBLE:
        first, last = late, early
    after = query.since is None or _reaches(first, query, back=True)
    before = query.until is None or _reaches(last, query, back=False)
    return after and before


def _reaches(day: object, query: Query, *, back: bool) -> bool:
    """Compare one end of a date with a span's; an open end is never certain."""
    if day is None:
        return query.dates == Dates.POSSIBLE
    limit = query.since if back else query.until
    return day >= limit if back else day <= limit  # type: ignore[operator]


def _in_space(incident: Incident, bbox: Bbox | None) -> bool:
    if bbox is None:
        return True
    if incident.geometry is None:
        return False
    west, south, east, north = incident.geometry.bounds
    if bbox.west <= bbox.east:
        meets = east >= bbox.west and west <= bbox.east
    else:
        meets = east >= bbox.west or west <= bbox.east
    return bool(meets and north >= bbox.south and south <= bbox.north)


@FEW
@given(several(), st.lists(queries(), min_size=4, max_size=4))
def test_a_query_finds_what_its_definition_says(
    incidents: list[Incident], asked: list[Query]
) -> None:
    """SQL and a plain reading of the records agree, in layer order."""
    engine = make_engine(*incidents)

    for query in asked:
        expected = [one.id for one in incidents if asked_for(one, query)]
        assert engine.ids(query) == expected
        assert engine.count(query) == len(expected)
        assert [row["id"] for row in engine.features(query)] == expected
        assert sorted(row.id for row in engine.rows(query)) == sorted(expected)


@given(queries())
def test_a_query_of_a_large_layer_finds_what_its_definition_says(query: Query) -> None:
    """Likewise where rows are sorted along the curve."""
    engine, incidents = crowd()

    assert engine.ids(query) == [one.id for one in incidents if asked_for(one, query)]


@FEW
@given(several(), queries())
def test_a_query_of_its_own_result_changes_nothing(
    incidents: list[Incident], query: Query
) -> None:
    """Selecting twice equals selecting once."""
    once = make_engine(*incidents).ids(query)
    left = [one for one in incidents if one.id in once]

    assert make_engine(*left).ids(query) == once


@given(queries())
def test_what_is_certain_is_possible(query: Query) -> None:
    """The certain are among the possible, whatever else is asked."""
    engine, _ = crowd()

    certain = engine.ids(replace(query, dates=Dates.CERTAIN))
    possible = engine.ids(replace(query, dates=Dates.POSSIBLE))

    assert set(certain) <= set(possible)


@given(queries())
def test_counts_of_what_every_incident_has_sum_to_all(query: Query) -> None:
    """No incident is counted twice, and none is left out."""
    engine, _ = crowd()
    total = engine.count(query)

    for field in ("category", "status"):
        assert sum(engine.counts(query, field).values()) == total
    for field in SEVERAL:
        found = list(engine.counts(query, field).values())
        assert found == sorted(found, reverse=True)
        assert all(0 < count <= total for count in found)


@given(boxes(crossing=False), st.floats(0, 50))
def test_a_larger_extent_never_finds_fewer(bbox: Bbox, more: float) -> None:
    """Growing the box keeps what was in it."""
    engine, _ = crowd()
    larger = Bbox(
        max(-180, bbox.west - more),
        max(-90, bbox.south - more),
        min(180, bbox.east + more),
        min(90, bbox.north + more),
    )

    assert set(engine.ids(Query(bbox=bbox))) <= set(engine.ids(Query(bbox=larger)))


@settings(max_examples=20)
@given(boxes(), st.integers(0, 22), queries(), st.sampled_from((5, 160)))
def test_markers_stand_for_every_incident_in_the_viewport(
    bbox: Bbox, zoom: int, query: Query, most: int
) -> None:
    """Counts of markers sum to the located incidents inside, at any zoom."""
    engine, _ = crowd()

    shown = engine.view(query, bbox, zoom, most=most)

    spots = [engine.where_is(found) for found in engine.ids(query)]
    placed = [mercator(spot.lon, spot.lat) for spot in spots if spot]
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    across = bbox.west > bbox.east
    inside = [
        (x, y)
        for x, y in placed
        if top <= y <= bottom
        and ((x >= left or x <= right) if across else left <= x <= right)
    ]
    assert sum(group.count for group in shown.groups) == len(inside)
    assert shown.total == len(spots)


@given(st.integers(0, 15))
def test_no_two_markers_touch(zoom: int) -> None:
    """Markers are as far apart as their size needs, in pixels of that zoom."""
    engine, _ = crowd()

    groups = engine.view(Query(), WORLD, zoom, most=1000).groups

    px = (1 << GRID_BITS) / (256 * 2**zoom)
    spots = [mercator(group.lon, group.lat) for group in groups]
    for index, one in enumerate(spots):
        for other in spots[index + 1 :]:
            # Written places are rounded, which moves a marker by a pixel or two.
            assert math.dist(one, other) / px >= 1.4 * CELL_PX - 3


@FEW
@given(st.integers(0, 22), st.integers(1, 200))
def test_there_are_never_more_markers_than_asked(zoom: int, most: int) -> None:
    """The grid is made coarser until they fit."""
    engine, _ = crowd()

    assert len(engine.view(Query(), WORLD, zoom, most=most).groups) <= max(most, 4)


def test_one_place_is_one_marker_with_a_place() -> None:
    """Many incidents in one city share a marker, and no point is made up."""
    engine = make_engine(*(make_incident(id=f"m-{n}") for n in range(5)))

    for zoom in range(10):
        shown = engine.view(Query(), BELGRADE, zoom)
        (group,) = shown.groups
        (place,) = shown.places
        assert (group.count, group.place_no) == (5, place.number)
        assert place.name == "Belgrade"
    assert engine.count(Query(), place_no=place.number) == 5


def test_a_single_incident_is_told_by_its_id() -> None:
    """A marker of one opens its record without another question."""
    engine = make_engine(make_incident())

    (group,) = engine.view(Query(), BELGRADE, 5).groups

    assert group.incident_id == "mural-2023"
    assert group.lon == pytest.approx(20.46, abs=1e-5)
    assert group.lat == pytest.approx(44.81, abs=1e-5)


@FEW
@given(queries())
def test_bars_are_certain_of_what_a_query_of_their_days_is(query: Query) -> None:
    """A bar of a month counts what the dates of that month certainly hold."""
    engine, _ = crowd()

    bars = engine.histogram(query)

    assert sum(bar.certain for bar in bars) <= engine.count(query.undated())
    for bar in bars[:12]:
        span = replace(query, since=bar.since, until=bar.until)
        assert bar.certain == engine.count(replace(span, dates=Dates.CERTAIN))
        open_ended = engine.count(replace(span, dates=Dates.POSSIBLE), missing="end")
        possible = engine.count(replace(span, dates=Dates.POSSIBLE))
        assert bar.certain + bar.possible == possible - open_ended


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_lists_every_incident_once(order: str) -> None:
    """Pages of a list put together are the list."""
    engine, incidents = crowd()

    pages = [
        engine.rows(Query(), order=order, limit=90, offset=offset)
        for offset in range(0, 270, 90)
    ]

    listed = [row.id for page in pages for row in page]
    assert sorted(listed) == sorted(one.id for one in incidents)
    assert listed == [row.id for row in engine.rows(Query(), order=order)]


def test_a_row_tells_the_days_a_date_may_mean() -> None:
    """Open ends are None, not a day at the end of time."""
    engine = make_engine(make_incident(date="../2023"))

    (row,) = engine.rows(Query())

    assert row.earliest is None
    assert str(row.latest) == "2023-12-31"
    assert row.located


def test_what_has_no_place_or_no_date_is_counted_and_reachable() -> None:
    """Nothing is dropped for lack of a place or a date."""
    engine = make_engine(
        make_incident(id="a"),
        unplaced(id="b"),
        make_incident(id="c", date=None),
        make_incident(id="d", date="2023/.."),
    )

    assert engine.count(Query()) == 4
    assert [row.id for row in engine.rows(Query(), missing="place")] == ["b"]
    assert [row.id for row in engine.rows(Query(), missing="date")] == ["c"]
    assert [row.id for row in engine.rows(Query(), missing="end")] == ["d"]
    assert engine.where_is("b") is None


def test_what_is_placed_nobody_knows_how_exactly_can_be_asked_for() -> None:
    """It is counted, filtered by and drawn without a size."""
    unknown = {"precision": None, "radius_m": None}
    engine = make_engine(
        make_incident(id="a"),
        make_incident(id="b", geometry=Point(10, 50), place="", **unknown),
        unplaced(id="c"),
    )

    assert engine.counts(Query(), "precision") == {"unknown": 2, "city": 1}
    assert engine.ids(Query(precision=("unknown",))) == ["b", "c"]
    assert engine.ids(Query(precision=("unknown", "city"))) == ["a", "b", "c"]
    shown = engine.view(Query(), Bbox(-180, -90, 180, 90), 6)
    assert {(place.precision, place.radius_m) for place in shown.places} == {
        ("city", 12_000),
        (None, None),
    }


def test_an_empty_layer_answers_with_nothing() -> None:
    """No incidents is no error."""
    engine = make_engine()

    assert engine.ids(Query()) == []
    assert engine.count(Query()) == 0
    assert engine.extent(Query()) is None
    assert engine.histogram(Query()) == []
    assert engine.view(Query(), WORLD, 3).groups == ()
    assert all(engine.counts(Query(), field) == {} for field in SEVERAL)


@pytest.mark.parametrize("name", ["", "nobody", "'; DROP TABLE incident; --", "a\x00b"])
def test_an_unknown_id_is_said_to_be_unknown(name: str) -> None:
    """Ids are values, never part of a statement."""
    engine = make_engine(make_incident())

    with pytest.raises(NotFoundError):
        engine.feature(name)
    assert engine.where_is(name) is None
    assert engine.count(Query()) == 1


def test_an_unknown_field_or_place_is_refused() -> None:
    """The message lists what there is."""
    engine = make_engine(make_incident())

    with pytest.raises(NotFoundError, match="category, status"):
        engine.counts(Query(), "title")
    with pytest.raises(NotFoundError, match="No line or area"):
        engine.outlines([0])
    assert engine.outlines([]) == {}


@FEW
@given(several())
def test_a_feature_comes_out_as_it_went_in(incidents: list[Incident]) -> None:
    """The engine keeps the whole record, not only what it searches."""
    engine = make_engine(*incidents)

    for incident in incidents:
        assert engine.feature(incident.id) == feature_of(incident)


@pytest.mark.parametrize("words", ["vucic", "Вучић", "VUČIĆ bar", "bar vučić", "vuč"])
def test_words_are_found_whatever_their_script(words: str) -> None:
    """All words must occur, in any field that is searched and any order."""
    engine = make_engine(
        make_incident(id="a", title="Bar", denied_by=("Aleksandar Vučić",)),
        make_incident(id="b", title="Bar"),
    )

    assert engine.ids(Query(q=words)) == ["a"]


@pytest.mark.parametrize(
    ("words", "ids"),
    [("SS", ["a", "b"]), ("S.S.", ["a", "b"]), ("s", ["a", "b", "c"]), ("KKK", [])],
)
def test_a_word_of_which_one_letter_is_left_is_a_whole_word(
    words: str, ids: list[str]
) -> None:
    """Folding leaves "s" of "SS", which is in nearly every text; at its ends, too."""
    engine = make_engine(
        make_incident(id="a", title="SS veterans march", summary="In Belgrade"),
        make_incident(id="b", title="A march", summary="They praised the SS"),
        make_incident(id="c", title="Assault in Block 5", summary="A kick"),
    )

    assert sorted(engine.ids(Query(q=words))) == ids


def test_questions_may_be_asked_from_many_threads() -> None:
    """Each question runs on a cursor of its own."""
    engine, incidents = crowd()
    asked = [Query(q="mural"), Query(), Query(category=("attack",))] * 8
    expected = [engine.ids(query) for query in asked]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.ids, asked)) == expected
    assert len(expected[1]) == len(incidents)


def test_the_version_is_the_layers() -> None:
    """Caches are told apart by it."""
    assert Engine(IncidentCollection((), {}, "abc")).version == "abc"
