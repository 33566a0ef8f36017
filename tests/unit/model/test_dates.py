"""Dates as written mean days, and are said in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.model import dates
from geo.model.dates import Bounds, DateFormatError, bounds, day_words, words
from tests.strategies import DAYS, dates_admitting, simple_dates

FORMS = (
    # written, earliest, latest, in words
    ("2023", "2023-01-01", "2023-12-31", "2023"),
    ("2023-08", "2023-08-01", "2023-08-31", "August 2023"),
    ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
    ("2023-08-31", "2023-08-31", "2023-08-31", "31 August 2023"),
    ("2023-08-31T10:00:00Z", "2023-08-31", "2023-08-31", "31 August 2023"),
    ("202X", "2020-01-01", "2029-12-31", "the 2020s"),
    ("19XX", "1900-01-01", "1999-12-31", "the years 1900 to 1999"),
    ("2023-XX", "2023-01-01", "2023-12-31", "2023"),
    ("2023-08-XX", "2023-08-01", "2023-08-31", "August 2023"),
    ("2023-XX-XX", "2023-01-01", "2023-12-31", "2023"),
    ("2022-21", "2022-03-01", "2022-05-31", "spring 2022"),
    ("2022-22", "2022-06-01", "2022-08-31", "summer 2022"),
    ("2022-23", "2022-09-01", "2022-11-30", "autumn 2022"),
    ("2022-24", "2022-12-01", "2023-02-28", "winter 2022"),
    ("1999-04-06~", "1999-04-05", "1999-04-07", "around 6 April 1999"),
    ("2022-12~", "2022-11-01", "2023-01-31", "around December 2022"),
    ("2016~", "2015-01-01", "2017-12-31", "around 2016"),
    ("202X~", "2010-01-01", "2039-12-31", "around the 2020s"),
    ("2023-08-XX~", "2023-07-01", "2023-09-30", "around August 2023"),
    ("2023-08?", "2023-07-01", "2023-09-30", "August 2023 (uncertain)"),
    ("2023-08%", "2023-07-01", "2023-09-30", "around August 2023 (uncertain)"),
    ("../2023-12", None, "2023-12-31", "by December 2023"),
    ("/2023-12", None, "2023-12-31", "by December 2023"),
    ("2023/..", "2023-01-01", None, "since 2023"),
    ("2023/", "2023-01-01", None, "since 2023"),
    ("../..", None, None, "date unknown"),
    ("../202X", None, "2029-12-31", "by the 2020s"),
    (
        "2022-02-24/2022-03-18",
        "2022-02-24",
        "2022-03-18",
        "between 24 February and 18 March 2022",
    ),
    (
        "2022-02-24/2023-12-18",
        "2022-02-24",
        "2023-12-18",
        "between 24 February 2022 and 18 December 2023",
    ),
    ("2022/2023", "2022-01-01", "2023-12-31", "between 2022 and 2023"),
    ("2022/2022-05", "2022-01-01", "2022-05-31", "between 2022 and May 2022"),
    ("2022-05-01/2022-05-01", "2022-05-01", "2022-05-01", "1 May 2022"),
    (
        "2022-05?/2022-06?",
        "2022-04-01",
        "2022-07-31",
        "between May 2022 (uncertain) and June 2022 (uncertain)",
    ),
    ("2022-22/2022-23", "2022-06-01", "2022-11-30", "between summer and autumn 2022"),
    ("2023-XX/2024", "2023-01-01", "2024-12-31", "between 2023 and 2024"),
    ("[2023-06,2023-07-11]", "2023-06-01", "2023-07-11", "June 2023 or 11 July 2023"),
    ("[2023-06, 2023-07]", "2023-06-01", "2023-07-31", "June 2023 or July 2023"),
    ("[..2023]", None, "2023-12-31", "by 2023"),
    ("[2023..]", "2023-01-01", None, "since 2023"),
    ("[2020..2022,2025]", "2020-01-01", "2025-12-31", "between 2020 and 2022 or 2025"),
)
REFUSED = (
    *("", " ", "yesterday", "2023-8", "23-08", "2023/08/31", "31.08.2023", "2023-13"),
    *("2023-00", "2023-02-29", "2023-04-31", "2023-08-32", "-0001", "0000", "9999-24"),
    *("0001~", "9999~", "2023-12/2023-01", "/", "..", "[]", "[2023", "../", "/.."),
    *("2022-25", "2022-33", "{2020,2021}", "Y17E7", "2004?-06", "2004-06-?11", "?2023"),
    *(
        "1X99",
        "X023",
        "XXXX",
        "20X3-XX",
        "2023-1X",
        "2023-08-3X",
        "../2-",
        "2023-1X/..",
    ),
    *("2023 ", "２０２３", "2023-08-31T25:00:00Z", "2022-22~", "null", "nan"),
)


def day(text: str | None) -> date | None:
    """Return a day of its ISO form."""
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(("written", "earliest", "latest", "said"), FORMS)
def test_each_form_means_its_days_and_is_said_in_words(
    written: str, earliest: str | None, latest: str | None, said: str
) -> None:
    """Bounds are inclusive, and words are those of a reader."""
    assert bounds(written) == Bounds(day(earliest), day(latest))
    assert words(written) == said


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_no_date_of_ours_is_refused_by_name(
    written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the text and shows the forms; nothing is printed."""
    for read in (bounds, words):
        with pytest.raises(DateFormatError, match=r"Write it as EDTF|Swap") as caught:
            read(written)
        assert "'" in str(caught.value)
    assert capsys.readouterr().out == ""


