"""All filtered incidents as a table, and their downloads.

The rows are the engine's own columns, in the words of readers, and not those of
:mod:`geo.atlas.frame`: at each rerun a frame of 5,000 incidents takes ten times as long
(0.1 s became 1 s), since it reads the whole text of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo.atlas import atlas
from geo.base.settings import settings
from geo.engine import Row
from geo.export import FORMATS
from geo.model.geonames import country_name
from geo.model.own_fields import OwnType, own_words
from geo.model.vocabulary import (
    KIND_LABELS,
    PRECISION_LABELS,
    STATUS_LABELS,
    Kind,
    Precision,
    Status,
)
from geo.model.wording import NOT_KNOWN, NOT_PLACED, date_words
from pages.ui.address import INCIDENT, query_of_widgets
from pages.ui.header import draw_header

#: More rows than this are for the downloads, not for a browser.
_MOST_ROWS = 5_000


def draw_table(rows: Sequence[Row], total: int) -> None:
    """Draw the incidents as rows, and what opens one of them on the map."""
    table = pd.DataFrame(
        {
            "Title": [row.title for row in rows],
            "Date": [date_words(row.date) for row in rows],
            "Earliest": [row.earliest for row in rows],
            "Latest": [row.latest for row in rows],
            "What happened": [found.vocabulary[row.category].label for row in rows],
            "How sure": [STATUS_LABELS[Status(row.status)] for row in rows],
            "Kind": [KIND_LABELS[Kind(row.kind)] for row in rows],
            "Place": [row.place or NOT_KNOWN for row in rows],
            "Country or territory": [
                country_name(row.country) if row.country else NOT_KNOWN for row in rows
            ],
            "How exact": [
                PRECISION_LABELS[Precision(row.precision)]
                if row.precision
                else (NOT_KNOWN if row.located else NOT_PLACED)
                for row in rows
            ],
        }
    )
    columns = {
        "Title": st.column_config.TextColumn(width="large"),
        "Earliest": st.column_config.DateColumn(help="The first day it may mean."),
        "Latest": st.column_config.DateColumn(help="The last day it may mean."),
    }
    tabled = [field for field in found.own if "table" in field.show]
    if tabled:
        # Read in the features only where a layer asks for it: that takes its time.
        extra = found.engine.features_of([row.id for row in rows])
        for field in tabled:
            values = [extra[row.id]["properties"].get(field.name) for row in rows]
            known = [value for value in values if value is not None]
            if all(map(field.fits, known)) and field.type is not OwnType.TEXT:
                table[field.label] = values
            else:
                table[field.label] = [
                    own_words(value) if value is not None else NOT_KNOWN
                    for value in values
                ]
            if field.type is OwnType.LINK and all(map(field.fits, known)):
                columns[field.label] = st.column_config.LinkColumn()
    st.caption("Click a column to sort by it; tick a row to open it on the map.")
    selected = st.dataframe(
        table,
        key="table_rows",
        hide_index=True,
        height=min(520, 38 + 35 * len(rows)),
        on_select="rerun",
        selection_mode="single-row",
        column_config=columns,
    )
    if total > len(rows):
        st.caption(f"The first {len(rows)} of {total}; the downloads hold all of them.")
    chosen = [
        rows[index] for index in selected["selection"]["rows"] if index < len(rows)
    ]
    if chosen and st.button(
        "Open the ticked incident on the map", icon=":material/map:", type="primary"
    ):
        st.switch_page(
            "../explore/map.py",
            query_params={**query.parameters(), INCIDENT: [chosen[0].id]},
        )


def draw_downloads(total: int) -> None:
    """Draw what takes exactly these incidents away."""
    st.subheader(f"Download these {total} incidents")
    st.caption(
        "The files hold exactly what the filters leave, with every property and citation."
    )
    if settings().licence:
        st.text(f"Terms of use of the data: {settings().licence}")
    packed = st.toggle(
        "As a .zip with a description, a data dictionary and map styles",
        help="With styles for QGIS and other programs in the colours of this map.",
    )
    package = "zip" if packed else "plain"
    with st.container(horizontal=True):
        for name, kind in FORMATS.items():
            # The route has limits, and sends the file while it is made: none in memory here.
            asked = {**query.parameters(), "format": [name], "package": [package]}
            st.link_button(kind.label, f"/export?{urlencode(asked, doseq=True)}")


found = atlas()
query = query_of_widgets(found)
draw_header(found, query)
rows = found.engine.rows(query, limit=_MOST_ROWS)
total = found.engine.count(query)
if rows:
    draw_table(rows, total)
    draw_downloads(total)
else:
    # The filters beside it stay, so that one can be cleared.
    st.info("No incident matches these filters. Clear a filter to see more.")
