"""Swapped axes: places that would be where they say if latitude stood first.

The outline of a country tells it only of records that name one; here towns tell it too,
wherever in a record they are named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from geo.layer.geojson.coordinates import DEPTHS, MOST_LATITUDE, positions
from geo.layer.geojson.notes import Notes
from geo.layer.geojson.values import brief, is_number
from geo.model.folding import fold
from geo.model.geonames import country_code, read_towns

_NEAR_KM: Final = 50.0
_FAR_KM: Final = 500.0
_DEGREE_KM: Final = 111.195
_SHORT_TEXT: Final = 120
_LEAST_POPULATION: Final = 15_000
_SHORTEST_NAME: Final = 4
_MOST_NAME_WORDS: Final = 3
_COUNTRY_NAMES: Final = frozenset(
    {"country", "countrycode", "country_code", "country_name", "cc"}
    | {"iso", "iso2", "iso3", "iso_a2", "iso_a3"}
)
_LAT_NAMES: Final = frozenset({"lat", "latitude"})
_LON_NAMES: Final = frozenset({"lon", "lng", "long", "longitude"})


class _Cities(NamedTuple):
    """Cities of GeoNames, as columns of equal length, and rows by place and name."""

    lat: Any
    lon: Any
    country: Any
    names: list[list[str]]
    cells: dict[tuple[int, int], list[int]]
    by_name: dict[str, list[int]]


def note_swapped(feature: Mapping[str, Any], notes: Notes) -> None:
    """Warn where a feature seems to have latitude before longitude."""
    spot = _middle(feature["geometry"])
    if spot is None:
        return
    lon, lat = spot
    named = name_swapped(feature["properties"], lon, lat)
    if named:
        message = (
            f"longitude {lon:g}, latitude {lat:g} is far from {brief(named)}; "
            "swapped, it would be there."
        )
        remedy = "Check the order of the axes: GeoJSON has longitude first."
        notes.warn("geometry.coordinates", message, remedy)


def name_swapped(properties: Mapping[str, Any], lon: float, lat: float) -> str | None:
    """Return what properties name that a point would be at if swapped; None for nothing.

    Parameters
    ----------
    properties
        Texts of cities and countries, or latitude and longitude as numbers.
    lon, lat
        The point as it stands, in degrees.
    """
    apart_km = abs(lon - lat) * _DEGREE_KM
    if abs(lon) > MOST_LATITUDE or apart_km < _NEAR_KM:
        return None
    return _own_columns_swapped(properties, lon, lat) or (
        _named_place_swapped(properties, lon, lat) if apart_km > _FAR_KM / 2 else None
    )


def _middle(geometry: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Return the mean (lon, lat) of a geometry's positions; None without any."""
    if geometry is None:
        return None
    if geometry["type"] == "Point":
        lon, lat = geometry["coordinates"][:2]
        return lon, lat
    if geometry["type"] == "GeometryCollection":
        return _middle(geometry["geometries"][0])
    flat = list(positions(geometry["coordinates"], DEPTHS[geometry["type"]]))
    return (
        sum(spot[0] for spot in flat) / len(flat),
        sum(spot[1] for spot in flat) / len(flat),
    )


def _own_columns_swapped(
    properties: Mapping[str, Any], lon: float, lat: float
) -> str | None:
    """Return the feature's own coordinates as columns, if the geometry swaps them."""
    columns = {
        kind: value
        for name, value in properties.items()
        if (kind := _axis_of(name)) and is_number(value)
    }
    if set(columns) != {"lat", "lon"}:
        return None
    swapped = math.isclose(columns["lat"], lon, abs_tol=1e-4) and math.isclose(
        columns["lon"], lat, abs_tol=1e-4
    )
    return f"latitude {columns['lat']:g}" if swapped else None


@lru_cache(maxsize=4096)
def _axis_of(name: str) -> str:
    """Return which coordinate a column of that name holds; empty for none."""
    if name.lower() in _LAT_NAMES:
        return "lat"
    return "lon" if name.lower() in _LON_NAMES else ""


