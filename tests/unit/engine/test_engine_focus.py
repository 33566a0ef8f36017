"""A map first shows where most of it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.base.grid import Bbox
from geo.engine import Engine
from geo.engine.focus import Focus
from geo.model.query import Query
from tests.builders import make_engine, make_incident, make_layer, scattered, unplaced


def at(*spots: tuple[float, float], radius_m: float = 500) -> Engine:
    """Return an engine over one incident at each spot."""
    return make_engine(
        *(
            make_incident(id=f"i-{n}", geometry=Point(*spot), radius_m=radius_m)
            for n, spot in enumerate(spots)
        )
    )


def test_a_few_far_away_do_not_stretch_it() -> None:
    """Eight in one town, one in Norway and one in Georgia."""
    town = [(20.4 + n / 100, 44.8) for n in range(8)]

    focus = at(*town, (10.7, 59.9), (44.8, 41.7)).focus(Query())

    assert focus is not None
    assert focus.extent.west >= 20.39
    assert focus.extent.east <= 20.48


def test_it_is_all_where_leaving_out_gains_little() -> None:
    """Spots spread evenly have no outliers."""
    spots = [(float(lon), float(lat)) for lon in (0, 20, 40) for lat in (30, 45, 60)]

    focus = at(*spots).focus(Query())

    assert focus is not None
    assert focus.extent == pytest.approx((0, 30, 40, 60), abs=1e-6)


def test_it_crosses_the_antimeridian_where_that_is_shorter() -> None:
    """Fiji lies on both sides."""
    focus = at((177.5, -17.8), (179.3, -16.5), (-179.9, -16.8)).focus(Query())

    assert focus is not None
    assert focus.extent.west == pytest.approx(177.5, abs=1e-6)
    assert focus.extent.east == pytest.approx(-179.9, abs=1e-6)


def test_it_comes_no_closer_than_half_of_the_places_are_known() -> None:
    """A town that fills the screen would leave the ground empty."""
    focus = at((20.4, 44.8), (20.5, 44.8), radius_m=12_000).focus(Query())

    assert focus is not None
    engine = at((20.4, 44.8), (20.5, 44.8), radius_m=12_000)
    around = Bbox(20, 44.5, 21, 45)
    assert engine.view(Query(), around, focus.zoom).groups
    assert not engine.view(Query(), around, focus.zoom + 1).groups


def test_countries_alone_are_shown_as_what_they_are() -> None:
    """Where all is vague, the vague is what there is to look at."""
    focus = at((20.4, 44.8), radius_m=900_000).focus(Query())

    assert focus is not None
    assert focus.zoom <= 4


def test_nothing_placed_has_no_focus() -> None:
    """An empty map shows what it shows."""
    assert make_engine().focus(Query()) is None
    assert make_engine(unplaced()).focus(Query()) is None


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-179.9, 179.9), st.floats(-80, 80)), min_size=1, max_size=40
    )
)
def test_most_is_always_inside(spots: list[tuple[float, float]]) -> None:
    """Wherever incidents are, three quarters of them are in the extent."""
    engine = at(*spots)

    focus = engine.focus(Query())

    assert focus is not None
    west, south, east, north = focus.extent
    inside = Bbox(
        max(-180, west - 1e-4), south - 1e-4, min(180, east + 1e-4), north + 1e-4
    )
    assert engine.count(Query(), within=inside) >= 0.75 * len(spots)


def test_a_large_layer_is_looked_at_in_the_same_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Summaries answer as the incidents do."""
    made = scattered(300)
    plain: Focus | None = Engine(make_layer(*made)).focus(Query())
    monkeypatch.setattr("geo.engine.levels.LEAST_ROWS", 10)
    monkeypatch.setattr("geo.engine.levels._WORTH", 1.0)

    assert Engine(make_layer(*made)).focus(Query()) == plain
