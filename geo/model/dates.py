"""Uncertain dates: EDTF read into the days they may mean, and into plain words.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019 (Library of Congress,
https://www.loc.gov/standards/datetime/). Accepted here: level 0 and 1, and
one-of-a-set from level 2 (``[2023-06,2023-07-11]``).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from geo.base.errors import IncidentMapError

SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_YEAR: Final = r"-?[0-9]{4}"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12][0-9]|3[01])"
_UNSPECIFIED: Final = (
    rf"[0-9]{{3}}X|[0-9]{{2}}XX|{_YEAR}-XX(?:-XX)?|{_YEAR}-{_MONTH}-XX"
)
_DATE: Final = rf"(?:{_UNSPECIFIED}|{_YEAR}(?:-{_MONTH}(?:-{_DAY})?)?)[~?%]?"
_END: Final = rf"(?:{_DATE}|{_YEAR}-2[1-4])"
#: A plain day or month, as most dates are; these forms need no parser.
_PLAIN: Final = re.compile(rf"[0-9]{{4}}-{_MONTH}(?:-{_DAY})?")
_MEMBER: Final = rf"(?:{_DATE}(?:\.\.(?:{_DATE})?)?|\.\.{_DATE})"
_TIME: Final = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?"
#: The forms accepted. The library takes more, and fails in ways of its own on some.
_ACCEPTED: Final = re.compile(
    rf"{_END}|{_YEAR}-{_MONTH}-{_DAY}T{_TIME}"
    rf"|{_END}/(?:{_END}|\.\.)?|(?:\.\.)?/{_END}|\.\./\.\."
    rf"|\[{_MEMBER}(?:, ?{_MEMBER})*\]"
)
#: Marks that say how sure a date is, and ends that are open or unknown.
_MARKS: Final = "~?%"
_OPEN: Final = ("", "..")
#: A day or month or season in words, to leave out a year said twice.
_SAME_YEAR: Final = re.compile(r"(?:\d+ )?[A-Za-z]+ (\d+)")
_FORMS: Final = (
    "Write it as EDTF: 2023-08, 2022-12~ (about), 2022-22 (summer), ../2023-12 (by "
    "then), 2022-02-24/2022-03-18, or [2023-06,2023-07-11] (one of these)."
)


class DateFormatError(IncidentMapError, ValueError):
    """A date is not EDTF of the kinds accepted: mend the record."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day a date may mean; None where it is open.

    Parameters
    ----------
    earliest
        First possible day, or None for "no lower bound".
    latest
        Last possible day, or None for "no upper bound".
    """

    earliest: date | None
    latest: date | None


@lru_cache(maxsize=65_536)
def bounds(text: str) -> Bounds:
    """Return the days an EDTF date may mean.

    A date marked ``~`` (approximate), ``?`` (uncertain) or ``%`` (both) is
    widened by one unit of its own precision on either side: ``2022-12~`` may be
    any day from November 2022 to January 2023. EDTF itself sets no width; this
    is ours. Seasons are the northern, meteorological ones, named by the year
    they begin in: ``2022-24`` runs from December 2022 to February 2023.

    Parameters
    ----------
    text
        An EDTF string of level 0 or 1, or one-of-a-set.

    Returns
    -------
    Bounds
        Both ends inclusive.

    Raises
    ------
    DateFormatError
        If the string is not of these kinds, runs backwards, or leaves the years
        0001 to 9999.
    """
    if _PLAIN.fullmatch(text):
        return _plain_bounds(text)
    _check_form(text)
    return _bounds_of(text)


def _plain_bounds(text: str) -> Bounds:
    """Return the bounds of a plain day or month, as the parser finds them, but soon."""
    try:
        first = date(int(text[:4]), int(text[5:7]), int(text[8:] or 1))
    except ValueError as error:
        raise _outside(text) from error
    if text[8:]:
        return Bounds(first, first)
    _, days = calendar.monthrange(first.year, first.month)
    return Bounds(first, first.replace(day=days))


@lru_cache(maxsize=65_536)
def words(text: str | None) -> str:
    """Return a date as a reader would say it: ``2022-22`` is "summer 2022".

    Parameters
    ----------
    text
        An EDTF string, or None where no date is known.

    Raises
    ------
    DateFormatError
        As :func:`bounds`.
    """
    if text is None:
        return "date unknown"
    bounds(text)
    return _words_of(text)


def day_words(day: date) -> str:
    """Return one day in words, day first: "6 April 1999"."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _check_form(text: str) -> None:
    """Refuse what is not of the forms accepted."""
    if not _ACCEPTED.fullmatch(text):
        msg = f"{text!r} is not an EDTF date of the kinds used here. {_FORMS}"
        raise DateFormatError(msg)


