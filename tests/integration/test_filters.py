"""Every filter of the API finds the same in DuckDB and in a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from geo.atlas import Atlas
from geo.engine import Engine, Storage, import_layer, open_engine
from geo.engine.cql2 import read_filter
from geo.engine.cql2_text import read_cql2_text
from geo.engine.queryables import INCIDENTS, Type
from geo.layer import IncidentCollection, parse_collection
from geo.model.query import Query
from geo.web.ogc.collections import COLLECTIONS
from geo.web.ogc.items import page
from tests.builders import SOURCES, VOCABULARY
from tests.integration.postgres_server import PostgresServer
from tests.unit.web.ogc.samples import FEATURES, SELECTED, atlas_of
from tests.unit.web.ogc.test_ogc_cql2 import FILTERS, LAYER

GIVEN: dict[str, Any] = {"vocabulary": VOCABULARY, "sources": SOURCES}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL of our own."""
    with PostgresServer() as started:
        yield started


def in_postgres(
    server: PostgresServer, name: str, layer: IncidentCollection, folder: Path
) -> Engine:
    """Return an engine over a layer in a database of that name."""
    # In a language of its own, where a letter's case and accents hardly order texts.
    language = ("--template=template0", "--locale-provider=icu", "--icu-locale=en")
    url = server.make_database(name, *language)
    import_layer(layer, url, **GIVEN, cache=folder)
    return open_engine(url, **GIVEN, storage=Storage(folder))


@pytest.fixture(scope="module")
def engines(
    server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Engine]:
    """Return engines over the layer of the CQL2 tests: in DuckDB, in PostgreSQL."""
    folder = tmp_path_factory.mktemp("cql2")
    return Engine(LAYER), in_postgres(server, "cql2", LAYER, folder)


@pytest.fixture(scope="module")
def atlases(
    server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Atlas, Atlas]:
    """Return atlases over the layer of the API's tests, in the same two."""
    folder = tmp_path_factory.mktemp("plain")
    near = atlas_of(FEATURES)
    data = json.dumps({"type": "FeatureCollection", "features": FEATURES}).encode()
    layer = parse_collection(
        data, "test", vocabulary=near.vocabulary, known_sources=near.sources
    )
    return near, replace(near, engine=in_postgres(server, "plain", layer, folder))


def found(engine: Engine, text: str, language: str) -> str:
    """Return the ids that a filter finds, as one word."""
    condition = read_filter(text, language, INCIDENTS, engine.pages)
    features, matched = engine.pages.features(Query(), condition=condition, limit=9)
    assert matched == len(features)
    return "".join(feature["id"] for feature in features)


@pytest.mark.parametrize(("text", "expected"), FILTERS)
def test_a_cql2_filter_finds_the_same(
    engines: tuple[Engine, Engine], text: str, expected: str
) -> None:
    """In both encodings, what the unit tests say it finds."""
    written = json.dumps(read_cql2_text(text))
    for engine in engines:
        assert found(engine, text, "cql2-text") == expected
        assert found(engine, written, "cql2-json") == expected


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_queryable_can_be_asked_of_both(
    engines: tuple[Engine, Engine], name: str
) -> None:
    """Whether it is there, and by a value of its kind."""
    value = {
        Type.TEXT: f"CASEI(ACCENTI({name})) > 'b'",
        Type.NUMBER: f"{name} < 2.5",
        Type.TRUTH: f"{name} <> FALSE",
        Type.DAY: f"{name} < DATE('2022-06-01')",
        Type.TEXTS: f"{name} IN ('paper', 'book')",
        Type.PLACE: f"S_INTERSECTS({name}, BBOX(0, 0, 3, 3))",
    }[INCIDENTS[name].type]
    for text in (f"{name} IS NULL", value, f"NOT ({value})"):
        near, far = (found(engine, text, "cql2-text") for engine in engines)
        assert near == far


@pytest.mark.parametrize("collection", ["incidents", "incidents-areas", "places"])
@pytest.mark.parametrize(("parameters", "expected"), SELECTED)
def test_parameters_select_the_same(
    atlases: tuple[Atlas, Atlas], parameters: str, expected: list[str], collection: str
) -> None:
    """Page, number and what comes next, of incidents and of their places."""
    given = parse_qs(parameters)
    near, far = (page(COLLECTIONS[collection], given, atlas) for atlas in atlases)
    assert near == far
    if collection == "incidents":
        assert [feature["id"] for feature in far[0]] == expected
