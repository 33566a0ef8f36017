"""Synthetic layers are valid, repeatable, and have the columns of any other layer."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo.base.settings import settings
from geo.bulk.synthesis import SOURCES, incidents, source_register, synthesize
from geo.bulk.synthesis.dating import written_dates
from geo.bulk.synthesis.spots import CODES, key_of, synthetic_towns
from geo.layer import check, parse_collection
from geo.layer.geojson import dump_geojson
from geo.layer.places import POINT_ONLY
from geo.layer.table import SCHEMA, batch_of
from geo.model.dates import bounds
from geo.model.vocabulary import Vocabulary, read_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """Return the categories of the first layer."""
    return read_vocabulary(settings().vocabulary)


@pytest.fixture(scope="module")
def made(vocabulary: Vocabulary) -> pa.Table:
    """Return a small layer, spread over the world."""
    return pa.Table.from_batches(synthesize(600, seed=7, vocabulary=vocabulary))


def test_every_synthetic_incident_passes_the_checks_of_a_layer(
    made: pa.Table, vocabulary: Vocabulary
) -> None:
    """What is made up is as valid as what is coded by hand."""
    features = [json.loads(text) for text in made["feature"].to_pylist()]
    data = b"".join(dump_geojson(features))

    layer = parse_collection(data, "made", vocabulary=vocabulary, known_sources=SOURCES)

    assert len(layer.incidents) == 600
    again = batch_of(layer.incidents)
    for name in SCHEMA.names:
        assert made[name].to_pylist() == again[name].to_pylist(), name


@pytest.mark.parametrize("gaps", [0.0, 0.5])
def test_what_was_made_coarser_is_coarse(vocabulary: Vocabulary, gaps: float) -> None:
    """Or the map could not be published."""
    made = pa.Table.from_batches(
        synthesize(600, seed=7, vocabulary=vocabulary, gaps=gaps)
    )
    features = [json.loads(text) for text in made["feature"].to_pylist()]
    coarser = [
        each["properties"].get("precision")
        for each in features
        if each["geometry"] and each["properties"].get("generalised")
    ]

    assert coarser
    assert not {None, *map(str, POINT_ONLY)} & {*coarser}


def test_a_share_of_incidents_lacks_what_is_wanted(vocabulary: Vocabulary) -> None:
    """They stand in the same order, are as valid, and say no more than they know."""
    made = pa.Table.from_batches(
        synthesize(600, seed=7, vocabulary=vocabulary, gaps=0.5)
    )
    features = [json.loads(text) for text in made["feature"].to_pylist()]

    checked = check(features, vocabulary=vocabulary, sources=SOURCES)
    order = made["z_order"].to_pylist()

    assert checked.wrong == frozenset()
    assert checked.grades().lacking["precision"] > 0
    assert 200 < checked.grades().wanted < 400
    assert order == sorted(order)
    again = batch_of(checked.incidents())
    for name in SCHEMA.names:
        assert made[name].to_pylist() == again[name].to_pylist(), name


def test_rows_follow_the_z_order_curve(made: pa.Table) -> None:
    """Rows are sorted as the engine asks them to be."""
    order = made["z_order"].to_pylist()

    assert order == sorted(order)


def test_the_same_seed_gives_the_same_incidents(vocabulary: Vocabulary) -> None:
    """Seed and number decide every value; another seed gives others."""
    one, again, other = (
        next(synthesize(50, seed=seed, vocabulary=vocabulary)) for seed in (3, 3, 4)
    )

    assert one == again
    assert one != other


def test_batches_make_up_the_number_asked_for(
    monkeypatch: pytest.MonkeyPatch, vocabulary: Vocabulary
) -> None:
    """A number that is no multiple of a batch is met, with every id once."""
    monkeypatch.setattr(incidents, "BATCH", 64)

    batches = list(synthesize(150, seed=1, vocabulary=vocabulary))

    assert [batch.num_rows for batch in batches] == [64, 64, 22]
    ids = [one for batch in batches for one in batch["id"].to_pylist()]
    assert sorted(ids) == [f"synthetic-{number:08}" for number in range(150)]


def test_nothing_asked_for_gives_nothing(vocabulary: Vocabulary) -> None:
    """An empty layer is no error."""
    assert list(synthesize(0, seed=1, vocabulary=vocabulary)) == []


def test_every_text_says_that_it_is_synthetic(made: pa.Table) -> None:
    """Nobody can take a synthetic incident for reporting."""
    for text in made["feature"].to_pylist():
        properties = json.loads(text)["properties"]
        assert properties["title"].startswith("Synthetic incident ")
        assert "Made up by a program" in properties["summary"]


def test_every_form_of_date_has_its_dates_in_order_of_time() -> None:
    """Later ones are drawn more often, which is by their place in the list."""
    for form, texts in written_dates().items():
        spans = [bounds(text) for text in texts if text is not None]
        starts = [span.earliest or span.latest or date.max for span in spans]
        assert starts == sorted(starts), form


def test_synthetic_sources_are_a_register() -> None:
    """The register that goes with a synthetic layer names both sources."""
    register = source_register()

    assert [source["id"] for source in register["sources"]] == list(SOURCES)


#: Towns whose names hold a word for a dwelling, which a layer places no finer than a
#: neighbourhood.
DWELLINGS = [
    row
    for row, name in enumerate(synthetic_towns().name)
    if {"homes", "home", "stan"} & set(name.casefold().split())
]


@hypothesis_settings(max_examples=8, deadline=None)
@given(
    towns=st.lists(
        st.integers(0, len(synthetic_towns().name) - 1), min_size=1, max_size=12
    ),
    seed=st.integers(0, 2**32),
    place=st.integers(0, 7),
)
@example(towns=DWELLINGS, seed=1, place=0)
def test_incidents_of_any_town_are_valid(
    vocabulary: Vocabulary, towns: list[int], seed: int, place: int
) -> None:
    """Whatever a town is called, its places of every precision pass the checks."""
    town, code = (part.ravel() for part in np.meshgrid(towns, list(CODES.values())))
    # Each place many times, so that every category comes to stand there.
    keys = np.sort(np.repeat(key_of(town, code, place), 12)).astype(np.uint32)
    order = np.arange(len(keys), dtype=np.uint32)

    made = incidents._batch(np.random.default_rng(seed), keys, order, vocabulary)

    data = b"".join(dump_geojson(map(json.loads, made["feature"].to_pylist())))
    layer = parse_collection(data, "made", vocabulary=vocabulary, known_sources=SOURCES)
    assert len(layer.incidents) == len(keys)


def test_some_town_is_called_after_dwellings() -> None:
    """The example above tries what it says."""
    assert DWELLINGS
