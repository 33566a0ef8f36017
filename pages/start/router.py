"""The entry of the page: what every section shares, and the menu.

Not directly in ``pages/``: Streamlit's legacy discovery of ``pages/*.py`` would skip
this script on a deep link to a fresh server.
"""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urljoin

import streamlit as st

from geo.atlas import atlas
from geo.base.errors import EngineAwayError, IncidentMapError
from geo.base.settings import ROOT, settings
from pages.start.menu import sections
from pages.ui.address import (
    fill_from_address,
    keep,
    problems,
    query_of_widgets,
    write_address,
)
from pages.ui.address import opened as opened_incident
from pages.ui.filters import draw_filters
from pages.ui.markdown import verbatim

#: What is behind Streamlit's two arrows, in words: on a phone the menu as well. Its
#: targets are large enough for a finger there.
_MENU: Final = """<style>
[data-testid="stExpandSidebarButton"] {{width: auto; padding: 0 0.6rem 0 0.3rem; --name: "{words}{on}";}}
[data-testid="stExpandSidebarButton"]::after {{content: "Filters{on}"; font-weight: 600;}}
@media (max-width: 767px) {{
  [data-testid="stExpandSidebarButton"] {{min-height: 44px; border: 1px solid light-dark(#c9ced3, #495159);}}
  [data-testid="stExpandSidebarButton"]::after {{content: "{words}{on}";}}
  [data-testid="stSidebarHeader"] button {{width: auto; min-height: 44px; padding: 0 0.6rem 0 0.3rem;}}
  [data-testid="stSidebarHeader"] button::after {{content: "Close"; font-weight: 600;}}
  [data-testid="stSidebarNavLink"], [data-testid="stSidebar"] [data-variant] {{min-height: 44px;}}
  [data-testid="stMain"] :is([data-testid="stLinkButton"] a, [data-testid="stButton"] button, [data-testid="stExpander"] summary, [data-testid="stCheckbox"] label) {{min-height: 44px; align-items: center;}}
}}
</style>"""
#: The map needs the room: Streamlit leaves 96 pixels free above and 80 beside it. Its
#: captions have a contrast of 4.1, its headings are as large as a cover's, and what it is
#: handed as HTML keeps a browser's own colours. A sidebar stays open when its filters are
#: gone with their page; on a phone it holds the menu.
_STYLE = """<style>
[data-testid="stMainBlockContainer"] {padding: 3.9rem 1.1rem 0.4rem;}
[data-testid="stSidebarHeader"] {height: 2.6rem; margin: 0;}
@media (min-width: 768px) {
  [data-testid="stSidebar"]:not(:has([data-testid="stElementContainer"])) {display: none;}
}
[data-testid="stSidebarUserContent"] {margin-top: -2rem;}
[data-testid="stMain"] h1 {font-size: 1.35rem; font-weight: 650; line-height: 1.25; padding: 0; margin: 0;}
[data-testid="stMain"] [data-testid="stHeading"] h1 {padding-bottom: 0.5rem;}
[data-testid="stMain"] h2 {font-size: 1.2rem; font-weight: 650; line-height: 1.3; padding: 0.6rem 0 0.1rem;}
[data-testid="stMain"] h3 {font-size: 1.05rem; font-weight: 650; padding: 0.5rem 0 0;}
[data-testid="stMain"] :is(h1, h2, h3, p, li, td, th) {overflow-wrap: anywhere;}
[data-testid="stMain"] [data-testid="stMarkdownContainer"] :is(p, li) {max-width: 48rem;}
[data-testid="stCaptionContainer"] {opacity: 1; color: light-dark(#565d64, #b3bac0);}
[data-testid="stHtml"] a {color: light-dark(#0b5c8c, #7cc4f0);}
[data-testid="stHtml"] mark {background: light-dark(#ffe58a, #6b5810); color: inherit; padding: 0 1px;}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding: 3.7rem 0.6rem 1rem;}
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after {
    animation-duration: 0.01ms !important; animation-iteration-count: 1 !important;
    transition-duration: 0.01ms !important; scroll-behavior: auto !important;
  }
}
</style>"""

deployment = settings()
# An icon named ":material/...:" would be fetched from Google by the browser, and a
# file of ours anew after every change of a filter.
st.set_page_config(
    page_title=deployment.title,
    page_icon=urljoin(st.context.url or "", "/assets/own/icon.png"),
    layout="wide",
)
st.html(_STYLE)
shown = sections()
page = st.navigation(
    [
        st.Page(
            ROOT / "pages" / section.script,
            title=section.title,
            icon=section.icon,
            url_path=section.path,
            default=number == 0,
        )
        for number, section in enumerate(shown)
    ],
    position="top",
)
if page.url_path:
    # That of the first page is the map's name alone.
    st.set_page_config(page_title=f"{page.title} · {deployment.title}")


def say_away(error: EngineAwayError) -> None:
    """Say that the database is away, and to the log, which."""
    logging.getLogger(__name__).error("%s", error)
    st.error(error.FOR_READERS)


try:
    current = atlas()
except EngineAwayError as error:
    say_away(error)
    st.stop()
except IncidentMapError as error:
    st.error("The map cannot be shown, because its data is wrong.")
    st.code(str(error), language=None, wrap_lines=True)
    st.stop()

at = next(
    each
    for number, each in enumerate(shown)
    # The address of the default page is empty.
    if page.url_path == (each.path if number else "")
)
try:
    fill_from_address(current, page.url_path)
    query = query_of_widgets(current)
    on = f" ({query.number_on} on)" if query.number_on and at.has_filters else ""
    words = "Menu and filters" if at.has_filters else "Menu"
    st.html(_MENU.format(words=words, on=on))
    for problem in problems():
        st.warning(f"Part of the link or of a filter was left out. {verbatim(problem)}")
    if at.has_filters:
        # There at once, or it would push the page aside; its counts come after the page.
        st.sidebar.header("Filters", anchor=False)
        page.run()
        with st.sidebar:
            draw_filters(current, query)
    else:
        keep()
        page.run()
    write_address(query, opened_incident())
except EngineAwayError as error:
    say_away(error)