def test_no_date_is_said_to_be_unknown() -> None:
    """None is a date that nobody knows."""
    assert words(None) == "date unknown"


def test_a_day_is_said_day_first() -> None:
    """Days are written as in Europe, without zeros."""
    assert day_words(date(1999, 4, 6)) == "6 April 1999"


@given(st.data(), DAYS)
def test_bounds_hold_every_day_that_the_text_admits(
    data: st.DataObject, admitted: date
) -> None:
    """However a day is written, it lies within the bounds."""
    written = data.draw(dates_admitting(admitted))

    found = bounds(written)

    assert found.earliest is None or found.earliest <= admitted
    assert found.latest is None or admitted <= found.latest


@given(st.data(), DAYS)
def test_a_mark_only_ever_widens(data: st.DataObject, admitted: date) -> None:
    """About, uncertain and both widen by the same, and on either side."""
    plain = data.draw(
        simple_dates(admitted).filter(
            lambda text: "T" not in text and text[5:7] not in {"21", "22", "23", "24"}
        )
    )
    core = bounds(plain)

    about, uncertain, both = (bounds(plain + mark) for mark in "~?%")

    assert about == uncertain == both
    assert about.earliest is not None
    assert about.latest is not None
    assert core.earliest is not None
    assert core.latest is not None
    assert about.earliest < core.earliest <= core.latest < about.latest


@given(st.data(), DAYS)
def test_words_never_fail_for_a_date_and_say_something(
    data: st.DataObject, admitted: date
) -> None:
    """Whatever has bounds has words, without marks or half-cut parts."""
    said = words(data.draw(dates_admitting(admitted)))

    assert said.strip() == said != ""
    assert said.count("(") == said.count(")")
    assert not set(said) & set("~?%X[]/")


@given(st.text("0123456789X-/.~?%[],{}TYESZ:+ ", max_size=24))
def test_any_other_text_is_read_or_refused_never_worse(text: str) -> None:
    """No text makes anything but bounds or a refusal."""
    try:
        found = bounds(text)
    except DateFormatError:
        return
    assert isinstance(found, Bounds)
    assert words(text)


@settings(max_examples=300)
@given(
    st.builds(
        lambda year, *rest: "-".join([f"{year:04}", *(f"{part:02}" for part in rest)]),
        st.sampled_from([0, 1, 1899, 1900, 2000, 2023, 2024, 9999]),
        st.integers(0, 13),
        st.integers(0, 32),
    )
    | st.builds("{:04}-{:02}".format, st.integers(0, 9999), st.integers(0, 25))
)
def test_plain_days_and_months_mean_what_the_parser_says(text: str) -> None:
    """The way around the parser changes no answer, and no refusal."""

    def said(reading: Callable[[], Bounds]) -> Bounds | str:
        try:
            return reading()
        except DateFormatError as error:
            return str(error)

    def parsed() -> Bounds:
        dates._check_form(text)
        return dates._bounds_of(text)

    assert said(lambda: bounds(text)) == said(parsed)
