"""The routes of what can be read without the map: pages, feeds, lists of addresses.

Thin on purpose: what they answer with is made by :mod:`geo.publish`, and the same in a
site of files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.atlas import atlas
from geo.atlas.shelf import folder_of_layer
from geo.base.errors import DataError, IncidentMapError, NotFoundError
from geo.base.extras import require_extra
from geo.base.hosts import root_of
from geo.base.settings import settings
from geo.publish import pages
from geo.publish.feeds import ATOM
from geo.publish.site import Site, drawn_card
from geo.publish.stories import read_story, story_file
from geo.publish.story_page import render_stories
from geo.web.answers import A_DAY, ASK_AGAIN, OPEN, answer, weak_tag_of
from geo.web.api import Handler, read_query
from geo.web.doors.refusals import refusal
from geo.web.headers import safe_headers
from geo.web.problems import problem_of
from geo.web.serving import EXPORTS, READERS, Lane

_LOG: Final = logging.getLogger(__name__)
_HTML: Final = "text/html; charset=utf-8"
_XML: Final = "application/xml"
_PNG: Final = "image/png"
_TEXT: Final = "text/plain; charset=utf-8"
_ROBOTS: Final = Path(__file__).with_name("static") / "robots.txt"
_NO_RECORD: Final = "This map has no record at this address. It may be mistyped, or the link may be old."
_NO_STORY: Final = "This map has no story at this address."


@dataclass(frozen=True, slots=True)
class _Written:
    """An answer before it is sent.

    ``headers`` are further ones. With a page of ours, they have a link to the map: by
    that :mod:`geo.web.headers` knows it from Streamlit's, and lets no script run.
    """

    content: bytes
    media_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def publication_routes() -> list[BaseRoute]:
    """Return the routes of pages, feeds and lists."""
    return [
        Route("/incident/{id}", _answer(record, missing=_NO_RECORD)),
        Route("/story/{name}", _answer(story, missing=_NO_STORY)),
        Route("/stories", _answer(stories)),
        Route("/card.png", _answer(map_card, lane=EXPORTS)),
        Route("/card/{id}.png", _answer(record_card, lane=EXPORTS)),
        Route("/feed.xml", _answer(feed)),
        Route("/corrections.xml", _answer(corrections)),
        Route("/sitemap.xml", _answer(sitemap)),
        Route("/sitemap-{part:int}.xml", _answer(sitemap)),
        # Every search engine asks for it, wherever the pages are.
        Route("/robots.txt", _answer(robots)),
    ]


def record(request: Request) -> _Written:
    """Return the page of a record, or what became of it."""
    incident_id = request.path_params["id"]
    page = pages.page_of_record(atlas(), incident_id, _site())
    if page.moved_to:
        # Relative, so that any prefix of a proxy stays.
        headers = {"Location": f"./{quote(page.moved_to, safe='')}"}
        return _Written(b"", _HTML, 301, headers)
    return _page(page.html, 410 if page.is_gone else 200)


def story(request: Request) -> _Written:
    """Return the page of a story."""
    folder = folder_of_layer(settings())
    file = folder and story_file(folder, request.path_params["name"])
    if not file:
        raise NotFoundError(_NO_STORY)
    try:
        walk = read_story(file)
    except DataError as error:
        # Its author is told by 'incidents validate'; readers, that it is not there.
        _LOG.warning("%s", error)
        raise NotFoundError(_NO_STORY) from error
    page = _page(pages.page_of_story(atlas(), walk, _site()))
    deployment = settings()
    # The one script is a file of ours; on the other pages none may run.
    headers = safe_headers(
        deployment.tiles_url, embed=deployment.embed, scripts="'self'"
    )
    return replace(page, headers={**page.headers, **headers})


def stories(request: Request) -> _Written:
    """Return the page that lists the stories."""
    del request
    page = render_stories(pages.stories_of(folder_of_layer(settings())), _site())
    # Beside the map, not below it.
    return _Written(page.encode(), _HTML, headers={"Link": '<./>; rel="index"'})


def map_card(request: Request) -> _Written:
    """Return the picture that others show of the map."""
    del request
    return _card()


def record_card(request: Request) -> _Written:
    """Return the picture that others show of a record's page."""
    return _card(request.path_params["id"])


def _card(incident_id: str = "") -> _Written:
    require_extra("pictures", "A picture of the map")
    # What draws takes a second to load, and most readers never ask for a card.
    from geo.publish.pictures.cards import kept_card  # noqa: PLC0415

    return _Written(kept_card(atlas(), incident_id), _PNG)


def feed(request: Request) -> _Written:
    """Return the feed of new and changed records, filtered like the map."""
    current = atlas()
    query = read_query(request, current)
    return _Written(pages.feed_of(current, query, _site(request)), ATOM)


def corrections(request: Request) -> _Written:
    """Return the feed of corrections."""
    return _Written(pages.corrections_feed(atlas(), _site(request)), ATOM)


def sitemap(request: Request) -> _Written:
    """Return the list of all pages, or a part of it."""
    stories = pages.stories_of(folder_of_layer(settings()))
    part = request.path_params.get("part")
    content = pages.sitemap_of(atlas(), stories, _site(request), part)
    return _Written(content, _XML)


def robots(request: Request) -> _Written:
    """Return what may be found, and where the list of all pages is."""
    there = _site(request).absolute("sitemap.xml")
    written = f"{_ROBOTS.read_text(encoding='utf-8')}\nSitemap: {there}\n"
    return _Written(written.encode(), _TEXT, headers={"Cache-Control": A_DAY})


def _site(request: Request | None = None) -> Site:
    """Return this map's site.

    A page names no address that its reader has written: only the one that the
    deployment gives. Feeds and lists must hold whole addresses, so that they repeat
    the host that a *request* names where there is no other.
    """
    deployment = settings()
    address = deployment.public_url
    if request is not None:
        address = root_of(request.scope, address)
    return Site(
        deployment.title,
        deployment.subtitle,
        deployment.licence,
        address,
        map_card=drawn_card(),
        has_cards=bool(drawn_card()),
    )


def _page(html: str, status: int = 200) -> _Written:
    return _Written(html.encode(), _HTML, status, {"Link": '<../>; rel="index"'})


def _answer(
    make: Callable[[Request], _Written], *, missing: str = "", lane: Lane = READERS
) -> Handler:
    """Make a route: write the answer in a thread, and send it unless it is known.

    Parameters
    ----------
    make
        What writes it.
    missing
        What a reader is told where there is nothing; without it, programs are.
    lane
        Whose threads write it.
    """

    async def handle(request: Request) -> Response:
        try:
            written = await lane.answer(request, make, request)
        except NotFoundError as error:
            if missing:
                return refusal(request.scope, 404, missing)
            return problem_of(error, headers=OPEN)
        except IncidentMapError as error:
            return problem_of(error, headers=OPEN)
        headers = {
            "ETag": weak_tag_of(written.content),
            "Cache-Control": ASK_AGAIN,
            **({} if written.media_type == _HTML else OPEN),
            **written.headers,
        }
        if written.status != 200:  # noqa: PLR2004 - what is gone has no 304
            return Response(
                written.content,
                written.status,
                media_type=written.media_type,
                headers=headers,
            )
        return answer(request, written.content, written.media_type, headers=headers)

    return handle
