"""The page's address: every filter and the open incident, as in the API.

Streamlit can bind widgets to the address by itself, but writes their labels there
("Mural (10)"), not their values; links must outlive a changed count. So the widgets
are filled from an address that somebody else wrote, and the address is written from
the widgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import streamlit as st

from geo.atlas import Atlas
from geo.base.errors import QueryError
from geo.model.query import PARAMETERS, SEVERAL, Query

#: Prefix of the filter widgets' keys, so that they meet no other key.
PREFIX: Final = "filter_"
INCIDENT: Final = "incident"
_WRITTEN: Final = "address_written"
_PAGE: Final = "address_page"
_PROBLEMS: Final = "address_problems"
_HEARD: Final = "address_heard"


def key_of(parameter: str) -> str:
    """Return the key of a filter's widget."""
    return PREFIX + parameter


def fill_from_address(atlas: Atlas, page: str) -> None:
    """Fill the widgets from the address, where somebody else wrote it.

    A value that is not accepted is left out and told by :func:`problems`. The menu
    empties the address: on another *page* than before, an empty one is not a wish.
    """
    address = _ours({name: st.query_params.get_all(name) for name in st.query_params})
    turned = page != st.session_state.get(_PAGE, page)
    st.session_state[_PAGE] = page
    if st.session_state.pop(_HEARD, False):
        return
    if turned and not address:
        st.session_state[_WRITTEN] = None
        return
    if address == st.session_state.get(_WRITTEN):
        return
    kept, problems = _accepted(atlas, address)
    st.session_state[_PROBLEMS] = problems
    fill(kept)
    st.session_state[INCIDENT] = next(iter(address.get(INCIDENT, [])), None)
    st.session_state[_WRITTEN] = address


def fill(query: Query) -> None:
    """Set every filter widget to a query. Only before they are drawn, or in a callback."""
    state = st.session_state
    for name in SEVERAL:
        state[key_of(name)] = list(getattr(query, name))
    state[key_of("from")] = query.since
    state[key_of("to")] = query.until
    state[key_of("dates")] = str(query.dates)
    state[key_of("q")] = query.q
    state[key_of("bbox")] = str(query.bbox) if query.bbox else ""


def keep() -> None:
    """Keep filters whose widgets are not drawn this time: Streamlit forgets them else."""
    for name in PARAMETERS:
        if key_of(name) in st.session_state:
            st.session_state[key_of(name)] = st.session_state[key_of(name)]


def query_of_widgets(atlas: Atlas) -> Query:
    """Return the query that the filter widgets stand for.

    What a reader typed and cannot be searched for is told and left out.
    """
    state = st.session_state
    address: dict[str, list[str]] = {
        name: [str(value) for value in state.get(key_of(name)) or []]
        for name in SEVERAL
    }
    for name in ("from", "to"):
        day = state.get(key_of(name))
        address[name] = [day.isoformat()] if isinstance(day, date) else []
    for name in ("dates", "q", "bbox"):
        value = state.get(key_of(name))
        address[name] = [str(value)] if value else []
    query, problems = _accepted(atlas, address)
    st.session_state[_PROBLEMS] = [*st.session_state.get(_PROBLEMS, []), *problems]
    return query


def write_address(query: Query, incident: str | None) -> None:
    """Write the query and the open incident to the address.

    The map's own view, which its script keeps there, stays.
    """
    written = query.parameters()
    if incident:
        written[INCIDENT] = [incident]
    if written != st.session_state.get(_WRITTEN):
        others = {
            name: st.query_params.get_all(name)
            for name in st.query_params
            if name not in {*PARAMETERS, INCIDENT}
        }
        st.query_params.from_dict({**others, **written})
        st.session_state[_WRITTEN] = written


def problems() -> list[str]:
    """Return what was wrong with the address or the fields, once."""
    messages: list[str] = st.session_state.pop(_PROBLEMS, [])
    return list(dict.fromkeys(messages))


def clear_filters() -> None:
    """Take every filter off; a callback."""
    fill(Query())


def follow_frame(query: Query, incident: str | None) -> None:
    """Take over what the map's frame shows; a callback.

    The address, which the browser may not have written yet, is older then: a reader who
    clicks quickly would see the last click undone.
    """
    fill(query)
    open_incident(incident)
    st.session_state[_HEARD] = True


def open_incident(incident: str | None) -> None:
    """Open an incident, or close the open one; a callback."""
    st.session_state[INCIDENT] = incident


def opened() -> str | None:
    """Return the id of the open incident, whether or not there is such a one."""
    incident: str | None = st.session_state.get(INCIDENT)
    return incident


def _ours(address: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the parameters that this module reads and writes."""
    return {
        name: values
        for name, values in address.items()
        if name in {*PARAMETERS, INCIDENT} and values
    }


def _accepted(
    atlas: Atlas, address: Mapping[str, list[str]]
) -> tuple[Query, list[str]]:
    """Return the query without what is wrong in it, and what was wrong."""
    kept = {name: values for name, values in address.items() if name in PARAMETERS}
    problems: list[str] = []
    while True:
        try:
            return atlas.query(kept), problems
        except QueryError as error:
            problems.append(str(error))
            kept.pop(error.parameter, None)
