"""What the map cannot show: incidents without a place or a date, with their count."""

from __future__ import annotations

import streamlit as st

from geo.atlas import Atlas
from geo.engine import Row
from geo.query import Query
from geo.wording import date_words
from pages.ui.address import open_incident

#: Each costs the page on every change of a filter; the table lists all of them.
_MOST = 12


def draw_unplaced(atlas: Atlas, query: Query) -> None:
    """Draw how to begin, and the lists of what has no place or no date."""
    st.markdown(
        "**Choose a marker** to read what happened, who says so and who denies it."
    )
    st.caption(
        "A number on a marker counts the incidents there. A dashed disc or area means: "
        "somewhere inside it."
    )
    engine = atlas.engine
    _listed(
        "Without a place",
        "The source gives no place, so they are not on the map.",
        engine.count(query, missing="place"),
        engine.rows(query, missing="place", limit=_MOST),
    )
    undated = query.undated()
    why = "The source gives no date."
    if query.by_date:
        why += " They are left out while dates are chosen."
    _listed(
        "Without a date",
        why,
        engine.count(undated, missing="date"),
        engine.rows(undated, missing="date", limit=_MOST),
    )


def _listed(label: str, why: str, count: int, rows: list[Row]) -> None:
    """Draw one list, closed, its count in its name; nothing where it is empty."""
    if not count:
        return
    with st.expander(f"{label} ({count})"):
        st.caption(why)
        for row in rows:
            st.button(
                _plain(f"{row.title} · {date_words(row.date)}"),
                key=f"open_{label}_{row.id}",
                type="tertiary",
                on_click=open_incident,
                args=[row.id],
            )
        if count > len(rows):
            st.caption(
                f"The first {len(rows)} of {count}; the table lists all of them."
            )


def _plain(text: str) -> str:
    """Return a text that Streamlit's Markdown in labels shows as it is."""
    marks = "\\`*_{}[]()<>#+-.!|~$:"
    return "".join(f"\\{sign}" if sign in marks else sign for sign in text)
