"""Headers keep the page to itself."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator, MutableMapping
from html import escape
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from geo.base.errors import MissingAssetError, SettingsError
from geo.base.settings import settings
from geo.publish.site import Site
from geo.web.headers import (
    GuardedFrame,
    PageHead,
    SafeHeaders,
    digest_of,
    inline_scripts,
    page_head,
    safe_headers,
)
from tests.builders import PAYLOADS
from tests.client import ask

FRAME = "/component/streamlit_folium.st_folium/index.html"


def directives(written: str) -> dict[str, str]:
    """Return a Content-Security-Policy by directive."""
    pairs = (part.strip().partition(" ") for part in written.split(";"))
    return {name: value for name, _, value in pairs}


def policy(tiles_url: str = "", **given: str) -> dict[str, str]:
    """Return the policy of an answer by directive."""
    return directives(safe_headers(tiles_url, **given)["Content-Security-Policy"])


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


def test_only_our_own_host_is_connected_to() -> None:
    """By HTTP and by WebSocket; a scheme alone would let every host be told."""
    assert policy()["connect-src"] == "'self'"


def test_documents_run_no_script_at_all() -> None:
    """Answers of the APIs, files and pages without scripts have nothing to run."""
    assert policy()["script-src"] == "'none'"


@pytest.mark.parametrize(
    ("embed", "ancestors"),
    [
        ("self", "'self'"),
        ("nowhere", "'none'"),
        ("anywhere", "*"),
        (
            "https://news.example https://*.paper.example",
            "'self' https://news.example https://*.paper.example",
        ),
    ],
)
def test_a_setting_says_who_may_show_the_map_in_a_frame(
    embed: str, ancestors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default only ourselves; the setting changes that and nothing else."""
    monkeypatch.setenv("INCIDENTS_EMBED", embed)
    settings.cache_clear()
    try:
        found, closed = policy(embed=settings().embed), policy()
    finally:
        settings.cache_clear()

    assert found["frame-ancestors"] == ancestors
    assert {**found, "frame-ancestors": ""} == {**closed, "frame-ancestors": ""}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMBED", "https://news.example; script-src *"),
        ("EMBED", "https://news.example\nX-Other: 1"),
        ("EMBED", "https://*"),
        ("EMBED", "*"),
        ("EMBED", "http:"),
        ("EMBED", "news.example"),
        ("EMBED", "https://news.example/path"),
        ("EMBED", ""),
        ("TILES_URL", "https://tiles.example;script-src */{z}/{x}/{y}.png"),
        ("TILES_URL", "https://* /{z}/{x}/{y}.png"),
        ("TILES_URL", "//tiles.example/{z}/{x}/{y}.png"),
        ("TILES_URL", "javascript:alert(1)"),
        ("TILES_URL", "data:image/png,x"),
        ("TILES_URL", "https://user@tiles.example/{z}/{x}/{y}.png"),
    ],
)
def test_a_setting_cannot_write_into_the_policy(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no web site is refused, before it becomes a header."""
    monkeypatch.setenv(f"INCIDENTS_{name}", value)
    settings.cache_clear()
    try:
        with pytest.raises(SettingsError, match=f"INCIDENTS_{name}="):
            settings()
    finally:
        settings.cache_clear()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (
            "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
            "https://tile.openstreetmap.org",
        ),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
        ("https://tile-{s}.maps.example/{z}/{x}/{y}.png", "https://*.maps.example"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
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

    pages = {
        "/": html,
        "/table": html,
        "/component/map": html,
        "/ogc/": linked,
        "/healthz": text,
    }
    inner = Starlette(routes=[Route(path, page) for path, page in pages.items()])
    served = SafeHeaders(
        inner, early={"/a.js": "modulepreload", "/b.js": "preload; as=script"}
    )
    found = {path: ask(served, path).headers.get("link") for path in pages}

    assert found == {
        "/": "</a.js>; rel=modulepreload, </b.js>; rel=preload; as=script",
        "/table": None,
        "/component/map": None,
        "/ogc/": "<a>; rel=next",
        "/healthz": None,
    }


def answered(app: Any, path: str) -> dict[str, str]:  # noqa: ANN401 - ASGI
    """Return the policy of the answer at a path by directive."""
    return directives(ask(app, path).headers["content-security-policy"])


def framed() -> Starlette:
    """Return an app with a page, the map's frame, a script of it, and an answer."""

    async def html(_request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><head lang=en><title>x</title></head>")

    async def text(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def unchanged(_request: Request) -> Response:
        return Response(status_code=304)

    pages = {"/": html, FRAME: html, "/component/main.js": text, "/api": text}
    routes = [Route(path, page) for path, page in pages.items()]
    return Starlette(routes=[*routes, Route("/kept", unchanged)])


def test_each_document_runs_what_it_needs_and_no_more() -> None:
    """Digests, never 'unsafe-inline'; strings are evaluated in the map's frame only."""
    served = SafeHeaders(
        framed(), page_scripts=["let a = 1"], frame_script=lambda: "let b = 2"
    )
    scripts = {
        path: answered(served, path)["script-src"]
        for path in ("/", FRAME, "/component/main.js", "/api", "/nothing")
    }

    assert scripts["/"] == f"'self' {digest_of('let a = 1')}"
    assert scripts[FRAME].startswith("'self' 'unsafe-eval' 'sha256-")
    assert scripts[FRAME].endswith(digest_of("let b = 2"))
    assert scripts["/component/main.js"] == scripts["/api"] == "'none'"
    assert scripts["/nothing"] == "'none'"
    assert not any("unsafe-inline" in found for found in scripts.values())


def test_an_unchanged_page_keeps_its_scripts() -> None:
    """The headers of a 304 replace those that the browser has kept with the page."""
    served = SafeHeaders(framed(), page_scripts=["let a = 1"])

    assert answered(served, "/kept") == answered(served, "/")


def test_the_frame_script_is_made_when_the_frame_is_asked_for() -> None:
    """Once, and not at the start: streamlit-folium must not be imported before."""
    made: list[str] = []

    def script() -> str:
        made.append("let b = 2")
        return made[-1]

    served = SafeHeaders(framed(), frame_script=script)
    ask(served, "/")
    assert made == []
    ask(served, FRAME)
    ask(served, FRAME)

    assert made == ["let b = 2"]


def test_digests_are_those_of_the_standard() -> None:
    """The example of CSP 3, section 8.3."""
    example = "alert('Hello, world.');"

    assert digest_of(example) == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_inline_scripts_are_read_to_the_letter() -> None:
    """White space counts; scripts with an address and other elements do not."""
    page = (
        "<!-- <script>no</script> --><style>no</style><script src='a.js'></script>"
        "<SCRIPT>\n  a < b && c > 'x'\n</SCRIPT><p>no</p><script type=module>b</script>"
    )

    assert inline_scripts(page) == ["\n  a < b && c > 'x'\n", "b"]
    assert inline_scripts("") == []


def test_the_guard_is_the_first_script_of_the_frame() -> None:
    """It is let run by its digest, and nothing else is changed."""
    served = SafeHeaders(GuardedFrame(framed()))
    answer = ask(served, FRAME)
    (guard,) = inline_scripts(answer.text)

    assert "event.source === window.parent" in guard
    assert digest_of(guard) in answer.headers["content-security-policy"]
    assert answer.text.startswith("<!doctype html><head lang=en><script>")
    assert int(answer.headers["content-length"]) == len(answer.content)
    for path in ("/", "/component/main.js"):
        assert ask(served, path).content == ask(framed(), path).content


def test_readers_of_feeds_find_ours_from_any_page() -> None:
    """In the head of Streamlit's page, and of no other answer."""
    served = PageHead(framed())
    answer = ask(served, "/")

    assert answer.text.count('rel="alternate" type="application/atom+xml"') == 2
    assert 'href="feed.xml"' in answer.text.split("</head>")[0]
    assert int(answer.headers["content-length"]) == len(answer.content)
    for path in (FRAME, "/component/main.js"):
        assert ask(served, path).content == ask(framed(), path).content


def test_who_shows_a_link_finds_title_and_card_in_the_page() -> None:
    """Scripts write them too late for that; Streamlit's own title is gone."""
    head = ask(PageHead(framed()), "/?category=attack").text.split("</head>")[0]

    assert head.count("<title>") == 1
    assert f"<title>{escape(settings().title)}</title>" in head
    assert f'property="og:title" content="{escape(settings().title)}"' in head
    assert '<meta property="og:image" content="card.png">' in head
    assert '<meta name="twitter:card" content="summary_large_image">' in head
    assert 'src="assets/own/menu-name.js"' in head
    assert "og:url" not in head


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_words_of_a_map_are_only_words_in_the_head(payload: str) -> None:
    """Title, subtitle and address as the map says them, whatever they hold."""
    address = f"https://map.example/{payload}"
    site = Site(payload, payload, address=address, map_card="card.png")
    elements = list(_elements(str(page_head(site))))
    about = {
        of.get("property", of.get("name")): of["content"] for _, of in elements[1:8]
    }

    assert {tag for tag, _ in elements} == {"title", "meta", "link"}
    assert about["og:title"] == payload
    assert about["og:description"] == payload
    assert about["og:image"] == f"https://map.example/{payload}/card.png"
    assert about["og:image:alt"] == f"Map: {payload}"


def test_a_map_without_a_subtitle_describes_nothing() -> None:
    """An empty description would be shown as one."""
    assert "description" not in page_head(Site("A map"))


def _elements(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Go through the elements that begin in a page, with their attributes."""
    begun: list[tuple[str, dict[str, str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(
            self, tag: str, attrs: list[tuple[str, str | None]]
        ) -> None:
            begun.append((tag, {name: value or "" for name, value in attrs}))

    reader = Reader()
    reader.feed(page)
    reader.close()
    yield from begun


def test_a_page_that_is_compressed_stays_so() -> None:
    """Streamlit compresses what a browser asks for."""
    served = PageHead(GZipMiddleware(framed(), minimum_size=1))

    answer = ask(served, "/", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == ask(PageHead(framed()), "/").text


def test_a_frame_without_a_head_is_refused() -> None:
    """Unguarded it would do what any window says."""

    async def bare(_request: Request) -> HTMLResponse:
        return HTMLResponse("<p>hello")

    with pytest.raises(MissingAssetError, match="make setup"):
        ask(GuardedFrame(Starlette(routes=[Route(FRAME, bare)])), FRAME)


def test_a_page_that_came_compressed_is_answered_compressed() -> None:
    """Streamlit compresses its page by itself where a browser takes that."""
    page = b"<!doctype html><html><head><title>t</title></head></html>" + b" " * 2000

    async def compressed(_request: Request) -> Response:
        return Response(
            gzip.compress(page),
            media_type="text/html",
            headers={"Content-Encoding": "gzip"},
        )

    app = Starlette(routes=[Route("/table", compressed)])
    answer = ask(PageHead(app), "/table")

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text.startswith("<!doctype html><html><head><title>")
    assert answer.text.rstrip().endswith("</script></head></html>")


def test_answers_with_data_let_nothing_run_or_load() -> None:
    """In few words: a map asks many, and each is short."""

    async def data(_request: Request) -> Response:
        return Response("{}", media_type="application/json")

    app = Starlette(routes=[Route("/api/view", data)])
    headers = ask(SafeHeaders(app), "/api/view").headers

    assert headers["content-security-policy"] == (
        "default-src 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
