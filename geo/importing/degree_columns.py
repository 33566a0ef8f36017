"""Latitude and longitude in a column each."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from geo.formats.angles import Angle, read_angle
from geo.importing.grids import MERCATOR_EDGE_M, crs_degrees, mercator_degrees
from geo.importing.hemispheres import Letters
from geo.importing.point_columns import (
    MOST_LAT,
    MOST_LON,
    SENTINELS,
    Flags,
    Numbers,
    Spots,
    chosen_language,
    filled,
    first,
    named,
    numbers_of,
    parsed,
    refuse_out_of_range,
    refuse_sentinels,
    share_within,
    signed,
)

#: Numbers beyond this are no degrees, whatever was mistyped.
_NO_DEGREES: Final = 1_000.0
#: Places in whole ten-millionths of a degree, as telephones keep them.
_E7: Final = 1e7
#: Of the records, so many must have a latitude over 90 for the columns to be swapped.
_SWAPPED_SHARE: Final = 0.1
_HALF: Final = 0.5
_REMEDY: Final = "Write degrees, such as 44.81 and 20.46."


class _Axis:
    """One column: its plain numbers, and its other cells as angles."""

    def __init__(self, column: pd.Series) -> None:
        self.column = column
        self.name = str(column.name)
        self.numbers = numbers_of(column)
        self.filled = filled(column, self.numbers)
        self.numbers[~self.filled] = np.nan
        self.texts = self.filled & np.isnan(self.numbers)
        self.angles: dict[Any, Angle]
        self.angles, self.faults = parsed(column, self.texts, _angle)
        self.axis: Any = np.full(len(column), "", dtype=object)

    def settle(self, language: Letters) -> None:
        """Put the angles among the numbers, now that the language is known."""
        values: dict[Any, tuple[float, str]] = {}
        for cell, angle in self.angles.items():
            try:
                values[cell] = signed(angle, language)
            except ValueError as error:
                self.faults[cell] = error
        if values:
            cells = self.column[self.texts]
            self.numbers[self.texts] = cells.map(
                lambda cell: values.get(cell, (np.nan, ""))[0]
            ).to_numpy(float)
            self.axis[self.texts] = cells.map(
                lambda cell: values.get(cell, (np.nan, ""))[1]
            ).to_numpy(object)


def read_degrees(
    lat: pd.Series, lon: pd.Series, codes: pd.Series | None, *, crs: str = ""
) -> Spots:
    """Read latitude and longitude from a column each.

    Parameters
    ----------
    lat, lon
        Numbers or texts; same index.
    codes
        Countries that the records name, or None; they decide between languages.
    crs
        System of plain numbers; empty for degrees.

    Raises
    ------
    QueryError
        If the system is not known.
    """
    y, x = _Axis(lat), _Axis(lon)
    columns = (y.name, x.name)

    def fits(language: Letters) -> float | None:
        """Return how well a language fits, by the records with letters."""
        lats = _values(y, language)
        lons = _values(x, language)
        return share_within(lons, lats, codes)

    language, is_sure = chosen_language(
        [*y.angles.values(), *x.angles.values()],
        lat=y.angles.values(),
        lon=x.angles.values(),
        fits=fits,
    )
    y.settle(language)
    x.settle(language)
    spots = Spots(lat.index, x.numbers, y.numbers)
    _tell_angles(spots, y, x, language, is_sure=is_sure)
    half = np.isfinite(spots.lon) != np.isfinite(spots.lat)
    half &= ~(y.filled & x.filled)
    spots.say(
        "place.half",
        f"{named(columns)}: one of the two is empty, and no place was taken.",
        half,
        remedy="Fill in the other, or empty both.",
    )
    swapped = (y.axis == "lon") | (x.axis == "lat")
    same = ((y.axis == "lon") & (x.axis == "lon")) | (
        (y.axis == "lat") & (x.axis == "lat")
    )
    spots.say(
        "place.unread",
        f"{named(columns)}: both name the same axis, and no place was taken.",
        same,
        lat[same],
        _REMEDY,
    )
    spots.clear(half | same | ~spots.placed)
    _swap(spots, swapped & spots.placed, columns, "by their letters")
    if crs:
        spots.lon, spots.lat = crs_degrees(spots.lon, spots.lat, crs)
    refuse_sentinels(spots, columns)
    if not crs:
        _read_metres(spots, columns)
        _swap_columns(spots, columns)
    refuse_out_of_range(spots, columns)
    return spots


def _angle(cell: object) -> Angle:
    return read_angle(str(cell))


def _values(axis: _Axis, language: Letters) -> Numbers:
    """Return a column's numbers as a language reads it; only cells with letters."""
    numbers = np.full(len(axis.column), np.nan)

    def value(cell: object) -> float:
        try:
            return signed(axis.angles[cell], language)[0]
        except (KeyError, ValueError):
            return np.nan

    numbers[axis.texts] = axis.column[axis.texts].map(value).to_numpy(float)
    return np.where(np.isnan(numbers), axis.numbers, numbers)


