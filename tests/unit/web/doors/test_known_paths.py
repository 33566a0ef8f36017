"""What is here is answered; anything else is not found."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from geo.web.doors import KnownPaths
from tests.client import ask


async def anything(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any path with the page, as Streamlit does."""
    await PlainTextResponse("the page")(scope, receive, send)


async def unused(_request: Request) -> PlainTextResponse:
    """Be a route; only its path matters here."""
    raise AssertionError


APP = KnownPaths(
    anything,
    routes=[
        Route("/export", unused),
        Route("/tiles/{z:int}", unused),
        Route("/api/turns/{name}", unused, methods=["POST"]),
        Mount("/assets/own", anything),
    ],
    pages=lambda: ["map", "table"],
    files=["/_stcore/health", "/static/js/index.js"],
    below=["/media/"],
)


def get(path: str, **options: str) -> httpx.Response:
    """Ask for a path."""
    return ask(APP, path, headers=options)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?category=mural",
        "/table",
        "/table?category=mural",
        "/export",
        "/tiles/3",
        "/api/turns/x",
        "/assets/own/icon.png",
        "/_stcore/health",
        "/static/js/index.js",
        "/media/x.png",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_is_here_is_passed_on(path: str, method: str) -> None:
    """Which methods it takes, it says itself."""
    assert ask(APP, path, method=method).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/tabl",
        "/table/more",
        "/table.php",
        "/Table",
        "/tiles/x",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/static/js/other.js",
        "/static/",
        "/media",
        "/wp-login.php",
        "/index.html",
        "/%2e%2e/etc/passwd",
        "//evil.example/",
        "//table/",
        "/%5Cevil.example/",
        "/table%00",
        "/tableä",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_anything_else_is_not_found(path: str, method: str) -> None:
    """For every method alike."""
    answer = ask(APP, f"http://map.example{path}", method=method)
    assert answer.status_code == 404


def test_a_reader_is_told_in_a_page_that_leads_home() -> None:
    """In words, without scripts, and without a word of the address."""
    answer = get("/<script>alert(1)</script>", Accept="text/html,*/*")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<a href="/">' in answer.text
    assert "alert" not in answer.text
    assert "<script" not in answer.text


def test_a_program_that_asks_for_json_is_told_in_json() -> None:
    """As a problem document (RFC 9457)."""
    answer = get("/nothing", Accept="application/json")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/table/", "/table"),
        ("/table/?q=a%20b&q=c", "/table?q=a%20b&q=c"),
        ("/table%2F", "/table"),
        ("/map", "/"),
        ("/map?incident=x", "/?incident=x"),
        ("/export/?format=csv", "/export?format=csv"),
    ],
)
def test_a_near_miss_is_sent_on(path: str, there: str) -> None:
    """With its query, and relative, so that it never names a host."""
    answer = get(path)

    assert answer.status_code == 308
    where = answer.headers["location"]
    assert where.startswith(("./", "../"))
    assert answer.url.join(where) == f"http://map.example{there}"


def test_the_map_by_its_name_with_a_slash_is_found_in_two_steps() -> None:
    """First the slash, then the name."""
    assert get("/map/").headers["location"] == "../map"
