"""One file of a raw dump, CSV or GeoParquet, as columns of text.

Both engines start from what this module writes, so that they cannot disagree about
quoting, ragged lines or number formats. It runs where the engine runs it: on Spark,
on the executors.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from geo.base.errors import Code, DataError, Fault
from geo.base.files import whole_file
from geo.base.stamps import stamp_of
from geo.bulk.build.shapes import geometry_column, shape_columns

#: What a column of a dump can be, in words for those who map columns.
TAKEN: Final[Mapping[str, str]] = {
    "id": "lower-case letters, digits and hyphens; made of file and row if missing",
    "title": "what happened, in a few words",
    "summary": "what is known; the title if missing",
    "category": "a category of the vocabulary",
    "kind": "event, series, site or plan; event if missing",
    "count": "how many events a series stands for",
    "status": "reported, alleged, unverified or false; reported if missing",
    "date": "EDTF, such as 2023-08-31 or 2023-08",
    "date_note": "how the date was found",
    "place": "a name to look up in the gazetteer",
    "country": "ISO 3166-1 alpha-2",
    "lon": "longitude in degrees (WGS84), with lat; instead of looking up the place",
    "lat": "latitude in degrees (WGS84)",
    "precision": "how finely lon and lat, or the geometry of GeoParquet, are known; if "
    "missing, it is not known",
    "radius_m": "how uncertain they are, in metres; if missing, it is not known",
    "place_role": "occurred, target or subject",
    "location_note": "what the placing rests on",
    "source": "id of the source in the register",
    "quote": "words of the source, of which the first 12 are kept; if missing, no passage is given",
    "alleged_by": "who says so, parted by ;",
    "denied_by": "who denies it, parted by ;",
}
#: Other names that columns often have.
_ALIASES: Final[Mapping[str, str]] = {
    "longitude": "lon",
    "lng": "lon",
    "x": "lon",
    "latitude": "lat",
    "y": "lat",
    "name": "title",
    "notes": "summary",
    "description": "summary",
    "event_date": "date",
    "event_id_cnty": "id",
    "location": "place",
    "iso2": "country",
}
SUFFIXES: Final = (".csv", ".parquet", ".geoparquet")
_BLOCK_BYTES: Final = 8 << 20
SCHEMA: Final = pa.schema(
    [
        ("file_no", pa.int32()),
        ("row_no", pa.int64()),
        ("fault", pa.string()),
        ("shape", pa.binary()),
        ("shape_type", pa.string()),
        *((name, pa.string()) for name in TAKEN),
    ]
)


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of a raw dump.

    Parameters
    ----------
    path
        CSV (UTF-8, with a header) or GeoParquet.
    number
        Its place among the files given, from 0.
    key
        A slug of its name, for the ids of rows that have none.
    columns
        Which of its columns is which of :data:`TAKEN`, or the ``geometry``.
    """

    path: str
    number: int
    key: str
    columns: tuple[tuple[str, str], ...]

    def stamp(self) -> str:
        """Return what changes with the file or with how it is read."""
        state = stamp_of([Path(self.path)])
        identity = json.dumps(
            [self.path, state, self.number, self.columns, SCHEMA.names]
        )
        return hashlib.sha256(identity.encode()).hexdigest()[:16]


def columns_of(path: Path, mapping: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return which of a file's columns is which property, or the geometry.

    Parameters
    ----------
    path
        The file.
    mapping
        Property by column, as the caller wants it; columns not in it are taken by
        their name, or by another usual name of the property.

    Raises
    ------
    DataError
        If the file cannot be read, has no column for the title, or has geometries
        that are not well-known binary in WGS84.
    """
    schema = pa.schema([])
    try:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as stream:
                names = next(csv.reader(stream), [])
        else:
            schema = pq.read_schema(path)
            names = schema.names
    except MemoryError:
        raise  # also an ArrowException; whoever set the limit says so
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise _unreadable(str(path), error) from error
    geometry = geometry_column(schema, str(path))
    columns: dict[str, str] = {}
    for name in names:
        if name == geometry:
            columns["geometry"] = name
            continue
        plain = name.strip().lower().replace(" ", "_")
        meant = mapping.get(name, _ALIASES.get(plain, plain))
        if meant in TAKEN and (meant not in columns or name in mapping):
            columns[meant] = name
    if "title" not in columns:
        message = f"has no column for the title; its columns are {', '.join(names)}."
        remedy = "Name one with --map COLUMN=title."
        raise DataError([Fault(str(path), message, remedy, code=Code.MISSING)])
    return tuple(sorted((column, meant) for meant, column in columns.items()))


def take_in(dump: Dump, target: str) -> None:
    """Write one file of a dump as text columns; ``target`` appears when it is done.

    Rows that cannot be read at all have a ``fault`` instead of values.

    Parameters
    ----------
    dump
        What to read.
    target
        A Parquet file with :data:`SCHEMA`.

    Raises
    ------
    DataError
        If the file as a whole cannot be read.
    """
    pieces = _csv_pieces if Path(dump.path).suffix == ".csv" else _parquet_pieces
    before = dump.stamp()
    with whole_file(Path(target)) as draft:
        try:
            with pq.ParquetWriter(draft, SCHEMA, compression="zstd") as writer:
                for piece in pieces(dump):
                    writer.write_table(piece)
        except MemoryError:
            raise
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(dump.path, error) from error
        if dump.stamp() != before:
            message = "has changed while it was read."
            remedy = "Build again when whoever writes it has finished."
            raise DataError([Fault(dump.path, message, remedy)])


def columns_in(
    _: Path, paths: Sequence[str], mapping: Mapping[str, str]
) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the columns of each file; runs in the process apart."""
    for path in paths:
        yield columns_of(Path(path), mapping)


def taken_in(
    _: Path, paths: Sequence[str], jobs: Sequence[tuple[Mapping[str, Any], str]]
) -> Iterator[int]:
    """Take files in, one after another; runs in the process apart."""
    for _path, (described, target) in zip(paths, jobs, strict=True):
        columns = tuple((column, meant) for column, meant in described["columns"])
        take_in(Dump(**{**described, "columns": columns}), target)
        yield 1


def _unreadable(path: str, error: Exception) -> DataError:
    remedy = "Give CSV in UTF-8 with a header, or GeoParquet."
    message = f"cannot be read: {error}."
    return DataError([Fault(path, message, remedy, code=Code.UNREADABLE)])


def _read_options() -> pacsv.ReadOptions:
    # One thread, or rows that are refused have no number.
    return pacsv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES)


