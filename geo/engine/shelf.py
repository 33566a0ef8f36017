"""The shelf: what lies somewhere in a view, but too vaguely for a marker in it.

Most places that are vague in a view are towns, regions and countries, which are few: a
table of their own says where they may reach and how many incidents they have. Those that
become vague only in the streets are looked for among the incidents around the view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.base.grid import GRID_BITS, Bbox, mercator, unproject
from geo.engine.answers import PLACE_COLUMNS, Condition, PlaceView, Shelved
from geo.engine.asking import where
from geo.engine.conditions import all_of, in_sight
from geo.engine.marks import marks_for
from geo.engine.store import Store
from geo.engine.totals import REACH
from geo.engine.vagueness import KEPT_BELOW, MOST_RADIUS_PX, MOST_ZOOM, reaches
from geo.model.query import Query

#: Places told of by name; of the rest, how many they are.
_MOST_NAMED: Final = 40
#: Discs that a view draws at most.
_MOST_DISCS: Final = 60
#: A disc is worth drawing while it has a quarter of the radius that is too much.
_DISC_ZOOMS: Final = 2
_REACH_COLUMNS: Final = ("west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Vague:
    """The vague places in a view: what is on the shelf, and whose discs are drawn."""

    shelf: tuple[Shelved, ...]
    further: tuple[int, int]
    discs: tuple[PlaceView, ...]

    @property
    def count(self) -> int:
        """How many incidents are on the shelf, named or not."""
        return sum(one.count for one in self.shelf) + self.further[1]


def on_shelf(store: Store, query: Query, bbox: Bbox, zoom: int) -> Condition:
    """Return the condition that an incident is on the shelf of a viewport.

    Parameters
    ----------
    store, query, bbox, zoom
        As :func:`vague_in`.
    """
    places = (*_kept(store, query, bbox, zoom), *_near(store, query, bbox, zoom))
    return _at(store, [one for one in places if one.deepest < zoom])


def _at(store: Store, places: Sequence[_VaguePlace]) -> Condition:
    """Return the condition that an incident is at one of these places."""
    if not places:
        return Condition("FALSE")
    return store.at_places([one.shelved.place for one in places])


@dataclass(frozen=True, slots=True)
class _VaguePlace:
    shelved: Shelved
    deepest: int


def vague_in(store: Store, query: Query, bbox: Bbox, zoom: int) -> Vague:
    """Return the vague places whose uncertainty reaches into a viewport.

    Parameters
    ----------
    store, query, bbox
        As :meth:`geo.engine.Engine.view`.
    zoom
        As :func:`geo.engine.viewport.markers_of`.
    """
    places = sorted(
        (*_kept(store, query, bbox, zoom), *_near(store, query, bbox, zoom)),
        key=lambda one: (-one.shelved.count, *_spot(one.shelved.place)),
    )
    shelf = [one.shelved for one in places if one.deepest < zoom]
    discs = [
        one.shelved.place
        for one in places
        if one.deepest >= zoom and not one.shelved.place.area
    ]
    rest = shelf[_MOST_NAMED:]
    return Vague(
        tuple(shelf[:_MOST_NAMED]),
        (len(rest), sum(one.count for one in rest)),
        tuple(discs[:_MOST_DISCS]),
    )


def _spot(place: PlaceView) -> tuple[float, float, int]:
    """Return what comes first of places that are otherwise alike: from west to east.

    Files of a published site have points, but no numbers of places.
    """
    return place.lon, place.lat, place.number


def _kept(store: Store, query: Query, bbox: Bbox, zoom: int) -> Iterator[_VaguePlace]:
    """Go through the places of ``incident_place`` that have what is asked for.

    Of those whose disc is drawn, the largest ones: far out there are thousands.
    """
    near = reaches(bbox, {name: name for name in _REACH_COLUMNS})
    places = (
        f"SELECT {PLACE_COLUMNS}, deepest, mix FROM incident_place WHERE {near.sql}"
    )
    sql = f"""
        {places} AND deepest < ? UNION ALL SELECT * FROM (
            {places} AND deepest >= ? AND deepest <= ? AND NOT area
            ORDER BY radius_m DESC, lon, lat, place_no LIMIT {_MOST_DISCS}
        ) AS disc
    """
    deepest = (zoom, zoom, min(zoom + _DISC_ZOOMS, KEPT_BELOW - 1))
    values = (*near.parameters, deepest[0], *near.parameters, *deepest[1:])
    rows = store.ask(sql, values)
    if query == Query(category=query.category, dates=query.dates):
        counts = {row[0]: _sum(row[-1], query.category) for row in rows}
    else:
        counts = _counted(store, query, rows)
    for row in rows:
        if counts.get(row[0]):
            yield _of_row(row, counts[row[0]])


def _counted(
    store: Store, query: Query, rows: Sequence[Sequence[Any]]
) -> dict[int, int]:
    """Return how many incidents asked for some places have, by their number."""
    there = _at(store, [_of_row(row, 0) for row in rows])
    selected = where(store, query, there)
    sql = f"""
        SELECT place_no, count(*) FROM {marks_for(store, query)} WHERE {selected.sql}
        GROUP BY place_no
    """
    return dict(store.ask(sql, selected.parameters))


def _near(store: Store, query: Query, bbox: Bbox, zoom: int) -> Iterator[_VaguePlace]:
    """Go through the finer places around a viewport that have what is asked for."""
    if zoom < KEPT_BELOW:
        return
    reach = _around(bbox, MOST_RADIUS_PX * 2 << (GRID_BITS - KEPT_BELOW - 8))
    selected = where(
        store,
        query,
        Condition(
            "deepest >= ? AND deepest <= ?",
            (KEPT_BELOW, min(zoom + _DISC_ZOOMS, MOST_ZOOM - 1)),
        ),
        in_sight(reach),
    )
    sql = f"""
        SELECT place_no, min(row_no), min(deepest), count(*)
        FROM {marks_for(store, query)} WHERE {selected.sql} GROUP BY place_no
    """
    near = {row[1]: row for row in store.ask(sql, selected.parameters)}
    if not near:
        return
    # How far a place reaches is told by one of its incidents, which are wide rows.
    these = all_of([store.numbered(list(near)), reaches(bbox, REACH)])
    sql = f"SELECT row_no, {PLACE_COLUMNS} FROM incident WHERE {these.sql}"
    for number, *place in store.ask(sql, these.parameters):
        _, _, deepest, count = near[number]
        yield _of_row((*place, deepest), count)


def _around(bbox: Bbox, reach: int) -> Bbox:
    """Return an extent widened by so many units of the grid."""
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    turn = 1 << GRID_BITS
    if (right - left) % turn + 2 * reach >= turn:
        west, east = -180.0, 180.0
    else:
        west = unproject((left - reach) % turn, 0)[0]
        east = unproject((right + reach) % turn, 0)[0]
    north = unproject(0, max(0, top - reach))[1]
    return Bbox(west, unproject(0, min(turn - 1, bottom + reach))[1], east, north)


def _of_row(row: Sequence[Any], count: int) -> _VaguePlace:
    """Return a place of a row that begins with its columns and ``deepest``."""
    return _VaguePlace(Shelved(PlaceView(*row[:8]), int(count)), int(row[8]))


def _sum(mix: str, categories: Sequence[str]) -> int:
    """Read how many incidents a place has, of the categories asked for."""
    pairs = (part.rsplit(":", 1) for part in mix.split(","))
    return sum(
        int(count)
        for category, count in pairs
        if not categories or category in categories
    )
