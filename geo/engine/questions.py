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
from collections.abc import Iterator, Sequence
from datetime import date as Day  # noqa: N812 - `date` is a column here
from typing import Any, Final

import shapely

from geo.base.errors import NotFoundError
from geo.base.grid import Bbox
from geo.base.work import check_work
from geo.engine.answers import (
    PLACE_COLUMNS,
    Condition,
    PlaceView,
    Row,
    View,
)
from geo.engine.asking import remembering, texts, where
from geo.engine.conditions import (
    MISSING,
    PLACED,
    all_of,
    known_number,
)
from geo.engine.duckdb_tables import store_of_layer
from geo.engine.focus import Focus, focus_of
from geo.engine.histogram import Bin, histogram
from geo.engine.lists import STRETCH, Chosen, day_of, rows_of
from geo.engine.pages import Pages
from geo.engine.shelf import vague_in
from geo.engine.sight import count_in_sight
from geo.engine.store import COLUMNS, Store
from geo.engine.totals import REACH, counts_by, number_in, table_for
from geo.engine.viewport import markers_of, shown_zoom
from geo.layer import IncidentCollection
from geo.model.incident import geometry_json
from geo.model.query import Query

#: Rows, or their numbers, in memory at a time while a layer is gone through.
_PAGE: Final = 50_000
#: Features handed on between two looks at whether they are still wanted.
_LOOK_EVERY: Final = 50
#: Statements about the whole layer whose answers are kept.
_REMEMBERED: Final = 512
#: What incidents can lack that ``incident_span`` tells of.
_LACKING: Final = ("date", "end")


