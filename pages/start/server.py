"""The server: Streamlit's pages with our routes beside them, on uvicorn.

:mod:`pages.start.launch` loads and runs it. uvicorn is started here, because under
``streamlit run`` small answers of the map's own routes take 44 ms instead of 1
(Nagle's algorithm is left on there). Streamlit's own settings lie beside this script,
in ``.streamlit/config.toml``, where it finds them from any working directory.
"""

from __future__ import annotations

import gc
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from streamlit.components.v2 import manifest_scanner
from streamlit.config import set_option
from streamlit.runtime import Runtime

from geo.atlas import Atlas
from geo.atlas.maps import MAP_SCRIPTS
from geo.base.extras import require_extra
from geo.base.listening import address_of_server
from geo.base.settings import ROOT, Settings, settings
from geo.base.work import stop_all
from geo.model.query import Query
from geo.web.doors import (
    KnownPaths,
    OwnWebSockets,
    UploadLimits,
    Uploads,
    UploadStore,
    connection_bounds,
)
from geo.web.ground import ground_style
from geo.web.headers import GuardedFrame, PageHead, SafeHeaders, inline_scripts
from geo.web.packed import PackedFiles, files_below
from geo.web.routes import routes
from pages.start.menu import sections

#: Seconds to finish answers after a signal to stop, and after which nothing is waited for.
_FINISH_S: Final = 3
_GONE_S: Final = 8.0
#: Seconds that a thread of Python may keep the others waiting.
_SWITCH_S: Final = 0.001
#: What Streamlit's page asks of Streamlit, and nothing else: neither its metrics nor
#: its agent's doors.
_ENDPOINTS = ("/_stcore/health", "/_stcore/host-config")
_STREAM = "/_stcore/stream"
_UPLOADS = "/_stcore/upload_file/"
#: Streamlit's files that the browser loads.
_STATIC = Path(st.__file__).parent / "static"
#: What the desk takes: tables of a million rows, from whoever sits at this machine.
_DESK_MB = 300
_DESK_LIMITS = UploadLimits(
    files=8,
    size_bytes=_DESK_MB * 2**20 + 10_000,
    total_bytes=2 * 2**30,
    timeout_s=600,
)
#: What the first reader of the map, and the first who wants a file, would wait for:
#: loaded when the server listens, because starting need not wait for it. Not
#: streamlit-folium, whose component only a page's script can register.
_NEEDED_SOON = ("geo.atlas.folium_maps", "geo.web.downloads")
_BELOW = ("/component/", "/media/", _UPLOADS)


def _early() -> dict[str, str]:
    """Return the addresses of what the map needs and the page asks for late.

    Streamlit's scripts that draw a frame, which the page asks for after those of all
    widgets before the map; then what the frame itself loads, one after another. Names
    change with versions; one that is not there is asked for later, as always.
    """
    folder = _STATIC / "static" / "js"
    names = ("ComponentInstance", "IFrameUtil", "urls", "withCalculatedWidth")
    shown = [path for name in names for path in sorted(folder.glob(f"{name}.*.js"))]
    modules = [f"/static/js/{path.name}" for path in shown]
    scripts = [path for path in _component_files() if path.endswith(".js")]
    return dict.fromkeys(modules, "modulepreload") | dict.fromkeys(
        [*scripts, *MAP_SCRIPTS], "preload; as=script"
    )


def _page_scripts() -> list[str]:
    """Return the scripts written into Streamlit's page, which may run there."""
    page = Path(st.__file__).parent / "static" / "index.html"
    return inline_scripts(page.read_text(encoding="utf-8"))


def _frame_script() -> str:
    """Return the script that streamlit-folium writes into the map's frame.

    It holds no data, so it is the same for every reader and in every process.
    """
    # Imported before Streamlit runs, its component would be left unregistered.
    import streamlit_folium  # noqa: PLC0415

    from geo.atlas.folium_maps import lent_map  # noqa: PLC0415

    with lent_map() as incident_map:
        script: str = streamlit_folium._get_map_string(incident_map)  # noqa: SLF001
    return f"{script}window.map = map_div; window.initComponent(map_div, false);"


def _component_files() -> dict[str, Path]:
    """Return the scripts and styles of streamlit-folium by their paths.

    Its page is not among them: the guard goes into that (geo.web.headers). It is not
    imported, because its component would be left unregistered.
    """
    spec = find_spec("streamlit_folium")
    if spec is None or spec.origin is None:
        return {}
    folder = Path(spec.origin).parent / "frontend" / "build"
    below = files_below(folder, "/component/streamlit_folium.st_folium")
    return {
        path: file for path, file in below.items() if file.suffix in {".css", ".js"}
    }


def _pages() -> list[str]:
    """Return the ends of the pages' addresses; the first is at ``/``."""
    return [section.path for section in sections()]


def _is_open(session: str) -> bool:
    """Tell whether a session of Streamlit lives."""
    return Runtime.instance().is_active_session(session)


def _rate_limits(deployment: Settings) -> list[Middleware]:
    """Return what keeps to the limits that are set; without, its library is not loaded."""
    if not deployment.limits_requests:
        return []
    require_extra("limits", "A limit of requests")
    from geo.web.rates import RateLimits  # noqa: PLC0415

    return [Middleware(RateLimits)]


def _forget(session: str) -> None:
    """Drop all files that a session has uploaded."""
    Runtime.instance().uploaded_file_mgr.remove_session_files(session)


