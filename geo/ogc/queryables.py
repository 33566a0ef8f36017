"""The queryables: which properties a CQL2 filter may ask for, and what they are.

OGC API - Features Part 3 (19-079r2), clause 6. The names are those of the features'
properties; what each is in the engine stands beside it, so that no name of a request
ever becomes SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from geo.vocabulary import Kind, PlaceRole, Precision, Status


class Type(StrEnum):
    """What a queryable's values are; only likes can be compared."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "true or false"
    DAY = "day"
    #: Several texts, of which one must match.
    TEXTS = "list of texts"
    PLACE = "geometry"


@dataclass(frozen=True, slots=True)
class Queryable:
    """One property that a filter may ask for.

    Parameters
    ----------
    type
        What its values are.
    sql
        The value in the engine: a number of days for days.
    schema
        Its JSON Schema, for people and clients.
    """

    type: Type
    sql: str
    schema: dict[str, Any]


def _text(column: str, title: str, **schema: Any) -> Queryable:  # noqa: ANN401
    return Queryable(Type.TEXT, column, {"title": title, "type": "string", **schema})


def _inside(name: str) -> str:
    """Return a property that the engine has no column for, as text."""
    return f"(feature ->> '$.properties.{name}')"


_OPEN_PAST: Final = -(2**31) + 1
_OPEN_FUTURE: Final = 2**31 - 1
#: What the uncertain date reaches from and to, in days; NULL for an undated incident.
DATE_SPAN: Final = (
    "CASE WHEN dated THEN earliest END",
    "CASE WHEN dated THEN latest END",
)
#: The property that temporal functions take for the whole uncertain date.
DATE: Final = "date"
GEOMETRY: Final = "geometry"

#: The queryables of incidents by name.
INCIDENTS: Final[dict[str, Queryable]] = {
    "id": _text("id", "Id"),
    "title": _text("title", "Title"),
    "summary": _text(_inside("summary"), "Summary"),
    "category": _text("category", "Category"),
    "kind": _text("kind", "Kind", enum=[str(value) for value in Kind]),
    "count": Queryable(
        Type.NUMBER,
        f"CAST({_inside('count')} AS BIGINT)",
        {"title": "How many", "type": "integer"},
    ),
    DATE: _text(
        "date",
        "Date as written (EDTF)",
        description=(
            "A text such as 2022-12~. In functions such as T_INTERSECTS it is the span "
            "of days that the date may mean."
        ),
    ),
    "date_earliest": Queryable(
        Type.DAY,
        f"nullif(earliest, {_OPEN_PAST})",
        {"title": "First possible day", "type": "string", "format": "date"},
    ),
    "date_latest": Queryable(
        Type.DAY,
        f"nullif(latest, {_OPEN_FUTURE})",
        {"title": "Last possible day", "type": "string", "format": "date"},
    ),
    "place": _text("place", "Place"),
    "place_as_written": _text(_inside("place_as_written"), "Place as written"),
    "country": _text("country", "Country (ISO 3166-1, two letters)"),
    "place_role": _text(
        _inside("place_role"),
        "What the place is",
        enum=[str(value) for value in PlaceRole],
    ),
    "precision": _text(
        "precision", "Precision of the place", enum=[str(value) for value in Precision]
    ),
    "radius_m": Queryable(
        Type.NUMBER, "radius_m", {"title": "Uncertainty in metres", "type": "number"}
    ),
    "generalised": Queryable(
        Type.TRUTH,
        f"CAST({_inside('generalised')} AS BOOLEAN)",
        {"title": "Made coarser on purpose", "type": "boolean"},
    ),
    "status": _text(
        "status", "Status of the claim", enum=[str(value) for value in Status]
    ),
    "source": Queryable(
        Type.TEXTS,
        "sources",
        {
            "title": "Source",
            "type": "string",
            "description": "The id of a cited source; an incident may cite several.",
        },
    ),
    "updated": _text(_inside("updated"), "Last changed"),
    "version": Queryable(
        Type.NUMBER,
        f"CAST({_inside('version')} AS BIGINT)",
        {"title": "Version", "type": "integer"},
    ),
    GEOMETRY: Queryable(
        Type.PLACE,
        "",
        {
            "title": "Place on the map",
            "format": "geometry-any",
            "x-ogc-role": "primary-geometry",
        },
    ),
}
#: The queryables of each collection that can be filtered. A place is asked for by its
#: incidents.
QUERYABLES: Final[dict[str, dict[str, Queryable]]] = {
    "incidents": INCIDENTS,
    "places": INCIDENTS,
}


def queryables_schema(collection: str, title: str, address: str) -> dict[str, Any]:
    """Return the queryables of a collection as JSON Schema.

    Parameters
    ----------
    collection
        Its id.
    title
        What it is called.
    address
        The URL of this document.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": f"What can be asked of {title.lower()}",
        "properties": {
            name: queryable.schema for name, queryable in QUERYABLES[collection].items()
        },
        "additionalProperties": False,
    }
