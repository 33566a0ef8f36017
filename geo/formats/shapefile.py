"""Shapefiles (ESRI, 1998), zipped, with a text that lists what their limits changed.

A Shapefile holds one type of geometry, names of 10 letters and texts of 254 bytes. So
there are four layers, short names, and cut texts, each one listed. GDAL reads those of
others in a process of its own, once their parts lie in a folder of ours.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from geo.base.errors import QueryError
from geo.formats.gdal import (
    fixed_date,
    gdal_records,
    in_order,
    through_gdal,
    write_table,
)
from geo.formats.input_file import (
    InputFile,
    check_count,
    check_size,
    codec_of,
    refuse,
    system_of,
)
from geo.formats.packages import chunks, companions, write_package
from geo.formats.records import Part, Record, parts_of_records
from geo.formats.related import (
    RELATED,
    Parts,
    joined,
    related_schema,
    related_tables,
)
from geo.formats.rows import Feature, schema, tables
from geo.formats.shapefile_limits import (
    LIMITS_FILE,
    MOST_BYTES,
    limits_text,
    read_short_names,
    short_names,
)
from geo.formats.shapefile_parts import lost_shapes_told, records_said
from geo.formats.zip_archive import checked_members, unpack
from geo.model.fields import Kind, fields

if TYPE_CHECKING:
    from geo.formats.selection import Selection

#: Layers by the type of their geometry; None for incidents without a place.
LAYERS: Final[Mapping[str | None, str]] = {
    "Point": "incidents_points",
    "LineString": "incidents_lines",
    "Polygon": "incidents_areas",
    "MultiPoint": "incidents_spots",
    None: "incidents_unplaced",
}
_SINGLE: Final[Mapping[str | None, str]] = {
    "MultiLineString": "LineString",
    "MultiPolygon": "Polygon",
}
_STYLE_STEMS: Final = {
    "points": LAYERS["Point"],
    "lines": LAYERS["LineString"],
    "areas": LAYERS["Polygon"],
}
#: Kinds that are not cut, since half of them would mean nothing.
_NOT_CUT: Final = frozenset({Kind.JSON, Kind.NAMES, Kind.PARTS})
_ZIP_MAGIC: Final = b"PK"
_DRIVER: Final = "ESRI Shapefile"
_SUFFIXES: Final = ("shp", "shx", "dbf", "prj", "cpg")
_ALL_PARTS: Final = "Zip .shp, .shx, .dbf and .prj together."
#: Parts of an export of ours.
_OURS: Final = frozenset({*LAYERS.values(), *RELATED})
#: Where a table says the code page of its texts, and what says nothing there.
_CODE_PAGE_AT: Final = 29
_NO_CODE_PAGE: Final = frozenset({0x00, 0x57})
_USUAL_CODEC: Final = "utf-8"


def read(file: InputFile) -> Iterator[Part]:
    """Read a zip of Shapefiles, or one given by its ``.shp`` with parts beside it.

    An export of ours is read whole; of others one layer.

    Raises
    ------
    DataError
        If a part is missing, GDAL cannot read it, its system is not known, or two
        folders of a zip hold one of the same name.
    QueryError
        If there are several layers and none is chosen, or none of that name.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with file.path.open("rb") as opened:
            is_zip = opened.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
        stems = (_unpack if is_zip else _copy)(file, folder)
        yield from _read_folder(folder, file, stems)


def _copy(file: InputFile, folder: Path) -> dict[str, str]:
    """Copy the parts that lie beside a ``.shp``; return our names by theirs."""
    for suffix in _SUFFIXES:
        for written in (suffix, suffix.upper()):
            part = file.path.with_suffix(f".{written}")
            if part.is_file():
                check_size(part, file.name)
                shutil.copyfile(part, folder / f"layer.{suffix}")
                break
    return {file.path.stem: "layer"}


def _unpack(file: InputFile, folder: Path) -> dict[str, str]:
    """Unpack a zip under names of our own; return these by theirs."""
    stems: dict[str, str] = {}
    for member in checked_members(file.path, file.name):
        path = PurePosixPath(member.filename)
        suffix = path.suffix.lower().removeprefix(".")
        if path.name == LIMITS_FILE:
            unpack(file.path, member, folder / LIMITS_FILE, file.name)
        if suffix not in _SUFFIXES:
            continue
        stem = path.stem if path.stem in _OURS else f"layer{len(stems) + 1}"
        stem = stems.setdefault(path.stem, stem)
        target = folder / f"{stem}.{suffix}"
        if target.exists():
            message = f"holds two files called {path.name!r}."
            refuse(file.name, message, "Zip one Shapefile at a time.")
        unpack(file.path, member, target, file.name)
    return stems


