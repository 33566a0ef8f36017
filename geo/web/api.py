"""The HTTP routes beside the page: what the map layer asks, exports, health.

Thin on purpose: each route reads its parameters, asks the atlas, and answers. Errors
of the library become JSON problems by one table. Answers carry an ETag made of what
they say, so that an unchanged view costs no bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from geo.atlas import Atlas, atlas
from geo.atlas.maps import SCRIPT_URL, SCRIPTS
from geo.base.errors import (
    IncidentMapError,
    MissingAssetError,
    NotFoundError,
    QueryError,
)
from geo.base.grid import TILE_PX, Bbox, Group
from geo.base.settings import ROOT, settings
from geo.base.work import Work
from geo.engine import PlaceView, Row
from geo.engine.histogram import Bin
from geo.export import (
    FORMATS,
    LICENCE_URL,
    PACKAGES,
    file_name,
    media_type,
    pieces,
    select,
)
from geo.model.incident import incident_of
from geo.model.query import PARAMETERS, Query, parse_bbox
from geo.model.vocabulary import Kind
from geo.model.wording import (
    LOOKS,
    claim_words,
    date_words,
    line_words,
    marker_words,
    somewhere,
)
from geo.web.basemap.tiles import attribution, render_tile
from geo.web.ogc import ogc_routes
from geo.web.problems import problem_of
from geo.web.serving import (
    EXPORTS,
    HEALTH,
    READERS,
    Download,
    Slots,
    address_of,
    stopped_with,
)
from geo.web.turns import end_turn

#: A question: the layer's version, the path, the query.
_Asked = tuple[str, str, str]
#: Answers given lately; as many as this many bytes hold.
_RECENT: Final[LRUCache[_Asked, bytes]] = LRUCache(8_000_000, getsizeof=len)
_RECENT_LOCK: Final = Lock()
_SLOTS: Final = Slots()
_LONGEST_LIST: Final = 100
_MOST_ZOOM: Final = 22
_PLACE_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_STATIC: Final = Path(__file__).with_name("static")
_LEAFLET: Final = ROOT / "node_modules" / "leaflet" / "dist"
_FONT: Final = ROOT / "node_modules" / "@fontsource-variable" / "source-sans-3"

#: What a marker's row holds, told once an answer: names in each would double it.
_GROUP_COLUMNS: Final = ("lon", "lat", "n", "place", "id", "mix", "look", "extent")

Handler = Callable[[Request], Awaitable[Response]]


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
        Route("/api/style", _answer(style, of_layer=False)),
        Route("/api/summary", _answer(summary)),
        Route("/api/view", _answer(view)),
        Route("/api/incidents", _answer(incidents)),
        Route("/api/incidents/{id}", _answer(incident, of_layer=False)),
        Route("/api/places/{number}", _answer(place, forever=True)),
        Route("/api/turns/{name}", _turn_over, methods=["POST"]),
        Route("/api", _answer(nothing)),
        Route("/api/{rest:path}", _answer(nothing)),
        *ogc_routes(),
        Route("/basemap/{theme}/{z:int}/{x:int}/{y:int}.svg", _tile),
        Route("/export", _export),
        # Every browser and search engine asks for these, wherever the page is.
        Route("/robots.txt", _file("robots.txt")),
        Route("/favicon.ico", _file("favicon.ico")),
        Route("/favicon.png", _file("icon.png")),
        Route(SCRIPT_URL, _script()),
        Mount("/assets/own", StaticFiles(directory=_STATIC)),
        Mount("/assets/leaflet", StaticFiles(directory=_LEAFLET)),
        Mount("/assets/font", StaticFiles(directory=_FONT)),
    ]


def style(_request: Request, found: Atlas) -> dict[str, Any]:
    """Return how the map looks: categories, marks, tiles, credits, version."""
    given = settings()
    publishers = dict.fromkeys(source.publisher for source in found.sources.values())
    return {
        "version": found.version,
        "categories": found.vocabulary.marks(),
        "looks": LOOKS,
        "attribution": attribution(),
        "credit": f"Incidents coded from {', '.join(publishers)}",
        "tiles": {
            "url": given.tiles_url,
            "attribution": given.tiles_attribution,
            "default": given.tiles_default,
        },
    }


def summary(request: Request, found: Atlas) -> dict[str, Any]:
    """Return what a change of filters needs: counts, extent and bars of time."""
    query = _query(request, found)
    return {
        "total": found.engine.count(query),
        "categories": found.engine.counts(query, "category"),
        "extent": found.engine.extent(query),
        "open_ended": found.engine.count(query.undated(), missing="end"),
        "bins": [_bin_json(bar) for bar in found.engine.histogram(query)],
    }


def view(request: Request, found: Atlas) -> dict[str, Any]:
    """Return what a viewport shows: markers, their places, areas in sight."""
    query = _query(request, found, also=("viewport", "zoom"))
    viewport = _extent(request, "viewport")
    if viewport is None:
        raise QueryError(
            "viewport", "is missing. Give west,south,east,north in degrees."
        )
    zoom = _zoom(request)
    shown = found.engine.view(query, viewport, zoom)
    return {
        "total": shown.total,
        "columns": _GROUP_COLUMNS,
        "groups": [_group_row(group, _decimals(zoom)) for group in shown.groups],
        "places": {place.number: _place_json(place) for place in shown.places},
    }


def incidents(request: Request, found: Atlas) -> dict[str, Any]:
    """Return a list of incidents: of one place, or with their marker ``within``."""
    query = _query(request, found, also=("place", "within"))
    within = _extent(request, "within")
    number = request.query_params.get("place")
    if number is not None and not _PLACE_NUMBER.fullmatch(number):
        raise QueryError("place", f"{number[:20]!r} is not the number of a place.")
    place_no = None if number is None else int(number)
    where: dict[str, Any] = {"place_no": place_no, "within": within}
    rows = found.engine.rows(query, limit=_LONGEST_LIST, **where)
    total = found.engine.count(query, **where)
    told = found.engine.features_of([row.id for row in rows])
    # Those of one place need not name it.
    named = place_no is None
    listed = [_row_json(row, told[row.id], named=named) for row in rows]
    return {"total": total, "incidents": listed}


def incident(request: Request, found: Atlas) -> dict[str, Any]:
    """Return one incident as it is read."""
    return found.record(request.path_params["id"]).as_json()


def place(request: Request, found: Atlas) -> dict[str, Any]:
    """Return the line or area of one place as GeoJSON geometry."""
    number = request.path_params["number"]
    if not _PLACE_NUMBER.fullmatch(number):
        msg = f"{number[:20]!r} is not the number of a place."
        raise NotFoundError(msg)
    return found.engine.place_geometry(int(number))


def nothing(request: Request, _found: Atlas) -> dict[str, Any]:
    """Refuse what is not here, instead of answering with the page."""
    msg = f"There is nothing at {request.url.path}."
    raise NotFoundError(msg)


def _answer(
    question: Callable[[Request, Atlas], dict[str, Any]],
    *,
    forever: bool = False,
    of_layer: bool = True,
) -> Handler:
    """Make a route of a question: run it in a thread, answer in JSON.

    Parameters
    ----------
    question
        What to ask.
    forever
        Whether browsers may keep the answer under its address.
    of_layer
        Whether the answer follows from the layer alone. Then it is kept a while: many
        readers open the same link at the same time.
    """

    def answered(request: Request) -> bytes:
        found = atlas()
        if not of_layer:
            return _encoded(question(request, found))
        key = (found.version, request.url.path, str(request.url.query))
        content = _recent(key)
        if content is None:
            content = _encoded(question(request, found))
            with _RECENT_LOCK:
                _RECENT[key] = content
        return content

    async def handle(request: Request) -> Response:
        try:
            # One thread does it all: each change of threads waits for its turn.
            content = await READERS.answer(request, answered, request)
        except IncidentMapError as error:
            return problem_of(error)
        headers = {
            "ETag": f'W/"{hashlib.sha256(content).hexdigest()[:24]}"',
            "Cache-Control": _FOREVER if forever else _ASK_AGAIN,
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    return handle


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _recent(key: _Asked) -> bytes | None:
    """Return an answer given lately to the same question of the same layer."""
    with _RECENT_LOCK:
        return _RECENT.get(key)


async def _health(request: Request) -> Response:
    """Tell whether the server can answer questions about its layer."""
    try:
        found = await HEALTH.answer(request, atlas)
    except IncidentMapError as error:
        return problem_of(error)
    return JSONResponse({"status": "ok", "layer": found.version})


async def _turn_over(request: Request) -> Response:
    """Hear that the map has painted: the rest of its page may follow (geo.web.turns)."""
    end_turn(request.path_params["name"])
    return Response(status_code=204)


def _script() -> Handler:
    """Make the route of the map's own scripts, joined into one."""
    joined = b"\n".join((_STATIC / name).read_bytes() for name in SCRIPTS)
    headers = {
        "ETag": f'"{hashlib.sha256(joined).hexdigest()[:24]}"',
        "Cache-Control": _ASK_AGAIN,
    }

    async def handle(request: Request) -> Response:
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(joined, media_type="text/javascript", headers=headers)

    return handle


