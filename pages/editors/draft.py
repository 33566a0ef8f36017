"""Drafts for editors: the passages of an archived source that may be incidents.

Nothing is written on the server: accepted drafts are kept in the visitor's session
and downloaded as a GeoJSON file, to be completed and reviewed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st
from markupsafe import Markup

from geo.atlas import atlas
from geo.base.errors import ArchiveError, DataError, QueryError, SettingsError
from geo.base.settings import settings
from geo.evidence.drafting.drafts import Choices, Draft, accept, draft
from geo.layer.geojson import dump_geojson
from geo.model.dates import DateFormatError, words
from geo.model.sources import Source
from geo.model.text import paragraphs
from geo.model.vocabulary import KIND_LABELS, PRECISION_LABELS, STATUS_LABELS, Status
from geo.places.candidate import Candidate
from geo.places.gazetteer import read_gazetteer

_ON_A_PAGE = 10
_NO_PLACE = "No place"

current = atlas()
gazetteer = read_gazetteer(settings().places)
accepted: dict[str, object] = st.session_state.setdefault("drafts_accepted", {})
refused: set[str] = st.session_state.setdefault("drafts_refused", set())


@st.cache_data(max_entries=8, show_spinner="Reading places and dates")
def drafts_of(text: str, source_id: str, published: date, language: str) -> list[Draft]:
    """Return the drafts of a text, read once."""
    return draft(text, source_id, gazetteer, published=published, language=language)


def place_label(candidate: Candidate | None) -> str:
    """Return a candidate as an option: name, country, how finely, who knows it."""
    if candidate is None:
        return _NO_PLACE
    how = PRECISION_LABELS[candidate.precision].lower()
    return (
        f"{candidate.name}, {candidate.country or 'no country'} "
        f"({how}; {candidate.source})"
    )


def names_in(written: str) -> tuple[str, ...]:
    """Return the names of a list parted by semicolons."""
    return tuple(name.strip() for name in written.split(";") if name.strip())


def draw_passage(one: Draft, text: str) -> None:
    """Draw a draft's paragraph with its quote marked."""
    home = paragraphs(text)[one.paragraph]
    begin = text.find(one.citation.quote, one.start)
    if one.state != "exact" or begin < 0:
        begin = one.start
    end = begin + len(one.citation.quote)
    st.html(
        Markup("<blockquote dir='auto'>{}<mark>{}</mark>{}</blockquote>").format(
            text[home.start : begin], text[begin:end], text[end : home.end]
        )
    )


def keep(one: Draft, choices: Choices) -> None:
    """Accept a draft as chosen, or say what is wrong with the choices."""
    try:
        accepted[one.id] = accept(
            one,
            choices,
            gazetteer=gazetteer,
            vocabulary=current.vocabulary,
            sources=current.sources,
            updated=datetime.now(UTC).date(),
        )
    except (DataError, DateFormatError, QueryError) as error:
        st.error("This draft cannot be accepted as it is.")
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.rerun()


