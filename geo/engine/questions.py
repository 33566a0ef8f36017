"""The engine: a layer asked one parameterised SQL statement a question.

Rows are sorted along a Z-order curve (Morton 1966), so that what a screen shows lies
close together. Places are integer Web Mercator columns (EPSG:3857 scaled to
``0 .. 2**30``): a grid cell at any zoom is a shift of them, so no geometry function is
needed, and the cost of a question depends on what it shows, not on how many incidents
there are. The same statements are asked of DuckDB and of PostgreSQL; which it is, and
whether in memory, on disk or over GeoParquet, is the store's affair.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date as Day  # noqa: N812 - `date` is a column here
from datetime import timedelta
from typing import Any, Final

import shapely

from geo.engine import cells
from geo.engine.answers import FACETS, ORDERS, Condition, PlaceView, Row, View
from geo.engine.conditions import (
    MISSING,
    PLACED,
    asked,
    inside,
    joined,
    known_number,
    meets,
    numbered_place,
)
from geo.engine.duckdb_store import store_of_layer
from geo.engine.remembering import Memory
from geo.engine.store import Store
from geo.engine.totals import COUNTED, REACH, SPANNED, are_kept, knows
from geo.errors import NotFoundError
from geo.grid import (
    GRID_BITS,
    Cell,
    Group,
    cell_shift,
    coarser_cells,
    markers_apart,
    mercator,
)
from geo.histogram import Bin, histogram
from geo.incident import geometry_json
from geo.layer import Layer
from geo.layer_table import EPOCH, OPEN_FUTURE, OPEN_PAST
from geo.query import Bbox, Query

#: Incidents whose texts are in memory at a time while a layer is gone through.
_STRETCH: Final = 2_000
#: Row numbers in memory at a time while a layer is gone through.
_PAGE: Final = 50_000
#: Areas that a view draws at most.
_MOST_AREAS: Final = 60
#: An area is drawn if it is at least so many pixels wide or high.
_LEAST_AREA_PX: Final = 3
#: More cells than this for each marker wanted are sure to be too many.
_CELLS_A_MARKER: Final = 8
#: A viewport has at most 2**8 cells across, 8192 pixels: no screen is wider.
_MOST_ACROSS_BITS: Final = 8
#: Marks that stand this many cell widths apart do not touch.
_APART: Final = 1.4
#: Statements about the whole layer whose answers are kept.
_REMEMBERED: Final = 512
_TILE_PX: Final = 256
_PLACE_COLUMNS: Final = "place_no, place, precision, radius_m, country, lon, lat, area"
_CELL_COLUMNS: Final = (
    "n, x, y, first_no, place_low, place_high, mix, status_low, status_high, plan, "
    "x_low, y_low, x_high, y_high"
)
#: How many, where rows are incidents, and where they are totals.
_NUMBER: Final = {False: "count(*)", True: "CAST(sum(n) AS BIGINT)"}
#: Which totals tell how many lack something, and how.
_TOTALS: Final[dict[str | None, tuple[str, Condition]]] = {
    None: ("incident_count", Condition("TRUE")),
    "place": ("incident_count", Condition("NOT placed")),
    "date": ("incident_span", MISSING["date"]),
    "end": ("incident_span", MISSING["end"]),
}
_KNOWN: Final = {"incident_count": COUNTED, "incident_span": SPANNED}


class Engine:
    """One layer, ready to be asked.

    Safe to share between threads.

    Parameters
    ----------
    layer
        The incidents, or the store that has them; an empty layer answers every
        question with nothing.
    """

    def __init__(self, layer: Layer | Store) -> None:
        self._store = store_of_layer(layer) if isinstance(layer, Layer) else layer
        facts = self._store.facts
        self.version = facts.version
        #: The day the layer last changed, ISO; empty for an empty layer.
        self.updated = facts.updated
        #: Foreign members of the layer's file.
        self.members = dict(facts.members)
        self._cell_shifts = facts.cell_shifts
        self._totals = are_kept(facts.rows)
        self._memory = Memory(self._store.ask, most=_REMEMBERED)
        # Whoever still asks keeps the engine; the last one gone, its store is closed.
        weakref.finalize(self, self._store.close)

    def is_current(self) -> bool:
        """Tell whether a database still has the layer that this engine knows.

        Raises
        ------
        EngineAwayError
            If the database does not answer.
        """
        return self._store.current_version() == self._store.facts.version

    # --- what the map shows ---

    def view(self, query: Query, bbox: Bbox, zoom: int, *, most: int = 160) -> View:
        """Return what a viewport shows.

        In a layer that has summaries, a marker at the viewport's edge stands for its
        whole cell, also for what lies outside of sight.

        Parameters
        ----------
        query
            Which incidents.
        bbox
            The viewport, WGS84 degrees.
        zoom
            Web map zoom level, 0 to 22; decides how finely markers are apart.
        most
            At most so many markers; the grid is made coarser until they fit.
        """
        shift = max(cell_shift(zoom), _span(bbox).bit_length() - _MOST_ACROSS_BITS)
        found = self._cells(query, bbox, shift)
        while True:
            if len(found) <= _CELLS_A_MARKER * most or shift >= GRID_BITS:
                groups = markers_apart(found, _APART * (1 << shift))
                if len(groups) <= most or shift >= GRID_BITS:
                    break
            shift += 1
            found = coarser_cells(found, shift)
        if self._cell_shifts:
            groups = [group for group in groups if _in_sight(group, bbox)]
        known = self._firsts(groups)
        shown = tuple(_told(group, known) for group in groups)
        places = {
            place.number: place for place in self._areas_in_sight(query, bbox, zoom)
        }
        for group in shown:
            if group.place_no is not None:
                places[group.place_no] = PlaceView(*known[group.first_no][1:])
        return View(shown, tuple(places.values()), self.count(query))

    def _cells(self, query: Query, bbox: Bbox, shift: int) -> list[Cell]:
        """Return what each grid cell in a viewport holds, the fullest first."""
        kept = max((one for one in self._cell_shifts if one <= shift), default=None)
        whole = shift if self._cell_shifts else 0
        if kept is not None and query == Query(
            category=query.category, dates=query.dates
        ):
            sight = inside(bbox, shift=whole, of=("cx", "cy"), cells=kept)
            where = joined([*asked(query, self._store.holding), sight])
            parts = cells.of_cells(kept, shift, where.sql)
        else:
            where = self._where(query, inside(bbox, shift=whole))
            parts = cells.of_incidents(shift, where.sql)
        sql = f"SELECT {_CELL_COLUMNS} FROM ({cells.by_cell(parts)}) AS cell"  # noqa: S608
        found = [Cell.of_row(row) for row in self._store.ask(sql, where.parameters)]
        return sorted(found, key=lambda cell: (-cell.count, cell.first_no))

    def _firsts(self, groups: Iterable[Group]) -> dict[int, tuple[Any, ...]]:
        """Return id and place of an incident of each group that has one place."""
        numbers = [group.first_no for group in groups if group.place_no is not None]
        if not numbers:
            return {}
        where = self._store.numbered(numbers)
        sql = f"SELECT row_no, id, {_PLACE_COLUMNS} FROM incident WHERE {where.sql}"  # noqa: S608
        return {row[0]: row[1:] for row in self._store.ask(sql, where.parameters)}

    def _areas_in_sight(
        self, query: Query, bbox: Bbox, zoom: int
    ) -> Iterator[PlaceView]:
        """Go through the lines and areas in a viewport, the largest first."""
        where = self._where(query, meets(bbox))
        degrees = _LEAST_AREA_PX * 360 / (_TILE_PX << zoom)
        sql = f"""
            SELECT place_no, min(place), min(precision), min(radius_m), min(country),
                   min(lon), min(lat), bool_and(area)
            FROM incident_area
            WHERE {where.sql} AND (east - west >= ? OR north - south >= ?)
            GROUP BY place_no
            ORDER BY max(east - west + north - south) DESC, place_no
            LIMIT {_MOST_AREAS}
        """  # noqa: S608
        for row in self._store.ask(sql, (*where.parameters, degrees, degrees)):
            yield PlaceView(*row)

    # --- how many ---

    def count(
        self,
        query: Query,
        *,
        place_no: int | None = None,
        within: Bbox | None = None,
        missing: str | None = None,
    ) -> int:
        """Return how many incidents the query asks for, placed or not.

        Parameters
        ----------
        query, place_no, within, missing
            As :meth:`rows`.
        """
        where = self._where(query, *_narrower(place_no, within, missing))
        sql = f"SELECT count(*) FROM incident WHERE {where.sql}"  # noqa: S608
        if place_no is None and within is None:
            table, further = _TOTALS[missing]
            if self._has_total(table, query):
                where = self._where(query, further)
                sql = f"SELECT coalesce(CAST(sum(n) AS BIGINT), 0) FROM {table} WHERE {where.sql}"  # noqa: S608
        return int(self._memory.ask(sql, where.parameters)[0][0])

    def counts(self, query: Query, field: str) -> dict[str, int]:
        """Return how many incidents there are by value of *field*, most first.

        Parameters
        ----------
        query
            Which incidents.
        field
            One of :data:`FACETS`. By source, an incident counts once for each.
        """
        if field not in FACETS:
            msg = f"cannot count by {field!r}; fields are {', '.join(FACETS)}."
            raise NotFoundError(msg)
        where = self._where(query)
        column = "cited" if field == "source" else field
        total = self._has_total("incident_count", query)
        table = "incident_count" if total else "incident"
        sql = f"""
            SELECT {column}, {_NUMBER[total]} FROM {table}
            WHERE {where.sql} AND {column} IS NOT NULL GROUP BY {column}
        """  # noqa: S608
        found: dict[str, int] = {}
        for written, number in self._memory.ask(sql, where.parameters):
            values = written.strip("|").split("|") if field == "source" else [written]
            for value in filter(None, values):
                found[value] = found.get(value, 0) + int(number)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def extent(self, query: Query) -> Bbox | None:
        """Return the extent of everything placed, or None for nothing.

        A point counts with its radius of uncertainty, so that a map fitted to it
        comes no closer than the place is known.
        """
        if self._has_total("incident_count", query):
            where = self._where(query, Condition("placed"))
            reach, table = {name: name for name in REACH}, "incident_count"
        else:
            where = self._where(query, PLACED)
            reach, table = REACH, "incident"
        sql = f"""
            SELECT greatest(-180, min({reach["west"]})),
                   greatest(-90, min({reach["south"]})),
                   least(180, max({reach["east"]})),
                   least(90, max({reach["north"]})), count(*)
            FROM {table} WHERE {where.sql}
        """  # noqa: S608
        *corners, placed = self._memory.ask(sql, where.parameters)[0]
        # greatest() and least() pass over NULL: nothing would be the whole world.
        return Bbox(*corners) if placed else None

    def histogram(self, query: Query, *, most: int = 240) -> list[Bin]:
        """Return how many incidents there may have been in each month.

        The query's own dates are left aside, so that the bars around a chosen
        span stay in sight. Years are counted where months would be more than
        *most* bars. Dates that are open at an end have no bar.
        """
        where = self._where(query.undated(), Condition("dated"))
        total = self._has_total("incident_span", query.undated())
        table = "incident_span" if total else "incident"
        sql = f"""
            SELECT earliest_month, latest_month, {_NUMBER[total]} FROM {table}
            WHERE {where.sql} GROUP BY earliest_month, latest_month
        """  # noqa: S608
        return histogram(self._memory.ask(sql, where.parameters), most=most)

    def days(self, query: Query) -> tuple[Day | None, Day | None]:
        """Return the first and the last day that dated incidents may mean.

        None for an end at which some date is open, or where nothing is dated.
        """
        where = self._where(query, Condition("dated"))
        total = self._has_total("incident_span", query)
        table = "incident_span" if total else "incident"
        sql = f"SELECT min(earliest), max(latest) FROM {table} WHERE {where.sql}"  # noqa: S608
        first, last = self._memory.ask(sql, where.parameters)[0]
        return (None, None) if first is None else (_day(first), _day(last))

    # --- lists and records ---

    def rows(  # noqa: PLR0913 - a page of a list has these and no more
        self,
        query: Query,
        *,
        order: str = "date",
        limit: int | None = None,
        offset: int = 0,
        place_no: int | None = None,
        within: Bbox | None = None,
        missing: str | None = None,
    ) -> list[Row]:
        """Return incidents as lines of a list.

        Parameters
        ----------
        query
            Which incidents.
        order
            One of :data:`ORDERS`; incidents without a value come last.
        limit, offset
            Which stretch of the list.
        place_no
            Only the incidents of this place.
        within
            Only the incidents whose marker lies in this extent.
        missing
            ``"place"`` or ``"date"``: only incidents without one; ``"end"``: only
            those whose date is open at an end.
        """
        where = self._where(query, *_narrower(place_no, within, missing))
        # First which, by few columns; then what is told of those.
        sql = f"""
            SELECT row_no FROM incident WHERE {where.sql} ORDER BY {ORDERS[order]}
            LIMIT {"ALL" if limit is None else int(limit)} OFFSET {int(offset)}
        """  # noqa: S608
        numbers = [row[0] for row in self._store.ask(sql, where.parameters)]
        told: dict[int, Row] = {}
        for stretch in _stretches(numbers):
            these = self._store.numbered(stretch)
            sql = f"""
                SELECT row_no, id, title, category, kind, status, date, place,
                       precision, country, mx IS NOT NULL, earliest, latest
                FROM incident WHERE {these.sql}
            """  # noqa: S608
            for number, *row in self._store.ask(sql, these.parameters):
                told[number] = _row(row)
        return [told[number] for number in numbers]

    def ids(self, query: Query) -> list[str]:
        """Return the ids of the incidents asked for, in layer order."""
        where = self._where(query)
        sql = f"SELECT id FROM incident WHERE {where.sql} ORDER BY row_no"  # noqa: S608
        return [row[0] for row in self._store.ask(sql, where.parameters)]

    def features(self, query: Query) -> Iterator[dict[str, Any]]:
        """Go through the features of the incidents asked for, in layer order."""
        for line in self.feature_lines(query):
            yield json.loads(line)

    def feature_lines(self, query: Query) -> Iterator[str]:
        """Go through the features asked for as text, in layer order.

        Each is the canonical GeoJSON that :func:`geo.geojson.dump_geojson` writes.
        Texts are fetched in stretches, so that memory stays bounded.
        """
        where = self._where(query)
        sql = f"""
            SELECT row_no FROM incident WHERE ({where.sql}) AND row_no > ?
            ORDER BY row_no LIMIT {_PAGE}
        """  # noqa: S608
        last = -1
        while rows := self._store.ask(sql, [*where.parameters, last]):
            numbers = [row[0] for row in rows]
            for first in range(0, len(numbers), _STRETCH):
                stretch = numbers[first : first + _STRETCH]
                texts = self._texts(stretch)
                yield from (texts[number] for number in stretch)
            last = numbers[-1]

    def feature(self, incident_id: str) -> dict[str, Any]:
        """Return the whole feature of one incident.

        Raises
        ------
        NotFoundError
            If there is no incident of that id.
        """
        where = self._store.named(incident_id)
        sql = f"SELECT row_no FROM incident WHERE {where.sql}"  # noqa: S608
        rows = self._store.ask(sql, where.parameters)
        if not rows:
            msg = f"No incident is called {incident_id!r} in this layer."
            raise NotFoundError(msg)
        (number,) = rows[0]
        found: dict[str, Any] = json.loads(self._texts([number])[number])
        return found

    def where_is(self, incident_id: str) -> PlaceView | None:
        """Return the place of an incident, or None where it has none."""
        where = joined([self._store.named(incident_id), PLACED])
        sql = f"SELECT {_PLACE_COLUMNS} FROM incident WHERE {where.sql}"  # noqa: S608
        rows = self._store.ask(sql, where.parameters)
        return PlaceView(*rows[0]) if rows else None

    def place_geometry(self, place_no: int) -> dict[str, Any]:
        """Return a place's line or polygon as GeoJSON geometry, (lon, lat).

        Raises
        ------
        NotFoundError
            If there is no such place, or it is a point.
        """
        sql = "SELECT geometry FROM incident_shape WHERE place_no = ?"
        rows = self._store.ask(sql, (known_number(place_no),))
        if not rows:
            msg = f"No line or area has the number {place_no}."
            raise NotFoundError(msg)
        found = geometry_json(shapely.from_wkb(rows[0][0]))
        return found or {}

    # --- asked by geo.ogc: pages of features, places as features ---

    def items(
        self,
        query: Query,
        *,
        condition: Condition | None = None,
        after: str = "",
        limit: int,
    ) -> tuple[list[dict[str, Any]], int]:
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
        where = self._where(query, *([condition] if condition else []))
        source = _source(condition)
        sql = f"""
            SELECT row_no FROM {source} WHERE {where.sql} AND id > ?
            ORDER BY id LIMIT {int(limit)}
        """  # noqa: S608
        numbers = [row[0] for row in self._store.ask(sql, (*where.parameters, after))]
        sql = f"SELECT count(*) FROM {source} WHERE {where.sql}"  # noqa: S608
        matched = int(self._memory.ask(sql, where.parameters)[0][0])
        texts = self._texts(numbers)
        return [json.loads(texts[number]) for number in numbers], matched

    def place_items(
        self,
        query: Query,
        *,
        condition: Condition | None = None,
        after: str = "",
        limit: int,
        place_id: str | None = None,
    ) -> tuple[list[dict[str, Any]], int]:
        """Return a page of places as features in order of id, and how many match.

        A place is what incidents share: name, precision, radius and geometry; its id
        is made of these (:func:`geo.layer_table.place_number`), so that it outlives
        edits elsewhere in the layer.

        Parameters
        ----------
        query, condition, after, limit
            As :meth:`items`; a place counts the incidents they leave.
        place_id
            Only the place of that id.
        """
        where = self._where(query, PLACED, *([condition] if condition else []))
        source = _source(condition)
        one = "" if place_id is None else "AND place_no = ?"
        sql = f"""
            SELECT found.*, incident_shape.geometry FROM (
                SELECT place_no, min(place), min(precision), min(radius_m),
                       min(country), min(lon), min(lat), count(*)
                FROM {source} WHERE {where.sql} AND place_no > ? {one}
                GROUP BY place_no ORDER BY place_no LIMIT {int(limit)}
            ) AS found LEFT JOIN incident_shape USING (place_no) ORDER BY place_no
        """  # noqa: S608
        extra = [_place_of(after, otherwise=-1)]
        if place_id is not None:
            extra.append(_place_of(place_id, otherwise=-1))
        rows = self._store.ask(sql, (*where.parameters, *extra))
        sql = f"SELECT count(DISTINCT place_no) FROM {source} WHERE {where.sql}"  # noqa: S608
        matched = int(self._memory.ask(sql, where.parameters)[0][0])
        return [_place_feature(row) for row in rows], matched

    def places_where(
        self,
        holds: Callable[[Any], Any],
        *,
        near: Bbox | None = None,
        areas_only: bool = False,
    ) -> list[int]:
        """Return the numbers of the places whose geometry passes a test.

        Parameters
        ----------
        holds
            Takes an array of shapely geometries, (lon, lat), and returns an array of
            truth values, as shapely's predicates do.
        near
            Only places whose extent meets this one are tested at all.
        areas_only
            Only lines and areas are tested.
        """
        where = joined([PLACED, *([meets(near)] if near else [])])
        source = "incident_area" if areas_only else "incident"
        sql = f"""
            SELECT found.*, incident_shape.geometry FROM (
                SELECT place_no, min(lon) AS lon, min(lat) AS lat
                FROM {source} WHERE {where.sql} GROUP BY place_no
            ) AS found LEFT JOIN incident_shape USING (place_no) ORDER BY place_no
        """  # noqa: S608
        rows = self._store.ask(sql, where.parameters)
        if not rows:
            return []
        found = shapely.points([row[1:3] for row in rows])
        for index, row in enumerate(rows):
            if row[3] is not None:
                found[index] = shapely.from_wkb(row[3])
        return [row[0] for row, good in zip(rows, holds(found), strict=True) if good]

    # --- pieces ---

    def _has_total(self, table: str, query: Query) -> bool:
        """Tell whether a table of totals knows all that a query filters by."""
        return self._totals and knows(_KNOWN[table], query)

    def _where(self, query: Query, *further: Condition) -> Condition:
        """Return a query and further conditions as one condition."""
        return joined([*asked(query, self._store.holding), *further])

    def _texts(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return the features of these rows as text, by their number."""
        where = self._store.numbered(numbers)
        sql = f"SELECT row_no, feature FROM incident_text WHERE {where.sql}"  # noqa: S608
        return dict(self._store.ask(sql, where.parameters)) if numbers else {}


