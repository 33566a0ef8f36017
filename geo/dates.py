"""Uncertain dates: EDTF read into the days they may mean, and into plain words.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019 (Library of Congress,
https://www.loc.gov/standards/datetime/). Accepted here: level 0 and 1, and
one-of-a-set from level 2 (``[2023-06,2023-07-11]``).
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import edtf

from geo.errors import IncidentMapError

SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_LEVEL_0_AND_1: Final = (
    edtf.Date,
    edtf.DateAndTime,
    edtf.Interval,
    edtf.Level1Interval,
    edtf.UncertainOrApproximate,
    edtf.Unspecified,
    edtf.Season,
    edtf.OneOfASet,
)
_YEAR: Final = r"-?(?:\d{4}|\d{3}X|\d{2}XX)"
_DAY: Final = rf"{_YEAR}(?:-XX(?:-XX)?|-\d{{2}}(?:-(?:\d{{2}}|XX))?)?"
_TIME: Final = r"(?:T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
_ONE: Final = rf"{_DAY}{_TIME}[~?%]?"
_END: Final = rf"(?:{_ONE}|\.\.)?"
_MEMBER: Final = rf"(?:\.\.{_DAY}|{_DAY}\.\.(?:{_DAY})?|{_ONE})"
#: What may be handed to the library, which fails oddly on much else.
_SHAPE: Final = re.compile(
    rf"{_ONE}|{_END}/{_END}|\[{_MEMBER}(?:, ?{_MEMBER})*\]", re.ASCII
)
_FORMS: Final = (
    "Write it as EDTF: 2023-08, 2022-12~ (about), 2022-22 (summer), ../2023-12 "
    "(before), 2022-02-24/2022-03-18, or [2023-06,2023-07-11] (one of these)."
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
    return _bounds_of(_parse(text), text)


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
    return _words_of(_parse(text))


def day_words(day: date) -> str:
    """Return one day in words, day first: "6 April 1999"."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _parse(text: str) -> Any:  # noqa: ANN401 - edtf's classes are untyped
    """Parse one EDTF string, refusing what this project does not use."""
    if not _SHAPE.fullmatch(text):
        msg = f"{text!r} is not an EDTF date of the kinds used here. {_FORMS}"
        raise DateFormatError(msg)
    try:
        parsed = edtf.parse_edtf(text)
    except edtf.EDTFParseException as error:
        msg = f"{text!r} is not an EDTF date. {_FORMS}"
        raise DateFormatError(msg) from error
    if not isinstance(parsed, _LEVEL_0_AND_1) or _is_level_2_season(parsed):
        msg = f"{text!r} is EDTF of a kind not used here ({type(parsed).__name__}). {_FORMS}"
        raise DateFormatError(msg)
    return parsed


def _is_level_2_season(parsed: Any) -> bool:  # noqa: ANN401
    return isinstance(parsed, edtf.Season) and int(str(parsed.season)) not in SEASONS


def _is_interval(parsed: Any) -> bool:  # noqa: ANN401
    return isinstance(parsed, edtf.Interval | edtf.Level1Interval)


def _bounds_of(parsed: Any, text: str) -> Bounds:  # noqa: ANN401
    """Return the bounds of a parsed date; *text* is for messages."""
    if _is_interval(parsed):
        found = Bounds(
            _end_of_interval(parsed.lower, text).earliest,
            _end_of_interval(parsed.upper, text).latest,
        )
    elif isinstance(parsed, edtf.OneOfASet):
        parts = [_bounds_of(part, text) for part in parsed.objects]
        lows = [part.earliest for part in parts]
        highs = [part.latest for part in parts]
        found = Bounds(
            None if None in lows else min(day for day in lows if day),
            None if None in highs else max(day for day in highs if day),
        )
    elif _qualifier(parsed):
        found = _widened(_unqualified(parsed), text)
    elif isinstance(parsed, edtf.Season):
        found = _season_bounds(parsed, text)
    else:
        found = _strict_bounds(parsed, text)
    if found.earliest and found.latest and found.earliest > found.latest:
        msg = f"{text!r} ends before it begins. Swap its two ends."
        raise DateFormatError(msg)
    return found


def _qualifier(parsed: Any) -> str:  # noqa: ANN401
    """Return the mark that says how sure a date is: ``~``, ``?``, ``%`` or none."""
    mark = getattr(parsed, "ua", None)
    return str(mark) if mark else ""


def _unqualified(parsed: Any) -> Any:  # noqa: ANN401
    return _parse(str(parsed).rstrip("~?%"))


