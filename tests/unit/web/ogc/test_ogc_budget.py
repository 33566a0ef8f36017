"""A CQL2 filter has a budget, and says of what it asks for too much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.base.errors import QueryError, TooLongError
from geo.base.work import Work, doing
from geo.engine import Engine, PlaceTest
from geo.engine.cql2 import LIMITS, read_filter
from geo.engine.queryables import INCIDENTS
from geo.model.query import Query
from tests.builders import make_engine, scattered
from tests.live import synthetic_atlas
from tests.unit.web.ogc.samples import ITEMS, Get, ids

AREA = "S_WITHIN(geometry, POLYGON((20 44, 21 44, 21 45, 20 44)))"


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return an engine over incidents scattered over the world."""
    return make_engine(*scattered(300))


def ring(corners: int) -> list[list[float]]:
    """Return a valid ring of that many positions."""
    along = [[round(20 + n / 1000, 3), 44.0] for n in range(corners - 2)]
    return [*along, [20.5, 45.0], along[0]]


def within(outline: list[list[float]]) -> dict[str, Any]:
    """Return a condition on the area in a ring."""
    area = {"type": "Polygon", "coordinates": [outline]}
    return {"op": "s_within", "args": [{"property": "geometry"}, area]}


def refused(engine: Engine, text: str, language: str = "cql2-text") -> str:
    """Return why a filter is refused."""
    with pytest.raises(QueryError) as caught:
        read_filter(text, language, INCIDENTS, engine.pages)
    assert caught.value.parameter == "filter"
    return str(caught.value)


def test_ninety_areas_are_refused_before_any_is_tried(engine: Engine) -> None:
    """The limit and the remedy are said."""
    text = " OR ".join([AREA] * 90)

    assert "more than 8 spatial conditions" in refused(engine, text)
    assert read_filter(" OR ".join([AREA] * 8), "cql2-text", INCIDENTS, engine.pages)


def test_a_bbox_counts_as_an_area(engine: Engine) -> None:
    """Its lines and areas are tried too."""
    text = " OR ".join(["S_INTERSECTS(geometry, BBOX(1, 2, 3, 4))"] * 9)

    assert "spatial conditions" in refused(engine, text)


def test_vertices_are_counted_over_all_areas(engine: Engine) -> None:
    """Many small areas are one large one."""
    most, _ = LIMITS["vertices"]
    good = json.dumps({"op": "or", "args": [within(ring(200)), within(ring(200))]})

    assert read_filter(good, "cql2-json", INCIDENTS, engine.pages)
    points = ", ".join(f"{n % 90} {n // 90}" for n in range(most + 1))
    text = f"S_INTERSECTS(geometry, MULTIPOINT({points}))"
    assert len(text) < 8_000
    assert "more than 1000 vertices" in refused(engine, text)


def test_wildcards_are_counted(engine: Engine) -> None:
    """Each makes a pattern slower to try."""
    assert "wildcards" in refused(engine, f"title LIKE '{'%a' * 25}'")
    many = " AND ".join(["title LIKE '%a_%'"] * 9)
    assert "wildcards" in refused(engine, many)
    assert read_filter(
        f"title LIKE '{'%a' * 24}'", "cql2-text", INCIDENTS, engine.pages
    )


@pytest.mark.parametrize(
    "text",
    [
        f"version IN ({','.join(['1'] * 500)})",
        " OR ".join(["version=1"] * 500),
        " AND ".join(["NOT version=1"] * 300),
    ],
)
def test_conditions_are_counted(engine: Engine, text: str) -> None:
    """Those of a list as well."""
    assert len(text) <= 8_000
    assert "more than 400 conditions" in refused(engine, text)


def test_areas_that_hold_too_many_places_are_refused(engine: Engine) -> None:
    """Their numbers are kept in memory for one answer."""
    world = (
        "S_WITHIN(geometry, POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90)))"
    )
    condition = read_filter(world, "cql2-text", INCIDENTS, engine.pages)
    (numbers,) = condition.parameters
    tests_ = [value for value in condition.parameters if not isinstance(value, list)]

    assert not tests_
    with pytest.raises(QueryError, match="more than 10 places"):
        engine.pages.places_where([_everywhere()], most=10)
    assert len(numbers) > 10


def _everywhere() -> Any:  # noqa: ANN401 - a test of places

    return PlaceTest(lambda shapes: np.ones(len(shapes), bool), None)


def test_all_areas_are_tried_in_one_pass(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And each has its own places, in the order they stand in the filter."""
    passes = []
    real = engine._store.stretches

    def stretches(sql: str, parameters: object = ()) -> object:
        passes.append(sql)
        return real(sql, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(engine._store, "stretches", stretches)
    west = "S_WITHIN(geometry, POLYGON((-180 -80, 0 -80, 0 80, -180 80, -180 -80)))"
    east = "S_DISJOINT(geometry, POLYGON((-180 -80, 0 -80, 0 80, -180 80, -180 -80)))"

    both = read_filter(f"{west} OR {east}", "cql2-text", INCIDENTS, engine.pages)
    assert len(passes) == 1
    apart = [
        read_filter(text, "cql2-text", INCIDENTS, engine.pages) for text in (west, east)
    ]
    assert both.parameters == (*apart[0].parameters, *apart[1].parameters)
    found = engine.pages.features(Query(), condition=both, limit=400)[1]
    alone = [
        engine.pages.features(Query(), condition=one, limit=400)[1] for one in apart
    ]
    assert min(alone) > 0
    assert max(alone) < found <= sum(alone)


def test_a_filter_stops_when_its_time_is_over(tmp_path: Path) -> None:
    """Also between two stretches of places."""
    engine = synthetic_atlas(tmp_path, 3_000).engine

    with doing(Work(within_s=0)), pytest.raises(TooLongError):
        read_filter(AREA, "cql2-text", INCIDENTS, engine.pages)


def test_the_answer_says_400(get: Get) -> None:
    """As a problem document that names the parameter."""
    answer = get(ITEMS, params={"filter": " OR ".join([AREA] * 90)})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == "filter"
    good = get(ITEMS, params={"filter": "S_DISJOINT(geometry, POINT(0 0))"})
    assert ids(good) == ["a-point", "b-second", "c-area", "d-line"]
