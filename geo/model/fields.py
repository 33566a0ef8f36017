"""The data dictionary: what each column of a file means, and what it may hold.

Taken from the layer's JSON Schema, so that the files, the documentation and the
checks cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from geo.base.errors import MissingAssetError
from geo.base.paths import SCHEMA
from geo.model.incident import Incident
from geo.model.own_fields import OwnField, OwnType


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    DAY = "day"
    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "true or false"
    #: Names parted by "; ", or a JSON list where a name would not survive that.
    NAMES = "list of texts"
    #: Objects, as JSON where the format has none.
    PARTS = "list of objects"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Field:
    """One column.

    Parameters
    ----------
    name
        The same in every format that has room for it.
    kind
        What it holds.
    nullable
        Whether "unknown" differs from an empty text: only then is an empty cell
        read back as null.
    title, description
        For readers.
    derived
        Whether it follows from other columns, so that reading back ignores it.
    values
        The only values it takes; empty for any.
    own
        The declaration of a newsroom's own field; None for those of the model.
    """

    name: str
    kind: Kind
    nullable: bool
    title: str
    description: str
    derived: bool = False
    values: tuple[str, ...] = ()
    own: OwnField | None = None


_KINDS: Final[Mapping[str, Kind]] = {
    "count": Kind.INTEGER,
    "version": Kind.INTEGER,
    "acled_geo_precision": Kind.INTEGER,
    "ucdp_where_prec": Kind.INTEGER,
    "radius_m": Kind.NUMBER,
    "generalised": Kind.TRUTH,
    "date_earliest": Kind.DAY,
    "date_latest": Kind.DAY,
    "updated": Kind.DAY,
    "alleged_by": Kind.NAMES,
    "denied_by": Kind.NAMES,
    "actors": Kind.PARTS,
    "citations": Kind.PARTS,
}
_CROSSWALK: Final[Mapping[str, Mapping[str, Any]]] = {
    "acled_geo_precision": {
        "title": "Precision as ACLED codes it",
        "description": "1 exact, 2 near, 3 larger region; derived from precision.",
        "type": ["integer", "null"],
        "enum": [1, 2, 3, None],
    },
    "ucdp_where_prec": {
        "title": "Precision as UCDP GED codes it",
        "description": "1 exact to 7 international waters; derived from precision.",
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 7,
    },
}
#: What is None in an incident where it is not known, and not an empty text or list.
_UNKNOWN: Final = frozenset(
    field.name for field in dataclass_fields(Incident) if field.default is None
)
_DERIVED: Final = frozenset({"date_earliest", "date_latest", *_CROSSWALK})
_EXTRA: Final = Field(
    "extra",
    Kind.JSON,
    True,
    "Further properties",
    "Properties of the record that this dictionary does not name, as a JSON object.",
)
#: Columns of tables without a geometry type.
PLACE_FIELDS: Final = (
    Field(
        "lon",
        Kind.NUMBER,
        True,
        "Longitude",
        "Degrees, WGS84; of points only. In CSV and Excel.",
        derived=True,
    ),
    Field(
        "lat",
        Kind.NUMBER,
        True,
        "Latitude",
        "Degrees, WGS84; of points only. In CSV and Excel.",
        derived=True,
    ),
    Field(
        "wkt",
        Kind.TEXT,
        True,
        "Geometry",
        "Well-known text (OGC Simple Features), longitude before latitude, WGS84; "
        "empty where the source gives no place. In CSV and Excel.",
    ),
)
#: Columns that order rows, and tie the tables of actors and citations to incidents.
_LINKS: Final = (
    Field(
        "row_no",
        Kind.INTEGER,
        False,
        "Row of the layer",
        "The order of the layer, from 1. In FlatGeobuf and Shapefile.",
        derived=True,
    ),
    Field(
        "incident_id",
        Kind.TEXT,
        False,
        "Incident",
        "The id of the incident that a row of actors or citations belongs to.",
    ),
    Field(
        "number",
        Kind.INTEGER,
        False,
        "Place in the list",
        "Which of the incident's actors or citations it is, from 1.",
    ),
)


@lru_cache(maxsize=1)
def property_schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the JSON Schema of the id and of each property, in the order written.

    They are those of the layer's schema, its references resolved, with the precision
    codes of ACLED and UCDP behind ``precision``.

    Raises
    ------
    MissingAssetError
        If the schema is not installed.
    """
    try:
        definitions = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    except FileNotFoundError as error:
        msg = f"{SCHEMA} is missing. Restore it from the project's repository."
        raise MissingAssetError(msg) from error
    schemas = {"id": definitions["incident"]["properties"]["id"]}
    for name, schema in definitions["properties"]["properties"].items():
        schemas[name] = _resolved(schema, definitions)
        if name == "precision":
            schemas |= _CROSSWALK
    return schemas


