"""Dates of three numbers, such as 03/05/22, whose order the whole column decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from geo.importing.dates.calendars import Calendar, edtf_of
from geo.importing.dates.style import DateStyle, Order

_PART: Final = r"(\d{1,2}|\?\?|xx)"
#: Year last, or three parts of two digits at most.
_YEAR_LAST: Final = re.compile(rf"{_PART}([-/. ]){_PART}\2'?(\d{{4}}|\d{{2}})")
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/. ]){_PART}\2{_PART}")
#: Within a longer text, where no digit adjoins.
_WITHIN: Final = re.compile(
    rf"(?<![\w/.])(?:{_YEAR_LAST.pattern}"
    rf"|{_YEAR_FIRST.pattern.replace(chr(92) + '2', chr(92) + '6')})(?![\d/]|\.\d)"
)
_CENTURY: Final = 100
#: How many years ahead of today a two-digit year of Persia or Thailand may lie.
_AHEAD: Final[dict[Calendar, int]] = {"persian": -621, "islamic": -579, "buddhist": 543}


@dataclass(frozen=True, slots=True)
class Triple:
    """Three numbers with one sign between them.

    Parameters
    ----------
    parts
        As they stand; 0 for a part not known.
    group
        Sign and number of the year's digits (``/4``), ``/y`` with the year first.
    """

    parts: tuple[int, int, int]
    group: str

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders that it may be written in, by its digits alone."""
        if self.group.endswith("y"):
            return ("ymd", "ydm")
        return ("dmy", "mdy", "ymd") if self.group.endswith("2") else ("dmy", "mdy")


def triple_of(text: str) -> Triple | None:
    """Return the three numbers that a marked text is, or None."""
    match = _YEAR_LAST.fullmatch(text)
    if match:
        first, sign, second, third = match.groups()
        return Triple(
            (_number(first), _number(second), int(third)), f"{sign}{len(third)}"
        )
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        first, sign, second, third = match.groups()
        return Triple((int(first), _number(second), _number(third)), f"{sign}y")
    return None


def triples_within(text: str) -> Iterator[Triple]:
    """Yield every three numbers of a marked text, as in "03/05/2022 - 04/05/2022"."""
    for match in _WITHIN.finditer(text):
        triple = triple_of(match[0])
        if triple:
            yield triple


def read_triple(triple: Triple, order: Order, style: DateStyle) -> str:
    """Return three numbers as EDTF in one order; empty if that is no day."""
    first, second, third = triple.parts
    year, month, day = {
        "dmy": (third, second, first),
        "mdy": (third, first, second),
        "ymd": (first, second, third),
        "ydm": (first, third, second),
    }[order or "dmy"]
    if triple.group.endswith("2"):
        year = full_year(year, month, day, style)
    return edtf_of(year, month, day, style.calendar)


def full_year(year: int, month: int, day: int, style: DateStyle) -> int:
    """Return the year of two digits: the last one that does not lie after today."""
    ahead = _AHEAD.get(style.calendar, 0)
    latest = style.today.year + ahead
    century = latest - latest % _CENTURY
    whole = century + year
    if ahead:
        return whole if whole <= latest else whole - _CENTURY
    later = (whole, month, day) > (latest, style.today.month, style.today.day)
    return whole - _CENTURY if later else whole


def best_reading(triple: Triple, style: DateStyle) -> tuple[str, bool]:
    """Return three numbers as EDTF, and whether the column's order does not fit them.

    Where it does not, they are read in the one order that fits, if there is just one
    day that they can be; otherwise not at all (an empty text).
    """
    order = style.order_of(triple.group)
    if order not in triple.orders:
        order = style.order if style.order in triple.orders else triple.orders[0]
    written = read_triple(triple, order, style)
    if written:
        return written, False
    others = {read_triple(triple, other, style) for other in triple.orders} - {""}
    return (others.pop(), True) if len(others) == 1 else ("", False)


def is_after(written: str, day: date) -> bool:
    """Tell whether an EDTF day, month or year begins after a day."""
    return written[:10] > day.isoformat()[: len(written[:10])]


def _number(part: str) -> int:
    """Return a part as a number; 0 for one that is not known."""
    return int(part) if part.isdecimal() else 0
