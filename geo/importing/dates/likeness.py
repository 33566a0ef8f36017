"""How much a column looks like dates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import pandas as pd

from geo.importing.dates.counting import numbers_of
from geo.importing.dates.distinct import distinct_of
from geo.importing.dates.looking import look_at_dates
from geo.importing.dates.reading import read_dates

#: Distinct values that are looked at: enough to know a column by.
_SAMPLED: Final = 500
_YEARS_AHEAD: Final = 2
_FIRST_YEAR: Final = 1800
_YEAR_DIGITS: Final = 4
#: What a bare number is worth as a date: many other things are numbers of its length.
_WORTH: Final = {
    4: 0.5,
    5: 0.3,
    6: 0.4,
    8: 0.8,
    10: 0.6,
    12: 0.7,
    13: 0.8,
    14: 0.8,
    16: 0.8,
}
_WORTH_OTHERWISE: Final = 0.2


def dates_likeness(values: pd.Series, *, today: date | None = None) -> float:
    """Return how much a column looks like dates, 0 to 1.

    1 is a column of nothing but dates that can be nothing else; bare numbers count
    less, since counts, codes and coordinates are numbers too. Blanks do not count; an
    empty column gives 0.

    Parameters
    ----------
    values
        The column. Of many distinct values an even sample is looked at, which does not
        depend on the order of rows.
    today
        By default the day in UTC.
    """
    today = today or datetime.now(UTC).date()
    distinct = distinct_of(values)
    if not len(distinct.texts):
        return 0.0
    order = np.argsort(distinct.texts.astype("U64"), kind="stable")
    step = max(1, len(order) // _SAMPLED)
    chosen = order[::step]
    texts = pd.Series(distinct.texts[chosen], dtype=object)
    rows = distinct.counts[chosen]
    read = read_dates(texts, look_at_dates(texts, today=today)).edtf
    numbers = numbers_of(distinct.texts[chosen])
    worth = 0.0
    for written, number, edtf, n in zip(texts, numbers, read, rows, strict=True):
        if not isinstance(edtf, str):
            continue
        years = edtf.strip("[./")[:_YEAR_DIGITS]
        if (
            years.isdecimal()
            and not _FIRST_YEAR <= int(years) <= today.year + _YEARS_AHEAD
        ):
            continue
        is_bare = not np.isnan(number)
        digits = len(written.partition(".")[0].lstrip("+-"))
        worth += n * (_WORTH.get(digits, _WORTH_OTHERWISE) if is_bare else 1.0)
    return float(worth / rows.sum())
