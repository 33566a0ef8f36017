"""Summaries and totals tell what the incidents would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo.base.grid import Bbox
from geo.engine import Engine, View, cells, levels
from geo.model.query import Dates, Query
from tests.builders import make_layer, over_years, scattered
from tests.strategies import queries
from tests.unit.engine.samples import CROWD, QUERIES, REGION, WORLD, answers

pytestmark = pytest.mark.usefixtures("everything_is_large")


def shown_by(view: View) -> int:
    """Return how many incidents a view tells of, on the ground and on the shelf."""
    ground = sum(group.count for group in view.groups)
    return ground + sum(one.count for one in view.shelf) + view.further[1]


@pytest.fixture
def summarised(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Return an engine that answers wide views from summaries."""
    monkeypatch.setattr("geo.engine.levels.LEAST_ROWS", 10)
    monkeypatch.setattr("geo.engine.totals.LEAST_ROWS", 10)
    monkeypatch.setattr("geo.engine.levels._WORTH", 1.0)
    return Engine(make_layer(*scattered(CROWD)))


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_totals_are_what_counting_finds(summarised: Engine, query: Query) -> None:
    """Answered from a few rows or from all, numbers are the same."""
    plain = Engine(make_layer(*scattered(CROWD)))

    found, expected = answers(summarised, query), answers(plain, query)

    assert found == expected


