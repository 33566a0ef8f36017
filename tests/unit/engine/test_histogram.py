"""Bars of time: how many incidents each month had, or may have had."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from geo.engine.histogram import Bin, histogram

JANUARY_2023 = 2023 * 12


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[int | None, int | None, int]]:
    """Return spans of months, some of them open, some far apart."""
    found: list[tuple[int | None, int | None, int]] = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(12, 9999 * 12 + 11) | st.integers(24_000, 24_400))
        end = min(9999 * 12 + 11, start + draw(st.integers(0, 60) | st.just(0)))
        one: tuple[int | None, int | None, int] = (start, end, draw(st.integers(1, 5)))
        open_end = draw(st.sampled_from(("no", "no", "no", "start", "end", "both")))
        low = None if open_end in {"start", "both"} else one[0]
        high = None if open_end in {"end", "both"} else one[1]
        found.append((low, high, one[2]))
    return found


def month(day: date) -> int:
    """Return a day's month, counted from year 0."""
    return day.year * 12 + day.month - 1


@given(spans(), st.sampled_from((1, 24, 240, 10**6)))
def test_bars_cover_time_without_holes_and_count_what_meets_them(
    given_spans: list[tuple[int | None, int | None, int]], most: int
) -> None:
    """Each bar begins where the last ended; its two counts are those of its spans."""
    bars = histogram(given_spans, most=most)

    closed = [
        (low, high, count)
        for low, high, count in given_spans
        if low is not None and high is not None
    ]
    for bar, after in pairwise(bars):
        assert bar.until + timedelta(days=1) == after.since
    total = sum(count for _, _, count in closed)
    assert sum(bar.certain for bar in bars) <= total
    for bar in bars:
        first, last = month(bar.since), month(bar.until)
        meeting = [one for one in closed if one[0] <= last and one[1] >= first]
        inside = [one for one in closed if one[0] >= first and one[1] <= last]
        assert bar.certain + bar.possible == sum(count for _, _, count in meeting)
        if not bar.gap:
            assert bar.certain == sum(count for _, _, count in inside)


@given(spans())
def test_every_bounded_span_lies_within_the_bars(
    given_spans: list[tuple[int | None, int | None, int]],
) -> None:
    """Nothing with two ends is left out of the picture."""
    bars = histogram(given_spans, most=240)

    for low, high, _ in given_spans:
        if low is not None and high is not None:
            assert month(bars[0].since) <= low
            assert month(bars[-1].until) >= high


def test_a_month_is_certain_and_a_year_is_possible() -> None:
    """One incident in March, one somewhere in the year."""
    bars = histogram(
        [(JANUARY_2023 + 2, JANUARY_2023 + 2, 1), (JANUARY_2023, JANUARY_2023 + 11, 1)],
        most=240,
    )

    assert [bar.certain for bar in bars] == [0, 0, 1] + [0] * 9
    assert [bar.possible for bar in bars] == [1] * 12
    assert (bars[0].since, bars[-1].until) == (date(2023, 1, 1), date(2023, 12, 31))


def test_empty_years_make_a_break() -> None:
    """Decades without anything do not push the bars out of sight."""
    bars = histogram([(1999 * 12, 1999 * 12, 1), (2022 * 12, 2022 * 12, 1)], most=240)

    assert [bar.gap for bar in bars].count(True) == 1
    assert next(bar for bar in bars if bar.gap) == Bin(
        date(2000, 1, 1), date(2021, 12, 31), 0, 0, gap=True
    )


def test_many_months_are_counted_by_year() -> None:
    """Forty years of months would be bars too thin to see."""
    every_month = [(number, number, 1) for number in range(1980 * 12, 2020 * 12)]

    bars = histogram(every_month, most=240)

    assert len(bars) == 40
    assert {bar.certain for bar in bars} == {12}


def test_time_ends_with_the_calendar() -> None:
    """A date in the last month there is has a bar like any other."""
    last = 9999 * 12 + 11

    assert histogram([(last, last, 1)], most=240)[-1].until == date.max


def test_open_dates_have_no_bar() -> None:
    """What has no end belongs to no month."""
    assert histogram([], most=240) == []
    assert histogram([(None, 24_000, 3), (24_000, None, 2)], most=240) == []