# Streamlit looks for components of its second kind in the metadata of all that is
# installed, which takes a tenth of a start. Nothing that is installed here brings one.
manifest_scanner.scan_component_manifests = lambda max_workers=None: []  # noqa: ARG005

#: Streamlit's own scripts, styles and fonts, by their paths.
_static_files = files_below(_STATIC / "static", "/static")
_routes = routes()
app = st.App(
    ROOT / "pages" / "start" / "router.py",
    routes=_routes,
    middleware=[
        Middleware(
            SafeHeaders,
            early=_early(),
            page_scripts=_page_scripts(),
            frame_script=_frame_script,
        ),
        Middleware(GuardedFrame),
        Middleware(PageHead),
        *_rate_limits(settings()),
        Middleware(OwnWebSockets, path=_STREAM),
        Middleware(
            KnownPaths,
            routes=_routes,
            pages=_pages,
            files=[*_ENDPOINTS, *_static_files],
            below=_BELOW,
        ),
        # Of all pages only the desk has an uploader.
        Middleware(
            Uploads,
            below=_UPLOADS,
            limits=_DESK_LIMITS if settings().desk else None,
            store=UploadStore(_is_open, _forget),
        ),
        Middleware(
            PackedFiles,
            files=_static_files | _component_files(),
        ),
    ],
)


def check() -> None:
    """Raise unless what the layer is drawn on can be served.

    Raises
    ------
    DataError
        If the newsroom's ground is no such file.
    """
    ground_style()


def run(doors: list[socket.socket], layer: Atlas) -> None:
    """Serve a layer that has been read until stopped.

    Parameters
    ----------
    doors
        Sockets that listen already.
    layer
        What this process has read: its first look at what it shows.
    """
    deployment = settings()
    _tell_streamlit(deployment)
    sys.setswitchinterval(_SWITCH_S)
    server = _Server(
        _config(deployment),
        about=_welcome(deployment, layer.engine.count(Query())),
        afterwards=partial(_get_warm, deployment, layer),
    )
    # uvicorn raises again, after it has tidied up, what Ctrl+C raised.
    with suppress(KeyboardInterrupt):
        server.run(doors)


def _welcome(deployment: Settings, incidents: int) -> str:
    """Return what is said when readers can come."""
    said = f"{deployment.title}: the map is at {address_of_server(deployment.host, deployment.port)}"
    if not incidents:
        said += (
            "\nIt has no incidents yet. Bring in a table, and the map shows it:\n"
            f"  incidents import TABLE --into {shlex.quote(str(deployment.map))}"
        )
    return f"{said}\nStop it with Ctrl+C.\n"


def _config(deployment: Settings) -> uvicorn.Config:
    """Return how uvicorn serves; it believes no proxy that is not named to it."""
    return uvicorn.Config(
        app,
        host=deployment.host,
        port=deployment.port,
        log_level="warning",
        proxy_headers=bool(deployment.trusted_proxies),
        forwarded_allow_ips=deployment.trusted_proxies,
        timeout_graceful_shutdown=_FINISH_S,
        **connection_bounds(deployment.connection_timeout_s),
    )


class _Server(uvicorn.Server):
    """Says where it is, and ends soon after a signal, whatever runs.

    Work is stopped then, and not waited for.

    Parameters
    ----------
    config
        How uvicorn serves.
    about
        What is said when it listens.
    afterwards
        What is done then, in a thread of its own: nobody waits for it.
    """

    def __init__(
        self, config: uvicorn.Config, *, about: str, afterwards: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._about = about
        self._afterwards = afterwards

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        if self.started:
            threading.Thread(target=self._afterwards, daemon=True, name="warm").start()
            sys.stderr.write(self._about)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop all work; a thread that does not hear of it ends with the process.

        A second signal may come in the middle of this one, so nothing here takes a
        lock: an alarm that nobody handles ends the process, whatever holds it.
        """
        if not self.should_exit:
            signal.setitimer(signal.ITIMER_REAL, _GONE_S)
            stop_all()
        super().handle_exit(sig, frame)


def _tell_streamlit(deployment: Settings) -> None:
    """Tell Streamlit the address that readers see, so that it need not find out."""
    host, port = deployment.host, deployment.port
    if deployment.public_url:
        here = urlsplit(deployment.public_url)
        host = here.hostname or host
        port = here.port or (443 if here.scheme == "https" else 80)
        set_option("server.corsAllowedOrigins", [f"{here.scheme}://{here.netloc}"])
    set_option("browser.serverAddress", host)
    set_option("browser.serverPort", port)
    if deployment.desk:
        set_option("server.maxUploadSize", _DESK_MB)


def _get_warm(deployment: Settings, current: Atlas) -> None:
    """Load what the first visitor would wait for, and set it aside from the garbage.

    Walking every object that stays for good takes 130 ms, which hold up all visitors
    whenever Python looks for garbage. Then sources may be fetched.
    """
    for name in _NEEDED_SOON:
        import_module(name)
    gc.collect()
    gc.freeze()
    gc.enable()
    if deployment.fetch_sources:
        # Loads an HTTP client and readers of pages, which a server without needs not.
        from geo.evidence.fetch_rules import rules_of  # noqa: PLC0415
        from geo.evidence.intake import start_fetching  # noqa: PLC0415

        start_fetching(current.sources, current.archive, rules=rules_of(deployment))
