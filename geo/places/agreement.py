"""Agreement of a layer with its gazetteer: incidents that stand elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo.model.incident import Incident
from geo.places.gazetteer import Gazetteer, Place

_EARTH: Final = Geod(ellps="WGS84")
#: Two geometries no farther apart are the same place: seven decimals, and rounding.
_SAME_WITHIN_M: Final = 0.1


@dataclass(frozen=True, slots=True)
class Moved:
    """One incident that does not stand where the gazetteer has its place.

    Parameters
    ----------
    incident
        The incident's id.
    place
        The place's name, as the incident writes it.
    place_id
        The place in the gazetteer; None where it is not there.
    distance_m
        How far the two geometries are apart at most, in metres; None where there
        is nothing to compare.
    problems
        What differs, in plain words, each with its remedy.
    """

    incident: str
    place: str
    place_id: str | None
    distance_m: float | None
    problems: tuple[str, ...]


def check_places(incidents: Iterable[Incident], gazetteer: Gazetteer) -> list[Moved]:
    """Derive the place of each incident again, and return those that moved.

    An incident's place is looked up by its ``place`` and ``country``. It moved if
    its geometry, precision or radius differs, or if the gazetteer does not know the
    place. Incidents without a geometry are not asked about.

    Parameters
    ----------
    incidents
        Any number; none gives an empty list.
    gazetteer
        Where places come from.
    """
    moved = []
    for incident in incidents:
        if incident.geometry is None:
            continue
        places = gazetteer.find(incident.place, incident.country)
        if len(places) == 1:
            problems, distance_m = _differences(incident, places[0])
            place_id = places[0].id
        else:
            problems = [_unplaced(incident, gazetteer, places)]
            place_id, distance_m = None, None
        if problems:
            moved.append(
                Moved(
                    incident.id, incident.place, place_id, distance_m, tuple(problems)
                )
            )
    return moved


def apart_m(first: BaseGeometry, second: BaseGeometry) -> float:
    """Return how far two geometries are apart at most, in metres on the ellipsoid.

    The Hausdorff distance over their vertices: 0 for the same points in any order.

    Parameters
    ----------
    one, other
        WGS84, (lon, lat), not empty.
    """
    return max(_farthest_m(first, second), _farthest_m(second, first))


def _farthest_m(first: BaseGeometry, second: BaseGeometry) -> float:
    """Return how far *one*'s vertices are from *other*'s outline at most, in metres."""
    spots = shapely.points(shapely.get_coordinates(first))
    lines = second.boundary if second.geom_type == "Polygon" else second
    pairs = shapely.get_coordinates(shapely.shortest_line(spots, lines))
    starts, ends = pairs[::2], pairs[1::2]
    _, _, distances_m = _EARTH.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])
    return float(np.max(distances_m))


def _differences(incident: Incident, place: Place) -> tuple[list[str], float | None]:
    """Return in words how an incident differs from its place, and by how many metres."""
    geometry = incident.geometry
    problems = []
    distance_m = None
    if geometry is not None and geometry.geom_type != place.geometry.geom_type:
        problems.append(
            f"is drawn as a {geometry.geom_type}; the gazetteer has a "
            f"{place.geometry.geom_type}. Take the gazetteer's geometry."
        )
    elif geometry is not None:
        distance_m = apart_m(geometry, place.geometry)
        if distance_m > _SAME_WITHIN_M:
            problems.append(
                f"lies {distance_m:,.0f} m from where the gazetteer has {place.name}. "
                "Take the gazetteer's coordinates, or mend the gazetteer."
            )
    if incident.precision != place.precision:
        problems.append(
            f"says precision {incident.precision!r}; the gazetteer says "
            f"{place.precision!r}. Make them agree."
        )
    if incident.radius_m != place.radius_m:
        problems.append(
            f"says radius {_metres(incident.radius_m)}; the gazetteer says "
            f"{_metres(place.radius_m)}. Make them agree."
        )
    return problems, distance_m


def _unplaced(incident: Incident, gazetteer: Gazetteer, places: Sequence[Place]) -> str:
    """Say in words why an incident's place cannot be looked up."""
    if not incident.place:
        return "has a geometry but names no place. Name the place."
    if places:
        ids = ", ".join(place.id for place in places)
        return f"names {incident.place!r}, which may be {ids}. Give its country."
    elsewhere = gazetteer.find(incident.place)
    if elsewhere:
        ids = ", ".join(f"{place.id} ({place.country})" for place in elsewhere)
        return (
            f"names {incident.place!r} in {incident.country}; the gazetteer has {ids}. "
            "Mend the country, or add the place."
        )
    return (
        f"names {incident.place!r}, which the gazetteer does not have. "
        "Add it to the gazetteer with its origin."
    )


def _metres(radius_m: float | None) -> str:
    return "unknown" if radius_m is None else f"{radius_m:,g} m"
