"""Years far from the others, and columns that look like dates."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from geo.importing.dates import dates_likeness, odd_years

TODAY = date(2026, 11, 26)


def odd(*dates: str | None) -> tuple[int, ...]:
    """Return the rows whose year is odd."""
    remarks = odd_years(pd.Series(dates, dtype=object), today=TODAY)
    return remarks[0].rows if remarks else ()


def test_slips_of_the_keyboard_are_told_with_their_value() -> None:
    """Even where they are most of a short table."""
    assert odd("2202-02-24", "0202-02-24", "2022-02-24") == (0, 1)
    [remark] = odd_years(pd.Series(["2022-02", "2203-01"] * 1), today=TODAY)
    assert "2203-01" in remark.message


def test_a_year_far_from_the_bulk_is_told() -> None:
    """If it is one of few."""
    assert odd(*["2021-05"] * 20, "1921-05", None) == (20,)


@pytest.mark.parametrize(
    "dates",
    [
        ["2021", "2022", "2023-05-01"],
        [f"{year}" for year in range(1900, 2020, 7)],
        [
            "1812",
            "1848",
            "1871",
            "1914",
            "1939",
            "1968",
            "1989",
            "2001",
            "2020",
        ],
        ["1994-05"] * 10 + ["2021-05"] * 10,
        [None],
        [],
    ],
)
def test_history_is_not_odd(dates: list[str | None]) -> None:
    """Sparse years and two times of interest."""
    assert odd(*dates) == ()


@pytest.mark.parametrize(
    "values",
    [["16 May 2025", "before 2014"], ["25/12/2020", None], ["2022-03-01T10:00Z"]],
)
def test_a_column_of_dates_looks_like_one(values: list[str | None]) -> None:
    """Blanks do not count."""
    assert dates_likeness(pd.Series(values), today=TODAY) == 1.0


@pytest.mark.parametrize(
    "values",
    [["44.81", "20.46"], ["12", "3"], ["Belgrade", "Novi Sad"], ["May 1 attack"], []],
)
def test_other_columns_do_not(values: list[str]) -> None:
    """Counts, coordinates, names."""
    assert dates_likeness(pd.Series(values, dtype=object), today=TODAY) == 0.0


def test_bare_numbers_count_less() -> None:
    """A year may be a number of people."""
    years = dates_likeness(pd.Series(["2014", "2015"]), today=TODAY)
    moments = dates_likeness(pd.Series([1_650_000_000_000]), today=TODAY)

    assert 0 < years < moments < 1
