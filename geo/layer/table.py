"""The layer as a table: the columns that the engine asks, and how each is derived.

A layer in GeoParquet (OGC 23-066, version 1.1) has exactly the columns of
:data:`SCHEMA`, in one file or in the files of a folder, and is asked as it is: no
feature is parsed when it is loaded. Whoever writes one seals it, by
:func:`file_metadata` or :func:`~geo.layer.seal.write_seal`: every feature has passed
the checks of :mod:`geo.layer`. A file without a seal is checked feature by feature.

=================  =====================================================================
``id``             The incident's id; never null, each once in a layer.
``title``          Texts and codes of the incident, as the model has them. ``place`` is
...                empty and ``date``, ``precision``, ``country`` are null where there is
``country``        none.
``updated``        The day the record last changed, ISO; empty if unknown.
``radius_m``       Uncertainty of the place in metres.
``sources``        Ids of the sources cited, each once, in the order cited.
``cited``          The same as one text: :func:`cited_text`.
``search``         :func:`search_text`.
``dated``          Whether the date is bounded at one end at least.
``earliest``       First and last day the date may mean, as days from 1970-01-01;
``latest``         :data:`OPEN_PAST` and :data:`OPEN_FUTURE` where it is open, or absent.
``earliest_month`` The same as months, ``year * 12 + month - 1``; null where it is open.
``latest_month``
``place_no``       :func:`place_number`: equal for incidents that share name, precision,
                   radius and geometry of the place. Null without a geometry, and so are
                   all columns from here to ``north``.
``lon``, ``lat``   Where the marker stands, degrees: :func:`marker_point`.
``mx``, ``my``     The same as :func:`geo.base.grid.mercator`.
``west`` ...       Extent of the geometry, degrees.
``area``           Whether the geometry is more than one point; false without one.
``z_order``        ``mx`` and ``my`` interleaved (Morton 1966); 0 without a geometry.
``feature``        The whole feature as canonical GeoJSON: :func:`~geo.layer.seal.feature_text`.
``geometry``       WKB (ISO, little-endian), (lon, lat), OGC:CRS84.
=================  =====================================================================

The rows of each file are sorted by ``z_order``; those without a geometry come first.
The files of a folder follow each other in the order of their paths. Row groups of
:data:`ROW_GROUP_ROWS` let a question about one part of the world skip the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date as Day  # noqa: N812 - `date` is a column here
from typing import Any, Final

import pyarrow as pa
import shapely

from geo.base.grid import mercator, morton
from geo.layer.seal import SEAL_KEY, Seal, feature_text
from geo.model.folding import fold
from geo.model.incident import Incident

#: Stand-ins for open ends of a date, in days from 1970-01-01.
OPEN_PAST: Final = -(2**31) + 1
OPEN_FUTURE: Final = 2**31 - 1
EPOCH: Final = Day(1970, 1, 1)
#: Rows of one row group: few enough to skip the rest, enough to compress well.
ROW_GROUP_ROWS: Final = 1 << 16
_PLACE_DIGITS: Final = 13

SCHEMA: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("category", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("date", pa.string()),
        pa.field("place", pa.string(), nullable=False),
        pa.field("precision", pa.string()),
        pa.field("country", pa.string()),
        pa.field("updated", pa.string(), nullable=False),
        pa.field("radius_m", pa.float64()),
        pa.field("sources", pa.list_(pa.string()), nullable=False),
        pa.field("cited", pa.string(), nullable=False),
        pa.field("search", pa.string(), nullable=False),
        pa.field("dated", pa.bool_(), nullable=False),
        pa.field("earliest", pa.int32(), nullable=False),
        pa.field("latest", pa.int32(), nullable=False),
        pa.field("earliest_month", pa.int32()),
        pa.field("latest_month", pa.int32()),
        pa.field("place_no", pa.int64()),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("mx", pa.int32()),
        pa.field("my", pa.int32()),
        pa.field("west", pa.float64()),
        pa.field("south", pa.float64()),
        pa.field("east", pa.float64()),
        pa.field("north", pa.float64()),
        pa.field("area", pa.bool_(), nullable=False),
        pa.field("z_order", pa.int64(), nullable=False),
        pa.field("feature", pa.string(), nullable=False),
        pa.field("geometry", pa.binary()),
    ]
)


def batch_of(
    incidents: Iterable[Incident],
    *,
    foreign: Mapping[str, Mapping[str, Any]] | None = None,
) -> pa.RecordBatch:
    """Return incidents as rows of :data:`SCHEMA`, in the order given.

    Parameters
    ----------
    incidents
        What validation has passed; none gives a batch without rows.
    foreign
        Foreign members of single features, by id (see :class:`geo.layer.IncidentCollection`).
    """
    rows = [
        _values(incident, (foreign or {}).get(incident.id)) for incident in incidents
    ]
    columns = [
        pa.array([row[field.name] for row in rows], field.type) for field in SCHEMA
    ]
    return pa.record_batch(columns, schema=SCHEMA)


def file_metadata(seal: Seal | None = None) -> dict[str, str]:
    """Return a GeoParquet file's key-value metadata: ``geo``, and the seal.

    Parameters
    ----------
    seal
        What the file holds; None for one part of a folder, which is sealed as a
        whole by :func:`~geo.layer.seal.write_seal`.
    """
    column = {"encoding": "WKB", "geometry_types": []}
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": column},
    }
    metadata = {"geo": json.dumps(geo)}
    if seal is not None:
        metadata[SEAL_KEY] = json.dumps(asdict(seal))
    return metadata


def search_text(incident: Incident) -> str:
    """Return the folded text that free-text search looks in.

    It holds title, summary, place (as named and as written) and actors.
    """
    parts = [
        incident.title,
        incident.summary,
        incident.place,
        incident.place_as_written,
        *incident.alleged_by,
        *incident.denied_by,
        *(actor.name for actor in incident.actors),
    ]
    return " ".join(fold(part) for part in parts if part)


def cited_text(sources: Sequence[str]) -> str:
    """Return ids of sources as one text, ``|one|two|``; ``|`` for none.

    Asking whether ``|one|`` stands in it is ten times faster than asking a list. Ids
    have no ``|``.
    """
    return "".join(f"|{source}" for source in sources) + "|"


def place_number(
    place: str, precision: str | None, radius_m: float | None, wkb: bytes
) -> int:
    """Return a place's number, below 2**52: the same in every layer and version.

    It is the first 13 hexadecimal digits of the SHA-256 of name, precision, radius
    in whole millimetres (empty where unknown) and WKB, parted by U+001F in UTF-8. A
    number from content needs no list of places, so that parts of a layer can be made
    apart; 52 bits survive JavaScript.
    """
    radius = "" if radius_m is None else str(round(radius_m * 1000))
    head = "\x1f".join((place, precision or "", radius, "")).encode()
    return int(hashlib.sha256(head + wkb).hexdigest()[:_PLACE_DIGITS], 16)


def marker_point(geometry: Any) -> Any:  # noqa: ANN401 - shapely geometries
    """Return the point that an incident's marker stands at, (lon, lat).

    A point itself, or the first of several; the middle of a line, or of the longest
    of several; or a point inside a polygon.
    """
    if geometry.geom_type == "Point":
        return geometry
    if geometry.geom_type == "MultiPoint":
        return geometry.geoms[0]
    if geometry.geom_type == "MultiLineString":
        geometry = max(geometry.geoms, key=lambda line: line.length)
    if geometry.geom_type == "LineString":
        return shapely.line_interpolate_point(geometry, 0.5, normalized=True)
    return shapely.point_on_surface(geometry)


def days_of(day: Day | None, *, otherwise: int) -> int:
    """Return a day as days from 1970-01-01."""
    return otherwise if day is None else (day - EPOCH).days


def month_of(day: Day | None) -> int | None:
    """Return a day's month, counted from year 0; None stays None."""
    return None if day is None else day.year * 12 + day.month - 1


