"""Dates of several columns."""

from __future__ import annotations

from datetime import date

import pandas as pd

from geo.importing.dates import DateStyle, join_dates, join_parts


def column(*values: object, name: str = "") -> pd.Series:
    """Return a column."""
    return pd.Series(values, dtype=object, name=name)


def test_start_and_end_become_one_date() -> None:
    """Equal ends are a day, a lone end is by then."""
    joined = join_dates(
        column("2022-02-24", "2022-03", "2022-05-01", None, None),
        column("2022-03-18", "2022-03", None, "2022-06-01", None),
    )

    assert list(joined.edtf) == [
        "2022-02-24/2022-03-18",
        "2022-03",
        "2022-05-01",
        "../2022-06-01",
        None,
    ]
    assert joined.remarks == []


def test_what_goes_on_is_open_at_its_end() -> None:
    """Where its start can be one; a choice of days has no end."""
    joined = join_dates(
        column("2022-02-24", None, "[2022-01-01,2022-01-02]"), column("..", "..", "..")
    )

    assert list(joined.edtf) == ["2022-02-24/..", None, "[2022-01-01,2022-01-02]"]


def test_years_of_two_digits_are_of_this_century_or_the_last() -> None:
    """The last that is not ahead; never of the first century."""
    joined = join_parts(
        column("21", "88"),
        column("feb", "3"),
        column("4", ""),
        style=DateStyle(date(2026, 11, 26)),
    )

    assert list(joined.edtf) == ["2021-02-04", "1988-03"]


def test_an_end_before_its_start_is_told() -> None:
    """The start is kept, with the row."""
    joined = join_dates(
        column("2022-02-24", "2022-05-02"), column("2022-03-18", "2022-05-01")
    )

    assert list(joined.edtf) == ["2022-02-24/2022-03-18", "2022-05-02"]
    [remark] = joined.remarks
    assert remark.code == "date.reversed"
    assert remark.rows == (1,)
    assert remark.examples == ("2022-05-02 to 2022-05-01",)


def test_parts_in_columns_are_joined_as_coarse_as_they_are() -> None:
    """Names of months in any language; 00 and blanks are not known."""
    joined = join_parts(
        column("2015", 2016, "2017", 2018.0, None),
        column("February", "mayo", "00", None, "3"),
        column(23, "7", "", 0, "4"),
    )

    assert list(joined.edtf) == ["2015-02-23", "2016-05-07", "2017", "2018", None]


def test_parts_may_be_fractions_of_whole_numbers() -> None:
    """As programs write them beside gaps."""
    joined = join_parts(
        column("2019.0", None), column("5.0", None), column("6.0", None)
    )

    assert list(joined.edtf) == ["2019-05-06", None]
    assert not joined.remarks


def test_parts_that_are_no_date_are_told() -> None:
    """A record keeps what it has; only its date is missing."""
    joined = join_parts(
        column("2015", "2015", name="year"),
        column("2", "x", name="month"),
        column("30", "1"),
    )

    assert list(joined.edtf) == [None, None]
    [remark] = joined.remarks
    assert (remark.code, remark.rows) == ("date.unread", (0, 1))
    assert "'year', 'month'" in remark.message
