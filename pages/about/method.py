"""How to read the map: what the marks mean, how it was coded, what it leaves out."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from geo.atlas import atlas
from geo.base.settings import settings
from geo.model.vocabulary import PRECISION_LABELS, ROLE_LABELS, STATUS_LABELS
from pages.ui.markdown import verbatim

#: More sources than these are on their own page.
_MOST_SOURCES = 20

found = atlas()
given = settings()
st.header("How to read this map")
if given.about:
    # Markdown of whoever made the map, as the pages themselves are; no record's text.
    st.markdown(given.about)
st.markdown(
    """
Every incident here is taken from a published report. It stands on that report, at best
on a passage of it, at a place and a date that are only as exact as it makes them. What
nobody said is shown as not known, and is not guessed.

**A claim is not a fact.** “Reported” means that the source tells it as a fact.
“Alleged” means that somebody says so; the record names who, where that is known. Whoever denies it is named
just as prominently. “Unverified” means that the source itself could not confirm it. A
plan is shown as a plan, never as something that happened.

**A marker is not always a spot.** Only a marker on a stem stands at a venue or in a
street. A ring of dots means that a point was given and nobody said how exact it is. All
others mean “somewhere in here”, and the dashed disc, area or line shows how far that
reaches. A number on a marker counts the incidents there; they share one place
and are not spread out to look exact.

**Dates may be vague.** “Before 18 December 2023” gives only an end. In the bars under
the map, the dark part counts incidents that lie in that month and the lighter part
further ones that may.

**What is left out.** Nobody’s home is on this map, and no phone number, address book or
channel that exposes people. Where a point is coarser than what is known, the record says
so. Places that only a slogan or a rumour names are not marked.
"""
)
if given.licence:
    st.text(f"Terms of use of the data: {given.licence}")
left, right = st.columns(2, gap="large")
with left:
    st.subheader("What happened")
    for category in found.vocabulary:
        st.markdown(
            f"**{verbatim(category.label)}**  \n{verbatim(category.definition)}"
        )
with right:
    st.subheader("How sure, how exact, what the place means")
    for labels in (STATUS_LABELS, PRECISION_LABELS, ROLE_LABELS):
        st.markdown("\n".join(f"- {label}" for label in labels.values()))
    st.subheader("Sources")
    for source in islice(found.sources.values(), _MOST_SOURCES):
        day = f", {source.published}" if source.published else ""
        title = f": {source.title}" if source.title != source.publisher else ""
        st.text(f"{source.publisher}{day}{title}")
    if len(found.sources) > _MOST_SOURCES:
        st.text(
            f"and {len(found.sources) - _MOST_SOURCES:,} more, on the page Sources."
        )
