"""The routes that the map layer asks: how it looks, what it shows, what incidents say.

Thin on purpose: each reads its parameters, asks the atlas, and answers in JSON. Errors
of the library become problem documents by one table. Answers carry an ETag made of what
they say, so that an unchanged view costs no bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode

from cachetools import LRUCache, cached
from cachetools.keys import hashkey
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.atlas import Atlas, atlas
from geo.atlas.answers import answer_with, choices_of, line_of, references_to, style_of
from geo.atlas.previews import PREVIEW, preview_of
from geo.base.errors import IncidentMapError, NotFoundError, QueryError
from geo.base.grid import TILE_PX, Bbox, Group
from geo.base.hosts import root_of
from geo.base.settings import settings
from geo.engine import PlaceView, Row
from geo.engine.answers import Shelved
from geo.engine.histogram import Bin
from geo.model.incident import incident_of
from geo.model.query import CODED, PARAMETERS, Query, parse_bbox
from geo.model.wording import (
    marker_words,
    somewhere,
)
from geo.web.answers import ASK_AGAIN, FOREVER, answer, weak_tag_of, write_json
from geo.web.ground import ground_style
from geo.web.place_search import search
from geo.web.problems import problem_of
from geo.web.serving import FILTERS, READERS, Lane

#: Answers given lately; as many as this many bytes hold.
_RECENT: Final[LRUCache[tuple[Any, ...], bytes]] = LRUCache(8_000_000, getsizeof=len)
_LONGEST_LIST: Final = 100
#: Values of a folded filter, the most frequent ones: more are no choice.
_MOST_CHOICES: Final = 100
_MOST_ZOOM: Final = 22
#: Outlines that are told at once; a view draws fewer.
_MOST_OUTLINES: Final = 100
_LIMIT: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
_PLACE_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)

#: What a marker's row holds, told once an answer: names in each would double it.
_GROUP_COLUMNS: Final = ("lon", "lat", "n", "place", "id", "mix", "look", "extent")

Handler = Callable[[Request], Awaitable[Response]]
Question = Callable[[Request, Atlas], dict[str, Any]]


def api_routes() -> list[BaseRoute]:
    """Return the routes under ``/api``."""
    return [
        Route("/api/style", _answer(style, of_layer=False)),
        Route("/api/summary", _answer(summary)),
        Route("/api/choices", _answer(choices)),
        Route("/api/view", _answer(view)),
        Route("/api/list", _answer(newest)),
        Route("/api/incidents", _answer(incidents)),
        Route("/api/incidents/{id}/citations", _answer(citations, of_layer=False)),
        Route("/api/incidents/{id}", _answer(incident, of_layer=False)),
        Route("/api/search", _answer(search, of_layer=False, lane=FILTERS)),
        Route("/api/outlines", _answer(outlines_of, keep=FOREVER)),
        Route("/api", _answer(nothing)),
        Route("/api/{rest:path}", _answer(nothing)),
    ]


def style(request: Request, current: Atlas) -> dict[str, Any]:
    """Return how the map looks: categories, marks, tiles, credits, version."""
    is_preview = PREVIEW in request.query_params
    return style_of(current, settings(), ground_style(), is_preview=is_preview)


def summary(request: Request, current: Atlas) -> dict[str, Any]:
    """Return what a change of filters needs: counts, extent and bars of time.

    The counts by category leave the filter by category aside, so that they say what
    another choice would show; those by status likewise. Whoever is going to fit the
    view says ``focus=yes``, and hears where most of it is.
    """
    query = read_query(request, current, also=("focus",))
    focus = current.engine.focus(query) if "focus" in request.query_params else None
    return {
        "focus": focus and asdict(focus),
        "total": current.engine.count(query),
        **{
            name: current.engine.counts(query.without(field), field)
            for name, field in (("categories", "category"), ("statuses", "status"))
        },
        "extent": current.engine.extent(query),
        "open_ended": current.engine.count(query.undated(), missing="end"),
        "bins": [_bin_json(bar) for bar in current.engine.histogram(query)],
    }


def choices(request: Request, current: Atlas) -> dict[str, Any]:
    """Return the values of the filters that are folded at first, in words, with counts.

    Each count leaves its own filter aside, as those of :func:`summary`.
    """
    query = read_query(request, current)
    return {
        kind.name: choices_of(current, query, kind, most=_MOST_CHOICES)
        for kind in CODED
        if kind.is_rare
    }


def view(request: Request, current: Atlas) -> dict[str, Any]:
    """Return what a viewport shows: markers, their places, the shelf of vague ones."""
    query = read_query(request, current, also=("viewport", "zoom"))
    viewport = read_extent(request, "viewport")
    if viewport is None:
        raise QueryError(
            "viewport", "is missing. Give west,south,east,north in degrees."
        )
    zoom = _zoom(request)
    shown = current.engine.view(query, viewport, zoom)
    names = sorted({name for group in shown.groups for name, _ in group.mix})
    numbers = {name: number for number, name in enumerate(names)}
    # Of a disc that is no marker's and not pointed at, nothing else is shown.
    marked = {group.place_no for group in shown.groups}
    named = [one for one in shown.places if one.area or one.number in marked]
    discs = [one for one in shown.places if not one.area and one.number not in marked]
    return {
        "total": shown.total,
        "columns": _GROUP_COLUMNS,
        "categories": names,
        "groups": [
            _group_row(group, _decimals(zoom), numbers) for group in shown.groups
        ],
        "places": {place.number: _place_json(place) for place in named},
        "discs": [_disc_row(place, _decimals(zoom)) for place in discs],
        "shelf": [_shelved_json(one) for one in shown.shelf],
        "further": dict(zip(("places", "n"), shown.further, strict=True)),
        "outside": shown.outside,
    }


def newest(request: Request, current: Atlas) -> dict[str, Any]:
    """Return the newest incidents of a viewport, or of those without a place.

    Beside them stand counts of what a reader of this list does not see: how many there
    are ``elsewhere`` on the map and ``unplaced``, and how many ``undated`` ones a filter
    by date leaves out.
    """
    query = read_query(request, current, also=("viewport", "zoom", "missing", "limit"))
    viewport, missing = read_extent(request, "viewport"), _missing(request)
    if (viewport is None) == (missing is None):
        message = "is missing. Give west,south,east,north in degrees, or missing=place."
        raise QueryError("viewport", message)
    # As the map shows it: what is vague is in view where it may be.
    zoom = _zoom(request) if "zoom" in request.query_params else None
    where: dict[str, Any] = {"within": viewport, "missing": missing, "zoom": zoom}
    rows = current.engine.rows(query, order="newest", limit=_limit(request), **where)
    unplaced = current.engine.count(query, missing="place")
    total = (
        current.engine.count_in_sight(query, viewport, zoom) if viewport else unplaced
    )
    undated = query.undated()
    return {
        "total": total,
        "incidents": _listed(current, rows, named=True),
        "elsewhere": max(0, current.engine.count(query) - unplaced - total)
        if viewport
        else 0,
        "unplaced": unplaced,
        "undated": current.engine.count(undated, missing="date")
        if query.by_date
        else 0,
    }


def incidents(request: Request, current: Atlas) -> dict[str, Any]:
    """Return a list of incidents: of one place, or with their marker ``within``."""
    query = read_query(request, current, also=("place", "within"))
    within = read_extent(request, "within")
    number = request.query_params.get("place")
    if number is not None and not _PLACE_NUMBER.fullmatch(number):
        raise QueryError("place", f"{number[:20]!r} is not the number of a place.")
    place_no = None if number is None else int(number)
    where: dict[str, Any] = {"place_no": place_no, "within": within}
    rows = current.engine.rows(query, limit=_LONGEST_LIST, **where)
    total = current.engine.count(query, **where)
    # Those of one place need not name it.
    return {"total": total, "incidents": _listed(current, rows, named=place_no is None)}


def incident(request: Request, current: Atlas) -> dict[str, Any]:
    """Return one incident as it is read."""
    incident_id = request.path_params["id"]
    page = f"/incident/{quote(incident_id, safe='')}"
    return answer_with(current.record(incident_id), page, "/corrections.xml")


def citations(request: Request, current: Atlas) -> dict[str, Any]:
    """Return one incident as a reference, in each form that there is."""
    incident_id = request.path_params["id"]
    root = root_of(request.scope, settings().public_url)
    link = f"{root}/?{urlencode({'incident': incident_id})}"
    incident = incident_of(current.engine.feature(incident_id))
    return references_to(incident, current.sources, settings().title, link)


def outlines_of(request: Request, current: Atlas) -> dict[str, Any]:
    """Return lines and areas of ``places`` as GeoJSON geometry, in their order.

    All that a view is to draw are asked for at once: the headers of an answer are often
    longer than an outline.
    """
    numbers = request.query_params.get("places", "").split(",")
    if len(numbers) > _MOST_OUTLINES:
        raise QueryError("places", f"are at most {_MOST_OUTLINES} at once.")
    for number in numbers:
        if not _PLACE_NUMBER.fullmatch(number):
            raise QueryError("places", f"{number[:20]!r} is not the number of a place.")
    known = current.engine.outlines([*map(int, numbers)])
    return {"outlines": [known[int(number)] for number in numbers]}


def nothing(request: Request, _current: Atlas) -> dict[str, Any]:
    """Refuse what is not here, instead of answering with the page."""
    msg = f"There is nothing at {request.url.path}."
    raise NotFoundError(msg)


def _answer(
    question: Question,
    *,
    keep: str = ASK_AGAIN,
    of_layer: bool = True,
    lane: Lane = READERS,
) -> Handler:
    """Make a route of a question: run it in a thread, answer in JSON.

    Parameters
    ----------
    question
        What to ask.
    keep
        How long browsers may keep the answer: a value of Cache-Control.
    of_layer
        Whether the answer follows from the layer alone. Then it is kept a while: many
        readers open the same link at the same time.
    lane
        The threads that answer.
    """

    def write(request: Request) -> bytes:
        named = request.query_params.get(PREVIEW)
        current = atlas() if named is None else preview_of(named)
        if of_layer:
            return _written_lately(question, request, current)
        return write_json(question(request, current))

    async def handle(request: Request) -> Response:
        try:
            # One thread does it all: each change of threads waits for its turn.
            content = await lane.answer(request, write, request)
        except IncidentMapError as error:
            return problem_of(error)
        headers = {"ETag": weak_tag_of(content), "Cache-Control": keep}
        return answer(request, content, "application/json", headers=headers)

    return handle


def _key(_question: Question, request: Request, current: Atlas) -> tuple[Any, ...]:
    return hashkey(current.version, request.url.path, request.url.query)


@cached(_RECENT, key=_key, lock=Lock())
def _written_lately(question: Question, request: Request, current: Atlas) -> bytes:
    """Return an answer, of memory where the same layer was asked the same lately."""
    return write_json(question(request, current))


def read_query(
    request: Request, current: Atlas, *, also: tuple[str, ...] = ()
) -> Query:
    """Read the filters of a request; *also* are parameters of the route itself."""
    parameters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name in PARAMETERS or name not in {*also, "v", PREVIEW}:
            parameters.setdefault(name, []).append(value)
    return current.query(parameters)


def read_extent(request: Request, name: str) -> Bbox | None:
    """Read an extent that is not the filter, telling its own name where it is wrong."""
    try:
        return parse_bbox(request.query_params.get(name, ""))
    except QueryError as error:
        raise QueryError(name, str(error).removeprefix("bbox: ")) from error


def _missing(request: Request) -> str | None:
    """Read what the incidents of a list are to lack."""
    text = request.query_params.get("missing")
    if text not in {None, "place"}:
        raise QueryError("missing", f"{text[:20]!r} is not 'place'.")
    return text


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(_LONGEST_LIST))
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= _LONGEST_LIST:
        message = f"{text[:20]!r} is not a number from 1 to {_LONGEST_LIST}."
        raise QueryError("limit", message)
    return int(text)


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


def _group_row(group: Group, decimals: int, numbers: Mapping[str, int]) -> list[Any]:
    """Return one marker as a row of :data:`_GROUP_COLUMNS`.

    *numbers* are those of the categories, which would be most of the row by name.
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
        "mix": [part for name, n in group.mix for part in (numbers[name], n)],
        "look": _look(group),
        "extent": extent,
    }
    return [named[column] for column in _GROUP_COLUMNS]


