"""Reads dates of other people's tables as EDTF; refuses what is ambiguous."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from geo.base.errors import QueryError
from geo.model.dates import DateFormatError, bounds

_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}\S*(?: ?UTC| ?Z)?")
_STROKES: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2}|\d{4})")
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for word in words.split()
}
_MOST_MONTH: Final = 12
#: A day on which every part of a pattern is seen.
_SAMPLE: Final = datetime(2023, 8, 31)  # noqa: DTZ001 - a day has no zone


def check_formats(formats: Sequence[str]) -> None:
    """Refuse date patterns that strptime does not know, or that lack the century.

    Raises
    ------
    QueryError
        Naming the pattern.
    """
    for form in formats:
        try:
            again = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - a day has no zone
        except (ValueError, re.error) as error:
            msg = f"{form!r} is no pattern of a date such as %d/%m/%Y: {error}."
            raise QueryError("date-format", msg) from error
        if again.year != _SAMPLE.year:
            msg = f"{form!r} does not say the year. Add %Y, or %y for two digits."
            raise QueryError("date-format", msg)


def read_date(text: str, formats: Sequence[str]) -> tuple[str, str]:
    """Return a date as EDTF, and what was changed about it (empty for nothing).

    Parameters
    ----------
    text
        As written: EDTF; or ISO 8601 with a time of day, which is left out; or in
        one of the formats.
    formats
        Patterns of :meth:`datetime.datetime.strptime`, such as ``%d/%m/%Y``. What
        has no day in it, such as ``%B %Y``, gives a month; and so on.

    Raises
    ------
    ValueError
        If it is none of these, or fits two formats as different days. The message
        says what would help.
    """
    written = text.strip()
    days = {day for day in (_by_format(written, form) for form in formats) if day}
    if len(days) > 1:
        shown = " or ".join(sorted(days))
        msg = f"{text!r} fits two of the formats, as {shown}"
        raise ValueError(msg)
    if days:
        return days.pop(), ""
    timed = _TIME.fullmatch(written)
    if timed:
        _check(timed[1], text)
        return timed[1], "the time of day is left out"
    _check(written, text)
    return written, ""


def joined_date(year: object, month: object, day: object) -> str | None:
    """Return the EDTF date of separate columns; None where there is no year.

    Parameters
    ----------
    year, month, day
        Numbers, or texts of them; a month may be an English name. Empty ones make
        the date coarser.

    Raises
    ------
    ValueError
        If they are no date, or a day is given without a month.
    """
    texts = [
        "" if part is None else str(part).strip().removesuffix(".0")
        for part in (year, month, day)
    ]
    if not texts[0]:
        if any(texts):
            msg = "a month or day is given without a year"
            raise ValueError(msg)
        return None
    if texts[2] and not texts[1]:
        msg = "a day is given without a month"
        raise ValueError(msg)
    texts[1] = str(_MONTHS.get(texts[1].lower().rstrip("."), texts[1]))
    widths = (4, 2, 2)
    kept = [
        part.zfill(width) for part, width in zip(texts, widths, strict=True) if part
    ]
    written = "-".join(kept)
    _check(written, written)
    return written


def _by_format(text: str, form: str) -> str:
    """Return the date that a text is by one pattern, no finer than the pattern."""
    try:
        day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except (ValueError, re.error):
        return ""
    if _same(form, day, day.replace(month=day.month % 12 + 1, day=1)):
        return f"{day.year:04}"
    if _same(form, day, day.replace(day=day.day % 28 + 1)):
        return f"{day.year:04}-{day.month:02}"
    return day.isoformat()


def _same(form: str, first: date, second: date) -> bool:
    """Tell whether a pattern writes two days alike."""
    return first.strftime(form) == second.strftime(form)


def _check(written: str, text: str) -> None:
    try:
        bounds(written)
    except (DateFormatError, AttributeError, TypeError) as error:
        raise ValueError(_help(text)) from error


def _help(text: str) -> str:
    """Return what a date that cannot be read may be, and the option that reads it."""
    parts = _STROKES.fullmatch(text.strip())
    if parts:
        first, second = int(parts[1]), int(parts[2])
        mark = text.strip()[len(parts[1])]
        year = "%Y" if len(parts[3]) == 4 else "%y"  # noqa: PLR2004
        day_first = f"%d{mark}%m{mark}{year}"
        month_first = f"%m{mark}%d{mark}{year}"
        if first <= _MOST_MONTH and second <= _MOST_MONTH and first != second:
            return (
                f"{text!r} may have the day or the month first: say which with "
                f"--date-format {day_first} or --date-format {month_first}"
            )
        form = day_first if first > _MOST_MONTH else month_first
        return f"{text!r} is not EDTF: say how it is written with --date-format {form}"
    if _SERIAL.fullmatch(text.strip()):
        return f"{text!r} looks like a spreadsheet's day number: save it as a date"
    return (
        f"{text!r} is not a date: write EDTF such as 2023-08, or say how it is written "
        "with --date-format"
    )
