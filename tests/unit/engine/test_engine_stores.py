"""Layers in GeoParquet, FlatGeobuf and large GeoJSON answer as small GeoJSON does."""

from __future__ import annotations

import gc
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo.atlas import Atlas, _Shelf, read_atlas
from geo.engine import (
    FACETS,
    ORDERS,
    Engine,
    Places,
    View,
    cells,
    import_layer,
    is_database,
    is_known,
    open_engine,
)
from geo.engine.remembering import Memory
from geo.errors import DataError, EngineAwayError, NotFoundError, SettingsError
from geo.export import export_file
from geo.incident import Incident
from geo.layer import dump_layer
from geo.layer_table import (
    MARKER_FILE,
    SCHEMA,
    ContentDigest,
    Marker,
    batch_of,
    feature_text,
    file_metadata,
    layer_files,
    read_marker,
    write_marker,
)
from geo.query import Bbox, Dates, Query
from geo.settings import Settings
from tests.builders import (
    SOURCES,
    VOCABULARY,
    make_incident,
    make_layer,
    scattered,
    unplaced,
)
from tests.strategies import queries

WORLD: Final = Bbox(-180, -90, 180, 90)
REGION: Final = Bbox(18.5, 43.5, 22.5, 46.0)
QUERIES: Final = (
    Query(),
    Query(category=("mural",)),
    Query(status=("reported",), source=("daily",), country=("RS",)),
    Query(since=date(2022, 12, 1), until=date(2023, 1, 31)),
    Query(q="mural painted"),
    Query(q="nowhere"),
    Query(bbox=REGION),
)
GIVEN: Final[dict[str, Any]] = {"vocabulary": VOCABULARY, "sources": SOURCES}
CROWD: Final = 600


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat layers of hundreds as the large ones they stand for."""
    monkeypatch.setattr("geo.engine.opening.LARGE_ROWS", 10)
    monkeypatch.setattr("geo.engine.opening.LARGE_BYTES", 10)
    monkeypatch.setattr("geo.engine.streamed._STRETCH", 97)
    monkeypatch.setattr("geo.engine.streamed._CHUNK_CHARS", 1_000)


def crowd() -> list[Incident]:
    """Return incidents along the Z-order curve, as a layer in GeoParquet has them."""
    made = scattered(CROWD)
    numbers = batch_of(made).column("z_order").to_pylist()
    order = sorted(range(CROWD), key=lambda index: (numbers[index], index))
    return [made[index] for index in order]


def write_parquet(
    path: Path, incidents: list[Incident], *, promise: bool = True, **changes: object
) -> Marker:
    """Write incidents as a file of a layer; *changes* are to its promise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    batch = batch_of(incidents)
    digest = ContentDigest()
    digest.add(batch.column("feature").to_pylist())
    marker = replace(digest.marker(), **changes)  # type: ignore[arg-type]
    with pq.ParquetWriter(path, SCHEMA) as writer:
        writer.write_batch(batch, row_group_size=100)
        writer.add_key_value_metadata(file_metadata(marker if promise else None))
    return marker


def write_folder(folder: Path, incidents: list[Incident]) -> None:
    """Write incidents as a partitioned layer."""
    digest = ContentDigest()
    for part, first in enumerate(range(0, len(incidents), 250)):
        stretch = incidents[first : first + 250]
        path = folder / f"part={part}" / "0.parquet"
        digest.merge(write_parquet(path, stretch, promise=False))
    write_marker(folder, digest.marker())


def opened(path: Path, cache: Path, **changes: int | None) -> Engine:
    """Open a layer as a deployment does."""
    return open_engine(str(path), **GIVEN, places=Places(cache, **changes))


def answers(engine: Engine, query: Query) -> dict[str, Any]:
    """Return everything that can be asked of a query."""
    return {
        "count": engine.count(query),
        "missing": [
            engine.count(query, missing=name) for name in ("place", "date", "end")
        ],
        "counts": [list(engine.counts(query, field).items()) for field in FACETS],
        "histogram": engine.histogram(query),
        "days": engine.days(query),
        "extent": engine.extent(query),
        "ids": engine.ids(query),
        "lines": list(engine.feature_lines(query)),
        "rows": [engine.rows(query, order=order) for order in ORDERS],
        "items": engine.items(query, limit=20, after="incident-3"),
        "places": engine.place_items(query, limit=20),
        "views": [engine.view(query, WORLD, zoom) for zoom in (2, 6, 12)],
    }


def assert_same(found: Engine, expected: Engine) -> None:
    """Compare all answers, records and places of two engines."""
    for query in QUERIES:
        assert answers(found, query) == answers(expected, query)
    for incident_id in expected.ids(Query())[::40]:
        assert found.feature(incident_id) == expected.feature(incident_id)
        place = expected.where_is(incident_id)
        assert found.where_is(incident_id) == place
        if place and place.area:
            shape = expected.place_geometry(place.number)
            assert found.place_geometry(place.number) == shape
    with pytest.raises(NotFoundError):
        found.feature("nobody")
    assert found.updated == expected.updated


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


