"""The map, with the record of the open incident beside it."""

from __future__ import annotations

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from geo.atlas import atlas
from geo.errors import NotFoundError
from geo.maps import build_change, clicked, lent_map
from pages.ui.address import (
    clear_filters,
    key_of,
    open_incident,
    opened,
    query_of_widgets,
)
from pages.ui.header import draw_header
from pages.ui.record_panel import draw_record
from pages.ui.unplaced import draw_unplaced

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


found = atlas()
query = query_of_widgets(found)
header = st.container()
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
        ),
        on_change=_hear,
    )
# After the map, which is what a reader waits for.
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
        except NotFoundError:
            st.warning(
                "The incident in this link is not in this layer. It may have been "
                "withdrawn, or the link may be cut off."
            )
    else:
        draw_unplaced(found, query)
