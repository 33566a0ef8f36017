"""One date as people write it, read as EDTF in the style of its column.

The text is marked first (:func:`~geo.importing.dates.names.mark_words`), so that the
rules here are the same for each language. A date is, in this order: EDTF as it is;
something said of another date ("about", "before", "early"); a period with a name
(a decade, a summer); a plain date; two of these with a sign or word between them.
"""

from __future__ import annotations

import calendar as gregorian
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from geo.importing.dates.calendars import Calendar
from geo.importing.dates.names import mark_words
from geo.importing.dates.numerals import full_year
from geo.importing.dates.patterns import read_by_formats
from geo.importing.dates.plain import approximate, is_edtf, read_plain
from geo.importing.dates.spans import read_span
from geo.importing.dates.style import DateStyle
from geo.importing.dates.times import LONGEST, drop_time

_ERAS: Final[dict[str, Calendar]] = {
    "AH": "islamic",
    "AP": "persian",
    "BE": "buddhist",
}
#: ISO 8601 of a year before our era, which no calendar here goes back to.
_BEFORE_CHRIST: Final = re.compile(r"-\d{4}-\d{2}(?!\d)")
_ERA: Final = re.compile(r"\b(AH|AP|BE)\b")
_ABOUT: Final = re.compile(r"(?:ABOUT\b|[~≈±])\W*(.+)|(.+?)\W*(?:\bABOUT|~)")
_MAYBE: Final = re.compile(
    r"(?:MAYBE\b|\?)\W*(.+)|(.+?)\W*\bMAYBE|(.*(?:\d|DECADE))\s*\?"
)
_UNTIL: Final = re.compile(r"(?:BEFORE|TO)\b\W*(.+)|<\s*(.+)|(.+?)\W*\bBEFORE")
_SINCE: Final = re.compile(
    r"AFTER\b\W*(.+)|>\s*(.+)|(.+?)\W*\bAFTER|(?:FROM )?(.+?)(?: TO |\W*-\W*)NOW"
)
_FROM: Final = re.compile(r"FROM\b\W*(.+)")
_THIRD: Final = re.compile(r"(EARLY|MID|LATE)\b\W*(.+)|(.+?)\W*\b(EARLY|MID|LATE)")
_TWO_THIRDS: Final = re.compile(r"(EARLY|MID|LATE)\W*TO\W*(EARLY|MID|LATE)\b\W*(.+)")
_DECADE: Final = re.compile(r"'?(\d{3}0|\d0)\W*DECADE|DECADE\W*(\d{3}0|\d0)")
_DIGITS_UNKNOWN: Final = re.compile(r"(\d{2,3})([x?*_]{1,2})")
_CENTURY: Final = re.compile(r"(\d{1,2})\W*CENTURY|CENTURY\W*(\d{1,2})")
_SEASON: Final = re.compile(r"S(2[1-4])\W*(\d{4}|'\d\d)|(\d{4})\W*S(2[1-4])")
_TWO_SEASONS: Final = re.compile(r"S(2[1-4])\W*(?:TO|AND)?\W*S(2[1-4])\W*(\d{4})")
_WINTER: Final = re.compile(r"S24\W*(\d{4})\s*[-/]\s*(\d{4}|\d\d)")
_QUARTER: Final = re.compile(
    r"(?:[qt]|N)?([1-4])\W*(QUARTER|HALF)\W*(\d{4})|[qt]([1-4])[ ,/-]*(\d{4})|(\d{4})[ ,/-]*[qt]([1-4])"
)
_WEEK: Final = re.compile(r"(\d{4})-?w(\d{2})(?:-?([1-7]))?")
_FISCAL: Final = re.compile(r"(FY\W*)?(\d{4})\s*[-/]\s*(\d{2})")
_LAST_MONTH: Final = 12
#: Two digits after a year that EDTF has for seasons and the like, and we for nothing.
_EDTF_CODES: Final = range(21, 42)
_YEARS: Final = 4
#: A sentence is no date, however many dates it has.
_MOST_SPACES: Final = 16
_MONTHS: Final = 7
_THIRDS: Final = {
    "decade": {"EARLY": (0, 3), "MID": (4, 6), "LATE": (7, 9)},
    "century": {"EARLY": (0, 33), "MID": (34, 66), "LATE": (67, 99)},
    "year": {"EARLY": (1, 4), "MID": (5, 8), "LATE": (9, 12)},
    "month": {"EARLY": (1, 10), "MID": (11, 20), "LATE": (21, 31)},
}


