"""The engine: a layer in memory, asked one parameterised SQL statement a question.

The layer is one DuckDB table sorted along a Z-order curve (Morton 1966), so that
what a screen shows lies close together. Places are integer Web Mercator columns
(EPSG:3857 scaled to ``0 .. 2**30``): a grid cell at any zoom is a shift of them, so
no geometry function is needed and the cost of a question depends on what it
shows, not on how many incidents there are. This is the only module that talks to
DuckDB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a column here
from typing import Any, Final

import duckdb
import pyarrow as pa

from geo.errors import NotFoundError
from geo.folding import fold
from geo.grid import (
    GRID_BITS,
    Cell,
    Group,
    cell_shift,
    markers_apart,
    mercator,
    z_order,
)
from geo.histogram import Bin, histogram
from geo.incident import Incident, feature_of, geometry_json
from geo.layer import Layer
from geo.query import Bbox, Dates, Query

#: Stand-ins for open ends of a date, in days from 1970-01-01.
_OPEN_PAST: Final = -(2**31) + 1
_OPEN_FUTURE: Final = 2**31 - 1
_EPOCH: Final = Day(1970, 1, 1)
#: Fields that incidents can be counted by.
FACETS: Final = ("category", "status", "precision", "country", "source")
#: Columns that a list of incidents can be ordered by.
ORDERS: Final = {
    "date": "dated DESC, earliest, latest, id",
    "title": "title, id",
    "category": "category, earliest, id",
    "place": "place, earliest, id",
    "status": "status, earliest, id",
}


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as the map draws it. ``area`` tells that it has a line or polygon."""

    number: int
    name: str
    precision: str
    radius_m: float
    country: str | None
    lon: float
    lat: float
    area: bool


