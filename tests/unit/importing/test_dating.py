"""Dates of others: no finer than they are written, never by chance."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import QueryError
from geo.importing.dating import check_formats, read_date
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