def _tell_angles(
    spots: Spots, y: _Axis, x: _Axis, language: Letters, *, is_sure: bool
) -> None:
    """Say what was read as angles, what was not, and what letters were taken for."""
    for axis in (y, x):
        if axis.faults:
            unread = axis.column.isin(list(axis.faults)).to_numpy() & axis.texts
            shown = next(iter(axis.faults))
            spots.say(
                "place.unread",
                f"{axis.name!r}: {str(shown)[:80]!r} is no degrees, and no place was taken.",
                unread,
                axis.faults,
                _REMEDY,
            )
    texts = y.texts | x.texts
    texts &= spots.placed
    if texts.any():
        row = int(np.flatnonzero(texts)[0])
        shown = (
            f"{y.column.iloc[row]}; {x.column.iloc[row]} was read as "
            f"{spots.lat[row]:.6g}, {spots.lon[row]:.6g}"
        )
        message = f"{named((y.name, x.name))}: degrees were read as people write them; {shown}."
        pairs = (
            f"{a}; {b}"
            for a, b in zip(y.column[texts][:9], x.column[texts][:9], strict=True)
        )
        spots.say("place.notation", message, texts, pairs, _REMEDY)
    if not is_sure:
        lettered = texts & ((y.axis != "") | (x.axis != ""))
        spots.say(
            "place.letters", letters_message((y.name, x.name), language), lettered
        )


def letters_message(columns: tuple[str, ...], language: Letters) -> str:
    """Say how letters of the halves of the Earth were taken."""
    halves = ("north", "south", "east", "west")
    meant = ", ".join(
        f"{letter.upper()} as {half}"
        for letter, half in zip(language, halves, strict=True)
    )
    return f"{named(columns)}: letters differ between languages and were taken so: {meant}."


def _swap(spots: Spots, mask: Flags, columns: tuple[str, ...], why: str) -> None:
    shown = first(
        f"{y:g}, {x:g}"
        for x, y in zip(spots.lon[mask][:9], spots.lat[mask][:9], strict=True)
    )
    spots.lon[mask], spots.lat[mask] = spots.lat[mask], spots.lon[mask]
    spots.say(
        "place.swapped",
        f"{named(columns)} are swapped, {why}: latitude was taken for longitude.",
        mask,
        shown,
        "Change the roles of the two columns, or correct the cells.",
    )


def _swap_columns(spots: Spots, columns: tuple[str, ...]) -> None:
    """Swap whole columns if latitudes are over 90, and no longitude is."""
    y, x = np.abs(spots.lat), np.abs(spots.lon)
    with np.errstate(invalid="ignore"):
        over = (y > MOST_LAT) & (y <= MOST_LON) & (x <= MOST_LAT)
        is_right = (x > MOST_LAT) & (y <= MOST_LAT)
    placed = spots.placed
    enough = over.sum() >= max(1, _SWAPPED_SHARE * placed.sum())
    if enough and not is_right.any():
        _swap(spots, placed, columns, f"as {int(over.sum())} latitudes are over 90")


def _read_metres(spots: Spots, columns: tuple[str, ...]) -> None:
    """Read numbers that are no degrees: metres of Web Mercator, or ten-millionths."""
    x, y = np.abs(spots.lon), np.abs(spots.lat)
    placed = spots.placed
    # Of metres both are large: one alone lost its decimal point.
    large = placed & (x > _NO_DEGREES) & (y > _NO_DEGREES)
    large &= ~np.isin(x, SENTINELS) & ~np.isin(y, SENTINELS)
    if not large.any() or large.sum() < _HALF * placed.sum():
        return
    most = max(x[large].max(), y[large].max())
    if most <= MERCATOR_EDGE_M:
        lon, lat = mercator_degrees(spots.lon[large], spots.lat[large])
        what = "metres of Web Mercator"
    elif most <= MOST_LON * _E7:
        lon, lat = spots.lon[large] / _E7, spots.lat[large] / _E7
        what = "ten-millionths of a degree"
    else:
        return
    shown = first(
        f"{b:.10g}, {a:.10g}"
        for a, b in zip(spots.lon[large][:9], spots.lat[large][:9], strict=True)
    )
    spots.lon[large], spots.lat[large] = lon, lat
    spots.say(
        "place.metres",
        f"{named(columns)}: numbers too large for degrees were read as {what}.",
        large,
        shown,
        "If they are in another system, name it as the coordinate system of the table.",
    )
