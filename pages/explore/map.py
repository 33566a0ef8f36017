"""The map, with the record of the open incident beside it."""

from __future__ import annotations

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from geo.atlas import Atlas, atlas
from geo.atlas.maps import build_change, clicked, lent_map
from geo.base.errors import NotFoundError, WithdrawnError
from geo.base.settings import settings
from geo.model.query import Query
from geo.web.turns import await_turn, begin_turn
from pages.ui.address import (
    clear_filters,
    key_of,
    open_incident,
    opened,
    query_of_widgets,
)
from pages.ui.empty_map import draw_empty_map
from pages.ui.header import draw_header
from pages.ui.markdown import verbatim
from pages.ui.record_panel import draw_record
from pages.ui.unplaced import draw_unplaced

_TURN = "map_turn"
#: Height before the map's script fits it to the window, in pixels.
_HEIGHT_PX = 620


def _hear() -> None:
    """Do what the reader asked for in the map; runs before the page is drawn."""
    state = st.session_state
    asked = clicked(state.get("map"))
    if asked is None:
        return
    if asked["action"] == "open":
        open_incident(str(asked.get("id")))
    elif asked["action"] == "clear":
        clear_filters()
    elif asked["action"] == "bbox":
        state[key_of("bbox")] = str(asked.get("bbox"))
    elif asked["action"] == "dates":
        state[key_of("from")] = _day(asked.get("from"))
        state[key_of("to")] = _day(asked.get("to"))


def _day(text: object) -> date | None:
    """Read a day that the browser sent; anything else is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _turn(shown: str) -> tuple[str, bool]:
    """Return the map's turn (:mod:`geo.web.turns`) and whether it is new.

    It is, where the map is to show something else than before.
    """
    known = st.session_state.get(_TURN)
    if known is not None and known[0] == shown:
        return known[1], False
    turn = begin_turn()
    st.session_state[_TURN] = (shown, turn)
    return turn, True


def _draw_map(found: Atlas, query: Query) -> None:
    """Draw the map, and beside it the open record or what has no place."""
    is_first = _TURN not in st.session_state
    turn, is_new = _turn(query.urlencode())
    header = st.container()
    if is_first:
        # Above the map, which takes the room that is left: it would be pushed down later.
        with header:
            draw_header(found, query)
    chart, panel = st.columns([3, 1.1], gap="small")
    with chart, lent_map() as incident_map:
        st_folium(
            incident_map,
            render=False,
            key="map",
            height=_HEIGHT_PX,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=build_change(
                query=query.urlencode(),
                incident=opened(),
                theme=str(st.context.theme.type or "light"),
                turn=turn,
            ),
            on_change=_hear,
        )
    # After the map, which is what a reader waits for.
    if is_new:
        await_turn(turn, at_most_s=settings().map_first_s)
    if not is_first:
        with header:
            draw_header(found, query)
    with panel:
        incident_id = opened()
        if incident_id:
            st.button(
                "Close this record",
                icon=":material/close:",
                type="tertiary",
                on_click=open_incident,
                args=[None],
            )
            try:
                draw_record(found.record(incident_id), found.sources)
            except WithdrawnError as gone:
                st.info(verbatim(str(gone)))
            except NotFoundError:
                st.warning(
                    "The incident in this link is not in this layer. The link may be "
                    "cut off."
                )
        else:
            draw_unplaced(found, query)


shown = atlas()
if not draw_empty_map(shown):
    _draw_map(shown, query_of_widgets(shown))
