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


_FEATURE: Final = "feature ->> '$.properties."


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
        What its JSON Schema has beside, or instead of, that of the property.
    """

    type: Type
    sql: str
    schema: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reads_features(self) -> bool:
        """Whether the engine has no column for it, so that it is read in the text."""
        return _FEATURE in self.sql


def _inside(name: str) -> str:
    """Return a property that the engine has no column for, as text."""
    return f"({_FEATURE}{name}')"


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
    "summary": Queryable(Type.TEXT, _inside("summary")),
    "category": Queryable(Type.TEXT, "category"),
    "kind": Queryable(Type.TEXT, "kind"),
    "count": Queryable(Type.NUMBER, f"CAST({_inside('count')} AS BIGINT)"),
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
    "place_as_written": Queryable(Type.TEXT, _inside("place_as_written")),
    "country": Queryable(Type.TEXT, "country"),
    "place_role": Queryable(Type.TEXT, _inside("place_role")),
    "precision": Queryable(Type.TEXT, "precision"),
    "radius_m": Queryable(Type.NUMBER, "radius_m"),
    "generalised": Queryable(Type.TRUTH, f"CAST({_inside('generalised')} AS BOOLEAN)"),
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
    "updated": Queryable(Type.TEXT, _inside("updated")),
    "version": Queryable(Type.NUMBER, f"CAST({_inside('version')} AS BIGINT)"),
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