class Engine:
    """One layer, ready to be asked.

    Safe to share between threads.

    Parameters
    ----------
    layer
        The incidents, or the store that has them; an empty layer answers every
        question with nothing.
    """

    def __init__(self, layer: IncidentCollection | Store) -> None:
        self._store = (
            store_of_layer(layer) if isinstance(layer, IncidentCollection) else layer
        )
        facts = self._store.facts
        self.version = facts.version
        #: The day the layer last changed, ISO; empty for an empty layer.
        self.updated = facts.updated
        #: Foreign members of the layer's file.
        self.members = dict(facts.members)
        self._ask_once = remembering(self._store, most=_REMEMBERED)
        #: The layer as OGC API - Features asks for it.
        self.pages = Pages(self._store, self._ask_once)
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
        """Return what a viewport shows: each placed incident once at most.

        A marker stands on the ground while its place is exact enough for the zoom
        (:mod:`geo.engine.vagueness`); what is vaguer is on the shelf, wherever its
        uncertainty reaches into the viewport. In a layer that has summaries, a marker at the viewport's edge stands for its
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
        shown = shown_zoom(bbox, zoom)
        groups, places = markers_of(self._store, query, bbox, shown, most=most)
        vague = vague_in(self._store, query, bbox, shown)
        for disc in vague.discs:
            places.setdefault(disc.number, disc)
        placed, unplaced = self._placed_or_not(query)
        inside = sum(group.count for group in groups) + vague.count
        return View(
            groups,
            tuple(places.values()),
            vague.shelf,
            vague.further,
            placed + unplaced,
            # A marker at the edge may stand for some that are just out of sight.
            max(0, placed - inside),
        )

    # --- how many ---

    def count(
        self,
        query: Query,
        *,
        place_no: int | None = None,
        within: Bbox | None = None,
        missing: str | None = None,
        zoom: int | None = None,
    ) -> int:
        """Return how many incidents the query asks for, placed or not.

        Parameters
        ----------
        query, place_no, within, missing, zoom
            As :meth:`rows`.
        """
        if place_no is None and within is None:
            if missing not in _LACKING:
                placed, unplaced = self._placed_or_not(query)
                return unplaced if missing else placed + unplaced
            if self._table_for(query, "incident_span") != "incident":
                selected = where(self._store, query, MISSING[missing])
                sql = f"""
                    SELECT coalesce(CAST(sum(n) AS BIGINT), 0) FROM incident_span
                    WHERE {selected.sql}
                """
                return int(self._ask_once(sql, selected.parameters)[0][0])
        chosen = Chosen(place_no, within, missing, zoom)
        source, parameters = chosen.rows(self._store, query)
        sql = f"SELECT count(*) FROM {source}"
        return int(self._ask_once(sql, parameters)[0][0])

    def _placed_or_not(self, query: Query) -> tuple[int, int]:
        """Return how many incidents have a place, and how many have none.

        Both are wanted with every view, so one statement tells them.
        """
        table = self._table_for(query, "incident_count", "incident_day")
        placed = "mx IS NOT NULL" if table == "incident" else "placed"
        selected = where(self._store, query)
        sql = f"""
            SELECT {placed}, {number_in(table)} FROM {table}
            WHERE {selected.sql} GROUP BY {placed}
        """
        numbers: dict[bool, int] = dict(self._ask_once(sql, selected.parameters))
        return int(numbers.get(True, 0)), int(numbers.get(False, 0))

    def count_in_sight(self, query: Query, bbox: Bbox, zoom: int | None = None) -> int:
        """Return how many incidents a viewport shows, WGS84 degrees.

        As :meth:`view` tells of them at a zoom, or by their marker without one. In a
        layer that has summaries, the cells at its edge count as a whole.
        """
        return count_in_sight(self._store, query, bbox, zoom)

    def counts(self, query: Query, field: str) -> dict[str, int]:
        """Return how many incidents there are by value of *field*, most first.

        Parameters
        ----------
        query
            Which incidents.
        field
            A filter that takes several values. By source, an incident counts once
            for each. What has no value counts as :data:`~geo.model.query.UNKNOWN`
            where the filter takes it.
        """
        return counts_by(self._store, self._ask_once, query, field)

    def extent(self, query: Query) -> Bbox | None:
        """Return the extent of everything placed, or None for nothing.

        A point counts with its radius of uncertainty, so that a map fitted to it
        comes no closer than the place is known.
        """
        table = self._table_for(query, "incident_count", "incident_day")
        if table == "incident":
            reach, placed = REACH, PLACED
        else:
            reach, placed = {name: name for name in REACH}, Condition("placed")
        selected = where(self._store, query, placed)
        sql = f"""
            SELECT greatest(-180, min({reach["west"]})),
                   greatest(-90, min({reach["south"]})),
                   least(180, max({reach["east"]})),
                   least(90, max({reach["north"]})), count(*)
            FROM {table} WHERE {selected.sql}
        """
        *corners, number = self._ask_once(sql, selected.parameters)[0]
        # greatest() and least() pass over NULL: nothing would be the whole world.
        return Bbox(*corners) if number else None

    def focus(self, query: Query) -> Focus | None:
        """Return where most of what is placed is, or None for nothing.

        Unlike :meth:`extent`, a few incidents far away do not stretch it.
        """
        return focus_of(self._store, query)

    def histogram(self, query: Query, *, most: int = 240) -> list[Bin]:
        """Return how many incidents there may have been in each month.

        The query's own dates are left aside, so that the bars around a chosen
        span stay in sight. Years are counted where months would be more than
        *most* bars. Dates that are open at an end have no bar.
        """
        selected = where(self._store, query.undated(), Condition("dated"))
        table = self._table_for(query.undated(), "incident_span")
        sql = f"""
            SELECT earliest_month, latest_month, {number_in(table)} FROM {table}
            WHERE {selected.sql} GROUP BY earliest_month, latest_month
        """
        return histogram(self._ask_once(sql, selected.parameters), most=most)

    def days(self, query: Query) -> tuple[Day | None, Day | None]:
        """Return the first and the last day that dated incidents may mean.

        None for an end at which some date is open, or where nothing is dated.
        """
        selected = where(self._store, query, Condition("dated"))
        table = self._table_for(query, "incident_span", "incident_day")
        sql = f"SELECT min(earliest), max(latest) FROM {table} WHERE {selected.sql}"
        first, last = self._ask_once(sql, selected.parameters)[0]
        return (None, None) if first is None else (day_of(first), day_of(last))

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
        zoom: int | None = None,
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
        zoom
            What is too vague for a marker at this zoom is in the extent where its
            uncertainty reaches into it, as :meth:`view` tells of it.
        """
        chosen = Chosen(place_no, within, missing, zoom)
        return rows_of(
            self._store, query, chosen, order=order, limit=limit, offset=offset
        )

    def ids(self, query: Query) -> list[str]:
        """Return the ids of the incidents asked for, in layer order."""
        selected = where(self._store, query)
        sql = f"SELECT id FROM incident WHERE {selected.sql} ORDER BY row_no"
        return [row[0] for row in self._store.ask(sql, selected.parameters)]

    def features(self, query: Query) -> Iterator[dict[str, Any]]:
        """Go through the features of the incidents asked for, in layer order."""
        for line in self.feature_lines(query):
            yield json.loads(line)

    def feature_lines(self, query: Query) -> Iterator[str]:
        """Go through the features asked for as text, in layer order.

        Each is the canonical GeoJSON that :func:`geo.layer.geojson.dump_geojson` writes.
        Texts are fetched in stretches, so that memory stays bounded.
        """
        selected = where(self._store, query)
        sql = f"""
            SELECT row_no FROM incident WHERE ({selected.sql}) AND row_no > ?
            ORDER BY row_no LIMIT {_PAGE}
        """
        last = -1
        while rows := self._store.ask(sql, [*selected.parameters, last]):
            numbers = [row[0] for row in rows]
            for first in range(0, len(numbers), STRETCH):
                stretch = numbers[first : first + STRETCH]
                lines = texts(self._store, stretch)
                for index, number in enumerate(stretch):
                    if index % _LOOK_EVERY == 0:
                        check_work()
                    yield lines[number]
            last = numbers[-1]

    def feature(self, incident_id: str) -> dict[str, Any]:
        """Return the whole feature of one incident.

        Raises
        ------
        NotFoundError
            If there is no incident of that id.
        """
        features = self.features_of([incident_id])
        if not features:
            msg = f"No incident is called {incident_id!r} in this layer."
            raise NotFoundError(msg)
        return features[incident_id]

    def features_of(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the whole features of some incidents by id; unknown ids are left out.

        All are asked for at once, so a list costs about as much as one incident.
        """
        selected = self._store.named(ids)
        sql = f"SELECT row_no, id FROM incident WHERE {selected.sql}"
        names = dict(self._store.ask(sql, selected.parameters))
        return {
            names[number]: json.loads(text)
            for number, text in texts(self._store, list(names)).items()
        }

    def features_of_rows(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Return the whole features of the lines of a list, in its order."""
        written = texts(self._store, [row.number for row in rows])
        return [json.loads(written[row.number]) for row in rows]

    def where_is(self, incident_id: str) -> PlaceView | None:
        """Return the place of an incident, or None where it has none."""
        selected = all_of([self._store.named([incident_id]), PLACED])
        sql = f"SELECT {PLACE_COLUMNS} FROM incident WHERE {selected.sql}"
        rows = self._store.ask(sql, selected.parameters)
        return PlaceView(*rows[0]) if rows else None

    def outlines(self, place_nos: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Return lines and polygons of places as GeoJSON geometry, (lon, lat), by number.

        In the order asked for; no number gives an empty answer.

        Raises
        ------
        NotFoundError
            If there is no such place, or it is a point.
        """
        if not place_nos:
            return {}
        places = ", ".join("?" * len(place_nos))
        sql = f"SELECT place_no, geometry FROM incident_shape WHERE place_no IN ({places})"
        shapes = dict(self._store.ask(sql, [*map(known_number, place_nos)]))
        unknown = [number for number in place_nos if number not in shapes]
        if unknown:
            msg = f"No line or area has the number {unknown[0]}."
            raise NotFoundError(msg)
        return {
            number: geometry_json(shapely.from_wkb(shapes[number])) or {}
            for number in place_nos
        }

    def columns(self, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Go through some columns of the layer's table, one row an incident.

        Parameters
        ----------
        names
            Of :data:`geo.engine.store.COLUMNS`, or ``deepest``
            (:mod:`geo.engine.vagueness`).

        Yields
        ------
        tuple
            The values of one row, in layer order; days and months are numbers, as
            :mod:`geo.layer.table` has them.
        """
        if not {*COLUMNS, "deepest"}.issuperset(names):
            msg = f"{', '.join(names)}: not all are columns of a layer's table."
            raise ValueError(msg)
        chosen = ", ".join(names)
        total = self.count(Query())
        # Page by page: whoever writes them to files takes longer than a statement may.
        for first in range(0, total, _PAGE):
            check_work()
            page = range(first, min(first + _PAGE, total))
            here = self._store.numbered(page)
            sql = f"SELECT {chosen} FROM incident WHERE {here.sql} ORDER BY row_no"
            yield from self._store.ask(sql, here.parameters)

    def _table_for(self, query: Query, *totals: str) -> str:
        return table_for(self._store.facts.rows, query, *totals)
