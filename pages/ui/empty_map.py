"""What is shown in place of a map in which nothing is yet."""

from __future__ import annotations

import shlex

import streamlit as st

from geo.atlas import Atlas
from geo.base.hosts import is_loopback
from geo.base.settings import settings
from geo.model.query import Query


def draw_empty_map(atlas: Atlas) -> bool:
    """Say how to bring in a table, if there are no incidents; tell whether that was so."""
    if atlas.engine.count(Query()):
        return False
    deployment = settings()
    # Where the map lies on the disk is for those who sit at it.
    folder = (
        str(deployment.map.absolute()) if is_loopback(deployment.host) else "my-map"
    )
    st.title("This map has no incidents yet", anchor=False)
    st.markdown(
        "Bring in a table that you have: CSV, Excel, GeoJSON or another format."
    )
    if deployment.desk:
        st.html(
            '<p style="font-size:1.1rem;font-weight:650">'
            '<a href="/desk" target="_self">Bring in a table</a></p>'
        )
        st.markdown("Or on the command line:")
    command = f"incidents import TABLE --into {shlex.quote(folder)}"
    st.code(command, language="shell", wrap_lines=True)
    st.markdown("Then load this page again.")
    return True
