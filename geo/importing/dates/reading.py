"""Reads a column of dates as EDTF in a style that was decided for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.importing.dates.counting import counted_numbers, days_of_numbers, numbers_of
from geo.importing.dates.distinct import Distinct, distinct_of, utc_texts
from geo.importing.dates.grammar import read_text
from geo.importing.dates.style import ORDER_WORDS, UNIT_WORDS, DateStyle, Order
from geo.importing.dates.times import local_days, zone_of
from geo.importing.remarks import Remark

_ISO: Final = r"^\d{4}-\d{2}-\d{2}$"
_ISO_LENGTH: Final = 10
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class DatesRead:
    """A column of dates, read.

    Parameters
    ----------
    edtf
        For each row its date as EDTF, or None; index as in the file.
    remarks
        What is to be told: what was not understood, and what was decided.
    """

    edtf: pd.Series
    remarks: list[Remark]


def read_dates(values: pd.Series, style: DateStyle, *, zone: str = "") -> DatesRead:
    """Read a column of dates as EDTF.

    Times of day are left out, and the day is the one where the time was written. A
    moment in UTC, or counted since 1970, gives the day in UTC, or in *zone*.

    Parameters
    ----------
    values
        The column; its index are the numbers of the records in the file.
    style
        What :func:`look_at_dates` said of it.
    zone
        IANA zone or offset in which days are wanted of moments that are in UTC.

    Returns
    -------
    DatesRead
        None where a value is blank or not understood; the latter is told as
        ``date.unread``. An empty column gives an empty one.

    Raises
    ------
    QueryError
        If there is no such zone.
    """
    where = zone_of(zone)
    distinct = distinct_of(values)
    days, notes = read_days(distinct.days, style, where)
    edtf = days[distinct.day_codes]
    if where is not None and style.n_utc and not style.are_midnights:
        is_moment = utc_texts(distinct) & np.array(
            [bool(day) and len(day) == _ISO_LENGTH for day in edtf], dtype=bool
        )
        edtf[is_moment] = local_days(edtf[is_moment], distinct.texts[is_moment], where)
    series = pd.Series(
        distinct.spread(edtf), index=values.index, dtype=object, name="date"
    )
    column = _DateColumn(values, distinct, style)
    return DatesRead(series, list(_remarks(column, edtf, notes, zone)))


def are_iso(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which texts have the form of an ISO day."""
    whole = pa.array(texts, pa.string())
    return np.asarray(pc.match_substring_regex(whole, _ISO), dtype=bool)


def read_days(
    texts: NDArray[np.object_], style: DateStyle, zone: tzinfo | None
) -> tuple[NDArray[np.object_], dict[str, NDArray[np.bool_]]]:
    """Return distinct texts without times as EDTF, and which of them are worth a word.

    Parameters
    ----------
    texts
        Distinct; each is read once, and ISO days and numbers all at once.
    style
        Of the column.
    zone
        Where the day is wanted, of moments since 1970.

    Returns
    -------
    edtf : ndarray
        EDTF or None for each text.
    notes : dict
        Masks by kind: ``contradicts``, ``fiscal``, ``two-digit``, ``counted``.
    """
    edtf = np.full(len(texts), None, dtype=object)
    numbers = numbers_of(texts)
    is_counted = counted_numbers(numbers, texts, style) & np.isfinite(numbers)
    if is_counted.any():
        edtf[is_counted] = days_of_numbers(numbers[is_counted], style.unit, zone)
    is_plain = np.zeros(len(texts), dtype=bool)
    if style.calendar == "gregorian" and not style.formats:
        is_plain = are_iso(texts)
        days = pd.Series(texts[is_plain], dtype=object)
        parsed = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")
        is_day = parsed.notna().to_numpy()
        is_plain[np.flatnonzero(is_plain)[~is_day]] = False
        edtf[is_plain] = texts[is_plain]
    notes = {"counted": is_counted}
    for at in np.flatnonzero(~is_counted & ~is_plain):
        heard: set[str] = set()
        edtf[at] = read_text(texts[at], style, heard) or None
        for note in heard:
            notes.setdefault(note, np.zeros(len(texts), dtype=bool))[at] = True
    return edtf, notes


