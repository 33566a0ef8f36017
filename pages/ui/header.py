"""The slim header: what this map is, how much of it is shown, from which sources."""

from __future__ import annotations

from typing import Final

import streamlit as st
from markupsafe import Markup

from geo.atlas import Atlas
from geo.atlas.shelf import folder_of_layer
from geo.base.extras import has_extra
from geo.base.settings import settings
from geo.model.query import Query
from geo.model.sources import list_publishers
from geo.publish.stories import story_files

#: A page beside this one, not one of Streamlit's.
_STORIES: Final = Markup(' <a href="stories" target="_self">Stories</a>')


def draw_header(atlas: Atlas, query: Query) -> None:
    """Draw the header; *query* decides how many are said to be shown."""
    deployment = settings()
    total = atlas.engine.count(Query())
    shown = atlas.engine.count(query)
    noun = "incident" if total == 1 else "incidents"
    counted = f"{total:,} {noun}"
    if shown != total:
        counted = f"{shown:,} of {counted}"
    rests_on = atlas.engine.counts(Query(), "source")
    cited = [atlas.sources[name] for name in rests_on]
    sources = list_publishers(cited)
    word = "Source" if len(cited) == 1 else "Sources"
    parts = [
        deployment.subtitle,
        f"{counted}.",
        f"{word}: {sources}." if sources else "",
    ]
    folder = folder_of_layer(deployment)
    has_stories = bool(folder and has_extra("publish") and story_files(folder))
    st.html(
        Markup(
            '<div style="line-height:1.3"><h1 dir="auto">{}</h1>'
            '<p dir="auto" style="opacity:.85;font-size:.92rem;margin:0">{}{}</p></div>'
        ).format(
            deployment.title,
            " ".join(filter(None, parts)),
            _STORIES if has_stories else "",
        )
    )
