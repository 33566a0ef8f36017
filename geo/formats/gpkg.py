"""GeoPackage (OGC 12-128): read by SQLite alone, as data, and written by GDAL.

No view, trigger or function of a file runs, columns that SQLite would compute are left
out, and pages that are missing are noticed. Whether GDAL, which reads other formats
apart, keeps to that has not been tried; until then these checks stay.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pyarrow as pa

from geo.base.errors import QueryError
from geo.formats.gdal import fixed_date, write_table
from geo.formats.input_file import (
    WGS84,
    InputFile,
    check_columns,
    other_layers_told,
    refuse,
    warning,
)
from geo.formats.packages import chunks
from geo.formats.records import Part, Record, json_value, parts_of_records
from geo.formats.related import (
    RELATED,
    SOURCE_COLUMNS,
    Parts,
    joined,
    related_schema,
    related_tables,
    source_rows,
    text_table,
)
from geo.formats.rows import schema, tables
from geo.formats.style import qml, sld
from geo.formats.wkb import read_wkb
from geo.model.fields import DICTIONARY_COLUMNS, dictionary, fields

if TYPE_CHECKING:
    from geo.formats.selection import Selection

_OURS: Final = "incidents"
#: Tables that go along with it.
_ALONG: Final = frozenset({*RELATED, "sources", "fields", "about", "layer_styles"})
_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)
_MOST_CELL_BYTES: Final = 50_000_000
_MOST_SECONDS: Final = 120.0
_STEPS: Final = 100_000
_MOST_CODE: Final = 999_999
#: In the head: bytes of a page, changes, pages, the change when these were counted.
_HEAD: Final = struct.Struct(">16xH6xII60xI")
_STORE: Final = "Store its values in a column of their own."
_ALLOWED: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA}
)


def read(file: InputFile) -> Iterator[Part]:
    """Read one layer of features of a GeoPackage (OGC 12-128).

    Which layer need not be said where there is only one, or one of ours.

    Raises
    ------
    DataError
        If it is no GeoPackage, or has no layer of features in a known system.
    QueryError
        If there is no layer of that name, or there are several.
    """
    name = file.name
    _check_pages(file)
    address = f"file:{quote(str(file.path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            _restrain(connection)
            yield from _read_layer(connection, file)
    except sqlite3.Error as error:
        remedy = "Export the GeoPackage again; the file may be cut off."
        refuse(name, f"cannot be read as a GeoPackage: {error}.", remedy)
    except UnicodeDecodeError as error:
        message = (
            f"holds a text that is not UTF-8: byte 0x{error.object[error.start]:02x}."
        )
        refuse(name, message, "Export the GeoPackage again, its texts in UTF-8.")


def _restrain(connection: sqlite3.Connection) -> None:
    """Let the file do nothing but give rows, and not for ever."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_CELL_BYTES)
    until = time.monotonic() + _MOST_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    connection.set_authorizer(
        lambda action, *_: (
            sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
        )
    )
    connection.text_factory = _text


def _text(data: bytes) -> str:
    return data.decode("utf-8", "strict")


def _check_pages(file: InputFile) -> None:
    """Refuse a database that is shorter than its head says."""
    with file.path.open("rb") as opened:
        head = opened.read(_HEAD.size)
        size = opened.seek(0, os.SEEK_END)
    if len(head) < _HEAD.size:
        refuse(file.name, "is cut off in its head.", "Export it again.")
    page_bytes, changes, pages, valid_for = _HEAD.unpack(head)
    # 65536 does not fit, and is written as 1. The count is void after a change by an
    # old program.
    page_bytes = 65_536 if page_bytes == 1 else page_bytes
    if changes == valid_for and size < page_bytes * pages:
        said = page_bytes * pages
        message = f"is a GeoPackage of {size} bytes that says it has {said}."
        refuse(file.name, message, "It is cut off: download or export it again.")


