"""The folium maps: the page's, which is free of data, and one that stands alone.

The page's map is built once in a process, the same for every reader. No text of a record, a filter, a source or a setting may enter a folium object:
branca renders rendered text again as a Jinja template, so a title such as
``{{...}}`` would run on the server. The map therefore holds one element of ours,
whose script starts ``geo/web/static/incident-layer.js``; that fetches everything from
our own routes. A change of filters travels as hex digits.

A map that stands alone (:meth:`geo.Layer.explore`) has scripts, styles and data inside,
as base64, which no template and no HTML reads as its own. This is the only module that
imports folium.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final, TypeAlias

import folium
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.atlas.maps import (
    FONT_CSS_URL,
    INLINED,
    LEAFLET_CSS_URL,
    LEAFLET_JS_URL,
    SCRIPT_URL,
    STYLE_URL,
    token_of,
)
from geo.base.paths import read_installed

FoliumMap: TypeAlias = folium.Map
_LENDING: Final = Lock()
#: Where the map looks before the layer has answered: (lat, lon), as folium wants.
_START: Final = (48.0, 28.0)
_OPTIONS: Final[dict[str, Any]] = {
    "location": _START,
    "zoom_start": 4,
    "tiles": None,
    "min_zoom": 2,
    "max_zoom": 18,
    "zoom_control": True,
    "prefer_canvas": False,
    "world_copy_jump": True,
    "zoom_snap": 0.5,
    "font_size": "14px",
}


class IncidentMap(folium.Map):
    """A Leaflet map whose scripts and styles all come from our own server."""

    default_js: list[tuple[str, str]] = [("leaflet", LEAFLET_JS_URL)]  # noqa: RUF012 - folium declares it so
    default_css: list[tuple[str, str]] = [  # noqa: RUF012
        ("leaflet_css", LEAFLET_CSS_URL)
    ]
    _rendered = False

    def render(self, **options: Any) -> str:  # noqa: ANN401 - folium is untyped
        """Render into the map's page once: again would add everything once more."""
        if not self._rendered:
            self._rendered = True
            super().render(**options)  # type: ignore[no-untyped-call]
        return ""


