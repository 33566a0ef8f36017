"""Layers in GeoParquet answer as small GeoJSON does, wherever they are kept."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import pytest

from geo.base.errors import DataError, EngineAwayError, SettingsError
from geo.engine import Engine, Storage, import_layer, is_database, is_known, open_engine
from geo.layer.seal import layer_files
from geo.model.incident import Incident
from geo.model.query import Query
from tests.builders import make_incident, make_layer, scattered
from tests.unit.engine.samples import (
    CROWD,
    GIVEN,
    REGION,
    assert_same,
    crowd,
    opened,
    write_folder,
    write_parquet,
)

pytestmark = pytest.mark.usefixtures("everything_is_large")


@pytest.mark.parametrize("direct_above_bytes", [None, 0], ids=["copied", "direct"])
@pytest.mark.parametrize("shape", ["file", "folder"])
def test_geoparquet_answers_as_geojson_does(
    tmp_path: Path, shape: str, direct_above_bytes: int | None
) -> None:
    """In one file or many, copied into the cache or asked where it lies."""
    incidents = crowd()
    path = tmp_path / ("layer.parquet" if shape == "file" else "layer")
    (write_parquet if shape == "file" else write_folder)(path, incidents)

    found = opened(path, tmp_path / "cache", direct_above_bytes=direct_above_bytes)

    assert_same(found, Engine(make_layer(*incidents)))


@pytest.mark.parametrize("number", [0, 5])
def test_a_small_geoparquet_layer_is_in_memory(tmp_path: Path, number: int) -> None:
    """Nothing is written to the cache."""
    incidents = scattered(number)
    write_parquet(tmp_path / "layer.parquet", incidents)

    found = opened(tmp_path / "layer.parquet", tmp_path / "cache")

    assert found.ids(Query()) == [one.id for one in incidents]
    assert found.extent(Query()) == Engine(make_layer(*incidents)).extent(Query())
    assert not (tmp_path / "cache").exists()


def test_rows_that_are_not_sorted_keep_their_order(tmp_path: Path) -> None:
    """The curve is the engine's affair; lists and exports follow the file."""
    incidents = scattered(CROWD)
    write_parquet(tmp_path / "layer.parquet", incidents, is_sorted=False)

    found = opened(tmp_path / "layer.parquet", tmp_path / "cache")

    assert_same(found, Engine(make_layer(*incidents)))


def test_geoparquet_without_a_seal_is_checked(tmp_path: Path) -> None:
    """What was written by somebody else passes the same checks, or does not."""
    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    incidents = scattered(200)
    write_parquet(good, incidents, seal_it=False)
    write_parquet(bad, [*incidents, make_incident(radius_m=1)], seal_it=False)

    assert opened(good, tmp_path / "cache").ids(Query()) == [
        one.id for one in incidents
    ]
    with pytest.raises(DataError, match=r"feature 200 \(mural-2023\): radius_m"):
        opened(bad, tmp_path / "cache")


@pytest.mark.parametrize(
    ("incident", "what"),
    [
        (make_incident(category="nonsense"), "'nonsense' is not in the vocabulary"),
        (
            make_incident(
                citations=(replace(make_incident().citations[0], source="x"),)
            ),
            "'x' is not in the register of sources",
        ),
    ],
    ids=["category", "source"],
)
def test_a_seal_does_not_cover_another_deployments_words(
    tmp_path: Path, incident: Incident, what: str
) -> None:
    """Categories and sources are those of the files that the settings name."""
    write_parquet(tmp_path / "layer.parquet", [incident])

    with pytest.raises(DataError, match=what):
        opened(tmp_path / "layer.parquet", tmp_path / "cache")


def test_a_seal_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    """Such as of a file that was cut, or put together from two."""
    write_parquet(tmp_path / "layer.parquet", scattered(20), rows=21)

    with pytest.raises(DataError, match="20 incidents, but its seal says 21"):
        opened(tmp_path / "layer.parquet", tmp_path / "cache")


