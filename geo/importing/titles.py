"""Titles where a table has none: what, where and when, in words of the record."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.cells import cut, lines_of, map_distinct, rows_where, texts_of
from geo.importing.remarks import Remark
from geo.model.wording import date_words

LONGEST_TITLE: Final = 200
LONGEST_SUMMARY: Final = 2000
#: The whole of a text that had to be cut, as an own field.
WHOLE_SUMMARY: Final = "summary in full"


def title_rows(
    titles: pd.Series[Any],
    labels: pd.Series[Any],
    places: pd.Series[Any],
    dates: pd.Series[Any],
) -> tuple[pd.Series[Any], list[Remark]]:
    """Return a title for each record: its own, or one made of what is known.

    Parameters
    ----------
    titles
        Titles as the table has them; blank where it has none.
    labels
        The category of each record, in words.
    places
        Names of places, or None.
    dates
        EDTF, or None.

    Returns
    -------
    tuple
        Titles, none longer than :data:`LONGEST_TITLE`; and what is to be said.
    """
    own = lines_of(titles)
    blank = own == ""
    remarks = []
    if blank.any():
        words = map_distinct(dates[blank], _in_words)
        where = map_distinct(places[blank], lambda place: f" in {place}" if place else "")
        made = labels[blank].astype(object) + where + words
        own = own.where(~blank, made.reindex(own.index))
        message = "had no title; it was made of category, place and date."
        remarks.append(Remark("title.made", message, rows_where(blank)))
    long = own.str.len() > LONGEST_TITLE
    if long.any():
        own = own.where(~long, map_distinct(own, lambda text: cut(text, LONGEST_TITLE)))
        message = f"titles longer than {LONGEST_TITLE} characters were cut."
        remedy = "The whole text stands in the summary, if that was empty."
        remarks.append(Remark("title.cut", message, rows_where(long), (), remedy))
    return own, remarks


def summarise_rows(
    summaries: pd.Series[Any], titles: pd.Series[Any]
) -> tuple[pd.Series[Any], pd.Series[Any], list[Remark]]:
    """Return the summary of each record, and the whole of those that were cut.

    Parameters
    ----------
    summaries
        As the table has them; blank where it has none.
    titles
        As the table has them: one that is too long becomes the summary of a record
        without one.

    Returns
    -------
    tuple
        Summaries, None where there is none; whole texts, None where nothing was cut;
        and what is to be said.
    """
    texts = map_distinct(texts_of(summaries), _tidy)
    headlines = lines_of(titles)
    empty = (texts == "") & (headlines.str.len() > LONGEST_TITLE)
    texts = texts.where(~empty, headlines)
    long = texts.str.len() > LONGEST_SUMMARY
    whole = texts.where(long, None)
    remarks = []
    if long.any():
        texts = texts.where(
            ~long, map_distinct(texts, lambda text: cut(text, LONGEST_SUMMARY))
        )
        message = (
            f"summaries longer than {LONGEST_SUMMARY} characters were cut; the whole "
            f"text is kept as {WHOLE_SUMMARY!r}."
        )
        remarks.append(Remark("summary.cut", message, rows_where(long)))
    return texts.where(texts != "", None), whole, remarks


def _tidy(text: str) -> str:
    """Return a text on one line: the model's summaries have no lines."""
    return " ".join(text.split())


def _in_words(date: object) -> str:
    return f", {date_words(date)}" if isinstance(date, str) and date else ""


def none_like(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of None with the index of another."""
    return pd.Series(np.full(len(values), None), index=values.index, dtype=object)
