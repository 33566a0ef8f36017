"""The page of the map outside of Streamlit: the first page of a site, and what others embed.

The same folium map, scripts and look as in the app. Where its answers come from is the
affair of the scripts it names: a server (``source.js``) or files (``site-source.js``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geo.publish.site import Site
from geo.publish.templating import templates_in

#: Scripts of a page of ours that stand in the place of Streamlit's, after ``page.js``.
_OWN_SCRIPTS: Final = ("own-page.js", "own-walk.js")
#: Scripts that are about Streamlit's page, and what stands in their place.
_IN_PLACE_OF: Final = {"print.js": "own-print.js"}
#: Scripts that answer from files, in the place of ``source.js``.
FILE_SCRIPTS: Final = (
    "site-columns.js",
    "site-shapes.js",
    "site-view.js",
    "site-texts.js",
    "site-source.js",
)


def scripts_of(page_scripts: Sequence[str], *, of_files: bool) -> tuple[str, ...]:
    """Return the scripts of a page of ours, made of those of the app's map.

    Parameters
    ----------
    page_scripts
        :data:`geo.atlas.maps.SCRIPTS`.
    of_files
        Whether the page answers itself from files.
    """
    chosen: list[str] = []
    for name in page_scripts:
        if name == "source.js" and of_files:
            chosen += FILE_SCRIPTS
        else:
            chosen.append(_IN_PLACE_OF.get(name, name))
        if name == "page.js":
            chosen += _OWN_SCRIPTS
    return tuple(chosen)


def render_map_page(  # noqa: PLR0913 - what a page is made of
    site: Site,
    *,
    scripts: Sequence[str],
    styles: Sequence[str],
    icon: str,
    total: int,
    pages: Sequence[tuple[str, str]] = (),
    full_map: str = "",
    embedded_page: str = "",
    packed: str = "",
    language: str = "en",
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    site
        The site that the page is a part of.
    scripts, styles
        Addresses, relative to the page, in order.
    icon
        Address of the icon.
    total
        How many incidents the map has.
    pages
        Address and name of the other pages.
    full_map
        Where the whole map is, for a page that others embed; empty for a page that
        stands by itself.
    embedded_page
        Address of the page that others embed; empty where it is the server's.
    packed
        The data file that holds further scripts, to be run first; empty for none.
    language
        BCP 47 tag of the words around the map.
    """
    # Loads folium, which a start does not wait for.
    from geo.atlas.folium_maps import page_map  # noqa: PLC0415

    return (
        templates_in()
        .get_template("map.html")
        .render(
            site=site,
            scripts=scripts,
            styles=styles,
            icon=icon,
            map=page_map(),
            total=total,
            total_words=f"{total:,} incident{'' if total == 1 else 's'}.",
            pages=pages,
            is_embedded=bool(full_map),
            full_map=full_map,
            card=site.map_card,
            embedded_page=embedded_page,
            packed=packed,
            language=language,
        )
    )
