"""The sources: what each is, what rests on it, and its archived text with marks."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from geo.atlas import atlas
from geo.dates import day_words
from geo.errors import ArchiveError, IncidentMapError
from geo.evidence.archive import ArchivedCopy
from geo.evidence.citing import FORMAT_LABELS, cite_source
from geo.evidence.concordance import CitedParagraph, Stretch, concordance
from geo.evidence.intake import archive_url, citations_by_source
from geo.incident import Incident, incident_of
from geo.query import Query
from geo.settings import settings
from geo.sources import Source
from geo.wording import claim_words, date_words, place_words

#: More citations than this are not looked for in a browser.
_MOST_INCIDENTS = 2_000
_READ = "read"
_SOFT = "opacity:.78;font-size:.88rem;"
_SIDE = (
    "border-left:3px solid rgba(120,130,140,.5);padding-left:.6rem;font-size:.88rem;"
)

_LANGUAGES = {"en": "English", "ru": "Russian", "sr": "Serbian", "uk": "Ukrainian"}

found = atlas()


def copies_of(source: Source) -> list[ArchivedCopy]:
    """Return the archived copies of a source, oldest first."""
    return found.archive.versions(source.id)


def state_words(copies: list[ArchivedCopy]) -> str:
    """Return the state of a source's archive in words."""
    if not copies:
        return "No archived copy here."
    latest = copies[-1]
    said = (
        f"Archived on {day_words(latest.added.date())}, {latest.size_bytes:,} bytes, "
        f"sha256 {latest.sha256}."
    )
    if len(copies) > 1:
        said += (
            f" It has changed since the first copy; {len(copies)} versions are kept."
        )
    return said


def draw_facts(source: Source) -> None:
    """Draw what a source is."""
    count = found.engine.counts(Query(), "source").get(source.id, 0)
    derived = found.sources.get(source.derived_from or "")
    facts = [
        ("Publisher", source.publisher),
        ("By", "; ".join(source.authors) or "not named"),
        ("Language", _LANGUAGES.get(source.language, source.language)),
        ("Published", day_words(source.published) if source.published else "not known"),
        ("Licence", source.licence),
        (
            "Original",
            f"derived from: {derived.publisher}, {derived.title}"
            if derived
            else "original, as far as is known here",
        ),
        ("Incidents that rest on it", str(count)),
        ("Archive", state_words(copies_of(source))),
        ("Note", source.note),
    ]
    rows = Markup("").join(
        Markup("<p style='margin:0 0 .35rem'><b>{}:</b> {}</p>").format(term, value)
        for term, value in facts
        if value
    )
    st.html(Markup("<div style='overflow-wrap:anywhere'>{}</div>").format(rows))
    if source.url:
        st.link_button("Open the source", source.url, icon=":material/open_in_new:")


def draw_citing(source: Source) -> None:
    """Draw how to cite a source."""
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
            cited = citations_by_source(_citing(source))
            copy = archive_url(
                source, found.archive, citations=cited.get(source.id, [])
            )
        except IncidentMapError as error:
            st.error("The source was not archived; the archive is as it was.")
            st.code(str(error), language=None, wrap_lines=True)
        else:
            new = "A new version is kept." if copy.is_new else "Nothing has changed."
            st.success(f"Fetched. {new}")


def _citing(source: Source) -> list[Incident]:
    """Return the incidents that cite a source."""
    rows = found.engine.rows(Query(source=(source.id,)), limit=_MOST_INCIDENTS)
    return [incident_of(found.engine.feature(row.id)) for row in rows]


def draw_text(source: Source) -> None:
    """Draw the archived text with every cited passage, and the layer beside it."""
    copies = copies_of(source)
    incidents = {incident.id: incident for incident in _citing(source)}
    if not copies:
        st.info(
            "There is no copy of this source here. An editor adds one with: "
            f"incidents archive add {source.id} FILE"
        )
        return
    try:
        text = found.archive.text(copies[-1])
        first = found.archive.text(copies[0])
    except ArchiveError as error:
        st.error("The archived copy has been altered since it was stored.")
        st.code(str(error), language=None, wrap_lines=True)
        return
    marked = concordance(text, source.id, incidents.values(), reference=first)
    if marked.missing:
        titles = "; ".join(incidents[name].title for name in marked.missing)
        st.warning("Some cited words are not in this copy.")
        st.text(titles)
    st.caption(
        "Marked words are cited. Beside each paragraph stands what the layer says; "
        "a title opens the incident on the map."
    )
    whole = settings().full_text
    if not whole:
        st.caption("Only the cited paragraphs are shown on this server.")
    body = Markup("").join(
        _paragraph(paragraph, incidents)
        for paragraph in marked.paragraphs
        if whole or paragraph.incidents
    )
    st.html(body)


def _paragraph(paragraph: CitedParagraph, incidents: dict[str, Incident]) -> Markup:
    """Return one paragraph and, beside it, the incidents that cite it."""
    text = Markup("").join(
        _mark(stretch, incidents)
        if stretch.incidents
        else Markup("{}").format(stretch.text)
        for stretch in paragraph.stretches
    )
    beside = Markup("").join(_said(incidents[name]) for name in paragraph.incidents)
    side = (
        Markup("<div style='flex:1 1 15rem;{}'>{}</div>").format(_SIDE, beside)
        if beside
        else Markup("")
    )
    return Markup(
        "<div style='display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin:0 0 1rem'>"
        "<div style='flex:2 1 24rem;overflow-wrap:anywhere'>{}</div>{}</div>"
    ).format(text, side)


def _mark(stretch: Stretch, incidents: dict[str, Incident]) -> Markup:
    """Return cited words as a mark that names its incidents and opens the first."""
    return Markup(
        "<a href='{}' target='_self' title='{}' style='color:inherit'>"
        "<mark>{}</mark></a>"
    ).format(
        _record_link(stretch.incidents[0]),
        "; ".join(incidents[name].title for name in stretch.incidents),
        stretch.text,
    )


def _record_link(incident_id: str) -> str:
    return f"/?{urlencode({'incident': incident_id})}"


def _said(incident: Incident) -> Markup:
    """Return what the layer says of an incident, in a few lines."""
    denied = (
        f" Denied by {'; '.join(incident.denied_by)}." if incident.denied_by else ""
    )
    return Markup(
        "<p style='margin:0 0 .5rem'><a href='{}' target='_self'>{}</a><br>"
        "{}. {}.<br><b>{}{}</b></p>"
    ).format(
        _record_link(incident.id),
        incident.title,
        date_words(incident.date),
        place_words(incident),
        claim_words(incident),
        denied,
    )


st.header("Sources")
chosen = st.query_params.get(_READ)
for one in found.sources.values():
    with st.container(border=True):
        st.html(
            Markup(
                "<div role='heading' aria-level='2' style='font-weight:650'>{}</div>"
            ).format(one.title)
        )
        draw_facts(one)
        draw_citing(one)
        draw_archiving(one)
        if st.toggle(
            "Read the archived text with the cited passages",
            value=one.id == chosen,
            key=f"read_{one.id}",
        ):
            draw_text(one)