def read_text(text: str, style: DateStyle, notes: set[str]) -> str:
    """Return one date as EDTF, empty if it is not understood.

    Parameters
    ----------
    text
        As written.
    style
        Of the column.
    notes
        Gets what is worth telling: ``contradicts`` (the column's order does not fit),
        ``fiscal``, ``serial``, ``two-digit``.

    Returns
    -------
    str
        EDTF of the kinds that :func:`geo.model.dates.bounds` takes.
    """
    written = " ".join(text.split())
    if not written or len(written) > LONGEST or written.count(" ") > _MOST_SPACES:
        return ""
    if _BEFORE_CHRIST.match(written):
        return ""
    by_format = read_by_formats(written, style.formats)
    if by_format:
        return by_format
    bare = drop_time(written)
    is_short_years = style.is_fiscal and _FISCAL.fullmatch(bare)
    if style.calendar == "gregorian" and not is_short_years and is_edtf(bare, style):
        return bare
    marked = mark_words(drop_time(bare)).replace("(", " ").replace(")", " ")
    if _DIGITS_UNKNOWN.fullmatch(marked) and is_edtf(marked.upper(), style):
        return marked.upper()
    era = _ERA.search(marked)
    if era:
        style = replace(style, calendar=_ERAS[era[1]])
        marked = _ERA.sub(" ", marked)
    edtf = _read(" ".join(marked.split()), style, notes)
    return edtf if edtf and is_edtf(edtf, replace(style, is_edtf=True)) else ""


def _read(text: str, style: DateStyle, notes: set[str]) -> str:
    """Return a marked date as EDTF, empty if it is not understood."""
    text = text.strip(" ,;.-'").removeprefix("A ")
    if not text:
        return ""
    return (
        _read_said_of(text, style, notes)
        or _read_years(text, style, notes)
        or _read_period(text, style)
        or read_plain(text, style, notes)
        or read_span(text, style, notes, _read)
    )


def _read_said_of(text: str, style: DateStyle, notes: set[str]) -> str:
    """Return a date of which something is said: about, before, early."""
    for pattern, mark in ((_ABOUT, "~"), (_MAYBE, "?")):
        match = pattern.fullmatch(text)
        if match:
            return approximate(_read(_inner(match), style, notes), mark)
    match = _TWO_THIRDS.fullmatch(text)
    if match:
        inner = _read(match[3], style, notes)
        first, last = _third(inner, match[1]), _third(inner, match[2])
        return f"{first.partition('/')[0]}/{last.rpartition('/')[2]}" if first else ""
    match = _THIRD.fullmatch(text)
    if match:
        which = match[1] or match[4]
        return _third(_read(match[2] or match[3], style, notes), which)
    return _read_open(text, style, notes)


def _read_open(text: str, style: DateStyle, notes: set[str]) -> str:
    """Return a date that is open at one end: since, until; or "from ... to ..."."""
    match = _SINCE.fullmatch(text)
    if match:
        inner = _read(_inner(match), style, notes)
        return f"{inner.partition('/')[0]}/.." if _is_single(inner) else ""
    match = _UNTIL.fullmatch(text)
    if match:
        inner = _read(_inner(match), style, notes)
        return f"../{inner.rpartition('/')[2]}" if _is_single(inner) else ""
    match = _FROM.fullmatch(text)
    if match:
        span = read_span(match[1].replace(" AND ", " TO "), style, notes, _read)
        if span:
            return span
        inner = _read(match[1], style, notes)
        return f"{inner.partition('/')[0]}/.." if _is_single(inner) else ""
    return ""


def _inner(match: re.Match[str]) -> str:
    """Return the one group of a pattern that took part."""
    return next(group for group in match.groups() if group)