def _read_folder(
    folder: Path, file: InputFile, stems: Mapping[str, str]
) -> Iterator[Part]:
    """Read gathered Shapefiles; *stems* are our names for them by theirs."""
    name, options = file.name, file.options
    ours = [stem for stem in LAYERS.values() if (folder / f"{stem}.dbf").exists()]
    if ours and (folder / "citations.dbf").exists() and not options.layer:
        yield from _read_ours(folder, ours, file)
        return
    layers = [said for said, stem in stems.items() if (folder / f"{stem}.shp").exists()]
    shown = ", ".join(map(repr, layers))
    if options.layer and options.layer not in layers:
        msg = f"{options.layer!r} is not in {name}; it has {shown or 'none'}."
        raise QueryError("layer", msg)
    if not layers:
        refuse(name, "has no .shp file.", _ALL_PARTS)
    if len(layers) > 1 and not options.layer:
        msg = f"{name} has several: {shown}. Choose one with --layer."
        raise QueryError("layer", msg)
    stem = stems[options.layer or layers[0]]
    if not (folder / f"{stem}.dbf").exists():
        refuse(name, "has no .dbf file.", _ALL_PARTS)
    _say_encoding(folder / f"{stem}.dbf", codec_of(options.encoding or _USUAL_CODEC))
    said = records_said(folder / stem, name)
    [(table, facts)] = through_gdal([folder / f"{stem}.shp"], name, _DRIVER)
    check_count(table.num_rows, said, name)
    code = system_of(facts["system"], name, options.epsg)
    records = lost_shapes_told(gdal_records(table, facts), folder / stem)
    yield from parts_of_records(records, file, kind="shp", epsg=code)


def _say_encoding(table: Path, codec: str) -> None:
    """Write the encoding beside a table that does not say its own."""
    said = table.with_suffix(".cpg")
    with table.open("rb") as file:
        head = file.read(_CODE_PAGE_AT + 1)
    has_page = len(head) > _CODE_PAGE_AT and head[_CODE_PAGE_AT] not in _NO_CODE_PAGE
    if said.exists() or (has_page and codec == _USUAL_CODEC):
        return
    said.write_text(codec)


def _read_ours(folder: Path, stems: Sequence[str], file: InputFile) -> Iterator[Part]:
    """Read every layer of an export, in the layer's order, with the related tables."""
    related = [stem for stem in RELATED if (folder / f"{stem}.dbf").exists()]
    paths = [
        folder / f"{stem}.{'shp' if (folder / f'{stem}.shp').exists() else 'dbf'}"
        for stem in (*stems, *related)
    ]
    tables = through_gdal(paths, file.name, _DRIVER)
    for path, (table, _) in zip(paths, tables, strict=True):
        said = records_said(path.with_suffix(""), file.name)
        check_count(table.num_rows, said, file.name)
    own = read_short_names(folder / LIMITS_FILE)
    read = [_renamed_back(gdal_records(*table), own) for table in tables]
    records = [record for layer in read[: len(stems)] for record in layer]
    parts: Parts = {
        table: [record.properties for record in rows]
        for table, rows in zip(related, read[len(stems) :], strict=True)
    }
    kept = joined(in_order(records), parts)
    yield from parts_of_records(kept, file, kind="shp", epsg=None)


def _renamed_back(records: Iterable[Record], own: Mapping[str, str]) -> list[Record]:
    """Return records with own fields under their whole names; empty ones left out."""
    renamed = []
    for record in records:
        properties = {
            own.get(name, name): value
            for name, value in record.properties.items()
            if name not in own or value is not None
        }
        renamed.append(replace(record, properties=properties))
    return renamed


class _Cuts:
    """What did not fit, in the order of the rows."""

    def __init__(self) -> None:
        self.lines: list[str] = []

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
            self.lines.append(f"{owner}: {name}: left out, {size} bytes")
            return None
        short = shortened(text)
        kept = len(short.encode())
        self.lines.append(f"{owner}: {name}: {kept} of {size} bytes kept")
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
        owners: list[str] = batch.column("id").to_pylist()
        return owners
    parts = batch.select(["incident_id", "number"]).to_pylist()
    where = "actors" if "role" in batch.schema.names else "citations"
    return [f"{part['incident_id']} ({where} {part['number']})" for part in parts]


def write(selection: Selection) -> Iterator[bytes]:
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
        members: dict[str, bytes | Path] = {
            LIMITS_FILE: limits_text(selection, cuts.lines).encode()
        }
        members |= companions(selection, style_stems=_STYLE_STEMS)
        members |= {layer.name: layer for layer in sorted(inside.iterdir())}
        write_package(selection, path, members)
        yield from chunks(path)


def shortened(text: str) -> str:
    """Return as much of a text as 254 bytes of UTF-8 hold, ending in an ellipsis."""
    end = "…"
    kept = text.encode()[: MOST_BYTES - len(end.encode())]
    return kept.decode(errors="ignore") + end


def _write_layers(selection: Selection, inside: Path, cuts: _Cuts) -> None:
    every = (*fields(), *selection.own)
    chosen = tuple(field for field in every if field.name not in RELATED)
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
    whole = frozenset(field.name for field in fields() if field.kind in _NOT_CUT)
    every = (*fields(), *selection.own)
    chosen = [field for field in every if field.name in shape_of.names]
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
    renamed = short_names(selection.own)
    names = [renamed.get(name, name) for name in shape_of.names]
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
    """Return the type of the layer that an incident stands in."""
    kind = feature["geometry"]["type"] if feature["geometry"] else None
    # A line or an area of this format may have several parts; a point may not.
    return _SINGLE.get(kind, kind)
