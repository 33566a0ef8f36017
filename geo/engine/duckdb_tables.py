"""Making a layer's tables in DuckDB: of incidents in memory, or of GeoParquet files.

Which tables there are says :mod:`geo.engine.store`. Those of a large layer are made in
a file of the cache, once, in bounded memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from geo.base.errors import DataError, Fault
from geo.base.files import whole_file
from geo.base.stamps import Stamp, stamp_of
from geo.engine import levels, totals
from geo.engine.duckdb_store import DuckDBStore, Rows
from geo.engine.marks import OUTLINES
from geo.engine.store import (
    COLUMNS,
    DERIVED,
    FACT_NAMES,
    QUERY_TIMEOUT_S,
    TABLES_VERSION,
    Facts,
)
from geo.engine.vagueness import DEEPEST, PLACES
from geo.layer import IncidentCollection
from geo.layer.seal import LAYOUT
from geo.layer.table import SCHEMA, batch_of

#: Files of other layers that are kept in the cache.
_KEPT_FILES: Final = 3
#: Memory for the columns in use: so much, and so much for each incident.
_LEAST_MEMORY_MB: Final = 120
_MEMORY_BYTES_A_ROW: Final = 40
#: The same for making a file, which gives it back afterwards. With a tenth of it, most
#: would wait on disk, and a million incidents take twice the time.
_LEAST_BUILD_MEMORY_MB: Final = 100
_BUILD_MEMORY_BYTES_A_ROW: Final = 800
_MOST_BUILD_MEMORY_MB: Final = 2_000
#: At most this share of the machine's memory: others want some, too.
_BUILD_SHARE: Final = 0.25
#: Memory for reading a layer in stretches.
_STREAM_MEMORY_MB: Final = 600
_STREAM_ROWS: Final = 10_000
_SHAPES: Final = """
    SELECT place_no, any_value(geometry) AS geometry FROM source
    WHERE area GROUP BY place_no ORDER BY place_no
