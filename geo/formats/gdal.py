"""GDAL: reading in a further process, writing from typed columns in this one.

To write, GDAL gets, through pyogrio, the Arrow batches that :mod:`geo.atlas.frame` makes
its GeoDataFrames of, and not the frames: ``GeoDataFrame.to_file`` makes Arrow of a frame
again, which took half as long again for 20,000 incidents, and holds all rows at once,
where a stream of batches holds 5,000; nor can FlatGeobuf be appended to. The path is in
a folder of our own, never a text of a user.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pyarrow as pa

from geo.base.errors import ExportError, IncidentMapError, QueryError
from geo.base.work import check_work
from geo.formats.input_file import check_columns, refuse
from geo.formats.records import MOST_RECORDS, Record, json_value
from geo.formats.wkb import read_wkb

if TYPE_CHECKING:
    from geo.formats.selection import About

_BATCH_ROWS: Final = 500
_READER: Final = Path(__file__).with_name("gdal_reader.py")
#: What says that a disk, or the memory, is full.
_NO_ROOM: Final = ("No space left", "File too large", "temporary directory")
_NO_MEMORY: Final = ("bad_alloc", "malloc", "out of memory", "Cannot allocate")
#: What Python says of names of columns that are not UTF-8.
_NOT_DECODED: Final = "codec can't decode"
_CRS: Final = "EPSG:4326"
#: GDAL's options belong to the whole process, so writers take turns.
_LOCK: Final = threading.Lock()
#: Seconds between two looks at whether an export that waits is still wanted.
_LOOK_EVERY_S: Final = 0.1
#: Names of at most 10 letters for the columns that have longer ones in a
#: Shapefile; programs carry them over when they convert one.
SHORT_NAMES: Final[Mapping[str, str]] = {
    "date_earliest": "date_first",
    "date_latest": "date_last",
    "place_as_written": "place_writ",
    "acled_geo_precision": "acled_prec",
    "ucdp_where_prec": "ucdp_prec",
    "location_basis": "loc_basis",
    "location_note": "loc_note",
    "generalised": "generalisd",
    "incident_id": "inc_id",
}
_LONG_NAMES: Final = {short: name for name, short in SHORT_NAMES.items()}


@lru_cache(maxsize=2)
def _skipped(driver: str) -> str:
    """Return every driver of GDAL but one."""
    import pyogrio  # noqa: PLC0415 - GDAL takes 50 MB, which few servers ever need

    known: dict[str, str] = pyogrio.list_drivers()
    return ",".join(name for name in known if name != driver)


def through_gdal(
    paths: Sequence[Path], name: str, driver: str, *, layer: str = ""
) -> list[tuple[pa.Table, dict[str, Any]]]:
    """Let GDAL read files apart; return each one's table, system and geometry column.

    Parameters
    ----------
    paths
        Files in a folder of our own, which gets further ones.
    name
        What to call them in messages.
    driver
        The only format that GDAL may take them for.
    layer
        Which layer; the one with most records if it is empty.

    Raises
    ------
    DataError
        If it cannot read them, or texts are not UTF-8 in the end.
    QueryError
        If there is no layer of that name.
    """
    outputs = [path.with_suffix(".arrow") for path in paths]
    pairs = [str(part) for pair in zip(paths, outputs, strict=True) for part in pair]
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR")
    environment = {key: os.environ[key] for key in kept if key in os.environ}
    environment |= {
        "OGR_SKIP": _skipped(driver),
        # No file that a file names is fetched from anywhere.
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "/nowhere",
        "PROJ_NETWORK": "OFF",
        "SHAPE_RESTORE_SHX": "YES",
        # What GML links to is neither fetched nor looked for.
        "GML_DOWNLOAD_SCHEMA": "NO",
        "GML_SKIP_RESOLVE_ELEMS": "ALL",
        "GML_ATTRIBUTES_TO_OGR_FIELDS": "NO",
        # GDAL's own Arrow stream of FlatGeobuf is wrong after a null geometry.
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
    }
    # Ended with us, which have the limits on memory and time that it inherits.
    done = subprocess.run(  # noqa: S603 - our own program, paths of our own folder
        [sys.executable, "-I", str(_READER), layer, *pairs],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1].rpartition("Error: ")[2] if lines else "the reader ended"
        if layer and "could not be opened" in reason:
            raise QueryError("layer", f"{layer!r} is not a layer of {name}.")
        if any(mark in reason for mark in _NO_ROOM):
            raise OSError(errno.ENOSPC, reason)
        if "MemoryError" in done.stderr or any(mark in reason for mark in _NO_MEMORY):
            raise MemoryError
        if _NOT_DECODED in reason:
            _refuse_encoding(name)
        for path in paths:
            reason = reason.replace(str(path), name)
        refuse(name, f"cannot be read as {driver}: {reason}.", "Export it again.")
    return [_table(output, name) for output in outputs]


def _refuse_encoding(name: str) -> NoReturn:
    message = "holds texts in another encoding than it says, or than UTF-8."
    refuse(name, message, "Say it with --encoding, such as --encoding cp1251.")


def _table(output: Path, name: str) -> tuple[pa.Table, dict[str, Any]]:
    # Mapped, so that a large table is not held in memory.
    table = pa.ipc.open_file(pa.memory_map(str(output))).read_all()
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:
        _refuse_encoding(name)
    check_columns(table.column_names, name)
    if table.num_rows > MOST_RECORDS:
        refuse(name, f"has {table.num_rows} records.", "Split it.")
    facts: dict[str, Any] = json.loads(table.schema.metadata[b"facts"])
    return table, facts


def gdal_records(table: pa.Table, facts: dict[str, Any]) -> Iterator[Record]:
    """Go through the rows of a table that GDAL read."""
    column = facts["geometry"]
    for batch in table.to_batches(max_chunksize=_BATCH_ROWS):
        for row in batch.to_pylist():
            shape = row.pop(column, None) if column else None
            notes, kept = [], {}
            for short, value in row.items():
                key = _LONG_NAMES.get(short, short)
                if isinstance(value, bytes):
                    notes.append((key, "holds bytes, left out.", "Store it as text."))
                else:
                    kept[key] = json_value(value)
            try:
                geometry = read_wkb(shape) if shape else None
            except ValueError as error:
                fault = ("geometry", f"cannot be read: it {error}.", "Export again.")
                yield Record(kept, None, faults=(fault,), notes=tuple(notes))
            else:
                yield Record(kept, geometry, notes=tuple(notes))


def in_order(records: Iterable[Record]) -> list[Record]:
    """Return records by their ``row_no``, without it; as they are if one has none."""
    records = list(records)
    numbers = [record.properties.get("row_no") for record in records]
    if not all(isinstance(number, int) for number in numbers):
        return records
    ordered = sorted(records, key=lambda record: record.properties["row_no"])
    for record in ordered:
        del record.properties["row_no"]
    return ordered


@contextmanager
def fixed_date(about: About) -> Iterator[None]:
    """Make GDAL write the export's date instead of the clock's, one at a time."""
    import pyogrio  # noqa: PLC0415 - GDAL takes 50 MB, which few servers ever need

    while not _LOCK.acquire(timeout=_LOOK_EVERY_S):
        check_work()
    try:
        date = about.made.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": date})  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})  # type: ignore[no-untyped-call]
    finally:
        _LOCK.release()


def write_table(
    batches: Iterable[pa.RecordBatch],
    shape_of: pa.Schema,
    path: Path,
    *,
    geometry_type: str | None = None,
    **options: Any,  # noqa: ANN401 - GDAL's options
) -> None:
    """Hand batches to GDAL as one layer, added where the file exists already.

    Parameters
    ----------
    batches
        The rows; ``geometry`` is WKB, EPSG:4326, (lon, lat).
    shape_of
        Their schema, needed where there are no rows.
    path
        In a folder of our own.
    geometry_type
        As GDAL names it; None for a table without geometry.
    options
        As :func:`pyogrio.write_arrow` takes them: ``driver``, ``layer`` and so on.

    Raises
    ------
    DataError
        If a record holds what the format cannot.
    ExportError
        If GDAL cannot write, as on a full disk.
    """
    import pyogrio  # noqa: PLC0415 - as above

    problems: list[IncidentMapError] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except IncidentMapError as error:
            # GDAL knows only that there was one.
            problems.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(shape_of, watched())
    if geometry_type is not None:
        options |= {"geometry_name": "geometry", "crs": _CRS}
    try:
        pyogrio.write_arrow(  # type: ignore[no-untyped-call]
            reader,
            path,
            geometry_type=geometry_type,
            append=path.exists(),
            encoding="UTF-8",
            **options,
        )
    except RuntimeError as error:
        if problems:
            raise problems[0] from error
        msg = f"{path.name} could not be written: {error}."
        raise ExportError(msg) from error
