"""GeoParquet 1.1 (OGC 23-066): typed columns, WKB geometry, a bbox to filter by."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.formats.rows import BATCH_ROWS, Feature, schema, tables
from geo.formats.selection import Selection
from geo.formats.stored import chunks
from geo.model.fields import fields

_BBOX: Final = pa.struct(
    [pa.field(name, pa.float64()) for name in ("xmin", "ymin", "xmax", "ymax")]
)


def geoparquet(selection: Selection) -> Iterator[bytes]:
    """Write GeoParquet 1.1: lists stay lists, row order is the layer's.

    The file tells about itself in its key-value metadata, under ``about``. The CRS
    is OGC:CRS84 (lon, lat), the default of the format.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.parquet"
        _write(selection, path)
        yield from chunks(path)


def _write(selection: Selection, path: Path) -> None:
    shape_of, features = _schema(), selection.features()
    kinds: set[str] = set()
    extent: list[float] | None = None
    with pq.ParquetWriter(path, shape_of, compression="zstd") as writer:
        while batch := list(islice(features, BATCH_ROWS)):
            table = _table(batch, shape_of)
            writer.write_table(table, row_group_size=BATCH_ROWS)
            kinds |= {part["geometry"]["type"] for part in batch if part["geometry"]}
            extent = _joined(extent, table)
        facts = json.dumps(selection.about.as_json(), ensure_ascii=False)
        geo = json.dumps(_metadata(sorted(kinds), extent))
        writer.add_key_value_metadata({"geo": geo, "about": facts})


def _schema() -> pa.Schema:
    return schema(fields(), geometry=True, nested=True).append(pa.field("bbox", _BBOX))


def _table(batch: Sequence[Feature], shape_of: pa.Schema) -> pa.Table:
    (rows,) = tables(batch, fields(), nested=True)
    boxes = pa.array(_boxes(rows.column("geometry").to_pylist()), _BBOX)
    return pa.table([*rows.columns, boxes], schema=shape_of)


def _boxes(written: Sequence[bytes | None]) -> list[dict[str, float] | None]:
    names = ("xmin", "ymin", "xmax", "ymax")
    bounds = shapely.bounds(shapely.from_wkb(list(written))) if written else ()
    return [
        None if one is None else dict(zip(names, map(float, box), strict=True))
        for one, box in zip(written, bounds, strict=True)
    ]


def _joined(extent: list[float] | None, table: pa.Table) -> list[float] | None:
    """Return an extent widened by that of a table."""
    boxes = [box for box in table.column("bbox").to_pylist() if box]
    found = [[box["xmin"], box["ymin"], box["xmax"], box["ymax"]] for box in boxes]
    if extent:
        found.append(extent)
    if not found:
        return None
    west, south, east, north = zip(*found, strict=True)
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
