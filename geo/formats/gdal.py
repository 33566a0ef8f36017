"""GDAL in a further process, from which what it reads comes back as a table."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from geo.formats.raw import MOST_RECORDS, Record, check_columns, json_value, refuse
from geo.formats.shapefile_writing import SHORT_NAMES
from geo.formats.wkb import read_wkb

_BATCH_ROWS: Final = 500
_READER: Final = Path(__file__).with_name("gdal_reader.py")
#: What says that a disk, or the memory, is full.
_NO_ROOM: Final = ("No space left", "File too large", "temporary directory")
_NO_MEMORY: Final = ("bad_alloc", "malloc", "out of memory", "Cannot allocate")
_LONG_NAMES: Final = {short: name for name, short in SHORT_NAMES.items()}


@lru_cache(maxsize=2)
def _skipped(driver: str) -> str:
    """Return every driver of GDAL but one."""
    import pyogrio  # noqa: PLC0415 - GDAL takes 50 MB, which few servers ever need

    known: dict[str, str] = pyogrio.list_drivers()
    return ",".join(name for name in known if name != driver)


def through_gdal(
    paths: Sequence[Path], name: str, driver: str
) -> list[tuple[pa.Table, dict[str, Any]]]:
    """Let GDAL read files apart; return each one's table and what it told of it.

    Parameters
    ----------
    paths
        Files in a folder of our own, which gets further ones.
    name
        What to call them in messages.
    driver
        The only format that GDAL may take them for.

    Raises
    ------
    DataError
        If it cannot read them, or texts are not UTF-8 in the end.
    """
    outputs = [path.with_suffix(".arrow") for path in paths]
    pairs = [str(part) for pair in zip(paths, outputs, strict=True) for part in pair]
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR")
    environment = {one: os.environ[one] for one in kept if one in os.environ}
    environment |= {
        "OGR_SKIP": _skipped(driver),
        # No file that a file names is fetched from anywhere.
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "/nowhere",
        "PROJ_NETWORK": "OFF",
        "SHAPE_RESTORE_SHX": "YES",
        # GDAL's own Arrow stream of FlatGeobuf is wrong after a null geometry.
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
    }
    # Ended with us, which have the limits on memory and time that it inherits.
    done = subprocess.run(  # noqa: S603 - our own program, paths of our own folder
        [sys.executable, "-I", str(_READER), *pairs],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1].rpartition("Error: ")[2] if lines else "the reader ended"
        if any(mark in reason for mark in _NO_ROOM):
            raise OSError(errno.ENOSPC, reason)
        if "MemoryError" in done.stderr or any(mark in reason for mark in _NO_MEMORY):
            raise MemoryError
        for path in paths:
            reason = reason.replace(str(path), name)
        refuse(name, f"cannot be read as {driver}: {reason}.", "Export it again.")
    return [_table(output, name) for output in outputs]


def _table(output: Path, name: str) -> tuple[pa.Table, dict[str, Any]]:
    # Mapped, so that a large table is not held in memory.
    table = pa.ipc.open_file(pa.memory_map(str(output))).read_all()
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:
        message = "holds texts in another encoding than it says, or than UTF-8."
        refuse(name, message, "Say it with --encoding, such as --encoding cp1251.")
    check_columns(table.column_names, name)
    if table.num_rows > MOST_RECORDS:
        refuse(name, f"has {table.num_rows} records.", "Split it.")
    told: dict[str, Any] = json.loads(table.schema.metadata[b"told"])
    return table, told


def gdal_records(table: pa.Table, told: dict[str, Any]) -> Iterator[Record]:
    """Go through the rows of a table that GDAL read."""
    column = told["geometry"]
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
