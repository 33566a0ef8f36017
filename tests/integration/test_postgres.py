"""PostgreSQL answers as DuckDB does, row by row, and comes back after a fall."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any, Final

import psycopg
import pyarrow.parquet as pq
import pytest
import shapely
from click.testing import CliRunner, Result
from hypothesis import given, settings
from starlette.applications import Starlette

from geo.atlas.shelf import _Shelf
from geo.base.errors import (
    EngineAwayError,
    NotFoundError,
    QueryError,
    SettingsError,
    StoppedError,
    TooLongError,
)
from geo.base.grid import Bbox
from geo.base.settings import Settings
from geo.base.work import Work, doing
from geo.commands.cli import main
from geo.engine import (
    ORDERS,
    Engine,
    Storage,
    import_layer,
    open_engine,
)
from geo.engine.answers import Condition, PlaceTest
from geo.engine.cql2 import read_filter
from geo.engine.queryables import INCIDENTS, queryables_of
from geo.layer import dump_collection
from geo.layer.seal import ContentDigest
from geo.layer.table import SCHEMA, batch_of, file_metadata
from geo.model.query import SEVERAL, Query
from geo.web.routes import routes
from tests.builders import (
    SOURCES,
    VOCABULARY,
    make_incident,
    make_layer,
    over_years,
    scattered,
    unplaced,
)
from tests.client import answer_of, ask
from tests.integration.postgres_server import BIN, INSTALL, PostgresServer
from tests.strategies import queries
from tests.unit.web.ogc.test_ogc_cql2 import OF_NEWSROOM, OWN, OWN_FILTERS

WORLD: Final = Bbox(-180, -90, 180, 90)
VIEWPORTS: Final = (
    WORLD,
    Bbox(18.5, 43.5, 22.5, 46.0),
    Bbox(20.2, 44.6, 20.7, 45.0),
    Bbox(170.0, -60.0, -120.0, 60.0),
)
QUERIES: Final = (
    Query(),
    Query(category=("mural",)),
    Query(category=("attack", "mural"), status=("reported",)),
    Query(country=("RS",), source=("daily",)),
    Query(since=date(2022, 12, 1), until=date(2023, 1, 31)),
    Query(status=("alleged",), since=date(2022, 3, 5)),
    Query(status=("alleged", "planned"), until=date(2022, 10, 20)),
    Query(q="mural"),
    Query(q="incident ml"),
    Query(bbox=Bbox(19.0, 44.0, 22.0, 46.0)),
    Query(bbox=Bbox(150.0, -60.0, -100.0, 70.0)),
    Query(q="nowhere to be found"),
)
FILTERS: Final = (
    "category = 'mural'",
    "summary LIKE '%mural%' AND radius_m > 1000",
    "CASEI(title) = CASEI('MURAL PAINTED OVER')",
    "ACCENTI(place) = ACCENTI('Belgrade')",
    "source = 'daily' OR source IS NULL",
    "T_INTERSECTS(date, INTERVAL('2022-12-01', '2023-01-31'))",
    "S_INTERSECTS(geometry, BBOX(19, 44, 22, 46))",
    "version = 1 AND generalised = FALSE",
    "date_latest IS NULL",
)
#: Enough to be summarised in cells.
CROWD: Final = 21_000
GIVEN: Final[dict[str, Any]] = {"vocabulary": VOCABULARY, "sources": SOURCES}
Pair = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Start a server; install PostgreSQL first where that is possible."""
    if not (BIN / "initdb").exists() or shutil.which("runuser") is None:
        subprocess.run([INSTALL], check=True)
    with PostgresServer() as started:
        yield started


def filled(url: str, layer: Any, folder: Path) -> Engine:  # noqa: ANN401 - layer or path
    """Put a layer into a database, and return an engine over it."""
    import_layer(layer, url, **GIVEN, cache=folder)
    return open_engine(url, **GIVEN, storage=Storage(folder))


