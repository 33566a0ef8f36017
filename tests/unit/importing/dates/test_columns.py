"""Whole columns: how their dates are written is decided by all rows together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import QueryError
from geo.importing.dates import DatesRead, DateStyle, look_at_dates, read_dates
from geo.importing.dates import reading as reading_module

TODAY = date(2026, 11, 26)


def look(values: Sequence[object], **hints: object) -> DateStyle:
    """Look at a column as of a fixed day."""
    column = pd.Series(values, dtype=object, name="date")
    return look_at_dates(column, today=TODAY, **hints)  # type: ignore[arg-type]


def read(values: Sequence[object], zone: str = "", **hints: object) -> DatesRead:
    """Look at a column and read it."""
    column = pd.Series(values, dtype=object, name="date")
    return read_dates(column, look(values, **hints), zone=zone)


def dates(
    values: Sequence[object], zone: str = "", **hints: object
) -> list[str | None]:
    """Return the dates that a column is read as."""
    return list(read(values, zone, **hints).edtf)


def codes(result: DatesRead) -> set[str]:
    """Return the codes of what is told."""
    return {remark.code for remark in result.remarks}


def test_one_row_decides_the_order_of_all() -> None:
    """What could be either is read as the row that cannot."""
    assert dates(["03/04/2021", "25/04/2021"]) == ["2021-04-03", "2021-04-25"]
    assert dates(["03/04/2021", "04/25/2021"]) == ["2021-03-04", "2021-04-25"]


def test_the_majority_decides_and_the_rest_is_told() -> None:
    """A row that cannot be as most are is read as it can be."""
    result = read(["25/04/2021", "26/04/2021", "04/27/2021", "03/04/2021"])

    assert list(result.edtf) == ["2021-04-25", "2021-04-26", "2021-04-27", "2021-04-03"]
    [remark] = [one for one in result.remarks if one.code == "date.contradicts"]
    assert remark.rows == (2,)
    assert remark.examples == ("04/27/2021",)


def test_other_signs_may_have_another_order() -> None:
    """Two hands wrote this column."""
    column = ["5/13/2024", "03/04/2024", "13.05.2024", "03.04.2024"]

    assert dates(column) == ["2024-05-13", "2024-03-04", "2024-05-13", "2024-04-03"]


def test_an_order_that_no_row_decides_is_asked_with_both_readings() -> None:
    """And is told with the rows that it is about."""
    style = look(["05/06/2020", "07/07/2020"])

    assert not style.is_decided
    assert style.examples[0].readings == {"dmy": "2020-06-05", "mdy": "2020-05-06"}
    [remark] = [
        one
        for one in read(["05/06/2020", "07/07/2020"]).remarks
        if one.code == "date.order-guessed"
    ]
    assert remark.rows == (0,)
    assert 'date_order = "mdy"' in remark.remedy


def test_nothing_is_asked_where_both_readings_are_one_day() -> None:
    """The fifth of May is the fifth of May."""
    assert look(["05/05/2020", "07/07/2020"]).is_decided


@pytest.mark.parametrize(
    ("hints", "order"),
    [
        ({"countries": ["US", "US", "CA"]}, "mdy"),
        ({"countries": ["RS"]}, "dmy"),
        ({"language": "es"}, "dmy"),
        ({"name": "Fecha"}, "dmy"),
        ({}, "dmy"),
    ],
)
def test_a_proposal_comes_from_what_is_beside_the_column(
    hints: dict[str, object], order: str
) -> None:
    """Countries before language, language before what is usual."""
    style = look(["05/06/2020"], **hints)

    assert (style.order, style.is_decided) == (order, False)


def test_a_proposal_does_not_put_dates_into_the_future() -> None:
    """The ninth of December 2026 has not been."""
    assert look(["09/12/2026", "01/02/2025"]).order == "mdy"


@pytest.mark.parametrize(
    "name", ["Date (month/day/year)", "date_mm_dd_yyyy", "Datum (MM/TT/JJJJ)"]
)
def test_the_name_of_the_column_may_say_the_order(name: str) -> None:
    """Then nobody is asked."""
    style = look(["05/06/2020"], name=name)

    assert (style.order, style.is_decided) == ("mdy", True)


def test_what_a_person_said_of_the_order_holds() -> None:
    """Against any hint."""
    style = look(["05/06/2020"], order="mdy", countries=["RS"])

    assert (style.order, style.is_decided) == ("mdy", True)


def test_patterns_of_a_person_come_first() -> None:
    """No finer than the pattern."""
    assert dates(["2020|05|06"], formats=["%Y|%d|%m"]) == ["2020-06-05"]
    assert dates(["05 in 2020"], formats=["%m in %Y"]) == ["2020-05"]


def test_years_of_two_digits_do_not_land_in_the_future() -> None:
    """Not even by a month."""
    column = ["25.11.26", "27.11.26", "05.11.56", "13.03.21"]

    assert dates(column) == ["2026-11-25", "1926-11-27", "1956-11-05", "2021-03-13"]


def test_fiscal_years_are_never_seasons() -> None:
    """Nor months, where a row excludes these."""
    assert dates(["2010-11", "2012-13"]) == ["2010/2011", "2012/2013"]
    assert dates(["2021-22"]) == ["2021/2022"]
    assert dates(["2010-11", "2014-03"]) == ["2010-11", "2014-03"]


def test_seasons_of_edtf_count_where_the_column_is_edtf() -> None:
    """Something else than the code has to say so."""
    assert dates(["2021-22", "2022-03~"]) == ["2021-22", "2022-03~"]
    assert dates(["2021-22"], is_edtf=True) == ["2021-22"]
    assert dates(["2015-22", "2022-03-01"]) == [None, "2022-03-01"]


@pytest.mark.parametrize(
    ("written", "unit"),
    [(1_650_000_000, "s"), (1_650_000_000_000, "ms"), (1_650_000_000_000_000, "us")],
)
def test_moments_since_1970_are_told_by_their_size(written: int, unit: str) -> None:
    """As numbers, texts and with a decimal point."""
    for value in (written, str(written), float(written)):
        result = read([value, None])

        assert list(result.edtf) == ["2022-04-15", None]
        assert look([value]).unit == unit
        [remark] = result.remarks
        assert "seconds since 1970" in remark.message


def test_whole_numbers_may_have_a_nought_behind_the_point() -> None:
    """As programs write them beside gaps."""
    assert dates(["2019.0", "", "2020.0"]) == ["2019", None, "2020"]
    assert dates(["20190304.0", "20200517.0"]) == ["2019-03-04", "2020-05-17"]


def test_day_numbers_of_excel_are_days() -> None:
    """With and without a time of day, alone and among dates."""
    assert dates([44_666, 44_666.75]) == ["2022-04-15", "2022-04-15"]
    assert dates(["44666", "2022-04-16"]) == ["2022-04-15", "2022-04-16"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["20220415", "20221231"], ["2022-04-15", "2022-12-31"]),
        (["15042022", "31122022"], ["2022-04-15", "2022-12-31"]),
        (["202204", "202212"], ["2022-04", "2022-12"]),
        (["220415", "991231"], ["2022-04-15", "1999-12-31"]),
        ([2022.0, 2021.0, None], ["2022", "2021", None]),
        (["20220415103000"], ["2022-04-15"]),
    ],
)
def test_bare_digits_are_read_as_all_of_them_can_be(
    column: list[object], expected: list[str | None]
) -> None:
    """Years, months and days without a sign between."""
    assert dates(column) == expected


def test_the_local_day_is_kept_when_the_time_is_dropped() -> None:
    """Where the time was written; in UTC only what is in UTC."""
    column = [
        "2022-03-01T23:30:00-05:00",
        "2019-02-22 23:00:16.000 America/Los_Angeles",
        "2022-03-01T23:30:00Z",
        "10/31/2015 9:51:00PM",
        "10/30/2015 2 pm",
        "Tue Apr 01 2014 00:00:00 GMT+0000 (UTC)",
    ]

    assert dates(column) == [
        "2022-03-01",
        "2019-02-22",
        "2022-03-01",
        "2015-10-31",
        "2015-10-30",
        "2014-04-01",
    ]


def test_moments_in_utc_become_days_of_the_zone_that_is_set() -> None:
    """Others are local already."""
    column = ["2022-03-01T23:30:00Z", "2022-03-01 23:30", "2022-03-01T23:30:00-05:00"]

    assert dates(column, zone="Europe/Belgrade") == [
        "2022-03-02",
        "2022-03-01",
        "2022-03-01",
    ]
    assert dates([1_646_177_400_000], zone="Europe/Belgrade") == ["2022-03-02"]
    assert dates(["1 March 2022 11:30 PM UTC"], zone="+02:00") == ["2022-03-02"]


def test_midnights_in_utc_are_days_in_any_zone() -> None:
    """A day that a program wrote as a moment."""
    column = ["2022-03-01T00:00:00Z", "2022-03-02T00:00:00Z"]

    assert dates(column, zone="America/New_York") == ["2022-03-01", "2022-03-02"]


def test_a_zone_that_does_not_exist_is_refused() -> None:
    """With what would be accepted."""
    with pytest.raises(QueryError, match="Europe/Belgrade"):
        read(["2022-03-01"], zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("column", "calendar", "expected"),
    [
        (["1401/12/05", "1400/01/31"], "persian", ["2023-02-24", "2021-04-20"]),
        (["1443-09-15", "1448-01-01"], "islamic", ["2022-04-16", "2026-06-16"]),
        (["2565-03-01", "25/02/2566"], "buddhist", ["2022-03-01", "2023-02-25"]),
        (["2022-03-01", "1401-12-05"], "gregorian", ["2022-03-01", "1401-12-05"]),
    ],
)
def test_years_of_other_calendars_are_converted_and_told(
    column: list[str], calendar: str, expected: list[str]
) -> None:
    """Where nearly all years of the column are of that calendar."""
    result = read(column)

    assert look(column).calendar == calendar
    assert list(result.edtf) == expected
    assert ("date.calendar" in codes(result)) is (calendar != "gregorian")


def test_what_is_not_understood_is_told_with_its_rows() -> None:
    """By the numbers of the records in the file; blanks are not."""
    column = pd.Series(["2022-03-01", "soon", None, "unknown"], index=[4, 5, 6, 9])
    result = read_dates(column, look_at_dates(column, today=TODAY))

    assert list(result.edtf.index) == [4, 5, 6, 9]
    [remark] = result.remarks
    assert (remark.code, remark.rows, remark.examples) == (
        "date.unread",
        (5,),
        ("soon",),
    )
    assert look_at_dates(column, today=TODAY).share == 0.5


@pytest.mark.parametrize(
    "column",
    [pd.Series([], dtype=object), pd.Series([None, None], dtype=object)],
)
def test_an_empty_column_gives_no_dates(column: pd.Series) -> None:
    """And nothing to tell."""
    result = read_dates(column, look_at_dates(column, today=TODAY))

    assert result.edtf.isna().all()
    assert result.remarks == []


def test_dates_of_pandas_and_of_python_are_days() -> None:
    """As readers of workbooks hand them over."""
    column = pd.Series(pd.to_datetime(["2022-03-01 10:00", None]))
    result = read_dates(column, look_at_dates(column, today=TODAY))

    assert list(result.edtf) == ["2022-03-01", None]
    assert dates([date(2022, 3, 1), datetime(2022, 3, 1, 5, tzinfo=UTC)]) == [
        "2022-03-01",
        "2022-03-01",
    ]


LOCALES = ["en", "sr_Latn", "sr_Cyrl", "ru", "uk", "es", "fr", "de", "pt", "ar", "tr"]
PAST_DAYS = st.dates(date(1930, 1, 1), TODAY)


@given(days=st.lists(PAST_DAYS, min_size=1), locale=st.sampled_from(LOCALES))
def test_days_in_words_of_any_language_are_read_back(
    days: list[date], locale: str
) -> None:
    """Long, full and with the short name of the month."""
    for form in ("full", "long", "d MMM y", "MMMM d, y", "d-MMM-y"):
        written = [format_date(day, form, locale=locale) for day in days]

        assert dates(written) == [day.isoformat() for day in days]


@given(
    days=st.lists(PAST_DAYS, min_size=1),
    form=st.sampled_from(
        [
            "%d/%m/%Y",
            "%m/%d/%Y",
            "%d.%m.%Y",
            "%Y/%m/%d",
            "%Y-%m-%d",
            "%Y%m%d",
            "%d-%m-%Y",
            "%m/%d/%Y %I:%M:%S %p",
            "%Y-%m-%dT%H:%M:%SZ",
            "%d %B %Y",
            "%a %b %d %Y 10:00",
        ]
    ),
)
def test_days_in_digits_are_read_back_once_a_row_decides(
    days: list[date], form: str
) -> None:
    """The last row can be read in one way only."""
    whole = [*days, date(2021, 3, 25)]
    written = [day.strftime(form) for day in whole]

    assert dates(written) == [day.isoformat() for day in whole]


@given(
    days=st.lists(st.dates(date(1975, 1, 1), TODAY), min_size=1),
    unit=st.sampled_from([1, 1000, 1_000_000]),
)
def test_moments_since_1970_are_read_back(days: list[date], unit: int) -> None:
    """In seconds, milliseconds and microseconds."""
    epoch = date(1970, 1, 1)
    written = [int((day - epoch) / timedelta(seconds=1)) * unit for day in days]

    assert dates(written) == [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("1º de março de 2021", "2021-03-01"),
        ("1.º de mayo de 2020", "2020-05-01"),
        ("1° maggio 2020", "2020-05-01"),
    ],
)
def test_a_first_of_the_month_is_no_choice(value: str, day: str) -> None:
    """Folded, "1º" is "1 o", which is "or" in Portuguese."""
    assert dates([value, "2020-01-01"]) == [day, "2020-01-01"]


def test_dots_have_the_day_first_beside_american_slashes() -> None:
    """Each sign is read as it is used; where all are alike, the rows decide."""
    assert dates(["05.03.2024", "6/17/2024"]) == ["2024-03-05", "2024-06-17"]
    assert dates(["05.03.2024", "06.17.2024"]) == ["2024-05-03", "2024-06-17"]


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000])
def test_an_end_of_days_does_not_decide_the_unit(unit: int) -> None:
    """The end of the year 9999 stands for no end, and is told."""
    result = read([1684022400 * unit, 1685577600 * unit, 253402300799 * unit])

    assert list(result.edtf) == ["2023-05-14", "2023-06-01", None]
    assert "date.unread" in {remark.code for remark in result.remarks}


def test_days_of_cameras_have_colons() -> None:
    """EXIF's, with a time or without."""
    values = ["2023:05:14 10:00:00", "2023:05:15"]

    assert dates(values) == ["2023-05-14", "2023-05-15"]


