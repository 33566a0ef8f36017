"""The incident: what this project is about, as one immutable record.

A record is the properties and geometry of one GeoJSON Feature (RFC 7946, WGS84,
lon before lat). What each property means is in ``data/README.md``; what the
values may be is checked by :mod:`geo.layer` before an :class:`Incident` is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - `date` is a property here
from typing import Any, Final

from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.model.dates import bounds
from geo.model.vocabulary import (
    ACLED_GEO_PRECISION,
    UCDP_WHERE_PREC,
    Kind,
    PlaceRole,
    Status,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who has a part in an incident: by, against or with."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The source a record stands on, at best its passage (W3C TextQuoteSelector).

    Parameters
    ----------
    source
        Id of the source in the register.
    quote
        At most 12 words of the source, exactly as printed; empty where no passage is
        given.
    prefix, suffix
        At most 4 words before and after the quote, to tell it from its likes.
    supports
        Which properties of the record the passage supports.
    url
        Where the record is found at the source, if not at the source's own address.
    """

    source: str
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    supports: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, series, site or plan.

    Id, title, category and one citation are always there. Of the rest, an empty
    text or None is what is not known. ``geometry`` is a Point, LineString or Polygon,
    or several of a kind, in (lon, lat), or None where the source gives no place.
    ``precision`` is None beside a geometry where nobody said how exactly it is placed.
    ``date_earliest`` and ``date_latest`` are derived from ``date``. ``extra`` keeps
    properties this model does not know.
    """

    id: str
    title: str
    category: str
    summary: str = ""
    kind: str = "event"
    status: str = "reported"
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
_KNOWN: Final = frozenset(PROPERTIES)
#: Texts that say something if they are there at all.
_NULL_IF_EMPTY: Final = ("summary", "updated")


#: What a record is that does not say so itself.
_DEFAULTS: Final[Mapping[str, Any]] = {
    "kind": Kind.EVENT.value,
    "status": Status.REPORTED.value,
}
_LISTS: Final = ("alleged_by", "denied_by")


def incident_of(feature: Mapping[str, Any]) -> Incident:
    """Make an incident of a feature that validation has passed.

    What is absent or null takes its default: an event, reported, and where it is on
    the map, one that occurred there. A plan has not occurred anywhere, so that what its
    place is to it stays unknown.

    Parameters
    ----------
    feature
        A GeoJSON Feature with the properties of the incident model.
    """
    properties, geometry = feature["properties"], feature.get("geometry")
    ours: dict[str, Any] = dict(_DEFAULTS)
    extra = {}
    for name, value in properties.items():
        if name not in _KNOWN:
            extra[name] = value
        elif value is not None:
            ours[name] = value
    date = ours.get("date")
    days = bounds(date) if date is not None else None
    ours["date_earliest"] = days and days.earliest
    ours["date_latest"] = days and days.latest
    for name in _LISTS:
        if name in ours:
            ours[name] = tuple(ours[name])
    if "actors" in ours:
        ours["actors"] = tuple(
            Actor(actor["name"], actor["role"]) for actor in ours["actors"]
        )
    ours["citations"] = tuple(_citation(one) for one in ours.get("citations", ()))
    if geometry and ours["kind"] != Kind.PLAN:
        ours.setdefault("place_role", PlaceRole.OCCURRED.value)
    return Incident(
        id=str(feature["id"]),
        geometry=shape(geometry) if geometry else None,
        extra=extra,
        **ours,
    )


def _citation(written: Mapping[str, Any]) -> Citation:
    return Citation(
        written["source"],
        written.get("quote") or "",
        written.get("prefix", ""),
        written.get("suffix", ""),
        tuple(written.get("supports", ())),
        written.get("url", ""),
    )


def feature_of(incident: Incident) -> dict[str, Any]:
    """Make the GeoJSON Feature of an incident: the inverse of :func:`incident_of`."""
    properties: dict[str, Any] = {}
    for name in PROPERTIES:
        properties[name] = _plain(getattr(incident, name))
    for name in _NULL_IF_EMPTY:
        properties[name] = properties[name] or None
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


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a field's value as JSON values."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Day):
        return value.isoformat()
    if isinstance(value, Actor):
        return {"name": value.name, "role": value.role}
    if isinstance(value, Citation):
        address = {"url": value.url} if value.url else {}
        return {
            "source": value.source,
            "quote": value.quote or None,
            "prefix": value.prefix,
            "suffix": value.suffix,
            "supports": list(value.supports),
            **address,
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