def _end_of_interval(end: Any, text: str) -> Bounds:  # noqa: ANN401
    """Return the bounds of one end of an interval; open or unknown is unbounded."""
    written = str(end)
    if written in {"", ".."}:
        return Bounds(None, None)
    return _bounds_of(_parse(written), text)


def _season_bounds(parsed: Any, text: str) -> Bounds:  # noqa: ANN401
    # The library ends winter with December; a season is three months.
    start = _strict_bounds(parsed, text).earliest
    if start is None:  # pragma: no cover - a season always starts on a day
        msg = f"{text!r} has no first month. {_FORMS}"
        raise DateFormatError(msg)
    return Bounds(start, _add_months(start, 3) - timedelta(days=1))


def _strict_bounds(parsed: Any, text: str) -> Bounds:  # noqa: ANN401
    """Return the library's strict bounds as calendar days."""
    ends = (parsed.lower_strict(), parsed.upper_strict())
    try:
        days = [
            None if isinstance(end, float) and math.isinf(end) else date(*end[:3])
            for end in ends
        ]
    except ValueError as error:
        msg = f"{text!r} lies outside the years 0001 to 9999. {_FORMS}"
        raise DateFormatError(msg) from error
    return Bounds(days[0], days[1])


def _widened(core: Any, text: str) -> Bounds:  # noqa: ANN401
    """Return bounds one unit of the date's own precision wider on either side."""
    strict = _bounds_of(core, text)
    if strict.earliest is None or strict.latest is None:
        return strict
    months = _unit_months(core)
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
        msg = f"{text!r} lies outside the years 0001 to 9999. {_FORMS}"
        raise DateFormatError(msg) from error


def _unit_months(core: Any) -> int:  # noqa: ANN401
    """Return the unit of a date's precision in months; 0 stands for a day."""
    written = str(core)
    if "X" in written:
        if "-X" in written:
            return 12 if "-XX" in written[:7] else 1
        return 12 * int(10 ** written.count("X"))
    if isinstance(core, edtf.Season):
        return 3
    return {0: 12, 1: 1}.get(written.count("-"), 0)


def _add_months(day: date, months: int) -> date:
    """Return the first of the month *months* after the month of *day*."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _words_of(parsed: Any) -> str:  # noqa: ANN401
    if _is_interval(parsed):
        return _interval_words(str(parsed.lower), str(parsed.upper))
    if isinstance(parsed, edtf.OneOfASet):
        return " or ".join(_set_member_words(part) for part in parsed.objects)
    mark = _qualifier(parsed)
    if mark:
        core = _words_of(_unqualified(parsed))
        about = f"around {core}" if mark in "~%" else core
        return f"{about} (uncertain)" if mark in "?%" else about
    if isinstance(parsed, edtf.Season):
        return f"{SEASONS[int(str(parsed.season))]} {int(str(parsed.year))}"
    if isinstance(parsed, edtf.DateAndTime):
        return _words_of(_parse(str(parsed.date)))
    return _plain_words(str(parsed))


def _set_member_words(part: Any) -> str:  # noqa: ANN401
    """Return one alternative of a set; ranges in a set are written ``a..b``."""
    written = str(part)
    if ".." not in written:
        return _words_of(part)
    low, high = written.split("..", 1)
    return _interval_words(low or "..", high or "..")


def _interval_words(low: str, high: str) -> str:
    open_low, open_high = low in {"", ".."}, high in {"", ".."}
    if open_low and open_high:
        return "date unknown"
    if open_low:
        return f"before {_words_of(_parse(high))}"
    if open_high:
        return f"since {_words_of(_parse(low))}"
    start, end = _words_of(_parse(low)), _words_of(_parse(high))
    year = end[-5:]
    if (
        start.endswith(year)
        and start != year.strip()
        and not start.startswith("around")
    ):
        start = start.removesuffix(year)
    return f"between {start} and {end}"


def _plain_words(written: str) -> str:
    """Return the words for a year, month or day, with unspecified digits."""
    parts = [part for part in written.split("-") if not part.startswith("X")]
    year = parts[0]
    if year.endswith("XX"):
        return f"between {year[:2]}00 and {year[:2]}99"
    if year.endswith("X"):
        return f"{year[:3]}0s"
    if len(parts) == 1:
        return str(int(year))
    month = f"{calendar.month_name[int(parts[1])]} {int(year)}"
    return month if len(parts) == 2 else f"{int(parts[2])} {month}"  # noqa: PLR2004
