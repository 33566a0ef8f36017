"""The map for pages of others: alone in a frame, and what tells them how to show it.

``/embed?<filter>`` is the map without Streamlit, with its own filters and a link back, and
``/embed?story=NAME`` leads to a story beside it; who may show them is the map's setting
``embed``. ``/oembed`` answers content systems that
are given a link to the map (https://oembed.com, 1.0).
"""

from __future__ import annotations

from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.atlas import atlas
from geo.atlas.maps import ASSETS_URL, SCRIPTS, STYLES
from geo.base.errors import IncidentMapError, NotFoundError, QueryError
from geo.base.hosts import root_of
from geo.base.settings import settings
from geo.model.query import PARAMETERS, Query
from geo.publish.map_page import render_map_page, scripts_of
from geo.publish.site import Site, drawn_card
from geo.web.answers import ASK_AGAIN, OPEN, answer, weak_tag_of, write_json
from geo.web.assets import joined
from geo.web.headers import digest_of, inline_scripts, safe_headers
from geo.web.problems import problem_of
from geo.web.serving import READERS

_SCRIPT: Final = "own/embedded-map.js"
_STYLE: Final = "own/embedded-map.css"
#: What an address of the map may say beside filters.
_FURTHER: Final = ("view", "incident", "story")
_STORY: Final = "/story/"
#: Pixels of a frame where nobody says how large it may be, and at least.
_USUAL_PX: Final = (900, 600)
_LEAST_PX: Final = (240, 320)


def embedding_routes() -> list[BaseRoute]:
    """Return the routes of the embedded map, its files and oEmbed."""
    scripts = scripts_of(SCRIPTS, of_files=False)
    return [
        Route("/embed", _embed),
        Route("/oembed", _oembed),
        Route(f"{ASSETS_URL}/{_SCRIPT}", joined(scripts, "text/javascript")),
        Route(f"{ASSETS_URL}/{_STYLE}", joined((*STYLES, "own-page.css"), "text/css")),
    ]


def snippet(address: str, title: str) -> str:
    """Return the HTML that shows an address in a frame, for a page of others.

    Its height follows the reader's window, so that it is neither a slit on a phone nor
    higher than a screen.
    """
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" loading="lazy" '
        'allow="fullscreen" '
        'style="width:100%;height:clamp(420px,80vh,760px);border:0"></iframe>'
    )


async def _embed(request: Request) -> Response:
    """Answer ``/embed`` with the page; its filters are read by its scripts."""
    if story := request.query_params.get("story"):
        # The page of a story is for frames as well. Relative, so that any prefix stays.
        there = f".{_STORY}{quote(story, safe='')}"
        return Response(status_code=307, headers={"Location": there})
    try:
        content = await READERS.answer(request, _page, request)
    except IncidentMapError as error:
        return problem_of(error)
    deployment = settings()
    scripts = " ".join(["'self'", *map(digest_of, inline_scripts(content.decode()))])
    headers = {
        "ETag": weak_tag_of(content),
        "Cache-Control": ASK_AGAIN,
        # Tells it from Streamlit's page (geo.web.headers).
        "Link": '<./>; rel="index"',
        **safe_headers(deployment.tiles_url, embed=deployment.embed, scripts=scripts),
    }
    return answer(request, content, "text/html; charset=utf-8", headers=headers)


def _page(request: Request) -> bytes:
    deployment = settings()
    root = (deployment.public_url or "").rstrip("/")
    card = drawn_card()
    site = Site(
        deployment.title,
        deployment.subtitle,
        deployment.licence,
        map_card=f"{root}/{card}" if root and card else card,
    )
    parameters = urlencode(_shown(request.url.query))
    page = render_map_page(
        site,
        scripts=[_asset("leaflet/leaflet.js"), _asset(_SCRIPT)],
        styles=[
            _asset("leaflet/leaflet.css"),
            _asset("font/wght.css"),
            _asset(_STYLE),
        ],
        icon="favicon.png",
        total=atlas().engine.count(Query()),
        full_map=f"./?{parameters}" if parameters else "./",
        language=next(iter(deployment.languages), "en"),
    )
    return page.encode()


async def _oembed(request: Request) -> Response:
    """Answer ``/oembed`` with how to show an address of the map in a page of others."""
    try:
        content = write_json(_described(request))
    except IncidentMapError as error:
        return problem_of(error, headers=OPEN)
    headers = {"ETag": weak_tag_of(content), "Cache-Control": ASK_AGAIN, **OPEN}
    return answer(request, content, "application/json", headers=headers)


def _described(request: Request) -> dict[str, Any]:
    """Return the answer of oEmbed.

    Raises
    ------
    NotFoundError
        For an address that is none of this map's.
    QueryError
        For another form than JSON, or a size that is no number.
    """
    form = request.query_params.get("format", "json")
    if form != "json":
        raise QueryError("format", f"{form[:20]!r} is not answered. Ask for json.")
    root = root_of(request.scope, settings().public_url)
    address = request.query_params.get("url", "")
    path = address.removeprefix(root).partition("?")[0]
    story = unquote(path.removeprefix(_STORY)) if path.startswith(_STORY) else ""
    is_map = path in {"", "/", "/embed"}
    if not address.startswith(root) or not (is_map or story):
        msg = (
            f"No map is at {address[:200]!r}. Addresses of this one begin with {root}/."
        )
        raise NotFoundError(msg)
    shown = [("story", story)] if story else _shown(urlsplit(address).query)
    parameters = urlencode(shown)
    width, height = (
        min(usual, max(least, _size(request, name, usual)))
        for name, usual, least in zip(
            ("maxwidth", "maxheight"), _USUAL_PX, _LEAST_PX, strict=True
        )
    )
    title = settings().title
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": title,
        "provider_url": f"{root}/",
        "html": snippet(f"{root}/embed{f'?{parameters}' if parameters else ''}", title),
        "width": width,
        "height": height,
    }


def _size(request: Request, name: str, usual: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 6):  # noqa: PLR2004
        raise QueryError(name, f"{text[:20]!r} is not a number of pixels.")
    return int(text)


def _shown(query: str) -> list[tuple[str, str]]:
    """Return what an address of the map asks for, and nothing else that is in it."""
    return [
        (name, value)
        for name, value in parse_qsl(query, max_num_fields=200)
        if name in PARAMETERS or name in _FURTHER
    ]


def _asset(path: str) -> str:
    return f"{ASSETS_URL.lstrip('/')}/{path}"
