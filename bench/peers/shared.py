"""What the peers share: the incidents, the filter, a map without foreign hosts."""

from __future__ import annotations

import os

import folium
import pandas as pd
import streamlit as st
from branca.element import MacroElement
from folium.plugins import FastMarkerCluster, MarkerCluster
from folium.template import Template
from streamlit_folium import st_folium

CATEGORIES = ("attack", "mural", "demonstration", "politics")
_CLUSTER_JS = [("cluster", "/assets/cluster/leaflet.markercluster.js")]
_CLUSTER_CSS = [
    ("cluster_css", "/assets/cluster/MarkerCluster.css"),
    ("cluster_look", "/assets/cluster/MarkerCluster.Default.css"),
]
MarkerCluster.default_js = FastMarkerCluster.default_js = _CLUSTER_JS
MarkerCluster.default_css = FastMarkerCluster.default_css = _CLUSTER_CSS


class LocalMap(folium.Map):
    """A folium map whose files come from the bench's own server."""

    default_js = (("leaflet", "/assets/leaflet/leaflet.js"),)
    default_css = (("leaflet_css", "/assets/leaflet/leaflet.css"),)


class Done(MacroElement):
    """Says in the page that everything before it was drawn, and for which filter."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        document.body.dataset.filter = "{{ this.token }}";
        {% endmacro %}
    """)

    def __init__(self, token: str) -> None:
        super().__init__()
        self._name = "Done"
        self.token = token


@st.cache_resource
def incidents() -> pd.DataFrame:
    """Return the placed incidents: lon, lat, title, category."""
    columns = ["lon", "lat", "title", "category"]
    frame = pd.read_parquet(os.environ["BENCH_DATA"], columns=columns)
    return frame[frame["lon"].notna()]


def filtered() -> tuple[str, pd.DataFrame]:
    """Draw the filter; return what was chosen and the incidents it leaves."""
    choice = st.pills("Category", CATEGORIES, key="category")
    frame = incidents()
    if choice:
        frame = frame[frame["category"] == choice]
    return choice or "all", frame


def new_map() -> folium.Map:
    """Return an empty map of the world."""
    drawn = LocalMap(location=(30, 15), zoom_start=2, tiles=None, prefer_canvas=True)
    # folium does not hand max_zoom on where there are no tiles; MarkerCluster needs it.
    drawn.options["maxZoom"] = 18
    return drawn


def show(drawn: folium.Map, token: str) -> None:
    """Show a map that was built for this filter."""
    Done(token).add_to(drawn)
    st_folium(drawn, returned_objects=[], height=620, use_container_width=True)


def show_done(token: str) -> None:
    """Say in the page that the chart before was sent for this filter."""
    st.html(f'<i id="done" data-filter="{token}"></i>')
