"""GeoParquet (OGC 23-066) read by Arrow, its geometry by ourselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.formats.given import Given
from geo.formats.raw import (
    MOST_BYTES,
    MOST_RECORDS,
    Part,
    Record,
    check_columns,
    check_count,
    json_value,
    parts_of_records,
    refuse,
    warning,
)
from geo.formats.systems import system_of
from geo.formats.wkb import read_wkb
from geo.geojson import DEPTHS, LIMITS

_AGAIN: Final = "Export it again as GeoParquet 1.0 or 1.1."
_KINDS: Final = {kind.lower(): kind for kind in DEPTHS}
_BATCH_ROWS: Final = 500
_LISTS: Final = (pa.ListArray, pa.LargeListArray, pa.FixedSizeListArray)


def read_geoparquet(given: Given) -> Iterator[Part]:
    """Read a GeoParquet file: WKB or native geometry, any column of JSON's kinds.

    Raises
    ------
    DataError
        If it is no Parquet file, is larger than can be read, or does not say which
        column is the geometry and how it is written.
    """
    try:
        texts = _texts(given)
        # A long text that many rows share is held once, and looked at once.
        with pq.ParquetFile(given.path, read_dictionary=texts) as file:
            yield from _read(file, given)
    except MemoryError:
        # Arrow's own is an ArrowException as well.
        raise
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        shown = str(error).split("\n", 1)[0]
        refuse(given.name, f"cannot be read as Parquet: {shown}.", _AGAIN)


def _read(file: pq.ParquetFile, given: Given) -> Iterator[Part]:
    name, epsg = given.name, given.opening.epsg
    names = file.schema_arrow.names
    check_columns(names, name)
    if len(set(names)) < len(names):
        refuse(name, "names a column twice.", _AGAIN)
    size = sum(
        file.metadata.row_group(number).total_byte_size
        for number in range(file.num_row_groups)
    )
    if file.metadata.num_rows > MOST_RECORDS or size > MOST_BYTES:
        message = f"has {file.metadata.num_rows} rows, {size} bytes unpacked."
        refuse(name, message, f"Split it: {MOST_RECORDS} rows, {MOST_BYTES} bytes.")
    told = _told(file, name)
    column = str(told.get("primary_column"))
    columns = told.get("columns")
    described = columns.get(column) if isinstance(columns, Mapping) else None
    if not isinstance(described, Mapping) or column not in file.schema_arrow.names:
        message = f"says that its geometry is in {column!r}, but has no such column."
        refuse(name, message, _AGAIN)
    said = described.get("crs", "OGC:CRS84")
    code = system_of(said, name, epsg)
    convert = _converter(str(described.get("encoding")), name)
    covering = _covering(described)
    warnings = [
        warning(name, "holds bytes, left out.", "Store text.", where=one)
        for one in _binary(file.schema_arrow)
        if one != column
    ]
    left_out = covering | {fault.where for fault in warnings}
    records = _records(file, column, convert, left_out, name)
    yield from parts_of_records(
        records, given, kind="geoparquet", epsg=code, warnings=warnings
    )


def _texts(given: Given) -> list[str]:
    """Return the columns of texts."""
    with pq.ParquetFile(given.path) as file:
        return [
            column.name
            for column in file.schema_arrow
            if pa.types.is_string(column.type)
        ]


def _check_texts(batch: pa.RecordBatch, name: str) -> None:
    """Refuse texts too long to be read, before each row gets a copy.

    Raises
    ------
    DataError
        If there is one.
    """
    for column, values in zip(batch.schema.names, batch.columns, strict=True):
        longest = max(_text_lengths(values), default=0)
        if longest > 4 * LIMITS.max_text_chars:
            message = f"holds a text of {longest} bytes."
            refuse(name, message, "Shorten it, or link to it.", where=column)


def _text_lengths(values: pa.Array) -> Iterator[int]:
    """Go through the length of the longest text of each array in an array, in bytes."""
    stack = [values]
    while stack:
        part = stack.pop()
        kind = part.type
        if pa.types.is_dictionary(kind):
            stack.append(part.dictionary)
        elif pa.types.is_struct(kind):
            stack.extend(part.flatten())
        elif pa.types.is_map(kind):
            stack.extend((part.keys, part.items))
        elif isinstance(part, _LISTS):
            stack.append(part.values)
        elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
            yield pc.max(pc.binary_length(part)).as_py() or 0


def _values(column: pa.Array) -> list[Any]:
    """Return the values of a column; what rows share stays one object."""
    if not pa.types.is_dictionary(column.type):
        values: list[Any] = column.to_pylist()
        return values
    words = column.dictionary.to_pylist()
    return [
        None if number is None else words[number]
        for number in column.indices.to_pylist()
    ]


def _told(file: pq.ParquetFile, name: str) -> dict[str, Any]:
    """Return what the file says of its geometry."""
    metadata = file.metadata.metadata or {}
    if b"geo" not in metadata:
        refuse(name, "does not say that it is GeoParquet: no 'geo' metadata.", _AGAIN)
    try:
        told = json.loads(metadata[b"geo"])
    except (ValueError, RecursionError) as error:
        refuse(name, f"has 'geo' metadata that is not JSON: {error}.", _AGAIN)
    if not isinstance(told, dict):
        refuse(name, "has 'geo' metadata that is not an object.", _AGAIN)
    return told


def _covering(described: Mapping[str, Any]) -> set[str]:
    """Return the columns that only repeat the geometry's extent."""
    covering = described.get("covering")
    bbox = covering.get("bbox") if isinstance(covering, Mapping) else None
    paths = bbox.values() if isinstance(bbox, Mapping) else ()
    return {str(path[0]) for path in paths if isinstance(path, list) and path}


