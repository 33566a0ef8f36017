"""A layer as OGC API - Features asks for it: pages, and the conditions of its filters.

Conditions may be made of what only the layer knows, such as which geometries meet an
extent. What each means beside SQL is said by Part 1 of the standard (17-069r4).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date as Day  # noqa: N812 - `date` is a column here
from itertools import compress
from typing import Any, Final

import shapely

from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.base.work import check_work
from geo.engine.answers import Condition, PlaceTest
from geo.engine.asking import Ask, meeting, texts, where
from geo.engine.conditions import (
    MISSING,
    PLACED,
    all_of,
    any_of,
    from_day,
    known_number,
    meets,
    to_day,
)
from geo.engine.store import Dialect, Store
from geo.model.incident import geometry_json
from geo.model.query import Query

#: A page, and how many match in all.
Page = tuple[list[dict[str, Any]], int]
#: The condition that any incident meets.
ANY: Final = Condition("TRUE")
#: Places that a test may leave.
MOST_PLACES: Final = 300_000


class Pages:
    """Asks one layer for pages of features and of places.

    Parameters
    ----------
    store
        Where the layer is.
    ask_once
        Asks the same store, but counts the same pages only once.
    """

    def __init__(self, store: Store, ask_once: Ask) -> None:
        self._store = store
        self._ask_once = ask_once

    @property
    def dialect(self) -> Dialect:
        """How the layer's database spells what is not the same everywhere."""
        return self._store.dialect

    # --- pages ---

    def features(
        self, query: Query, condition: Condition = ANY, *, after: str = "", limit: int
    ) -> Page:
        """Return a page of features in order of id, and how many match in all.

        Parameters
        ----------
        query, condition
            Which incidents: both must hold.
        after
            The id that the page before ended with. A page that begins behind an id,
            not at a number, skips and repeats nothing when the layer is edited.
        limit
            At most so many.
        """
        selected = where(self._store, query, condition)
        table = _table_for(condition)
        sql = f"""
            SELECT row_no FROM {table} WHERE {selected.sql} AND id > ?
            ORDER BY id LIMIT {int(limit)}
        """
        rows = self._store.ask(sql, (*selected.parameters, after))
        numbers = [row[0] for row in rows]
        sql = f"SELECT count(*) FROM {table} WHERE {selected.sql}"
        matched = int(self._ask_once(sql, selected.parameters)[0][0])
        written = texts(self._store, numbers)
        return [json.loads(written[number]) for number in numbers], matched

    def places(
        self,
        query: Query,
        condition: Condition = ANY,
        *,
        after: str = "",
        limit: int,
        place_id: str | None = None,
    ) -> Page:
        """Return a page of places as features in order of id, and how many match.

        A place is what incidents share: name, precision, radius and geometry; its id
        is made of these (:func:`geo.layer.table.place_number`), so that it outlives
        edits elsewhere in the layer.

        Parameters
        ----------
        query, condition, after, limit
            As :meth:`features`; a place counts the incidents they leave.
        place_id
            Only the place of that id.
        """
        selected = where(self._store, query, PLACED, condition)
        table = _table_for(condition)
        only = "" if place_id is None else "AND place_no = ?"
        sql = f"""
            SELECT place.*, incident_shape.geometry FROM (
                SELECT place_no, min(place), min(precision), min(radius_m),
                       min(country), min(lon), min(lat), count(*)
                FROM {table} WHERE {selected.sql} AND place_no > ? {only}
                GROUP BY place_no ORDER BY place_no LIMIT {int(limit)}
            ) AS place LEFT JOIN incident_shape USING (place_no) ORDER BY place_no
        """
        numbers = [_place_of(after, otherwise=-1)]
        if place_id is not None:
            numbers.append(_place_of(place_id, otherwise=-1))
        rows = self._store.ask(sql, (*selected.parameters, *numbers))
        sql = f"SELECT count(DISTINCT place_no) FROM {table} WHERE {selected.sql}"
        matched = int(self._ask_once(sql, selected.parameters)[0][0])
        return [_place_feature(row) for row in rows], matched

    def days_changed(self, *, limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """Return the id of each incident with the day it last changed, in layer order.

        Parameters
        ----------
        limit, offset
            Which stretch of the layer. A day is ISO, empty where it is not known.
        """
        sql = f"""
            SELECT id, updated FROM incident ORDER BY row_no
            LIMIT {int(limit)} OFFSET {int(offset)}
        """
        return [(name, day) for name, day in self._store.ask(sql, ())]

    # --- conditions ---

    def in_bbox(self, bbox: Bbox) -> Condition:
        """Return the condition of the parameter ``bbox``.

        What has no place is in any extent (``/req/core/fc-bbox-response``).
        """
        return any_of([MISSING["place"], self.meeting(bbox)])

    def in_datetime(self, since: Day | None, until: Day | None) -> Condition:
        """Return the condition of the parameter ``datetime``; None is an open end.

        A date that is uncertain is in all the time that it may mean. What has no date
        is in any time (``/req/core/fc-time-response``).
        """
        ends = []
        if since is not None:
            ends.append(from_day(since))
        if until is not None:
            ends.append(to_day(until))
        return any_of([MISSING["date"], all_of(ends)])

    def of_geometry(self, geometry_type: str) -> Condition:
        """Return the condition that a feature's geometry is of a type of GeoJSON."""
        member = self.dialect.member.format("geometry", "type")
        return Condition(f"{member} = ?", (geometry_type,), reads_features=True)

    def meeting(self, bbox: Bbox) -> Condition:
        """Return the condition that an incident's geometry meets an extent.

        An incident without a geometry meets none.
        """
        return meeting(self._store, bbox)

    def places_where(
        self, tests: Sequence[PlaceTest], *, most: int = MOST_PLACES
    ) -> list[list[int]]:
        """Return for each test the numbers of the places that pass it.

        All are tried in one pass: it takes longer than a test does.

        Parameters
        ----------
        tests
            What is asked of each place.
        most
            At most so many numbers in all, which take some 100 bytes of memory each.

        Raises
        ------
        QueryError
            If there are more.
        """
        if not tests:
            return []
        selected = all_of([PLACED, _near(tests)])
        sql = f"""
            SELECT place.*, incident_shape.geometry FROM (
                SELECT place_no, min(lon) AS lon, min(lat) AS lat
                FROM incident WHERE {selected.sql} GROUP BY place_no
            ) AS place LEFT JOIN incident_shape USING (place_no)
        """
        numbers: list[list[int]] = [[] for _ in tests]
        for rows in self._store.stretches(sql, selected.parameters):
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


def _near(tests: Sequence[PlaceTest]) -> Condition:
    """Return the condition that some test may hold, by its extent."""
    extents = [test.near for test in tests]
    near = [meets(extent) for extent in extents if extent is not None]
    return any_of(near) if len(near) == len(extents) else ANY


def _table_for(condition: Condition) -> str:
    """Return the table to ask: with whole features only where they are asked for."""
    if not condition.reads_features:
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
