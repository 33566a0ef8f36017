"""Places as one number each, where they lie, and their order along the Z-order curve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely

from geo.base.grid import GRID_BITS, Floats, Ints, mercator_of, morton
from geo.bulk.synthesis.drawing import Small, choose
from geo.model import geonames
from geo.model.vocabulary import Precision
from geo.places.towns import city_radius_m

NOWHERE: Final = "nowhere"
#: How often each precision, and how many places of it a town has.
PRECISIONS: Final = (
    (Precision.VENUE, 0.30, 256),
    (Precision.STREET, 0.15, 64),
    (Precision.NEIGHBOURHOOD, 0.15, 16),
    (Precision.CITY, 0.25, 1),
    (Precision.REGION, 0.08, 1),
    (Precision.COUNTRY, 0.03, 1),
    (Precision.LINE, 0.02, 8),
    (NOWHERE, 0.02, 1),
)
CODES: Final = {name: code for code, (name, _, _) in enumerate(PRECISIONS)}
#: Precisions whose places are made up, with what they are called.
MADE_UP: Final = {
    Precision.VENUE: "Synthetic venue",
    Precision.STREET: "Synthetic street",
    Precision.NEIGHBOURHOOD: "Synthetic quarter",
    Precision.LINE: "Synthetic road",
}
#: The towns there are: GeoNames' with so many inhabitants.
_LEAST_POPULATION: Final = 15_000
_METRES_A_DEGREE: Final = 111_320.0
#: A place as one number: its town, its precision, its number in that town.
_PLACE_BITS: Final = 8
_PRECISION_BITS: Final = 3
#: Leaves eight bits of a value on the Z-order curve.
_STRETCH_SHIFT: Final = 2 * GRID_BITS - 8


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns as columns, the largest first; ``reach`` is the running share of people.

    ``head`` is, for each town, the largest town of its country.
    """

    name: tuple[str, ...]
    country: tuple[str, ...]
    lon: Floats
    lat: Floats
    radius_m: Floats
    reach: Floats
    head: Ints


@lru_cache(maxsize=1)
def synthetic_towns() -> Towns:
    """Read GeoNames' cities, the largest first."""
    listed = geonames.read_towns(_LEAST_POPULATION)
    ranked = sorted(listed, key=lambda city: (-city["population"], city["geonameid"]))
    population = np.array([city["population"] for city in ranked], np.float64)
    # Less than the people there are: else all markers stand in the megacities.
    weight = np.maximum(population, 1_000) ** 0.85
    largest: dict[str, int] = {}
    for row, city in enumerate(ranked):
        largest.setdefault(city["countrycode"], row)
    return Towns(
        name=tuple(city["name"] for city in ranked),
        country=tuple(city["countrycode"] for city in ranked),
        lon=np.array([city["longitude"] for city in ranked], np.float64),
        lat=np.array([city["latitude"] for city in ranked], np.float64),
        radius_m=np.array([city_radius_m(int(size)) for size in population]),
        reach=np.cumsum(weight / weight.sum()),
        head=np.array([largest[city["countrycode"]] for city in ranked]),
    )


def draw_places(count: int, seed: int, *, batch: int) -> tuple[Small, Small]:
    """Draw the place of every incident; return them in Z-order, with their numbers.

    Parameters
    ----------
    count, seed
        As :func:`geo.bulk.synthesis.synthesize`.
    batch
        Places drawn at a time, which is part of what the seed decides.
    """
    keys = np.empty(count, np.uint32)
    z_order = np.empty(count, np.int64)
    for number, first in enumerate(range(0, count, batch)):
        rng = np.random.default_rng([seed, 0, number])
        rows = slice(first, min(first + batch, count))
        keys[rows] = drawn = _some_places(rng, rows.stop - first)
        z_order[rows] = _z_order(drawn)
    order = _order(z_order)
    del z_order
    return keys[order], order


