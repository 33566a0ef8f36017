"""Years that lie far from all others of their column: told, never changed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Final

import pandas as pd

from geo.importing.remarks import Remark
from geo.model.dates import DateFormatError, bounds

#: Years between two clusters, at least, for one to be far from the other.
_GAP: Final = 30
#: Reporting does not reach further back than this without being history; nor ahead.
_FIRST_YEAR: Final = 1000
_AHEAD: Final = 10
#: A cluster with more of the rows than this is no slip of the keyboard.
_RARE: Final = 0.05
_FEW_ROWS: Final = 8
_SHOWN: Final = 3


def odd_years(edtf: pd.Series, *, today: date | None = None) -> list[Remark]:
    """Tell years that lie far from all others of a column.

    Years before 1000 or more than ten after today are odd unless most rows have such;
    of others, those more than thirty years, and more than the span of the others, away
    from the bulk, if they are few.

    Parameters
    ----------
    edtf
        EDTF or None for each row.
    today
        By default the day in UTC.

    Returns
    -------
    list of Remark
        At most one, ``date.odd-year``, with the dates as examples. Nothing is changed.
    """
    this_year = (today or datetime.now(UTC).date()).year
    rows = Counter(value for value in edtf if isinstance(value, str))
    year_of = {written: _year(written) for written in rows}
    years: Counter[int] = Counter()
    for written, n in rows.items():
        year = year_of[written]
        if year is not None:
            years[year] += n
    odd = _odd(years, this_year)
    if not odd:
        return []
    dates = sorted(written for written, year in year_of.items() if year in odd)
    chosen = set(dates)
    shown = ", ".join(dates[:_SHOWN])
    return [
        Remark(
            "date.odd-year",
            f"The year of some dates lies far from all others ({shown}); they are kept "
            "as they are.",
            tuple(int(row) for row, value in edtf.items() if value in chosen),  # type: ignore[call-overload]
            tuple(dates[:_SHOWN]),
            "Look whether a digit of the year is wrong, and mend it in the file.",
        )
    ]


def _year(written: str) -> int | None:
    """Return the first year that a date may mean, or the last of an open one."""
    if written[:4].isdecimal():
        return int(written[:4])
    try:
        span = bounds(written)
    except DateFormatError:
        return None
    day = span.earliest or span.latest
    return day.year if day else None


def _odd(years: Counter[int], this_year: int) -> set[int]:
    """Return the years that lie far from the others."""
    whole = sum(years.values())
    far = {year for year in years if not _FIRST_YEAR <= year <= this_year + _AHEAD}
    if 2 * sum(years[year] for year in far) > whole and len(far) < len(years):
        # Two slips beside one good date, as in a table of three rows.
        near = {year for year in years if year not in far}
        return far if near else set()
    rest = Counter({year: n for year, n in years.items() if year not in far})
    if not rest or sum(rest.values()) < _FEW_ROWS:
        return far
    clusters = _clusters(sorted(rest))
    bulk = max(
        clusters, key=lambda group: (sum(rest[year] for year in group), group[-1])
    )
    reach = max(_GAP, bulk[-1] - bulk[0])
    away = {year for year in rest if year < bulk[0] - reach or year > bulk[-1] + reach}
    n_away = sum(rest[year] for year in away)
    return far | away if n_away <= max(1, _RARE * whole) else far


def _clusters(years: list[int]) -> list[list[int]]:
    """Return years in groups, those of a group no further apart than the gap."""
    groups = [[years[0]]]
    for year in years[1:]:
        if year - groups[-1][-1] > _GAP:
            groups.append([])
        groups[-1].append(year)
    return groups
