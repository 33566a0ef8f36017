"""The desk of this session: nothing of it is left when the session ends."""

from __future__ import annotations

from datetime import date

import streamlit as st

from geo.atlas.desk import Desk
from geo.base.settings import settings


@st.cache_resource(scope="session", on_release=Desk.close, show_spinner=False)
def session_desk() -> Desk:
    """Return the desk of whoever looks at the page.

    Raises
    ------
    ExportError
        If there is no room for temporary files.
    """
    return Desk(settings(), date.today())  # noqa: DTZ011 - the day where the editor is
