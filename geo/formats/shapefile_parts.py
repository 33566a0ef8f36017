"""The parts of a Shapefile: what their heads say, and what of it is there.

GDAL reads what it can, and says nothing of the rest.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from geo.formats.input_file import refuse
from geo.formats.records import Record

#: In a table's head: records, bytes of the head, bytes of a record.
_TABLE_HEAD: Final = struct.Struct("<4xIHH")
#: In a head of shapes, or of their index: the length of the file.
_SHAPE_HEAD: Final = struct.Struct(">24xi")
_SHAPE_HEAD_BYTES: Final = 100
_AGAIN: Final = "It is cut off or damaged: download or export it again."
#: In the index: where a shape begins, in words of two bytes. In a shape behind its head:
#: its type, of which 0 is none.
_INDEXED: Final = struct.Struct(">i4x")
_SHAPE: Final = struct.Struct("<8xi")


def records_said(stem: Path, name: str) -> int:
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
            refuse(name, "has a .dbf file without a head.", _AGAIN)
        said, start, row_bytes = map(int, _TABLE_HEAD.unpack(head))
        size = file.seek(0, os.SEEK_END)
        if size < start + said * row_bytes:
            held = max(size - start, 0) // max(row_bytes, 1)
            message = f"says that it has {said} records; its .dbf file holds {held}."
            refuse(name, message, _AGAIN)
    for suffix in (".shp", ".shx"):
        part = stem.with_suffix(suffix)
        if part.exists():
            _check_length(part, said, name)
    return len(_kept_rows(stem))


def _check_length(part: Path, records: int, name: str) -> None:
    """Refuse a part that is not as long as its head says, or an index of another."""
    size = part.stat().st_size
    with part.open("rb") as file:
        head = file.read(_SHAPE_HEAD.size)
    if len(head) < _SHAPE_HEAD.size:
        refuse(name, f"has a {part.suffix} file without a head.", _AGAIN)
    # In words of two bytes.
    said = 2 * _SHAPE_HEAD.unpack(head)[0]
    if size < said:
        message = f"has a {part.suffix} file of {size} bytes that says it has {said}."
        refuse(name, message, _AGAIN)
    if part.suffix == ".shx" and (said - _SHAPE_HEAD_BYTES) // 8 != records:
        shapes = (said - _SHAPE_HEAD_BYTES) // 8
        message = f"has {shapes} shapes in its .shx file, {records} rows in its .dbf."
        refuse(name, message, _AGAIN)


def _kept_rows(stem: Path) -> list[int]:
    """Return the numbers of the rows of a table that are not deleted."""
    with stem.with_suffix(".dbf").open("rb") as file:
        said, start, row_bytes = map(
            int, _TABLE_HEAD.unpack(file.read(_TABLE_HEAD.size))
        )
        kept = []
        for row in range(said):
            file.seek(start + row * row_bytes)
            if file.read(1) != b"*":
                kept.append(row)
    return kept


def lost_shapes_told(records: Iterable[Record], stem: Path) -> Iterator[Record]:
    """Go through records, and tell of those whose shape GDAL could not read.

    Parameters
    ----------
    records
        All of a Shapefile whose heads are right, in order.
    stem
        The path of its parts without their suffixes.
    """
    shapes, index = (stem.with_suffix(suffix) for suffix in (".shp", ".shx"))
    with shapes.open("rb") as held, index.open("rb") as places:
        for row, record in zip(_kept_rows(stem), records, strict=True):
            is_lost = record.geometry is None and not record.faults
            if is_lost and _has_shape(row, held, places):
                message = "is damaged, or empty, so that the record has no place."
                note = ("geometry", message, "Repair the layer, or export it again.")
                yield replace(record, notes=(*record.notes, note))
            else:
                yield record


def _has_shape(row: int, shapes: IO[bytes], index: IO[bytes]) -> bool:
    """Tell whether a row has a shape by its own words; a place that is none is one."""
    index.seek(_SHAPE_HEAD_BYTES + row * _INDEXED.size)
    place = index.read(_INDEXED.size)
    if len(place) < _INDEXED.size:
        return False
    start = 2 * _INDEXED.unpack(place)[0]
    if start < _SHAPE_HEAD_BYTES:
        return True
    shapes.seek(start)
    head = shapes.read(_SHAPE.size)
    return len(head) < _SHAPE.size or _SHAPE.unpack(head)[0] != 0
