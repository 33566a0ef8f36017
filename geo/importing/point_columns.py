"""Columns of places, each read by one kind of notation into arrays of degrees.

:mod:`geo.importing.points` chooses among them. Everything works on whole columns;
only texts that are no plain numbers are parsed, each distinct one once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.formats.angles import Angle
from geo.formats.coordinates import is_empty
from geo.importing.cells import text_of
from geo.importing.hemispheres import (
    LANGUAGES,
    Letters,
    half_of,
    languages_of,
    letters_of,
)
from geo.importing.outside import lies_within
from geo.importing.remarks import Remark

Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

MOST_LAT: Final = 90.0
MOST_LON: Final = 180.0
_MOST_EXAMPLES: Final = 3
#: What people write for no place when they must write a number.
SENTINELS: Final = (9.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0)
#: Those of them that no coordinate can be.
_IMPOSSIBLE: Final = (999.0, 9999.0, 99999.0, 999999.0)
_SAMPLE: Final = 5_000


@dataclass(slots=True)
class Spots:
    """Places of a table while they are read.

    Parameters
    ----------
    index
        Of the table: the numbers of its records.
    lon, lat
        Degrees, NaN where there is none yet; shape (n,).
    remarks
        What was noticed.
    """

    index: pd.Index
    lon: Numbers
    lat: Numbers
    remarks: list[Remark] = field(default_factory=list)

    @classmethod
    def none_of(cls, index: pd.Index) -> Spots:
        """Return as many unknown places."""
        return cls(index, np.full(len(index), np.nan), np.full(len(index), np.nan))

    @property
    def placed(self) -> Flags:
        """Which of them are known."""
        known: Flags = np.isfinite(self.lon) & np.isfinite(self.lat)
        return known

    def say(
        self,
        code: str,
        message: str,
        mask: Flags,
        examples: Iterable[object] = (),
        remedy: str = "",
    ) -> None:
        """Add a remark on the records of a mask, if there are any."""
        if mask.any():
            rows = tuple(self.index[mask].tolist())
            self.remarks.append(Remark(code, message, rows, first(examples), remedy))

    def clear(self, mask: Flags) -> None:
        """Make places unknown."""
        self.lon[mask] = np.nan
        self.lat[mask] = np.nan


def first(values: Iterable[object]) -> tuple[str, ...]:
    """Return the first three distinct values, as text."""
    distinct: dict[str, None] = {}
    for value in values:
        distinct.setdefault(str(value).strip())
        if len(distinct) == _MOST_EXAMPLES:
            break
    return tuple(distinct)


def filled(column: pd.Series, numbers: Numbers | None = None) -> Flags:
    """Tell which cells hold something, and not what people write for nothing.

    Parameters
    ----------
    column
        Any cells.
    numbers
        Its plain numbers, which need not be looked at again.
    """
    present: Flags = column.notna().to_numpy().copy()
    if column.dtype.kind in "iufb":
        return present
    rest = present if numbers is None else present & np.isnan(numbers)
    cells = column[rest].map(_hashable)
    nothing = [cell for cell in pd.unique(cells) if is_empty(cell)]
    if nothing:
        present[np.flatnonzero(rest)[cells.isin(nothing).to_numpy()]] = False
    return present


def numbers_of(column: pd.Series) -> Numbers:
    """Return a column's plain numbers, NaN for everything else."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def parsed(
    column: pd.Series, mask: Flags, read: Callable[[Any], Any]
) -> tuple[dict[Any, Any], dict[Any, ValueError]]:
    """Read each distinct cell of a mask once: what was read, and what was not."""
    known: dict[Any, Any] = {}
    faults: dict[Any, ValueError] = {}
    for cell in pd.unique(column[mask]):
        try:
            known[cell] = read(cell)
        except ValueError as error:
            faults[cell] = error
    return known, faults


def _hashable(cell: Any) -> Any:  # noqa: ANN401 - any cell
    return text_of(cell) if isinstance(cell, dict | list) else cell


# --- letters of the halves of the Earth ------------------------------------------


