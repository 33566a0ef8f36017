"""The date histogram: how many incidents each month had, or may have had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np


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
        an open end.
    most
        Years are counted where months would be more than so many bars.

    Returns
    -------
    list[Bin]
        In order of time; empty without any bounded span.
    """
    closed = [month for span in spans for month in span[:2] if month is not None]
    if not closed:
        return []
    first, last = min(closed), max(closed)
    step = 1
    if last - first + 1 > most:
        step = 12
        first -= first % 12
    size = (last - first) // step + 1
    certain = np.zeros(size, dtype=np.int64)
    change = np.zeros(size + 1, dtype=np.int64)
    for start, end, count in spans:
        low = 0 if start is None else (start - first) // step
        high = size - 1 if end is None else (end - first) // step
        if start is not None and end is not None and low == high:
            certain[low] += count
        else:
            change[low] += count
            change[high + 1] -= count
    possible = np.cumsum(change)[:size]
    busy = certain > 0
    busy |= change[:size] != 0
    busy[1:] |= change[1:size] != 0
    return _with_gaps(first, step, certain, possible, busy)


def _with_gaps(
    first: int,
    step: int,
    certain: np.ndarray[Any, np.dtype[np.int64]],
    possible: np.ndarray[Any, np.dtype[np.int64]],
    busy: np.ndarray[Any, np.dtype[np.bool_]],
) -> list[Bin]:
    """Fold whole calendar years in which nothing changes into one break each."""
    bins: list[Bin] = []
    index = 0
    size = len(certain)
    while index < size:
        month = first + index * step
        run = index
        while run < size and not busy[run]:
            run += 1
        start = index + (-month % 12) if step == 1 else index
        whole = (run - start) // 12 * 12 if step == 1 else run - start
        if whole >= (12 if step == 1 else 3):
            bins.extend(
                _bin(first + at * step, step, certain[at], possible[at])
                for at in range(index, start)
            )
            span = _bin(first + start * step, step * whole, 0, possible[start])
            bins.append(Bin(span.since, span.until, 0, span.possible, gap=True))
            index = start + whole
        else:
            stop = max(run, index + 1)
            bins.extend(
                _bin(first + at * step, step, certain[at], possible[at])
                for at in range(index, stop)
            )
            index = stop
    return bins


def _bin(month: int, months: int, certain: int, possible: int) -> Bin:
    since = date(month // 12, month % 12 + 1, 1)
    after = month + months
    until = date.fromordinal(date(after // 12, after % 12 + 1, 1).toordinal() - 1)
    return Bin(since, until, int(certain), int(possible))