def _is_single(edtf: str) -> bool:
    """Tell whether a date has an end that another may begin with."""
    return bool(edtf) and not edtf.startswith("[") and ".." not in edtf


def _third(edtf: str, which: str) -> str:
    """Return the early, middle or late part of a month, year, decade or century."""
    if not _is_single(edtf) or "/" in edtf:
        return ""
    if edtf.endswith("XX"):
        first, last = _THIRDS["century"][which]
        return f"{int(edtf[:2]) * 100 + first:04}/{int(edtf[:2]) * 100 + last:04}"
    if edtf.endswith("X"):
        first, last = _THIRDS["decade"][which]
        return f"{edtf[:3]}{first}/{edtf[:3]}{last}"
    if len(edtf) == _YEARS and edtf.isdecimal():
        first, last = _THIRDS["year"][which]
    elif len(edtf) == _MONTHS and edtf[5:] <= str(_LAST_MONTH):
        first, last = _THIRDS["month"][which]
        last = min(last, gregorian.monthrange(int(edtf[:4]), int(edtf[5:]))[1])
    else:
        # A season or day has no part that is worth telling.
        return edtf
    return f"{edtf}-{first:02}/{edtf}-{last:02}"


def _read_years(text: str, style: DateStyle, notes: set[str]) -> str:
    """Return a fiscal year, or years in short: ``2019-20``, ``1996-99``."""
    match = _FISCAL.fullmatch(text)
    if not match or style.calendar != "gregorian":
        return ""
    year, short = int(match[2]), int(match[3])
    follows = short == (year + 1) % 100
    if follows and (match[1] or style.is_fiscal or short > _LAST_MONTH):
        notes.add("fiscal")
        return f"{year:04}/{year + 1:04}"
    if short <= _LAST_MONTH or short in _EDTF_CODES or short <= year % 100:
        return ""
    return f"{year:04}/{year - year % 100 + short:04}"


def _read_period(text: str, style: DateStyle) -> str:
    """Return a decade, century, season, quarter or week."""
    match = _DECADE.fullmatch(text)
    if match:
        return f"{_whole_year(match[1] or match[2], style) // 10:03}X"
    match = _DIGITS_UNKNOWN.fullmatch(text)
    if match and len(text) == _YEARS:
        return match[1] + "X" * len(match[2])
    match = _CENTURY.fullmatch(text)
    if match:
        return f"{int(match[1] or match[2]) - 1:02}XX"
    return _read_season(text, style) or _read_quarter(text) or _read_week(text)


def _read_season(text: str, style: DateStyle) -> str:
    """Return a season; a winter by the year that it begins in."""
    match = _WINTER.fullmatch(text)
    if match:
        follows = int(match[2][-2:]) == (int(match[1]) + 1) % 100
        return f"{match[1]}-24" if follows else ""
    match = _SEASON.fullmatch(text)
    if match:
        year = match[3] or match[2]
        return f"{_whole_year(year.lstrip(chr(39)), style):04}-{match[1] or match[4]}"
    match = _TWO_SEASONS.fullmatch(text)
    if match:
        return f"{match[3]}-{match[1]}/{match[3]}-{match[2]}"
    return ""


def _read_quarter(text: str) -> str:
    """Return a quarter or half of a year as its months."""
    match = _QUARTER.fullmatch(text)
    if not match:
        return ""
    number = int(match[1] or match[4] or match[7])
    year = match[3] or match[5] or match[6]
    months = 6 if match[2] == "HALF" else 3
    last = number * months
    if last > _LAST_MONTH:
        return ""
    return f"{year}-{last - months + 1:02}/{year}-{last:02}"


def _read_week(text: str) -> str:
    """Return a week of ISO 8601, or a day of one."""
    match = _WEEK.fullmatch(text)
    if not match:
        return ""
    try:
        first = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return ""
    if match[3]:
        return first.isoformat()
    return f"{first.isoformat()}/{(first + timedelta(days=6)).isoformat()}"


def _whole_year(written: str, style: DateStyle) -> int:
    """Return a year of four digits, or of two that does not lie after today."""
    if len(written) == _YEARS:
        return int(written)
    return full_year(int(written), 1, 1, style)
