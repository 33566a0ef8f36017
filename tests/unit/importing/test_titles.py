"""Titles are made where there are none, and nothing of a long text is lost."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.titles import Titles, entitle


def entitled(title: object, summary: object = None, **known: object) -> Titles:
    """Return the title of one row."""
    column = {
        name: pd.Series([known.get(name)], dtype=object)
        for name in ("categories", "places", "dates")
    }
    return entitle(
        pd.Series([title], dtype=object), pd.Series([summary], dtype=object), **column
    )


def test_a_title_is_made_of_what_is_known() -> None:
    """Category, place and date in words."""
    whole = {"categories": "Landslide", "places": "Whitehaven", "dates": "2007-01-02"}

    made = entitled(None, **whole)

    assert list(made.titles) == ["Landslide in Whitehaven, 2 January 2007"]
    assert [remark.code for remark in made.remarks] == ["title.made"]
    assert list(entitled(" ", dates="2007").titles) == ["Incident, 2007"]
    assert list(entitled(None, categories="Raid").titles) == ["Raid"]


def test_a_title_stands_as_it_is_on_one_line() -> None:
    """And a record without a summary has none."""
    made = entitled("Two\nlines", categories="Raid")

    assert list(made.titles) == ["Two lines"]
    assert made.summaries.isna().all()
    assert not made.remarks


@given(st.text("ab ", min_size=201, max_size=2500), st.text("cd ", max_size=2500))
def test_nothing_of_a_long_text_is_lost(title: str, summary: str) -> None:
    """What is cut is whole in the summary, or in an own field."""
    made = entitled(f"x{title}", summary)
    words = " ".join(f"x{title}".split())
    kept = made.summaries.fillna("")[0]

    assert len(made.titles[0]) <= 200
    if len(words) > 200:
        assert words in (made.summary_as_given[0] or kept)
    assert len(kept) <= 2000
    assert " ".join(summary.split()) in (made.summary_as_given[0] or kept)
