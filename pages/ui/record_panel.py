"""The record panel: everything about one incident, beside the map.

Drawn as HTML by markupsafe, which escapes every value; nothing of a record is ever
read as Markdown or as markup.
"""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from geo.base.settings import settings
from geo.evidence.citing import FORMAT_LABELS, cite_record
from geo.evidence.record import Passage, Record
from geo.model.geonames import country_name
from geo.model.sources import Sources
from geo.model.vocabulary import ActorRole
from geo.model.wording import basis_words
from pages.ui.site import server_address

_ROLES = {
    ActorRole.BY: "By",
    ActorRole.AGAINST: "Against",
    ActorRole.WITH: "With",
}
_CARD = "border-radius:6px;padding:.5rem .7rem;margin:.45rem 0;font-weight:600;"
_CLAIM = _CARD + "background:rgba(230,159,0,.22);"
_PLAIN = _CARD + "background:rgba(120,130,140,.16);"
_DENIAL = _CARD + "background:rgba(0,114,178,.20);"
_TITLE = "font-size:1.2rem;font-weight:650;line-height:1.25;margin:.15rem 0 .4rem;"
_HEADING = "font-weight:650;margin:.7rem 0 .2rem;"
_PROOF_HEADINGS = {
    "allegation": "The claim",
    "corroboration": "What corroborates it",
    "denial": "The denial",
}
_SOFT = "opacity:.78;font-size:.86rem;"


def draw_record(record: Record, sources: Sources) -> None:
    """Draw a record in the current container; *sources* is the register."""
    incident, words = record.incident, record.words
    sure = incident.status in {"reported", "corroborated"} and incident.kind != "plan"
    parts = [
        Markup('<p style="{}margin:0">{}{}</p>').format(
            _SOFT, record.category_label, _kind(record)
        ),
        Markup('<div role="heading" aria-level="2" style="{}">{}</div>').format(
            _TITLE, incident.title
        ),
        Markup('<p style="{}">{}</p>').format(_PLAIN if sure else _CLAIM, words.claim),
    ]
    if words.denial:
        parts.append(Markup('<p style="{}">{}</p>').format(_DENIAL, words.denial))
    parts += [
        Markup("<p>{}</p>").format(incident.summary),
        _facts(record),
        *(
            Markup('<p style="{}">{}</p>').format(_SOFT, caution)
            for caution in words.cautions
        ),
        Markup('<div role="heading" aria-level="3" style="{}">{}</div>').format(
            _HEADING, "What it rests on"
        ),
        Markup('<p style="{}margin:0">{}</p>').format(_SOFT, record.basis),
        *_proofs(record, "allegation"),
        *_proofs(record, "corroboration"),
        *_proofs(record, "denial"),
        *_proofs(record, ""),
    ]
    st.html(Markup("").join(parts))
    st.link_button(
        "Link to this record",
        f"?{urlencode({'incident': incident.id})}",
        icon=":material/link:",
        type="tertiary",
    )
    with st.expander("Cite this record"):
        for form, (label, _, _) in FORMAT_LABELS.items():
            st.caption(label)
            st.code(
                cite_record(
                    incident,
                    sources,
                    form,
                    collection=settings().title,
                    link=_address_of(incident.id),
                ),
                language=None,
                wrap_lines=True,
            )


def _address_of(incident_id: str) -> str:
    """Return the full address of a record on this server."""
    base = server_address()
    return f"{base}/?{urlencode({'incident': incident_id})}" if base else ""


def _proofs(record: Record, what: str) -> list[Markup]:
    """Return the passages there for the claim, the denial, or the rest, headed."""
    passages = [_passage(one) for one in record.passages if one.proves == what]
    heading = _PROOF_HEADINGS.get(what)
    if passages and heading:
        passages.insert(0, Markup('<div style="{}">{}</div>').format(_HEADING, heading))
    return passages


def _kind(record: Record) -> str:
    kind = record.words.kind
    return "" if record.incident.kind == "event" else f" · {kind}"


def _facts(record: Record) -> Markup:
    """Return date, place and people, a line each, with their notes."""
    incident, words = record.incident, record.words
    basis = basis_words(incident.location_basis)
    rows = [
        ("Date", words.date, incident.date_note),
        (
            "Place",
            f"{words.place}. {words.precision}{f' ({basis})' if basis else ''}.",
            incident.location_note,
        ),
    ]
    if incident.place_as_written:
        rows.append(("As the source puts it", f"“{incident.place_as_written}”", ""))
    if incident.country:
        rows.append(("Country or territory", country_name(incident.country), ""))
    for role, label in _ROLES.items():
        names = [actor.name for actor in incident.actors if actor.role == role]
        if names:
            rows.append((label, "; ".join(names), ""))
    return Markup("").join(
        Markup('<p style="margin:0 0 .45rem"><b>{}:</b> {}{}</p>').format(
            term, value, _note(note)
        )
        for term, value, note in rows
    )


def _note(note: str) -> Markup:
    if not note:
        return Markup("")
    return Markup('<br><span style="{}">{}</span>').format(_SOFT, note)


def _passage(passage: Passage) -> Markup:
    """Return one passage with its quote marked, or the quote alone and why."""
    start, end = passage.mark
    if passage.paragraph:
        quoted = Markup("{}<mark>{}</mark>{}").format(
            passage.paragraph[:start],
            passage.paragraph[start:end],
            passage.paragraph[end:],
        )
    else:
        quoted = Markup("“<mark>{}</mark>”").format(passage.quote)
    around = Markup("")
    if passage.before or passage.after:
        around = Markup(
            '<details style="{}"><summary>The paragraphs around it</summary>{}{}</details>'
        ).format(_SOFT, _paragraphs(passage.before), _paragraphs(passage.after))
    note = (
        Markup('<p style="{}">{}</p>').format(_SOFT, passage.note)
        if passage.note
        else ""
    )
    told = f"{passage.publisher}, {passage.published}"
    source = (
        Markup(
            '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a> '
            "(opens at these words)"
        ).format(passage.url, told)
        if passage.url
        else told
    )
    return Markup(
        '<blockquote style="border-left:3px solid rgba(120,130,140,.5);margin:.5rem 0 .1rem;'
        'padding:.1rem 0 .1rem .7rem;font-size:.92rem">{}</blockquote>{}{}'
        '<p style="{}margin:0 0 .7rem">{}</p>'
    ).format(quoted, around, note, _SOFT, source)


def _paragraphs(texts: tuple[str, ...]) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(text) for text in texts)