def _file(name: str) -> Handler:
    """Make the route of one file of ours that hardly ever changes."""

    async def handle(_request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=86400"}
        return FileResponse(_STATIC / name, headers=headers)

    return handle


async def _tile(request: Request) -> Response:
    """Return one tile of the basemap; it never changes under its address."""
    parts = request.path_params
    try:
        drawn = await READERS.answer(
            request, render_tile, parts["z"], parts["x"], parts["y"], parts["theme"]
        )
    except IncidentMapError as error:
        return problem_of(error)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


async def _export(request: Request) -> Response:
    """Return the filtered incidents as a file, sent while it is being made."""
    work = Work(gives_way=True)
    give_back = _nothing_to_give_back
    try:
        found = await HEALTH.answer(request, atlas)
        query = _query(request, found, also=("format", "package"))
        name = _choice(request, "format", tuple(FORMATS), "geojson")
        package = _choice(request, "package", PACKAGES, "plain")
        called = file_name(name, package=package)
        headers = {
            # The same query of the same version gives the same bytes.
            "ETag": _etag(found.version, query.urlencode(), name, package)[2:],
            "Cache-Control": _ASK_AGAIN,
            "Link": f'<{LICENCE_URL}>; rel="license"',
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = f'attachment; filename="{called}"'
        made: Iterator[bytes] = iter(())
        if request.method != "HEAD":
            give_back = _SLOTS.take(address_of(request.scope))
            async with stopped_with(work, request.receive):
                made = await EXPORTS.run(work, _pieces, found, query, name, package)
    except BaseException as error:
        give_back()
        if isinstance(error, IncidentMapError):
            return problem_of(error)
        raise
    return Download(
        made,
        work=work,
        over=give_back,
        media_type=media_type(name, package=package),
        headers=headers,
    )


def _nothing_to_give_back() -> None:
    """Give back nothing, where no slot was taken."""


def _pieces(found: Atlas, query: Query, name: str, package: str) -> Iterator[bytes]:
    """Return the pieces of a file; the first is made here, so that it may fail."""
    selection = select(
        found.engine, query, vocabulary=found.vocabulary, sources=found.sources
    )
    made = pieces(selection, name, package=package)
    return _beginning_with(next(made, b""), made)


def _beginning_with(first: bytes, made: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from made


def _choice(request: Request, name: str, choices: Sequence[str], default: str) -> str:
    given = request.query_params.getlist(name) or [default]
    if len(given) > 1:
        raise QueryError(name, f"given {len(given)} times; it takes one value.")
    if given[0] not in choices:
        raise QueryError(name, f"{given[0]!r} is not one of {', '.join(choices)}.")
    return given[0]


def _etag(*parts: str) -> str:
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f'W/"{digest[:24]}"'


def _query(request: Request, found: Atlas, *, also: tuple[str, ...] = ()) -> Query:
    """Read the filters of a request; *also* are parameters of the route itself."""
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name in PARAMETERS or name not in {*also, "v"}:
            given.setdefault(name, []).append(value)
    return found.query(given)


def _extent(request: Request, name: str) -> Bbox | None:
    """Read an extent that is not the filter, telling its own name where it is wrong."""
    try:
        return parse_bbox(request.query_params.get(name, ""))
    except QueryError as error:
        raise QueryError(name, str(error).removeprefix("bbox: ")) from error


def _zoom(request: Request) -> int:
    text = request.query_params.get("zoom", "")
    try:
        zoom = round(float(text))
    except (ValueError, OverflowError) as error:
        raise QueryError("zoom", f"{text!r} is not a number from 0 to 22.") from error
    if not 0 <= zoom <= _MOST_ZOOM:
        raise QueryError("zoom", f"{text!r} is not a number from 0 to 22.")
    return zoom


def _decimals(zoom: int) -> int:
    """Return how many decimals of a degree tell a tenth of a pixel at a zoom."""
    return min(5, max(1, math.ceil(math.log10(10 * TILE_PX * 2**zoom / 360))))


def _group_row(group: Group, decimals: int) -> list[Any]:
    """Return one marker as a row of :data:`_GROUP_COLUMNS`.

    Where it stands for several places, its own place is no more exact than a zoom
    shows, and its extent is widened to as many decimals.
    """
    lon, lat, extent = group.lon, group.lat, None
    if group.place_no is None:
        lon, lat = round(lon, decimals), round(lat, decimals)
        west, south, east, north = (value * 10**decimals for value in group.extent)
        ends = (math.floor(west), math.floor(south), math.ceil(east), math.ceil(north))
        extent = [round(end / 10**decimals, decimals) for end in ends]
    named = {
        "lon": lon,
        "lat": lat,
        "n": group.count,
        "place": group.place_no,
        "id": group.incident_id,
        "mix": [part for pair in group.mix for part in pair],
        "look": _look(group),
        "extent": extent,
    }
    return [named[column] for column in _GROUP_COLUMNS]


def _look(group: Group) -> str | None:
    """Return how sure a single incident is, as a marker shows it; None for several."""
    if group.count > 1:
        return None
    return "plan" if group.plan else group.status


def _place_json(place: PlaceView) -> dict[str, Any]:
    return {
        "label": marker_words(place.name, place.precision, place.radius_m),
        "precision": place.precision,
        "radius_m": place.radius_m,
        "area": place.area,
    }


def _row_json(row: Row, feature: dict[str, Any], *, named: bool) -> dict[str, Any]:
    place = somewhere(row.place, row.precision) if named and row.place else ""
    claim = claim_words(incident_of(feature))
    return {
        "id": row.id,
        "title": row.title,
        "category": row.category,
        "status": "plan" if row.kind == Kind.PLAN else row.status,
        "line": line_words(date_words(row.date), claim, place),
    }


def _bin_json(bar: Bin) -> dict[str, Any]:
    written = asdict(bar)
    return {
        "from": written["since"].isoformat(),
        "to": written["until"].isoformat(),
        "certain": bar.certain,
        "possible": bar.possible,
        "gap": bar.gap,
    }