def _read_layer(connection: sqlite3.Connection, file: InputFile) -> Iterator[Part]:
    name, options = file.name, file.options
    stored = {
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
    }
    if not {"gpkg_contents", "gpkg_geometry_columns"} <= stored:
        refuse(name, "is an SQLite file, but no GeoPackage.", "Give a GeoPackage.")
    layers = _layers(connection, stored)
    chosen = _layer(options.layer, layers, name)
    column, srs_id = layers[chosen]
    code = _epsg(connection, srs_id, name, options.epsg)
    parts = _parts(connection, stored) if chosen == _OURS else {}
    names, computed = _columns(connection, chosen)
    check_columns(names, name)
    warnings = [
        warning(
            name, "is computed by the file, and left out.", _STORE, where=column_name
        )
        for column_name in computed
    ]
    if not options.layer:
        others = [layer for layer in layers if not parts or layer not in _ALONG]
        warnings += other_layers_told(chosen, others, name)
    records = joined(_records(connection, chosen, names, column), parts)
    count = 0

    def counted() -> Iterator[Record]:
        nonlocal count
        for record in records:
            count += 1
            yield record

    yield from parts_of_records(
        counted(), file, kind="gpkg", epsg=code, warnings=warnings
    )
    said = _count_said(connection, chosen, stored)
    if said not in {None, count}:
        message = f"says that it has {said} records; {count} are there."
        remedy = "Check that none is missing: not all programs keep that number right."
        yield Part("gpkg", faults=(warning(name, message, remedy),))


#: The column of the geometry and the number of its system, by the name of a layer; none
#: of both for a table without places.
_Layers = Mapping[str, tuple[str, int | None]]


def _layers(connection: sqlite3.Connection, stored: set[str]) -> _Layers:
    """Return the layers of features, and behind them the tables without places."""
    places = connection.execute(
        "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
    ).fetchall()
    tables = connection.execute(
        "SELECT table_name FROM gpkg_contents WHERE data_type = 'attributes'"
    ).fetchall()
    layers = {row[0]: (row[1], row[2]) for row in places}
    further = {row[0]: ("", None) for row in tables if row[0] not in layers}
    return {name: held for name, held in (layers | further).items() if name in stored}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[list[str], list[str]]:
    """Return the columns that are stored, and those that SQLite would compute.

    Columns that are made of each other can make gigabytes of a few bytes.
    """
    described = connection.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
    stored = [row[1] for row in described if row[6] == 0]
    return stored, [row[1] for row in described if row[6] != 0]


def _count_said(
    connection: sqlite3.Connection, table: str, stored: set[str]
) -> int | None:
    """Return how many records the file says a table has; None where it does not."""
    if "gpkg_ogr_contents" not in stored:
        return None
    row = connection.execute(
        "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", [table]
    ).fetchone()
    return row[0] if row and isinstance(row[0], int) else None


def _layer(layer: str, layers: _Layers, name: str) -> str:
    """Return the layer to read: a table without places only where there is no other."""
    shown = ", ".join(map(repr, layers))
    if layer:
        if layer not in layers:
            raise QueryError("layer", f"{layer!r} is not in {name}; it has {shown}.")
        return layer
    if not layers:
        refuse(name, "has no layer of features.", "Give a file with a vector layer.")
    if _OURS in layers:
        return _OURS
    placed = [one for one, (column, _) in layers.items() if column] or list(layers)
    if len(placed) > 1:
        msg = f"{name} has several: {shown}. Choose one with --layer."
        raise QueryError("layer", msg)
    return placed[0]


def _epsg(
    connection: sqlite3.Connection,
    srs_id: int | None,
    name: str,
    fallback: int | None,
) -> int | None:
    if srs_id is None:
        # Its columns may hold coordinates, which are as those of a CSV file.
        return fallback
    row = connection.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        [srs_id],
    ).fetchone()
    said = row[1] if row is not None and str(row[0]).upper() == "EPSG" else None
    # SQLite keeps any value in any column.
    known = isinstance(said, int) and 0 < said <= _MOST_CODE
    code = said if known else fallback
    if code is None:
        refuse(
            name,
            "does not say the coordinates' reference system.",
            "Say it with --crs, such as --crs EPSG:4326.",
        )
    return None if code == WGS84 else code


def _records(
    connection: sqlite3.Connection, table: str, names: Sequence[str], column: str
) -> Iterator[Record]:
    """Go through the rows of a table in the order of its key."""
    chosen = ", ".join(map(_quoted, names))
    key = _key(connection, table)
    # One at a time, since each may be large.
    for row in connection.execute(
        f"SELECT {chosen} FROM {_quoted(table)} ORDER BY rowid"  # noqa: S608 - quoted
    ):
        cells = dict(zip(names, row, strict=True))
        shape = cells.pop(column, None)
        cells.pop(key, None)
        yield _record(cells, shape)


