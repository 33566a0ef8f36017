"""Zipped Shapefiles, with a text that lists exactly what their limits changed.

A Shapefile (ESRI, 1998) holds one type of geometry, names of 10 letters and texts of
254 bytes. So there are four layers, short names, and cut texts, each one listed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from geo.formats.companions import checksum, companions, manifest
from geo.formats.relational_writing import fixed_date, write_table
from geo.formats.rows import (
    BATCH_ROWS,
    RELATED,
    Feature,
    columns,
    related,
    related_schema,
    schema,
    wkb,
)
from geo.formats.selection import Selection
from geo.formats.stored import SteadyZip, checksum_of, chunks
from geo.model.fields import Kind, fields

MOST_BYTES: Final = 254
#: Names of at most 10 letters for the columns that have longer ones.
SHORT_NAMES: Final[Mapping[str, str]] = {
    "date_earliest": "date_first",
    "date_latest": "date_last",
    "place_as_written": "place_writ",
    "acled_geo_precision": "acled_prec",
    "ucdp_where_prec": "ucdp_prec",
    "location_basis": "loc_basis",
    "location_note": "loc_note",
    "generalised": "generalisd",
    "incident_id": "inc_id",
}
#: Layers by the type of their geometry; None for incidents without a place.
LAYERS: Final[Mapping[str | None, str]] = {
    "Point": "incidents_points",
    "LineString": "incidents_lines",
    "Polygon": "incidents_areas",
    None: "incidents_unplaced",
}
_STYLE_STEMS: Final = {
    "points": LAYERS["Point"],
    "lines": LAYERS["LineString"],
    "areas": LAYERS["Polygon"],
}
#: Kinds that are not cut, since half of them would mean nothing.
_WHOLE: Final = frozenset({Kind.JSON, Kind.NAMES, Kind.PARTS})


class _Cuts:
    """What did not fit, in the order found."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def fit(self, row: dict[str, Any], whole: frozenset[str], where: str) -> None:
        """Shorten the texts of a row to what a cell holds."""
        owner = row.get("id") or f"{row['incident_id']} ({where} {row['number']})"
        for name, value in row.items():
            if not isinstance(value, str) or len(value.encode()) <= MOST_BYTES:
                continue
            size = len(value.encode())
            if name in whole and value.startswith(("[", "{")):
                row[name] = None
                self.told.append(f"{owner}: {name}: left out, {size} bytes")
            else:
                row[name] = shortened(value)
                kept = len(row[name].encode())
                self.told.append(f"{owner}: {name}: {kept} of {size} bytes kept")


def shapefile(selection: Selection) -> Iterator[bytes]:
    """Write a zip archive of Shapefiles in UTF-8, EPSG:4326.

    One layer for each type of geometry there is, a table of incidents without a
    place, and tables of citations, actors and sources. ``row_no`` keeps the order
    of the layer, from 1. ``LIMITS.txt`` lists every name and text that was changed.
    """
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "layers"
        inside.mkdir()
        cuts = _Cuts()
        with fixed_date(selection.about):
            _write_layers(selection, inside, cuts)
        path = Path(folder) / "incidents.shp.zip"
        along = {"LIMITS.txt": _limits_text(selection, cuts).encode()}
        along |= dict(companions(selection, style_stems=_STYLE_STEMS))
        layers = sorted(inside.iterdir())
        files = {name: checksum(content) for name, content in along.items()}
        files |= {layer.name: checksum_of(layer) for layer in layers}
        with SteadyZip(path, selection.about.made) as archive:
            archive.add("manifest.json", manifest(selection, files))
            for name, content in along.items():
                archive.add(name, content)
            for layer in layers:
                archive.add_file(layer.name, layer)
        yield from chunks(path)


def short_name(name: str) -> str:
    """Return the name a column has in a Shapefile."""
    return SHORT_NAMES.get(name, name)


def shortened(text: str) -> str:
    """Return as much of a text as 254 bytes of UTF-8 hold, ending in an ellipsis."""
    end = "…"
    kept = text.encode()[: MOST_BYTES - len(end.encode())]
    return kept.decode(errors="ignore") + end


