"""GeoPackage, FlatGeobuf and Shapefile, written by GDAL from typed columns.

GDAL gets, through pyogrio, the Arrow batches that :mod:`geo.atlas.frame` makes its
GeoDataFrames of, and not the frames: ``GeoDataFrame.to_file`` makes Arrow of a frame
again, which took half as long again for 20,000 incidents, and holds all rows at once,
where a stream of batches holds 5,000. The path is in a folder of our own, never a text
of a user.
Its options belong to the whole process, so writers take turns.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from geo.base.errors import ExportError, IncidentMapError
from geo.base.work import check_work
from geo.formats.rows import (
    RELATED,
    SOURCE_COLUMNS,
    related_schema,
    related_tables,
    schema,
    source_rows,
    tables,
    text_table,
)
from geo.formats.selection import About, Selection
from geo.formats.stored import chunks
from geo.formats.style import qml, sld
from geo.model.fields import DICTIONARY_COLUMNS, dictionary, fields

_CRS: Final = "EPSG:4326"
_LOCK: Final = threading.Lock()
#: Seconds between two looks at whether an export that waits is still wanted.
_LOOK_EVERY_S: Final = 0.1
_STYLE_COLUMNS: Final = (
    "f_table_catalog",
    "f_table_schema",
    "f_table_name",
    "f_geometry_column",
    "styleName",
    "styleQML",
    "styleSLD",
    "useAsDefault",
    "description",
    "owner",
    "ui",
    "update_time",
)


def geopackage(selection: Selection) -> Iterator[bytes]:
    """Write a GeoPackage 1.3 (OGC 12-128r17) in EPSG:4326.

    Layer ``incidents``; tables ``citations`` and ``actors`` (by ``incident_id``),
    ``sources``, ``fields`` (data dictionary), ``about``, and ``layer_styles``, from
    which QGIS takes the colours. Version 1.3 because QGIS 3.22 warns of later ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.gpkg"
        with fixed_date(selection.about):
            _write_geopackage(selection, path)
        yield from chunks(path)


def flatgeobuf(selection: Selection) -> Iterator[bytes]:
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
    chosen = fields()
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


@contextmanager
def fixed_date(about: About) -> Iterator[None]:
    """Make GDAL write the export's date instead of the clock's, one at a time."""
    import pyogrio  # noqa: PLC0415 - GDAL takes 50 MB, which few servers ever need

    while not _LOCK.acquire(timeout=_LOOK_EVERY_S):
        check_work()
    try:
        date = about.made.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": date})  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})  # type: ignore[no-untyped-call]
    finally:
        _LOCK.release()


def write_table(
    batches: Iterable[pa.RecordBatch],
    shape_of: pa.Schema,
    path: Path,
    *,
    geometry_type: str | None = None,
    **options: Any,  # noqa: ANN401 - GDAL's options
) -> None:
    """Hand batches to GDAL as one layer, added where the file exists already.

    Parameters
    ----------
    batches
        The rows; ``geometry`` is WKB, EPSG:4326, (lon, lat).
    shape_of
        Their schema, needed where there are no rows.
    path
        In a folder of our own.
    geometry_type
        As GDAL names it; None for a table without geometry.
    options
        As :func:`pyogrio.write_arrow` takes them: ``driver``, ``layer`` and so on.

    Raises
    ------
    DataError
        If a record holds what the format cannot.
    ExportError
        If GDAL cannot write, as on a full disk.
    """
    import pyogrio  # noqa: PLC0415 - as above

    problems: list[IncidentMapError] = []

    def told() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except IncidentMapError as error:
            # GDAL knows only that there was one.
            problems.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(shape_of, told())
    if geometry_type is not None:
        options |= {"geometry_name": "geometry", "crs": _CRS}
    try:
        pyogrio.write_arrow(  # type: ignore[no-untyped-call]
            reader,
            path,
            geometry_type=geometry_type,
            append=path.exists(),
            encoding="UTF-8",
            **options,
        )
    except RuntimeError as error:
        if problems:
            raise problems[0] from error
        msg = f"{path.name} could not be written: {error}."
        raise ExportError(msg) from error


def _write_geopackage(selection: Selection, path: Path) -> None:
    chosen = tuple(field for field in fields() if field.name not in RELATED)
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
    add(text_table(dictionary(), DICTIONARY_COLUMNS), "fields")
    facts = [{"name": name, "value": text} for name, text in about.facts().items()]
    add(text_table(facts, ("name", "value")), "about")
    add(_styles(selection), "layer_styles")


def _styles(selection: Selection) -> pa.Table:
    """Return the table from which QGIS takes a layer's style."""
    given = {
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
        [pa.field(name, types.get(name, pa.string())) for name in _STYLE_COLUMNS]
    )
    return pa.Table.from_pylist([given], schema=shape_of)