def chosen_language(
    angles: Collection[Angle],
    *,
    lat: Collection[Angle] = (),
    lon: Collection[Angle] = (),
    fits: Callable[[Letters], float | None],
) -> tuple[Letters, bool]:
    """Choose the language whose letters a table writes, and tell whether it is sure.

    Parameters
    ----------
    angles
        All that it writes.
    lat, lon
        Those in a column of latitudes, and of longitudes.
    fits
        Returns which share of the places lies in the countries that their records
        name, if read in a language; None where no record names one.
    """
    letters = _letters(angles)
    languages = languages_of(letters, lat=_letters(lat), lon=_letters(lon))
    if not languages:
        return LANGUAGES[0], True
    if len(languages) == 1:
        return languages[0], True
    shares = [fits(language) for language in languages]
    known = [share for share in shares if share is not None]
    if known and max(known) > 0 and known.count(max(known)) == 1:
        return languages[shares.index(max(known))], True
    return languages[0], False


def _letters(angles: Iterable[Angle]) -> set[str]:
    return {letter for angle in angles for letter in letters_of(angle.words)}


def signed(angle: Angle, language: Letters) -> tuple[float, str]:
    """Return an angle's degrees with the sign of its letter, and the axis it names.

    Raises
    ------
    ValueError
        If its letter is not understood, or contradicts its sign.
    """
    if not angle.words:
        return angle.degrees, ""
    half = half_of(angle.words, language)
    if half is None:
        msg = f"{' '.join(angle.words)!r} is no half of the Earth"
        raise ValueError(msg)
    if not half.sign:
        return angle.degrees, half.axis
    if angle.signed and angle.degrees * half.sign < 0 and half.sign > 0:
        msg = "its sign and its letter contradict each other"
        raise ValueError(msg)
    return abs(angle.degrees) * half.sign, half.axis


# --- what a whole table says -------------------------------------------------------


def share_within(lon: Numbers, lat: Numbers, codes: pd.Series | None) -> float | None:
    """Return which share of places lies in the country that their record names.

    Of many, only the first thousands are looked at. None where none names a country.
    """
    if codes is None:
        return None
    known = np.flatnonzero(
        np.isfinite(lon) & np.isfinite(lat) & codes.notna().to_numpy()
    )[:_SAMPLE]
    if not known.size:
        return None
    listed, names = pd.factorize(codes.iloc[known])
    within = np.zeros(known.size, dtype=bool)
    for position, name in enumerate(names):
        rows = listed == position
        spots = known[rows]
        # Two numbers outside the Earth lie nowhere.
        within[rows] = lies_within(lon[spots], lat[spots], str(name)) & (
            np.abs(lat[spots]) <= MOST_LAT
        )
    return float(within.mean())


def refuse_sentinels(spots: Spots, columns: Sequence[str]) -> None:
    """Take away places that only stand for none: 0 0, -9 -9, -99 -99, 9999."""
    lon, lat = np.abs(spots.lon), np.abs(spots.lat)
    mask = (lon == 0) & (lat == 0)
    mask |= (spots.lon == spots.lat) & np.isin(lon, SENTINELS)
    mask |= np.isin(lon, _IMPOSSIBLE) | np.isin(lat, (99.0, *_IMPOSSIBLE))
    mask &= spots.placed
    shown = first(
        f"{y:g}, {x:g}"
        for x, y in zip(
            spots.lon[mask][:_SAMPLE], spots.lat[mask][:_SAMPLE], strict=True
        )
    )
    spots.say(
        "place.sentinel",
        f"{named(columns)}: {' and '.join(shown)} stands for no place, and none was taken.",
        mask,
        shown,
        "Empty the cells if the place is not known.",
    )
    spots.clear(mask)


def refuse_out_of_range(spots: Spots, columns: Sequence[str]) -> None:
    """Take away places that are not on the Earth; 180 to 360 east is counted on."""
    with np.errstate(invalid="ignore"):
        mask = spots.placed & (
            (np.abs(spots.lat) > MOST_LAT) | (np.abs(spots.lon) > MOST_LON)
        )
    shown = first(
        f"{y:.10g}, {x:.10g}"
        for x, y in zip(
            spots.lon[mask][:_SAMPLE], spots.lat[mask][:_SAMPLE], strict=True
        )
    )
    spots.say(
        "place.out_of_range",
        f"{named(columns)}: latitude {shown[0].replace(', ', ', longitude ') if shown else ''} "
        "is not on the Earth, and no place was taken.",
        mask,
        shown,
        "Latitude is from -90 to 90, longitude from -180 to 180: correct the cells.",
    )
    spots.clear(mask)


def named(columns: Sequence[str]) -> str:
    """Write columns for a message."""
    return " and ".join(map(repr, columns))
