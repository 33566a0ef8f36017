"""The queryables: which properties a CQL2 filter may ask for, and what they are.

OGC API - Features Part 3 (19-079r2), clause 6. The names are those of the features'
properties; what each is in the engine stands beside it, so that no name of a request
ever becomes SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from geo.engine.answers import Condition
from geo.engine.store import Dialect
from geo.layer.table import OPEN_FUTURE, OPEN_PAST
from geo.model.fields import property_schemas


class Type(StrEnum):
    """What a queryable's values are; only likes can be compared."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "true or false"
    DAY = "day"
    #: Several texts, of which one must match.
    TEXTS = "list of texts"
    PLACE = "geometry"


#: What values within a feature are read as; texts as they are.
_CASTS: Final = {Type.NUMBER: "BIGINT", Type.TRUTH: "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Queryable:
    """One property that a filter may ask for.

    Parameters
    ----------
    type
        What its values are.
    column
        Its value in the engine: a number of days for days.
    schema
        What its JSON Schema has beside, or instead of, that of the property.
    reads_features
        Whether the engine has no column for it: then it is read in the feature's text,
        and ``column`` is the name of the property.
    """

    type: Type
    column: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    reads_features: bool = False

    def value(self, dialect: Dialect) -> Condition:
        """Return the value as a piece of SQL, as a database of this dialect reads it."""
        if not self.reads_features:
            return Condition(self.column)
        text = dialect.member.format("properties", self.column)
        cast = _CASTS.get(self.type)
        sql = f"CAST({text} AS {cast})" if cast else text
        return Condition(sql, reads_features=True)


def _inside(type_: Type, name: str) -> Queryable:
    """Return a property that the engine has no column for."""
    return Queryable(type_, name, reads_features=True)


#: What the uncertain date reaches from and to, in days; NULL for an undated incident.
DATE_SPAN: Final = (
    "CASE WHEN dated THEN earliest END",
    "CASE WHEN dated THEN latest END",
)
#: The property that temporal functions take for the whole uncertain date.
DATE: Final = "date"
GEOMETRY: Final = "geometry"

#: The queryables of incidents by name.
INCIDENTS: Final[Mapping[str, Queryable]] = {
    "id": Queryable(Type.TEXT, "id"),
    "title": Queryable(Type.TEXT, "title"),
    "summary": _inside(Type.TEXT, "summary"),
    "category": Queryable(Type.TEXT, "category"),
    "kind": Queryable(Type.TEXT, "kind"),
    "count": _inside(Type.NUMBER, "count"),
    DATE: Queryable(
        Type.TEXT,
        "date",
        {
            "title": "Date as written (EDTF)",
            "description": "A text such as 2022-12~. In functions such as T_INTERSECTS "
            "it is the span of days that the date may mean.",
        },
    ),
    "date_earliest": Queryable(
        Type.DAY, f"nullif(earliest, {OPEN_PAST})", {"format": "date"}
    ),
    "date_latest": Queryable(
        Type.DAY, f"nullif(latest, {OPEN_FUTURE})", {"format": "date"}
    ),
    "place": Queryable(Type.TEXT, "place"),
    "place_as_written": _inside(Type.TEXT, "place_as_written"),
    "country": Queryable(Type.TEXT, "country"),
    "place_role": _inside(Type.TEXT, "place_role"),
    "precision": Queryable(Type.TEXT, "precision"),
    "radius_m": Queryable(Type.NUMBER, "radius_m"),
    "generalised": _inside(Type.TRUTH, "generalised"),
    "status": Queryable(Type.TEXT, "status"),
    "source": Queryable(
        Type.TEXTS,
        "sources",
        {
            "title": "Source",
            "type": "string",
            "description": "The id of a cited source; an incident may cite several.",
        },
    ),
    "updated": _inside(Type.TEXT, "updated"),
    "version": _inside(Type.NUMBER, "version"),
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
QUERYABLES: Final[Mapping[str, Mapping[str, Queryable]]] = {
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
    described = property_schemas()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": f"What can be asked of {title.lower()}",
        "properties": {
            name: {**described.get(name, {}), **queryable.schema}
            for name, queryable in QUERYABLES[collection].items()
        },
        "additionalProperties": False,
    }
