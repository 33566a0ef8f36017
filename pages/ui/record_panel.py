"""The record panel: everything about one incident, beside the map.

Drawn as HTML by markupsafe, which escapes every value; nothing of a record is ever
read as Markdown or as markup.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from geo.base.settings import settings
from geo.evidence.citing import FORMAT_LABELS, cite_record
from geo.evidence.record import Passage, Record
from geo.model.sources import Sources
from geo.model.wording import Part
from pages.ui.site import server_address

_CARD: Final = "border-radius:6px;padding:.5rem .7rem;margin:.45rem 0;font-weight:600;"
_SOFT: Final = "opacity:.78;font-size:.86rem;"
#: How each kind of part is laid out; the words are the record's.
_LAYOUTS: Final = {
    kind: Markup(layout)  # noqa: S704 - texts of our own, formatted with escaping
    for kind, layout in {
        "kicker": f'<p style="{_SOFT}margin:0">{{text}}</p>',
        "title": '<div role="heading" aria-level="2" style="font-size:1.2rem;'
        'font-weight:650;line-height:1.25;margin:.15rem 0 .4rem">{text}</div>',
        "claim": f'<p style="{_CARD}background:rgba(120,130,140,.16)">{{text}}</p>',
        "uncertain": f'<p style="{_CARD}background:rgba(230,159,0,.22)">{{text}}</p>',
        "denial": f'<p style="{_CARD}background:rgba(0,114,178,.20)">{{text}}</p>',
        "text": "<p>{text}</p>",
        "fact": '<p style="margin:0 0 .45rem"><b>{label}:</b> {text}</p>',
        "link": '<p style="margin:0 0 .45rem"><b>{label}:</b> <a href="{text}" '
        'target="_blank" rel="noopener noreferrer">{text}</a></p>',
        "note": f'<p style="{_SOFT}">{{text}}</p>',
        "heading": '<div role="heading" aria-level="3" style="font-weight:650;'
        'margin:.7rem 0 .2rem">{text}</div>',
        "subheading": '<div role="heading" aria-level="4" style="font-weight:650;'
        'margin:.7rem 0 .2rem">{text}</div>',
    }.items()
}


def draw_record(record: Record, sources: Sources) -> None:
    """Draw a record in the current container; *sources* is the register."""
    incident = record.incident
    st.html(record_html(record))
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


def record_html(record: Record) -> Markup:
    """Return all parts of a record, laid out one below the other."""
    return Markup("").join(
        _LAYOUTS[part.kind].format(text=part.text, label=part.label)
        if isinstance(part, Part)
        else _passage(part)
        for part in record.parts
    )


def _address_of(incident_id: str) -> str:
    """Return the full address of a record on this server."""
    base = server_address()
    return f"{base}/?{urlencode({'incident': incident_id})}" if base else ""


def _passage(passage: Passage) -> Markup:
    """Return one passage with its quote marked, or the quote alone and why."""
    around, note, credit = Markup(""), Markup(""), passage.credit
    if passage.around:
        around = Markup(
            '<details style="{}"><summary>{}</summary>{}{}</details>'
        ).format(
            _SOFT,
            passage.around,
            _paragraphs(passage.before),
            _paragraphs(passage.after),
        )
    if passage.note:
        note = _LAYOUTS["note"].format(text=passage.note)
    if passage.url:
        credit = Markup(
            '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
        ).format(passage.url, credit)
    quoted = Markup("")
    if passage.quote:
        quoted = Markup(
            '<blockquote style="border-left:3px solid rgba(120,130,140,.5);'
            'margin:.5rem 0 .1rem;padding:.1rem 0 .1rem .7rem;font-size:.92rem">'
            "{}<mark>{}</mark>{}</blockquote>"
        ).format(*passage.marked)
    return Markup('{}{}{}<p style="{}margin:0 0 .7rem">{}</p>').format(
        quoted, around, note, _SOFT, credit
    )


def _paragraphs(texts: tuple[str, ...]) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(text) for text in texts)
