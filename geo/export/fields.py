"""The data dictionary: what each column of a file means, and what it may hold.

Taken from the layer's JSON Schema, so that the files, the documentation and the
checks cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from geo.errors import MissingAssetError
from geo.incident import PROPERTIES
from geo.layer import SCHEMA


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
    """

    name: str
    kind: Kind
    nullable: bool
    title: str
    description: str
    derived: bool = False


_KINDS: Final[Mapping[str, Kind]] = {
    "count": Kind.INTEGER,
    "version": Kind.INTEGER,
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
_ID: Final = Field(
    "id", Kind.TEXT, False, "Id", "Readable name of the record, never used again."
)
_CROSSWALK: Final = (
    Field(
        "acled_geo_precision",
        Kind.INTEGER,
        True,
        "Precision as ACLED codes it",
        "1 exact, 2 near, 3 larger region; derived from precision.",
        derived=True,
    ),
    Field(
        "ucdp_where_prec",
        Kind.INTEGER,
        True,
        "Precision as UCDP GED codes it",
        "1 exact to 7 international waters; derived from precision.",
        derived=True,
    ),
)
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
        "Degrees, WGS84; of points only.",
        derived=True,
    ),
    Field(
        "lat",
        Kind.NUMBER,
        True,
        "Latitude",
        "Degrees, WGS84; of points only.",
        derived=True,
    ),
    Field(
        "wkt",
        Kind.TEXT,
        True,
        "Geometry",
        "Well-known text (OGC Simple Features), longitude before latitude, WGS84; "
        "empty where the source gives no place.",
    ),
)


@lru_cache(maxsize=1)
def fields() -> tuple[Field, ...]:
    """Return the columns of an incident in the order they are written.

    Raises
    ------
    MissingAssetError
        If the schema is not installed.
    """
    try:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"{SCHEMA} is missing. Restore it from the project's repository."
        raise MissingAssetError(msg) from error
    described = schema["$defs"]["properties"]["properties"]
    found = [_ID]
    for name in PROPERTIES:
        entry = described[name]
        found.append(
            Field(
                name,
                _KINDS.get(name, Kind.TEXT),
                _takes_null(entry),
                entry["title"],
                entry["description"],
                derived=name in {"date_earliest", "date_latest"},
            )
        )
        if name == "precision":
            found.extend(_CROSSWALK)
    return (*found, _EXTRA)


def field_named(name: str) -> Field | None:
    """Return the column of that name, or None."""
    return next((field for field in fields() if field.name == name), None)


def dictionary() -> list[dict[str, Any]]:
    """Return the data dictionary as JSON values, one object a column."""
    return [
        {
            "name": field.name,
            "type": str(field.kind),
            "title": field.title,
            "description": field.description,
        }
        for field in fields()
    ]


def _takes_null(entry: Mapping[str, Any]) -> bool:
    return "null" in entry.get("type", ()) or None in entry.get("enum", ())
