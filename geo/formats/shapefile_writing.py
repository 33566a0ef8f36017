"""Zipped Shapefiles, with a text that lists exactly what their limits changed.

A Shapefile (ESRI, 1998) holds one type of geometry, names of 10 letters and texts of
254 bytes. So there are four layers, short names, and cut texts, each one listed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from geo.formats.companions import checksum, companions, manifest
from geo.formats.relational_writing import fixed_date, write_table
from geo.formats.rows import (
    RELATED,
    Feature,
    related_schema,
    related_tables,
    schema,
    tables,
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
    """What did not fit, in the order of the rows."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def fit(self, batch: pa.RecordBatch, whole: frozenset[str]) -> pa.RecordBatch:
        """Return a batch with its texts shortened to what a cell holds."""
        long = [column.name for column in batch.schema if _is_long(batch, column)]
        cells = {name: batch.column(name).to_pylist() for name in long}
        owners = _owners(batch) if long else []
        for row, owner in enumerate(owners):
            for name in long:
                cells[name][row] = self._fitted(cells[name][row], owner, name, whole)
        for name in long:
            place = batch.schema.get_field_index(name)
            batch = batch.set_column(place, name, pa.array(cells[name], pa.string()))
        return batch

    def _fitted(
        self, text: str | None, owner: str, name: str, whole: frozenset[str]
    ) -> str | None:
        size = len((text or "").encode())
        if text is None or size <= MOST_BYTES:
            return text
        if name in whole and text.startswith(("[", "{")):
            self.told.append(f"{owner}: {name}: left out, {size} bytes")
            return None
        short = shortened(text)
        kept = len(short.encode())
        self.told.append(f"{owner}: {name}: {kept} of {size} bytes kept")
        return short


def _is_long(batch: pa.RecordBatch, column: pa.Field) -> bool:
    """Tell whether some text of a column is too long for a cell."""
    if not pa.types.is_string(column.type):
        return False
    longest = pc.max(pc.binary_length(batch.column(column.name))).as_py()
    return (longest or 0) > MOST_BYTES


def _owners(batch: pa.RecordBatch) -> list[str]:
    """Return whose each row is: an incident's, or a part of it."""
    if "id" in batch.schema.names:
        found: list[str] = batch.column("id").to_pylist()
        return found
    parts = batch.select(["incident_id", "number"]).to_pylist()
    where = "actors" if "role" in batch.schema.names else "citations"
    return [f"{part['incident_id']} ({where} {part['number']})" for part in parts]


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
        parts = (
            cuts.fit(batch, frozenset({"supports"}))
            for batch in related_tables(selection.features(), name)
        )
        _write_table(
            parts, related_schema(name), inside / f"{name}.dbf", selection, None
        )


def _batches(
    selection: Selection, kind: str | None, shape_of: pa.Schema, cuts: _Cuts
) -> Iterator[pa.RecordBatch]:
    """Go through the incidents of one type of geometry as batches."""
    whole = frozenset(field.name for field in fields() if field.kind in _WHOLE)
    chosen = [field for field in fields() if field.name in shape_of.names]
    numbers: list[int] = []

    def kept() -> Iterator[Feature]:
        for number, feature in enumerate(selection.features(), 1):
            if _kind(feature) == kind:
                numbers.append(number)
                yield feature

    for batch in tables(kept(), chosen, geometry=kind is not None):
        rows = cuts.fit(batch, whole)
        numbered = pa.array(numbers, pa.int32())
        yield pa.record_batch([numbered, *rows.columns], schema=shape_of)
        numbers.clear()


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
