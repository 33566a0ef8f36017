"""A page of Streamlit with texts that are to be shown to the letter, for a test."""

from __future__ import annotations

import json
import os
from pathlib import Path

import streamlit as st

from pages.ui.markdown import verbatim

for number, text in enumerate(
    json.loads(Path(os.environ["TEXTS"]).read_text(encoding="utf-8"))
):
    with st.container(key=f"block_{number}"):
        st.markdown(verbatim(text))
    st.button(verbatim(text), key=f"label_{number}")
