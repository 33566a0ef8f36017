"""Searching a place on the map: a name becomes spots to go to.

The geocoders are those of the layer's map (:mod:`geo.places.geocoder`): offline, unless
the deployment has set up Nominatim.
"""

from __future__ import annotations

import math
from typing import Any, Final

from starlette.requests import Request

from geo.atlas import Atlas
from geo.base.errors import QueryError
from geo.model.geonames import country_name
from geo.model.wording import precision_words
from geo.places.candidate import Candidate
from geo.places.geocoder import geocode

_MOST: Final = 8
#: Kilometres of a degree of latitude, nearly.
_DEGREE_M: Final = 111_320.0


def search(request: Request, _current: Atlas) -> dict[str, Any]:
    """Return the places of the name ``q``, best first; none where nobody knows it."""
    others = sorted(set(request.query_params) - {"q"})
    if others:
        raise QueryError(others[0][:40], "is not asked here. Give q, a place's name.")
    name = request.query_params.get("q", "")
    if not name.strip():
        raise QueryError("q", "is missing. Give a place's name.")
    candidates = geocode(name, limit=_MOST)
    # A name as it is written comes before those that are only alike without accents.
    candidates.sort(key=lambda one: one.name.casefold() != name.strip().casefold())
    return {"places": [_describe(one) for one in candidates]}


def _describe(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate with the extent (west, south, east, north) of where it may be."""
    high = max(candidate.radius_m, 300.0) / _DEGREE_M
    lon, lat = candidate.lon, candidate.lat
    wide = high / max(0.05, math.cos(math.radians(lat)))
    country = country_name(candidate.country) if candidate.country else ""
    placed = precision_words(candidate.precision, candidate.radius_m, shape="Point")
    return {
        "name": candidate.name,
        "line": ". ".join(filter(None, (country, placed, candidate.source))),
        "lon": lon,
        "lat": lat,
        "radius_m": candidate.radius_m,
        "extent": [lon - wide, max(-90, lat - high), lon + wide, min(90, lat + high)],
    }