_OWN_KINDS: Final[Mapping[OwnType, Kind]] = {
    OwnType.TEXT: Kind.TEXT,
    OwnType.LINK: Kind.TEXT,
    OwnType.INTEGER: Kind.INTEGER,
    OwnType.NUMBER: Kind.NUMBER,
    OwnType.DATE: Kind.DAY,
    OwnType.TRUTH: Kind.TRUTH,
}


def own_columns(own: Iterable[OwnField]) -> tuple[Field, ...]:
    """Return the columns of declared own fields, in their order."""
    description = "A field of this layer's own, as its publisher declares it."
    return tuple(
        Field(one.name, _OWN_KINDS[one.type], True, one.label, description, own=one)
        for one in own
    )


@lru_cache(maxsize=1)
def fields() -> tuple[Field, ...]:
    """Return the columns of an incident in the order they are written.

    Those of own fields (:func:`own_columns`) stand behind them.

    Raises
    ------
    MissingAssetError
        If the schema is not installed.
    """
    described = [
        Field(
            name,
            _KINDS.get(name, Kind.TEXT),
            name in _UNKNOWN or name in _CROSSWALK,
            schema["title"],
            schema["description"],
            derived=name in _DERIVED,
            values=tuple(
                str(value) for value in schema.get("enum", ()) if value is not None
            ),
        )
        for name, schema in property_schemas().items()
    ]
    return (*described, _EXTRA)


def field_named(name: str) -> Field | None:
    """Return the column of that name, or None."""
    return next((field for field in fields() if field.name == name), None)


#: Columns of the data dictionary.
DICTIONARY_COLUMNS: Final = ("name", "type", "title", "description", "values")


def dictionary(own: Iterable[OwnField] = ()) -> list[dict[str, str]]:
    """Return the data dictionary as texts, one object a column.

    Behind the columns of incidents come those that only some formats have, the
    parts of actors and citations as ``actors.name``, and own fields.
    """
    columns = (*fields(), *PLACE_FIELDS, *_LINKS, *_parts(), *own_columns(own))
    return [_as_row(item) for item in columns]


def feature_dictionary(own: Iterable[OwnField] = ()) -> list[dict[str, str]]:
    """Return the data dictionary of a GeoJSON feature, which has no derived codes."""
    of_tables = {*_CROSSWALK, _EXTRA.name}
    columns = (*fields(), *_parts(), *own_columns(own))
    return [_as_row(item) for item in columns if item.name not in of_tables]


def _as_row(field: Field) -> dict[str, str]:
    return {
        "name": field.name,
        "type": f"{field.kind}, may be missing" if field.nullable else str(field.kind),
        "title": field.title,
        "description": field.description,
        "values": "; ".join(field.values),
    }


def _parts() -> Iterator[Field]:
    """Go through what an actor and a citation consist of."""
    for whole in ("actors", "citations"):
        described = property_schemas()[whole]["items"]["properties"]
        for name, schema in described.items():
            yield Field(
                f"{whole}.{name}",
                Kind.NAMES if schema.get("type") == "array" else Kind.TEXT,
                False,
                schema["title"],
                schema["description"],
                values=tuple(schema.get("enum", ())),
            )


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return a piece of schema with its references replaced by what they name."""
    if isinstance(schema, list):
        return [_resolved(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    resolved = {
        name: _resolved(part, definitions)
        for name, part in schema.items()
        if name != "$ref"
    }
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        return {**_resolved(target, definitions), **resolved}
    return resolved
