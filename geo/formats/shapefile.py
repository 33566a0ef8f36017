"""Shapefiles, alone or zipped: their parts gathered, then read by GDAL apart."""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from geo.base.errors import QueryError
from geo.formats.gdal import gdal_records, in_order, through_gdal
from geo.formats.given import Given, codec_of
from geo.formats.parts import Parts, joined
from geo.formats.raw import (
    Part,
    check_count,
    check_size,
    parts_of_records,
    refuse,
)
from geo.formats.rows import RELATED
from geo.formats.shapefile_writing import LAYERS
from geo.formats.systems import system_of
from geo.formats.zip_archive import unpack

_DRIVER: Final = "ESRI Shapefile"
_SUFFIXES: Final = ("shp", "shx", "dbf", "prj", "cpg")
#: The head of a Shapefile's main file.
_HEAD: Final = b"\x00\x00\x27\x0a"
_ALL_PARTS: Final = "Zip .shp, .shx, .dbf and .prj together."
#: Parts of an export of ours.
_OURS: Final = frozenset({*LAYERS.values(), *RELATED})
#: Where a table says the code page of its texts, and what says nothing there.
_CODE_PAGE_AT: Final = 29
_NO_CODE_PAGE: Final = frozenset({0x00, 0x57})
_USUAL_CODEC: Final = "utf-8"
#: In a table's head: records, bytes of the head, bytes of a record.
_TABLE_HEAD: Final = struct.Struct("<4xIHH")
#: In a head of shapes, or of their index: the length of the file.
_SHAPE_HEAD: Final = struct.Struct(">24xi")
_SHAPE_HEAD_BYTES: Final = 100
_WHOLE: Final = "It is cut off or damaged: download or export it again."


def read_shapefile(given: Given) -> Iterator[Part]:
    """Read a Shapefile given by its ``.shp``, whose parts lie beside it.

    Raises
    ------
    DataError
        If it is none, a part is missing, GDAL cannot read it, or its system is not
        known.
    QueryError
        If a layer of another name is asked for.
    """
    with given.path.open("rb") as file:
        if file.read(len(_HEAD)) != _HEAD:
            remedy = "Give the .shp file itself, or a zip."
            refuse(given.name, "is not a Shapefile.", remedy)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for suffix in _SUFFIXES:
            for written in (suffix, suffix.upper()):
                part = given.path.with_suffix(f".{written}")
                if part.is_file():
                    check_size(part, given.name)
                    shutil.copyfile(part, folder / f"layer.{suffix}")
                    break
        yield from _read(folder, given, {given.path.stem: "layer"})


