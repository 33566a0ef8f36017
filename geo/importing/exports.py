"""Exports of this project read back: features as they were when they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from geo.base.errors import Code, Fault
from geo.base.settings import settings
from geo.formats.coordinates import shape_of_cell
from geo.formats.rows import value_of
from geo.formats.selection import content_digest
from geo.formats.table import Table
from geo.layer.geojson import dump_geojson
from geo.model.fields import PLACE_FIELDS, Kind, field_named, fields, own_columns
from geo.model.incident import PROPERTIES
from geo.model.own_fields import parse_own_fields

#: Members that an export adds to the collection, and reading back takes away.
OF_EXPORT: Final = ("about", "layer_version")
#: Columns that tables of ours have beside properties.
_BESIDE: Final = frozenset(
    {
        "id",
        "extra",
        "row_no",
        "bbox",
        "date_earliest",
        "date_latest",
        "acled_geo_precision",
        "ucdp_where_prec",
        *(part.name for part in PLACE_FIELDS),
    }
)
#: Properties of which an empty text says nothing.
_NULL_IF_EMPTY: Final = ("summary", "kind", "status", "updated")
_PLAIN: Final = frozenset({"geojson", "geojsonseq"})
_EXPORT_AGAIN: Final = "Export it again, or mend the cell."


def restore_features(
    table: Table, name: str
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Return the features that an export was made of, and what is wrong with it.

    Parameters
    ----------
    table
        A file that this project exported.
    name
        What to call the file in messages.

    Returns
    -------
    tuple
        One feature a record, in the order of the file; and the faults of single
        cells, each with the number of its record.
    """
    if table.format in _PLAIN:
        return [dict(feature) for feature in table.features], []
    features, faults = [], []
    for index, feature in enumerate(table.features):
        problems: list[tuple[str, str]] = []
        features.append(_restored(feature, problems))
        faults += [
            Fault(
                name, message, _EXPORT_AGAIN, code=Code.VALUE, where=where, index=index
            )
            for where, message in problems
        ]
    return features, faults


def _restored(
    feature: Mapping[str, Any], problems: list[tuple[str, str]]
) -> dict[str, Any]:
    """Return one feature from the cells of its row."""
    cells = feature["properties"]
    properties: dict[str, Any] = {}
    for name in PROPERTIES:
        properties[name] = _value(name, cells.get(name), problems)
    properties |= {
        name: cell
        for name, cell in cells.items()
        if name not in _BESIDE and name not in properties and cell not in {None, ""}
    }
    for name in _NULL_IF_EMPTY:
        properties[name] = properties[name] or None
    properties |= _typed(properties)
    further = _value("extra", cells.get("extra"), problems)
    if isinstance(further, dict):
        properties |= further
    elif further is not None:
        properties["extra"] = further
    geometry = feature["geometry"]
    if geometry is None and cells.get("wkt"):
        try:
            geometry = shape_of_cell(cells["wkt"])
        except ValueError as error:
            problems.append(("wkt", f"is no geometry: {error}."))
    written = feature["id"] if feature["id"] is not None else cells.get("id")
    own = {"type", "id", "geometry", "properties", "bbox"}
    return {
        "type": "Feature",
        "id": written,
        "geometry": geometry,
        "properties": properties,
        **{member: feature[member] for member in feature if member not in own},
    }


def _typed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of declared own fields by their type; what is of another stays."""
    typed: dict[str, Any] = {}
    for column in own_columns(parse_own_fields(settings().fields)):
        written = properties.get(column.name)
        if written is None:
            continue
        try:
            value = value_of(column, written)
        except ValueError:
            continue
        if column.own and column.own.fits(value):
            typed[column.name] = value
    return typed


def _value(name: str, cell: Any, problems: list[tuple[str, str]]) -> Any:  # noqa: ANN401 - of JSON
    described = field_named(name)
    if described is None:
        described = next(field for field in fields() if field.name == name)
    if isinstance(cell, str) and described.kind != Kind.TEXT:
        cell = cell.strip()
    try:
        return value_of(described, cell)
    except ValueError as error:
        problems.append((name, f"{error}."))
        return value_of(described, None)


def checksum_faults(
    table: Table, features: Iterator[dict[str, Any]], name: str
) -> list[Fault]:
    """Warn of an export that is not as it was made, by the checksum it carries."""
    about = table.members.get("about")
    written = about.get("content_sha256") if isinstance(about, dict) else None
    if written is None:
        return []
    body = b"".join(dump_geojson(features)).decode()
    lines = [line.removesuffix(",") for line in body.split("\n")[1:-2]]
    _, digest = content_digest(lines)
    if digest == written:
        return []
    return [
        Fault(
            name,
            "the incidents are not those that the file's checksum was made of.",
            "They were changed since, or the file is damaged.",
            code=Code.CHECKSUM,
            where="about.content_sha256",
            severity="warning",
        )
    ]