@pytest.fixture(scope="module", params=[False, True], ids=["", "running totals"])
def told_twice(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[Query, Bbox, int], tuple[View, View]]]:
    """Return what asks for a view twice: of summaries, and of the incidents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.engine.levels.LEAST_ROWS", 10)
        patch.setattr("geo.engine.levels._WORTH", 1.0)
        patch.setattr("geo.engine.levels._WORTH_RUNNING", 1.0)
        tables = (*cells.TABLES, *(cells.RUNNING if request.param else ()))
        patch.setattr(levels, "summarise", partial(levels.summarise, tables=tables))
        engine = Engine(make_layer(*over_years(scattered(CROWD))))

    def ask(query: Query, bbox: Bbox, zoom: int) -> tuple[View, View]:
        found = engine.view(query, bbox, zoom)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("geo.engine.cells.known", lambda *_: [])
            return found, engine.view(query, bbox, zoom)

    return ask


@pytest.mark.parametrize("zoom", range(19))
def test_summaries_say_what_the_incidents_would(
    told_twice: Callable[[Query, Bbox, int], tuple[View, View]], zoom: int
) -> None:
    """A view made of summaries is the view made of incidents, in whole cells."""
    for query in QUERIES:
        found, expected = told_twice(query, REGION, zoom)
        assert found == expected, query


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    query=st.builds(
        Query,
        category=st.sampled_from([(), ("mural",), ("mural", "attack")]),
        status=st.sampled_from([(), ("reported",), ("reported", "alleged")]),
        since=st.none() | st.dates(date(2018, 1, 1), date(2026, 12, 31)),
        until=st.none()
        | st.sampled_from([date(9999, 12, 31), date(2023, 6, 30)])
        | st.dates(date(2018, 1, 1), date(2026, 12, 31)),
        dates=st.sampled_from(Dates),
    )
    | queries(),
    zoom=st.integers(0, 6),
)
def test_any_query_is_told_alike_by_summaries(
    told_twice: Callable[[Query, Bbox, int], tuple[View, View]], query: Query, zoom: int
) -> None:
    """By category, codes or dates; also where the dates cut a month in two."""
    found, expected = told_twice(query, WORLD, zoom)

    assert found == expected


@pytest.mark.parametrize(
    ("query", "table"),
    [
        (Query(), "incident_cell"),
        (Query(category=("mural",)), "incident_cell"),
        (Query(status=("alleged",), country=("RS",)), "incident_cell_code"),
        (Query(since=date(2022, 1, 1)), "incident_cell_year"),
        (Query(until=date(2022, 12, 31), category=("mural",)), "incident_cell_year"),
        (
            Query(until=date(2022, 12, 31), status=("alleged",)),
            "incident_cell_year_status",
        ),
        (Query(until=date(2022, 12, 31), country=("RS",)), None),
        (Query(q="mural"), None),
        (Query(bbox=REGION), None),
    ],
)
def test_each_kind_of_query_has_its_table(query: Query, table: str | None) -> None:
    """Where a view of the whole world is known from."""
    shifts = {each.name: (20, 22) for each in cells.TABLES}

    found = cells.known(query, shifts, 24)

    expected = [(table, 22)] if table else []
    assert [(part.table, part.level) for part in found] == expected
    assert not cells.known(query, shifts, 19)


def test_dates_are_asked_of_years_then_months_then_incidents() -> None:
    """Of the finer ones only where the dates asked for cut the coarser in two."""
    shifts = {"incident_cell_year": (20,), "incident_cell_month": (20,)}

    def tables(query: Query, shifts: dict[str, tuple[int, ...]]) -> list[str]:
        return [part.table for part in cells.known(query, shifts, 24)]

    in_month = Query(since=date(2022, 3, 5), until=date(2022, 12, 31))
    assert tables(in_month, shifts) == [
        "incident_cell_year",
        "incident_cell_month",
        "incident_by_time",
    ]
    whole_month = Query(since=date(2022, 3, 1))
    assert tables(whole_month, shifts) == ["incident_cell_year", "incident_cell_month"]
    # Months that are not summarised are asked of the incidents of the year.
    only_years = {"incident_cell_year": (20,)}
    assert tables(whole_month, only_years) == ["incident_cell_year", "incident_by_time"]
    assert tables(whole_month, {"incident_cell_month": (20,)}) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            Query(status=("alleged",), since=date(2022, 3, 5)),
            ["since_year_status", "since_month_status", "incident_by_time"],
        ),
        (
            Query(status=("alleged",), until=date(2022, 3, 31)),
            ["until_year_status", "until_month_status"],
        ),
        (Query(status=("alleged",), since=date(2022, 1, 1)), ["since_year_status"]),
        (
            Query(status=("alleged",), until=date(2022, 12, 30)),
            ["until_year_status", "until_month_status", "incident_by_time"],
        ),
        # Two ends, or what certainly is, are asked of each year.
        (
            Query(
                status=("alleged",), since=date(2021, 1, 1), until=date(2022, 12, 31)
            ),
            ["year_status"],
        ),
        (
            Query(status=("alleged",), since=date(2021, 1, 1), dates=Dates.CERTAIN),
            ["year_status"],
        ),
    ],
    ids=str,
)
def test_an_open_end_is_asked_of_running_totals(
    query: Query, expected: list[str]
) -> None:
    """Where a store has them; finer cells than they have are asked of each year."""
    kept = {table.name: (20,) for table in (*cells.TABLES, *cells.RUNNING)}

    found = [part.table for part in cells.known(query, kept, 24)]

    assert [name.removeprefix("incident_cell_") for name in found] == expected
    finer = kept | {table.name: (22,) for table in cells.RUNNING}
    years = [part.table for part in cells.known(query, finer, 21)][:1]
    assert years == ["incident_cell_year_status"]


def test_a_view_of_summaries_leaves_out_what_is_far_from_it(summarised: Engine) -> None:
    """Only markers whose incidents reach into sight are sent."""
    for zoom in range(4, 12):
        shown = summarised.view(Query(), REGION, zoom)
        for group in shown.groups:
            assert group.extent.west <= REGION.east + 1e-6
            assert group.extent.east >= REGION.west - 1e-6
    assert shown_by(shown) >= len(summarised.rows(Query(), within=REGION))


def test_a_viewport_across_the_antimeridian_is_one_viewport(summarised: Engine) -> None:
    """Also where cells are summarised."""
    across = Bbox(170, -80, -170, 80)

    shown = summarised.view(Query(), across, 3)

    inside = len(summarised.rows(Query(), within=across))
    assert inside > 0
    assert shown_by(shown) >= inside


def test_a_viewport_larger_than_any_screen_is_bounded(summarised: Engine) -> None:
    """The whole world at street level would be millions of cells."""
    shown = summarised.view(Query(), WORLD, 22, most=100_000)

    placed = summarised.count(Query()) - summarised.count(Query(), missing="place")
    assert shown_by(shown) == placed
