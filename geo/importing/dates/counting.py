"""Dates as bare numbers: time since 1970, or the day numbers of Excel."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.importing.dates.plain import read_digits
from geo.importing.dates.style import Compact, DateStyle, Unit
from geo.importing.dates.times import moved_days

_NUMBER: Final = r"^(?:/Date\()?[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?:\)/)?$"
_DATE_WRAP: Final = r"^/Date\(|\)/$"
#: The coarsest first: a number is taken for as late a moment as it can be.
_PER_SECOND: Final[dict[Unit, float]] = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
_SECONDS_A_DAY: Final = 86_400
#: Nine digits: seconds from 1973 on. Shorter numbers are rather something else.
_LEAST_EPOCH: Final = 1e8
_EXCEL_BEGINS: Final = date(1899, 12, 30)
#: Excel's numbers of five digits begin in 1927; of four they would be years.
_LEAST_SERIAL: Final = 10_000
_YEARS_AHEAD: Final = 10
_EARLIEST: Final = date(1900, 1, 1)
_EPOCH: Final = date(1970, 1, 1)
_MOSTLY: Final = 0.9


def numbers_of(texts: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the number that each text is, NaN for other texts."""
    whole = pa.array(texts, pa.string())
    mask = np.asarray(pc.match_substring_regex(whole, _NUMBER), dtype=bool)
    numbers = np.full(len(texts), np.nan)
    if mask.any():
        bare = pc.replace_substring_regex(whole.filter(pa.array(mask)), _DATE_WRAP, "")
        numbers[mask] = np.asarray(bare.to_pandas(), dtype=object).astype(np.float64)
    return numbers


def unit_of(
    numbers: NDArray[np.float64],
    counts: NDArray[np.intp],
    compact: NDArray[np.bool_],
    today: date,
) -> Unit:
    """Return what the bare numbers of a column count, by all of them.

    Parameters
    ----------
    numbers
        Of the distinct values; NaN for what is no number.
    counts
        Rows of each.
    compact
        Which of them are dates in bare digits, such as 20160131.
    today
        Epochs may lie a few years after it.
    """
    size = np.abs(numbers)
    is_epoch = (size >= _LEAST_EPOCH) & ~compact & ~_are_last_days(numbers)
    latest = (today - _EPOCH).days + 366 * _YEARS_AHEAD
    earliest = (_EARLIEST - _EPOCH).days
    if is_epoch.any():
        fits: dict[Unit, int] = {}
        for unit, per_second in _PER_SECOND.items():
            days = numbers / per_second / _SECONDS_A_DAY
            fits[unit] = int(
                counts[is_epoch & (days >= earliest) & (days <= latest)].sum()
            )
        best = max(fits, key=lambda unit: fits[unit])
        if fits[best] >= _MOSTLY * counts[is_epoch].sum():
            return best
    last_serial = (today - _EXCEL_BEGINS).days + 366 * _YEARS_AHEAD
    is_serial = (numbers >= _LEAST_SERIAL) & (numbers <= last_serial)
    is_five = (size >= _LEAST_SERIAL) & (size < 10 * _LEAST_SERIAL)
    if is_serial.any() and counts[is_serial].sum() >= _MOSTLY * counts[is_five].sum():
        return "excel"
    return ""