def _binary(schema: pa.Schema) -> list[str]:
    return [
        column.name
        for column in schema
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)
    ]


def _converter(encoding: str, name: str) -> Callable[[Any], dict[str, Any] | None]:
    if encoding == "WKB":
        return _of_wkb
    kind = _KINDS.get(encoding.lower())
    if kind is None:
        refuse(name, f"writes its geometry as {encoding!r}, not as WKB.", _AGAIN)

    def convert(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - nested lists
        return None if value is None else {"type": kind, "coordinates": _native(value)}

    return convert


def _of_wkb(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - bytes or None
    if value is None:
        return None
    if not isinstance(value, bytes):
        msg = "it is not bytes"
        raise TypeError(msg)
    return read_wkb(value)


def _native(value: Any) -> Any:  # noqa: ANN401 - nested lists of positions
    """Return GeoArrow's positions, with named parts, as GeoJSON's."""
    if isinstance(value, list):
        return [_native(part) for part in value]
    position = [value[axis] for axis in ("x", "y", "z") if axis in value]
    # An empty point is written as NaN.
    return [] if all(number != number for number in position[:2]) else position  # noqa: PLR0124


def _records(
    file: pq.ParquetFile,
    column: str,
    convert: Callable[[Any], dict[str, Any] | None],
    left_out: set[str],
    name: str,
) -> Iterator[Record]:
    chosen = [one for one in file.schema_arrow.names if one not in left_out]
    read = 0
    for batch in file.iter_batches(_BATCH_ROWS, columns=chosen):
        _check_texts(batch, name)
        read += batch.num_rows
        columns = [_values(values) for values in batch.columns]
        for cells in zip(*columns, strict=True):
            row = dict(zip(batch.schema.names, cells, strict=True))
            shape = row.pop(column)
            properties, faults = {}, []
            for key, value in row.items():
                try:
                    properties[key] = json_value(value)
                except ValueError as error:
                    faults.append((key, f"{error}.", "Store it as text."))
            try:
                geometry = convert(shape)
            except (ValueError, TypeError, KeyError) as error:
                geometry = None
                faults.append(("geometry", f"cannot be read: {error}.", _AGAIN))
            yield Record(properties, geometry, faults=tuple(faults))
    check_count(read, file.metadata.num_rows, name)
