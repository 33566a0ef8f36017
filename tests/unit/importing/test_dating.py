"""Dates of others: no finer than they are written, never by chance."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import QueryError
from geo.importing.dating import check_formats, joined_date, read_date
from tests.bringing import brought, written


@pytest.mark.parametrize("form", ["%Q", "%d/%m", "%", "day"])
def test_a_pattern_that_is_none_is_refused(form: str) -> None:
    """Or one without a year, which would be 1900."""
    with pytest.raises(QueryError, match="date-format"):
        check_formats([form])


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("August 2023", "%B %Y", "2023-08"),
        ("2023", "%Y", "2023"),
        ("31.08.23", "%d.%m.%y", "2023-08-31"),
        ("31 August 2023", "%d %B %Y", "2023-08-31"),
        ("January 2023", "%B %Y", "2023-01"),
    ],
)
def test_a_date_is_no_finer_than_its_pattern(text: str, form: str, found: str) -> None:
    """A month is not its first day."""
    check_formats([form])

    assert read_date(text, [form]) == (found, "")


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)))
def test_a_whole_pattern_gives_the_very_day(day: date) -> None:
    """Whatever the day."""
    assert read_date(day.strftime("%d/%m/%Y"), ["%d/%m/%Y"]) == (day.isoformat(), "")


@pytest.mark.parametrize("written_as", ["N/A", "unknown", "-", "null"])
def test_what_people_write_for_nothing_is_no_date(
    written_as: str, tmp_path: Path
) -> None:
    """And is told."""
    path = written(tmp_path, "a.csv", f"title,date,lat,lon\na,{written_as},44.8,20.4\n")

    found = brought(path)

    assert found.layer.incidents[0].date is None
    assert any("was read as no date" in fault.message for fault in found.changed)


def test_a_month_or_day_of_0_is_an_unknown_one(tmp_path: Path) -> None:
    """As the Global Terrorism Database writes it."""
    path = written(
        tmp_path, "a.csv", "title,iyear,imonth,iday,lat,lon\na,2015,1,0,44.8,20.4\n"
    )
    mapped = {"iyear": "date.year", "imonth": "date.month", "iday": "date.day"}

    found = brought(path, mapped=mapped)

    assert found.layer.incidents[0].date == "2015-01"
    assert any("not known" in fault.message for fault in found.changed)


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2022-12~", (), "2022-12~"),
        ("2024", (), "2024"),
        ("2000-10-30T18:24:39Z", (), "2000-10-30"),
        ("2024-05-01 23:30:00-05:00", (), "2024-05-01"),
        ("31/08/2023", ("%d/%m/%Y",), "2023-08-31"),
        ("May 1, 2024", ("%B %d, %Y",), "2024-05-01"),
        ("05/05/2024", ("%d/%m/%Y", "%m/%d/%Y"), "2024-05-05"),
    ],
)
def test_dates_are_read_as_written(
    text: str, formats: tuple[str, ...], expected: str
) -> None:
    """EDTF, ISO 8601, or the format that the caller says."""
    assert read_date(text, formats)[0] == expected


@pytest.mark.parametrize(
    ("text", "formats", "reason"),
    [
        ("01/05/2024", (), "day or the month first"),
        ("5/13/2024", (), "%m/%d/%Y"),
        ("13.05.24", (), "%d.%m.%y"),
        ("45413", (), "spreadsheet"),
        ("2024-02-30", (), "not a date"),
        ("0000-00-00", (), "not a date"),
        ("soon", (), "--date-format"),
        ("01/05/2024", ("%d/%m/%Y", "%m/%d/%Y"), "two of the formats"),
    ],
)
def test_ambiguous_and_impossible_dates_are_refused(
    text: str, formats: tuple[str, ...], reason: str
) -> None:
    """With the option that would read them."""
    with pytest.raises(ValueError, match=reason):
        read_date(text, formats)


@given(st.dates(), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y", "%Y.%m.%d"]))
def test_a_date_in_a_said_format_is_that_day(day: Any, form: str) -> None:  # noqa: ANN401
    """For every day there is."""
    text = day.strftime(form.replace("%Y", f"{day.year:04}"))

    assert read_date(text, [form]) == (day.isoformat(), "")


def test_dates_in_three_columns_are_joined() -> None:
    """Months may be named; what is missing makes the date coarser."""
    assert joined_date("2015", "February", "3") == "2015-02-03"
    assert joined_date(2015, 2.0, None) == "2015-02"
    assert joined_date(2015, "", "") == "2015"
    assert joined_date("", "", "") is None
    for wrong in ((None, 2, 3), (2015, None, 3), (2015, "Smarch", 1)):
        with pytest.raises(ValueError, match=r"without|not a date"):
            joined_date(*wrong)