def test_a_large_geojson_layer_is_read_in_stretches(tmp_path: Path) -> None:
    """With foreign members, in file order, and once."""
    layer = replace(make_layer(*scattered(CROWD)), members={"note": ["as it was", 1]})
    path = tmp_path / "layer.geojson"
    path.write_bytes(b"".join(dump_layer(layer)))
    told: list[int] = []

    found = open_engine(
        str(path), **GIVEN, places=Places(tmp_path / "cache"), progress=told.append
    )
    again = open_engine(
        str(path), **GIVEN, places=Places(tmp_path / "cache"), progress=pytest.fail
    )

    assert_same(found, Engine(layer))
    assert told[-1] == CROWD
    assert found.members == again.members == {"note": ["as it was", 1]}
    assert found.version == again.version


def test_geoparquet_without_a_promise_is_checked(tmp_path: Path) -> None:
    """What was written by somebody else passes the same checks, or does not."""
    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    incidents = scattered(200)
    write_parquet(good, incidents, promise=False)
    write_parquet(bad, [*incidents, make_incident(radius_m=1)], promise=False)

    assert opened(good, tmp_path / "cache").ids(Query()) == [
        one.id for one in incidents
    ]
    with pytest.raises(DataError, match=r"feature 200 \(mural-2023\): radius_m"):
        opened(bad, tmp_path / "cache")


def test_every_fault_of_a_large_geojson_layer_is_told_by_its_feature(
    tmp_path: Path,
) -> None:
    """Features are counted through the whole file, not through a stretch."""
    incidents = [
        *scattered(150),
        make_incident(id="one", category="nonsense"),
        *(replace(one, id=f"more-{one.id}") for one in scattered(150)),
        make_incident(id="two", citations=()),
    ]
    path = tmp_path / "layer.geojson"
    path.write_bytes(b"".join(dump_layer(make_layer(*incidents))))

    with pytest.raises(DataError) as caught:
        opened(path, tmp_path / "cache")

    errors = [fault for fault in caught.value.faults if fault.severity == "error"]
    assert {(fault.index, fault.feature_id) for fault in errors} == {
        (150, "one"),
        (301, "two"),
    }
    assert not list((tmp_path / "cache").iterdir())


def test_an_id_used_twice_far_apart_is_refused(tmp_path: Path) -> None:
    """Stretches are checked together as well."""
    again = make_incident(id="incident-0")
    path = tmp_path / "layer.geojson"
    path.write_bytes(b"".join(dump_layer(make_layer(*scattered(300), again))))

    with pytest.raises(DataError, match="'incident-0' is used 2 times"):
        opened(path, tmp_path / "cache")


FEATURE: Final = feature_text(make_incident())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"type": "FeatureCollection"}',
        '{"type": "Feature", "features": []}',
        '{"type": "FeatureCollection", "features": {}}',
        '{"type": "FeatureCollection", "features": [',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE} {FEATURE}]}}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}]}} 1',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}], "crs": {{}}}}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}], "features": []}}',
        f'{{"note": 1, "note": 2, "features": [{FEATURE}]}}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE},]}}',
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": ' + "[" * 5_000,
    ],
    ids=range(16),
)
def test_what_is_not_a_collection_is_refused(tmp_path: Path, text: str) -> None:
    """A large file that breaks off is not read as a small one."""
    path = tmp_path / "layer.geojson"
    path.write_text(text + " " * 20)

    with pytest.raises(DataError):
        opened(path, tmp_path / "cache")


@pytest.mark.parametrize(
    "text",
    [
        f'\ufeff{{"type":"FeatureCollection","features":[{FEATURE}]}}',
        f'{{ "note" : 12 , "features" : [ {FEATURE} ] , "type":"FeatureCollection" }}\n',
        f'{{"type":"FeatureCollection","bbox":[0,0,90,90],"features":[{FEATURE}]}}',
        f'{{"type":"FeatureCollection","features":[{FEATURE}],"bbox":[0,0,90,90]}}',
        '{"type":"FeatureCollection","features":[]}',
    ],
    ids=range(5),
)
def test_collections_may_be_written_in_many_ways(tmp_path: Path, text: str) -> None:
    """Spaces, a byte order mark, members before and behind."""
    path = tmp_path / "layer.geojson"
    path.write_text(text + " " * 20)

    assert opened(path, tmp_path / "cache").count(Query()) == text.count("mural-2023")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    path = tmp_path / "layer.geojson"
    path.write_bytes('{"note": "Čačak"}'.encode("utf-16"))

    with pytest.raises(DataError, match="UTF-8"):
        opened(path, tmp_path / "cache")


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
def test_a_promise_does_not_cover_another_deployments_words(
    tmp_path: Path, incident: Incident, what: str
) -> None:
    """Categories and sources are those of the files that the settings name."""
    write_parquet(tmp_path / "layer.parquet", [incident])

    with pytest.raises(DataError, match=what):
        opened(tmp_path / "layer.parquet", tmp_path / "cache")


