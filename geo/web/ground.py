"""The ground's routes: tiles in ranges of bytes, and the library that draws them.

The browser reads single tiles out of a PMTiles file by byte ranges (RFC 9110, section
14), so no tile is ever unpacked here. An address holds what the file is, so that it may
be kept for good.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.base.errors import IncidentMapError, MissingAssetError, NotFoundError
from geo.base.settings import ROOT, settings
from geo.base.stamps import SIZE, Stamp, stamp_of
from geo.ground.archives import WORLD_CREDIT, WORLD_FILE, kept_ground
from geo.web.answers import FOREVER, answer_file
from geo.web.problems import problem_of

_LIBRARY: Final = (
    ROOT / "node_modules" / "protomaps-leaflet" / "dist" / "protomaps-leaflet.js"
)
_MEDIA_TYPE: Final = "application/vnd.pmtiles"
#: How much of a file tells it from others of its size: its header and directory.
_START_BYTES: Final = 16_384


def ground_routes() -> list[BaseRoute]:
    """Return the routes under ``/ground``.

    Raises
    ------
    MissingAssetError
        If the world's ground, or what draws it, is not installed; names the command.
    """
    for needed in (WORLD_FILE, _LIBRARY):
        if not needed.is_file():
            msg = f"{needed} is missing. Install it with 'make setup'."
            raise MissingAssetError(msg)
    return [
        Route("/ground/{digest}/world.pmtiles", _world),
        Route("/ground/{digest}/streets.pmtiles", _streets),
        Route("/ground/{digest}/drawing.js", _drawing),
    ]


def ground_style() -> dict[str, Any]:
    """Return what the map's page is told of the ground: addresses, zooms, bounds.

    ``world`` and ``streets`` have ``url``, ``zooms`` (first and last), ``bounds``
    (west, south, east, north, degrees) and ``whole``: whether a tile that it lacks is
    empty, which is not so of an extract; ``streets`` is None where there are none.
    ``drawing`` is the address of the library that draws.

    Raises
    ------
    DataError
        If the newsroom's extract is no such file.
    """
    deployment = settings()
    streets = deployment.ground and _describe(deployment.ground, "streets", whole=False)
    return {
        "drawing": f"/ground/{_digest(_LIBRARY)}/drawing.js",
        "world": _describe(WORLD_FILE, "world", whole=True),
        "streets": streets or None,
        "attribution": WORLD_CREDIT,
    }


def _describe(path: Path, name: str, *, whole: bool) -> dict[str, Any]:
    ground = kept_ground(path)
    return {
        "url": f"/ground/{_digest(path)}/{name}.pmtiles",
        "zooms": [ground.min_zoom, ground.max_zoom],
        "bounds": ground.bounds,
        "whole": whole,
        "attribution": ground.attribution,
    }


async def _world(request: Request) -> Response:
    """Answer with the world's ground, or a part of it."""
    return _file(request, WORLD_FILE, _MEDIA_TYPE)


async def _streets(request: Request) -> Response:
    """Answer with the newsroom's extract, or a part of it."""
    return _file(request, settings().ground, _MEDIA_TYPE)


async def _drawing(request: Request) -> Response:
    """Answer with the library that draws the ground."""
    return _file(request, _LIBRARY, "text/javascript")


def _file(request: Request, path: Path | None, media_type: str) -> Response:
    """Answer with a file whose digest is in the address, whole or in ranges."""
    digest = request.path_params["digest"]
    try:
        if path is None or not path.is_file() or digest != _digest(path):
            msg = "There is no such ground, or it has changed. Reload the page."
            raise NotFoundError(msg)
    except IncidentMapError as error:
        return problem_of(error)
    headers = {"ETag": f'"{digest}"', "Cache-Control": FOREVER}
    return answer_file(request, path, media_type, headers=headers)


def _digest(path: Path) -> str:
    return _digest_of(path, stamp_of([path]))


@lru_cache(maxsize=16)
def _digest_of(path: Path, stamp: Stamp) -> str:
    """Return a text that tells a file from others, and from what it was before."""
    with path.open("rb") as stream:
        digest = blake2b(stream.read(_START_BYTES), digest_size=8)
    digest.update(repr([(numbers[SIZE], numbers[-2]) for numbers in stamp]).encode())
    return digest.hexdigest()
