"""Dates in every form that a layer can have."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a column here
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa

from geo.bulk.synthesis.drawing import as_json, choose
from geo.layer.table import OPEN_FUTURE, OPEN_PAST, SCHEMA, days_of, month_of
from geo.model.dates import Bounds, bounds

FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2025
#: How often each form of a date; the forms are those of :func:`written_dates`.
_DATE_SHARES: Final = {
    "day": 0.62,
    "month": 0.14,
    "year": 0.03,
    "season": 0.04,
    "unsure": 0.06,
    "unspecified": 0.02,
    "open": 0.03,
    "interval": 0.03,
    "set": 0.01,
    "none": 0.02,
}


@dataclass(frozen=True, slots=True)
class _Dates:
    """Dates as columns, and where each form's begin and how many there are.

    ``text`` is the date's part of a feature.
    """

    columns: dict[str, pa.Array]
    text: pa.StringArray
    forms: dict[str, tuple[int, int]]


def draw_dates(
    rng: np.random.Generator, size: int
) -> tuple[dict[str, pa.Array], pa.StringArray]:
    """Draw dates, more in later years and in every form: columns, and texts."""
    pool = _dates()
    form = choose(rng, list(_DATE_SHARES.values()), size)
    along = np.sqrt(rng.random(size))
    spans = np.array([pool.forms[name] for name in _DATE_SHARES])
    start, most = spans[form, 0], spans[form, 1]
    row = pa.array(start + np.minimum((along * most).astype(np.int64), most - 1))
    columns = {name: column.take(row) for name, column in pool.columns.items()}
    return columns, pool.text.take(row)


@lru_cache(maxsize=1)
def _dates() -> _Dates:
    """Write every date there is to draw, in order of time within its form."""
    written: list[str | None] = []
    forms: dict[str, tuple[int, int]] = {}
    for name, texts in written_dates().items():
        forms[name] = (len(written), len(texts))
        written += texts
    spans = [bounds(text) if text else Bounds(None, None) for text in written]
    early = [span.earliest for span in spans]
    late = [span.latest for span in spans]
    columns = {
        "date": written,
        "dated": [bool(first or last) for first, last in zip(early, late, strict=True)],
        "earliest": [days_of(day, otherwise=OPEN_PAST) for day in early],
        "latest": [days_of(day, otherwise=OPEN_FUTURE) for day in late],
        "earliest_month": list(map(month_of, early)),
        "latest_month": list(map(month_of, late)),
    }
    text = [
        f'"date":{as_json(said)},"date_earliest":{as_json(_iso(first))},'
        f'"date_latest":{as_json(_iso(last))}'
        for said, first, last in zip(written, early, late, strict=True)
    ]
    arrays = {
        name: pa.array(values, SCHEMA.field(name).type)
        for name, values in columns.items()
    }
    return _Dates(arrays, pa.array(text), forms)


def written_dates() -> dict[str, list[str | None]]:
    """Return the dates of each form, in order of time."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    months = [f"{year}-{month:02}" for year in years for month in range(1, 13)]
    few = months[::9]
    return {
        "day": [
            f"{month}-{day:02}"
            for month in months
            for day in range(1, 1 + _last_day(month))
        ],
        "month": list(months),
        "year": [str(year) for year in years],
        "season": [f"{year}-{season}" for year in years for season in range(21, 25)],
        "unsure": [
            text
            for index, month in enumerate(few)
            for text in (f"{month}{'~?%'[index % 3]}", f"{month}-14{'?%~'[index % 3]}")
        ],
        "unspecified": [f"{month}-XX" for month in few],
        "open": [
            text
            for index, month in enumerate(few)
            for text in (f"../{month}" if index % 2 else f"{month}-05/..",)
        ],
        "interval": [f"{month}-03/{month}-{_last_day(month)}" for month in few],
        "set": [f"[{month},{month[:4]}-12-30]" for month in few],
        "none": [None],
    }


def _last_day(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:7]))[1]


def _iso(day: Day | None) -> str | None:
    return day.isoformat() if day else None
