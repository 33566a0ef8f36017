"""The map, with the list of what is in view and the open record beside it in its frame."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs

import streamlit as st
from streamlit_folium import st_folium

from geo.atlas import Atlas, atlas
from geo.atlas.folium_maps import build_change, lent_map
from geo.atlas.maps import read_frame_state
from geo.base.errors import QueryError
from geo.base.settings import settings
from geo.model.query import Query, parse_query
from geo.web.turns import await_turn, begin_turn
from pages.ui.address import follow_frame, opened, query_of_widgets
from pages.ui.empty_map import draw_empty_map
from pages.ui.header import draw_header

_TURN = "map_turn"
#: Height before the map's script fits it to the window, in pixels.
_HEIGHT_PX = 620


def _hear() -> None:
    """Take over what the reader did in the frame; runs before the page is drawn."""
    heard = read_frame_state(st.session_state.get("map"))
    if heard is None:
        return
    # The frame asks what the server accepts; whoever else speaks in its name is not heard.
    with suppress(QueryError):
        follow_frame(parse_query(parse_qs(heard.query)), heard.incident or None)


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


def _draw_map(current: Atlas, query: Query) -> None:
    """Draw the map's frame, below the header."""
    is_first = _TURN not in st.session_state
    turn, is_new = _turn(query.urlencode())
    header = st.container()
    if is_first:
        # Above the map, which takes the room that is left: it would be pushed down later.
        with header:
            draw_header(current, query)
    with lent_map() as incident_map:
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
            draw_header(current, query)


shown = atlas()
if not draw_empty_map(shown):
    _draw_map(shown, query_of_widgets(shown))
