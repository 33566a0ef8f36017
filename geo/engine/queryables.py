"""The queryables: which properties a CQL2 filter may ask for, and what they are.

OGC API - Features Part 3 (19-079r2), clause 6. The names are those of the features'
properties; what each is in the engine stands beside it, so that no name of a request
ever becomes SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from geo.engine.answers import Condition
from geo.engine.store import Dialect
from geo.layer.table import OPEN_FUTURE, OPEN_PAST
from geo.model.fields import property_schemas
from geo.model.own_fields import OwnField, OwnType


class Type(StrEnum):
    """What a queryable's values are; only likes can be compared."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "true or false"
    DAY = "day"
    #: A day as it stands in a record of a newsroom's own: YYYY-MM-DD.
    WRITTEN_DAY = "day as written"
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
#: What each type of an own field is, and the texts that are values of it in SQL.
_OWN: Final[Mapping[OwnType, tuple[Type, str]]] = {
    OwnType.TEXT: (Type.TEXT, ""),
    OwnType.LINK: (Type.TEXT, ""),
    OwnType.INTEGER: (Type.NUMBER, "-?[0-9]{1,15}"),
    OwnType.NUMBER: (Type.NUMBER, r"-?[0-9]{1,15}(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?"),
    OwnType.DATE: (Type.WRITTEN_DAY, "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    OwnType.TRUTH: (Type.TRUTH, "true|false"),
}
_OWN_CASTS: Final = {Type.NUMBER: "DOUBLE PRECISION", Type.TRUTH: "BOOLEAN"}
_OWN_SCHEMAS: Final[Mapping[OwnType, Mapping[str, Any]]] = {
    OwnType.TEXT: {"type": "string"},
    OwnType.LINK: {"type": "string", "format": "uri"},
    OwnType.INTEGER: {"type": "integer"},
    OwnType.NUMBER: {"type": "number"},
    OwnType.DATE: {"type": "string", "format": "date"},
    OwnType.TRUTH: {"type": "boolean"},
}


@dataclass(frozen=True, slots=True)
class OwnQueryable(Queryable):
    """An own field that a filter may ask for, read in the record's text.

    Its name comes from a newsroom's table, so that it is a parameter of the statement
    and never a part of it. What is not of the declared type is as if it were not there.

    Parameters
    ----------
    pattern
        What the texts of its values look like, as ``SIMILAR TO`` has it; "" for any.
    """

    pattern: str = ""

    def value(self, dialect: Dialect) -> Condition:
        """Return the value as a piece of SQL, as a database of this dialect reads it."""
        text = dialect.own_member
        if not self.pattern:
            return Condition(text, (self.column,), reads_features=True)
        cast = _OWN_CASTS.get(self.type)
        read = f"CAST({text} AS {cast})" if cast else text
        return Condition(
            f"CASE WHEN {text} SIMILAR TO CAST(? AS VARCHAR) THEN {read} END",
            (self.column, self.pattern, self.column),
            reads_features=True,
        )


def queryables_of(collection: str, own: Iterable[OwnField]) -> dict[str, Queryable]:
    """Return what may be asked of a collection, the declared own fields among it.

    Parameters
    ----------
    collection
        Its id. One that cannot be filtered has none.
    own
        The own fields that the map declares.
    """
    if collection not in QUERYABLES:
        return {}
    ours: dict[str, Queryable] = {}
    for each in own:
        type_, pattern = _OWN[each.type]
        schema = {"title": each.label, **_OWN_SCHEMAS[each.type]}
        ours[each.name] = OwnQueryable(type_, each.name, schema, pattern=pattern)
    return {**ours, **QUERYABLES[collection]}


#: The queryables of each collection that can be filtered. A place is asked for by its
#: incidents.
QUERYABLES: Final[Mapping[str, Mapping[str, Queryable]]] = {
    "incidents": INCIDENTS,
    "places": INCIDENTS,
}


def queryables_schema(
    queryables: Mapping[str, Queryable], title: str, address: str
) -> dict[str, Any]:
    """Return the queryables of a collection as JSON Schema.

    Parameters
    ----------
    queryables
        By name.
    title
        What the collection is called.
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
            for name, queryable in queryables.items()
        },
        "additionalProperties": False,
    }
