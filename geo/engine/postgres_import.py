"""Filling a database: tables, indexes and summaries, replaced all at once.

Everything is made in a schema of its own, which takes the place of the old one in one
transaction: servers see the old layer, then the new, and never none.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import shapely

from geo.base.errors import EngineAwayError, SettingsError
from geo.engine import cells, levels, totals
from geo.engine.marks import LENGTH, MARKS, OUTLINES
from geo.engine.postgres_store import SCHEMA_NAME, _ours, conninfo
from geo.engine.store import COLUMNS, DERIVED, FACT_NAMES, Facts, named_safely
from geo.engine.vagueness import DEEPEST, PLACES
from geo.layer.table import SCHEMA
from geo.model.query import CODED

_TYPES: Final = {
    pa.string(): 'text COLLATE "C"',
    pa.bool_(): "boolean",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.list_(pa.string()): 'text[] COLLATE "C"',
}
#: Rows are read one by one here, so views are worth running totals.
_SUMMARIES: Final = (*cells.TABLES, *cells.RUNNING)
#: What most views are filtered by: with it, an index leads to a tenth of the rows.
_FILTERED_BY: Final = ("category", "status")
#: What most filters ask of the incidents at a place.
_ASKED: Final = (*_FILTERED_BY, "dated", "earliest", "latest")
#: What a view asks of each incident in sight: what the index rules out, is not read.
_SIGHTED: Final = "z_order, latest, earliest, deepest, mx, my, dated"
#: What the questions ask for by.
_INDEXES: Final = (
    "ALTER TABLE incident ADD PRIMARY KEY (row_no)",
    "CREATE UNIQUE INDEX incident_id ON incident (id)",
    "CREATE INDEX incident_at ON incident (place_no)",
    # Rows lie along the Z-order curve, so pages hold neighbours.
    (
        "CREATE INDEX incident_spot ON incident USING brin (mx, my) "
        "WITH (pages_per_range = 64)"
    ),
    # Counting by date reads this alone, not the incidents.
    (
        "CREATE INDEX incident_days ON incident (earliest, latest) "
        f"INCLUDE (dated, {', '.join(kind.column for kind in CODED)})"
    ),
    # In the order of "newest": a wide view takes its first hundred off this.
    (
        "CREATE INDEX incident_newest ON incident "
        "(dated DESC, latest DESC, earliest DESC, row_no)"
    ),
    "CREATE INDEX incident_country ON incident (country)",
    "CREATE INDEX incident_words ON incident USING gin (search gin_trgm_ops)",
    "CREATE INDEX incident_sources ON incident USING gin (sources)",
    "CREATE INDEX incident_geometry ON incident USING gist (geometry)",
    "ALTER TABLE incident_text ADD PRIMARY KEY (row_no)",
    "ALTER TABLE incident_shape ADD PRIMARY KEY (place_no)",
    "ALTER TABLE incident_place ADD PRIMARY KEY (place_no)",
    # Those that are vague alike lie along the curve, so pages hold neighbours.
    (
        "CREATE INDEX incident_place_spot ON incident_place "
        "USING brin (deepest, west, east, south, north) WITH (pages_per_range = 4)"
    ),
    # Those that are long alike lie along the curve.
    (
        "CREATE INDEX incident_outline_spot ON incident_outline "
        "USING brin (west, east, south, north) WITH (pages_per_range = 4)"
    ),
    # Wide views draw few areas: the longest.
    f"CREATE INDEX incident_outline_length ON incident_outline ({LENGTH})",
    # What is in sight is a few stretches of the curve.
    "CREATE INDEX incident_mark_spot ON incident_mark (z_order)",
    *(
        f"CREATE INDEX incident_mark_{code} ON incident_mark ({code}, {_SIGHTED})"
        for code in _FILTERED_BY
    ),
    # Counting what is asked for at vague places reads one alone: a country has many.
    *(
        f"CREATE INDEX incident_mark_place_{code} ON incident_mark (place_no, {code}) "
        f"INCLUDE ({', '.join(name for name in _ASKED if name != code)})"
        for code in _FILTERED_BY
    ),
    f"CREATE INDEX incident_area_place ON incident_area (place_no) INCLUDE ({', '.join(_ASKED)})",
    *(
        f"CREATE INDEX ON {table.name} (shift, {columns})"
        for table in _SUMMARIES
        for columns in table.indexed
    ),
    # A part of the world in some months is a few stretches of each month's curve.
    *(
        f"CREATE INDEX ON {cells.BY_TIME} ({code}{end}_month, z_order, {end}, deepest, mx, my)"
        for end in ("latest", "earliest")
        for code in ("", *(f"{code}, " for code in _FILTERED_BY))
    ),
    # Likewise: what each view and each bar of the counts asks.
    (
        "CREATE INDEX incident_day_span ON incident_day (category, latest, earliest) "
        "INCLUDE (status, dated, placed, n)"
    ),
    (
        "CREATE INDEX incident_day_status ON incident_day (status, latest, earliest) "
        "INCLUDE (category, dated, placed, n)"
    ),
)
#: Memory of the database for making an index.
_INDEX_MEMORY_MB: Final = 256
_EXTENSIONS: Final = ("postgis", "pg_trgm")
Batches = Iterable[pa.RecordBatch]


def fill_database(
    url: str,
    facts: Facts,
    *,
    stream: Callable[[str], Batches],
    progress: Callable[[int], None],
) -> None:
    """Replace the layer in a database.

    Parameters
    ----------
    url
        ``postgresql://user@host:port/database``; the user may make schemas in it.
    facts
        What is known of the layer; the summaries are found out.
    stream
        Gives the rows of a table, as :func:`geo.engine.duckdb_tables.streams` does.
    progress
        Told how many incidents have been written.

    Raises
    ------
    EngineAwayError
        If the database does not answer.
    SettingsError
        If it lacks PostGIS, or the user may not do this.
    """
    with _connected(url) as connection:
        draft = f"{SCHEMA_NAME}_{secrets.token_hex(4)}"
        run = _runner(connection)
        _prepare(run, draft, url)
        try:
            _fill(connection, run, facts, stream, progress)
            _swap(connection, draft)
        except BaseException:
            if not connection.closed:
                connection.rollback()
                run(f"DROP SCHEMA IF EXISTS {draft} CASCADE")
            raise


def _fill(
    connection: psycopg.Connection,
    run: Callable[[str], list[tuple[Any, ...]]],
    facts: Facts,
    stream: Callable[[str], Batches],
    progress: Callable[[int], None],
) -> None:
    """Make and fill the tables in the schema that is in front."""
    done = 0
    run(_table())
    for batch in stream("incident"):
        _copy(connection, "incident", _written(batch))
        done += batch.num_rows
        progress(done)
    run("CREATE TABLE incident_text (row_no integer, feature text NOT NULL)")
    for batch in stream("text"):
        _copy(connection, "incident_text", batch)
    run("CREATE TABLE incident_shape (place_no bigint, geometry bytea NOT NULL)")
    for batch in stream("shape"):
        _copy(connection, "incident_shape", _hexed(batch))
    run("CREATE TABLE incident_area AS SELECT * FROM incident WHERE area")
    run(OUTLINES)
    run(MARKS)
    run("ANALYZE incident")
    shifts = levels.summarise(run, facts.rows, tables=_SUMMARIES)
    totals.count_once(run, facts.rows)
    run(PLACES)
    for statement in _INDEXES:
        run(statement)
    run(
        "CREATE TABLE incident_layer (layout integer, version text, rows bigint, "
        "updated text, members text, cell_shifts text)"
    )
    known = Facts(facts.version, facts.rows, facts.updated, facts.members, shifts)
    places = ", ".join(["%s"] * len(FACT_NAMES))
    connection.execute(
        _ours(f"INSERT INTO incident_layer VALUES ({places})"),
        known.as_row(),
    )
    running = (table.name for table in cells.RUNNING)
    for name in ("incident", "incident_text", "incident_mark", *DERIVED, *running):
        run(f"VACUUM (ANALYZE) {name}")


def _prepare(run: Callable[[str], list[tuple[Any, ...]]], draft: str, url: str) -> None:
    """Make the extensions and an empty schema in front of the others."""
    try:
        for extension in _EXTENSIONS:
            run(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
        run(f"CREATE SCHEMA {draft}")
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        msg = (
            f"{named_safely(url)} cannot hold a layer: {reason}. Install Debian's "
            "postgresql-15-postgis-3, and let an administrator of the database say: "
            "CREATE EXTENSION postgis; CREATE EXTENSION pg_trgm; "
            "GRANT CREATE ON DATABASE ... TO this user."
        )
        raise SettingsError(msg) from error
    run(f"SET search_path = {draft}, public")
    run(f"SET maintenance_work_mem = '{_INDEX_MEMORY_MB}MB'")


def _swap(connection: psycopg.Connection, draft: str) -> None:
    """Put the new schema in the place of the old one."""
    old = f"{draft}_old"
    with connection.transaction():
        schemas = connection.execute(
            "SELECT 1 FROM pg_namespace WHERE nspname = %s", (SCHEMA_NAME,)
        ).fetchall()
        if schemas:
            connection.execute(_ours(f"ALTER SCHEMA {SCHEMA_NAME} RENAME TO {old}"))
        connection.execute(_ours(f"ALTER SCHEMA {draft} RENAME TO {SCHEMA_NAME}"))
    connection.execute(_ours(f"DROP SCHEMA IF EXISTS {old} CASCADE"))


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(
            conninfo(url, timeout_s=None), autocommit=True
        ) as connection:
            yield connection
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        msg = f"{named_safely(url)} does not answer, or broke off. ({reason})"
        raise EngineAwayError(msg) from error


def _runner(
    connection: psycopg.Connection,
) -> Callable[[str], list[tuple[Any, ...]]]:
    def run(statement: str) -> list[tuple[Any, ...]]:
        cursor = connection.execute(_ours(statement.replace("%", "%%")))
        return cursor.fetchall() if cursor.description else []

    return run


def _table() -> str:
    """Return SQL for the table of incidents."""
    types = {"row_no": pa.int32(), **{field.name: field.type for field in SCHEMA}}
    columns = [f"{name} {_TYPES[types[name]]}" for name in COLUMNS]
    columns.append(f"deepest smallint GENERATED ALWAYS AS ({DEEPEST}) STORED")
    columns.append("geometry geometry(Geometry, 4326)")
    return f"CREATE TABLE incident ({', '.join(columns)})"


def _written(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return incidents with lists and geometries as PostgreSQL reads them in text."""
    arrays = [batch.column(name) for name in COLUMNS]
    place = COLUMNS.index("sources")
    inner = pc.binary_join(arrays[place], ",")
    arrays[place] = pc.binary_join_element_wise("{", inner, "}", "")
    shapes = shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False))
    texts = shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
    arrays.append(pa.array(texts, pa.string()))
    return pa.record_batch(arrays, names=[*COLUMNS, "geometry"])


def _hexed(batch: pa.RecordBatch) -> pa.RecordBatch:
    written = [f"\\x{wkb.hex()}" for wkb in batch.column("geometry").to_pylist()]
    return pa.record_batch(
        [batch.column("place_no"), pa.array(written, pa.string())],
        names=["place_no", "geometry"],
    )


def _copy(connection: psycopg.Connection, table: str, batch: pa.RecordBatch) -> None:
    """Append a batch to a table."""
    names = ", ".join(batch.schema.names)
    text = io.BytesIO()
    options = pa_csv.WriteOptions(include_header=False)
    pa_csv.write_csv(batch, text, options)
    statement = f"COPY {table} ({names}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(_ours(statement)) as copy:
        copy.write(text.getbuffer())
