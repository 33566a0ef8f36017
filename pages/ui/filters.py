"""The filters of the pages beside the map, drawn in the sidebar; most used first.

The map has its own, in its frame (``geo/web/static/filters.js``).
"""

from __future__ import annotations

import streamlit as st

from geo.atlas import Atlas
from geo.atlas.answers import choices_of
from geo.model.query import CODED, FILTERS, Query
from pages.ui.address import clear_filters, key_of
from pages.ui.markdown import verbatim

_FILTERS = {kind.name: kind for kind in FILTERS}


def draw_filters(atlas: Atlas, query: Query) -> None:
    """Draw the filters; their state is read by :mod:`pages.ui.address`."""
    _draw_chips(atlas, query, "category")
    # One below the other: side by side they would cut the day off.
    for name in ("from", "to"):
        label = _FILTERS[name].label
        st.date_input(label, value=None, key=key_of(name), format="YYYY-MM-DD")
    meanings = atlas.choices("dates")
    st.segmented_control(
        _FILTERS["dates"].label,
        list(meanings),
        key=key_of("dates"),
        format_func=lambda value: meanings[value],
        required=True,
        width="stretch",
        help=(
            "Many dates are known only to the month or the year. “Possibly” shows "
            "what may have happened within your dates, “certainly” only what surely did."
        ),
    )
    for kind in CODED:
        if not kind.is_rare and kind.name != "category":
            _draw_chips(atlas, query, kind.name)
    st.text_input(
        _FILTERS["q"].label,
        key=key_of("q"),
        max_chars=200,
        placeholder="Title, summary, place, people",
        help="Accents do not matter, and Cyrillic and Latin letters find each other.",
    )
    rare = [kind.name for kind in CODED if kind.is_rare]
    is_used = any(getattr(query, name) for name in rare)
    more = st.expander("More filters", expanded=is_used, key="more", on_change="rerun")
    # Those folded at first are not counted until opened.
    if more.open or is_used:
        with more:
            for name in rare:
                _draw_chips(atlas, query, name)
    if query.bbox:
        st.info("Only an area of the map is searched.", icon=":material/crop_free:")
        st.button("Search everywhere", on_click=_forget_area, width="stretch")
    if not query.is_empty:
        st.button("Clear all filters", on_click=clear_filters, width="stretch")


def _forget_area() -> None:
    st.session_state[key_of("bbox")] = ""


def _draw_chips(atlas: Atlas, query: Query, name: str) -> None:
    """Draw one filter as chips with counts: what there is, and what is chosen."""
    choices = choices_of(atlas, query, _FILTERS[name])
    if not choices:
        return
    labels = {value: f"{verbatim(label)} ({count})" for value, label, count in choices}
    st.pills(
        _FILTERS[name].label,
        list(labels),
        selection_mode="multi",
        key=key_of(name),
        format_func=lambda value: labels[value],
    )
