"""The filters, drawn in the sidebar on every page; most used first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import streamlit as st

from geo.atlas import Atlas
from geo.model.geonames import country_name
from geo.model.query import Dates, Query
from geo.model.vocabulary import PRECISION_LABELS, STATUS_LABELS, Precision, Status
from pages.ui.address import clear_filters, key_of

_DATES_LABELS = {
    str(Dates.POSSIBLE): "Possibly",
    str(Dates.CERTAIN): "Certainly",
}


def draw_filters(atlas: Atlas, query: Query) -> None:
    """Draw the filters; their state is read by :mod:`pages.ui.address`."""
    engine = atlas.engine
    _pills(
        "category",
        "What happened",
        engine.counts(replace(query, category=()), "category"),
        atlas.vocabulary.ids(),
        lambda value: atlas.vocabulary[value].label,
    )
    first, second = st.columns(2)
    first.date_input("From", value=None, key=key_of("from"), format="YYYY-MM-DD")
    second.date_input("To", value=None, key=key_of("to"), format="YYYY-MM-DD")
    st.segmented_control(
        "Inside these dates",
        list(_DATES_LABELS),
        key=key_of("dates"),
        format_func=lambda value: _DATES_LABELS[value],
        required=True,
        width="stretch",
        help=(
            "Many dates are known only to the month or the year. “Possibly” "
            "shows an incident if any day it may have happened on is in your span; "
            "“certainly” only if every such day is."
        ),
    )
    _pills(
        "status",
        "How sure",
        engine.counts(replace(query, status=()), "status"),
        [str(status) for status in Status],
        lambda value: STATUS_LABELS[Status(value)],
    )
    st.text_input(
        "Search",
        key=key_of("q"),
        max_chars=200,
        placeholder="Title, summary, place, people",
        help="Accents do not matter, and Cyrillic and Latin letters find each other.",
    )
    more = st.expander(
        "More filters", expanded=_any_more(query), key="more", on_change="rerun"
    )
    if more.open or _any_more(query):
        with more:
            _draw_more(atlas, query)
    if query.bbox:
        st.info("Only an area of the map is searched.", icon=":material/crop_free:")
        st.button("Search everywhere", on_click=_forget_area, width="stretch")
    if not query.is_empty:
        st.button("Clear all filters", on_click=clear_filters, width="stretch")


def _draw_more(atlas: Atlas, query: Query) -> None:
    """Draw the filters that are folded at first, and not counted until opened."""
    engine = atlas.engine
    _pills(
        "precision",
        "How exactly placed",
        engine.counts(replace(query, precision=()), "precision"),
        [str(precision) for precision in Precision],
        lambda value: PRECISION_LABELS[Precision(value)].removeprefix("Placed "),
    )
    countries = engine.counts(replace(query, country=()), "country")
    _pills("country", "Country or territory", countries, countries, country_name)
    _pills(
        "source",
        "Source",
        engine.counts(replace(query, source=()), "source"),
        list(atlas.sources),
        lambda value: (
            f"{atlas.sources[value].publisher}, {atlas.sources[value].published}"
        ),
    )


def _forget_area() -> None:
    st.session_state[key_of("bbox")] = ""


def _any_more(query: Query) -> bool:
    return bool(query.precision or query.country or query.source)


def _pills(
    parameter: str,
    label: str,
    counts: Mapping[str, int],
    order: Iterable[str],
    name: Callable[[str], str],
) -> None:
    """Draw one filter as chips with counts: what there is, and what is chosen."""
    chosen = st.session_state.get(key_of(parameter)) or []
    options = [value for value in order if counts.get(value) or value in chosen]
    if not options:
        return
    st.pills(
        label,
        options,
        selection_mode="multi",
        key=key_of(parameter),
        format_func=lambda value: f"{name(value)} ({counts.get(value, 0)})",
    )
