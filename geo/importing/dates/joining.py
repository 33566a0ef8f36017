"""Dates of several columns: start and end, or year, month and day."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pandas as pd

from geo.importing.dates.calendars import edtf_of
from geo.importing.dates.distinct import distinct_of
from geo.importing.dates.names import mark_words
from geo.importing.dates.numerals import full_year
from geo.importing.dates.reading import DatesRead
from geo.importing.dates.style import DateStyle
from geo.importing.remarks import Remark
from geo.model.dates import DateFormatError, bounds

_SHOWN: Final = 3
_MONTH_MARK: Final = 3


def join_dates(start: pd.Series, end: pd.Series) -> DatesRead:
    """Join the starts and ends of records, each as EDTF, into one date each.

    Parameters
    ----------
    start, end
        EDTF or None, of one index: what :func:`read_dates` gives; an end of ``..`` is
        none, as what happens goes on.

    Returns
    -------
    DatesRead
        Equal ends and single ends are one date; an end before its start is told as
        ``date.reversed`` and the start is kept.
    """
    pairs = list(zip(_texts(start), _texts(end), strict=True))
    joined = {pair: _joined(*pair) for pair in dict.fromkeys(pairs)}
    edtf = pd.Series(
        [joined[pair][0] for pair in pairs],
        index=start.index,
        dtype=object,
        name="date",
    )
    rows = [
        int(row)
        for row, pair in zip(start.index, pairs, strict=True)
        if joined[pair][1]
    ]
    if not rows:
        return DatesRead(edtf, [])
    examples = sorted(
        f"{first} to {last}" for (first, last), (_, bad) in joined.items() if bad
    )
    remark = Remark(
        "date.reversed",
        "The date at which the record ends lies before the one at which it starts; "
        "only the start is taken.",
        tuple(rows),
        tuple(examples[:_SHOWN]),
        "Mend whichever of the two is wrong in the file.",
    )
    return DatesRead(edtf, [remark])


def join_parts(
    year: pd.Series,
    month: pd.Series | None = None,
    day: pd.Series | None = None,
    *,
    style: DateStyle | None = None,
) -> DatesRead:
    """Join columns of years, months and days into one date for each row.

    Parameters
    ----------
    year, month, day
        Numbers or texts of one index; a month may be a name in any of the languages
        known. 0 and blanks make the date coarser.
    style
        Of the years, by which two digits are one of this century or the last; None
        leaves them as they are.

    Returns
    -------
    DatesRead
        None without a year. What is no date is told as ``date.unread``.
    """
    columns = [_written(column, year.index) for column in (year, month, day)]
    rows = list(zip(*columns, strict=True))
    read = {parts: _date_of(parts, style) for parts in dict.fromkeys(rows)}
    edtf = pd.Series(
        [read[parts] for parts in rows], index=year.index, dtype=object, name="date"
    )
    bad = {parts for parts, one in read.items() if one is None and any(parts)}
    if not bad:
        return DatesRead(edtf, [])
    names = ", ".join(
        repr(str(column.name)) for column in (year, month, day) if column is not None
    )
    remark = Remark(
        "date.unread",
        f"Columns {names} together are no date; the records are taken without a date.",
        tuple(
            int(at) for at, parts in zip(year.index, rows, strict=True) if parts in bad
        ),
        tuple(sorted(" ".join(filter(None, parts)) for parts in bad)[:_SHOWN]),
        "Write the year in four digits, the month as 1 to 12 or its name, the day as 1 "
        "to 31.",
    )
    return DatesRead(edtf, [remark])


def _texts(values: pd.Series) -> list[str]:
    """Return EDTF dates, an empty text where there is none."""
    return [value if isinstance(value, str) else "" for value in values]


def _joined(start: str, end: str) -> tuple[str | None, bool]:
    """Return both ends as one date, and whether they run backwards."""
    if end == "..":
        return (f"{start}/.." if _is_plain(start) else start) or None, False
    if not start or not end or start == end:
        return (start or (f"../{end}" if _is_plain(end) else end) or None), False
    first = start.partition("/")[0]
    last = end.rpartition("/")[2]
    if not _is_plain(start.replace("/", "")) or not _is_plain(end.replace("/", "")):
        return start, False
    try:
        low, high = bounds(start), bounds(end)
        # A year and a day in it: the day is all that is known of the other end.
        if low.earliest and high.latest and low.earliest > high.latest:
            return start, True
        bounds(f"{first}/{last}")
    except DateFormatError:
        return start, True
    return f"{first}/{last}", False


def _is_plain(edtf: str) -> bool:
    """Tell whether a date may be an end of another."""
    return (
        bool(edtf) and not edtf.startswith("[") and ".." not in edtf and "/" not in edtf
    )


def _written(column: pd.Series | None, index: pd.Index) -> list[str]:
    """Return a column as texts, an empty one for blanks."""
    if column is None:
        return [""] * len(index)
    distinct = distinct_of(column)
    return [text or "" for text in distinct.spread(distinct.texts)]


def _date_of(parts: tuple[str, str, str], style: DateStyle | None) -> str | None:
    """Return year, month and day as EDTF; None for no date or no year."""
    year_text, month, day = mark_words(parts[0]), _month_number(parts[1]), parts[2]
    day_text = mark_words(day) or "0"
    if not year_text.isdecimal() or len(year_text) > 4 or not day_text.isdecimal():  # noqa: PLR2004
        return None
    if month is None:
        return None
    year = int(year_text)
    if style is not None and len(year_text) <= 2:  # noqa: PLR2004 - 22 is 2022
        year = full_year(year, month, int(day_text), style)
    return edtf_of(year, month, int(day_text)) or None


@lru_cache(maxsize=65_536)
def _month_number(written: str) -> int | None:
    """Return a month by number or name; 0 for a blank, None for what is none."""
    marked = mark_words(written)
    if not marked:
        return 0
    if marked.isdecimal():
        return int(marked)
    is_name = len(marked) == _MONTH_MARK and marked[0] == "M" and marked[1:].isdecimal()
    return int(marked[1:]) if is_name else None
