"""All routes beside the pages: APIs, publications, downloads, ground, health, files."""

from __future__ import annotations

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
    answer_file,
)
from geo.web.api import Handler, api_routes
from geo.web.assets import STATIC, joined
from geo.web.embedding import embedding_routes
from geo.web.ground import ground_routes
from geo.web.ogc import ogc_routes
from geo.web.packed import PackedFiles, files_below, nothing_else
from geo.web.problems import problem_of
from geo.web.publications import publication_routes
from geo.web.serving import HEALTH
from geo.web.turns import end_turn

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
        *ground_routes(),
        Route("/export", _download),
        *embedding_routes(),
        *publication_routes(),
        # Every browser asks for these, wherever the page is.
        Route("/favicon.ico", _file("favicon.ico")),
        Route("/favicon.png", _file("icon.png")),
        Route(SCRIPT_PATH, joined(SCRIPTS, "text/javascript")),
        Route(STYLE_PATH, joined(STYLES, "text/css")),
        Mount(
            ASSETS_URL,
            PackedFiles(
                nothing_else,
                files_below(STATIC, "/own")
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


def _file(name: str) -> Handler:
    """Make the route of one file of ours that hardly ever changes."""

    async def handle(request: Request) -> Response:
        headers = {"Cache-Control": A_DAY}
        return answer_file(request, STATIC / name, headers=headers)

    return handle