def _key(connection: sqlite3.Connection, table: str) -> str:
    """Return the column that only numbers the rows."""
    described = connection.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    keys = [row[1] for row in described if row[5]]
    return keys[0] if len(keys) == 1 and keys[0] in {"fid", "ogc_fid"} else ""


def _record(cells: Mapping[str, Any], shape: Any) -> Record:  # noqa: ANN401
    kept, notes = {}, []
    for column, cell in cells.items():
        if isinstance(cell, bytes):
            notes.append((column, "holds bytes, left out.", "Store it as text."))
        else:
            kept[column] = json_value(cell)
    try:
        return Record(kept, _geometry(shape), notes=tuple(notes))
    except ValueError as error:
        fault = ("geometry", f"cannot be read: it {error}.", "Export it again.")
        return Record(kept, None, faults=(fault,), notes=tuple(notes))


def _geometry(shape: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any cell
    """Return the geometry of a GeoPackage blob."""
    if shape is None:
        return None
    if not isinstance(shape, bytes) or shape[:2] != b"GP" or len(shape) < 8:  # noqa: PLR2004
        msg = "is no GeoPackage geometry"
        raise ValueError(msg)
    flags = shape[3]
    envelope = (flags >> 1) & 7
    if envelope >= len(_ENVELOPE_BYTES):
        msg = "has an unknown kind of envelope"
        raise ValueError(msg)
    return read_wkb(shape[8 + _ENVELOPE_BYTES[envelope] :])


def _parts(connection: sqlite3.Connection, stored: set[str]) -> Parts:
    """Return the rows of our related tables."""
    parts: Parts = {}
    for table in ("actors", "citations"):
        if table in stored:
            names, _ = _columns(connection, table)
            chosen = ", ".join(map(_quoted, names))
            rows = connection.execute(f"SELECT {chosen} FROM {_quoted(table)}")  # noqa: S608
            parts[table] = [dict(zip(names, row, strict=True)) for row in rows]
    return parts


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write(selection: Selection) -> Iterator[bytes]:
    """Write a GeoPackage 1.3 (OGC 12-128r17) in EPSG:4326.

    Layer ``incidents``; tables ``citations`` and ``actors`` (by ``incident_id``),
    ``sources``, ``fields`` (data dictionary), ``about``, and ``layer_styles``, from
    which QGIS takes the colours. Version 1.3 because QGIS 3.22 warns of later ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.gpkg"
        with fixed_date(selection.about):
            _write_tables(selection, path)
        yield from chunks(path)


def _write_tables(selection: Selection, path: Path) -> None:
    every = (*fields(), *selection.own)
    chosen = tuple(field for field in every if field.name not in RELATED)
    about = selection.about

    def add(table: pa.Table, layer: str) -> None:
        write_table(table.to_batches(), table.schema, path, layer=layer, driver="GPKG")

    write_table(
        tables(selection.features(), chosen),
        schema(chosen, geometry=True),
        path,
        layer="incidents",
        driver="GPKG",
        geometry_type="Unknown",
        dataset_options={"VERSION": "1.3"},
        layer_options={
            "IDENTIFIER": about.title,
            "DESCRIPTION": f"{about.attribution} Table about tells more.",
            "GEOMETRY_NAME": "geom",
        },
    )
    for name in RELATED:
        batches = related_tables(selection.features(), name)
        write_table(batches, related_schema(name), path, layer=name, driver="GPKG")
    add(text_table(source_rows(selection.sources), SOURCE_COLUMNS), "sources")
    add(text_table(dictionary(about.own), DICTIONARY_COLUMNS), "fields")
    facts = [{"name": name, "value": text} for name, text in about.facts().items()]
    add(text_table(facts, ("name", "value")), "about")
    add(_styles(selection), "layer_styles")


def _styles(selection: Selection) -> pa.Table:
    """Return the table from which QGIS takes a layer's style."""
    style = {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": "incidents",
        "f_geometry_column": "geom",
        "styleName": "Categories",
        "styleQML": qml(selection.vocabulary, "points").decode(),
        "styleSLD": sld(selection.vocabulary, "points").decode(),
        "useAsDefault": True,
        "description": "Colours and symbols of the map's legend.",
        "owner": "",
        "ui": None,
        "update_time": selection.about.made,
    }
    types = {"useAsDefault": pa.bool_(), "update_time": pa.timestamp("ms", tz="UTC")}
    shape_of = pa.schema(
        [pa.field(name, types.get(name, pa.string())) for name in style]
    )
    return pa.Table.from_pylist([style], schema=shape_of)
