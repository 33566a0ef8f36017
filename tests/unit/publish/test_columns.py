"""The layer as columns: each incident can be told from them again."""

from __future__ import annotations

from hypothesis import given, settings

from geo.engine import Engine
from geo.model.incident import Incident
from geo.model.query import Query
from geo.publish.columns import DEGREE_PARTS, NO_PLACE, read_columns
from tests.builders import make_engine, make_incident, unplaced
from tests.strategies import several


def test_a_layer_without_incidents_has_empty_columns() -> None:
    """And all of them."""
    columns = read_columns(make_engine())

    assert columns.meta["rows"] == 0
    assert {len(column) for column in columns.arrays.values()} == {0}


@settings(max_examples=20, deadline=None)
@given(several(most=6))
def test_columns_say_what_the_table_says(made: list[Incident]) -> None:
    """In the order of the layer."""
    engine: Engine = make_engine(*made)

    columns = read_columns(engine)

    meta, arrays = columns.meta, columns.arrays
    names = ("category", "status", "country", "precision", "earliest", "lon", "area")
    rows = list(engine.columns((*names, "deepest", "place_no")))
    assert meta["rows"] == len(rows) == engine.count(Query())
    for row, values in enumerate(rows):
        said = dict(zip((*names, "deepest", "place_no"), values, strict=True))
        for name in ("category", "status", "country", "precision"):
            assert meta[name][arrays[name][row]] == said[name]
        assert arrays["earliest"][row] == said["earliest"]
        place = int(arrays["place"][row])
        if said["place_no"] is None:
            assert place == NO_PLACE
            continue
        assert meta["place_ids"][place] == str(said["place_no"])
        assert arrays["place_deepest"][place] == said["deepest"]
        assert abs(arrays["place_lon"][place] / DEGREE_PARTS - said["lon"]) < 1e-6
        assert bool(arrays["place_area"][place]) == said["area"]


def test_a_place_is_listed_once() -> None:
    """Whatever number of incidents it has."""
    same = [make_incident(id=f"wall-{number}") for number in range(5)]
    columns = read_columns(make_engine(*same, unplaced(id="nowhere")))

    assert len(columns.meta["place_ids"]) == 1
    assert sorted(columns.arrays["place"].tolist()) == [0] * 5 + [NO_PLACE]
