"""Eastings and northings in a column each, with a zone of UTM or a system by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.grids import (
    MERCATOR_EDGE_M,
    GridSpot,
    crs_degrees,
    is_band_table,
    is_southern,
    mercator_degrees,
    read_metres,
    read_zone,
    utm_degrees,
)
from geo.importing.point_columns import (
    Flags,
    Numbers,
    Spots,
    filled,
    named,
    numbers_of,
    parsed,
    refuse_out_of_range,
    share_within,
)

_LARGEST_EASTING_M: Final = 1_000_000.0
_ZONE_NAMED: Final = re.compile(
    r"(?:utm|zone|zona|зона)\W*(\d{1,2}\s?[a-z]?)\b", re.IGNORECASE
)
_EPSG: Final = re.compile(r"EPSG\W{0,2}(\d{4,6})\b", re.IGNORECASE)
#: What columns of Web Mercator are called: programs write x and y, people eastings.
_OF_PROGRAMS: Final = re.compile(
    r"(?:^|[\W_\d])[xy](?:$|[\W_\d])|coord|mercator", re.IGNORECASE
)
#: German eastings of Gauss and Krueger begin with their zone of three degrees.
_GAUSS_KRUEGER: Final = re.compile(r"rechtswert|\bRW\b|gau(?:ß|ss)", re.IGNORECASE)
_GAUSS_KRUEGER_EPSG: Final = {2: "31466", 3: "31467", 4: "31468", 5: "31469"}
_REMEDY: Final = (
    "Write metres of UTM, with the zone in a column of its own, such as 34N."
)
_ASK: Final = "Name the coordinate system of the table, such as EPSG:32634, or add a column with the zone."


def read_grid(
    easting: pd.Series,
    northing: pd.Series,
    zone: pd.Series | None,
    codes: pd.Series | None,
    *,
    crs: str = "",
) -> Spots:
    """Read places from eastings and northings.

    Without zone and system, metres that UTM cannot have are those of Web Mercator.

    Parameters
    ----------
    easting, northing
        Metres; same index.
    zone
        Of UTM, one a record; None where the table has none.
    codes
        Countries that the records name; they tell the half of the Earth where a zone
        has no letter.
    crs
        The system, which then goes before the zone.

    Raises
    ------
    QueryError
        If the system is not known.
    """
    spots = Spots.none_of(easting.index)
    columns = (str(easting.name), str(northing.name))
    x, y = _metres(easting, spots), _metres(northing, spots)
    known = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    zones: Any = np.full(len(easting), None, dtype=object)
    stated = None if zone is not None else _zone_named(columns)
    crs = crs or (_crs_named(columns) if zone is None else "")
    if crs:
        spots.lon[known], spots.lat[known] = crs_degrees(x[known], y[known], crs)
    elif zone is not None:
        cells, faults = parsed(zone, filled(zone), read_zone)
        zones = zone.map(cells).to_numpy(object)
        message = f"{zone.name!r}: {str(next(iter(faults), ''))[:80]!r} is no zone of UTM, and no place was taken."
        unread = zone.isin(list(faults)).to_numpy() & filled(zone)
        spots.say("place.unread", message, unread, faults, _REMEDY)
        _place_zones(spots, (x, y), zones, known, codes, str(zone.name))
    elif stated:
        zones.fill(stated)
        _place_zones(spots, (x, y), zones, known, codes, named(columns))
    zoned = np.array([isinstance(part, tuple) for part in zones], dtype=bool)
    left = known & ~spots.placed & ~zoned
    if left.any() and not crs:
        _without_zone(spots, x, y, left, columns)
    refuse_out_of_range(spots, columns)
    return spots


def _crs_named(columns: Sequence[str]) -> str:
    """Return the system that the name of a column states: ``X (EPSG:25833)``."""
    for column in columns:
        if stated := _EPSG.search(column):
            return f"EPSG:{stated[1]}"
    return ""


def _zone_named(columns: Sequence[str]) -> tuple[int, str] | None:
    """Return the zone that the name of a column states: ``East (UTM 34N)``."""
    for column in columns:
        for match in _ZONE_NAMED.finditer(column.replace("_", " ")):
            try:
                return read_zone(match[1])
            except ValueError:
                continue
    return None


def grid_degrees(
    written: Sequence[GridSpot], *, southern: Sequence[bool] | None = None
) -> tuple[Numbers, Numbers]:
    """Return longitudes and latitudes of places on the grid of UTM; NaN off it.

    Parameters
    ----------
    written
        All of one table: their letters together tell whether S is a band.
    southern
        Whether each lies in the south; None for what their letters say.
    """
    bands = is_band_table(sorted({spot.letter for spot in written}))
    if southern is None:
        southern = [is_southern(spot, bands=bands) for spot in written]
    lon, lat = np.full(len(written), np.nan), np.full(len(written), np.nan)
    x = np.array([spot.easting for spot in written], dtype=float)
    y = np.array([spot.northing for spot in written], dtype=float)
    zones = np.array([spot.zone for spot in written], dtype=int)
    halves = np.array(southern, dtype=bool)
    for zone in np.unique(zones):
        for is_south in (False, True):
            rows = np.flatnonzero((zones == zone) & (halves == is_south))
            lon[rows], lat[rows] = utm_degrees(
                x[rows], y[rows], int(zone), southern=is_south
            )
    return lon, lat


def _metres(column: pd.Series, spots: Spots) -> Numbers:
    numbers = numbers_of(column)
    texts = filled(column, numbers) & np.isnan(numbers)
    values, faults = parsed(column, texts, read_metres)
    if values:
        numbers[texts] = column[texts].map(values).to_numpy(float)
    message = f"{column.name!r}: {str(next(iter(faults), ''))[:80]!r} is no metres, and no place was taken."
    unread = column.isin(list(faults)).to_numpy() & texts
    spots.say("place.unread", message, unread, faults, _REMEDY)
    return numbers


def _place_zones(  # noqa: PLR0913, PLR0917 - arrays of one table
    spots: Spots,
    metres: tuple[Numbers, Numbers],
    zones: Any,  # noqa: ANN401 - object array
    known: Flags,
    codes: pd.Series | None,
    name: str,
) -> None:
    x, y = metres
    rows = np.flatnonzero(
        known & np.array([isinstance(part, tuple) for part in zones], dtype=bool)
    )
    if not rows.size:
        return
    written = [GridSpot(float(x[row]), float(y[row]), *zones[row]) for row in rows]
    spots.lon[rows], spots.lat[rows] = grid_degrees(written)
    bare = np.array([not spot.letter for spot in written], dtype=bool)
    if bare.any():
        kept = [spot for spot, is_bare in zip(written, bare, strict=True) if is_bare]
        southern = grid_degrees(kept, southern=[True] * len(kept))
        places = rows[bare]
        named_there = None if codes is None else codes.iloc[places]
        north = share_within(spots.lon[places], spots.lat[places], named_there)
        south = share_within(*southern, named_there)
        is_south = north is not None and south is not None and south > north
        if is_south:
            spots.lon[places], spots.lat[places] = southern
        mask = np.zeros(len(x), dtype=bool)
        mask[places] = True
        half = "south" if is_south else "north"
        message = (
            f"{name!r}: zones without a letter were taken to be {half} of the equator."
        )
        if north == south or north is None:
            spots.say("place.zone_half", message, mask, remedy=_REMEDY)
    lost = np.zeros(len(x), dtype=bool)
    lost[rows] = ~np.isfinite(spots.lon[rows])
    message = f"{name!r}: a place lies outside its zone, and none was taken."
    spots.say("place.unread", message, lost, remedy=_REMEDY)


def _without_zone(
    spots: Spots, x: Numbers, y: Numbers, left: Flags, columns: Sequence[str]
) -> None:
    """Read what can only be Web Mercator; ask for the zone of the rest."""
    zones = np.unique(np.floor(x[left] / 1_000_000))
    if _GAUSS_KRUEGER.search(columns[0]) and set(zones) <= set(_GAUSS_KRUEGER_EPSG):
        _place_gauss_krueger(spots, x, y, left, columns)
        return
    within = bool((np.abs(x[left]) <= MERCATOR_EDGE_M).all())
    within &= all(map(_OF_PROGRAMS.search, columns))
    is_utm = bool(
        ((x[left] > 0) & (x[left] < _LARGEST_EASTING_M) & (y[left] >= 0)).all()
    )
    if within and not is_utm:
        spots.lon[left], spots.lat[left] = mercator_degrees(x[left], y[left])
        message = f"{named(columns)}: without a zone, they were read as metres of Web Mercator."
        spots.say("place.metres", message, left, remedy=_ASK)
        return
    message = f"{named(columns)}: the zone is not known, and no place was taken."
    shown = (f"{a:.10g}, {b:.10g}" for a, b in zip(x[left], y[left], strict=True))
    spots.say("place.zone", message, left, shown, _ASK)


def _place_gauss_krueger(
    spots: Spots, x: Numbers, y: Numbers, left: Flags, columns: Sequence[str]
) -> None:
    """Place what German surveys wrote until they changed to UTM."""
    for zone, code in _GAUSS_KRUEGER_EPSG.items():
        rows = left & (np.floor(x / 1_000_000) == zone)
        if rows.any():
            spots.lon[rows], spots.lat[rows] = crs_degrees(
                x[rows], y[rows], f"EPSG:{code}"
            )
    message = f"{named(columns)}: they were read as metres of Gauss and Krueger, by the zone that the first digit names."
    spots.say("place.metres", message, left, remedy=_ASK)
