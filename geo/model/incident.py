"""The incident: what this project is about, as one immutable record.

A record is the properties and geometry of one GeoJSON Feature (RFC 7946, WGS84,
lon before lat). What each property means is in ``data/README.md``; what the
values may be is checked by :mod:`geo.layer` before an :class:`Incident` is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - `date` is a property here
from typing import Any

from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.model.vocabulary import ACLED_GEO_PRECISION, UCDP_WHERE_PREC


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who has a part in an incident: by, against or with."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The passage a record stands on, as a W3C TextQuoteSelector.

    Parameters
    ----------
    source
        Id of the source in the register.
    quote
        At most 12 words of the source, exactly as printed.
    prefix, suffix
        At most 4 words before and after the quote, to tell it from its likes.
    supports
        Which properties of the record the passage supports.
    """

    source: str
    quote: str
    prefix: str = ""
    suffix: str = ""
    supports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, series, site or plan.

    ``geometry`` is a Point, LineString or Polygon in (lon, lat), or None where
    the source gives no place. ``date_earliest`` and ``date_latest`` are derived
    from ``date``. ``extra`` keeps properties this model does not know.
    """

    id: str
    title: str
    summary: str
    category: str
    kind: str
    status: str
    date: str | None = None
    date_earliest: Day | None = None
    date_latest: Day | None = None
    date_note: str = ""
    place: str = ""
    place_as_written: str = ""
    country: str | None = None
    place_role: str | None = None
    precision: str | None = None
    radius_m: float | None = None
    location_basis: str | None = None
    location_note: str = ""
    generalised: bool = False
    count: int | None = None
    alleged_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    citations: tuple[Citation, ...] = ()
    updated: str = ""
    version: int = 1
    geometry: BaseGeometry | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources cited, each once, in the order cited."""
        return tuple(dict.fromkeys(citation.source for citation in self.citations))

    @property
    def dated(self) -> bool:
        """Whether the date says anything at all."""
        return self.date_earliest is not None or self.date_latest is not None


#: Properties of a feature in the order they are written.
PROPERTIES = (
    "title",
    "summary",
    "category",
    "kind",
    "count",
    "date",
    "date_earliest",
    "date_latest",
    "date_note",
    "place",
    "place_as_written",
    "country",
    "place_role",
    "precision",
    "radius_m",
    "location_basis",
    "location_note",
    "generalised",
    "status",
    "alleged_by",
    "denied_by",
    "actors",
    "citations",
    "updated",
    "version",
)


def incident_of(feature: Mapping[str, Any]) -> Incident:
    """Make an incident of a feature that validation has passed.

    Parameters
    ----------
    feature
        A GeoJSON Feature with the properties of the incident model.
    """
    properties = feature["properties"]
    ours = {name: properties[name] for name in PROPERTIES if name in properties}
    ours["date_earliest"] = _day(ours.get("date_earliest"))
    ours["date_latest"] = _day(ours.get("date_latest"))
    ours["alleged_by"] = tuple(ours.get("alleged_by") or ())
    ours["denied_by"] = tuple(ours.get("denied_by") or ())
    ours["actors"] = tuple(
        Actor(actor["name"], actor["role"]) for actor in ours.get("actors") or ()
    )
    ours["citations"] = tuple(
        Citation(
            citation["source"],
            citation["quote"],
            citation.get("prefix", ""),
            citation.get("suffix", ""),
            tuple(citation.get("supports", ())),
        )
        for citation in ours.get("citations") or ()
    )
    geometry = feature.get("geometry")
    return Incident(
        id=str(feature["id"]),
        geometry=shape(geometry) if geometry else None,
        extra={
            name: value for name, value in properties.items() if name not in PROPERTIES
        },
        **ours,
    )


def feature_of(incident: Incident) -> dict[str, Any]:
    """Make the GeoJSON Feature of an incident: the inverse of :func:`incident_of`."""
    properties: dict[str, Any] = {}
    for name in PROPERTIES:
        properties[name] = _plain(getattr(incident, name))
    properties.update(incident.extra)
    return {
        "type": "Feature",
        "id": incident.id,
        "geometry": geometry_json(incident.geometry),
        "properties": properties,
    }


def geometry_json(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """Return a geometry as a GeoJSON object of lists, (lon, lat); None stays None."""
    if geometry is None:
        return None
    written: dict[str, Any] = _as_lists(mapping(geometry))
    return written


def crosswalk(precision: str | None) -> dict[str, int | None]:
    """Return the precision codes of ACLED (1-3) and UCDP (1-7) for ours."""
    return {
        "acled_geo_precision": ACLED_GEO_PRECISION.get(precision or ""),
        "ucdp_where_prec": UCDP_WHERE_PREC.get(precision or ""),
    }


def _day(written: str | None) -> Day | None:
    return Day.fromisoformat(written) if written else None


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a field's value as JSON values."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Day):
        return value.isoformat()
    if isinstance(value, Actor):
        return {"name": value.name, "role": value.role}
    if isinstance(value, Citation):
        return {
            "source": value.source,
            "quote": value.quote,
            "prefix": value.prefix,
            "suffix": value.suffix,
            "supports": list(value.supports),
        }
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _as_lists(value: Any) -> Any:  # noqa: ANN401 - any nesting of coordinates
    if isinstance(value, tuple | list):
        return [_as_lists(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _as_lists(part) for name, part in value.items()}
    return value
