"""How many incidents are in sight, counted one by one or from summaries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from geo.base.grid import Bbox
from geo.engine import Engine
from geo.model.query import Query
from tests.builders import make_layer, scattered
from tests.strategies import boxes, queries
from tests.unit.engine.samples import CROWD, QUERIES, REGION, WORLD


@pytest.fixture(scope="module")
def plain() -> Engine:
    """Return an engine that has no summaries."""
    return Engine(make_layer(*scattered(CROWD)))


@pytest.fixture(scope="module")
def summarised() -> Iterator[Engine]:
    """Return an engine over the same incidents that has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.engine.levels.LEAST_ROWS", 10)
        patch.setattr("geo.engine.levels._WORTH", 1.0)
        yield Engine(make_layer(*scattered(CROWD)))


@hypothesis_settings(deadline=None)
@given(query=queries(), bbox=boxes())
def test_a_small_layer_is_counted_exactly(
    plain: Engine, query: Query, bbox: Bbox
) -> None:
    """As many as a list of the viewport has, across the antimeridian too."""
    assert plain.count_in_sight(query, bbox) == len(plain.rows(query, within=bbox))


@hypothesis_settings(deadline=None)
@given(query=queries())
def test_the_whole_world_is_counted_exactly_from_summaries(
    plain: Engine, summarised: Engine, query: Query
) -> None:
    """No cell is cut by its edge; also where dates cut a month in two."""
    world = Bbox(-180, -86, 180, 86)

    assert summarised.count_in_sight(query, world) == plain.count_in_sight(query, world)


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize("zoom", [2, 5, 8])
def test_the_largest_screen_counts_what_is_exact_enough(
    plain: Engine, summarised: Engine, query: Query, zoom: int
) -> None:
    """8192 pixels each way are counted in coarser cells than their markers stand in."""
    half = min(90.0, 360 / 2**zoom * 16)
    wide = Bbox(-2 * half, -0.94 * half, 2 * half, 0.94 * half)

    counted = summarised.count_in_sight(query, wide, zoom)

    assert plain.count_in_sight(query, wide, zoom) <= counted


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_cells_at_the_edge_count_as_a_whole(
    plain: Engine, summarised: Engine, query: Query
) -> None:
    """So no incident in sight is missing, and none is far outside."""
    around = Bbox(
        REGION.west - 0.4, REGION.south - 0.4, REGION.east + 0.4, REGION.north + 0.4
    )

    counted = summarised.count_in_sight(query, REGION)

    assert plain.count_in_sight(query, REGION) <= counted
    assert counted <= plain.count_in_sight(query, around)


def test_nothing_placed_is_nowhere_in_sight(plain: Engine) -> None:
    """What has no place is in no viewport, however wide."""
    placed = plain.count(Query()) - plain.count(Query(), missing="place")

    assert plain.count_in_sight(Query(), WORLD) == placed
