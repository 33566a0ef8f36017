"""A plain date: day, month and year in digits or with a month's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geo.importing.dates.calendars import Calendar, calendar_of, edtf_of
from geo.importing.dates.numerals import best_reading, full_year, triple_of
from geo.importing.dates.style import DateStyle
from geo.model.dates import DateFormatError, bounds

_YEAR: Final = re.compile(r"\d{4}")
_YEAR_MONTH: Final = re.compile(r"(\d{4})\s?[-/.,年 ]\s?(\d{1,2}|xx|\?\?)")
_MONTH_YEAR: Final = re.compile(r"(\d{1,2}|xx|\?\?)\s?[-/.]\s?(\d{4})")
_ORDINAL: Final = re.compile(r"(\d{4})-(\d{3})")
_DIGITS: Final = re.compile(r"\d{6}|\d{8}|\d{12}|\d{14}")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})")
_DAY_YEAR: Final = re.compile(r"(\d{1,2})[, ]+(\d{4})")
_NUMBER: Final = re.compile(r"\d{1,2}")
#: "24 . 02 . 2022" of people who write with room.
_ROOM: Final = re.compile(r"(?<=\d)\s*([./])\s*(?=\d)")
_TOKENS: Final = re.compile(r"[MIP]\d\d|'\d\d|\d+|[^\W\d_]+|[^\w\s.,/'-]|-")
_MONTH: Final = re.compile(r"[MIP]\d\d")
_SEASON: Final = re.compile(r"\d{4}-(?:2[1-9]|3\d|4[01])(?![\d-])")
_MOST_DAYS: Final = 31
#: How many years ahead of today "10.2028" may lie.
_AHEAD: Final = 2
_PLAUSIBLE: Final = range(1000, 2601)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a text says of a date; 0 for what it does not say.

    Parameters
    ----------
    year, month, day
        In the calendar named.
    calendar
        Of the year and month.
    """

    year: int = 0
    month: int = 0
    day: int = 0
    calendar: Calendar = "gregorian"

    @property
    def edtf(self) -> str:
        """The date as EDTF; empty without a year, or if there is no such day."""
        return edtf_of(self.year, self.month, self.day, self.calendar)

    @property
    def precision(self) -> int:
        """How many parts are known, from the year on."""
        return 3 if self.day else 2 if self.month else 1


def is_edtf(text: str, style: DateStyle) -> bool:
    """Tell whether a text is EDTF of the kinds used here, as it stands.

    A year with a code of a season counts only in a column that is EDTF.
    """
    if not text[-1:].isascii() or (not style.is_edtf and _SEASON.search(text)):
        return False
    try:
        bounds(text)
    except (DateFormatError, AttributeError, TypeError):
        return False
    return "T" not in text


def approximate(edtf: str, mark: str) -> str:
    """Return a date with a mark such as ``~`` at each end that can take one."""
    if not edtf or edtf.startswith("["):
        return edtf
    return "/".join(_with_mark(end, mark) for end in edtf.split("/"))


def _with_mark(end: str, mark: str) -> str:
    if end in {"", ".."} or _SEASON.fullmatch(end):
        return end
    if end[-1] in "~?%":
        return end if end[-1] in {mark, "%"} else f"{end[:-1]}%"
    return end + mark


def read_plain(text: str, style: DateStyle, notes: set[str]) -> str:
    """Return a plain date as EDTF; empty if the text is not one."""
    text = _ROOM.sub(r"\1", text)
    triple = triple_of(text)
    if triple:
        edtf, contradicts = best_reading(triple, style)
        if edtf and contradicts:
            notes.add("contradicts")
        if edtf and triple.group.endswith("2"):
            notes.add("two-digit")
        return edtf
    if _DIGITS.fullmatch(text):
        return read_digits(text, style)
    match = _ORDINAL.fullmatch(text)
    if match:
        year, number = int(match[1]), int(match[2])
        if not 1 <= number <= 366:  # noqa: PLR2004 - days of a year
            return ""
        day = date(year, 1, 1) + timedelta(days=number - 1)
        return day.isoformat() if day.year == year else ""
    pieces = pieces_of(text, style, notes)
    return pieces.edtf if pieces and pieces.year else ""


def read_digits(text: str, style: DateStyle) -> str:
    """Return a date of six or eight bare digits as EDTF, or with hours and minutes."""
    if len(text) > 8:  # noqa: PLR2004 - hours and minutes follow the day
        return read_digits(text[:8], style) if int(text[8:10]) < 24 else ""  # noqa: PLR2004
    form = style.compact[len(text) == 8] or ("yyyymmdd" if len(text) == 8 else "")  # noqa: PLR2004
    year = month = day = 0
    match form:
        case "yyyymm":
            year, month = int(text[:4]), int(text[4:])
        case "yyyymmdd":
            year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
        case "ddmmyyyy":
            year, month, day = int(text[4:]), int(text[2:4]), int(text[:2])
        case "yymmdd":
            month, day = int(text[2:4]), int(text[4:])
            year = full_year(int(text[:2]), month, day, style)
        case "ddmmyy":
            month, day = int(text[2:4]), int(text[:2])
            year = full_year(int(text[4:]), month, day, style)
    if year not in _PLAUSIBLE:
        return ""
    return edtf_of(year, month, day, style.calendar)