def _stretches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a list of rows into pieces that fit into memory with their texts."""
    for first in range(0, len(numbers), _STRETCH):
        yield numbers[first : first + _STRETCH]


def _narrower(
    place_no: int | None, within: Bbox | None, missing: str | None
) -> Iterator[Condition]:
    """Go through the conditions that narrow a list."""
    if place_no is not None:
        yield numbered_place(place_no)
    if within is not None:
        yield PLACED
        yield inside(within)
    if missing is not None:
        yield MISSING[missing]


def _source(condition: Condition | None) -> str:
    """Return the table to ask: with whole features only where they are asked for."""
    if condition is None or "feature" not in condition.sql:
        return "incident"
    return "(SELECT * FROM incident JOIN incident_text USING (row_no)) AS whole"


def _span(bbox: Bbox) -> int:
    """Return how wide or high an extent is on the grid, whichever is more."""
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    return max((right - left) % (1 << GRID_BITS), bottom - top)


def _in_sight(group: Group, bbox: Bbox) -> bool:
    """Tell whether the extent of a group's markers meets a viewport."""
    west, south, east, north = group.extent
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    # Compared on the grid, where the group's extent was whole numbers.
    x_low, y_low = mercator(west, north)
    x_high, y_high = mercator(east, south)
    if bbox.west > bbox.east:
        meets_lon = x_high + 1 >= left or x_low - 1 <= right
    else:
        meets_lon = x_high + 1 >= left and x_low - 1 <= right
    return meets_lon and y_high + 1 >= top and y_low - 1 <= bottom


def _told(group: Group, known: dict[int, tuple[Any, ...]]) -> Group:
    """Return a group with the id of its incident, if it is only one."""
    if group.count > 1:
        return group
    return replace(group, incident_id=known[group.first_no][0])


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


def _row(row: Sequence[Any]) -> Row:
    values = dict(zip(Row.__slots__, row, strict=True))
    values["earliest"] = _day(values["earliest"])
    values["latest"] = _day(values["latest"])
    return Row(**values)


def _day(days: int) -> Day | None:
    """Return the day of a column's number, or None for an open end."""
    if days in {OPEN_PAST, OPEN_FUTURE}:
        return None
    return EPOCH + timedelta(days=days)
