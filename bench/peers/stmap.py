"""st.map."""

import streamlit as st

from bench.peers.shared import filtered, show_done

token, found = filtered()
st.map(found[["lat", "lon"]], height=620)
show_done(token)