class _DateColumn:
    """Makes remarks of masks over the distinct values of a column."""

    def __init__(self, values: pd.Series, distinct: Distinct, style: DateStyle) -> None:
        self._index = values.index.to_numpy()
        self.distinct = distinct
        self.style = style

    def remark(
        self, code: str, mask: NDArray[np.bool_], message: str, remedy: str = ""
    ) -> Remark:
        """Return a remark of the rows whose distinct value is in the mask."""
        in_row = np.append(mask, np.False_)[self.distinct.codes]
        rows = self._index[in_row]
        examples = sorted(self.distinct.texts[mask], key=lambda text: (len(text), text))
        return Remark(
            code,
            message,
            tuple(int(row) for row in rows),
            tuple(examples[:_SHOWN]),
            remedy,
        )


def _remarks(
    column: _DateColumn,
    edtf: NDArray[np.object_],
    notes: dict[str, NDArray[np.bool_]],
    zone: str,
) -> Iterator[Remark]:
    """Yield what is to be told of a column that was read."""
    style, distinct = column.style, column.distinct
    is_unread = np.array([not one for one in edtf], dtype=bool)
    if is_unread.any():
        yield column.remark(
            "date.unread",
            is_unread,
            f"Values of {style.label} are not understood as dates; the records are "
            "taken without a date and the values kept as they are.",
            "Write them as 2022-03-01, 2022-03 or 2022, or as 2022-02-24/2022-03-18.",
        )
    in_days = {
        note: mask[distinct.day_codes] & ~is_unread for note, mask in notes.items()
    }
    in_days = {note: mask for note, mask in in_days.items() if mask.any()}
    if "counted" in in_days:
        day = "" if style.unit == "excel" else f" in {zone or 'UTC'}"
        yield column.remark(
            "date.counted",
            in_days["counted"],
            f"Numbers of {style.label} are read as {UNIT_WORDS[style.unit]}, each as "
            f"its day{day}.",
        )
    if "contradicts" in in_days:
        yield column.remark(
            "date.contradicts",
            in_days["contradicts"],
            f"Most dates of {style.label} are read with "
            f"{ORDER_WORDS[style.order or 'ymd']}; these cannot be, and are read in the "
            "one order that is possible for them.",
            "Look at them: somebody may have written them in another order.",
        )
    if "fiscal" in in_days:
        yield column.remark(
            "date.fiscal",
            in_days["fiscal"],
            f"Values of {style.label} such as 2019-20 are read as the time from the "
            "first year to the second.",
        )
    if "two-digit" in in_days:
        yield column.remark(
            "date.short-year",
            in_days["two-digit"],
            f"Years of two digits in {style.label} are read as the latest that is not "
            "in the future.",
        )
    yield from _remarks_of_style(column, edtf)


def _remarks_of_style(
    column: _DateColumn, edtf: NDArray[np.object_]
) -> Iterator[Remark]:
    """Yield what was decided for the column as a whole."""
    style, distinct = column.style, column.distinct
    is_read = np.array([bool(one) for one in edtf], dtype=bool)
    if not style.is_decided:
        other: Order = "mdy" if style.order != "mdy" else "dmy"
        swapped, _ = read_days(distinct.days, replace(style, order=other), None)
        as_proposed, _ = read_days(distinct.days, style, None)
        is_double = (swapped != as_proposed)[distinct.day_codes] & is_read
        yield column.remark(
            "date.order-guessed",
            is_double,
            f"No row of {style.label} tells whether the day or the month comes first; "
            f"dates are read with {ORDER_WORDS[style.order or 'dmy']}, because "
            f"{style.reason}.",
            f'If that is wrong, set date_order = "{other}" in the mapping of the table.',
        )
    if style.calendar != "gregorian" and is_read.any():
        yield column.remark(
            "date.calendar",
            is_read,
            f"Years of {style.label} are read as those of the "
            f"{style.calendar.capitalize()} calendar, and converted.",
        )
    is_timed = (distinct.texts != distinct.days[distinct.day_codes]) & is_read
    if is_timed.any():
        yield column.remark(
            "date.time-dropped",
            is_timed,
            f"Times of day in {style.label} are left out; the day is kept.",
        )