"""
#: As good as :data:`geo.engine.levels.COUNT_GROUPS` for choosing levels, in a tenth of the
#: time (Flajolet et al. 2007, HyperLogLog).
_COUNT_GROUPS: Final = (
    "SELECT approx_count_distinct(hash({0})) FROM incident WHERE mx IS NOT NULL"
)
#: Tables that are made when a layer is loaded, also where its incidents are not copied.
_DERIVED: Final = (*DERIVED, "incident_layer", "incident_name")
_NUMBERED: Final = pa.schema([pa.field("row_no", pa.int32()), *SCHEMA])
_T = TypeVar("_T")


def store_of_layer(
    layer: IncidentCollection, *, timeout_s: float = QUERY_TIMEOUT_S
) -> DuckDBStore:
    """Return a store in memory of a layer that has been read."""
    batch = batch_of(layer.incidents, foreign=layer.foreign)
    updated = max((one.updated for one in layer.incidents), default="")
    facts = Facts(layer.version, len(layer.incidents), updated, dict(layer.members))
    connection = duckdb.connect(":memory:")
    numbers = pa.array(range(batch.num_rows), pa.int32())
    table = pa.table([numbers, *batch.columns], schema=_NUMBERED)
    connection.register("incoming", table)
    connection.execute("CREATE TEMP VIEW source AS SELECT * FROM incoming")
    _fill(connection, facts, sort=True)
    connection.execute("DROP VIEW source")
    connection.unregister("incoming")
    return DuckDBStore(connection, timeout_s=timeout_s)


def store_of_parquet(
    files: Sequence[Path],
    facts: Facts,
    *,
    sort: bool,
    timeout_s: float = QUERY_TIMEOUT_S,
) -> DuckDBStore:
    """Return a store in memory of a small GeoParquet layer.

    Parameters
    ----------
    files
        The layer's files in order.
    facts
        What is known of it; ``updated`` is found out.
    sort
        Whether its rows are still to be sorted along the curve.
    timeout_s
        Seconds that one statement may take.

    Raises
    ------
    DataError
        If a file is not what its seal says.
    """
    connection = duckdb.connect(":memory:")
    _telling(files, lambda: _fill_from(connection, files, facts, sort=sort))
    return DuckDBStore(connection, timeout_s=timeout_s)


def store_in_file(  # noqa: PLR0913 - what is made of which files, and how
    path: Path,
    files: Sequence[Path],
    facts: Facts,
    *,
    stamp: Stamp,
    sort: bool,
    copy: bool = True,
    timeout_s: float = QUERY_TIMEOUT_S,
) -> DuckDBStore:
    """Return a store in a file of the cache, made if it is not there.

    Parameters
    ----------
    path
        The file; its name tells of what content it is.
    files, facts, sort, timeout_s
        As for :func:`store_of_parquet`.
    stamp
        The files' stamp when *path* was named for their content.
    copy
        Whether the incidents are copied into the file, or asked where they are.

    Raises
    ------
    DataError
        If a file is not what its seal says, or has changed since.
    """
    if not path.exists():

        def build() -> None:
            _build(path, files, facts, stamp=stamp, sort=sort, copy=copy)

        _telling(files, build)
    memory_mb = _LEAST_MEMORY_MB + facts.rows * _MEMORY_BYTES_A_ROW // 1_000_000
    # In memory first, then the file attached: a temporary view can be made beside it.
    connection = duckdb.connect(
        ":memory:", config={"memory_limit": f"{memory_mb}MB", **_spill(path.parent)}
    )
    connection.execute(f"ATTACH {_quoted(path)} AS layer (READ_ONLY)")
    path.touch()
    copied = ("incident", "incident_text") if copy else ()
    # A cursor would forget which database is in use, so each table has a view.
    for name in (*_DERIVED, *copied):
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM layer.{name}")
    if copy:
        return DuckDBStore(connection, indexed=True, timeout_s=timeout_s)
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    parts = _parts(connection, files)
    _view_source(connection, files, parts)
    columns = ", ".join(
        (*COLUMNS, f"{DEEPEST} AS deepest", "file_no", "file_row_number")
    )
    connection.execute(f"CREATE VIEW incident AS SELECT {columns} FROM source")
    connection.execute(
        "CREATE VIEW incident_text AS "
        "SELECT row_no, feature, file_no, file_row_number FROM source"
    )
    return DuckDBStore(
        connection,
        indexed=True,
        parts=parts,
        timeout_s=timeout_s,
        files=files,
        stamp=stamp,
    )


@contextmanager
def streams(
    files: Sequence[Path], *, sort: bool
) -> Iterator[tuple[str, Callable[[str], pa.RecordBatchReader]]]:
    """Give a layer's files as streams, to be written elsewhere.

    Yields
    ------
    tuple
        The day a record last changed, and a function from ``incident``, ``text`` or
        ``shape`` to a stream of the rows of that table; incidents have their geometry
        and follow the Z-order curve. One stream is read before the next is asked for.

    Raises
    ------
    DataError
        If a file cannot be read.
    """
    order = "ORDER BY z_order, row_no" if sort else ""
    statements = {
        "incident": f"SELECT {', '.join(COLUMNS)}, geometry FROM source {order}",
        "text": "SELECT row_no, feature FROM source",
        "shape": _SHAPES,
    }
    config: dict[str, Any] = {"memory_limit": f"{_STREAM_MEMORY_MB}MB"}
    with duckdb.connect(":memory:", config=config) as connection:

        def prepare() -> str:
            _view_source(connection, files, _parts(connection, files))
            sql = "SELECT max(updated) FROM source"
            return connection.execute(sql).fetchall()[0][0] or ""

        updated = _telling(files, prepare)
        yield (
            updated,
            lambda name: connection.sql(statements[name]).to_arrow_reader(_STREAM_ROWS),
        )


def categories_and_sources(files: Sequence[Path]) -> tuple[set[str], set[str]]:
    """Return the categories and the sources that a GeoParquet layer uses.

    Raises
    ------
    DataError
        If a file cannot be read, or has not the columns of a layer.
    """
    listed = _list(files)
    with duckdb.connect(":memory:") as connection:

        def distinct(column: str) -> set[str]:
            sql = f"SELECT DISTINCT {column} FROM read_parquet({listed})"
            return {row[0] for row in connection.execute(sql).fetchall()}

        categories = _telling(files, lambda: distinct("category"))
        cited = _telling(files, lambda: distinct("cited"))
    sources = {source for text in cited for source in text.strip("|").split("|")}
    return categories, sources - {""}


def _build(  # noqa: PLR0913 - as store_in_file
    path: Path,
    files: Sequence[Path],
    facts: Facts,
    *,
    stamp: Stamp,
    sort: bool,
    copy: bool,
) -> None:
    """Make a file of the cache; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as draft:
        config: dict[str, Any] = {
            "memory_limit": f"{_build_memory_mb(facts.rows)}MB",
            "storage_compatibility_version": "latest",
            **_spill(draft.parent),
        }
        with duckdb.connect(str(draft), config=config) as connection:
            _fill_from(connection, files, facts, sort=sort, copy=copy, index=True)
            connection.execute("CHECKPOINT")
        if stamp_of(files) != stamp:
            message = "has changed while it was read."
            raise DataError([Fault(str(files[0]), message, "Read it again.")])
    _forget_unused(path)


