"""The layer as columns: each incident can be told from them again."""

from __future__ import annotations

from hypothesis import given, settings

from geo.engine import Engine
from geo.model.incident import Incident
from geo.model.query import Query
from geo.model.wording import marker_words, somewhere
from geo.publish.columns import DEGREE_PARTS, NAME_MARK, NO_PLACE, Columns, read_columns
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
    names = (
        *("category", "status", "country", "precision", "earliest", "latest", "lon"),
        *("area", "deepest", "place_no", "place", "radius_m"),
    )
    rows = list(engine.columns(names))
    assert meta["rows"] == len(rows) == engine.count(Query())
    for row, values in enumerate(rows):
        said = dict(zip(names, values, strict=True))
        for name in ("category", "status", "country", "precision"):
            assert meta[name][arrays[name][row]] == said[name]
        assert arrays["earliest"][row] == said["earliest"]
        assert arrays["lasting"][row] == said["latest"] - said["earliest"]
        place = int(arrays["place"][row])
        if said["place_no"] is None:
            assert place == NO_PLACE
            continue
        assert columns.place_nos[place] == said["place_no"]
        assert arrays["place_deepest"][place] == said["deepest"]
        assert abs(arrays["place_lon"][place] / DEGREE_PARTS - said["lon"]) < 1e-6
        assert bool(arrays["place_area"][place]) == said["area"]
        shape = "Shape" if said["area"] else "Point"
        assert words_of(columns, place) == [
            marker_words(
                said["place"], said["precision"], said["radius_m"], shape=shape
            ),
            somewhere(said["place"], said["precision"]),
        ]


def words_of(columns: Columns, place: int) -> list[str]:
    """Return what a browser makes of a place: words of a marker, name on the shelf."""
    for number, *words in columns.meta["worded"]:
        if number == place:
            return words
    _, _, *words = columns.meta["sizes"][columns.arrays["place_size"][place]]
    name = columns.meta["names"][columns.arrays["place_name"][place]]
    return [part.replace(NAME_MARK, name) for part in words]


def test_a_place_is_listed_once() -> None:
    """Whatever number of incidents it has."""
    same = [make_incident(id=f"wall-{number}") for number in range(5)]
    columns = read_columns(make_engine(*same, unplaced(id="nowhere")))

    assert len(columns.place_nos) == 1
    assert sorted(columns.arrays["place"].tolist()) == [0] * 5 + [NO_PLACE]


def test_places_of_one_point_are_listed_as_the_engine_lists_them() -> None:
    """By their numbers, whatever comes first in the layer."""
    there = [make_incident(id=f"wall-{name}", place=name) for name in "ABCDEF"]

    columns = read_columns(make_engine(*there))

    assert len(set(columns.arrays["place_lon"].tolist())) == 1
    assert list(columns.place_nos) == sorted(columns.place_nos)
    names = [columns.meta["names"][each] for each in columns.arrays["place_name"]]
    listed = [names[place] for place in columns.arrays["place"]]
    assert listed == [name for (name,) in make_engine(*there).columns(("place",))]