def pieces_of(  # noqa: PLR0911 - one return a form
    text: str, style: DateStyle, notes: set[str]
) -> Pieces | None:
    """Return what a text says of a date, which may lack the year, or None.

    Halves of a stretch lack what the other half says: "1" of "1-5 March 2022".
    """
    text = _ROOM.sub(r"\1", text.strip(" ,;.-"))
    if _YEAR.fullmatch(text):
        return Pieces(int(text), calendar=style.calendar)
    match = _YEAR_MONTH.fullmatch(text)
    if match and match[2]:
        return _month_piece(match[1], match[2], style)
    match = _MONTH_YEAR.fullmatch(text)
    # "10.2034" is rather a coordinate.
    if match and ("." not in text or _is_near(int(match[2]), style)):
        return _month_piece(match[2], match[1], style)
    triple = triple_of(text)
    if triple:
        return _pieces_of_edtf(read_plain(text, style, notes))
    if _NUMBER.fullmatch(text):
        return Pieces(day=int(text))
    match = _DAY_YEAR.fullmatch(text)
    if match:
        return Pieces(int(match[2]), day=int(match[1]), calendar=style.calendar)
    match = _DAY_MONTH.fullmatch(text)
    if match:
        first, second = int(match[1]), int(match[3])
        is_month_first = style.order_of(f"{match[2]}4") in {"mdy", "ymd"}
        month, day = (first, second) if is_month_first else (second, first)
        if month > 12 >= day:  # noqa: PLR2004 - months of a year
            month, day = day, month
        return Pieces(month=month, day=day, calendar=style.calendar)
    return _pieces_of_words(text, style)


def _is_near(year: int, style: DateStyle) -> bool:
    """Tell whether a year is one that a date may well be of."""
    return style.calendar == "buddhist" or year <= style.today.year + _AHEAD


def _month_piece(year: str, month: str, style: DateStyle) -> Pieces:
    """Return a month of a year; an unknown month leaves the year."""
    return Pieces(
        int(year), int(month) if month.isdecimal() else 0, calendar=style.calendar
    )


def _pieces_of_edtf(edtf: str) -> Pieces | None:
    """Return the parts of a plain EDTF date of ours."""
    if not edtf or "/" in edtf:
        return None
    year, month, day, *_ = [*map(int, edtf.split("-")), 0, 0]
    return Pieces(year, month, day)


def _pieces_of_words(  # noqa: PLR0911 - one return a form
    text: str, style: DateStyle
) -> Pieces | None:
    """Return the parts of a date with one month's name and at most two numbers."""
    parts = _TOKENS.findall(text)
    months = [at for at, part in enumerate(parts) if _MONTH.fullmatch(part)]
    if len(months) != 1:
        return None
    name = parts[months[0]]
    before = [part for part in parts[: months[0]] if part != "-"]
    after = [part for part in parts[months[0] + 1 :] if part != "-"]
    calendar = calendar_of(name[0], style.calendar)
    month = int(name[1:])
    numbers = [*before, *after]
    if not all(number.strip("'").isdecimal() for number in numbers):
        return None
    # "May-20" and "May '20" are months; "May 20" is a day without a year.
    is_short_year = after and (
        after[0].startswith("'") or (not before and parts[months[0] + 1] == "-")
    )
    match [len(number.strip("'")) for number in numbers]:
        case []:
            return Pieces(month=month, calendar=calendar)
        case [4]:
            return Pieces(int(numbers[0]), month, calendar=calendar)
        case [1 | 2] if not is_short_year:
            return Pieces(month=month, day=int(numbers[0]), calendar=calendar)
        case [2]:
            year = full_year(int(numbers[0].strip("'")), month, 0, style)
            return Pieces(year, month, calendar=calendar)
        case [1 | 2, 4]:
            return Pieces(int(numbers[1]), month, int(numbers[0]), calendar)
        case [4, 1 | 2]:
            return Pieces(int(numbers[0]), month, int(numbers[1]), calendar)
        case [1 | 2, 2] | [2, 1]:
            first, second = (int(number.strip("'")) for number in numbers)
            day, short = (second, first) if first > _MOST_DAYS else (first, second)
            year = full_year(short, month, day, style)
            return Pieces(year, month, day, calendar)
    return None