def _bounds_of(text: str) -> Bounds:
    """Return the bounds of a text whose form is one of those accepted."""
    if "/" in text:
        low, high = text.split("/")
        span = Bounds(_end_bounds(low).earliest, _end_bounds(high).latest)
    elif text.startswith("["):
        parts = [
            Bounds(_end_bounds(low).earliest, _end_bounds(high).latest)
            for low, high in _alternatives(text)
        ]
        lows = [part.earliest for part in parts]
        highs = [part.latest for part in parts]
        span = Bounds(
            None if None in lows else min(day for day in lows if day),
            None if None in highs else max(day for day in highs if day),
        )
    elif text[-1] in _MARKS:
        span = _widened(text)
    else:
        span = _strict_bounds(text)
    if span.earliest and span.latest and span.earliest > span.latest:
        msg = f"{text!r} ends before it begins. Swap its two ends."
        raise DateFormatError(msg)
    return span


def _end_bounds(written: str) -> Bounds:
    """Return the bounds of one end of a stretch; open or unknown is unbounded."""
    return Bounds(None, None) if written in _OPEN else _bounds_of(written)


def _alternatives(text: str) -> list[tuple[str, str]]:
    """Return the two ends of each member of a set; ranges are written ``a..b``."""
    members = (member.strip() for member in text.strip("[]").split(","))
    pairs = (member.partition("..") for member in members)
    return [(low, high if dots else low) for low, dots, high in pairs]


def _strict_bounds(text: str) -> Bounds:
    """Return the bounds of one date or season without a mark, as calendar days."""
    # Loaded where a date is more than a day or a month, which few are.
    import edtf  # noqa: PLC0415

    try:
        parsed = edtf.parse_edtf(text)
        # The library ends winter with December; a season is three months.
        first, last = date(*parsed.lower_strict()[:3]), parsed.upper_strict()
        if isinstance(parsed, edtf.Season):
            return Bounds(first, _add_months(first, 3) - timedelta(days=1))
        return Bounds(first, date(*last[:3]))
    except (edtf.EDTFParseException, ValueError) as error:
        raise _outside(text) from error


def _outside(text: str) -> DateFormatError:
    """Return the error for a day that the calendar used here has not."""
    return DateFormatError(
        f"{text!r} is no day of the calendar, or lies outside the years 0001 to "
        f"9999. {_FORMS}"
    )


def _widened(text: str) -> Bounds:
    """Return bounds one unit of the date's own precision wider on either side."""
    strict = _strict_bounds(text[:-1])
    months = _unit_months(text[:-1])
    if strict.earliest is None or strict.latest is None:  # pragma: no cover - bounded
        return strict
    try:
        if months == 0:
            day = timedelta(days=1)
            return Bounds(strict.earliest - day, strict.latest + day)
        after = strict.latest + timedelta(days=1)
        return Bounds(
            _add_months(strict.earliest, -months),
            _add_months(after, months) - timedelta(days=1),
        )
    except (OverflowError, ValueError) as error:
        raise _outside(text) from error


def _unit_months(written: str) -> int:
    """Return the unit of a date's precision in months; 0 stands for a day."""
    year, *rest = written.removeprefix("-").split("-")
    if "X" in year:
        return 12 * int(10 ** year.count("X"))
    parts = [part for part in rest if part != "XX"]
    return (12, 1, 0)[len(parts)]


def _add_months(day: date, months: int) -> date:
    """Return the first of the month *months* after the month of *day*."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _words_of(text: str) -> str:
    """Return the words for a text whose form is one of those accepted."""
    if "/" in text:
        return _stretch_words(*text.split("/"))
    if text.startswith("["):
        said = (
            _words_of(low) if low == high else _stretch_words(low, high)
            for low, high in _alternatives(text)
        )
        return " or ".join(said)
    if text[-1] in _MARKS:
        core, mark = _words_of(text[:-1]), text[-1]
        about = f"around {core}" if mark in "~%" else core
        return f"{about} (uncertain)" if mark in "?%" else about
    return _plain_words(text.partition("T")[0])


def _stretch_words(low: str, high: str) -> str:
    open_low, open_high = low in _OPEN, high in _OPEN
    if open_low and open_high:
        return "date unknown"
    if open_low:
        return f"by {_words_of(high)}"
    if open_high:
        return f"since {_words_of(low)}"
    start, end = _words_of(low), _words_of(high)
    if start == end:
        return start
    first, second = _SAME_YEAR.fullmatch(start), _SAME_YEAR.fullmatch(end)
    if first and second and first[1] == second[1]:
        start = start.removesuffix(f" {first[1]}")
    return f"between {start} and {end}"


def _plain_words(written: str) -> str:
    """Return the words for a year, season, month or day, or unspecified digits."""
    parts = [part for part in written.split("-") if not part.startswith("X")]
    year = parts[0]
    if year.endswith("XX"):
        return f"the years {int(year[:2])}00 to {int(year[:2])}99"
    if year.endswith("X"):
        return f"the {int(year[:3])}0s"
    if len(parts) == 1:
        return str(int(year))
    if int(parts[1]) in SEASONS:
        return f"{SEASONS[int(parts[1])]} {int(year)}"
    month = f"{calendar.month_name[int(parts[1])]} {int(year)}"
    return month if len(parts) == 2 else f"{int(parts[2])} {month}"  # noqa: PLR2004