def _build_memory_mb(rows: int) -> int:
    """Return the memory for making a file of so many incidents."""
    wanted = _LEAST_BUILD_MEMORY_MB + rows * _BUILD_MEMORY_BYTES_A_ROW // 1_000_000
    share = round(_BUILD_SHARE * memory_bytes() / 1e6)
    return max(_LEAST_BUILD_MEMORY_MB, min(wanted, share, _MOST_BUILD_MEMORY_MB))


def _forget_unused(path: Path) -> None:
    """Remove the files of the cache that were unused for longest."""
    used: list[tuple[int, Path]] = []
    for file in path.parent.glob("*.duckdb"):
        with suppress(FileNotFoundError):  # another process has removed it
            used.append((file.stat().st_mtime_ns, file))
    others = sorted((when, file) for when, file in used if file != path)
    for _, file in others[: -_KEPT_FILES or None]:
        file.unlink(missing_ok=True)


def _fill_from(  # noqa: PLR0913 - what is made of files, and how
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    facts: Facts,
    *,
    sort: bool,
    copy: bool = True,
    index: bool = False,
) -> None:
    """Fill the tables from files."""
    parts = _parts(connection, files)
    _view_source(connection, files, parts)
    sql = "SELECT count(*), max(updated) FROM source"
    rows, updated = connection.execute(sql).fetchall()[0]
    if rows != facts.rows:
        message = f"has {rows} incidents, but its seal says {facts.rows}."
        remedy = "Make the layer again with 'incidents build' or 'incidents import'."
        raise DataError([Fault(str(files[0]), message, remedy)])
    known = Facts(facts.version, rows, updated or "", facts.members)
    _fill(connection, known, sort=sort, copy=copy, index=index)
    connection.execute("DROP VIEW source")