def _are_last_days(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which numbers are the end of the year 9999, which stands for no end."""
    days = numbers[:, None] / list(_PER_SECOND.values()) / _SECONDS_A_DAY
    last = (date.max - _EPOCH).days
    return np.asarray(((days >= last - 1) & (days <= last + 1)).any(axis=1), dtype=bool)


def counted_numbers(
    numbers: NDArray[np.float64], texts: NDArray[np.object_], style: DateStyle
) -> NDArray[np.bool_]:
    """Return which numbers count the unit of the column rather than are a date."""
    size = np.abs(numbers)
    if style.unit == "excel":
        last = (style.today - _EXCEL_BEGINS).days + 366 * _YEARS_AHEAD
        return np.asarray((numbers >= _LEAST_SERIAL) & (numbers <= last), dtype=bool)
    if not style.unit:
        return np.zeros(len(numbers), dtype=bool)
    lengths = np.array([len(text) for text in texts])
    whole = numbers == np.floor(numbers)
    is_day = (lengths == 8) & whole & (numbers > 0) & bool(style.compact[1])  # noqa: PLR2004 - 20160131
    is_short = (lengths <= 4) | is_day  # noqa: PLR2004 - a year, or a day in digits
    return np.asarray(
        (size >= _LEAST_EPOCH)
        | ((numbers < 0) & (size > 1))
        | (~is_short & (size > 1)),
        dtype=bool,
    )


def days_of_numbers(
    numbers: NDArray[np.float64], unit: Unit, zone: tzinfo | None
) -> NDArray[np.object_]:
    """Return the ISO days that numbers of a unit are; None outside the calendar.

    Parameters
    ----------
    numbers
        Finite.
    unit
        What they count.
    zone
        Where the day is wanted, of moments since 1970; None for UTC.
    """
    if unit == "excel":
        days = np.floor(numbers) + (_EXCEL_BEGINS - _EPOCH).days
        seconds = days * _SECONDS_A_DAY
    else:
        seconds = np.floor(numbers / _PER_SECOND[unit])
    bound = 2.0e11
    safe = np.where(np.abs(seconds) < bound, seconds, 0).astype(np.int64)
    moments = pd.Series(safe.astype("datetime64[s]"))
    written: NDArray[np.object_] = np.array(
        moments.dt.strftime("%Y-%m-%d"), dtype=object
    )
    is_moment = unit != "excel" and bool((safe % _SECONDS_A_DAY).any())
    if zone is not None and is_moment:
        written = moved_days(moments, zone, written)
    outside = (np.abs(seconds) >= bound) | (moments.dt.year.to_numpy() < 1)
    written[outside] = None
    return written


def compact_of(
    texts: NDArray[np.object_], counts: NDArray[np.intp], style: DateStyle
) -> tuple[Compact, Compact]:
    """Return how bare numbers of six and of eight digits are read, by all of them.

    Empty where hardly one of them would be a date.
    """
    choices: tuple[tuple[int, tuple[Compact, ...]], ...] = (
        (6, ("yyyymm", "yymmdd", "ddmmyy")),
        (8, ("yyyymmdd", "ddmmyyyy")),
    )
    return (
        _compact(*choices[0], texts, counts, style),
        _compact(*choices[1], texts, counts, style),
    )


def _compact(
    length: int,
    forms: tuple[Compact, ...],
    texts: NDArray[np.object_],
    counts: NDArray[np.intp],
    style: DateStyle,
) -> Compact:
    """Return the form that most numbers of a length fit, the first where equal."""
    numbers = [
        (text, int(count))
        for text, count in zip(texts, counts, strict=True)
        if len(text) == length and text.isdecimal()
    ]
    if not numbers:
        return ""
    latest = str(style.today.year + _YEARS_AHEAD)
    fits = {
        form: sum(
            count
            for text, count in numbers
            if "1800" <= _with_form(text, form, style)[:4] <= latest
        )
        for form in forms
    }
    best = max(forms, key=lambda form: fits[form])
    whole = sum(count for _, count in numbers)
    return best if fits[best] >= whole / 2 else ""


def _with_form(text: str, form: Compact, style: DateStyle) -> str:
    """Return bare digits read in one form."""
    six_digits = form if len(text) == 6 else ""  # noqa: PLR2004 - digits of a short date
    eight_digits = form if len(text) == 8 else ""  # noqa: PLR2004 - likewise
    plain = DateStyle(style.today, compact=(six_digits, eight_digits))
    return read_digits(text, plain)
