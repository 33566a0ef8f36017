"""All filtered incidents as a table, newest first, and below it their downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from geo.atlas import atlas
from geo.base.settings import settings
from geo.engine import Row
from geo.model.incident import incident_of
from geo.model.wording import dispute_words
from pages.ui.address import clear_filters, query_of_widgets
from pages.ui.downloads import DOWNLOADS, draw_downloads
from pages.ui.empty_map import draw_empty_map
from pages.ui.header import draw_header
from pages.ui.incident_table import incidents_html

#: Incidents on one page of the table.
_PAGE: Final = 100
#: On a phone a hundred incidents take twenty screens, and nobody looks below them.
_TO_DOWNLOADS: Final = (
    f'<a href="#{DOWNLOADS}" target="_self" '
    'style="display:inline-block;line-height:2.75rem">Download the data</a>'
)
_ORDERS: Final = {
    "newest": "Newest first",
    "date": "Oldest first",
    "title": "By title",
    "category": "By what happened",
    "place": "By place",
    "status": "By how sure it is",
}


def choose_rows(total: int) -> list[Row]:
    """Draw what chooses the order and the page; return the rows of it."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    right.html(_TO_DOWNLOADS)
    order = left.selectbox(
        "Order", list(_ORDERS), format_func=lambda name: _ORDERS[name]
    )
    pages = max(1, -(-total // _PAGE))
    number = 1
    if pages > 1:
        # Another key for other filters, so that they begin at the first page.
        key = f"table_page_{order}_{query.urlencode()}"
        number = middle.number_input(f"Page, of {pages:,}", 1, pages, key=key)
    return current.engine.rows(
        query, order=order, limit=_PAGE, offset=(number - 1) * _PAGE
    )


def draw_rows(rows: Sequence[Row], total: int) -> None:
    """Draw a page of the table and the downloads of all."""
    features = current.engine.features_of([row.id for row in rows])
    own = [
        (
            field,
            {
                name: feature["properties"].get(field.name)
                for name, feature in features.items()
            },
        )
        for field in current.own
        if "table" in field.show
    ]
    claims = {
        name: dispute_words(incident_of(feature)) for name, feature in features.items()
    }
    st.html(incidents_html(rows, claims, query, current.vocabulary, own))
    draw_downloads(total, query, features.values(), settings().licence)


current = atlas()
query = query_of_widgets(current)
if not draw_empty_map(current):
    draw_header(current, query)
    total = current.engine.count(query)
    if total:
        draw_rows(choose_rows(total), total)
    else:
        st.info("No incident matches these filters.")
        st.button("Clear all filters", on_click=clear_filters, key="table_clear")
