"""The date histogram: how many incidents each month had, or may have had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

#: Years without any incident that make a break, and years without a change.
_EMPTY_YEARS: Final = 1
_STEADY_YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the date histogram: the days it covers, and how many incidents.

    ``certain`` are those whose date lies inside; ``possible`` are further ones
    whose date may lie inside. A bin with ``gap`` stands for a stretch of years
    without any change, drawn as a break.
    """

    since: date
    until: date
    certain: int
    possible: int
    gap: bool = False


def histogram(
    spans: Sequence[tuple[int | None, int | None, int]], *, most: int
) -> list[Bin]:
    """Return the bars for spans of months.

    Parameters
    ----------
    spans
        (first month, last month, how many): months counted from year 0; None is
        an open end. What is open at an end belongs to no month, so it has no bar.
    most
        Years are counted where months would be more than so many bars.

    Returns
    -------
    list[Bin]
        In order of time; empty without any bounded span.
    """
    closed = [
        (start, end, count)
        for start, end, count in spans
        if start is not None and end is not None
    ]
    if not closed:
        return []
    bins = _bars(closed, step=1)
    return bins if len(bins) <= most else _bars(closed, step=12)


def _bars(spans: Sequence[tuple[int, int, int]], *, step: int) -> list[Bin]:
    """Return bars of *step* months each, with stretches of no change folded."""
    first = min(start for start, _, _ in spans)
    first -= first % step
    last = max(end for _, end, _ in spans)
    size = (last - first) // step + 1
    certain = np.zeros(size, dtype=np.int64)
    change = np.zeros(size + 1, dtype=np.int64)
    for start, end, count in spans:
        low, high = (start - first) // step, (end - first) // step
        if low == high:
            certain[low] += count
        else:
            change[low] += count
            change[high + 1] -= count
    possible = np.cumsum(change)[:size]
    bins: list[Bin] = []
    index = 0
    while index < size:
        folded = _fold(first + index * step, step, certain[index:], possible[index:])
        bin_ = _bin(
            first + index * step, step * max(1, folded), certain[index], possible[index]
        )
        bins.append(replace(bin_, gap=folded > 0))
        index += max(1, folded)
    return bins


def _fold(
    month: int,
    step: int,
    certain: np.ndarray[Any, np.dtype[np.int64]],
    possible: np.ndarray[Any, np.dtype[np.int64]],
) -> int:
    """Return how many bars from here on make one break: whole years, or none.

    Only years without any incident are folded, or many years through which the
    same few merely may have happened.
    """
    if month % 12:
        return 0
    changes = np.flatnonzero((certain > 0) | (possible != possible[0]))
    steady = int(changes[0]) if changes.size else len(possible)
    whole = steady // (12 // step) * (12 // step)
    years = whole * step // 12
    return whole if years >= (_STEADY_YEARS if possible[0] else _EMPTY_YEARS) else 0


def _bin(month: int, months: int, certain: int, possible: int) -> Bin:
    since = date(month // 12, month % 12 + 1, 1)
    after = month + months
    # The calendar used here ends with the year 9999.
    until = date.max
    if after // 12 <= date.max.year:
        until = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    return Bin(since, until, int(certain), int(possible))
