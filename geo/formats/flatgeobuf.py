"""FlatGeobuf, read by GDAL in a process of its own."""

from __future__ import annotations

import mmap
import shutil
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geo.formats.gdal import gdal_records, in_order, through_gdal
from geo.formats.given import Given
from geo.formats.raw import Part, check_count, parts_of_records, refuse
from geo.formats.rtree import parts_of
from geo.formats.systems import system_of

_SIZE: Final = struct.Struct("<I")
_AGAIN: Final = "It is cut off or damaged: download or export it again."


def read_flatgeobuf(given: Given) -> Iterator[Part]:
    """Read FlatGeobuf. ``row_no``, if all rows have one, orders them again.

    Raises
    ------
    DataError
        If GDAL cannot read it, or its system is not known.
    """
    name = given.name
    said = _records_said(given)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "input.fgb"
        shutil.copyfile(given.path, copy)
        [(table, told)] = through_gdal([copy], name, "FlatGeobuf")
    check_count(table.num_rows, said, name)
    code = system_of(told["system"], name, given.opening.epsg)
    records = in_order(gdal_records(table, told))
    yield from parts_of_records(records, given, kind="fgb", epsg=code)


def _records_said(given: Given) -> int:
    """Return how many records a file has, by their own sizes and by its header.

    GDAL reads as many as it can, and says nothing of the others.

    Raises
    ------
    DataError
        If the two differ, or the last record ends elsewhere than the file.
    """
    try:
        with (
            given.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            parts, at, count = parts_of(data), 0, 0
            at, end = parts.features_at, len(data)
            while at + _SIZE.size <= end:
                at += _SIZE.size + _SIZE.unpack_from(data, at)[0]
                count += 1
    except (struct.error, ZeroDivisionError, OverflowError, ValueError) as error:
        refuse(given.name, f"cannot be read as FlatGeobuf: {error}.", _AGAIN)
    if at != end:
        message = f"ends in the middle of record {count}."
        refuse(given.name, message, _AGAIN)
    # A header written before its records leaves their number out.
    check_count(count, parts.features or count, given.name)
    return count
