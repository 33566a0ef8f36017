"""FlatGeobuf 3, read by GDAL in a process of its own and written by it."""

from __future__ import annotations

import json
import mmap
import shutil
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from geo.formats.gdal import (
    fixed_date,
    gdal_records,
    in_order,
    through_gdal,
    write_table,
)
from geo.formats.input_file import InputFile, check_count, refuse, system_of
from geo.formats.packages import chunks
from geo.formats.records import Part, parts_of_records
from geo.formats.rows import schema, tables
from geo.model.fields import fields

if TYPE_CHECKING:
    from geo.formats.selection import Selection

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


def read(file: InputFile) -> Iterator[Part]:
    """Read FlatGeobuf. ``row_no``, if all rows have one, orders them again.

    Raises
    ------
    DataError
        If GDAL cannot read it, or its system is not known.
    """
    name = file.name
    said = _records_said(file)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "input.fgb"
        shutil.copyfile(file.path, copy)
        [(table, facts)] = through_gdal([copy], name, "FlatGeobuf")
    check_count(table.num_rows, said, name)
    code = system_of(facts["system"], name, file.options.epsg)
    records = in_order(gdal_records(table, facts))
    yield from parts_of_records(records, file, kind="fgb", epsg=code)


def _records_said(file: InputFile) -> int:
    """Return how many records a file has, by their own sizes and by its header.

    GDAL reads as many as it can, and says nothing of the others.

    Raises
    ------
    DataError
        If the two differ, or the last record ends elsewhere than the file.
    """
    try:
        with (
            file.path.open("rb") as opened,
            mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            said, at = _read_header(data)
            count, end = 0, len(data)
            while at + _SIZE.size <= end:
                at += _SIZE.size + _SIZE.unpack_from(data, at)[0]
                count += 1
    except (struct.error, OverflowError, ValueError) as error:
        refuse(file.name, f"cannot be read as FlatGeobuf: {error}.", _AGAIN)
    if at != end:
        message = f"ends in the middle of record {count}."
        refuse(file.name, message, _AGAIN)
    # A header written before its records leaves their number out.
    check_count(count, said or count, file.name)
    return count


def write(selection: Selection) -> Iterator[bytes]:
    """Write FlatGeobuf 3 in EPSG:4326, with its spatial index where all have a place.

    GDAL writes no index over rows without a geometry, and whoever asks such a file for
    an extent reads all of it. The index orders rows by place: ``row_no`` keeps the
    layer's order, from 1.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.fgb"
        # Another pass, which ends at the first without a place: nobody counted them.
        placed = all(feature["geometry"] for feature in selection.features())
        # No turn is held while the pieces go to a client, who may be slow.
        with fixed_date(selection.about):
            _write_flatgeobuf(selection, path, indexed=placed)
        yield from chunks(path)


def _write_flatgeobuf(selection: Selection, path: Path, *, indexed: bool) -> None:
    chosen = (*fields(), *selection.own)
    number = pa.field("row_no", pa.int32())
    shape_of = schema(chosen, geometry=True).insert(0, number)

    def batches() -> Iterator[pa.RecordBatch]:
        first = 1
        for batch in tables(selection.features(), chosen):
            last = first + batch.num_rows
            numbers = pa.array(range(first, last), pa.int32())
            yield pa.record_batch([numbers, *batch.columns], schema=shape_of)
            first = last

    write_table(
        batches(),
        shape_of,
        path,
        driver="FlatGeobuf",
        layer="incidents",
        geometry_type="Unknown",
        layer_options={
            "SPATIAL_INDEX": "YES" if indexed else "NO",
            "TITLE": selection.about.title,
            "DESCRIPTION": json.dumps(selection.about.facts(), ensure_ascii=False),
            "TEMPORARY_DIR": str(path.parent),
        },
    )


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