def _write_layers(selection: Selection, inside: Path, cuts: _Cuts) -> None:
    chosen = tuple(field for field in fields() if field.name not in RELATED)
    numbered = pa.field("row_no", pa.int32())
    kinds = {_kind(feature) for feature in selection.features()} or {"Point"}
    for kind, layer in LAYERS.items():
        if kind not in kinds:
            continue
        shape_of = schema(chosen, geometry=kind is not None).insert(0, numbered)
        batches = _batches(selection, kind, shape_of, cuts)
        suffix = "dbf" if kind is None else "shp"
        _write_table(batches, shape_of, inside / f"{layer}.{suffix}", selection, kind)
    for name in RELATED:
        shape_of = related_schema(name)
        rows = _fitted(related(selection.features(), name), cuts, name)
        table = _batch(list(rows), shape_of)
        _write_table([table], shape_of, inside / f"{name}.dbf", selection, None)


def _batches(
    selection: Selection, kind: str | None, shape_of: pa.Schema, cuts: _Cuts
) -> Iterator[pa.RecordBatch]:
    """Go through the incidents of one type of geometry as batches."""
    whole = frozenset(field.name for field in fields() if field.kind in _WHOLE)
    numbered = (
        (number, feature)
        for number, feature in enumerate(selection.features(), 1)
        if _kind(feature) == kind
    )
    while batch := list(islice(numbered, BATCH_ROWS)):
        rows = []
        for number, feature in batch:
            row = {"row_no": number, **columns(feature)}
            for name in RELATED:
                del row[name]
            cuts.fit(row, whole, "")
            for name in ("date_earliest", "date_latest", "updated"):
                row[name] = date.fromisoformat(row[name]) if row[name] else None
            rows.append(row)
        if kind is not None:
            shapes = wkb([feature for _, feature in batch])
            for row, shape in zip(rows, shapes, strict=True):
                row["geometry"] = shape
        yield _batch(rows, shape_of)


def _batch(rows: list[dict[str, Any]], shape_of: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=shape_of)


def _fitted(
    rows: Iterable[dict[str, Any]], cuts: _Cuts, where: str
) -> Iterator[dict[str, Any]]:
    for row in rows:
        cuts.fit(row, frozenset({"supports"}), where)
        yield row


def _write_table(
    batches: Iterable[pa.RecordBatch],
    shape_of: pa.Schema,
    path: Path,
    selection: Selection,
    kind: str | None,
) -> None:
    names = [short_name(name) for name in shape_of.names]
    short = shape_of if names == shape_of.names else _renamed(shape_of, names)
    made = selection.about.made.strftime("%Y-%m-%d")
    write_table(
        (pa.record_batch(batch.columns, schema=short) for batch in batches),
        short,
        path,
        driver="ESRI Shapefile",
        geometry_type=kind,
        layer_options={"DBF_DATE_LAST_UPDATE": made},
    )


def _renamed(shape_of: pa.Schema, names: list[str]) -> pa.Schema:
    return pa.schema(
        [
            pa.field(name, column.type)
            for name, column in zip(names, shape_of, strict=True)
        ]
    )


def _kind(feature: Feature) -> str | None:
    return feature["geometry"]["type"] if feature["geometry"] else None


def _limits_text(selection: Selection, cuts: _Cuts) -> str:
    """Return what the limits of the format changed, in full."""
    names = [f"  {short}: {name}" for name, short in SHORT_NAMES.items()]
    cut = [f"  {line}" for line in cuts.told] or ["  none"]
    return "\n".join(
        [
            "What the limits of the Shapefile format changed in these files",
            "",
            f"{selection.about.rows} incidents, layer {selection.about.layer_version}.",
            "GeoPackage has none of these limits.",
            "",
            "Layers: one type of geometry each; incidents without a place are in",
            "  incidents_unplaced.dbf; row_no keeps the order of them all.",
            "Dates: date is text (EDTF). date_first, date_last and updated are days;",
            "  a file of this kind cannot tell an open end from an unknown one.",
            "Truth values may be shown as T and F, or 1 and 0. Empty and unknown texts",
            "  look alike. Heights are left out.",
            "",
            "Shortened names of columns:",
            *names,
            "",
            f"Texts longer than {MOST_BYTES} bytes, cut and ended by an ellipsis:",
            *cut,
            "",
        ]
    )
