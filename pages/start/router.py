"""The entry of the page: what every section shares, and the menu.

Not directly in ``pages/``: Streamlit's legacy discovery of ``pages/*.py`` would skip
this script on a deep link to a fresh server.
"""

from __future__ import annotations

import streamlit as st

from geo.atlas import atlas
from geo.errors import IncidentMapError
from geo.settings import ROOT, settings
from pages.ui.address import fill_from_address, problems, query_of_widgets, write_address
from pages.ui.address import opened as opened_incident
from pages.ui.filters import draw_filters

given = settings()
st.set_page_config(
    page_title=given.title, page_icon=":material/location_on:", layout="wide"
)
page = st.navigation(
    {
        "": [
            st.Page(
                ROOT / "pages" / "explore" / "map.py",
                title="Map",
                icon=":material/map:",
                default=True,
            ),
            st.Page(
                ROOT / "pages" / "explore" / "table.py",
                title="Table and downloads",
                icon=":material/table_rows:",
                url_path="table",
            ),
            st.Page(
                ROOT / "pages" / "about" / "method.py",
                title="How to read this map",
                icon=":material/info:",
                url_path="about",
            ),
        ]
    },
    position="top",
)

try:
    found = atlas()
except IncidentMapError as error:
    st.error("The map cannot be shown, because its data is wrong.")
    st.code(str(error), language=None, wrap_lines=True)
    st.stop()

fill_from_address(found)
query = query_of_widgets(found)
with st.sidebar:
    draw_filters(found, query)
for problem in problems():
    st.warning(f"Part of the link or of a filter was left out. {problem}")
page.run()
write_address(query, opened_incident())
