"""A whole place in one column: pairs, links, geometries, places on a grid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from shapely import Point

from geo.importing.degree_columns import letters_message
from geo.importing.grid_columns import grid_degrees
from geo.importing.grids import GridSpot
from geo.importing.hemispheres import Letters, axes_of
from geo.importing.map_links import ShortLinkError
from geo.importing.point_cells import Pair, Written, read_cell
from geo.importing.point_columns import (
    MOST_LAT,
    Flags,
    Numbers,
    Spots,
    chosen_language,
    filled,
    named,
    numbers_of,
    parsed,
    refuse_out_of_range,
    refuse_sentinels,
    share_within,
    signed,
)

_NUMBER: Final = r"[+-]?\d{1,3}(?:\.\d+)?(?:[eE][+-]?\d{1,2})?"
_PLAIN_PAIR: Final = rf"^[\s(]*({_NUMBER})°?(?:\s*[,;]\s*|\s+)({_NUMBER})°?[\s)]*$"
_REMEDY: Final = 'Write latitude and longitude, such as "44.81, 20.46".'
#: By whether longitude comes first.
_FIRST: Final = {True: "longitude", False: "latitude"}


def read_places(
    column: pd.Series, codes: pd.Series | None
) -> tuple[Spots, dict[int, object]]:
    """Read the places of a column that holds whole ones.

    Parameters
    ----------
    column
        Texts, or what JSON has: objects and lists.
    codes
        Countries that the records name, or None; they decide which number comes first.

    Returns
    -------
    tuple
        Points, and the lines and areas by position in the column.
    """
    spots = Spots.none_of(column.index)
    name = (str(column.name),)
    firsts, seconds, rest = _plain_pairs(column)
    cells = column.map(_key) if rest.any() else column
    known, faults = parsed(cells, rest, _read_key)
    taken: dict[Any, Written] = known
    _say_unread(spots, cells, rest, faults)
    pairs = {cell: pair for cell, pair in taken.items() if isinstance(pair, Pair)}
    listed = np.zeros(len(column), dtype=bool)
    settled = np.zeros(len(column), dtype=bool)
    if pairs:
        _place_pairs(spots, cells, pairs, codes, (firsts, seconds), listed, settled)
    for group in (False, True):
        rows = np.isfinite(firsts) & np.isfinite(seconds) & ~settled & (listed == group)
        _order(spots, firsts, seconds, rows, codes, name, is_listed=group)
    _place_grids(spots, cells, taken, rest)
    shapes: dict[int, object] = {}
    for row in np.flatnonzero(rest):
        drawn = taken.get(cells.iloc[row])
        if isinstance(drawn, Point):
            spots.lon[row], spots.lat[row] = drawn.x, drawn.y
        elif drawn is not None and not isinstance(drawn, Pair | GridSpot):
            shapes[int(row)] = drawn
    refuse_sentinels(spots, name)
    refuse_out_of_range(spots, name)
    return spots, shapes


def place_of_text(text: str) -> tuple[float, float]:
    """Return (lon, lat) of one text by itself; latitude first where nothing tells.

    Raises
    ------
    ValueError
        If it is no place on the Earth.
    """
    spots, _ = read_places(pd.Series([text], dtype=object, name="place"), None)
    if not spots.placed[0]:
        msg = spots.remarks[0].message if spots.remarks else f"{text!r} is no place"
        raise ValueError(msg.rstrip("."))
    return float(spots.lon[0]), float(spots.lat[0])


def _plain_pairs(column: pd.Series) -> tuple[Numbers, Numbers, Flags]:
    """Return pairs of plain numbers, as most tables have them, and what is left."""
    texts = column.where(column.map(lambda cell: isinstance(cell, str)), "")
    parts = texts.astype("str").str.extract(_PLAIN_PAIR)
    firsts, seconds = numbers_of(parts[0]), numbers_of(parts[1])
    return firsts, seconds, filled(column, firsts) & np.isnan(firsts)


class _Json:
    """A cell of JSON as something that can be told apart from others."""

    __slots__ = ("text", "value")

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - any JSON value
        self.value = value
        self.text = json.dumps(value, ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Json) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text[:80]


def _key(cell: Any) -> Any:  # noqa: ANN401 - any cell
    return _Json(cell) if isinstance(cell, dict | list | tuple) else cell


def _read_key(cell: Any) -> Written:  # noqa: ANN401 - any cell
    return read_cell(cell.value if isinstance(cell, _Json) else cell)


def _say_unread(
    spots: Spots, cells: pd.Series, rest: Flags, faults: dict[Any, ValueError]
) -> None:
    short = [cell for cell, why in faults.items() if isinstance(why, ShortLinkError)]
    unread = [cell for cell in faults if cell not in set(short)]
    for code, which, what, remedy in (
        (
            "place.short_link",
            short,
            "is a short link; where it leads is not in it, and no place was taken",
            "Open it and copy the long address from the browser.",
        ),
        (
            "place.unread",
            unread,
            "is no place that is understood, and none was taken",
            _REMEDY,
        ),
    ):
        if which:
            mask = cells.isin(which).to_numpy() & rest
            message = f"{cells.name!r}: {str(which[0])[:80]!r} {what}."
            spots.say(code, message, mask, (str(cell)[:80] for cell in which), remedy)


def _place_pairs(  # noqa: PLR0913, PLR0917 - arrays of one table
    spots: Spots,
    cells: pd.Series,
    pairs: dict[Any, Pair],
    codes: pd.Series | None,
    numbers: tuple[Numbers, Numbers],
    listed: Flags,
    settled: Flags,
) -> None:
    """Place pairs with letters, and put the others among the plain ones."""
    rows = np.flatnonzero(cells.isin(list(pairs)).to_numpy())
    written = [pairs[cells.iloc[row]] for row in rows]
    angles = {angle for pair in pairs.values() for angle in (pair.first, pair.second)}

    def fits(language: Letters) -> float | None:
        lon, lat = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
        for row, pair in zip(rows, written, strict=True):
            spot = _by_letters(pair, language)
            if spot:
                lon[row], lat[row] = spot
        return share_within(lon, lat, codes)

    language, is_sure = chosen_language(angles, fits=fits)
    unread = np.zeros(len(cells), dtype=bool)
    for row, pair in zip(rows, written, strict=True):
        if not (pair.first.words or pair.second.words):
            numbers[0][row], numbers[1][row] = pair.first.degrees, pair.second.degrees
            listed[row] = pair.listed
            continue
        settled[row] = True
        spot = _by_letters(pair, language)
        if spot is None:
            unread[row] = True
        else:
            spots.lon[row], spots.lat[row] = spot
    message = f"{cells.name!r}: letters beside the degrees are not understood, and no place was taken."
    spots.say("place.unread", message, unread, cells[unread], _REMEDY)
    if not is_sure:
        message = letters_message((str(cells.name),), language)
        spots.say("place.letters", message, settled & ~unread, cells[settled])


def _by_letters(pair: Pair, language: Letters) -> tuple[float, float] | None:
    """Return (lon, lat) of a pair by its letters; None where they do not tell."""
    try:
        first, first_axis = signed(pair.first, language)
        second, second_axis = signed(pair.second, language)
    except ValueError:
        return None
    if first_axis == second_axis:
        return None
    if first_axis == "lon" or second_axis == "lat":
        return first, second
    return second, first


def _order(  # noqa: PLR0913, PLR0917 - arrays of one table
    spots: Spots,
    firsts: Numbers,
    seconds: Numbers,
    rows: Flags,
    codes: pd.Series | None,
    name: Sequence[str],
    *,
    is_listed: bool,
) -> None:
    """Place pairs of numbers in the order that all of them together allow.

    Where they do not tell, the column's name may; else longitude comes first in square
    brackets, and latitude elsewhere.
    """
    if not rows.any():
        return
    axes = axes_of(name[0])
    lon_first = axes[0] == "lon" if axes else is_listed
    with np.errstate(invalid="ignore"):
        needs_lon_first = (
            rows & (np.abs(firsts) > MOST_LAT) & (np.abs(seconds) <= MOST_LAT)
        )
        needs_lat_first = (
            rows & (np.abs(seconds) > MOST_LAT) & (np.abs(firsts) <= MOST_LAT)
        )
    votes = int(needs_lon_first.sum()), int(needs_lat_first.sum())
    odd = np.zeros(len(rows), dtype=bool)
    if votes[0] != votes[1]:
        lon_first = votes[0] > votes[1]
        odd = needs_lat_first if lon_first else needs_lon_first
    else:
        a, b = np.where(rows, firsts, np.nan), np.where(rows, seconds, np.nan)
        straight, turned = share_within(b, a, codes), share_within(a, b, codes)
        if straight is not None and turned is not None and straight != turned:
            lon_first = turned > straight
        elif not axes:
            message = (
                f"{named(name)}: {_FIRST[lon_first]} was taken to come first, "
                "as no value tells."
            )
            spots.say("place.order", message, rows & ~_is_same(firsts, seconds))
    order = np.full(len(rows), lon_first) ^ odd
    spots.lon[rows] = np.where(order, firsts, seconds)[rows]
    spots.lat[rows] = np.where(order, seconds, firsts)[rows]
    message = (
        f"{named(name)}: {_FIRST[lon_first]} comes first, but not where the "
        "numbers forbid it; these were read the other way."
    )
    shown = (f"{a:g}, {b:g}" for a, b in zip(firsts[odd], seconds[odd], strict=True))
    spots.say("place.swapped", message, odd, shown, _REMEDY)


def _is_same(firsts: Numbers, seconds: Numbers) -> Flags:
    same: Flags = firsts == seconds
    return same


def _place_grids(
    spots: Spots, cells: pd.Series, taken: dict[Any, Written], rest: Flags
) -> None:
    grids = {cell: spot for cell, spot in taken.items() if isinstance(spot, GridSpot)}
    if not grids:
        return
    rows = np.flatnonzero(cells.isin(list(grids)).to_numpy() & rest)
    written = [grids[cells.iloc[row]] for row in rows]
    spots.lon[rows], spots.lat[rows] = grid_degrees(written)
    lost = np.zeros(len(cells), dtype=bool)
    lost[rows] = ~np.isfinite(spots.lon[rows])
    message = f"{cells.name!r}: a place lies outside its zone, and none was taken."
    spots.say("place.unread", message, lost, cells[lost], _REMEDY)
