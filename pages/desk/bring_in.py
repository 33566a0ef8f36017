"""Bring in a table: from a file to the map, with nothing written before the last button.

What is done is :class:`geo.atlas.desk.Desk`; this page shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st
from markupsafe import Markup
from streamlit_folium import st_folium

from geo.atlas.desk import Desk, Done, Shown
from geo.atlas.folium_maps import build_change, lent_map
from geo.base.errors import ExportError
from geo.importing.column_views import ColumnView
from geo.importing.mapping import ROLES
from geo.importing.questions import Question
from pages.ui.import_report import draw_counts, draw_remarks
from pages.ui.markdown import verbatim
from pages.ui.session_desk import session_desk

_HEIGHT_PX = 480
#: Most tables are ready within this time; then no progress need be shown.
_SOON_S = 1.5
_EVERY_S = 0.5
#: Of a table with no more columns all are shown at once.
_FEW_COLUMNS = 12
_FILE = "desk_file"
_FILES = "desk_files"
_WORDS: Final[Mapping[str, str]] = {
    "dmy": "The day first",
    "mdy": "The month first",
    "ymd": "The year first",
    "": "None of them",
}


def file_key() -> str:
    """Return the key of the uploader; another one empties it."""
    return f"{_FILE}_{st.session_state.setdefault(_FILES, 0)}"


def take() -> None:
    """Take the file that was chosen, or put it away; a callback."""
    upload = st.session_state.get(file_key())
    if upload is None:
        desk.clear()
    else:
        desk.take(upload.name, upload.getbuffer())


def begin_anew() -> None:
    """Make room for another file; a callback."""
    desk.clear()
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1


def change(key: str, column: str) -> None:
    """Let a column become what was chosen; a callback."""
    desk.change(column, st.session_state[key])


def reply(key: str, question: Question) -> None:
    """Answer a question as was chosen; a callback."""
    desk.answer(question, str(st.session_state[key] or "").strip())


@st.fragment(run_every=_EVERY_S)
def draw_progress() -> None:
    """Draw how far it is, again and again, and the page when it is over."""
    errand = desk.errand
    if not desk.settle() or errand is None:
        st.rerun()
    now = errand.progress
    counted = f": {now.done:,} of {now.total:,}" if now.total else ""
    said = f"{verbatim(now.saying)}{counted} ({errand.seconds:.0f} s)"
    st.progress(now.share or 0.0, text=said)
    st.button("Cancel", on_click=desk.cancel, icon=":material/close:")


def draw_question(number: int, question: Question) -> None:
    """Draw one question with its examples and what is proposed."""
    key = f"desk_question_{st.session_state.get(_FILES, 0)}_{number}"
    st.session_state[key] = desk.choice_of(question)
    label = verbatim(question.prompt)
    answered = {"key": key, "on_change": reply, "args": (key, question)}
    if not question.choices:
        st.text_input(label, **answered)  # type: ignore[call-overload]
        return
    of_choices = bool(question.roles) and len(question.examples) == len(
        question.choices
    )
    choices = [*question.choices, *([""] if question.roles else [])]
    st.radio(
        label,
        choices,
        format_func=lambda choice: verbatim(
            _WORDS[choice] if not question.roles or not choice else choice
        ),
        captions=[*map(verbatim, question.examples), ""] if of_choices else None,
        **answered,
    )  # type: ignore[call-overload]
    if not of_choices:
        st.text("\n".join(question.examples))


def draw_column(number: int, column: ColumnView) -> None:
    """Draw one column: three of its values, and what it becomes."""
    key = f"desk_column_{st.session_state.get(_FILES, 0)}_{number}"
    st.session_state[key] = column.role
    st.selectbox(
        verbatim(column.name) or "Without a name",
        list(ROLES),
        format_func=lambda role: ROLES[role][:1].upper() + ROLES[role][1:],
        key=key,
        on_change=change,
        args=(key, column.name),
        help=verbatim(column.reason) or None,
    )
    st.html(
        Markup(
            "<p style='margin:-.6rem 0 .7rem;font-size:.86rem;opacity:.85;"
            "overflow-wrap:anywhere'>{}</p>"
        ).format(" · ".join(column.examples) or "No values")
    )


def draw_columns() -> None:
    """Draw what the file does not tell, and what each column becomes."""
    if desk.questions:
        st.header("What the file does not tell", anchor=False)
        for number, question in enumerate(desk.questions):
            draw_question(number, question)
    columns = list(enumerate(desk.columns()))
    if desk.look is not None and desk.look.is_remembered:
        st.info(
            "A table with these columns was brought in before. It is read in the same "
            "way, unless you change it here."
        )
    if not columns:
        st.info(
            "This is an export of this program: its records come back as they were."
        )
        return
    st.header("What each column becomes", anchor=False)
    plain = [each for each in columns if each[1].role not in {"own", "drop"}]
    others = [each for each in columns if each not in plain]
    for number, column in plain:
        draw_column(number, column)
    if others:
        label = f"Kept as fields of their own, or left out ({len(others)})"
        with st.expander(label, expanded=len(columns) <= _FEW_COLUMNS):
            for number, column in others:
                draw_column(number, column)


def draw_preview(shown: Shown) -> None:
    """Draw what will be there, and the button that makes it so."""
    made = shown.preview
    st.header("What will be there", anchor=False)
    draw_counts(made.report)
    st.button(
        "Put them on the map",
        type="primary",
        icon=":material/add_location_alt:",
        on_click=desk.begin_import,
        disabled=not made.report.taken,
    )
    if made.shown < made.records:
        st.caption(f"The map shows {made.shown:,} of {made.records:,} records.")
    with lent_map() as preview_map:
        st_folium(
            preview_map,
            render=False,
            key="desk_map",
            height=_HEIGHT_PX,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=build_change(
                query="",
                incident=None,
                theme=str(st.context.theme.type or "light"),
                preview=shown.name,
            ),
        )
    draw_remarks(made.report)
    draw_refused(made.refused)


def draw_refused(refused: bytes) -> None:
    """Draw the button that hands out the rows that were refused."""
    if refused:
        st.download_button(
            "Download the refused rows",
            refused,
            file_name="refused.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )


def draw_done(done: Done) -> None:
    """Draw what is on the map now."""
    report = done.report
    news = [
        f"{report.counts[name]:,} {words}"
        for name, words in (
            ("new", "new"),
            ("changed", "changed"),
            ("same", "as before"),
        )
        if report.counts.get(name)
    ]
    counted = f" ({', '.join(news)})" if news else ""
    st.success(f"{report.taken:,} records are on the map{counted}.")
    st.html(
        '<p style="font-size:1.1rem;font-weight:650;margin:.2rem 0">'
        '<a href="/" target="_self">Look at the map</a></p>'
    )
    if done.refused:
        st.warning(
            "Some rows were refused. Mend them in the list below, which says why, and "
            "bring that file in."
        )
        draw_refused(done.refused)
    if report.unplaced_file:
        st.info("Places that are doubtful are in this file, to be chosen there:")
        st.code(report.unplaced_file, language=None, wrap_lines=True)
    draw_counts(report)
    draw_remarks(report)
    st.button("Bring in another table", on_click=begin_anew, icon=":material/add:")


def draw_table(*, is_busy: bool) -> None:
    """Draw the table that was chosen, and what will be there."""
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        draw_columns()
    with right:
        if is_busy:
            st.header("What will be there", anchor=False)
            draw_progress()
        elif desk.shown is not None and desk.is_current:
            draw_preview(desk.shown)
        else:
            st.header("What will be there", anchor=False)
            st.button("Show what will be there", on_click=desk.begin_preview)


def draw() -> None:
    """Draw the page."""
    st.file_uploader(
        "Choose or drop a file: CSV, Excel, GeoJSON, KML, GeoPackage and others",
        key=file_key(),
        on_change=take,
    )
    is_busy = is_busy_soon()
    if desk.complaint:
        st.error("This did not work.")
        st.code(desk.complaint, language=None, wrap_lines=True)
    if desk.done is not None:
        draw_done(desk.done)
    elif is_busy and (desk.look is None or desk.is_importing):
        draw_progress()
    elif desk.look is None:
        if st.session_state.get(file_key()) is not None:
            st.button("Read the file again", on_click=take)
    else:
        if not is_busy and desk.wants_preview:
            desk.begin_preview()
            is_busy = is_busy_soon()
        draw_table(is_busy=is_busy)


def is_busy_soon() -> bool:
    """Tell whether something still goes on after a moment."""
    if desk.errand is not None:
        desk.errand.wait(_SOON_S)
    return desk.settle()


st.title("Bring in a table", anchor=False)
st.caption(
    "Choose a file, see what becomes of it, then put it on the map. Nothing of the map "
    "changes before that."
)
try:
    desk: Desk = session_desk()
except ExportError as error:
    st.error("There is no room to work.")
    st.code(str(error), language=None, wrap_lines=True)
else:
    st.caption(f"The map is in the folder {verbatim(str(desk.folder.absolute()))}")
    draw()
