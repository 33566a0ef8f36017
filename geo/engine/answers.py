"""What the engine answers with, and what it is asked by beside a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a column here
from typing import Any, Final

from geo.base.grid import Bbox, Group

#: Columns that a list of incidents can be ordered by.
ORDERS: Final = {
    "date": "dated DESC, earliest, latest, row_no",
    # By the last day that a date may mean: what goes on still comes first.
    "newest": "dated DESC, latest DESC, earliest DESC, row_no",
    "title": "title, row_no",
    "category": "category, earliest, row_no",
    "place": "place, earliest, row_no",
    "status": "status, earliest, row_no",
    "updated": "updated DESC, row_no",
}

#: The columns of a place, in the order of :class:`PlaceView`.
PLACE_COLUMNS: Final = "place_no, place, precision, radius_m, country, lon, lat, area"
#: The same of incidents that are grouped by their place, which alike all of them have.
ONE_PLACE: Final = (
    "place_no, min(place) AS place, min(precision) AS precision, "
    "min(radius_m) AS radius_m, min(country) AS country, min(lon) AS lon, "
    "min(lat) AS lat, bool_and(area) AS area"
)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as the map draws it. ``area`` tells that it is more than one point."""

    number: int
    name: str
    precision: str | None
    radius_m: float | None
    country: str | None
    lon: float
    lat: float
    area: bool


@dataclass(frozen=True, slots=True)
class Shelved:
    """A place too vague for a marker in a view, and how many incidents are there."""

    place: PlaceView
    count: int


@dataclass(frozen=True, slots=True)
class View:
    """What a viewport shows.

    Parameters
    ----------
    groups
        The markers.
    places
        Their places, those whose disc is to be drawn, and the lines and areas in sight.
    shelf
        What lies somewhere in sight, but too vaguely for a marker; most first.
    further
        How many more such places there are, and how many incidents at them.
    total
        How many incidents there are, in sight or not.
    outside
        How many of them have a place that is not in sight.
    """

    groups: tuple[Group, ...]
    places: tuple[PlaceView, ...]
    shelf: tuple[Shelved, ...]
    further: tuple[int, int]
    total: int
    outside: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of incidents.

    ``number`` is its row in the layer; ``lon``, ``lat`` are its marker's, in degrees.
    """

    number: int
    id: str
    title: str
    category: str
    kind: str
    status: str
    date: str | None
    place: str
    precision: str | None
    country: str | None
    located: bool
    earliest: Day | None
    latest: Day | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on incidents.

    Parameters
    ----------
    sql
        SQL of ours.
    parameters
        The values it asks with.
    reads_features
        Whether it asks for the column ``feature``, which only ``incident_text`` has.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    reads_features: bool = False


@dataclass(frozen=True, slots=True)
class PlaceTest:
    """A test of places by their geometry, too much for SQL without geometry functions.

    Parameters
    ----------
    holds
        Takes an array of shapely geometries, (lon, lat), and returns an array of
        truth values, as shapely's predicates do.
    near
        Only places whose extent meets this one can pass it; None for all.
    """

    holds: Callable[[Any], Any]
    near: Bbox | None
