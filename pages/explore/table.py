"""All filtered incidents as a table, and their downloads."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.atlas import atlas
from geo.countries import country_name
from geo.export import FORMATS, export_file
from geo.vocabulary import KIND_LABELS, PRECISION_LABELS, STATUS_LABELS
from geo.vocabulary import Kind, Precision, Status
from geo.wording import date_words
from pages.ui.address import open_incident, query_of_widgets
from pages.ui.header import draw_header

#: More rows than this are for the downloads, not for a browser.
_MOST_ROWS = 5_000

found = atlas()
query = query_of_widgets(found)
draw_header(found, query)
rows = found.engine.rows(query, limit=_MOST_ROWS)
total = found.engine.count(query)
if not rows:
    st.info("No incident matches these filters. Clear a filter to see more.")
    st.stop()

table = pd.DataFrame(
    {
        "Title": [row.title for row in rows],
        "Date": [date_words(row.date) for row in rows],
        "Sorted by": [row.earliest for row in rows],
        "What happened": [found.vocabulary[row.category].label for row in rows],
        "How sure": [STATUS_LABELS[Status(row.status)] for row in rows],
        "Kind": [KIND_LABELS[Kind(row.kind)] for row in rows],
        "Place": [row.place or "No place given" for row in rows],
        "Country or territory": [
            country_name(row.country) if row.country else "" for row in rows
        ],
        "How exact": [
            PRECISION_LABELS[Precision(row.precision)] if row.precision else "Not placed"
            for row in rows
        ],
    }
)