def test_a_promise_that_is_not_kept_is_an_error(tmp_path: Path) -> None:
    """Such as of a file that was cut, or put together from two."""
    write_parquet(tmp_path / "layer.parquet", scattered(20), rows=21)

    with pytest.raises(DataError, match="20 incidents, but its metadata promises 21"):
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


@pytest.mark.parametrize(
    "written",
    [None, b"", b"{", b"[]", b'{"rows": 1}', '{"rows": 1, "digest": "x", "layout": 1}'],
)
def test_what_is_not_a_promise_promises_nothing(written: str | bytes | None) -> None:
    """Neither does the promise of another layout."""
    assert read_marker(written) is None
    assert read_marker(json.dumps({"rows": 1, "digest": "0", "layout": 99})) is None


def test_a_layers_checksum_does_not_depend_on_order_or_parts() -> None:
    """So that parts can be made on several machines."""
    texts = [feature_text(one) for one in scattered(20)]
    whole, first, second, both = (ContentDigest() for _ in range(4))
    whole.add(texts)
    first.add(texts[12:])
    second.add(texts[:12])

    both.merge(first.marker())
    both.merge(second.marker())

    assert both.marker() == whole.marker()
    assert first.marker().version != second.marker().version


# --- summaries ---------------------------------------------------------------


@pytest.fixture
def summarised(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Return an engine that answers wide views from summaries."""
    monkeypatch.setattr("geo.engine.cells.LEAST_ROWS", 10)
    monkeypatch.setattr("geo.engine.totals.LEAST_ROWS", 10)
    monkeypatch.setattr("geo.engine.cells._WORTH", 1.0)
    return Engine(make_layer(*scattered(CROWD)))


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_totals_are_what_counting_finds(summarised: Engine, query: Query) -> None:
    """Answered from a few rows or from all, numbers are the same."""
    plain = Engine(make_layer(*scattered(CROWD)))

    found, expected = answers(summarised, query), answers(plain, query)

    assert found == expected


@pytest.fixture(scope="module")
def told_twice() -> Iterator[Callable[[Query, Bbox, int], tuple[View, View]]]:
    """Return what asks for a view twice: of summaries, and of the incidents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.engine.cells.LEAST_ROWS", 10)
        patch.setattr("geo.engine.cells._WORTH", 1.0)
        engine = Engine(make_layer(*scattered(CROWD)))

    def ask(query: Query, bbox: Bbox, zoom: int) -> tuple[View, View]:
        found = engine.view(query, bbox, zoom)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("geo.engine.cells.known", lambda *_: None)
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
        since=st.none() | st.dates(date(2020, 1, 1), date(2024, 12, 31)),
        until=st.none()
        | st.sampled_from([date(9999, 12, 31), date(2023, 6, 30)])
        | st.dates(date(2020, 1, 1), date(2025, 12, 31)),
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
        (Query(since=date(2022, 3, 5)), "incident_cell_month"),
        (Query(until=date(2022, 3, 31), category=("mural",)), "incident_cell_month"),
        (Query(until=date(2022, 3, 31), status=("alleged",)), None),
        (Query(q="mural"), None),
        (Query(bbox=REGION), None),
    ],
)
def test_each_kind_of_query_has_its_table(query: Query, table: str | None) -> None:
    """Where a view of the whole world is known from."""
    shifts = {each.name: (20, 22) for each in cells.TABLES}

    found = cells.known(query, shifts, 24)

    assert (found and (found[0].name, found[1])) == (table and (table, 22))
    assert cells.known(query, shifts, 19) is None


def test_a_view_of_summaries_leaves_out_what_is_far_from_it(summarised: Engine) -> None:
    """Only markers whose incidents reach into sight are sent."""
    for zoom in range(4, 12):
        shown = summarised.view(Query(), REGION, zoom)
        for group in shown.groups:
            assert group.extent.west <= REGION.east + 1e-6
            assert group.extent.east >= REGION.west - 1e-6
    assert sum(group.count for group in shown.groups) >= len(
        summarised.rows(Query(), within=REGION)
    )


def test_a_viewport_across_the_antimeridian_is_one_viewport(summarised: Engine) -> None:
    """Also where cells are summarised."""
    across = Bbox(170, -80, -170, 80)

    shown = summarised.view(Query(), across, 3)

    inside = len(summarised.rows(Query(), within=across))
    assert inside > 0
    assert sum(group.count for group in shown.groups) >= inside


