"""An archived text on the page of sources: its cited words marked, the layer beside.

Also what changed at the cited words since the copy before.
"""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from geo.atlas import Atlas
from geo.base.errors import ArchiveError
from geo.evidence.anchor import STATE_LABELS, AnchorState
from geo.evidence.archive import ArchivedCopy
from geo.evidence.concordance import CitedParagraph, Stretch, concordance
from geo.evidence.excerpts import shortened
from geo.evidence.revision import Change, changes
from geo.model.dates import day_words
from geo.model.incident import Incident, incident_of
from geo.model.query import Query
from geo.model.sources import Source
from geo.model.wording import PROTECTED, claim_words, date_words, place_words

#: More citations than this are not looked for in a browser.
_MOST_INCIDENTS = 2_000
_SIDE = (
    "border-left:3px solid rgba(120,130,140,.5);padding-left:.6rem;font-size:.88rem;"
)


def citing(current: Atlas, source: Source) -> list[Incident]:
    """Return the incidents that cite a source."""
    rows = current.engine.rows(Query(source=(source.id,)), limit=_MOST_INCIDENTS)
    return [incident_of(current.engine.feature(row.id)) for row in rows]


def draw_text(current: Atlas, source: Source) -> None:
    """Draw the archived text with every cited passage, and the layer beside it."""
    copies = current.archive.versions(source.id)
    incidents = {incident.id: incident for incident in citing(current, source)}
    if not copies:
        st.info(
            "There is no copy of this source here. An editor adds one with: "
            f"incidents archive add {source.id} FILE"
        )
        return
    try:
        text = current.archive.text(copies[-1])
        first = current.archive.text(copies[0])
    except ArchiveError as error:
        st.error("The archived copy has been altered since it was stored.")
        st.code(str(error), language=None, wrap_lines=True)
        return
    if len(copies) > 1:
        draw_changes(current, copies, incidents)
    marked = concordance(text, source.id, incidents.values(), reference=first)
    if marked.missing:
        titles = "; ".join(incidents[name].title for name in marked.missing)
        st.warning("Some cited words are not in this copy.")
        st.text(titles)
    st.caption(
        "Cited words are marked. Beside them stands what the map says; a title opens the "
        "incident on the map."
    )
    paragraphs = marked.paragraphs
    if not current.whole_texts:
        st.caption("Only the lines around the cited words are shown here.")
        held_back = {
            name
            for name, incident in incidents.items()
            if incident.extra.get(PROTECTED) is True
        }
        if held_back:
            st.caption("Some passages are held back to protect somebody.")
        shorter = (shortened(one, held_back) for one in paragraphs)
        paragraphs = tuple(one for one in shorter if one.incidents)
    if paragraphs:
        st.html(Markup("").join(_paragraph(one, incidents) for one in paragraphs))


def draw_changes(
    current: Atlas, copies: list[ArchivedCopy], incidents: dict[str, Incident]
) -> None:
    """Draw what changed at the cited words since the copy before the latest."""
    before, after = copies[-2], copies[-1]
    compared = changes(incidents.values(), current.archive, before, after)
    changed = [one for one in compared if one.is_changed]
    when = day_words(before.added.date())
    if not changed:
        st.success(f"All {len(compared)} cited passages read as in the copy of {when}.")
        return
    label = (
        f"{len(changed)} of {len(compared)} cited passages changed or moved since "
        f"the copy of {when}"
    )
    with st.expander(label, expanded=True):
        st.html(
            Markup("").join(
                _change(one, incidents[one.incident], with_texts=current.whole_texts)
                for one in changed
            )
        )


def _change(change: Change, incident: Incident, *, with_texts: bool) -> Markup:
    """Return one changed passage, as it was and as it is; in short where texts stay."""
    then, now = (
        Markup("<b>{}:</b> {}{}<br>").format(
            label,
            STATE_LABELS[AnchorState(state)],
            Markup("<br>“{}”").format(text) if text and with_texts else "",
        )
        for label, state, text in (
            ("Before", change.state_before, change.before),
            ("Now", change.state_after, change.after),
        )
    )
    there = (
        Markup("<b>In its place now:</b> “{}”").format(change.standing_there)
        if change.standing_there and with_texts
        else Markup("")
    )
    return Markup(
        "<p style='margin:0 0 .8rem;overflow-wrap:anywhere'>"
        "<a href='{}' target='_self'>{}</a><br>{}{}{}</p>"
    ).format(_record_link(incident.id), incident.title, then, now, there)


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
        "<div dir='auto' style='flex:2 1 16rem;overflow-wrap:anywhere'>{}</div>{}</div>"
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