def test_what_is_no_layer_is_refused(tmp_path: Path) -> None:
    """An empty folder, a file that is not Parquet, and one that is not there."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.parquet").write_text("not Parquet")

    for name in ("empty", "text.parquet", "missing.parquet", "missing.geojson"):
        with pytest.raises(DataError, match=name):
            opened(tmp_path / name, tmp_path / "cache")


def test_names_that_begin_with_an_underscore_are_no_part(tmp_path: Path) -> None:
    """As Spark and others leave them behind."""
    write_folder(tmp_path / "layer", scattered(300))
    for name in ("_temporary/0.parquet", ".hidden/0.parquet", "part=0/_1.parquet"):
        write_parquet(tmp_path / "layer" / name, scattered(5))

    assert [
        str(file.relative_to(tmp_path)) for file in layer_files(tmp_path / "layer")
    ] == [
        "layer/part=0/0.parquet",
        "layer/part=1/0.parquet",
    ]
    assert opened(tmp_path / "layer", tmp_path / "cache").count(Query()) == 300


def test_a_large_layer_is_put_into_the_cache_once(tmp_path: Path) -> None:
    """The same content is found again, whatever its file is called."""
    write_parquet(tmp_path / "one.parquet", crowd())
    opened(tmp_path / "one.parquet", tmp_path / "cache")
    (file,) = (tmp_path / "cache").glob("*.duckdb")
    made = file.stat().st_ino
    write_parquet(tmp_path / "two.parquet", crowd())

    opened(tmp_path / "two.parquet", tmp_path / "cache")

    (file,) = (tmp_path / "cache").glob("*.duckdb")
    assert file.stat().st_ino == made


def test_the_cache_forgets_what_was_unused_for_longest(tmp_path: Path) -> None:
    """It does not grow with every edit."""
    for number in range(6):
        path = tmp_path / f"{number}.parquet"
        write_parquet(path, [make_incident(id=f"m-{number}"), *scattered(30)])
        opened(path, tmp_path / "cache")

    assert len(list((tmp_path / "cache").glob("*.duckdb"))) == 4


def test_a_rare_word_is_looked_for_once(tmp_path: Path) -> None:
    """Later questions know where it is; a common one is looked for each time."""
    incidents = [*crowd(), make_incident(id="rare", title="Zebra crossing")]
    write_parquet(tmp_path / "layer.parquet", incidents, is_sorted=False)
    engine = opened(tmp_path / "layer.parquet", tmp_path / "cache")

    for _ in range(2):
        assert engine.ids(Query(q="zebra")) == ["rare"]
        assert engine.count(Query(q="zebra elephant")) == 0
        assert engine.count(Query(q="mural")) == CROWD + 1
    assert [row.id for row in engine.rows(Query(q="zeb", bbox=REGION))] == ["rare"]


def test_an_engine_that_nobody_asks_any_more_is_closed() -> None:
    """And not before: a question may still be running."""
    closed: list[bool] = []
    engine = Engine(make_layer(make_incident()))
    store = engine._store
    close = store.close
    store.close = lambda: (closed.append(True), close())[1]  # type: ignore[method-assign]
    again = Engine(store)
    assert again.is_current()

    del again
    gc.collect()

    assert closed == [True]


def test_a_database_is_known_by_its_address() -> None:
    """Anything else is a file."""
    assert is_database("postgresql://u@h/d")
    assert not is_database("layers/postgresql.geojson")
    assert is_known("layer.geojson")
    assert not is_known("layer.gpkg")


def test_a_database_that_is_not_there_says_so(tmp_path: Path) -> None:
    """With its address, without the password, and what to do."""
    url = "postgresql://somebody:secret@127.0.0.1:9/map"

    with pytest.raises(EngineAwayError, match=r"127\.0\.0\.1:9/map") as opening:
        open_engine(url, **GIVEN, storage=Storage(tmp_path))
    with pytest.raises(EngineAwayError, match=r"127\.0\.0\.1:9/map") as filling:
        import_layer(make_layer(), url, **GIVEN, cache=tmp_path)
    for caught in (opening, filling):
        assert "secret" not in str(caught.value)
    with pytest.raises(SettingsError, match="postgresql://user@host"):
        open_engine("postgresql://h/d?nonsense=1", **GIVEN, storage=Storage(tmp_path))