def test_a_viewport_larger_than_any_screen_is_bounded(summarised: Engine) -> None:
    """The whole world at street level would be millions of cells."""
    shown = summarised.view(Query(), WORLD, 22, most=100_000)

    assert sum(group.count for group in shown.groups) == summarised.count(
        Query()
    ) - summarised.count(Query(), missing="place")


# --- the cache and the atlas -------------------------------------------------


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


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings that name a layer, and the words of the tests."""
    monkeypatch.setattr("geo.atlas.read_vocabulary", lambda _: VOCABULARY)
    monkeypatch.setattr("geo.atlas.read_sources", lambda _: SOURCES)
    made = Settings(layer=str(tmp_path / "layer.parquet"), cache=tmp_path / "cache")
    monkeypatch.setattr("geo.atlas.settings", lambda: made)
    return made


def test_a_flatgeobuf_layer_is_read_as_import_reads_it(
    tmp_path: Path, settings: Settings
) -> None:
    """Every incident comes back, whatever order the format has them in."""
    incidents = [*scattered(30), unplaced(id="nowhere")]
    engine = Engine(make_layer(*incidents))
    path = tmp_path / "layer.fgb"
    path.write_bytes(
        export_file(engine, Query(), "fgb", vocabulary=VOCABULARY, sources=SOURCES)
    )

    found = read_atlas(settings.model_copy(update={"layer": str(path)})).engine

    assert not is_known(str(path))
    assert sorted(found.ids(Query())) == sorted(engine.ids(Query()))
    for one in incidents:
        assert found.feature(one.id) == engine.feature(one.id)


def test_a_large_layer_that_changes_drops_no_viewer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the new one is read, the old one answers; who still asks it, may."""
    monkeypatch.setattr("geo.atlas._LARGE_BYTES", 10)
    path = Path(settings.layer)
    write_parquet(path, crowd())
    shelf = _Shelf()
    before = shelf.get()
    go_on = threading.Event()

    def slowly(given: Settings) -> Atlas:
        assert go_on.wait(10)
        return read_atlas(given)

    monkeypatch.setattr("geo.atlas.read_atlas", slowly)
    write_parquet(path, [make_incident(id="new"), *crowd()], is_sorted=False)
    os.utime(path, (1, 1))

    assert all(shelf.get() is before for _ in range(5))
    go_on.set()
    deadline = time.monotonic() + 20
    while shelf.get() is before and time.monotonic() < deadline:
        time.sleep(0.02)

    assert shelf.get().engine.count(Query()) == CROWD + 1
    assert before.engine.count(Query()) == CROWD


def test_a_folder_is_read_anew_when_its_promise_changes(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The promise is written last: a folder that is being written is left alone."""
    folder = tmp_path / "layer"
    write_folder(folder, crowd())
    given = settings.model_copy(update={"layer": str(folder)})
    monkeypatch.setattr("geo.atlas.settings", lambda: given)
    shelf = _Shelf()
    assert shelf.get().engine.count(Query()) == CROWD

    write_parquet(folder / "part=9" / "0.parquet", [make_incident()], promise=False)
    assert shelf.get().engine.count(Query()) == CROWD
    digest = ContentDigest()
    digest.add([feature_text(one) for one in [*crowd(), make_incident()]])
    write_marker(folder, digest.marker())
    os.utime(folder / MARKER_FILE, (1, 1))

    assert shelf.get().engine.count(Query()) == CROWD + 1


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


# --- smaller parts -----------------------------------------------------------


def test_a_question_is_asked_once_until_it_is_forgotten() -> None:
    """The longest unused goes first."""
    asked: list[str] = []

    def ask(sql: str, _: Sequence[Any]) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return [(sql,)]

    memory = Memory(ask, most=2)

    for sql in ("a", "a", "b", "a", "c", "a", "b"):
        assert memory.ask(sql, [1]) == [(sql,)]
    assert asked == ["a", "b", "c", "b"]
    memory.ask("a", ["x" * 20_000])
    memory.ask("a", ["x" * 20_000])
    assert asked == ["a", "b", "c", "b", "a", "a"]


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
        open_engine(url, **GIVEN, places=Places(tmp_path))
    with pytest.raises(EngineAwayError, match=r"127\.0\.0\.1:9/map") as filling:
        import_layer(make_layer(), url, **GIVEN, cache=tmp_path)
    for caught in (opening, filling):
        assert "secret" not in str(caught.value)
    with pytest.raises(SettingsError, match="postgresql://user@host"):
        open_engine("postgresql://h/d?nonsense=1", **GIVEN, places=Places(tmp_path))
