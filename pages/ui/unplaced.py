"""What the map cannot show: incidents without a place or a date, with their count."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from geo.atlas import Atlas
from geo.model.query import Query
from geo.model.wording import date_words
from pages.ui.address import open_incident
from pages.ui.markdown import verbatim

#: The table lists all of them.
_MOST = 12
Part = Literal["place", "date"]


def draw_unplaced(atlas: Atlas, query: Query) -> None:
    """Draw how to begin, and the lists of what has no place or no date."""
    st.markdown(
        "**Choose a marker** to read what happened, who says so and who denies it."
    )
    st.caption(
        "A number on a marker counts the incidents there. A dashed disc or area means: "
        "somewhere inside it; a ring of dots: nobody said how exact it is."
    )
    _listed(
        atlas,
        query,
        "place",
        "Without a place",
        "No place is known for them, so they are not on the map.",
    )
    undated = query.undated()
    why = "No date is known for them."
    if query.by_date:
        why += " They are left out while dates are chosen."
    _listed(atlas, undated, "date", "Without a date", why)


def _listed(atlas: Atlas, query: Query, missing: Part, label: str, why: str) -> None:
    """Draw one list, its count in its name; nothing where it is empty.

    It is closed at first, and asked for only when it is opened: its buttons would
    cost every change of a filter more than the map does.
    """
    count = atlas.engine.count(query, missing=missing)
    if not count:
        return
    listing = st.expander(
        f"{label} ({count})", key=f"unplaced_{missing}", on_change="rerun"
    )
    if not listing.open:
        return
    rows = atlas.engine.rows(query, missing=missing, limit=_MOST)
    with listing:
        st.caption(why)
        for row in rows:
            st.button(
                verbatim(f"{row.title} · {date_words(row.date)}"),
                key=f"open_{label}_{row.id}",
                type="tertiary",
                on_click=open_incident,
                args=[row.id],
            )
        if count > len(rows):
            st.caption(
                f"The first {len(rows)} of {count}; the table lists all of them."
            )