def draw_draft(one: Draft, text: str) -> None:
    """Draw one draft with its choices and its two buttons."""
    with st.container(border=True):
        draw_passage(one, text)
        with st.form(f"form_{one.id}", border=False):
            left, right = st.columns(2)
            candidate = left.selectbox(
                "Place",
                [*one.candidates, None],
                format_func=place_label,
                key=f"place_{one.id}",
            )
            dates = [phrase for phrase in one.dates if phrase.edtf]
            edtf = right.text_input(
                "Date",
                value=dates[0].edtf if dates else "",
                key=f"date_{one.id}",
                help="Such as 2023-08, 2022-22 (summer 2022) or ../2023-12 (by December).",
            )
            for phrase in one.dates:
                read = words(phrase.edtf) if phrase.edtf else "not known"
                right.text(f"“{phrase.text}”: {read}. {phrase.note}".strip())
            title = st.text_input("Title, in your own words", key=f"title_{one.id}")
            first, second, third = st.columns(3)
            category = first.selectbox(
                "What happened",
                current.vocabulary.ids(),
                index=None,
                format_func=lambda name: current.vocabulary[name].label,
                key=f"category_{one.id}",
            )
            kind = second.selectbox(
                "Kind",
                list(KIND_LABELS),
                format_func=lambda name: KIND_LABELS[name],
                key=f"kind_{one.id}",
            )
            status = third.selectbox(
                "How sure",
                [Status.REPORTED, Status.ALLEGED, Status.UNVERIFIED],
                format_func=lambda name: STATUS_LABELS[name],
                key=f"status_{one.id}",
            )
            claims, denials = st.columns(2)
            by = claims.text_input(
                "Alleged by", key=f"by_{one.id}", help="Names, separated by semicolons."
            )
            denied = denials.text_input(
                "Denied by",
                key=f"denied_{one.id}",
                help="Names, separated by semicolons.",
            )
            yes, no = st.columns(2, width=360)
            taken = yes.form_submit_button("Accept", type="primary")
            dropped = no.form_submit_button("Not an incident")
        if dropped:
            refused.add(one.id)
            st.rerun()
        if taken and category is None:
            st.error("Choose what happened before accepting.")
        elif taken and category is not None:
            keep(
                one,
                Choices(
                    candidate=candidate,
                    edtf=(edtf or "").strip() or None,
                    title=title,
                    category=category,
                    kind=str(kind),
                    status=str(status),
                    alleged_by=names_in(by),
                    denied_by=names_in(denied),
                ),
            )


def choose_source() -> tuple[Source, date] | None:
    """Draw what chooses a source and its day; None until both are known."""
    archived = [
        source
        for source in current.sources.values()
        if current.archive.latest(source.id)
    ]
    if not archived:
        st.info(
            "No source has an archived copy yet. Add one: "
            "incidents archive add SOURCE_ID FILE"
        )
        return None
    source = st.selectbox(
        "Source",
        archived,
        format_func=lambda one: f"{one.publisher}: {one.title}",
        key="drafts_source",
    )
    published = source.published or st.date_input(
        "Day of publication", value=None, key="drafts_published"
    )
    if published is None:
        st.info("Choose the day of publication: relative dates are counted from it.")
        return None
    return source, published


def read_drafts(source: Source, published: date) -> tuple[str, list[Draft]] | None:
    """Return a source's text with its drafts, or say why there are none."""
    copy = current.archive.latest(source.id)
    try:
        text = current.archive.text(copy) if copy else ""
        return text, drafts_of(text, source.id, published, source.language)
    except ArchiveError as error:
        st.error("The archived copy cannot be read.")
        st.code(str(error), language=None, wrap_lines=True)
    except SettingsError as error:
        st.error("This server cannot make drafts.")
        st.code(str(error), language=None, wrap_lines=True)
    return None


def draw_drafts(text: str, drafts: list[Draft]) -> None:
    """Draw how far the editor is, and the drafts that are left."""
    left_over = [
        one for one in drafts if one.id not in accepted and one.id not in refused
    ]
    st.text(
        f"{len(left_over)} of {len(drafts)} passages are left. You have accepted "
        f"{len(accepted)} in this session."
    )
    if accepted:
        st.download_button(
            "Download the accepted drafts",
            b"".join(dump_geojson(accepted.values())),  # type: ignore[arg-type]
            file_name="drafts.geojson",
            mime="application/geo+json",
            on_click="ignore",
            key="drafts_download",
        )
    if refused and st.button(
        f"Bring back what was refused ({len(refused)})", key="drafts_back"
    ):
        refused.clear()
        st.rerun()
    for shown in left_over[:_ON_A_PAGE]:
        draw_draft(shown, text)
    if len(left_over) > _ON_A_PAGE:
        st.caption(
            f"These are the first {_ON_A_PAGE}. More follow as you decide on them."
        )


st.title("Drafts from a source", anchor=False)
st.caption(
    "Passages that name a place or a date. Those you accept go into a file, for you to "
    "complete and review. Nothing on this server changes."
)
chosen = choose_source()
read = read_drafts(*chosen) if chosen else None
if read is not None:
    draw_drafts(*read)