def _csv_pieces(dump: Dump) -> Iterator[pa.Table]:
    """Go through a CSV file; a row with too many or too few cells is a fault."""
    ragged: dict[int, str] = {}

    def refuse(row: pacsv.InvalidRow) -> str:
        ragged[row.number - 1] = (
            f"has {row.actual_columns} cells, the header {row.expected_columns}"
        )
        return "skip"

    columns = dict(dump.columns)
    with pacsv.open_csv(
        dump.path,
        read_options=_read_options(),
        parse_options=pacsv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=refuse
        ),
        convert_options=pacsv.ConvertOptions(
            include_columns=list(columns),
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    ) as reader:
        row_no = 1
        for batch in reader:
            numbers = np.arange(row_no, row_no + batch.num_rows + len(ragged))
            numbers = numbers[~np.isin(numbers, list(ragged))][: batch.num_rows]
            row_no = int(numbers[-1]) + 1 if len(numbers) else row_no
            yield _piece(
                dump,
                numbers,
                {columns[name]: batch.column(name) for name in batch.schema.names},
            )
    if ragged:
        numbers = np.array(sorted(ragged))
        faults = pa.array([ragged[number] for number in sorted(ragged)])
        yield _piece(dump, numbers, {"fault": faults})


def _parquet_pieces(dump: Dump) -> Iterator[pa.Table]:
    """Go through a Parquet file; a geometry counts before columns of lon and lat."""
    columns = dict(dump.columns)
    row_no = 1
    with pq.ParquetFile(dump.path) as file:
        for batch in file.iter_batches(columns=list(columns)):
            values = {
                columns[name]: batch.column(name)
                if columns[name] == "geometry"
                else _as_text(batch.column(name))
                for name in batch.schema.names
            }
            if "geometry" in values:
                values = _located(values.pop("geometry"), values)
            numbers = np.arange(row_no, row_no + batch.num_rows)
            row_no += batch.num_rows
            yield _piece(dump, numbers, values)


def _piece(dump: Dump, numbers: Any, values: Mapping[str, pa.Array]) -> pa.Table:  # noqa: ANN401 - numpy
    """Return rows as :data:`SCHEMA` has them; columns that are missing are null."""
    rows = len(numbers)
    columns: dict[str, Any] = {
        "file_no": pa.array(np.full(rows, dump.number, np.int32)),
        "row_no": pa.array(numbers, pa.int64()),
    }
    columns |= values
    if "id" not in values:
        texts = pc.cast(columns["row_no"], pa.string())
        columns["id"] = pc.binary_join_element_wise(dump.key, texts, "-")
    filled = [columns.get(name, pa.nulls(rows, kind)) for name, kind in _fields()]
    return pa.table(filled, schema=SCHEMA)


def _fields() -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in SCHEMA]


def _as_text(column: pa.Array) -> pa.Array:
    """Return any column as text; lists of texts are joined with a semicolon."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        if pa.types.is_string(column.type.value_type):
            return pc.binary_join(column, ";")
        return pa.nulls(len(column), pa.string())
    if pa.types.is_nested(column.type):
        return pa.nulls(len(column), pa.string())
    return pc.cast(column, pa.string())


def _located(
    geometries: pa.Array, values: Mapping[str, pa.Array]
) -> dict[str, pa.Array]:
    """Return a row's values with its geometry's place, where it has a geometry."""
    columns = shape_columns(geometries)
    for axis in ("lon", "lat"):
        if axis in values:
            valid = pc.is_valid(geometries)
            columns[axis] = pc.if_else(valid, columns[axis], values[axis])
    return {**values, **columns}