@dataclass(frozen=True, slots=True)
class View:
    """What a viewport shows: the markers, their places, and the areas in sight."""

    groups: tuple[Group, ...]
    places: tuple[PlaceView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of incidents."""

    id: str
    title: str
    category: str
    kind: str
    status: str
    date: str | None
    place: str
    precision: str | None
    country: str | None
    located: bool
    earliest: Day | None
    latest: Day | None


class Engine:
    """One layer, ready to be asked.

    Safe to share between threads: each question runs on a cursor of its own.

    Parameters
    ----------
    layer
        The incidents; an empty layer answers every question with nothing.
    """

    def __init__(self, layer: Layer) -> None:
        self.version = layer.version
        self._connection = duckdb.connect(":memory:")
        _load(self._connection, layer)

    def view(self, query: Query, bbox: Bbox, zoom: int, *, most: int = 160) -> View:
        """Return what a viewport shows.

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
        where, parameters = _where(query)
        inside, corners = _inside(bbox)
        shift = cell_shift(zoom)
        while True:
            sql = f"""
                SELECT sum(x) * 1.0 / sum(n), sum(y) * 1.0 / sum(n), sum(n), min(id),
                       min(place_low), max(place_high),
                       string_agg(category || ':' || n, ','),
                       min(status_low), max(status_high), bool_and(plan),
                       min(west), min(south), max(east), max(north)
                FROM (
                  SELECT mx >> {shift} AS cx, my >> {shift} AS cy, category,
                         count(*) AS n, sum(mx) AS x, sum(my) AS y, min(id) AS id,
                         min(place_no) AS place_low, max(place_no) AS place_high,
                         min(status) AS status_low, max(status) AS status_high,
                         bool_and(kind = 'plan') AS plan,
                         min(lon) AS west, min(lat) AS south,
                         max(lon) AS east, max(lat) AS north
                  FROM incident
                  WHERE {where} AND mx IS NOT NULL AND {inside}
                  GROUP BY cx, cy, category
                ) AS cell
                GROUP BY cx, cy
                ORDER BY sum(n) DESC, min(id)
            """  # noqa: S608 - the pieces are ours; every value is a parameter
            rows = self._all(sql, [*parameters, *corners])
            groups = markers_apart(map(Cell.of_row, rows), 1.4 * (1 << shift))
            if len(groups) <= most or shift >= GRID_BITS:
                break
            shift += 1
        total = self.count(query)
        places = self._places(query, bbox, groups)
        return View(tuple(groups), places, total)

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
        where, parameters = _where(
            query, place_no=place_no, within=within, missing=missing
        )
        sql = f"SELECT count(*) FROM incident WHERE {where}"  # noqa: S608
        return int(self._all(sql, parameters)[0][0])

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
        where, parameters = _where(query)
        column = "unnest(sources)" if field == "source" else field
        sql = f"""
            SELECT value, count(*) FROM
              (SELECT {column} AS value FROM incident WHERE {where})
            WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, value
        """  # noqa: S608
        return {value: int(count) for value, count in self._all(sql, parameters)}

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
        where, parameters = _where(
            query, place_no=place_no, within=within, missing=missing
        )
        sql = f"""
            SELECT id, title, category, kind, status, date, place, precision,
                   country, mx IS NOT NULL, earliest, latest
            FROM incident WHERE {where} ORDER BY {ORDERS[order]}
            LIMIT {"ALL" if limit is None else int(limit)} OFFSET {int(offset)}
        """  # noqa: S608
        return [
            Row(*values, _day(first), _day(last))
            for *values, first, last in self._all(sql, parameters)
        ]

    def ids(self, query: Query) -> list[str]:
        """Return the ids of the incidents asked for, in layer order."""
        where, parameters = _where(query)
        sql = f"SELECT id FROM incident WHERE {where} ORDER BY row_no"  # noqa: S608
        return [row[0] for row in self._all(sql, parameters)]

    def features(self, query: Query) -> Iterator[dict[str, Any]]:
        """Go through the features of the incidents asked for, in layer order."""
        where, parameters = _where(query)
        sql = f"SELECT feature FROM incident WHERE {where} ORDER BY row_no"  # noqa: S608
        cursor = self._connection.cursor().execute(sql, parameters)
        while batch := cursor.fetchmany(1000):
            for (feature,) in batch:
                yield json.loads(feature)

    def feature(self, incident_id: str) -> dict[str, Any]:
        """Return the whole feature of one incident.

        Raises
        ------
        NotFoundError
            If there is no incident of that id.
        """
        rows = self._all("SELECT feature FROM incident WHERE id = ?", [incident_id])
        if not rows:
            msg = f"No incident is called {incident_id!r} in this layer."
            raise NotFoundError(msg)
        found: dict[str, Any] = json.loads(rows[0][0])
        return found

    def where_is(self, incident_id: str) -> PlaceView | None:
        """Return the place of an incident, or None where it has none."""
        sql = f"SELECT {_PLACE_COLUMNS} FROM incident WHERE id = ? AND mx IS NOT NULL"  # noqa: S608
        rows = self._all(sql, [incident_id])
        return PlaceView(*rows[0]) if rows else None

    def place_geometry(self, place_no: int) -> dict[str, Any]:
        """Return a place's line or polygon as GeoJSON geometry, (lon, lat).

        Raises
        ------
        NotFoundError
            If there is no such place, or it is a point.
        """
        sql = "SELECT geometry FROM shape WHERE place_no = ?"
        rows = self._all(sql, [place_no])
        if not rows:
            msg = f"No line or area has the number {place_no}."
            raise NotFoundError(msg)
        found: dict[str, Any] = json.loads(rows[0][0])
        return found

    def extent(self, query: Query) -> Bbox | None:
        """Return the smallest extent of everything placed, or None for nothing."""
        where, parameters = _where(query)
        sql = f"""
            SELECT min(west), min(south), max(east), max(north)
            FROM incident WHERE {where} AND mx IS NOT NULL
        """  # noqa: S608
        row = self._all(sql, parameters)[0]
        return None if row[0] is None else Bbox(*row)

    def histogram(self, query: Query, *, most: int = 240) -> list[Bin]:
        """Return how many incidents there may have been in each month.

        The query's own dates are left aside, so that the bars around a chosen
        span stay in sight. Years are counted where months would be more than
        *most* bars. Dates that are open at an end have no bar.
        """
        where, parameters = _where(query.undated())
        sql = f"""
            SELECT start_month, end_month, count(*) FROM
              (SELECT earliest_month AS start_month, latest_month AS end_month
               FROM incident WHERE {where} AND dated)
            GROUP BY start_month, end_month
        """  # noqa: S608
        return histogram(self._all(sql, parameters), most=most)

    def _places(
        self, query: Query, bbox: Bbox, groups: Sequence[Group]
    ) -> tuple[PlaceView, ...]:
        """Return the places that the groups stand at, and every area in sight."""
        where, parameters = _where(query)
        extent, corners = _meets(bbox)
        numbers = [group.place_no for group in groups if group.place_no is not None]
        sql = f"""
            SELECT DISTINCT {_PLACE_COLUMNS} FROM incident
            WHERE {where} AND mx IS NOT NULL AND {extent} AND area
            ORDER BY place_no LIMIT 60
        """  # noqa: S608
        areas = [PlaceView(*row) for row in self._all(sql, [*parameters, *corners])]
        sql = f"""
            SELECT DISTINCT {_PLACE_COLUMNS} FROM incident
            WHERE place_no = ANY(?) AND NOT area ORDER BY place_no
        """  # noqa: S608
        points = [PlaceView(*row) for row in self._all(sql, [numbers])]
        return (*areas, *points)

    def _all(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run one statement and return every row."""
        return self._connection.cursor().execute(sql, list(parameters)).fetchall()


_PLACE_COLUMNS: Final = "place_no, place, precision, radius_m, country, lon, lat, area"


#: What an incident can be without, as a condition.
_MISSING: Final = {
    "place": "mx IS NULL",
    "date": "NOT dated",
    "end": "dated AND (earliest_month IS NULL OR latest_month IS NULL)",
}


def _where(
    query: Query,
    *,
    place_no: int | None = None,
    within: Bbox | None = None,
    missing: str | None = None,
) -> tuple[str, list[Any]]:
    """Return the query, narrowed where asked, as a condition and its parameters."""
    narrower: list[tuple[Any, ...]] = []
    if place_no is not None:
        narrower.append(("place_no = ?", place_no))
    if within is not None:
        narrower.append(_placed(_inside(within)))
    if missing is not None:
        narrower.append((_MISSING[missing],))
    terms = [*_terms(query), *narrower]
    condition = " AND ".join(term for term, *_ in terms) or "TRUE"
    return condition, [value for _, *values in terms for value in values]


def _terms(query: Query) -> Iterator[tuple[Any, ...]]:
    """Go through the conditions of a query, each with its parameters."""
    for name in ("category", "status", "precision", "country"):
        values = getattr(query, name)
        if values:
            yield f"{name} = ANY(?)", list(values)
    if query.source:
        yield "sources && ?", list(query.source)
    yield from _when(query)
    for word in query.words:
        yield "strpos(search, ?) > 0", word
    if query.bbox:
        yield _placed(_meets(query.bbox))


def _placed(condition: tuple[str, Sequence[Any]]) -> tuple[Any, ...]:
    term, values = condition
    return (f"mx IS NOT NULL AND {term}", *values)


def _when(query: Query) -> Iterator[tuple[Any, ...]]:
    """Go through the conditions on dates, each with its parameter if it has one."""
    certain = query.dates == Dates.CERTAIN
    if query.by_date:
        yield ("dated",)
    if query.since:
        yield f"{'earliest' if certain else 'latest'} >= ?", _days(query.since)
    if query.until:
        yield f"{'latest' if certain else 'earliest'} <= ?", _days(query.until)


def _meets(bbox: Bbox) -> tuple[str, list[float]]:
    """Return the condition that an incident's extent meets *bbox*."""
    across = bbox.west > bbox.east
    lon = "(east >= ? OR west <= ?)" if across else "(east >= ? AND west <= ?)"
    return f"{lon} AND north >= ? AND south <= ?", [
        bbox.west,
        bbox.east,
        bbox.south,
        bbox.north,
    ]


def _inside(bbox: Bbox) -> tuple[str, list[int]]:
    """Return the condition that an incident's marker lies in *bbox*."""
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    across = bbox.west > bbox.east
    lon = "(mx >= ? OR mx <= ?)" if across else "mx >= ? AND mx <= ?"
    return f"{lon} AND my >= ? AND my <= ?", [left, right, top, bottom]


def _days(day: Day) -> int:
    return (day - _EPOCH).days


def _day(days: int) -> Day | None:
    """Return the day of a column's number, or None for an open end."""
    if days in {_OPEN_PAST, _OPEN_FUTURE}:
        return None
    return Day.fromordinal(_EPOCH.toordinal() + days)


def _month(day: Day | None) -> int | None:
    return None if day is None else day.year * 12 + day.month - 1


def search_text(incident: Incident) -> str:
    """Return the folded text that free-text search looks in.

    It holds title, summary, place (as named and as written) and actors.
    """
    parts = [
        incident.title,
        incident.summary,
        incident.place,
        incident.place_as_written,
        *incident.alleged_by,
        *incident.denied_by,
        *(actor.name for actor in incident.actors),
    ]
    return " ".join(fold(part) for part in parts if part)


def _load(connection: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    """Fill the tables of one layer."""
    columns: dict[str, list[Any]] = {name: [] for name, _ in _COLUMNS}
    shapes: dict[int, str] = {}
    places: dict[tuple[Any, ...], int] = {}
    for row_no, incident in enumerate(layer.incidents):
        values = _values(incident, places, shapes)
        values["row_no"] = row_no
        for name, column in columns.items():
            column.append(values[name])
    schema = pa.schema(_COLUMNS)
    table = pa.table(columns, schema=schema).take(
        pa.array(z_order(columns["mx"], columns["my"]))
    )
    connection.register("incoming", table)
    connection.execute("CREATE TABLE incident AS SELECT * FROM incoming")
    connection.unregister("incoming")
    connection.execute("CREATE TABLE shape (place_no INTEGER, geometry VARCHAR)")
    if shapes:
        connection.executemany("INSERT INTO shape VALUES (?, ?)", list(shapes.items()))


_COLUMNS: Final = [
    ("row_no", pa.int32()),
    ("id", pa.string()),
    ("title", pa.string()),
    ("category", pa.string()),
    ("kind", pa.string()),
    ("status", pa.string()),
    ("date", pa.string()),
    ("place", pa.string()),
    ("precision", pa.string()),
    ("country", pa.string()),
    ("radius_m", pa.float64()),
    ("place_no", pa.int32()),
    ("area", pa.bool_()),
    ("sources", pa.list_(pa.string())),
    ("search", pa.string()),
    ("dated", pa.bool_()),
    ("earliest", pa.int32()),
    ("latest", pa.int32()),
    ("earliest_month", pa.int32()),
    ("latest_month", pa.int32()),
    ("lon", pa.float64()),
    ("lat", pa.float64()),
    ("mx", pa.int32()),
    ("my", pa.int32()),
    ("west", pa.float64()),
    ("south", pa.float64()),
    ("east", pa.float64()),
    ("north", pa.float64()),
    ("feature", pa.string()),
]


def _values(
    incident: Incident,
    places: dict[tuple[Any, ...], int],
    shapes: dict[int, str],
) -> dict[str, Any]:
    """Return one incident's column values, noting its place and its shape."""
    located: dict[str, Any] = dict.fromkeys(
        ("lon", "lat", "mx", "my", "west", "south", "east", "north", "place_no")
    )
    located["area"] = False
    geometry = incident.geometry
    if geometry is not None and not geometry.is_empty:
        key = (incident.place, incident.precision, incident.radius_m, geometry.wkb)
        number = places.setdefault(key, len(places))
        point: Any = geometry if geometry.geom_type == "Point" else _marker(geometry)
        located["lon"], located["lat"] = point.x, point.y
        located["mx"], located["my"] = mercator(point.x, point.y)
        bounds = geometry.bounds
        located.update(zip(("west", "south", "east", "north"), bounds, strict=True))
        located["place_no"] = number
        located["area"] = geometry.geom_type != "Point"
        if located["area"]:
            shapes[number] = json.dumps(geometry_json(geometry))
    early, late = incident.date_earliest, incident.date_latest
    return {
        "id": incident.id,
        "title": incident.title,
        "category": incident.category,
        "kind": incident.kind,
        "status": incident.status,
        "date": incident.date,
        "place": incident.place,
        "precision": incident.precision,
        "country": incident.country,
        "radius_m": incident.radius_m,
        "sources": list(incident.sources),
        "search": search_text(incident),
        "dated": incident.dated,
        "earliest": _days(early) if early else _OPEN_PAST,
        "latest": _days(late) if late else _OPEN_FUTURE,
        "earliest_month": _month(early),
        "latest_month": _month(late),
        "feature": json.dumps(feature_of(incident), ensure_ascii=False),
        **located,
    }


def _marker(geometry: Any) -> Any:  # noqa: ANN401 - shapely geometries
    """Return the point that a line's or an area's marker stands at."""
    if geometry.geom_type == "LineString":
        return geometry.interpolate(0.5, normalized=True)
    return geometry.representative_point()
