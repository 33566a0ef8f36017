"""CQL2 filters find what they ask for, in both encodings, and refuse the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import QueryError
from geo.engine import Engine
from geo.engine.cql2 import read_filter
from geo.engine.cql2_text import read_cql2_text
from geo.engine.cql2_values import read_instant
from geo.engine.queryables import INCIDENTS, queryables_of
from geo.layer import IncidentCollection
from geo.model.dates import Bounds, bounds
from geo.model.incident import Citation, Incident, incident_of
from geo.model.own_fields import OwnField, OwnType
from geo.model.query import Query


def incident(name: str, geometry: Any = None, **changes: Any) -> Incident:  # noqa: ANN401
    """Return an incident of that id."""
    properties = {
        "title": "A title",
        "summary": "",
        "category": "mural",
        "kind": "event",
        "status": "reported",
        **changes,
    }
    written = properties.get("date")
    days = bounds(written) if written else Bounds(None, None)
    for end in ("earliest", "latest"):
        day = getattr(days, end)
        properties[f"date_{end}"] = day and day.isoformat()
    properties.setdefault("citations", [{"source": "paper", "quote": "x"}])
    return incident_of({"id": name, "geometry": geometry, "properties": properties})


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]],
}
POINT = {"type": "Point", "coordinates": [1, 1]}
PLACED = {"precision": "city", "radius_m": 500.5, "place": "Niš"}
LAYER = IncidentCollection(
    (
        incident(
            "a",
            POINT,
            title="O'Brien",
            summary="Zebra",
            date="2022-05-10",
            count=3,
            **PLACED,
        ),
        incident("b", SQUARE, title="50% \\ Über", date="2022", **PLACED),
        incident("c", {"type": "Point", "coordinates": [9, 9]}, date="../2020"),
        incident(
            "d",
            category="attack",
            status="alleged",
            summary="zebra",
            generalised=True,
            citations=[
                {"source": "paper", "quote": "x"},
                {"source": "book", "quote": "y"},
            ],
        ),
        incident("e", title="два\nстрока", date="2023-01-01/..", kind="plan"),
    ),
    {},
    "test",
)
ENGINE = Engine(LAYER)


def found(text: str, language: str = "cql2-text") -> str:
    """Return the ids that a filter finds, as one word."""
    condition = read_filter(text, language, INCIDENTS, ENGINE.pages)
    features, matched = ENGINE.pages.features(Query(), condition=condition, limit=9)
    assert matched == len(features)
    return "".join(feature["id"] for feature in features)


#: Filters, and which incidents each finds.
FILTERS = [
    ("TRUE", "abcde"),
    ("NOT TRUE", ""),
    ("category = 'attack'", "d"),
    ("'attack' = category", "d"),
    ("category <> 'attack'", "abce"),
    ("\"category\" = 'attack'", "d"),
    ("title = 'O''Brien'", "a"),
    ("title = 'O\\'Brien'", "a"),
    ("title LIKE '%два_%'", "e"),
    ("title LIKE '50\\% %'", "b"),
    ("title NOT LIKE 'A%'", "abe"),
    ("CASEI(title) LIKE CASEI('%ÜBER')", "b"),
    ("CASEI(title) LIKE '%СТРОКА'", ""),
    ("CASEI(title) LIKE CASEI('ДВА%СТРОКА')", "e"),
    ("ACCENTI(title) = ACCENTI('ÓBrien')", ""),
    ("summary > 'a'", "d"),
    ("CASEI(summary) > 'a' AND title > 'B'", "a"),
    ("ACCENTI(place) = ACCENTI('Nis')", "ab"),
    ("CASEI(ACCENTI(place)) = 'nis'", "ab"),
    ("category IN ('attack', 'plot')", "d"),
    ("category NOT IN ('attack')", "abce"),
    ("count BETWEEN 2 AND 4", "a"),
    ("radius_m > 500 AND radius_m <= 500.5", "ab"),
    ("radius_m = 5.005e2", "ab"),
    ("version >= -1", "abcde"),
    ("generalised = TRUE", "d"),
    ("country IS NULL AND place = ''", "cde"),
    ("geometry IS NULL", "de"),
    ("geometry IS NOT NULL", "abc"),
    ("date_earliest IS NULL", "cd"),
    ("source = 'book'", "d"),
    ("source <> 'book'", "abce"),
    ("source IN ('book', 'x')", "d"),
    ("source IS NULL", ""),
    ("category = 'attack' OR kind = 'plan' AND title = 'no'", "d"),
    ("(category = 'attack' OR kind = 'plan') AND id = 'e'", "e"),
    ("NOT (category = 'attack' OR kind = 'plan')", "abc"),
    ("date_earliest >= DATE('2022-05-10')", "ae"),
    ("date_earliest >= '2022-05-10'", "ae"),
    ("date_earliest = date_latest", "a"),
    ("id < 'c' AND title <> place", "ab"),
    ("T_INTERSECTS(date, INTERVAL('2022-05-01','2022-05-31'))", "ab"),
    ("T_DURING(date, INTERVAL('2022-05-01','2022-05-31'))", "a"),
    ("T_CONTAINS(date, DATE('2022-05-10'))", "b"),
    ("T_EQUALS(date, INTERVAL('2022-01-01','2022-12-31'))", "b"),
    ("T_BEFORE(date, TIMESTAMP('2022-01-01T00:00:00Z'))", "c"),
    ("T_AFTER(date, DATE('2022-12-31'))", "e"),
    ("T_DISJOINT(date, DATE('2022-05-10'))", "ce"),
    ("T_STARTS(date, INTERVAL('2022-01-01','..'))", "b"),
    ("T_STARTEDBY(date, INTERVAL('2022-01-01','2022-02-01'))", "b"),
    ("T_FINISHES(date, INTERVAL('2021-01-01','2022-12-31'))", "b"),
    ("T_FINISHEDBY(date, INTERVAL('2022-02-01','2022-12-31'))", "b"),
    ("T_MEETS(date, INTERVAL('2020-12-31','2021-12-31'))", "c"),
    ("T_METBY(date, INTERVAL('2021-12-31','2022-01-01'))", "b"),
    ("T_OVERLAPS(date, INTERVAL('2022-06-01','2023-06-01'))", "b"),
    ("T_OVERLAPPEDBY(date, INTERVAL('2021-06-01','2022-06-01'))", "b"),
    (
        "T_INTERSECTS(INTERVAL(date_earliest,date_latest), INTERVAL('2024-01-01','..'))",
        "e",
    ),
    ("T_BEFORE(date_latest, DATE('2022-01-01'))", "c"),
    ("NOT T_INTERSECTS(date, DATE('2022-05-10'))", "ce"),
    ("S_INTERSECTS(geometry, POINT(1 1))", "ab"),
    ("s_intersects(geometry,BBOX(0,0,1,1))", "ab"),
    ("NOT S_INTERSECTS(geometry, BBOX(0,0,-5,1,1,5))", "c"),
    ("S_INTERSECTS(geometry, BBOX(8,8,-170,10))", "c"),
    ("S_DISJOINT(geometry, BBOX(0,0,3,3))", "c"),
    ("S_WITHIN(geometry, POLYGON((-1 -1,3 -1,3 3,-1 3,-1 -1)))", "ab"),
    ("S_CONTAINS(geometry, MULTIPOINT((0.5 0.5),(1.5 1.5)))", "b"),
    ("S_CONTAINS(POLYGON((-1 -1,3 -1,3 3,-1 3,-1 -1)), geometry)", "ab"),
    ("S_EQUALS(geometry, POINT(9 9))", "c"),
    ("S_TOUCHES(geometry, POINT(2 2))", "b"),
    ("S_CROSSES(geometry, LINESTRING(-1 1.5,3 1.5))", "b"),
    ("S_OVERLAPS(geometry, MULTIPOLYGON(((1 1,3 1,3 3,1 3,1 1))))", "b"),
    (
        "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(9 9),POINT Z (1 1 5)))",
        "abc",
    ),
    ("S_INTERSECTS(geometry, POINT(50 50))", ""),
]


@pytest.mark.parametrize(("text", "expected"), FILTERS)
def test_a_filter_finds(text: str, expected: str) -> None:
    """Each operator and function of the classes declared, by examples."""
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "category = 'attack' OR kind = 'plan' AND title = 'no'",
        "NOT (count BETWEEN 2 AND 4 OR date_earliest IS NULL)",
        "T_INTERSECTS(INTERVAL(date_earliest,'..'), DATE('2022-05-10'))",
        "S_INTERSECTS(geometry, BBOX(0,0,1,1)) AND category IN ('mural')",
        "CASEI(title) LIKE 'o_%'",
    ],
)
def test_both_encodings_find_the_same(text: str) -> None:
    """The JSON that a text stands for is accepted as a filter of its own."""
    assert found(json.dumps(read_cql2_text(text)), "cql2-json") == found(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("colour = 'red'", "colour"),
        ("feature = 'x'", "feature"),
        ("lower(title) = 'x'", "lower"),
        ("pg_sleep(9)", "pg_sleep"),
        ("category + 1 = 2", "'+ 1 = 2'"),
        ("category =", "ends too early"),
        ("title = 5", "text with a number"),
        ("title > DATE('2022-01-01')", "text with a day"),
        ("source > 'a'", "list of texts"),
        ("source LIKE 'a'", "LIKE"),
        ("geometry = 'x'", "S_INTERSECTS"),
        ("S_INTERSECTS(title, POINT(1 1))", "geometry"),
        ("S_INTERSECTS(POINT(1 1), POINT(1 1))", "geometry"),
        ("S_INTERSECTS(geometry, 'x')", "geometry"),
        ("S_INTERSECTS(geometry, BBOX(1,2,3))", "BBOX"),
        ("S_INTERSECTS(geometry, BBOX(0,9,1,1))", "BBOX"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,2 2,2 0,0 2,0 0)))", "not valid"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,2 2)))", "cannot be read"),
        ("S_INTERSECTS(geometry, POINT(1e999 1))", "not finite"),
        ("T_AFTER(title, DATE('2022-01-01'))", "title"),
        ("T_AFTER(date, DATE('2022-13-01'))", "2022"),
        ("T_AFTER(date, TIMESTAMP('tomorrow'))", "tomorrow"),
        ("T_AFTER(date)", "2 arguments"),
        ("title LIKE 'x\\'", "escape"),
        ("CASEI(count) = 'x'", "CASEI"),
        ("'x' IS NULL", "property"),
        ("x" * 8001, "8001"),
    ],
)
def test_what_is_not_listed_is_refused(text: str, names: str) -> None:
    """The refusal names the property, operator or value at fault."""
    with pytest.raises(QueryError, match=r"^filter: ") as caught:
        found(text)
    assert names in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        '{"op":"and"}',
        '{"op":"and","args":[]}',
        '{"op":1,"args":[]}',
        '{"op":"=","args":[{"property":1},2]}',
        '{"op":"=","args":[{"property":"title"},"\\ud800"]}',
        '{"op":"=","args":[{"property":"title"},"\\u0000"]}',
        '{"op":"=","args":[{"property":"title"},null]}',
        '{"op":"=","args":[{"property":"version"},NaN]}',
        '{"op":"=","args":[{"property":"version"},1' + "0" * 400 + "]}",
        '{"op":"in","args":[{"property":"title"},"x"]}',
        '{"op":"in","args":[{"property":"title"},[]]}',
        '{"op":"s_within","args":[{"property":"geometry"},{"type":7}]}',
        '{"op":"s_within","args":[{"property":"geometry"},{"type":"Point","coordinates":[null,1]}]}',
        '{"op":"s_within","args":[{"property":"geometry"},{"bbox":[1,2,"x",4]}]}',
        '{"op":"t_after","args":[{"property":"date"},{"interval":["2020-01-01"]}]}',
        '{"op":"not","args":[' * 30 + "true" + "]}" * 30,
        '{"op":"casei","args":[' * 30 + '"x"' + "]}" * 30,
        "[" * 4000,
    ],
)
def test_json_that_is_no_filter_is_refused(text: str) -> None:
    """Wrong kinds, half characters, and nesting without end."""
    with pytest.raises(QueryError, match=r"^filter: "):
        found(text, "cql2-json")


@pytest.mark.parametrize("nested", ["({})", "NOT ({})", "CASEI({})"])
def test_deep_text_does_not_exhaust_the_stack(nested: str) -> None:
    """Brackets alone are free, operators are counted; nothing crashes."""
    text = nested.partition("{}")[0] * 1000 + "id = 'a'" + ")" * 1000
    if nested == "({})":
        assert found(text) == "a"
    else:
        with pytest.raises(QueryError):
            found(text)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    """No text breaks the reader."""
    for language in ("cql2-text", "cql2-json"):
        try:
            found(text, language)
        except QueryError as error:
            assert error.parameter == "filter"  # noqa: PT017


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\\")))
def test_any_quoted_text_is_compared_as_it_is(text: str) -> None:
    """A value is only ever a value: it finds the incident that has it, and no other."""
    engine = Engine(
        IncidentCollection(
            (incident("x", title=text), incident("y", title=text + "z")), {}, "test"
        )
    )
    quoted = text.replace("'", "''")
    condition = read_filter(f"title = '{quoted}'", "cql2-text", INCIDENTS, engine.pages)
    features, _ = engine.pages.features(Query(), condition=condition, limit=9)
    assert [feature["id"] for feature in features] == ["x"]


@pytest.mark.parametrize("text", ["2023", "20230101", "2023-01-01T00:00:00", ""])
def test_an_instant_is_a_day_or_a_moment_with_offset(text: str) -> None:
    """RFC 3339 only."""
    with pytest.raises(ValueError, match="neither"):
        read_instant(text)


def test_a_citation_is_needed_for_no_filter() -> None:
    """An incident without sources has none to be found by."""
    bare = Engine(IncidentCollection((incident("x", citations=[]),), {}, "test"))
    condition = read_filter("source IS NULL", "cql2-text", INCIDENTS, bare.pages)
    assert bare.pages.features(Query(), condition=condition, limit=1)[1] == 1
    assert Citation("paper", "x").source == "paper"


ODD = "O'Brien \u0022~ {0} ?"
OWN = tuple(
    OwnField(name, name.title(), type_)
    for name, type_ in {
        "killed": OwnType.INTEGER,
        "depth/km": OwnType.NUMBER,
        "found": OwnType.DATE,
        "checked": OwnType.TRUTH,
        ODD: OwnType.TEXT,
    }.items()
)
OF_NEWSROOM = IncidentCollection(
    (
        incident("a", killed=3, **{"depth/km": 1.5, ODD: "x"}),
        incident("b", killed=12, found="2023-05-01", checked=True),
        incident("c", killed="many", found="soon", checked="perhaps"),
        incident("d", killed=-1, found="2024-01-31", checked=False, **{ODD: "yes"}),
    ),
    {},
    "test",
)
#: Filters of own fields, and which incidents each finds.
OWN_FILTERS = [
    ({"op": ">", "args": [{"property": "killed"}, 3]}, "b"),
    ({"op": "between", "args": [{"property": "killed"}, -5, 3]}, "ad"),
    ({"op": "=", "args": [{"property": "depth/km"}, 1.5]}, "a"),
    ({"op": "isNull", "args": [{"property": "killed"}]}, "c"),
    ({"op": "<", "args": [{"property": "found"}, {"date": "2024-01-01"}]}, "b"),
    ({"op": ">=", "args": [{"property": "found"}, "2024-01-31"]}, "d"),
    ({"op": "=", "args": [{"property": "checked"}, True]}, "b"),
    ({"op": "=", "args": [{"property": "checked"}, False]}, "d"),
    ({"op": "like", "args": [{"property": ODD}, "y%"]}, "d"),
    ({"op": "in", "args": [{"property": ODD}, ["x", "z"]]}, "a"),
]


@pytest.mark.parametrize(("asked", "ids"), OWN_FILTERS)
def test_own_fields_are_asked_for_by_their_type(asked: Any, ids: str) -> None:  # noqa: ANN401
    """Whatever they are called; a value of another type is as if it were not there."""
    engine = Engine(OF_NEWSROOM)
    queryables = queryables_of("incidents", OWN)
    condition = read_filter(json.dumps(asked), "cql2-json", queryables, engine.pages)

    features, _ = engine.pages.features(Query(), condition=condition, limit=9)

    assert "".join(feature["id"] for feature in features) == ids


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("killed = 'many'", "compares a number with a text"),
        ("wounded > 1", "'wounded' is not a property to filter by"),
        ("found > 'soon'", "Write a day"),
        ("checked > 2", "compares a true or false with a number"),
    ],
)
def test_own_fields_that_are_not_declared_are_refused_by_name(
    text: str, said: str
) -> None:
    """And values of another type."""
    queryables = queryables_of("incidents", OWN)
    with pytest.raises(QueryError, match=said):
        read_filter(text, "cql2-text", queryables, ENGINE.pages)
