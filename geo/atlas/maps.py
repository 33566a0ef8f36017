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
from typing import Any, Final

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
#: Letters of a text, and values of a list, that a browser may tell.
_LONGEST: Final = 200


def token_of(asked: dict[str, Any]) -> str:
    """Return a value as hex digits of its UTF-8 JSON: inert in any template."""
    return json.dumps(asked, ensure_ascii=False).encode().hex()


def clicked(returned: Any) -> dict[str, Any] | None:  # noqa: ANN401 - from the browser
    """Read what the layer told Streamlit: an action and its values, as texts or lists.

    Parameters
    ----------
    returned
        What ``st_folium`` returned. It comes from the browser, so nothing about
        it is taken for granted.

    Returns
    -------
    dict or None
        ``action``, the ``id`` of the open incident or an empty text, the lists
        ``category`` and ``status`` and, by action, ``from`` and ``to``, or ``bbox``;
        None if it says nothing.
    """
    feature = (
        returned.get("last_active_drawing") if isinstance(returned, dict) else None
    )
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or "action" not in properties:
        return None
    return {
        name: value
        for name, value in properties.items()
        if _is_short(value)
        or (
            isinstance(value, list)
            and len(value) <= _LONGEST
            and all(isinstance(one, str) and _is_short(one) for one in value)
        )
    }


def _is_short(value: object) -> bool:
    """Tell whether a value is a text or a number of which a page has use."""
    return isinstance(value, str | int) and len(str(value)) <= _LONGEST
