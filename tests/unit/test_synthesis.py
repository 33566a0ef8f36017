"""Synthetic layers are valid, repeatable, and have the columns of any other layer."""

from __future__ import annotations

import json
from itertools import islice

import pyarrow as pa
import pytest

from geo import synthesis
from geo.dates import bounds
from geo.geojson import dump_geojson
from geo.layer import parse_layer
from geo.layer_table import SCHEMA, batch_of
from geo.settings import settings
from geo.synthesis import SOURCES, synthesize
from geo.vocabulary import Vocabulary, read_vocabulary


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

    layer = parse_layer(data, "made", vocabulary=vocabulary, known_sources=SOURCES)

    assert len(layer.incidents) == 600
    again = batch_of(layer.incidents)
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
    monkeypatch.setattr(synthesis, "BATCH", 64)

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


def test_every_form_of_date_occurs_with_its_own_bounds() -> None:
    """The bounds that are not parsed are those that parsing would give."""
    written = synthesis._written_dates()
    for form, texts in written.items():
        for text in islice(texts, 0, None, max(1, len(texts) // 4)):
            if text is not None:
                assert synthesis._bounds(text) == bounds(text), form


def test_synthetic_sources_are_a_register() -> None:
    """The register that goes with a synthetic layer names both sources."""
    register = synthesis.source_register()

    assert [source["id"] for source in register["sources"]] == list(SOURCES)
