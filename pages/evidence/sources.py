"""The sources: what each is, what rests on it, and its archived text with marks."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from geo.atlas import atlas
from geo.base.errors import IncidentMapError
from geo.base.extras import has_extra
from geo.base.settings import settings
from geo.evidence.archive import ArchivedCopy
from geo.evidence.fetch_rules import rules_of
from geo.evidence.intake import archive_url, citations_by_source
from geo.model.dates import day_words
from geo.model.folding import fold
from geo.model.query import Query
from geo.model.sources import Source
from pages.ui.archived_text import citing, draw_text

_READ = "read"
#: Sources on one page.
_PAGE = 20

_LANGUAGES = {
    "en": "English",
    "ru": "Russian",
    "sr": "Serbian",
    "uk": "Ukrainian",
    "und": "Not known",
}

current = atlas()


def copies_of(source: Source) -> list[ArchivedCopy]:
    """Return the archived copies of a source, oldest first."""
    return current.archive.versions(source.id)


def state_words(copies: list[ArchivedCopy]) -> str:
    """Return the state of a source's archive in words."""
    if not copies:
        return "No copy is archived here."
    latest = copies[-1]
    said = (
        f"Archived on {day_words(latest.added.date())}, {latest.size_bytes:,} bytes, "
        f"sha256 {latest.sha256}."
    )
    if len(copies) > 1:
        said += f" It has changed since the first copy; {len(copies)} versions are archived."
    return said


def draw_facts(source: Source) -> None:
    """Draw what a source is."""
    count = current.engine.counts(Query(), "source").get(source.id, 0)
    derived = current.sources.get(source.derived_from or "")
    facts = [
        ("Publisher", source.publisher),
        ("By", "; ".join(source.authors) or "nobody is named"),
        ("Language", _LANGUAGES.get(source.language, source.language)),
        ("Published", day_words(source.published) if source.published else "not known"),
        ("Licence", source.licence),
        (
            "Original",
            f"{derived.publisher}: {derived.title}"
            if derived
            else "this is the original, as far as we know",
        ),
        ("Incidents that rest on it", str(count)),
        ("Archive", state_words(copies_of(source))),
        ("Note", source.note),
    ]
    rows = Markup("").join(
        Markup("<p dir='auto' style='margin:0 0 .35rem'><b>{}:</b> {}</p>").format(
            term, value
        )
        for term, value in facts
        if value
    )
    st.html(Markup("<div style='overflow-wrap:anywhere'>{}</div>").format(rows))
    if source.url:
        st.link_button("Open the source", source.url, icon=":material/open_in_new:")


def draw_citing(source: Source) -> None:
    """Draw how to cite a source, where the extra that writes references is there."""
    if not has_extra("citing"):
        return
    from geo.evidence.citing import FORMAT_LABELS, cite_source  # noqa: PLC0415

    with st.expander("Cite this source"):
        for form, (label, _, _) in FORMAT_LABELS.items():
            st.caption(label)
            st.code(cite_source(source, form), language=None, wrap_lines=True)


def draw_archiving(source: Source) -> None:
    """Draw the editors' button that fetches a copy; readers do not see it."""
    if not settings().editors or not source.url:
        return
    if st.button("Fetch and archive this source", key=f"fetch_{source.id}"):
        try:
            with st.spinner("Fetching"):
                cited = citations_by_source(citing(current, source))
                copy = archive_url(
                    source,
                    current.archive,
                    citations=cited.get(source.id, ()),
                    rules=rules_of(settings()),
                )
        except IncidentMapError as error:
            st.error("The source was not archived; the archive is as it was.")
            st.code(str(error), language=None, wrap_lines=True)
        else:
            new = (
                "A new version is archived."
                if copy.is_new
                else "It has not changed since the last copy."
            )
            st.success(f"The source was fetched. {new}")


def page_of_sources(chosen: str | None) -> list[Source]:
    """Draw what finds a source among many; return those of the page that is shown."""
    every = list(current.sources.values())
    if len(every) <= _PAGE:
        return every
    text = st.text_input("Find a source", placeholder="Name, title or address")
    looked_for = fold(text)
    matching = [
        source
        for source in every
        if looked_for in fold(f"{source.publisher} {source.title} {source.url or ''}")
    ]
    # The one whose text is read comes first, wherever it stands.
    matching.sort(key=lambda source: source.id != chosen)
    pages = max(1, -(-len(matching) // _PAGE))
    st.caption(f"{len(matching):,} of {len(every):,} sources")
    number = 1
    if pages > 1:
        number = st.number_input(
            f"Page, of {pages}", 1, pages, key=f"page_{looked_for}"
        )
    return matching[(number - 1) * _PAGE : number * _PAGE]


st.title("Sources", anchor=False)
chosen = st.query_params.get(_READ)
for one in page_of_sources(chosen):
    with st.container(border=True):
        st.html(
            Markup("<h2 dir='auto' style='font-size:1rem;padding:0'>{}</h2>").format(
                one.title
            )
        )
        facts = st.container()
        draw_citing(one)
        draw_archiving(one)
        # Drawn last, so that it tells of a copy fetched just now.
        with facts:
            draw_facts(one)
        if st.toggle(
            "Read what is cited of it",
            value=one.id == chosen,
            key=f"read_{one.id}",
        ):
            draw_text(current, one)
