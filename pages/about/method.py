"""How to read the map: what the marks mean, how it was coded, what it leaves out."""

from __future__ import annotations

from itertools import islice

import streamlit as st
from markupsafe import Markup

from geo.atlas import atlas
from geo.atlas.shelf import folder_of_layer
from geo.base.settings import settings
from geo.model.dates import day_words
from geo.model.vocabulary import PRECISION_LABELS, ROLE_LABELS, STATUS_LABELS
from geo.publish.pages import stories_of
from geo.publish.site import Site
from pages.ui.markdown import verbatim

#: More sources than these are on their own page.
_MOST_SOURCES = 20
_LINK = Markup('<p dir="auto"><a href="{}" target="_self">{}</a></p>')
_MEANINGS = {
    "How sure it is": STATUS_LABELS,
    "How exactly it is placed": PRECISION_LABELS,
    "What the place is to it": ROLE_LABELS,
}

current = atlas()
deployment = settings()
st.title("How to read this map", anchor=False)
if deployment.about:
    # Markdown of whoever made the map, as the pages themselves are; no record's text.
    st.markdown(deployment.about)
st.markdown(
    """
Every incident here rests on a source, which its record names, and at best on a passage of
it. Its place and its date are only as exact as the source makes them. What the source does
not say is shown as not known; nothing is guessed.

**A claim is not a fact.** “Reported” means that the source states it as a fact. “Alleged”
means that somebody claims it; the record says who, if that is known. Whoever denies it is
named just as prominently. “Unverified” means that the source itself could not confirm it.
A plan is shown as a plan, never as something that happened.

**A marker is not always an exact spot.** Only a marker on a stem stands at a venue or in a
street. A ring of dots means that nobody said how exact the point is. Every other marker
means “somewhere around here”, and the dashed disc, area or line shows how far that reaches.
A number on a marker counts the incidents there. When you come closer than a place is known,
its marker leaves the ground: “Known only roughly”, in a corner of the map, then names the
place and counts its incidents, so that nothing known only to be in a city seems to have
happened in one of its streets.

**A date may be vague.** “By 18 December 2023” means on that day or on any day before it.
In the bars under the map, the dark part counts incidents that surely fall into that month
or year, and the lighter part those that may.

**What is left out.** Nobody’s home is placed exactly on this map, and there are no phone
numbers, number plates or addresses of people. Where a point is less exact than what is
known, the record says so.
"""
)
stories = stories_of(folder_of_layer(deployment))
if stories:
    st.header("Stories", anchor=False)
for story in stories:
    # Relative, so that it leads there behind a proxy as well.
    st.html(_LINK.format(Site(deployment.title).story_path(story.name), story.title))
st.header("Corrections", anchor=False)
st.html(
    "<p>What was changed in a record once it was published, when and why, stands on its "
    'page, and in a <a href="corrections.xml" target="_self">feed of corrections</a>.</p>'
)
if deployment.licence:
    st.header("Terms of use of the data", anchor=False)
    st.text(deployment.licence)
left, right = st.columns(2, gap="large")
with left:
    st.header("What happened", anchor=False)
    for category in current.vocabulary:
        st.markdown(
            f"**{verbatim(category.label)}**  \n{verbatim(category.definition)}"
        )
with right:
    for heading, labels in _MEANINGS.items():
        st.header(heading, anchor=False)
        st.markdown("\n".join(f"- {label}" for label in labels.values()))
    st.header("Sources", anchor=False)
    for source in islice(current.sources.values(), _MOST_SOURCES):
        day = f", {day_words(source.published)}" if source.published else ""
        title = f": {source.title}" if source.title != source.publisher else ""
        st.text(f"{source.publisher}{day}{title}")
    if len(current.sources) > _MOST_SOURCES:
        st.text(
            f"The page Sources lists {len(current.sources) - _MOST_SOURCES:,} more."
        )
