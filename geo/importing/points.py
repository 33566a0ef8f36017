"""Points of a whole table, from whatever its columns write them in.

::

    points                      chooses the columns, and puts what they say together
    ├── split_degrees           minutes, seconds and halves in columns beside degrees
    ├── degree_columns          latitude and longitude in a column each
    ├── place_columns           a whole place in one column
    ├── grid_columns            easting, northing and zone
    └── point_columns           what all of them need: letters, sentinels, ranges

Read is what people write (:mod:`geo.formats.angles`, :mod:`geo.importing.point_cells`).
What a cell alone cannot tell, its column decides: which comes first, what O means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.importing.countries import read_countries
from geo.importing.degree_columns import read_degrees
from geo.importing.grid_columns import read_grid
from geo.importing.outside import coordinates_of
from geo.importing.place_columns import read_places
from geo.importing.point_columns import (
    Spots,
    refuse_out_of_range,
    refuse_sentinels,
)
from geo.importing.remarks import Remark
from geo.importing.split_degrees import join_degrees

#: Roles of columns that say where a record is.
POINT_ROLES: Final = ("lat", "lon", "point", "easting", "northing", "zone")


@dataclass(frozen=True, slots=True)
class PointsRead:
    """Points of a table.

    Parameters
    ----------
    points
        shapely geometries, WGS84, (lon, lat), None where there is none; object,
        index of the table. Points, but for lines and areas that a cell draws.
    columns
        The columns that gave them, in the order of the table.
    remarks
        What was refused, assumed or changed.
    """

    points: pd.Series
    columns: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def read_points(
    frame: pd.DataFrame, roles: Mapping[str, str], *, crs: str = ""
) -> PointsRead:
    """Read where the records of a table are.

    Of several kinds of columns, those with latitude and longitude count first, then a
    whole place in one column, then eastings and northings; where one has nothing for
    a record, the next is asked.

    Parameters
    ----------
    frame
        The table; index is the record's number. An empty one gives no points.
    roles
        Roles by column: ``lat``, ``lon``, ``point``, ``easting``, ``northing``,
        ``zone``; ``country`` helps to decide what the numbers alone do not.
    crs
        System of eastings and northings, or of the numbers in ``lon`` and ``lat``, such
        as ``EPSG:27700``; empty for UTM by zone, and for degrees.

    Raises
    ------
    QueryError
        If the system is not known.
    """
    columns = {
        role: column
        for column, role in reversed(list(roles.items()))
        if role in (*POINT_ROLES, "country") and column in frame.columns
    }
    codes = None
    if "country" in columns:
        codes = read_countries(frame[columns["country"]]).codes
    shapes: dict[int, object] = {}
    spots = Spots.none_of(frame.index)
    used: set[str] = set()
    if {"lat", "lon"} <= set(columns):
        pair = (columns["lat"], columns["lon"])
        lat, lon = join_degrees(frame, *pair, roles)
        read = read_degrees(lat.degrees, lon.degrees, codes, crs=crs)
        read.remarks[:0] = [*lat.remarks, *lon.remarks]
        _take(spots, read, used, pair)
    if "point" in columns and not spots.placed.all():
        name = columns["point"]
        read, shapes = read_places(frame[name], codes)
        shapes = {row: shape for row, shape in shapes.items() if not spots.placed[row]}
        _take(spots, read, used, (name,), drawn=bool(shapes))
    if {"easting", "northing"} <= set(columns) and not spots.placed.all():
        parts = [columns[role] for role in ("easting", "northing")]
        zone = columns.get("zone")
        read = read_grid(
            frame[parts[0]],
            frame[parts[1]],
            frame[zone] if zone else None,
            codes,
            crs=crs,
        )
        _take(spots, read, used, (*parts, *([zone] if zone else [])))
    points = np.full(len(frame), None, dtype=object)
    placed = spots.placed
    points[placed] = shapely.points(spots.lon[placed], spots.lat[placed])
    for row, shape in shapes.items():
        points[row] = shape
    remarks = _still_true(spots, shapes)
    return PointsRead(
        pd.Series(points, index=frame.index, dtype=object, name="geometry"),
        tuple(column for column in frame.columns if column in used),
        remarks,
    )


def check_points(points: pd.Series, column: str = "geometry") -> PointsRead:
    """Check points that a file has as geometries: none at 0, 0 or off the Earth.

    A collection of shapes, which no record has, becomes one shape that holds them all.

    Parameters
    ----------
    points
        Geometries, (lon, lat), WGS84, or None; index is the record's number.
    column
        What to call them in remarks.
    """
    single, remarks = _single(points, column)
    lon, lat = coordinates_of(single)
    spots = Spots(single.index, lon, lat)
    before = spots.placed
    refuse_sentinels(spots, (column,))
    refuse_out_of_range(spots, (column,))
    checked = single.copy()
    checked[before & ~spots.placed] = None
    return PointsRead(checked, (), (*remarks, *spots.remarks))


def _single(points: pd.Series, column: str) -> tuple[pd.Series, tuple[Remark, ...]]:
    """Return geometries of which none has only one part, or parts of several kinds."""
    shapes = points.to_numpy(dtype=object)
    kinds = shapely.get_type_id(shapes)
    alone = (kinds >= shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    single = points.copy()
    single[alone] = shapely.get_geometry(shapes[alone], 0)
    kinds = shapely.get_type_id(single.to_numpy(dtype=object))
    rows = points.index[kinds == shapely.GeometryType.GEOMETRYCOLLECTION]
    if not len(rows):
        return single, ()
    for row in rows:
        joined = shapely.union_all([points[row]])
        if joined.geom_type == "GeometryCollection":
            joined = joined.convex_hull
        single[row] = None if joined.is_empty else joined
    message = (
        f"{column!r}: collections of shapes became one shape, mostly the outline around "
        "them."
    )
    remark = Remark("place.collection", message, tuple(map(int, rows)))
    return single, (remark,)


def _take(
    spots: Spots,
    read: Spots,
    used: set[str],
    columns: tuple[str, ...],
    *,
    drawn: bool = False,
) -> None:
    """Put places that were read where there are none yet."""
    new = read.placed & ~spots.placed
    spots.lon[new], spots.lat[new] = read.lon[new], read.lat[new]
    spots.remarks += read.remarks
    if new.any() or drawn:
        used.update(columns)


#: Remarks that say that a record has no place: untrue if another column gave one.
_LACKING: Final = frozenset(
    {"place.unread", "place.half", "place.short_link", "place.zone"}
    | {"place.sentinel", "place.out_of_range"}
)


def _still_true(spots: Spots, shapes: Mapping[int, object]) -> tuple[Remark, ...]:
    placed = spots.placed
    placed[list(shapes)] = True
    known = set(spots.index[placed].tolist())
    return tuple(
        remark
        for remark in spots.remarks
        if remark.code not in _LACKING or not known.issuperset(remark.rows)
    )
