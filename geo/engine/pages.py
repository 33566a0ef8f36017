"""Pages of features and of places, as OGC API - Features asks for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import compress
from typing import Any

import shapely

from geo.base.errors import QueryError
from geo.base.work import check_work
from geo.engine.answers import Condition, PlaceTest
from geo.engine.asking import texts, where
from geo.engine.conditions import PLACED, joined, known_number, meets
from geo.engine.remembering import Memory
from geo.engine.store import Store
from geo.model.incident import geometry_json
from geo.model.query import Query

#: A page, and how many match in all.
Page = tuple[list[dict[str, Any]], int]


def page_of_features(  # noqa: PLR0913 - where, which, and which page
    store: Store,
    memory: Memory,
    query: Query,
    condition: Condition | None,
    *,
    after: str,
    limit: int,
) -> Page:
    """Return what :meth:`geo.engine.Engine.items` returns; *memory* counts."""
    asked = where(store, query, *([condition] if condition else []))
    source = _source(condition)
    sql = f"""
        SELECT row_no FROM {source} WHERE {asked.sql} AND id > ?
        ORDER BY id LIMIT {int(limit)}
    """  # noqa: S608
    numbers = [row[0] for row in store.ask(sql, (*asked.parameters, after))]
    sql = f"SELECT count(*) FROM {source} WHERE {asked.sql}"  # noqa: S608
    matched = int(memory.ask(sql, asked.parameters)[0][0])
    found = texts(store, numbers)
    return [json.loads(found[number]) for number in numbers], matched


def page_of_places(  # noqa: PLR0913 - likewise
    store: Store,
    memory: Memory,
    query: Query,
    condition: Condition | None,
    *,
    after: str,
    limit: int,
    place_id: str | None,
) -> Page:
    """Return what :meth:`geo.engine.Engine.place_items` returns; *memory* counts."""
    asked = where(store, query, PLACED, *([condition] if condition else []))
    source = _source(condition)
    one = "" if place_id is None else "AND place_no = ?"
    sql = f"""
        SELECT found.*, incident_shape.geometry FROM (
            SELECT place_no, min(place), min(precision), min(radius_m),
                   min(country), min(lon), min(lat), count(*)
            FROM {source} WHERE {asked.sql} AND place_no > ? {one}
            GROUP BY place_no ORDER BY place_no LIMIT {int(limit)}
        ) AS found LEFT JOIN incident_shape USING (place_no) ORDER BY place_no
    """  # noqa: S608
    extra = [_place_of(after, otherwise=-1)]
    if place_id is not None:
        extra.append(_place_of(place_id, otherwise=-1))
    rows = store.ask(sql, (*asked.parameters, *extra))
    sql = f"SELECT count(DISTINCT place_no) FROM {source} WHERE {asked.sql}"  # noqa: S608
    matched = int(memory.ask(sql, asked.parameters)[0][0])
    return [_place_feature(row) for row in rows], matched


def numbers_where(
    store: Store, tests: Sequence[PlaceTest], *, most: int
) -> list[list[int]]:
    """Return what :meth:`geo.engine.Engine.places_where` returns, in one pass."""
    asked = joined([PLACED, *_near(tests)])
    sql = f"""
        SELECT found.*, incident_shape.geometry FROM (
            SELECT place_no, min(lon) AS lon, min(lat) AS lat
            FROM incident WHERE {asked.sql} GROUP BY place_no
        ) AS found LEFT JOIN incident_shape USING (place_no)
    """  # noqa: S608
    numbers: list[list[int]] = [[] for _ in tests]
    for rows in store.stretches(sql, asked.parameters):
        places, lons, lats, written = zip(*rows, strict=True)
        shapes = shapely.points(lons, lats)
        areas = [index for index, shape in enumerate(written) if shape is not None]
        shapes[areas] = shapely.from_wkb([written[index] for index in areas])
        for held, test in zip(numbers, tests, strict=True):
            check_work()
            held.extend(compress(places, test.holds(shapes)))
        if sum(map(len, numbers)) > most:
            message = (
                f"has areas in which more than {most} places of this layer lie. "
                "Ask for smaller ones, or with a BBOX."
            )
            raise QueryError("filter", message)
    return [sorted(held) for held in numbers]


def _near(tests: Sequence[PlaceTest]) -> list[Condition]:
    """Return the condition that some test may hold; none where one may anywhere."""
    boxes = [test.near for test in tests]
    near = [meets(box) for box in boxes if box is not None]
    if len(near) < len(boxes):
        return []
    sql = " OR ".join(f"({condition.sql})" for condition in near)
    values = tuple(value for condition in near for value in condition.parameters)
    return [Condition(f"({sql})", values)]


def _source(condition: Condition | None) -> str:
    """Return the table to ask: with whole features only where they are asked for."""
    if condition is None or not condition.reads_features:
        return "incident"
    return "(SELECT * FROM incident JOIN incident_text USING (row_no)) AS whole"


def _place_of(place_id: str, *, otherwise: int) -> int:
    """Return the number in a place's id, ``p`` and 13 hexadecimal digits."""
    digits = place_id[1:]
    if place_id[:1] != "p" or not digits.isalnum() or not digits.isascii():
        return otherwise
    try:
        return known_number(int(digits, 16))
    except ValueError:
        return otherwise


def _place_feature(row: Sequence[Any]) -> dict[str, Any]:
    """Return a place as a GeoJSON Feature."""
    number, name, precision, radius_m, country, lon, lat, count, geometry = row
    point = {"type": "Point", "coordinates": [lon, lat]}
    shape = None if geometry is None else geometry_json(shapely.from_wkb(geometry))
    return {
        "type": "Feature",
        "id": f"p{number:013x}",
        "geometry": shape or point,
        "properties": {
            "name": name,
            "country": country,
            "precision": precision,
            "radius_m": radius_m,
            "incidents": int(count),
        },
    }
