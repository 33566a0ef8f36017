"""Names on the ground: countries where they have room, towns by their importance.

Countries are Natural Earth's, with our corrections (:mod:`geo.model.naturalearth`),
towns GeoNames' (https://www.geonames.org, CC BY 4.0). Which of those that a zoom may
show have room beside one another and beside the markers is decided in the browser,
the heavier one first.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import shapely
from shapely import Point

from geo.base.grid import GRID, WORLD_PX, polygons, projected, unproject
from geo.ground.drawn import Drawn
from geo.model import geonames
from geo.model.naturalearth import Country, countries

#: Which of GeoNames' lists: places with so many people, and seats of administration.
_LEAST_POPULATION: Final = 1000
#: Capitals count as many times their population.
_CAPITAL_WEIGHT: Final = 8
#: A place with fewer names in other languages counts less. GeoNames also lists the
#: districts of cities, some with more people than their city (Mariupol's), but
#: little named elsewhere; the list does not say which places are districts.
_NAMES_OF_A_KNOWN_PLACE: Final = 20
_LEAST_KNOWN: Final = 0.1
#: The least weight that is named from a zoom of the map on; first for capitals.
_CAPITALS_FROM: Final = ((3.0, 12_000_000), (4.0, 4_000_000))
_TOWNS_FROM: Final = (
    (5.0, 500_000),
    (6.0, 100_000),
    (7.0, 30_000),
    (8.0, 10_000),
    (9.0, 2_000),
    (10.0, 400),
    (11.0, 0),
)
#: Weights are told in steps, so that a tile has few different ones: ten to a power.
_STEPS: Final = 10
#: A country's room is measured in an ellipse this many times wider than high, and
#: its name may stick out of it by so much.
_ROOM_RATIO: Final = 2.5
_STICKING_OUT: Final = 1.6
#: Height and mean width of a letter as the browser draws countries, pixels.
_LINE_PX: Final = 14.0
_LETTER_PX: Final = 8.0
_LONGEST_LINE: Final = 14
_COUNTRIES_FROM: Final = 1.0
#: Names that no list writes out.
_WRITTEN_OUT: Final = {
    "N. Cyprus": "Northern Cyprus",
    "Indian Ocean Ter.": "Indian Ocean Territories",
}
#: Outlines as fine as this tell where a country has room.
_TOLERANCE_PX: Final = 0.4 / 2**5


def names() -> Iterator[Drawn]:
    """Yield the names of countries and of towns, the most important first.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    yield from country_names()
    yield from town_names(geonames.read_towns(_LEAST_POPULATION))


def country_names() -> Iterator[Drawn]:
    """Yield countries' names at the middle of where each has most room."""
    full_names = {
        f"{entry['isonumeric']:03d}": str(entry["name"])
        for entry in geonames.country_records().values()
    }
    for country in countries("50m"):
        name = country.name
        if "." in name:  # Natural Earth abbreviates; there is room to be clear.
            name = full_names.get(country.iso_numeric or "", name)
        name = _WRITTEN_OUT.get(name, name)
        yield _country(country, name)


def _country(country: Country, name: str) -> Drawn:
    largest = max(polygons(projected(country.geometry)), key=lambda part: part.area)
    # Names are wider than high, so room is looked for in a country squeezed sideways.
    outline = shapely.simplify(largest, _TOLERANCE_PX)
    squeezed = shapely.transform(outline, lambda points: points / [_ROOM_RATIO, 1])
    radius = shapely.maximum_inscribed_circle(squeezed, tolerance=0.01)
    x_px, y_px = radius.coords[0]
    scale = GRID / WORLD_PX
    free_px = radius.length * _STICKING_OUT
    lines = 1 if len(name) <= _LONGEST_LINE or " " not in name else 2
    needed_px = max(
        len(name) / lines * _LETTER_PX / 2 / _ROOM_RATIO, lines * _LINE_PX / 2
    )
    from_zoom = max(_COUNTRIES_FROM, math.log2(needed_px / free_px))
    return Drawn(
        "names",
        Point(*unproject(x_px * _ROOM_RATIO * scale, y_px * scale)),
        from_zoom=from_zoom,
        properties={
            "name": name,
            "kind": "country",
            "from": round(from_zoom, 1),
            "weight": round(_STEPS * math.log2(max(radius.length, 2**-20)) + 200),
        },
    )


def town_names(towns: Iterable[geonames.TownRecord]) -> Iterator[Drawn]:
    """Yield towns' names at their points, the heaviest first."""
    listed = list(towns)
    capitals = _capital_ids(geonames.country_records().values(), listed)
    weighed = [
        (_weight(town, capital=town["geonameid"] in capitals), town) for town in listed
    ]
    weighed.sort(key=lambda pair: (-pair[0], pair[1]["name"], pair[1]["geonameid"]))
    for weight, town in weighed:
        capital = town["geonameid"] in capitals
        from_zoom = _first_zoom(weight, capital=capital)
        yield Drawn(
            "names",
            Point(town["longitude"], town["latitude"]),
            from_zoom=from_zoom,
            properties={
                "name": town["name"],
                "kind": "capital" if capital else "town",
                "from": from_zoom,
                "weight": round(_STEPS * math.log10(max(weight, 1.0))),
            },
        )


def _first_zoom(weight: float, *, capital: bool) -> float:
    steps = (*_CAPITALS_FROM, *_TOWNS_FROM) if capital else _TOWNS_FROM
    return min(zoom for zoom, least in steps if weight >= least)


def _weight(town: geonames.TownRecord, *, capital: bool) -> float:
    population = float(town["population"])
    if capital:
        return population * _CAPITAL_WEIGHT
    known = (len(town["alternatenames"]) + 1) / _NAMES_OF_A_KNOWN_PLACE
    return population * min(1.0, max(_LEAST_KNOWN, known))


def _capital_ids(
    listed: Iterable[Mapping[str, Any]], towns: Collection[geonames.TownRecord]
) -> set[int]:
    """Return the ids of the capitals.

    GeoNames names a country's capital in plain letters and under the name of its
    day: the place called so, else the largest that is also called so.
    """
    capitals = {entry["iso"]: entry["capital"].strip() for entry in listed}
    best: dict[str, tuple[bool, int, int]] = {}
    for town in towns:
        code = town["countrycode"]
        capital = capitals.get(code)
        called_so = town["name"] == capital
        if capital and (called_so or capital in town["alternatenames"]):
            rank = (called_so, town["population"], town["geonameid"])
            best[code] = max(best.get(code, rank), rank)
    return {geonameid for _, _, geonameid in best.values()}
