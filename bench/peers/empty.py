"""The floor: an empty map, built once; a filter sends one call into it."""

import folium
import streamlit as st
from streamlit_folium import st_folium

from bench.peers.shared import CATEGORIES, Done, new_map

choice = st.pills("Category", CATEGORIES, key="category")
change = folium.FeatureGroup(name="change")
change.add_child(Done(choice or "all"))
st_folium(
    new_map(),
    key="map",
    returned_objects=[],
    height=620,
    use_container_width=True,
    feature_group_to_add=change,
)
