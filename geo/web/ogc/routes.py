"""The routes of the API, to be put beside the page.

Each reads its request, asks a resource, and writes the answer. Errors of the library
become problem documents here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.atlas import atlas
from geo.base.errors import IncidentMapError
from geo.base.hosts import query_of, root_of, without_last_slash
from geo.base.settings import settings
from geo.layer import SCHEMA
from geo.web.answers import ASK_AGAIN, OPEN, answer_file
from geo.web.ogc import links, resources
from geo.web.ogc.documents import Document, answer_document, form_of
from geo.web.ogc.links import Site
from geo.web.ogc.resources import ApiRequest
from geo.web.problems import problem, problem_of
from geo.web.serving import FILTERS, READERS

Handler = Callable[[Request], Awaitable[Response]]
_METHODS: Final = ("GET", "HEAD", "OPTIONS")
_ALLOWED: Final = ", ".join(_METHODS)
#: Every method is routed, so that a wrong one gets our own 405.
_ALL_METHODS: Final = [*_METHODS, "POST", "PUT", "PATCH", "DELETE", "TRACE"]

#: Path under /ogc, resource, media type of its JSON.
_RESOURCES: Final = (
    ("/", resources.landing, links.JSON),
    ("/conformance", resources.conformance, links.JSON),
    ("/api", resources.api, links.OPENAPI),
    ("/collections", resources.collections, links.JSON),
    ("/collections/{collection}", resources.collection, links.JSON),
    ("/collections/{collection}/queryables", resources.queryables, links.SCHEMA),
    ("/collections/{collection}/schema", resources.schema, links.SCHEMA),
    ("/collections/{collection}/items", resources.features, links.GEOJSON),
    ("/collections/{collection}/items/{feature}", resources.feature, links.GEOJSON),
)


def ogc_routes() -> list[BaseRoute]:
    """Return the routes under ``/ogc``, ``/schema`` and ``/vocabulary``."""
    routes = [_route("/ogc", _to_slash)]
    routes += [
        _route(f"/ogc{path}", _resource(make, media_type))
        for path, make, media_type in _RESOURCES
    ]
    return [
        *routes,
        _route("/ogc/{rest:path}", _nothing),
        _route(f"/schema/{SCHEMA.name}", _file(lambda: SCHEMA, links.SCHEMA)),
        _route(
            "/vocabulary/categories.json",
            _file(lambda: settings().vocabulary, links.JSON),
        ),
    ]


def _route(path: str, handler: Handler) -> Route:
    """Return a route that answers any method, in full or by saying which it takes."""

    async def handle(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**OPEN, "Allow": _ALLOWED})
        if request.method not in _METHODS:
            return problem(
                405,
                "Method not allowed",
                f"{request.method} is not taken here; this server only gives.",
                headers={**OPEN, "Allow": _ALLOWED},
            )
        return await handler(request)

    return Route(path, handle, methods=_ALL_METHODS)


def _resource(make: Callable[[ApiRequest], Document], media_type: str) -> Handler:
    """Return a handler that answers with a resource."""

    async def handle(request: Request) -> Response:
        try:
            lane = FILTERS if "filter" in request.query_params else READERS
            return await lane.answer(
                request, _answer_resource, request, make, media_type
            )
        except IncidentMapError as error:
            return problem_of(error, headers=OPEN)

    return handle


def _answer_resource(
    request: Request, make: Callable[[ApiRequest], Document], media_type: str
) -> Response:
    parameters = request.query_params.multi_items()
    form = form_of(
        request.query_params.get("f"), request.headers.get("accept", ""), media_type
    )
    if form is None:
        detail = f"There is {media_type} and {links.HTML}. Accept one of them."
        headers = {**OPEN, "Vary": "Accept"}
        return problem(406, "Not acceptable", detail, headers=headers)
    site = site_of(request)
    call = ApiRequest(
        site=site,
        atlas=atlas(),
        address=f"{site.root}{_path_of(request)}",
        parameters=parameters,
        path=request.path_params,
        form=form,
    )
    return answer_document(request, make(call), form)


def site_of(request: Request) -> Site:
    """Return where this server is, as its deployment or else the client calls it."""
    return Site(root_of(request.scope, settings().public_url))


def _path_of(request: Request) -> str:
    """Return the path asked for, below the prefix that a proxy may add, quoted."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    prefix = request.scope.get("root_path", "").rstrip("/")
    return raw.decode("ascii", "replace").partition("?")[0].removeprefix(prefix)


async def _to_slash(request: Request) -> Response:
    """Send clients to the landing page; the relative address keeps any prefix."""
    return _moved(f"ogc/{query_of(request.scope)}")


def _moved(where: str) -> Response:
    return Response(status_code=308, headers={**OPEN, "Location": where})


async def _nothing(request: Request) -> Response:
    """Refuse what is not here; an address that only has a slash too many is sent on."""
    rest: str = request.path_params["rest"]
    where = without_last_slash(request.scope) if rest.strip("/") else None
    if where is not None:
        return _moved(where)
    there = site_of(request).ogc()
    detail = f"There is nothing at /ogc/{rest[:80]}. See {there}."
    return problem(404, "Not found", detail, headers=OPEN)


def _file(where: Callable[[], Path], media_type: str) -> Handler:
    """Return a handler that answers with a file of the project."""

    async def handle(request: Request) -> Response:
        path = where()
        if not path.is_file():
            detail = f"{path.name} is not on this server."
            return problem(404, "Not found", detail, headers=OPEN)
        headers = {**OPEN, "Cache-Control": ASK_AGAIN}
        return answer_file(request, path, media_type, headers=headers)

    return handle