@pytest.mark.parametrize("value", ["-0480-09-01", "-0480-09-01T00:00:00Z", "-0044-03"])
def test_days_before_our_era_lose_no_sign(value: str) -> None:
    """They are not understood, rather than put into it."""
    assert dates(["1999-03-24", value]) == ["1999-03-24", None]


@given(
    values=st.lists(
        st.sampled_from(
            [
                "03/04/2021",
                "25/04/2021",
                "04/25/2021",
                "2021-22",
                "c. 1970",
                "44666",
                "soon",
                "1401/12/05",
                "13.03.21",
                "2022-03-01T10:00Z",
                "May 2020",
                "20200131",
            ]
        ),
        min_size=1,
    ),
    seed=st.randoms(use_true_random=False),
)
def test_reading_does_not_depend_on_the_order_of_rows(
    values: list[str], seed: random.Random
) -> None:
    """Each row is read alike wherever it stands."""
    places = list(range(len(values)))
    seed.shuffle(places)
    shuffled = [values[place] for place in places]

    assert look(values) == look(shuffled)
    straight = dates(values)
    assert dates(shuffled) == [straight[place] for place in places]


def test_each_distinct_day_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows and times of day there are; ISO days not even once."""
    column = pd.Series(
        [f"5 May 2020 {hour}:{minute:02}" for hour in range(24) for minute in range(60)]
        * 20
        + ["2020-05-06"] * 1000
    )
    style = look_at_dates(column, today=TODAY)
    texts: list[str] = []

    def counted(text: str, _style: DateStyle, _notes: set[str]) -> str:
        texts.append(text)
        return "2020-05-05"

    monkeypatch.setattr(reading_module, "read_text", counted)

    assert read_dates(column, style).edtf.notna().all()
    assert texts == ["5 May 2020"]
