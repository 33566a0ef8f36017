"""All routes beside the pages: APIs, publications, downloads, basemap, health, files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from geo.atlas import atlas
from geo.atlas.maps import ASSETS_URL, SCRIPT_PATH, SCRIPTS, STYLE_PATH, STYLES
from geo.base.errors import IncidentMapError, MissingAssetError
from geo.base.settings import ROOT
from geo.web.answers import (
    A_DAY,
    ASK_AGAIN,
    FOREVER,
    answer,
    answer_file,
    tag_of,
    weak_tag_of,
)
from geo.web.api import Handler, api_routes
from geo.web.basemap.tiles import render_tile
from geo.web.ogc import ogc_routes
from geo.web.packed import PackedFiles, files_below, nothing_else
from geo.web.problems import problem_of
from geo.web.publications import publication_routes
from geo.web.serving import HEALTH, READERS
from geo.web.turns import end_turn

_STATIC: Final = Path(__file__).with_name("static")
_LEAFLET: Final = ROOT / "node_modules" / "leaflet" / "dist"
_FONT: Final = ROOT / "node_modules" / "@fontsource-variable" / "source-sans-3"


def routes() -> list[BaseRoute]:
    """Return the routes to put beside the page.

    Raises
    ------
    MissingAssetError
        If the browser libraries are not installed; names the command.
    """
    for needed in (_LEAFLET / "leaflet.js", _FONT / "wght.css"):
        if not needed.is_file():
            msg = f"{needed} is missing. Install it with 'make setup'."
            raise MissingAssetError(msg)
    return [
        Route("/healthz", _health),
        Route("/api/turns/{name}", _turn_over, methods=["POST"]),
        *api_routes(),
        *ogc_routes(),
        Route("/basemap/{theme}/{z:int}/{x:int}/{y:int}.svg", _tile),
        Route("/export", _download),
        *publication_routes(),
        # Every browser asks for these, wherever the page is.
        Route("/favicon.ico", _file("favicon.ico")),
        Route("/favicon.png", _file("icon.png")),
        Route(SCRIPT_PATH, _joined(SCRIPTS, "text/javascript")),
        Route(STYLE_PATH, _joined(STYLES, "text/css")),
        Mount(
            ASSETS_URL,
            PackedFiles(
                nothing_else,
                files_below(_STATIC, "/own")
                | files_below(_LEAFLET, "/leaflet")
                | files_below(_FONT, "/font"),
            ),
        ),
    ]


async def _health(request: Request) -> Response:
    """Tell whether the server can answer questions about its layer."""
    try:
        current = await HEALTH.answer(request, atlas)
    except IncidentMapError as error:
        return problem_of(error)
    return JSONResponse({"status": "ok", "layer": current.version})


async def _download(request: Request) -> Response:
    """Answer with a file; the first one loads all formats."""
    # Most readers never ask for a file, and those who wait for a start need none.
    from geo.web.downloads import download  # noqa: PLC0415

    return await download(request)


async def _turn_over(request: Request) -> Response:
    """Hear that the map has painted: the rest of its page may follow (geo.web.turns)."""
    end_turn(request.path_params["name"])
    return Response(status_code=204)


async def _tile(request: Request) -> Response:
    """Return one tile of the basemap; it never changes under its address."""
    parts = request.path_params
    try:
        drawn = await READERS.answer(
            request, render_tile, parts["z"], parts["x"], parts["y"], parts["theme"]
        )
    except IncidentMapError as error:
        return problem_of(error)
    content = drawn.encode()
    headers = {"ETag": weak_tag_of(content), "Cache-Control": A_DAY}
    return answer(request, content, "image/svg+xml", headers=headers)


def _joined(names: Iterable[str], media_type: str) -> Handler:
    """Make the route of several files of the map's own, joined into one."""
    joined = b"\n".join((_STATIC / name).read_bytes() for name in names)
    tag = tag_of(joined)

    async def handle(request: Request) -> Response:
        # The page's map asks with what tells this version from others.
        kept = FOREVER if request.url.query else ASK_AGAIN
        headers = {"ETag": tag, "Cache-Control": kept}
        return answer(request, joined, media_type, headers=headers)

    return handle


def _file(name: str) -> Handler:
    """Make the route of one file of ours that hardly ever changes."""

    async def handle(request: Request) -> Response:
        headers = {"Cache-Control": A_DAY}
        return answer_file(request, _STATIC / name, headers=headers)

    return handle
