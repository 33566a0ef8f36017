"""Titles and summaries: made where there is no title, cut where a text is too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geo.importing.cells import cut, line_of, map_distinct, rows_where
from geo.importing.remarks import Remark
from geo.importing.rows import none_like
from geo.model.dates import DateFormatError, words

LONGEST_TITLE: Final = 200
LONGEST_SUMMARY: Final = 2000
_LONGEST_PLACE: Final = 80


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles and summaries of records.

    Parameters
    ----------
    titles
        One each, on one line.
    summaries
        On one line; None where the file has none.
    summary_as_given
        The whole text where it did not fit, else None: an own field.
    remarks
        What is to be said.
    """

    titles: pd.Series[Any]
    summaries: pd.Series[Any]
    summary_as_given: pd.Series[Any]
    remarks: list[Remark]


def entitle(
    titles: pd.Series[Any],
    summaries: pd.Series[Any],
    *,
    categories: pd.Series[Any],
    places: pd.Series[Any],
    dates: pd.Series[Any],
) -> Titles:
    """Give each record a title, and fit titles and summaries into a layer.

    Parameters
    ----------
    titles, summaries
        As the file has them; columns of None where it has none.
    categories
        Labels, from which a title is made where there is none.
    places, dates
        Names of places, and dates as EDTF; None where not known.

    Returns
    -------
    Titles
        "Landslide in Whitehaven, 2 January 2007" where there was none. The whole of a
        title that is cut begins the summary. All columns have one index.
    """
    lines = map_distinct(titles, line_of)
    texts = map_distinct(summaries, line_of)
    lacking = lines == ""
    if lacking.any():
        parts = zip(categories[lacking], places[lacking], dates[lacking], strict=True)
        known = pd.Series([*parts], lines.index[lacking], dtype=object)
        lines[lacking] = map_distinct(known, lambda part: _title(*part))
    long = lines.str.len() > LONGEST_TITLE
    if long.any():
        pairs = pd.Series(
            list(zip(lines[long], texts[long], strict=True)), lines.index[long]
        )
        texts = texts.where(~long, map_distinct(pairs, lambda pair: _whole(*pair)))
        lines = map_distinct(lines, lambda line: cut(line, LONGEST_TITLE))
    too_long = texts.str.len() > LONGEST_SUMMARY
    fitting = map_distinct(texts, lambda text: cut(text, LONGEST_SUMMARY) or None)
    remarks = []
    for code, mask, message in (
        ("title.made", lacking, "Titles were made of category, place and date."),
        (
            "title.cut",
            long,
            f"Titles of over {LONGEST_TITLE} characters were cut; the summary has all.",
        ),
        (
            "summary.cut",
            too_long,
            f"Summaries of over {LONGEST_SUMMARY} characters were cut; an own field has all.",
        ),
    ):
        if mask.any():
            remarks.append(Remark(code, message, rows_where(mask)))
    # As pandas' own texts, which take half of what objects do.
    return Titles(
        lines.astype("str"),
        fitting.astype("str"),
        texts.where(too_long, None) if too_long.any() else none_like(texts.index),
        remarks,
    )


def _title(category: object, place: object, date: object) -> str:
    """Return a title of what is known."""
    title = line_of(category) or "Incident"
    if where := cut(line_of(place), _LONGEST_PLACE):
        title = f"{title} in {where}"
    try:
        when = words(line_of(date) or None) if line_of(date) else ""
    except DateFormatError:
        when = ""
    return f"{title}, {when}" if when else title


def _whole(title: str, summary: str) -> str:
    """Return a summary that has all of a title."""
    return summary if title in summary else f"{title} {summary}".strip()