def _named_place_swapped(
    properties: Mapping[str, Any], lon: float, lat: float
) -> str | None:
    """Return the city or country a feature names that it would be at if swapped."""
    names, countries = _near(round(lon, 1), round(lat, 1))
    if not countries:
        return None
    texts = {
        name: value.strip()
        for name, value in properties.items()
        if isinstance(value, str) and 0 < len(value) <= _SHORT_TEXT
    }
    for name, text in texts.items():
        if name.lower() in _COUNTRY_NAMES:
            code = country_code(text)
            if code in countries and _is_far(code, round(lon, 1), round(lat, 1)):
                return text
        elif names:
            city = _city_in(text, names)
            if city and not _namesake_near(city, lon, lat):
                return text
    return None


def _city_in(text: str, names: frozenset[str]) -> str | None:
    """Return the name of a city that stands in a text, folded; None without any."""
    words = fold(text).split()
    if not words:
        return None
    whole = " ".join(words)
    if whole in names:
        return whole
    for size in range(_MOST_NAME_WORDS, 0, -1):
        for start in range(len(words) - size + 1):
            part = " ".join(words[start : start + size])
            if len(part) >= _SHORTEST_NAME and part in names:
                return part
    return None


@lru_cache(maxsize=1)
def _cities() -> _Cities:
    records = read_towns(_LEAST_POPULATION)
    cells: dict[tuple[int, int], list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for row, city in enumerate(records):
        cell = (math.floor(city["latitude"]), math.floor(city["longitude"]))
        cells.setdefault(cell, []).append(row)
        by_name.setdefault(fold(city["name"]), []).append(row)
    return _Cities(
        np.array([city["latitude"] for city in records]),
        np.array([city["longitude"] for city in records]),
        np.array([city["countrycode"] for city in records]),
        [[city["name"], *city["alternatenames"]] for city in records],
        cells,
        by_name,
    )


@lru_cache(maxsize=65_536)
def _near(lat: float, lon: float) -> tuple[frozenset[str], frozenset[str]]:
    """Return the folded names, and the countries, of cities within 50 km."""
    cities = _cities()
    reach = _NEAR_KM / _DEGREE_KM
    wide = min(reach / max(math.cos(math.radians(lat)), 0.01), 180)
    rows = [
        row
        for south in range(math.floor(lat - reach), math.floor(lat + reach) + 1)
        for west in range(math.floor(lon - wide), math.floor(lon + wide) + 1)
        for row in cities.cells.get((south, west), ())
    ]
    if not rows:
        return frozenset(), frozenset()
    apart_km = _apart_km(np.array(rows), lon, lat)
    close = [row for row, km in zip(rows, apart_km, strict=True) if km <= _NEAR_KM]
    names = frozenset(fold(name) for row in close for name in cities.names[row])
    return names - {""}, frozenset(str(cities.country[row]) for row in close)


@lru_cache(maxsize=4096)
def _is_far(country: str, lon: float, lat: float) -> bool:
    """Tell whether every city of a country is more than 500 km from a place."""
    rows = np.flatnonzero(_cities().country == country)
    return bool((_apart_km(rows, lon, lat) > _FAR_KM).all())


def _namesake_near(city: str, lon: float, lat: float) -> bool:
    """Tell whether a city of that name lies within 500 km of a place."""
    rows = np.array(_cities().by_name.get(city, []), dtype=int)
    return bool((_apart_km(rows, lon, lat) <= _FAR_KM).any())


def _apart_km(rows: Any, lon: float, lat: float) -> Any:  # noqa: ANN401 - scalar or array
    """Return the great-circle distance of cities from a place, in kilometres."""
    cities = _cities()
    a, b = np.radians(cities.lat[rows]), math.radians(lat)
    turn = np.radians(cities.lon[rows] - lon)
    half = np.sin((a - b) / 2) ** 2 + np.cos(a) * math.cos(b) * np.sin(turn / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(np.minimum(half, 1)))