def read_zipped_shapefile(
    given: Given, members: Sequence[zipfile.ZipInfo]
) -> Iterator[Part]:
    """Read Shapefiles in a checked archive: ours whole, of others one layer.

    Raises
    ------
    DataError
        As :func:`read_shapefile`; or if two folders hold one of the same name.
    QueryError
        If there are several layers and none is chosen.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        # Unpacked under names of our own.
        stems: dict[str, str] = {}
        for member in members:
            called = PurePosixPath(member.filename)
            suffix = called.suffix.lower().removeprefix(".")
            if suffix not in _SUFFIXES:
                continue
            stem = called.stem if called.stem in _OURS else f"layer{len(stems) + 1}"
            stem = stems.setdefault(called.stem, stem)
            target = folder / f"{stem}.{suffix}"
            if target.exists():
                message = f"holds two files called {called.name!r}."
                refuse(given.name, message, "Zip one Shapefile at a time.")
            unpack(given.path, member, target, given.name)
        yield from _read(folder, given, stems)


def _read(folder: Path, given: Given, stems: Mapping[str, str]) -> Iterator[Part]:
    """Read gathered Shapefiles; *stems* are our names for them by theirs."""
    name, opening = given.name, given.opening
    ours = [stem for stem in LAYERS.values() if (folder / f"{stem}.dbf").exists()]
    if ours and (folder / "citations.dbf").exists() and not opening.layer:
        yield from _read_ours(folder, ours, given)
        return
    layers = [said for said, stem in stems.items() if (folder / f"{stem}.shp").exists()]
    shown = ", ".join(map(repr, layers))
    if opening.layer and opening.layer not in layers:
        msg = f"{opening.layer!r} is not in {name}; it has {shown or 'none'}."
        raise QueryError("layer", msg)
    if not layers:
        refuse(name, "has no .shp file.", _ALL_PARTS)
    if len(layers) > 1 and not opening.layer:
        msg = f"{name} has several: {shown}. Choose one with --layer."
        raise QueryError("layer", msg)
    stem = stems[opening.layer or layers[0]]
    if not (folder / f"{stem}.dbf").exists():
        refuse(name, "has no .dbf file.", _ALL_PARTS)
    _say_encoding(folder / f"{stem}.dbf", codec_of(opening.encoding))
    said = _records_said(folder / stem, name)
    [(table, told)] = through_gdal([folder / f"{stem}.shp"], name, _DRIVER)
    check_count(table.num_rows, said, name)
    code = system_of(told["system"], name, opening.epsg)
    yield from parts_of_records(gdal_records(table, told), given, kind="shp", epsg=code)


def _records_said(stem: Path, name: str) -> int:
    """Return how many records the parts of a Shapefile have, by their own heads.

    GDAL reads as many as it can, and says nothing of the others.

    Raises
    ------
    DataError
        If a part is shorter than it says, or they differ.
    """
    with stem.with_suffix(".dbf").open("rb") as file:
        head = file.read(_TABLE_HEAD.size)
        if len(head) < _TABLE_HEAD.size:
            refuse(name, "has a .dbf file without a head.", _WHOLE)
        said, start, row_bytes = map(int, _TABLE_HEAD.unpack(head))
        size = file.seek(0, os.SEEK_END)
        if size < start + said * row_bytes:
            held = max(size - start, 0) // max(row_bytes, 1)
            message = f"says that it has {said} records; its .dbf file holds {held}."
            refuse(name, message, _WHOLE)
        deleted = 0
        for row in range(said):
            file.seek(start + row * row_bytes)
            deleted += file.read(1) == b"*"
    for suffix in (".shp", ".shx"):
        part = stem.with_suffix(suffix)
        if part.exists():
            _check_length(part, said, name)
    return said - deleted


def _check_length(part: Path, records: int, name: str) -> None:
    """Refuse a part that is not as long as its head says, or an index of another."""
    size = part.stat().st_size
    with part.open("rb") as file:
        head = file.read(_SHAPE_HEAD.size)
    if len(head) < _SHAPE_HEAD.size:
        refuse(name, f"has a {part.suffix} file without a head.", _WHOLE)
    # In words of two bytes.
    said = 2 * _SHAPE_HEAD.unpack(head)[0]
    if size < said:
        message = f"has a {part.suffix} file of {size} bytes that says it has {said}."
        refuse(name, message, _WHOLE)
    if part.suffix == ".shx" and (said - _SHAPE_HEAD_BYTES) // 8 != records:
        shapes = (said - _SHAPE_HEAD_BYTES) // 8
        message = f"has {shapes} shapes in its .shx file, {records} rows in its .dbf."
        refuse(name, message, _WHOLE)


def _say_encoding(table: Path, codec: str) -> None:
    """Write the encoding beside a table that does not say its own."""
    said = table.with_suffix(".cpg")
    with table.open("rb") as file:
        head = file.read(_CODE_PAGE_AT + 1)
    has_page = len(head) > _CODE_PAGE_AT and head[_CODE_PAGE_AT] not in _NO_CODE_PAGE
    if said.exists() or (has_page and codec == _USUAL_CODEC):
        return
    said.write_text(codec)


def _read_ours(folder: Path, stems: Sequence[str], given: Given) -> Iterator[Part]:
    """Read every layer of an export, in the layer's order, with the related tables."""
    related = [stem for stem in RELATED if (folder / f"{stem}.dbf").exists()]
    paths = [
        folder / f"{stem}.{'shp' if (folder / f'{stem}.shp').exists() else 'dbf'}"
        for stem in (*stems, *related)
    ]
    tables = through_gdal(paths, given.name, _DRIVER)
    for path, (table, _) in zip(paths, tables, strict=True):
        said = _records_said(path.with_suffix(""), given.name)
        check_count(table.num_rows, said, given.name)
    read = [gdal_records(*found) for found in tables]
    records = [record for layer in read[: len(stems)] for record in layer]
    parts: Parts = {
        table: [record.properties for record in rows]
        for table, rows in zip(related, read[len(stems) :], strict=True)
    }
    kept = joined(in_order(records), parts)
    yield from parts_of_records(kept, given, kind="shp", epsg=None)