def _order(z_order: Ints) -> Small:
    """Return the order that sorts, equals as they stand; a stretch of values at a time.

    Sorting all at once would need three times the memory.
    """
    stretch = (z_order >> _STRETCH_SHIFT).astype(np.uint8)
    sizes = np.bincount(stretch, minlength=1 << 8)
    order = np.empty(len(z_order), np.uint32)
    done = 0
    for number in np.flatnonzero(sizes):
        rows = np.flatnonzero(stretch == number)
        rows = rows[np.argsort(z_order[rows], kind="stable")]
        order[done : done + len(rows)] = rows
        done += len(rows)
    return order


def _some_places(rng: np.random.Generator, size: int) -> Ints:
    """Draw towns by their people, precisions by their shares, and places in towns."""
    towns = synthetic_towns()
    town = np.searchsorted(towns.reach, rng.random(size), side="right")
    town = np.minimum(town, len(towns.name) - 1)
    precision = choose(rng, [share for _, share, _ in PRECISIONS], size)
    most = np.array([number for _, _, number in PRECISIONS])[precision]
    place = (most * rng.random(size) ** 2).astype(np.int64)
    town = np.where(precision == CODES[Precision.COUNTRY], towns.head[town], town)
    return key_of(town, precision, place)


def key_of(town: Ints, precision: Ints, place: Ints | int) -> Ints:
    """Return places as one number each, of :func:`parts_of`."""
    key: Ints = (town << _PRECISION_BITS | precision) << _PLACE_BITS | place
    return key


def parts_of(key: Ints | Small) -> tuple[Ints, Ints, Ints]:
    """Return town, precision and number of places."""
    key = key.astype(np.int64)
    town = key >> (_PLACE_BITS + _PRECISION_BITS)
    precision = (key >> _PLACE_BITS) & ((1 << _PRECISION_BITS) - 1)
    return town, precision, key & ((1 << _PLACE_BITS) - 1)


def _z_order(key: Ints) -> Ints:
    """Return where places stand on the Z-order curve; 0 for nowhere."""
    _, precision, _ = parts_of(key)
    _, (lon, lat) = spots_of(key)
    mx, my = mercator_of(lon, lat)
    return np.where(precision == CODES[NOWHERE], 0, morton(mx, my))


def spots_of(key: Ints | Small) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return (lon, lat) of each place, and of where its marker stands.

    The two differ for lines only, whose markers stand halfway to the town.
    """
    towns = synthetic_towns()
    town, precision, place = parts_of(key)
    apart = np.isin(precision, [CODES[name] for name in MADE_UP])
    # A made-up but fixed direction and distance for each place of each town.
    mixed = (town * 1_000_003 + precision * 10_007 + place * 101) % 65_521
    turn = mixed * (np.pi * (3 - np.sqrt(5)))
    away_m = towns.radius_m[town] * np.sqrt(mixed / 65_521) * 0.9 * apart
    lat = towns.lat[town] + away_m * np.sin(turn) / _METRES_A_DEGREE
    width = _METRES_A_DEGREE * np.cos(np.radians(np.clip(lat, -80, 80)))
    lon = towns.lon[town] + away_m * np.cos(turn) / width
    lon = np.round(np.clip(lon, -180, 180), 5)
    lat = np.round(np.clip(lat, -89, 89), 5)
    line = precision == CODES[Precision.LINE]
    middles = shapely.line_interpolate_point(
        lines_to(town[line], lon[line], lat[line]), 0.5, normalized=True
    )
    mark_lon, mark_lat = lon.copy(), lat.copy()
    mark_lon[line], mark_lat[line] = shapely.get_x(middles), shapely.get_y(middles)
    return (lon, lat), (mark_lon, mark_lat)


def lines_to(town: Ints, lon: Floats, lat: Floats) -> Any:  # noqa: ANN401 - shapely geometries
    """Return lines from towns to points, none over the antimeridian."""
    towns = synthetic_towns()
    starts = np.stack([towns.lon[town], towns.lat[town]], axis=1)
    ends = np.stack([lon, lat], axis=1)
    return shapely.linestrings(np.stack([starts, ends], axis=1))