@pytest.fixture(scope="module")
def small(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return engines over one small layer: in DuckDB, in PostgreSQL."""
    layer = make_layer(
        *scattered(250),
        make_incident(id="said", title='Čačak, "quoted"\n; \\N', place="Čačak"),
        unplaced(id="bare", title="=1+1", date=None, updated=""),
    )
    url = server.make_database("small")
    return Engine(layer), filled(url, layer, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def crowd(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return engines over a layer that is summarised, from the same GeoParquet."""
    folder = tmp_path_factory.mktemp("crowd")
    path = folder / "crowd.parquet"
    batch = batch_of(over_years(scattered(CROWD)))
    digest = ContentDigest()
    digest.add(batch.column("feature").to_pylist())
    seal = replace(digest.seal(), is_sorted=False)
    with pq.ParquetWriter(path, SCHEMA) as writer:
        writer.write_batch(batch)
        writer.add_key_value_metadata(file_metadata(seal))
    in_duckdb = open_engine(str(path), **GIVEN, storage=Storage(folder))
    return in_duckdb, filled(server.make_database("crowd"), path, folder)


@pytest.fixture(params=["small", "crowd"])
def pair(request: pytest.FixtureRequest) -> Pair:
    """Return engines over the same layer, first the small one, then the crowd."""
    found: Pair = request.getfixturevalue(request.param)
    return found


def answers(engine: Engine, query: Query) -> dict[str, Any]:
    """Return everything that can be asked of a query, but what floats."""
    return {
        "count": engine.count(query),
        "missing": [
            engine.count(query, missing=name) for name in ("place", "date", "end")
        ],
        "counts": {
            field: list(engine.counts(query, field).items()) for field in SEVERAL
        },
        "histogram": engine.histogram(query),
        "years": engine.histogram(query, most=5),
        "days": engine.days(query),
        "ids": engine.ids(query),
        "rows": {order: engine.rows(query, order=order, limit=300) for order in ORDERS},
        "within": engine.rows(query, within=VIEWPORTS[1], limit=50, offset=3),
        "items": engine.pages.features(query, limit=40, after="incident-2"),
        "places": engine.pages.places(query, limit=40),
    }


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_answers_are_equal_row_by_row(pair: Pair, query: Query) -> None:
    """Lists, counts, bars, pages: the same statements give the same rows."""
    in_duckdb, in_postgres = pair

    assert answers(in_postgres, query) == answers(in_duckdb, query)


@pytest.mark.parametrize("zoom", range(0, 19, 2))
def test_views_are_equal(pair: Pair, zoom: int) -> None:
    """Markers, their places and the areas in sight, at every zoom."""
    in_duckdb, in_postgres = pair

    for query in QUERIES[:8]:
        for viewport in VIEWPORTS:
            asked = query, viewport, zoom
            assert in_postgres.view(*asked) == in_duckdb.view(*asked)


@settings(max_examples=25, deadline=None)
@given(query=queries())
def test_any_query_finds_the_same(small: Pair, query: Query) -> None:
    """Whatever can be asked in an address."""
    in_duckdb, in_postgres = small

    assert answers(in_postgres, query) == answers(in_duckdb, query)


def test_extents_are_equal_but_for_the_last_digit(pair: Pair) -> None:
    """Cosines of two libraries may differ there."""
    in_duckdb, in_postgres = pair

    for query in QUERIES:
        found = in_postgres.extent(query)
        expected = in_duckdb.extent(query)
        assert found == (expected and pytest.approx(expected, rel=1e-12))


def test_records_are_equal(pair: Pair) -> None:
    """Whole features, as text and as values, and where they are."""
    in_duckdb, in_postgres = pair
    query = Query(category=("mural",))

    lines = list(in_duckdb.feature_lines(query))
    assert list(in_postgres.feature_lines(query)) == lines
    for incident_id in in_duckdb.ids(query)[:30]:
        assert in_postgres.feature(incident_id) == in_duckdb.feature(incident_id)
        place = in_duckdb.where_is(incident_id)
        assert in_postgres.where_is(incident_id) == place
        if place and place.area:
            shape = in_duckdb.outlines([place.number])
            assert in_postgres.outlines([place.number]) == shape
    for name in ("", "nobody", "a\x00b", "'; DROP TABLE incident; --"):
        with pytest.raises(NotFoundError):
            in_postgres.feature(name)
    assert in_postgres.updated == in_duckdb.updated


@pytest.mark.parametrize("text", FILTERS)
def test_cql2_filters_find_the_same(small: Pair, text: str) -> None:
    """What OGC API - Features asks for is asked of both."""
    pages = [
        engine.pages.features(
            Query(),
            condition=read_filter(text, "cql2-text", INCIDENTS, engine.pages),
            limit=400,
        )
        for engine in small
    ]

    assert pages[0] == pages[1]
    assert pages[0][1] > 0 or "source" in text


@pytest.fixture(scope="module")
def newsroom(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return engines over a layer whose records have own fields of odd names."""
    url = server.make_database("newsroom")
    folder = tmp_path_factory.mktemp("newsroom")
    return Engine(OF_NEWSROOM), filled(url, OF_NEWSROOM, folder)


@pytest.mark.parametrize(("asked", "ids"), OWN_FILTERS)
def test_own_fields_are_asked_for_in_both(newsroom: Pair, asked: Any, ids: str) -> None:  # noqa: ANN401
    """Whatever they are called, and whatever else stands in them."""
    queryables = queryables_of("incidents", OWN)
    for engine in newsroom:
        condition = read_filter(
            json.dumps(asked), "cql2-json", queryables, engine.pages
        )
        features, _ = engine.pages.features(Query(), condition=condition, limit=9)

        assert "".join(feature["id"] for feature in features) == ids


def test_places_that_pass_a_test_are_the_same(small: Pair) -> None:
    """Predicates are tried on the geometries that the database holds."""
    area = shapely.box(19, 44, 22, 46)

    found = [
        engine.pages.places_where([PlaceTest(partial(shapely.intersects, area), near)])
        for engine in small
        for near in (Bbox(19, 44, 22, 46), None)
    ]

    assert found[0] == found[1] == found[2] == found[3] != [[]]


def test_a_value_that_no_column_can_hold_is_the_askers_fault(small: Pair) -> None:
    """Such as a NUL in a text."""
    condition = Condition("title = ?", ("a\x00b",))

    with pytest.raises(QueryError, match="NUL"):
        small[1].pages.features(Query(), condition=condition, limit=1)


def test_other_programs_find_a_table_with_geometries(server: PostgresServer) -> None:
    """PostGIS knows the column, its system and its index."""
    layer = make_layer(*scattered(60))
    url = server.make_database("gis")
    import_layer(layer, url, **GIVEN, cache=Path("unused"))

    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT f_table_schema, srid, type FROM geometry_columns "
            "WHERE f_table_name = 'incident'"
        ).fetchall()
        (within,) = connection.execute(
            "SELECT count(*) FROM incident_map.incident WHERE "
            "ST_X(ST_PointOnSurface(geometry)) BETWEEN west AND east"
        ).fetchall()

    assert found == [("incident_map", 4326, "GEOMETRY")]
    assert within[0] == sum(one.geometry is not None for one in layer.incidents)


def test_a_new_import_replaces_the_layer_at_once(
    server: PostgresServer, tmp_path: Path
) -> None:
    """Nobody sees half of it, nothing of the old one is left, and all servers learn."""
    url = server.make_database("replaced")
    engine = filled(url, make_layer(make_incident(id="old")), tmp_path)
    assert engine.is_current()

    import_layer(make_layer(make_incident(id="new")), url, **GIVEN, cache=tmp_path)

    assert not engine.is_current()
    after = open_engine(url, **GIVEN, storage=Storage(tmp_path))
    assert after.ids(Query()) == ["new"]
    assert after.version != engine.version
    with psycopg.connect(url) as connection:
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'incident_map%'"
        ).fetchall()
    assert schemas == [("incident_map",)]


def test_equal_incidents_have_equal_versions(
    server: PostgresServer, tmp_path: Path
) -> None:
    """So that an import that changes nothing keeps every cache."""
    made = scattered(30)
    url = server.make_database("versions")

    first = import_layer(make_layer(*made), url, **GIVEN, cache=tmp_path)
    again = import_layer(make_layer(*made[::-1]), url, **GIVEN, cache=tmp_path)
    other = import_layer(make_layer(*made[1:]), url, **GIVEN, cache=tmp_path)

    assert first.version == again.version != other.version


def test_an_empty_layer_is_a_layer(server: PostgresServer, tmp_path: Path) -> None:
    """No incidents is no error."""
    engine = filled(server.make_database("empty"), make_layer(), tmp_path)

    assert engine.count(Query()) == 0
    assert engine.extent(Query()) is None
    assert engine.view(Query(), WORLD, 3).groups == ()


def test_a_database_without_a_layer_says_how_to_fill_it(
    server: PostgresServer, tmp_path: Path
) -> None:
    """The message names the command."""
    url = server.make_database("bare")

    with pytest.raises(SettingsError, match=r"has no layer.*incidents import"):
        open_engine(url, **GIVEN, storage=Storage(tmp_path))


@pytest.fixture
def atlas_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Callable[[], list[str]]]:
    """Return what makes a reading of the ids in a database, as a server does."""

    def make(url: str) -> Callable[[], list[str]]:
        given_ = Settings(layer=url, cache=tmp_path)
        monkeypatch.setattr("geo.atlas.shelf.settings", lambda: given_)
        monkeypatch.setattr("geo.atlas.shelf.read_vocabulary", lambda _: VOCABULARY)
        monkeypatch.setattr("geo.atlas.shelf.read_sources", lambda _: SOURCES)
        monkeypatch.setattr("geo.atlas.shelf._ASK_EVERY_S", 0.0)
        shelf = _Shelf()
        return lambda: shelf.get().engine.ids(Query())

    return make


def test_a_running_server_learns_of_a_new_layer(
    server: PostgresServer,
    tmp_path: Path,
    atlas_of: Callable[[str], Callable[[], list[str]]],
) -> None:
    """Without a restart."""
    url = server.make_database("running")
    import_layer(make_layer(make_incident(id="old")), url, **GIVEN, cache=tmp_path)
    ids = atlas_of(url)
    assert ids() == ["old"]

    import_layer(make_layer(make_incident(id="new")), url, **GIVEN, cache=tmp_path)

    assert ids() == ["new"]


def test_a_server_outlives_its_database(
    tmp_path: Path, atlas_of: Callable[[str], Callable[[], list[str]]]
) -> None:
    """While it is away every question says so at once; then answers come again."""
    with PostgresServer() as own:
        import_layer(make_layer(make_incident()), own.url, **GIVEN, cache=tmp_path)
        ids = atlas_of(own.url)
        assert ids() == ["mural-2023"]

        own.kill()
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(EngineAwayError, match=r"127\.0\.0\.1.*does not answer"):
                ids()
            # Sooner than a pool gives up waiting for a connection.
            assert time.monotonic() - began < Storage(tmp_path).timeout_s
        own.start()

        assert ids() == ["mural-2023"]


def test_routes_say_503_while_the_database_is_away(
    tmp_path: Path, atlas_of: Callable[[str], Callable[[], list[str]]]
) -> None:
    """Over HTTP, at once, with when to ask again; then answers come again."""
    with PostgresServer() as own:
        import_layer(make_layer(make_incident()), own.url, **GIVEN, cache=tmp_path)
        atlas_of(own.url)
        app = Starlette(routes=routes())
        shelf = _Shelf()
        with pytest.MonkeyPatch.context() as patch:
            answer_of(patch, shelf.get)
            paths = ("/healthz", "/api/summary", "/ogc/collections")
            before = [ask(app, path).status_code for path in paths]
            own.kill()
            away = [ask(app, path) for path in paths]
            own.start()
            after = [ask(app, path).status_code for path in paths]

    assert before == after == [200, 200, 200]
    for answer in away:
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert "does not answer" in answer.json()["detail"]


def test_the_command_fills_a_database_from_any_file(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small layer as it is; GeoParquet streams; what is wrong leaves it as it was."""
    url = server.make_database("commanded").replace("//incidents", "//incidents:secret")
    deployment = Settings(cache=tmp_path)
    # The command imports them when it works.
    monkeypatch.setattr("geo.base.settings.settings", lambda: deployment)
    monkeypatch.setattr("geo.model.vocabulary.read_vocabulary", lambda _: VOCABULARY)
    monkeypatch.setattr("geo.model.sources.read_sources", lambda _: SOURCES)
    layer = make_layer(*scattered(40))
    small = tmp_path / "small.geojson"
    small.write_bytes(b"".join(dump_collection(layer)))
    stored = tmp_path / "stored.parquet"
    batch = batch_of(scattered(60))
    digest = ContentDigest()
    digest.add(batch.column("feature").to_pylist())
    seal = replace(digest.seal(), is_sorted=False)
    with pq.ParquetWriter(stored, SCHEMA) as writer:
        writer.write_batch(batch)
        writer.add_key_value_metadata(file_metadata(seal))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(stored.read_bytes()[:500])

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["import", *map(str, arguments)])

    def ids() -> int:
        return open_engine(url, **GIVEN, storage=Storage(tmp_path)).count(Query())

    results = []
    for path, count in ((small, 40), (stored, 60)):
        results.append(run(path, "--to", url))
        assert results[-1].exit_code == 0, results[-1].output
        assert f"{count} " in results[-1].stderr
        assert ids() == count
    told = run(stored, "--to", url, "--json")
    assert json.loads(told.stdout)["database"]["incidents"] == 60
    for wrong, code in (
        ((broken, "--to", url), 1),
        ((stored, "--to", "postgresql://x:secret@127.0.0.1:9/none"), 1),
        ((stored, "--to", "mysql://x:secret@h/d"), 2),
        ((stored, "--to", url, "--output", tmp_path / "out.geojson"), 2),
    ):
        results.append(run(*wrong))
        assert results[-1].exit_code == code, results[-1].output
    assert ids() == 60
    assert not any("secret" in result.output for result in results)


def test_a_server_that_starts_before_its_database_says_so(tmp_path: Path) -> None:
    """The address is told without its password."""
    url = "postgresql://somebody:secret@127.0.0.1:9/nothing"

    with pytest.raises(EngineAwayError, match=r"127\.0\.0\.1:9/nothing") as caught:
        open_engine(url, **GIVEN, storage=Storage(tmp_path))

    assert "secret" not in str(caught.value)


def test_a_question_that_takes_too_long_is_called_off(
    server: PostgresServer, tmp_path: Path
) -> None:
    """And the connection is used again."""
    url = server.make_database("slow")
    import_layer(make_layer(make_incident()), url, **GIVEN, cache=tmp_path)
    engine = open_engine(
        url, **GIVEN, storage=Storage(tmp_path, connections=1, query_timeout_s=1)
    )
    slow = Condition("pg_sleep(600) IS NOT NULL")

    with pytest.raises(TooLongError, match="longer than 1 s"):
        engine.pages.features(Query(), condition=slow, limit=1)

    assert engine.count(Query()) == 1


def test_a_question_that_nobody_waits_for_is_cancelled_in_the_database(
    server: PostgresServer, tmp_path: Path
) -> None:
    """Nothing runs there any more, and the connection's place is used again."""
    url = server.make_database("left")
    import_layer(make_layer(make_incident()), url, **GIVEN, cache=tmp_path)
    storage = Storage(tmp_path, connections=1, query_timeout_s=3600)
    engine = open_engine(url, **GIVEN, storage=storage)
    slow = Condition("pg_sleep(600) IS NOT NULL")
    work = Work()

    Timer(0.5, work.stop).start()
    with doing(work), pytest.raises(StoppedError):
        engine.pages.features(Query(), condition=slow, limit=1)

    with psycopg.connect(url) as connection:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + 10
        while (running := connection.execute(sql).fetchall()) != [(0,)]:
            assert time.monotonic() < deadline, running
            time.sleep(0.1)
    assert engine.count(Query()) == 1


def test_an_engine_that_nobody_asks_any_more_gives_its_connections_back(
    server: PostgresServer, tmp_path: Path
) -> None:
    """Replaced engines must not use up the database's connections."""
    url = server.make_database("freed")
    engine = filled(url, make_layer(make_incident()), tmp_path)
    assert engine.count(Query()) == 1

    del engine
    gc.collect()

    def left() -> int:
        with psycopg.connect(url) as connection:
            (row,) = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = 'freed'"
            ).fetchall()
        return int(row[0]) - 1

    deadline = time.monotonic() + 5
    while left() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left() == 0
