"""All routes beside the pages: the two APIs, downloads, the ground, health, files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from geo.atlas import atlas
from geo.atlas.maps import SCRIPT_URL, SCRIPTS
from geo.base.errors import IncidentMapError, MissingAssetError
from geo.base.settings import ROOT
from geo.web.answers import (
    A_DAY,
    ASK_AGAIN,
    answer,
    answer_file,
    tag_of,
)
from geo.web.api import Handler, api_routes
from geo.web.downloads import download
from geo.web.ground import ground_routes
from geo.web.ogc import ogc_routes
from geo.web.problems import problem_of
from geo.web.serving import HEALTH
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
        *ground_routes(),
        Route("/export", download),
        # Every browser and search engine asks for these, wherever the page is.
        Route("/robots.txt", _file("robots.txt")),
        Route("/favicon.ico", _file("favicon.ico")),
        Route("/favicon.png", _file("icon.png")),
        Route(SCRIPT_URL, _script()),
        Mount("/assets/own", StaticFiles(directory=_STATIC)),
        Mount("/assets/leaflet", StaticFiles(directory=_LEAFLET)),
        Mount("/assets/font", StaticFiles(directory=_FONT)),
    ]


async def _health(request: Request) -> Response:
    """Tell whether the server can answer questions about its layer."""
    try:
        current = await HEALTH.answer(request, atlas)
    except IncidentMapError as error:
        return problem_of(error)
    return JSONResponse({"status": "ok", "layer": current.version})


async def _turn_over(request: Request) -> Response:
    """Hear that the map has painted: the rest of its page may follow (geo.web.turns)."""
    end_turn(request.path_params["name"])
    return Response(status_code=204)


def _script() -> Handler:
    """Make the route of the map's own scripts, joined into one."""
    joined = b"\n".join((_STATIC / name).read_bytes() for name in SCRIPTS)
    headers = {"ETag": tag_of(joined), "Cache-Control": ASK_AGAIN}

    async def handle(request: Request) -> Response:
        return answer(request, joined, "text/javascript", headers=headers)

    return handle


def _file(name: str) -> Handler:
    """Make the route of one file of ours that hardly ever changes."""

    async def handle(request: Request) -> Response:
        headers = {"Cache-Control": A_DAY}
        return answer_file(request, _STATIC / name, headers=headers)

    return handle
