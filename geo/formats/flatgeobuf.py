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
from geo.formats.systems import system_of

_MAGIC_BYTES: Final = 8
_SHORT: Final = struct.Struct("<H")
_SIZE: Final = struct.Struct("<I")
_COUNT: Final = struct.Struct("<Q")
#: Places of fields in the header's table, in the order of the format's schema.
_FEATURES_COUNT: Final = 8
_INDEX_NODE_SIZE: Final = 9
#: Items of a node of the index, where the header leaves it out; and bytes of an item.
_USUAL_NODE_SIZE: Final = 16
_ITEM_BYTES: Final = 40
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
            said, at = _read_header(data)
            count, end = 0, len(data)
            while at + _SIZE.size <= end:
                at += _SIZE.size + _SIZE.unpack_from(data, at)[0]
                count += 1
    except (struct.error, OverflowError, ValueError) as error:
        refuse(given.name, f"cannot be read as FlatGeobuf: {error}.", _AGAIN)
    if at != end:
        message = f"ends in the middle of record {count}."
        refuse(given.name, message, _AGAIN)
    # A header written before its records leaves their number out.
    check_count(count, said or count, given.name)
    return count


def _read_header(file: mmap.mmap) -> tuple[int, int]:
    """Return how many records a header says, and where in bytes the first begins.

    The header of FlatGeobuf 3 (https://flatgeobuf.org) is a FlatBuffers table behind
    its size; the index, a packed R-tree, lies between it and the records.

    Raises
    ------
    struct.error, ValueError
        If the file is not as its own parts say.
    """
    (header_bytes,) = _SIZE.unpack_from(file, _MAGIC_BYTES)
    root = _MAGIC_BYTES + _SIZE.size
    table = root + _SIZE.unpack_from(file, root)[0]
    slots = table - struct.unpack_from("<i", file, table)[0]
    slots_bytes = _SHORT.unpack_from(file, slots)[0]

    def read_field(number: int, form: struct.Struct, default: int) -> int:
        slot = 4 + 2 * number
        at = _SHORT.unpack_from(file, slots + slot)[0] if slot < slots_bytes else 0
        return int(form.unpack_from(file, table + at)[0]) if at else default

    count = read_field(_FEATURES_COUNT, _COUNT, 0)
    node_size = read_field(_INDEX_NODE_SIZE, _SHORT, _USUAL_NODE_SIZE)
    if node_size == 1:
        raise ValueError("a node of its index has one item, and so the index no end")
    nodes = _node_count(count, node_size) if node_size and count else 0
    return count, root + header_bytes + nodes * _ITEM_BYTES


def _node_count(records: int, node_size: int) -> int:
    """Return how many nodes the index has, its items included."""
    level = total = records
    while True:
        level = -(-level // node_size)
        total += level
        if level == 1:
            return total
