"""st.pydeck_chart with one ScatterplotLayer, without a background map."""

import pydeck as pdk
import streamlit as st

from bench.peers.shared import filtered, show_done

token, frame = filtered()
layer = pdk.Layer(
    "ScatterplotLayer",
    frame[["lon", "lat"]],
    get_position="[lon, lat]",
    get_radius=20_000,
)
view = pdk.ViewState(latitude=30, longitude=15, zoom=1)
st.pydeck_chart(
    pdk.Deck(layers=[layer], initial_view_state=view, map_provider=None), height=620
)
show_done(token)
