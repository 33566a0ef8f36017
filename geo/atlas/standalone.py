"""What a map that stands alone holds: the incidents, their words and their places.

The page's map asks our server for what is in sight. A map in a notebook has no server,
so all of it goes into the map at once, as JSON values that ``standalone-map.js`` draws.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from shapely import Point

from geo.atlas.selections import attribution
from geo.atlas.shelf import Atlas
from geo.base.errors import QueryError
from geo.evidence.record import Passage, Record, read_record
from geo.layer.table import marker_point
from geo.model.incident import Incident, geometry_json
from geo.model.query import Query
from geo.model.wording import LOOKS, marker_words

#: Incidents in one map at most: a browser draws no more in a second.
MOST_INCIDENTS: Final = 5_000
#: Decimals of degrees: a tenth of a metre.
_DECIMALS: Final = 6


def standalone_data(atlas: Atlas, query: Query) -> dict[str, Any]:
    """Return all that a map shows of the incidents that a query asks for.

    Parameters
    ----------
    atlas
        The layer.
    query
        Which incidents; none gives a map that says so.

    Returns
    -------
    dict
        JSON values: ``categories`` (label, color, outline by id), ``looks`` (how sure,
        in words), ``credit``, ``extent`` (west, south, east, north, or None),
        ``places`` (label, precision, radius_m, lon, lat in degrees, and whether it is a
        line or an ``area``, with its geometry), ``incidents`` (records as the API gives them, without
        passages of the archive; ``at`` is the number of their place, or None).

    Raises
    ------
    QueryError
        If there are more than :data:`MOST_INCIDENTS`.
    """
    total = atlas.engine.count(query)
    if total > MOST_INCIDENTS:
        message = (
            f"{total} incidents; at most {MOST_INCIDENTS} are drawn in one map. Select "
            "fewer, or look at them all in the page."
        )
        raise QueryError("explore", message)
    places: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    incidents = []
    for feature in atlas.engine.features(query):
        record = read_record(
            feature,
            None,
            atlas.vocabulary,
            atlas.sources,
            atlas.archive,
            own=atlas.own,
            changes=atlas.journal.of(feature["id"]),
        )
        at = None
        if record.incident.geometry is not None:
            place = _place_of(record.incident)
            shown = f"{place['label']}\n{record.incident.geometry.wkt}"
            at = numbers.setdefault(shown, len(places))
            if at == len(places):
                places.append(place)
        incidents.append({**quotes_alone(record).as_json(), "at": at})
    cited = atlas.engine.counts(query, "source")
    return {
        "categories": atlas.vocabulary.marks(),
        "looks": LOOKS,
        "credit": attribution(atlas.sources[source] for source in cited),
        "extent": atlas.engine.extent(query),
        "places": places,
        "incidents": incidents,
    }


def quotes_alone(record: Record) -> Record:
    """Return a record without the text around its quotes, which is not ours to send."""
    return replace(record, passages=tuple(map(_quote_alone, record.passages)))


def _quote_alone(passage: Passage) -> Passage:
    return replace(passage, before=(), lead="", words="", rest="", after=())


def _place_of(incident: Incident) -> dict[str, Any]:
    """Return the place of an incident that has one, as the map draws it."""
    point = marker_point(incident.geometry)
    geometry_type = (
        "Shape" if incident.geometry is None else incident.geometry.geom_type
    )
    is_area = not isinstance(incident.geometry, Point)
    return {
        "label": marker_words(
            incident.place,
            incident.precision,
            incident.radius_m,
            shape=geometry_type,
        ),
        "precision": incident.precision,
        "radius_m": incident.radius_m or 0,
        "area": is_area,
        "lon": round(point.x, _DECIMALS),
        "lat": round(point.y, _DECIMALS),
        "geometry": geometry_json(incident.geometry) if is_area else None,
    }