def _look(group: Group) -> str | None:
    """Return how sure a single incident is, as a marker shows it; None for several."""
    if group.count > 1:
        return None
    return "plan" if group.plan else group.status


def _shelved_json(shelved: Shelved) -> dict[str, Any]:
    place = shelved.place
    return {
        **_place_json(place),
        "place": place.number,
        "name": somewhere(place.name, place.precision),
        "n": shelved.count,
    }


def _disc_row(place: PlaceView, decimals: int) -> list[float | None]:
    """Return where a disc is drawn, in degrees, and its radius in metres."""
    return [round(place.lon, decimals), round(place.lat, decimals), place.radius_m]


def _place_json(place: PlaceView) -> dict[str, Any]:
    """Return a place in words, and where its disc is drawn if it has one."""
    is_disc = not place.area and (place.radius_m or 0) > 0
    return {
        "label": marker_words(
            place.name,
            place.precision,
            place.radius_m,
            shape="Shape" if place.area else "Point",
        ),
        "precision": place.precision,
        "radius_m": place.radius_m,
        "area": place.area,
        "at": [place.lon, place.lat] if is_disc else None,
    }


def _listed(
    current: Atlas, rows: Sequence[Row], *, named: bool
) -> list[dict[str, Any]]:
    """Return rows as a list tells them, each with who claims it and who denies it."""
    features = current.engine.features_of_rows(rows)
    return [
        line_of(incident_of(feature), row.lon, row.lat, named=named)
        for row, feature in zip(rows, features, strict=True)
    ]


def _bin_json(bar: Bin) -> dict[str, Any]:
    written = asdict(bar)
    return {
        "from": written["since"].isoformat(),
        "to": written["until"].isoformat(),
        "certain": bar.certain,
        "possible": bar.possible,
        "gap": bar.gap,
    }
