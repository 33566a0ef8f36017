"""GeoParquet 1.1 (OGC 23-066): typed columns, WKB geometry, a bbox to filter by.

Arrow reads files of others, and we their geometry.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geo.base.errors import Fault
from geo.formats.input_file import (
    MOST_BYTES,
    InputFile,
    check_columns,
    check_count,
    refuse,
    system_of,
    warning,
)
from geo.formats.packages import chunks
from geo.formats.records import (
    MOST_RECORDS,
    Part,
    Record,
    json_value,
    parts_of_records,
)
from geo.formats.rows import BATCH_ROWS, Feature, schema, tables
from geo.formats.wkb import read_wkb
from geo.layer.geojson import DEPTHS, LIMITS
from geo.model.fields import Field, fields

if TYPE_CHECKING:
    from geo.formats.selection import Selection

_AGAIN: Final = "Export it again as GeoParquet 1.0 or 1.1."
_KINDS: Final = {kind.lower(): kind for kind in DEPTHS}
_BATCH_ROWS: Final = 500
_AXES: Final = ("x", "y")
_LISTS: Final = (pa.ListArray, pa.LargeListArray, pa.FixedSizeListArray)

_BBOX: Final = pa.struct(
    [pa.field(name, pa.float64()) for name in ("xmin", "ymin", "xmax", "ymax")]
)


def read(file: InputFile) -> Iterator[Part]:
    """Read a GeoParquet file: WKB or native geometry, any column of JSON's kinds.

    Parquet that says nothing of a geometry is a table as CSV is: columns of coordinates
    stay columns.

    Raises
    ------
    DataError
        If it is no Parquet file, is larger than can be read, or does not say which
        column is the geometry and how it is written, though one looks like WKB.
    """
    try:
        texts = _texts(file)
        # A long text that many rows share is held once, and looked at once.
        with pq.ParquetFile(file.path, read_dictionary=texts) as table:
            yield from _read_table(table, file)
    except MemoryError:
        # Arrow's own is an ArrowException as well.
        raise
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        shown = str(error).split("\n", 1)[0]
        refuse(file.name, f"cannot be read as Parquet: {shown}.", _AGAIN)


def _read_table(table: pq.ParquetFile, file: InputFile) -> Iterator[Part]:
    name, epsg = file.name, file.options.epsg
    names = table.schema_arrow.names
    check_columns(names, name)
    if len(set(names)) < len(names):
        refuse(name, "names a column twice.", _AGAIN)
    size = sum(
        table.metadata.row_group(number).total_byte_size
        for number in range(table.num_row_groups)
    )
    if table.metadata.num_rows > MOST_RECORDS or size > MOST_BYTES:
        message = f"has {table.metadata.num_rows} rows, {size} bytes unpacked."
        refuse(name, message, f"Split it: {MOST_RECORDS} rows, {MOST_BYTES} bytes.")
    geo = _geo(table, name)
    if geo is None:
        yield from _read_plain(table, file)
        return
    column = str(geo.get("primary_column"))
    columns = geo.get("columns")
    described = columns.get(column) if isinstance(columns, Mapping) else None
    if not isinstance(described, Mapping) or column not in table.schema_arrow.names:
        message = f"says that its geometry is in {column!r}, but has no such column."
        refuse(name, message, _AGAIN)
    said = described.get("crs", "OGC:CRS84")
    code = system_of(said, name, epsg)
    convert = _converter(str(described.get("encoding")), name)
    covering = _covering(described)
    warnings = _bytes_told(table, name, column)
    left_out = covering | {fault.where for fault in warnings}
    records = _records(table, column, convert, left_out, name)
    yield from parts_of_records(
        records, file, kind="geoparquet", epsg=code, warnings=warnings
    )


def _read_plain(table: pq.ParquetFile, file: InputFile) -> Iterator[Part]:
    """Read a table that says nothing of a geometry, unless it holds one all the same."""
    name = file.name
    warnings = _bytes_told(table, name)
    left_out = {fault.where for fault in warnings}
    if any(_holds_wkb(table, binary) for binary in left_out):
        refuse(name, "does not say that it is GeoParquet: no 'geo' metadata.", _AGAIN)
    records = _records(table, None, _of_wkb, left_out, name)
    point = _point_column(table.schema_arrow)
    yield from parts_of_records(
        (_with_axes(record, point) for record in records) if point else records,
        file,
        kind="geoparquet",
        epsg=file.options.epsg,
        warnings=warnings,
    )


def _point_column(schema: pa.Schema) -> str:
    """Return the only column of positions with named parts; an empty text for none."""
    points = [
        column.name
        for column in schema
        if pa.types.is_struct(column.type)
        and {part.name for part in column.type} in ({*_AXES}, {*_AXES, "z"})
    ]
    is_free = {*_AXES}.isdisjoint(schema.names)
    return points[0] if len(points) == 1 and is_free else ""


def _with_axes(record: Record, column: str) -> Record:
    """Return a record with the parts of a position as columns, as a table has them."""
    position = record.properties.pop(column) or {}
    return replace(record, properties={**record.properties, **position})


def _bytes_told(table: pq.ParquetFile, name: str, geometry: str = "") -> list[Fault]:
    """Warn of the columns of bytes, apart from the geometry's."""
    return [
        warning(name, "holds bytes, left out.", "Store text.", where=binary)
        for binary in _binary(table.schema_arrow)
        if binary != geometry
    ]