def _fill(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    *,
    sort: bool,
    copy: bool = True,
    index: bool = False,
) -> None:
    """Fill the tables from the view ``source``."""
    columns = ", ".join((*COLUMNS, f"{DEEPEST} AS deepest"))
    order = "ORDER BY z_order, row_no" if sort else ""
    rows = f"SELECT {columns} FROM source {order}"
    connection.execute(
        f"CREATE TABLE incident AS {rows}" if copy
        else f"CREATE TEMP VIEW incident AS {rows}"
    )  # fmt: skip
    if copy:
        # Only records' readers want these texts: small before quick.
        connection.execute(f"PRAGMA force_compression='{'zstd' if index else 'auto'}'")
        connection.execute(
            "CREATE TABLE incident_text AS SELECT row_no, feature FROM source"
        )
        connection.execute("PRAGMA force_compression='auto'")
    connection.execute(f"CREATE TABLE incident_shape AS {_SHAPES}")
    made = "TABLE" if index else "VIEW"
    connection.execute(
        f"CREATE {made} incident_area AS SELECT * FROM incident WHERE area"
    )
    connection.execute(OUTLINES)

    def ask(sql: str) -> Rows:
        return connection.execute(sql).fetchall()

    shifts = levels.summarise(ask, facts.rows, count=_COUNT_GROUPS)
    totals.count_once(ask, facts.rows)
    ask(PLACES)
    if index:
        ask(
            "CREATE TABLE incident_name AS "
            "SELECT hash(id) AS key, row_no FROM incident ORDER BY key"
        )
    names = ", ".join(FACT_NAMES)
    ask(
        "CREATE TABLE incident_layer (layout INTEGER, version VARCHAR, rows BIGINT, "
        "updated VARCHAR, members VARCHAR, cell_shifts VARCHAR)"
    )
    known = Facts(facts.version, facts.rows, facts.updated, facts.members, shifts)
    connection.execute(
        f"INSERT INTO incident_layer ({names}) VALUES (?, ?, ?, ?, ?, ?)",
        known.as_row(),
    )
    if not copy:
        connection.execute("DROP VIEW incident")


def _view_source(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Path], parts: Sequence[int]
) -> None:
    """Make the view ``source`` of a layer's files, with the number of each row."""
    number = f"CAST({list(parts)}[CAST(file_index AS BIGINT) + 1] + file_row_number AS INTEGER)"
    columns = ", ".join(SCHEMA.names)
    connection.execute(
        f"CREATE VIEW source AS SELECT {number} AS row_no, "
        f"file_index AS file_no, file_row_number, {columns} "
        f"FROM read_parquet({_list(files)})"
    )


def _parts(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> list[int]:
    """Return the number of the first row of each file."""
    sql = f"SELECT file_name, num_rows FROM parquet_file_metadata({_list(files)})"
    sizes = dict(connection.execute(sql).fetchall())
    parts = [0]
    for file in files:
        parts.append(parts[-1] + sizes[str(file)])
    return parts[:-1]


def _list(files: Sequence[Path]) -> str:
    return f"[{', '.join(map(_quoted, files))}]"


def _quoted(path: Path) -> str:
    """Return a path as a text of SQL; it is from the settings, not from a request."""
    return "'" + str(path).replace("'", "''") + "'"


def _spill(folder: Path) -> dict[str, Any]:
    """Return where to put what does not fit into memory."""
    return {"temp_directory": str(folder / "spilled")}


def _telling(files: Sequence[Path], work: Callable[[], _T]) -> _T:
    """Do some work on files; what is wrong with them becomes an error of ours."""
    try:
        return work()
    except duckdb.Error as error:
        name = str(files[0].parent if len(files) > 1 else files[0])
        reason = str(error).strip().splitlines()[0]
        message = f"cannot be read as a layer in GeoParquet: {reason}."
        remedy = "Make it with 'incidents build' or 'incidents import'."
        raise DataError([Fault(name, message, remedy)]) from error


def memory_bytes() -> int:
    """Return how much memory this process may use."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    written = limit.read_text().strip() if limit.is_file() else "max"
    return min(machine, int(written)) if written.isdigit() else machine


def cache_name(version: str, *, copy: bool) -> str:
    """Return the name of a layer's file in the cache."""
    return f"{version}-{LAYOUT}-{TABLES_VERSION}-{'whole' if copy else 'index'}.duckdb"
