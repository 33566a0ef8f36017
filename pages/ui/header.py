"""The slim header: what this map is, how much of it is shown, from which sources."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from geo.atlas import Atlas
from geo.base.settings import settings
from geo.model.query import Query
from geo.model.sources import list_publishers


def draw_header(atlas: Atlas, query: Query) -> None:
    """Draw the header; *query* decides how many are said to be shown."""
    given = settings()
    total = atlas.engine.count(Query())
    shown = atlas.engine.count(query)
    noun = "incident" if total == 1 else "incidents"
    counted = f"{shown} of {total} {noun}" if shown != total else f"{total} {noun}"
    rests_on = atlas.engine.counts(Query(), "source")
    cited = [atlas.sources[name] for name in rests_on]
    sources = list_publishers(cited)
    word = "Source" if len(cited) == 1 else "Sources"
    told = [given.subtitle, f"{counted}.", f"{word}: {sources}." if sources else ""]
    st.html(
        Markup(
            '<div style="line-height:1.3"><h1 dir="auto">{}</h1>'
            '<p dir="auto" style="opacity:.85;font-size:.92rem;margin:0">{}</p></div>'
        ).format(given.title, " ".join(filter(None, told)))
    )