def _holds_wkb(table: pq.ParquetFile, column: str) -> bool:
    """Tell whether the first bytes in a column are well-known binary."""
    for batch in table.iter_batches(_BATCH_ROWS, columns=[column]):
        for value in batch.column(0).drop_null()[:1].to_pylist():
            try:
                read_wkb(value)
            except ValueError:
                return False
            return True
    return False


def _texts(file: InputFile) -> list[str]:
    """Return the columns of texts."""
    with pq.ParquetFile(file.path) as table:
        return [
            column.name
            for column in table.schema_arrow
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


def _geo(table: pq.ParquetFile, name: str) -> dict[str, Any] | None:
    """Return what the file says of its geometry; None if it says nothing."""
    metadata = table.metadata.metadata or {}
    if b"geo" not in metadata:
        return None
    try:
        geo = json.loads(metadata[b"geo"])
    except (ValueError, RecursionError) as error:
        refuse(name, f"has 'geo' metadata that is not JSON: {error}.", _AGAIN)
    if not isinstance(geo, dict):
        refuse(name, "has 'geo' metadata that is not an object.", _AGAIN)
    return geo


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
    table: pq.ParquetFile,
    column: str | None,
    convert: Callable[[Any], dict[str, Any] | None],
    left_out: set[str],
    name: str,
) -> Iterator[Record]:
    chosen = [key for key in table.schema_arrow.names if key not in left_out]
    read = 0
    for batch in table.iter_batches(_BATCH_ROWS, columns=chosen):
        _check_texts(batch, name)
        read += batch.num_rows
        columns = [_values(values) for values in batch.columns]
        for cells in zip(*columns, strict=True):
            row = dict(zip(batch.schema.names, cells, strict=True))
            shape = row.pop(column) if column else None
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
    check_count(read, table.metadata.num_rows, name)


def write(selection: Selection) -> Iterator[bytes]:
    """Write GeoParquet 1.1: lists stay lists, row order is the layer's.

    The file tells about itself in its key-value metadata, under ``about``. The CRS
    is OGC:CRS84 (lon, lat), the default of the format.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.parquet"
        _write_table(selection, path)
        yield from chunks(path)


def _write_table(selection: Selection, path: Path) -> None:
    chosen = (*fields(), *selection.own)
    shape_of, features = _schema(chosen), selection.features()
    kinds: set[str] = set()
    extent: list[float] | None = None
    with pq.ParquetWriter(path, shape_of, compression="zstd") as writer:
        while batch := list(islice(features, BATCH_ROWS)):
            table = _table(batch, chosen, shape_of)
            writer.write_table(table, row_group_size=BATCH_ROWS)
            kinds |= {part["geometry"]["type"] for part in batch if part["geometry"]}
            extent = _joined(extent, table)
        facts = json.dumps(selection.about.as_json(), ensure_ascii=False)
        geo = json.dumps(_metadata(sorted(kinds), extent))
        writer.add_key_value_metadata({"geo": geo, "about": facts})


def _schema(chosen: Sequence[Field]) -> pa.Schema:
    return schema(chosen, geometry=True, nested=True).append(pa.field("bbox", _BBOX))


def _table(
    batch: Sequence[Feature], chosen: Sequence[Field], shape_of: pa.Schema
) -> pa.Table:
    (rows,) = tables(batch, chosen, nested=True)
    boxes = pa.array(_boxes(rows.column("geometry").to_pylist()), _BBOX)
    return pa.table([*rows.columns, boxes], schema=shape_of)


def _boxes(written: Sequence[bytes | None]) -> list[dict[str, float] | None]:
    names = ("xmin", "ymin", "xmax", "ymax")
    bounds = shapely.bounds(shapely.from_wkb(list(written))) if written else ()
    return [
        None if shape is None else dict(zip(names, map(float, box), strict=True))
        for shape, box in zip(written, bounds, strict=True)
    ]


def _joined(extent: list[float] | None, table: pa.Table) -> list[float] | None:
    """Return an extent widened by that of a table."""
    boxes = [box for box in table.column("bbox").to_pylist() if box]
    extents = [[box["xmin"], box["ymin"], box["xmax"], box["ymax"]] for box in boxes]
    if extent:
        extents.append(extent)
    if not extents:
        return None
    west, south, east, north = zip(*extents, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _metadata(kinds: list[str], extent: list[float] | None) -> dict[str, Any]:
    covering = {name: ["bbox", name] for name in ("xmin", "ymin", "xmax", "ymax")}
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "covering": {"bbox": covering},
    }
    if extent:
        column["bbox"] = extent
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": column},
    }
