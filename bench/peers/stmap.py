"""st.map."""

import streamlit as st

from bench.peers.shared import filtered, show_done

token, frame = filtered()
st.map(frame[["lat", "lon"]], height=620)
show_done(token)
