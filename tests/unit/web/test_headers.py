"""Headers keep the page to itself."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from geo.web.headers import SafeHeaders, safe_headers
from tests.client import ask


def policy(tiles_url: str = "") -> dict[str, str]:
    """Return the Content-Security-Policy by directive."""
    written = safe_headers(tiles_url)["Content-Security-Policy"]
    pairs = (part.strip().partition(" ") for part in written.split(";"))
    return {name: value for name, _, value in pairs}


def test_nothing_may_be_loaded_from_elsewhere() -> None:
    """No directive names another host, by name or by scheme."""
    for sources in policy().values():
        assert "http" not in sources
        assert "//" not in sources
        assert "*" not in sources


def test_what_is_not_named_is_our_own_only() -> None:
    """Frames of others, plugins and other bases are shut out."""
    found = policy()

    assert found["default-src"] == "'self'"
    assert found["object-src"] == "'none'"
    assert found["frame-ancestors"] == "'self'"
    assert found["base-uri"] == "'self'"
    assert found["form-action"] == "'self'"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (
            "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
            "https://tile.openstreetmap.org",
        ),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
    ],
)
def test_street_tiles_may_come_from_their_host_as_pictures_only(
    url: str, host: str
) -> None:
    """The one opening is as narrow as the setting."""
    found, closed = policy(url), policy()

    assert found["img-src"] == f"{closed['img-src']} {host}"
    changed = {name for name in found if found[name] != closed[name]}
    assert changed == {"img-src"}


@pytest.mark.parametrize("url", ["", "/tiles/{z}/{x}/{y}.png"])
def test_our_own_tiles_need_no_opening(url: str) -> None:
    """A path is on our own server already."""
    assert policy(url) == policy()


def app() -> SafeHeaders:
    """Return an app behind the middleware."""

    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello", headers={"Referrer-Policy": "origin"})

    return SafeHeaders(Starlette(routes=[Route("/", page)]))


def test_every_answer_carries_the_headers() -> None:
    """Errors too; what a route set itself stays."""
    found, missing = ask(app(), "/"), ask(app(), "/nothing")

    for answer in (found, missing):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "origin"
    assert missing.headers["referrer-policy"] == "no-referrer"


def test_other_traffic_is_passed_through() -> None:
    """Web sockets and start-up messages have no headers to add to."""
    seen: list[str] = []

    async def inner(scope: MutableMapping[str, Any], *_: object) -> None:
        seen.append(scope["type"])

    async def unused(*_: object) -> Any:  # noqa: ANN401 - ASGI
        raise AssertionError

    asyncio.run(SafeHeaders(inner)({"type": "websocket"}, unused, unused))
    assert seen == ["websocket"]


def test_only_the_page_names_the_scripts_it_needs_early() -> None:
    """Not our own answers, a component's page, or one that has links already."""

    async def html(_request: Request) -> HTMLResponse:
        return HTMLResponse("<p>hello")

    async def linked(_request: Request) -> HTMLResponse:
        return HTMLResponse("<p>hello", headers={"Link": "<a>; rel=next"})

    async def text(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    pages = {"/": html, "/component/map": html, "/ogc/": linked, "/healthz": text}
    inner = Starlette(routes=[Route(path, page) for path, page in pages.items()])
    served = SafeHeaders(inner, early=["/static/js/a.js", "/static/js/b.js"])
    found = {path: ask(served, path).headers.get("link") for path in pages}

    assert found == {
        "/": "</static/js/a.js>; rel=modulepreload, </static/js/b.js>; rel=modulepreload",
        "/component/map": None,
        "/ogc/": "<a>; rel=next",
        "/healthz": None,
    }