class IncidentLayer(JSCSSMixin, folium.MacroElement):
    """Our layer on the map: starts its script, and nothing else."""

    default_js: list[tuple[str, str]] = [  # noqa: RUF012 - folium declares it so
        ("incident_map", SCRIPT_URL),
    ]
    default_css: list[tuple[str, str]] = [  # noqa: RUF012 - folium declares it so
        ("source_sans", FONT_CSS_URL),
        ("incident_map_css", STYLE_URL),
    ]
    _template = Template("""
        {% macro script(this, kwargs) %}
        window.incidentLayer.start({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "IncidentLayer"


class _Change(folium.FeatureGroup):
    """What is added to the map for one reader.

    Rendering it would leave a script in the map's page, which streamlit-folium does
    not take it from: it writes the script by itself.
    """

    def render(self, **_: object) -> str:
        """Leave nothing in the map's page."""
        return ""


class _Show(folium.MacroElement):
    """One call to the layer, whose only argument is hex digits."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        window.incidentLayer.show("{{ this.token }}");
        {% endmacro %}
    """)

    def __init__(self, token: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Show"
        self.token = token


@dataclass(frozen=True, slots=True)
class MapParts:
    """The pieces of a page that hold a folium map: of its body, and its script.

    What folium puts into a page's head forbids readers to enlarge it, so the page has a
    head of its own.
    """

    body: str
    script: str


class _PageLayer(IncidentLayer):
    """Our layer in a page of our own, whose files are named by the page."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _StandaloneMap(folium.Map):
    """A Leaflet map that asks nobody for scripts and styles."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium declares it so
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Standalone(folium.MacroElement):
    """Scripts and styles in the map's head, and one call with its data.

    A script's text set by a script runs at once, and needs no more from a notebook's
    content policy than folium's own scripts do; a data URL would.
    """

    _template = Template("""
        {% macro header(this, kwargs) %}
        <script>
        for (const [tag, token] of {{ this.files }}) {
            const element = document.createElement(tag);
            const bytes = Uint8Array.from(atob(token), (letter) => letter.charCodeAt(0));
            element.textContent = new TextDecoder().decode(bytes);
            document.head.append(element);
        }
        </script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        window.standaloneMap.start({{ this._parent.get_name() }}, "{{ this.token }}");
        {% endmacro %}
    """)

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Standalone"
        self.token = _base64(json.dumps(data, ensure_ascii=False).encode())
        self.files = json.dumps(
            [
                ("style" if file.suffix == ".css" else "script", _base64(content))
                for file, content in ((file, read_installed(file)) for file in INLINED)
            ]
        )


def build_map() -> folium.Map:
    """Return the map: no tiles, no data, our layer on it."""
    return _with_layer(IncidentMap(**_OPTIONS), IncidentLayer())


def page_map() -> MapParts:
    """Return the map for a page of our own, outside of Streamlit.

    Scripts and styles of the page are the page's affair; equal calls give equal texts.
    """
    incident_map = _with_layer(_StandaloneMap(**_OPTIONS), _PageLayer())
    # folium names what it draws by chance.
    for number, element in enumerate((incident_map, *incident_map._children.values())):  # noqa: SLF001
        element._id = f"{number}"  # noqa: SLF001
    figure: Any = incident_map.get_root()
    incident_map.render()  # type: ignore[no-untyped-call]
    return MapParts(figure.html.render(), figure.script.render())


def _with_layer(incident_map: folium.Map, layer: IncidentLayer) -> folium.Map:
    # folium.Map does not hand max_zoom on to Leaflet when there are no tiles.
    incident_map.options["maxZoom"] = 18
    incident_map.options["minZoom"] = 2
    layer.add_to(incident_map)
    return incident_map


def build_standalone_map(data: dict[str, Any]) -> folium.Map:
    """Return a map with everything inside that it shows.

    Parameters
    ----------
    data
        JSON values, as :func:`geo.atlas.standalone.standalone_data` returns them.

    Raises
    ------
    MissingAssetError
        If Leaflet is not installed; names the command.
    """
    incident_map = _StandaloneMap(
        location=_START,
        zoom_start=4,
        tiles=None,
        world_copy_jump=True,
        zoom_snap=0.5,
        font_size="14px",
    )
    # As in build_map.
    incident_map.options["maxZoom"] = 18
    incident_map.options["minZoom"] = 2
    _Standalone(data).add_to(incident_map)
    return incident_map


def _base64(content: bytes) -> str:
    """Return bytes as letters that are inert in any template, script or attribute."""
    return b64encode(content).decode()


@contextmanager
def lent_map() -> Iterator[folium.Map]:
    """Lend the one map of this process, rendered, to one thread at a time.

    Making and rendering it takes longer than all else that a page's script does.
    What the borrower adds to it is taken off again.
    """
    with _LENDING:
        incident_map = _rendered_map()
        own = set(incident_map._children)  # noqa: SLF001 - folium has no other way
        try:
            yield incident_map
        finally:
            for name in set(incident_map._children) - own:  # noqa: SLF001
                del incident_map._children[name]  # noqa: SLF001


@lru_cache(maxsize=1)
def _rendered_map() -> folium.Map:
    incident_map = build_map()
    incident_map.get_root().render()
    return incident_map


def build_change(
    *,
    query: str,
    incident: str | None,
    theme: str,
    turn: str = "",
    preview: str = "",
) -> Any:  # noqa: ANN401 - folium is untyped
    """Return the feature group that carries one change to the map.

    Parameters
    ----------
    query
        The filters as a URL's query string.
    incident
        Id of the open incident, or None.
    theme
        ``light`` or ``dark``.
    turn
        The turn (:mod:`geo.web.turns`) that ends when the map is answered.
    preview
        The preview (:mod:`geo.atlas.previews`) that the map shows; empty for none.
    """
    group = _Change(name="change")
    change = {"query": query, "incident": incident, "theme": theme, "turn": turn}
    if preview:
        change["preview"] = preview
    group.add_child(_Show(token_of(change)))
    return group
