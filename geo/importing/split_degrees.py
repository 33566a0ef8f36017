"""Degrees whose parts stand beside them: minutes, seconds, and the half of the Earth.

A table may have ``lat degrees``, ``lat minutes`` and ``N/S``, or say the half in a name:
``Longitude (W)``. Read alone, the degrees would be up to one off, or on another half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.importing.cells import distinct, line_of, rows_where
from geo.importing.hemispheres import LANGUAGES, Half, half_of
from geo.importing.point_columns import Flags, numbers_of
from geo.importing.remarks import Remark

_MINUTES: Final = re.compile(
    r"(?:^|[\W_\d])(?:min(?:ute[ns]?|utos?|uta)?|мин\w*|хв\w*|dakika|dk)(?:$|[\W_\d])",
    re.IGNORECASE,
)
_SECONDS: Final = re.compile(
    r"(?:^|[\W_\d])(?:sec(?:onds?)?|seg(?:undos?)?|sek(?:unden?|unda)?|сек\w*|saniye|sn)"
    r"(?:$|[\W_\d])",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Letters in names: O is west beside "longitud", which German does not have.
_LETTERS: Final[Mapping[str, Mapping[str, int]]] = {
    "lat": {"n": 1, "s": -1},
    "lon": {"e": 1, "w": -1},
}
_WEST_BESIDE: Final = "longitud"
_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_SIXTY: Final = 60
#: As for angles in one cell; a hundredth of a millimetre.
_DECIMALS: Final = 9
#: Halves have few spellings.
_FEW: Final = 12


class _Halves(NamedTuple):
    column: str
    signs: Mapping[str, int]


class SplitDegrees(NamedTuple):
    """A column of degrees with what stands beside it.

    Parameters
    ----------
    degrees
        The column; whole degrees where parts were put together.
    remarks
        What is to be said.
    """

    degrees: pd.Series
    remarks: tuple[Remark, ...] = ()


def join_degrees(
    frame: pd.DataFrame, lat: str, lon: str, roles: Mapping[str, str]
) -> tuple[SplitDegrees, SplitDegrees]:
    """Return latitudes and longitudes with their minutes, seconds and halves.

    Parameters
    ----------
    frame
        The table; index is the record's number.
    lat, lon
        The columns of degrees. Halves in columns count where both have one: "W" alone
        may be anything.
    roles
        Roles by column; only columns without one are looked at, from the one beside the
        degrees on. Cells with letters or a minus of their own stay as they are.
    """
    beside = {name: [*_beside(frame, name, roles)] for name in (lat, lon)}
    halves = [_halves(frame, beside[lat], "lat"), _halves(frame, beside[lon], "lon")]
    if None in halves:
        halves = [None, None]
    return (
        _joined(frame, lat, "lat", beside[lat], halves[0]),
        _joined(frame, lon, "lon", beside[lon], halves[1]),
    )


def _joined(
    frame: pd.DataFrame,
    name: str,
    axis: str,
    beside: list[str],
    halves: _Halves | None,
) -> SplitDegrees:
    """Return one column of degrees with what stands beside it."""
    column = frame[name]
    parts = _sixtieths(frame, beside)
    if parts and not _are_whole(column):
        parts = []
    of_name = _sign_in_name(name, axis) if halves is None else 1
    if not parts and halves is None and of_name == 1:
        return SplitDegrees(column)
    numbers = numbers_of(column.map(_with_point))
    size = np.abs(numbers)
    for number, part in enumerate(parts, 1):
        minutes = numbers_of(frame[part].map(_with_point))
        size += np.nan_to_num(minutes) / _SIXTY**number
    is_negative = numbers < 0
    signs: Any = 1
    if halves is not None:
        signs = [halves.signs.get(_word(cell), 1) for cell in frame[halves.column]]
    elif not is_negative.any():
        signs = of_name
    # A minus says more than what stands beside it.
    joined = np.where(is_negative, -size, size * np.asarray(signs))
    changed = np.isfinite(numbers) & (joined != numbers)
    if not changed.any():
        return SplitDegrees(column)
    whole = pd.Series(np.round(joined, _DECIMALS), index=column.index)
    degrees = column.astype(object).where(~changed, whole)
    read_with = [*parts, *([halves.column] if halves else [])]
    return SplitDegrees(degrees, (_remark(column, degrees, changed, read_with),))


def _are_whole(column: pd.Series) -> bool:
    """Tell whether all degrees are whole: fractions have no minutes beside them.

    What is called ``lat_min`` may be the least of an extent.
    """
    numbers = numbers_of(column.map(_with_point))
    known = numbers[np.isfinite(numbers)]
    return bool(known.size and (known == np.floor(known)).all())


def _with_point(cell: object) -> object:
    """Return a number with a decimal comma as one with a point; other cells as they are."""
    if isinstance(cell, str) and _COMMA.fullmatch(cell.strip()):
        return cell.replace(",", ".")
    return cell


def _word(cell: object) -> str:
    return line_of(cell).casefold().strip(". ")


def _remark(
    column: pd.Series, degrees: pd.Series, changed: Flags, beside: list[str]
) -> Remark:
    row = int(np.flatnonzero(changed)[0])
    shown = f"{column.iloc[row]} was read as {float(degrees.iloc[row]):.6g}"
    named = ", ".join(map(repr, beside))
    why = (
        f"was read together with {named}" if beside else "is south or west by its name"
    )
    message = f"{str(column.name)!r} {why}; {shown}."
    rows = rows_where(pd.Series(changed, index=column.index))
    return Remark(
        "place.parts", message, rows, remedy="Write degrees, such as 44.81 and -20.46."
    )


def _beside(frame: pd.DataFrame, name: str, roles: Mapping[str, str]) -> Iterator[str]:
    """Go through the columns after one, as far as they have no role."""
    columns = [str(column) for column in frame.columns]
    after = columns[columns.index(name) + 1 :]
    return takewhile(lambda each: roles.get(each, "own") == "own", after)


def _sixtieths(frame: pd.DataFrame, beside: list[str]) -> list[str]:
    """Return the columns of minutes and of seconds, in this order, as far as there are."""
    parts: list[str] = []
    for pattern in (_MINUTES, _SECONDS):
        part = next((each for each in beside if pattern.search(each)), None)
        if part is None:
            break
        numbers = numbers_of(frame[part].map(_with_point))
        known = numbers[np.isfinite(numbers)]
        if not known.size or known.min() < 0 or known.max() >= _SIXTY:
            break
        parts.append(part)
    return parts


def _halves(frame: pd.DataFrame, beside: list[str], axis: str) -> _Halves | None:
    """Return the first column that only has halves of the Earth on an axis."""
    for each in beside:
        if not all(isinstance(cell, str) for cell in frame[each].dropna().head(_FEW)):
            continue
        words = {word for cell in distinct(frame[each]) if (word := _word(cell))}
        if not words or len(words) > _FEW:
            continue
        signs = _signs_of(words, axis)
        if signs is not None:
            return _Halves(each, signs)
    return None


def _signs_of(words: set[str], axis: str) -> dict[str, int] | None:
    """Return the sign that each word stands for; None if they are not all halves."""
    for language in LANGUAGES:
        halves = {word: half_of((word,), language) for word in words}
        if all(_is_half(half, axis) for half in halves.values()):
            return {word: half.sign for word, half in halves.items() if half}
    return None


def _is_half(half: Half | None, axis: str) -> bool:
    return half is not None and half.axis == axis and bool(half.sign)


def _sign_in_name(name: str, axis: str) -> int:
    """Return -1 where a column's name says south or west, and nothing else; else 1."""
    known = dict(_LETTERS[axis])
    if axis == "lon" and _WEST_BESIDE in name.casefold():
        known["o"] = -1
    signs = set()
    for word in _WORD.findall(name.casefold()):
        half = half_of((word,), {})
        if _is_half(half, axis):
            signs.add(half.sign if half else 1)
        elif word in known:
            signs.add(known[word])
    return -1 if signs == {-1} else 1
