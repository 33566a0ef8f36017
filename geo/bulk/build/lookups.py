"""Looks up each distinct date and place once, in Python.

What a date may mean and which place a name stands for cannot be said in SQL. So the
engines collect the distinct dates and names of a dump, these functions answer for
each, and the answers are joined back: the same rows from every engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
from shapely import to_wkb

from geo.model.dates import Bounds, DateFormatError, bounds
from geo.model.vocabulary import Precision
from geo.places.gazetteer import Gazetteer, Place
from geo.places.towns import Town, city_radius_m, towns_of_all

DATES: Final = pa.schema(
    [
        ("date", pa.string()),
        ("earliest", pa.date32()),
        ("latest", pa.date32()),
    ]
)
PLACES: Final = pa.schema(
    [
        ("place_key", pa.string()),
        ("country_key", pa.string()),
        ("found_place", pa.string()),
        ("found_country", pa.string()),
        ("found_lon", pa.float64()),
        ("found_lat", pa.float64()),
        ("found_shape", pa.binary()),
        ("found_precision", pa.string()),
        ("found_radius_m", pa.float64()),
        ("found_note", pa.string()),
    ]
)


def date_table(texts: Iterable[str]) -> pa.Table:
    """Return :data:`DATES`: what each text means; nothing for what is no date.

    Parameters
    ----------
    texts
        Distinct texts; none gives an empty table.
    """
    rows = []
    for text in sorted(texts):
        try:
            days = bounds(text)
        except DateFormatError:
            days = Bounds(None, None)  # the check of the incident says why
        rows.append((text, days.earliest, days.latest))
    return _table(rows, DATES)


def place_table(names: Iterable[tuple[str, str]], gazetteer: Gazetteer) -> pa.Table:
    """Return :data:`PLACES`: where each name is; names not found are left out.

    The curated gazetteer comes first, then GeoNames' towns. A name without a
    country stands for its only curated place, or for the most populous town; then
    the note says so.

    Parameters
    ----------
    names
        Distinct pairs of a place's name and its country, "" where not given.
    gazetteer
        The curated places.
    """
    in_order = sorted(names)
    curated = {
        (name, country): places[0]
        for name, country in in_order
        if len(places := gazetteer.find(name, country or None)) == 1
    }
    towns = towns_of_all(
        [
            (name, country or None)
            for name, country in in_order
            if (name, country) not in curated
        ]
    )
    rows = []
    for name, country in in_order:
        if (name, country) in curated:
            rows.append((name, country, *_curated(curated[name, country], country)))
        elif namesakes := towns.get((name, country or None)):
            rows.append((name, country, *_town(namesakes, country)))
    return _table(rows, PLACES)


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table([list(column) for column in columns], schema=schema)


def _curated(place: Place, country: str) -> tuple[Any, ...]:
    spot = place.spot
    note = (
        ""
        if country
        else "The dump names no country; the gazetteer has one such place."
    )
    shape = None if place.geometry.geom_type == "Point" else to_wkb(place.geometry)
    return (
        place.name,
        place.country,
        spot.x,
        spot.y,
        shape,
        place.precision,
        float(place.radius_m),
        note,
    )


def _town(namesakes: list[Town], country: str) -> tuple[Any, ...]:
    town = namesakes[0]
    note = ""
    if len(namesakes) > 1:
        where = "there" if country else "in the world"
        note = f"The most populous of {len(namesakes)} towns of that name {where}."
    elif not country:
        note = "The dump names no country; one town has that name."
    return (
        town.name,
        town.country,
        town.lon,
        town.lat,
        None,
        str(Precision.CITY),
        city_radius_m(town.population),
        note,
    )
