"""What other columns of a table say of dates that may have the day or the month first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, get_args

import numpy as np
import pandas as pd
from babel import Locale

from geo.importing.cells import is_blank, map_distinct, text_of
from geo.importing.dates import DateStyle, join_parts, look_at_dates, read_dates
from geo.importing.dates.style import ORDER_WORDS, Order
from geo.importing.naming import roles_by_name
from geo.importing.remarks import Remark
from geo.model.folding import fold

#: The code of what is said of an order that another column tells.
BESIDE: Final = "date.beside"
_LOCALES: Final = (
    *("en", "sr_Latn", "sr_Cyrl", "ru", "uk", "es", "fr", "de", "pt", "ar", "tr"),
    *("it", "nl", "pl", "id", "fa"),
)
#: A year that says nothing, to read months by themselves.
_ANY_YEAR: Final = "2000"
_FEWEST: Final = 2
_MOST_ROWS: Final = 2_000
_MOST_COLUMNS: Final = 100
_MOSTLY: Final = 0.9
#: An order must be so many times nearer to the other dates than the next.
_NEARER: Final = 3
#: What is reported is so many days away from what happened, at most.
_MOST_DAYS: Final = 31
_THREE_NUMBERS: Final = r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b"
_LAST_MONTH: Final = 12
_SEVERAL: Final = 2
_DAY: Final = len("2022-03-01")
_MONTH: Final = len("2022-03")
Days = pd.Series


@dataclass(frozen=True, slots=True)
class OrderBeside:
    """An order of day and month, and the column that tells it."""

    order: Order
    column: str

    def remark(self, dates: str) -> Remark:
        """Return what is said of it, for a column of dates."""
        message = (
            f"Dates in {dates!r} were read with the {ORDER_WORDS[self.order]}, "
            f"as {self.column!r} tells."
        )
        return Remark(BESIDE, message, (), (), "If not, say so with --date-order.")


def order_beside(
    frame: pd.DataFrame, column: str, style: DateStyle
) -> OrderBeside | None:
    """Return the order that other columns tell, or None where they tell none, or two.

    Parameters
    ----------
    frame
        The records.
    column
        A column of dates of which its own rows decide nothing.
    style
        What they say, as far as they do.
    """
    rows = frame.head(_MOST_ROWS)
    orders = [
        order
        for order in get_args(Order)
        if any(order in example.readings for example in style.examples)
    ]
    readings = {
        order: _days(rows[column], replace(style, order=order, is_decided=True))
        for order in orders
    }
    if len(readings) < _FEWEST:
        return None
    first, *others = readings.values()
    differ = pd.concat([first != other for other in others], axis=1).any(axis=1)
    readings = {order: days[differ] for order, days in readings.items()}
    columns: dict[Order, str] = {}
    for other in list(rows.columns)[:_MOST_COLUMNS]:
        if other != column:
            for order in _told_by(rows.loc[differ, other], readings, style.today):
                columns.setdefault(order, str(other))
    if len(columns) != 1:
        return None
    [(order, name)] = columns.items()
    return OrderBeside(order, name)


def contradict(cells: pd.Series[Any], order: str) -> bool:
    """Tell whether the dates of a column cannot have the order of an earlier table.

    So they cannot if several have a number over twelve where that order has the month,
    and none where it has the day: one alone is rather a slip.
    """
    parts = cells.dropna().astype(str).str.extract(_THREE_NUMBERS).astype(float)
    first, second = ((parts[number] > _LAST_MONTH).sum() for number in (0, 1))
    against = {"dmy": (second, first), "mdy": (first, second)}
    many, none = against.get(order, (0, 0))
    return bool(many >= _SEVERAL and not none)


def _days(cells: pd.Series[Any], style: DateStyle) -> Days:
    """Return cells as days; NaT for what is none."""
    edtf = read_dates(cells, style).edtf
    whole = edtf.where(edtf.str.len() == _DAY)
    return pd.to_datetime(whole, format="%Y-%m-%d", errors="coerce")


def _told_by(
    cells: pd.Series[Any], readings: Mapping[Order, Days], today: date
) -> Iterator[Order]:
    """Yield the order that one column tells, if it tells one."""
    filled = cells[~cells.map(is_blank).astype(bool)]
    if filled.empty:
        return
    readings = {order: days.loc[filled.index] for order, days in readings.items()}
    agreeing = _agreeing(filled, readings)
    if agreeing is None:
        yield from _nearest(filled, readings, today)
        return
    fitting = [order for order, share in agreeing.items() if share >= _MOSTLY]
    if len(fitting) == 1:
        yield fitting[0]


def _agreeing(
    cells: pd.Series[Any], readings: Mapping[Order, Days]
) -> dict[Order, float] | None:
    """Return how many rows of each order agree with weekdays, months or days."""
    weekdays = map_distinct(cells, lambda cell: _weekdays().get(fold(text_of(cell))))
    if weekdays.notna().mean() >= _MOSTLY:
        return {
            order: float((days.dt.day_of_week == weekdays.astype(float)).mean())
            for order, days in readings.items()
        }
    roles = roles_by_name(str(cells.name))
    if "date.month" in roles:
        year = pd.Series(_ANY_YEAR, index=cells.index, dtype=object)
        months = join_parts(year, cells).edtf.str[_MONTH - 2 : _MONTH]
        numbers = pd.to_numeric(months, errors="coerce")
        return {
            order: float((days.dt.month == numbers).mean())
            for order, days in readings.items()
        }
    if "date.day" in roles:
        numbers = pd.to_numeric(cells, errors="coerce")
        return {
            order: float((days.dt.day == numbers).mean())
            for order, days in readings.items()
        }
    return None


def _nearest(
    cells: pd.Series[Any], readings: Mapping[Order, Days], today: date
) -> Iterator[Order]:
    """Yield the order whose days are those of another column, or soon before or after."""
    style = look_at_dates(cells, today=today, name=str(cells.name))
    if not style.is_decided or style.share < _MOSTLY or style.unit == "excel":
        return
    edtf = read_dates(cells, style).edtf
    lengths = edtf.str.len()
    if (lengths == _MONTH).mean() >= _MOSTLY:
        agreeing = {
            order: float((days.dt.strftime("%Y-%m") == edtf).mean())
            for order, days in readings.items()
        }
        fitting = [order for order, share in agreeing.items() if share >= _MOSTLY]
        if len(fitting) == 1:
            yield fitting[0]
        return
    if (lengths == _DAY).mean() < _MOSTLY:
        return
    others = pd.to_datetime(edtf.where(lengths == _DAY), errors="coerce")
    away = {
        order: float(np.nanmedian((others - days).dt.days.abs().to_numpy(float)))
        for order, days in readings.items()
    }
    best, *rest = sorted(away, key=lambda order: away[order])
    is_near = away[best] <= _MOST_DAYS
    if is_near and all(away[order] >= _NEARER * (away[best] + 1) for order in rest):
        yield best


@lru_cache(maxsize=1)
def _weekdays() -> Mapping[str, int]:
    """Return the numbers of weekdays by their folded names, Monday as 0."""
    numbers: dict[str, int] = {}
    for code in _LOCALES:
        widths = ("wide", "abbreviated") if code == "en" else ("wide",)
        for width in widths:
            for number, name in Locale.parse(code).days["format"][width].items():
                numbers.setdefault(fold(name), number)
    return numbers
