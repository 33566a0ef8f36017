"""FlatGeobuf and Shapefile, read by GDAL in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyogrio

from geo.errors import QueryError
from geo.export.rows import RELATED
from geo.export.shapefile import LAYERS, SHORT_NAMES
from geo.importing.parts import Parts, joined
from geo.importing.raw import (
    MOST_RECORDS,
    Raw,
    Record,
    check_size,
    json_value,
    raw_of_records,
    refuse,
)
from geo.importing.systems import system_of
from geo.importing.wkb import read_wkb

_TIMEOUT_S: Final = 300
_READER: Final = Path(__file__).with_name("gdal_reader.py")
_DRIVERS: Final = ("FlatGeobuf", "ESRI Shapefile")
_SUFFIXES: Final = ("shp", "shx", "dbf", "prj", "cpg")
_LONG_NAMES: Final = {short: name for name, short in SHORT_NAMES.items()}
#: The head of a Shapefile's main and table files.
_SHP_HEAD: Final = b"\x00\x00\x27\x0a"


def read_flatgeobuf(path: Path, name: str, *, epsg: int | None) -> Raw:
    """Read FlatGeobuf. ``row_no``, if all rows have one, orders them again.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in messages.
    epsg
        The system of the coordinates where the file does not say.

    Raises
    ------
    DataError
        If GDAL cannot read it, or its system is not known.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "input.fgb"
        shutil.copyfile(path, copy)
        [(table, told)] = _through_gdal([copy], name, _DRIVERS[0])
    code = system_of(told["system"], name, epsg)
    records = _in_order(list(_records(table, told)))
    return raw_of_records(records, name, kind="fgb", epsg=code)


def read_shapefile(
    folder: Path, name: str, *, layer: str, epsg: int | None, encoding: str
) -> Raw:
    """Read a folder of Shapefiles: ours whole, of others one layer.

    Parameters
    ----------
    folder
        Where the files are, under names of no more than letters and digits.
    name
        What to call it in messages.
    layer
        Which, without ``.shp``; may be empty where there is only one.
    epsg
        The system of the coordinates where there is no ``.prj``.
    encoding
        Of the texts, where there is no ``.cpg``.

    Raises
    ------
    DataError
        If GDAL cannot read it, or its system is not known.
    QueryError
        If there are several layers and none is chosen.
    """
    stems = sorted(path.stem for path in folder.glob("*.shp"))
    tables = sorted(path.stem for path in folder.glob("*.dbf"))
    ours = [stem for stem in LAYERS.values() if stem in tables]
    if ours and "citations" in tables and not layer:
        return _read_ours(folder, ours, name)
    if layer and layer not in stems:
        raise QueryError("layer", f"{layer!r} is not one of {', '.join(stems)}.")
    if not stems:
        refuse(name, "has no .shp file.", "Zip .shp, .shx, .dbf and .prj together.")
    if len(stems) > 1 and not layer:
        msg = f"{name} has several: {', '.join(stems)}. Choose one with --layer."
        raise QueryError("layer", msg)
    stem = layer or stems[0]
    if not (folder / f"{stem}.dbf").exists():
        refuse(name, f"has no {stem}.dbf.", "Zip .shp, .shx, .dbf and .prj together.")
    if not (folder / f"{stem}.cpg").exists():
        (folder / f"{stem}.cpg").write_text(encoding)
    [(table, told)] = _through_gdal([folder / f"{stem}.shp"], name, _DRIVERS[1])
    code = system_of(told["system"], name, epsg)
    return raw_of_records(_records(table, told), name, kind="shp", epsg=code)


def gather_shapefile(path: Path, folder: Path, name: str) -> None:
    """Copy a Shapefile's parts into a folder of our own.

    Raises
    ------
    DataError
        If the main file is not one.
    """
    with path.open("rb") as file:
        if file.read(4) != _SHP_HEAD:
            refuse(name, "is not a Shapefile.", "Give the .shp file itself, or a zip.")
    for suffix in _SUFFIXES:
        for part in (
            path.with_suffix(f".{suffix}"),
            path.with_suffix(f".{suffix.upper()}"),
        ):
            if part.is_file():
                check_size(part, name)
                shutil.copyfile(part, folder / f"layer.{suffix}")
                break


def _read_ours(folder: Path, stems: Sequence[str], name: str) -> Raw:
    """Read every layer of an export, in the layer's order, with the related tables."""
    related = [stem for stem in RELATED if (folder / f"{stem}.dbf").exists()]
    paths = [
        folder / f"{stem}.{'shp' if (folder / f'{stem}.shp').exists() else 'dbf'}"
        for stem in (*stems, *related)
    ]
    read = [_records(*found) for found in _through_gdal(paths, name, _DRIVERS[1])]
    records = [record for layer in read[: len(stems)] for record in layer]
    parts: Parts = {
        table: [record.properties for record in rows]
        for table, rows in zip(related, read[len(stems) :], strict=True)
    }
    kept = joined(_in_order(records), parts)
    return raw_of_records(kept, name, kind="shp", epsg=None)


def _in_order(records: list[Record]) -> list[Record]:
    numbers = [record.properties.get("row_no") for record in records]
    if not all(isinstance(number, int) for number in numbers):
        return records
    ordered = sorted(records, key=lambda record: record.properties["row_no"])
    for record in ordered:
        del record.properties["row_no"]
    return ordered


@lru_cache(maxsize=2)
def _skipped(driver: str) -> str:
    """Return every driver of GDAL but one."""
    known: dict[str, str] = pyogrio.list_drivers()
    return ",".join(name for name in known if name != driver)


def _through_gdal(
    paths: Sequence[Path], name: str, driver: str
) -> list[tuple[pa.Table, dict[str, Any]]]:
    """Let GDAL read files apart; return each one's table and what it told of it."""
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
    try:
        done = subprocess.run(  # noqa: S603 - our own program, paths of our own folder
            [sys.executable, "-I", str(_READER), *pairs],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        refuse(name, f"took more than {_TIMEOUT_S} seconds to read.", "Split it.")
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1].rpartition("Error: ")[2] if lines else "the reader ended"
        for path in paths:
            reason = reason.replace(str(path), name)
        refuse(name, f"cannot be read as {driver}: {reason}.", "Export it again.")
    return [_table(output, name) for output in outputs]


def _table(output: Path, name: str) -> tuple[pa.Table, dict[str, Any]]:
    table = pa.ipc.open_file(pa.BufferReader(output.read_bytes())).read_all()
    if table.num_rows > MOST_RECORDS:
        refuse(name, f"has {table.num_rows} records.", "Split it.")
    told: dict[str, Any] = json.loads(table.schema.metadata[b"told"])
    return table, told


def _records(table: pa.Table, told: dict[str, Any]) -> Iterator[Record]:
    column = told["geometry"]
    for batch in table.to_batches():
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