def _values(incident: Incident, foreign: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return one incident's column values."""
    early, late = incident.date_earliest, incident.date_latest
    return {
        "id": incident.id,
        "title": incident.title,
        "category": incident.category,
        "kind": incident.kind,
        "status": incident.status,
        "date": incident.date,
        "place": incident.place,
        "precision": incident.precision,
        "country": incident.country,
        "updated": incident.updated,
        "radius_m": incident.radius_m,
        "sources": incident.sources,
        "cited": cited_text(incident.sources),
        "search": search_text(incident),
        "dated": incident.dated,
        "earliest": days_of(early, otherwise=OPEN_PAST),
        "latest": days_of(late, otherwise=OPEN_FUTURE),
        "earliest_month": month_of(early),
        "latest_month": month_of(late),
        "feature": feature_text(incident, foreign),
        **_located(incident),
    }


_PLACED: Final[Sequence[str]] = (
    *("place_no", "lon", "lat", "mx", "my", "west", "south", "east", "north"),
    "geometry",
)


def _located(incident: Incident) -> dict[str, Any]:
    """Return the values of the columns about the geometry."""
    located: dict[str, Any] = {**dict.fromkeys(_PLACED), "area": False, "z_order": 0}
    geometry = incident.geometry
    if geometry is None or geometry.is_empty:
        return located
    wkb = shapely.to_wkb(geometry, flavor="iso", byte_order=1)
    point = marker_point(geometry)
    mx, my = mercator(point.x, point.y)
    located.update(
        zip(("west", "south", "east", "north"), geometry.bounds, strict=True)
    )
    located.update(
        place_no=place_number(
            incident.place, incident.precision, incident.radius_m, wkb
        ),
        lon=point.x,
        lat=point.y,
        mx=mx,
        my=my,
        area=geometry.geom_type != "Point",
        z_order=morton(mx, my),
        geometry=wkb,
    )
    return located
