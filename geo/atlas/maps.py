"""What the maps are made of in a browser, and what they tell.

Scripts and styles are files of ours, joined into one each and served under addresses
that change with their content. A change of filters travels to the map as hex digits,
inert in any template; what comes back is taken for nothing but short texts.
folium itself, which takes a while to load, is behind :mod:`geo.atlas.folium_maps`.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from geo.base.settings import ROOT

#: Where the app serves its browser files.
ASSETS_URL: Final = "/assets"
_OWN: Final = Path(__file__).parents[1] / "web" / "static"
_LEAFLET: Final = ROOT / "node_modules" / "leaflet" / "dist"
#: Our own style sheets of the page's map.
STYLES: Final = ("incident-layer.css", "record.css", "panel.css", "tools.css")
#: What both maps draw with, in the order in which the scripts need each other.
_DRAWING: Final = (
    "symbols.js",
    "record.js",
    "markers.js",
    "popups.js",
    "legend.js",
)
#: Our own scripts of the page's map, likewise.
SCRIPTS: Final = (
    *_DRAWING,
    "source.js",
    "echo.js",
    "page.js",
    "views.js",
    "filter-fields.js",
    "filters.js",
    "panel.js",
    "ground-tiles.js",
    "ground-look.js",
    "ground.js",
    "shelf.js",
    "place-search.js",
    "print-words.js",
    "print.js",
    "picture.js",
    "tools.js",
    "opening.js",
    "time-brush.js",
    "incident-layer.js",
)
#: The scripts and styles of a map that stands alone, likewise.
INLINED: Final = tuple(
    folder / name
    for folder, names in (
        (_LEAFLET, ("leaflet.css", "leaflet.js")),
        (
            _OWN,
            ("incident-layer.css", "record.css", *_DRAWING, "standalone-map.js"),
        ),
    )
    for name in names
)


def _lasting(path: str, *files: Path) -> str:
    """Return an address that changes with what is there: browsers keep it for ever.

    Where a file is not installed, it is told when the server starts.
    """
    digest = sha256(b"".join(file.read_bytes() for file in files if file.is_file()))
    return f"{ASSETS_URL}/{path}?{digest.hexdigest()[:10]}"


#: The path of the scripts of :data:`SCRIPTS` in one: streamlit-folium loads one after
#: another.
SCRIPT_PATH: Final = f"{ASSETS_URL}/own/incident-map.js"
SCRIPT_URL: Final = _lasting("own/incident-map.js", *(_OWN / name for name in SCRIPTS))
#: The same of the style sheets.
STYLE_PATH: Final = f"{ASSETS_URL}/own/incident-map.css"
STYLE_URL: Final = _lasting("own/incident-map.css", *(_OWN / name for name in STYLES))
LEAFLET_JS_URL: Final = _lasting("leaflet/leaflet.js", _LEAFLET / "leaflet.js")
LEAFLET_CSS_URL: Final = _lasting("leaflet/leaflet.css", _LEAFLET / "leaflet.css")
FONT_CSS_URL: Final = f"{ASSETS_URL}/font/wght.css"
#: What the page's map runs, in order.
MAP_SCRIPTS: Final = (LEAFLET_JS_URL, SCRIPT_URL)
#: Letters of an id, and of all filters, that a browser may tell.
_LONGEST_ID: Final = 200
_LONGEST_QUERY: Final = 20_000


class FrameState(NamedTuple):
    """What the map's frame shows now that the reader has done something in it.

    ``query`` are the filters as an address writes them, ``incident`` is the id of the
    open incident; either may be empty.
    """

    query: str
    incident: str


def token_of(change: dict[str, Any]) -> str:
    """Return a value as hex digits of its UTF-8 JSON: inert in any template."""
    return json.dumps(change, ensure_ascii=False).encode().hex()


def read_frame_state(returned: Any) -> FrameState | None:  # noqa: ANN401 - from the browser
    """Read what the layer told Streamlit.

    Parameters
    ----------
    returned
        What ``st_folium`` returned. It comes from the browser, so nothing about
        it is taken for granted.

    Returns
    -------
    FrameState or None
        None if it says nothing of that kind.
    """
    feature = (
        returned.get("last_active_drawing") if isinstance(returned, dict) else None
    )
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return None
    query, incident = properties.get("query"), properties.get("id")
    if not isinstance(query, str) or not isinstance(incident, str):
        return None
    if len(query) > _LONGEST_QUERY or len(incident) > _LONGEST_ID:
        return None
    return FrameState(query, incident)
