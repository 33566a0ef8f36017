"""Nominatim's results in this project's terms: how fine, how far, whether a home.

Written against the output of Nominatim 3 and later
(https://nominatim.org/release-docs/latest/api/Output/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pyproj import Geod

from geo.base.grid import Bbox
from geo.model.vocabulary import RADIUS_RANGE_M, Precision
from geo.places.candidate import NOMINATIM, Candidate

#: Nominatim's place_rank, up to which a result has a precision.
_PRECISION_BY_RANK: Final = (
    (4, Precision.COUNTRY),
    (12, Precision.REGION),
    (18, Precision.CITY),
    (25, Precision.NEIGHBOURHOOD),
    (27, Precision.STREET),
)
#: Precisions to try by extent, finest first, where a server gives no rank.
_BY_EXTENT: Final = (
    Precision.VENUE,
    Precision.STREET,
    Precision.NEIGHBOURHOOD,
    Precision.CITY,
)
#: Settlements, which Nominatim ranks among the quarters of cities.
_SETTLEMENTS: Final = frozenset({"city", "town", "village", "hamlet", "municipality"})
#: What may be somebody's home: OpenStreetMap's class, and types of it.
_HOMES: Final[Mapping[str, frozenset[str]]] = {
    "place": frozenset({"house", "houses", "farm", "isolated_dwelling", "plot"}),
    "building": frozenset(
        [
            "yes",
            "apartments",
            "bungalow",
            "cabin",
            "detached",
            "dormitory",
            "farm",
            "ger",
            "hut",
            "house",
            "houseboat",
            "residential",
            "semidetached_house",
            "static_caravan",
            "terrace",
            "villa",
        ]
    ),
    "landuse": frozenset({"residential"}),
    "tourism": frozenset({"apartment", "chalet"}),
}
#: Parts of an address that do not tell a house, finest first.
_COARSE_PARTS: Final = (
    "suburb",
    "city_district",
    "city",
    "town",
    "village",
    "municipality",
    "state",
    "country",
)
#: A home is placed no finer than about a kilometre.
_HOME_DECIMALS: Final = 2
_HOME_RADIUS_M: Final = 1_000.0
_EARTH: Final = Geod(ellps="WGS84")


def result_candidate(raw: Mapping[str, Any], *, host: str) -> Candidate:
    """Say one result of Nominatim in our own terms, coarser if it may be a home.

    Parameters
    ----------
    raw
        One object of the answer to ``/search?format=json&addressdetails=1``, with at
        least ``lat`` and ``lon``.
    host
        The server, for the origin.

    Raises
    ------
    TypeError, ValueError
        If a coordinate is not a number.
    """
    address: Mapping[str, str] = raw.get("address") or {}
    precision = _precision(raw)
    code = address.get("country_code")
    candidate = Candidate(
        name=str(raw.get("display_name") or ""),
        country=code.upper() if code else None,
        source=NOMINATIM,
        precision=str(precision),
        radius_m=_radius_m(raw, precision),
        lon=float(raw["lon"]),
        lat=float(raw["lat"]),
        origin=(
            f"Nominatim at {host}, {raw.get('osm_type', 'object')} "
            f"{raw.get('osm_id', 'without a number')}, © OpenStreetMap contributors, "
            "ODbL 1.0"
        ),
    )
    return _coarser(candidate, address, host) if _may_be_home(raw) else candidate


def _may_be_home(raw: Mapping[str, Any]) -> bool:
    kinds = _HOMES.get(str(raw.get("class", raw.get("category"))), frozenset())
    return raw.get("type") in kinds


def _coarser(candidate: Candidate, address: Mapping[str, str], host: str) -> Candidate:
    """Return a candidate at neighbourhood level that no longer tells the house."""
    parts = [address[part] for part in _COARSE_PARTS if address.get(part)]
    return replace(
        candidate,
        name=", ".join(dict.fromkeys(parts)) or "An address",
        precision=str(Precision.NEIGHBOURHOOD),
        radius_m=_HOME_RADIUS_M,
        lon=round(candidate.lon, _HOME_DECIMALS),
        lat=round(candidate.lat, _HOME_DECIMALS),
        origin=f"Nominatim at {host}, © OpenStreetMap contributors, ODbL 1.0",
        generalised=True,
    )


def _precision(raw: Mapping[str, Any]) -> Precision:
    """Return how fine a result is, by Nominatim's rank or else by its extent."""
    rank = raw.get("place_rank")
    if raw.get("addresstype") in _SETTLEMENTS:
        return Precision.CITY
    if isinstance(rank, int):
        for most, precision in _PRECISION_BY_RANK:
            if rank <= most:
                return precision
        return Precision.VENUE
    extent_m = _extent_m(raw)
    for precision in _BY_EXTENT:
        if extent_m is not None and extent_m <= RADIUS_RANGE_M[precision][1]:
            return precision
    return Precision.REGION


def _radius_m(raw: Mapping[str, Any], precision: Precision) -> float:
    """Return half the diagonal of a result's extent, as far as its precision allows.

    Without an extent, the most that the precision may claim.
    """
    least_m, most_m = RADIUS_RANGE_M[precision]
    extent_m = _extent_m(raw)
    radius_m = most_m if extent_m is None else min(max(extent_m, least_m), most_m)
    return float(round(radius_m))


def _extent_m(raw: Mapping[str, Any]) -> float | None:
    """Return half the diagonal of a result's bounding box in metres, if it has one."""
    box = raw.get("boundingbox")
    if not isinstance(box, list) or len(box) != len(Bbox._fields):
        return None
    south, north, west, east = map(float, box)
    _, _, diagonal_m = _EARTH.inv(west, south, east, north)
    return float(diagonal_m) / 2
