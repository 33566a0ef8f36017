"""How the dates of one column are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

from geo.importing.dates.calendars import Calendar

#: Orders in which a date of three numbers may be written.
Order: TypeAlias = Literal["", "dmy", "mdy", "ymd", "ydm"]
#: What the bare numbers of a column count.
Unit: TypeAlias = Literal["", "s", "ms", "us", "ns", "excel"]
#: Which bare numbers of six digits, or eight, are dates, by their parts.
Compact: TypeAlias = Literal["", "yyyymm", "yymmdd", "ddmmyy", "yyyymmdd", "ddmmyyyy"]

UNIT_WORDS: Final[dict[str, str]] = {
    "s": "seconds since 1970",
    "ms": "milliseconds since 1970",
    "us": "microseconds since 1970",
    "ns": "nanoseconds since 1970",
    "excel": "day numbers of Excel",
}
ORDER_WORDS: Final[dict[str, str]] = {
    "dmy": "day first",
    "mdy": "month first",
    "ymd": "year, month, day",
    "ydm": "year, day, month",
}


@dataclass(frozen=True, slots=True)
class DoubleReading:
    """A value that may mean two days.

    Parameters
    ----------
    written
        As the file has it.
    readings
        The dates that it may mean, by order: ``{"dmy": "2022-05-03", ...}``.
    """

    written: str
    readings: dict[str, str]


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How the dates of one column are written, decided by all its rows.

    Parameters
    ----------
    name
        Of the column, for messages.
    order
        Of dates such as 03/05/2022; empty where no row has one. If it is not
        decided, the proposal.
    is_decided
        Whether the rows, the column's name or a person decide the order; otherwise
        it is to be asked.
    reason
        Why this order, in a few words that follow "because".
    examples
        At most three values that two orders read differently, with both readings.
    orders
        Order by group of values (sign between the parts, number of digits of the
        year), where a group has evidence of its own.
    calendar
        Of the years that name none themselves.
    unit
        What bare numbers count.
    compact
        How bare numbers of six digits and of eight are read.
    is_fiscal
        Whether ``2019-20`` is the year from 2019 to 2020.
    is_edtf
        Whether something besides such values says that they are EDTF, so that
        ``2019-22`` is a summer.
    formats
        Patterns of strptime that a person set; they are tried first.
    today
        Two-digit years do not land after it.
    share
        Share of the rows with a value that can be read, 0 to 1; 0 of an empty column.
    n_values
        Number of rows with a value.
    n_utc
        Number of times in UTC.
    zones
        Zones and offsets named beside times, as written, the first five by alphabet.
    are_midnights
        Whether all times are 0:00, so that they are days rather than moments.
    """

    today: date
    name: str = ""
    order: Order = ""
    is_decided: bool = True
    reason: str = ""
    examples: tuple[DoubleReading, ...] = ()
    orders: dict[str, Order] = field(default_factory=dict)
    calendar: Calendar = "gregorian"
    unit: Unit = ""
    compact: tuple[Compact, Compact] = ("", "")
    is_fiscal: bool = False
    is_edtf: bool = False
    formats: tuple[str, ...] = ()
    share: float = 0.0
    n_values: int = 0
    n_utc: int = 0
    zones: tuple[str, ...] = ()
    are_midnights: bool = True

    def order_of(self, group: str) -> Order:
        """Return the order of one group of values (see ``orders``)."""
        return self.orders.get(group) or self.order or "dmy"

    @property
    def label(self) -> str:
        """The column as messages name it."""
        return f"column {self.name!r}" if self.name else "the column"
