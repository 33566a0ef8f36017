"""Answers of all routes: nothing is sent twice, and clients choose what they read."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from geo.atlas.maps import SCRIPT_URL
from geo.web.answers import accepted
from geo.web.routes import routes
from tests.builders import make_atlas, make_incident
from tests.client import answer_of, ask

TAGGED = (
    "/api/summary",
    "/api/style",
    "/export?format=geojson",
    "/ogc/collections/incidents/items",
    "/vocabulary/categories.json",
    "/favicon.ico",
    SCRIPT_URL,
)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """Return all routes over one incident."""
    answer_of(monkeypatch, lambda: make_atlas(make_incident()))
    return Starlette(routes=routes())


@pytest.mark.parametrize("path", TAGGED)
def test_what_a_client_has_is_not_sent_again(app: Starlette, path: str) -> None:
    """Its tag may be one of several, weak or strong; RFC 9110, 13.1.2."""
    first = ask(app, path)
    tag = first.headers["etag"]
    bare = tag.removeprefix("W/")

    for known in (tag, bare, f"W/{bare}", f'"a,b", W/{bare}', f'{tag} ,"c"', "*"):
        answer = ask(app, path, headers={"If-None-Match": known})
        assert answer.status_code == 304, known
        assert answer.content == b""
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == first.headers["cache-control"]


@pytest.mark.parametrize("path", TAGGED)
def test_what_a_client_has_not_is_sent(app: Starlette, path: str) -> None:
    """Tags are compared whole, and what is no tag is none."""
    tag = ask(app, path).headers["etag"]

    for other in ("", '""', tag[:-2] + '"', f"{tag}x", tag.replace('"', ""), "W/"):
        assert ask(app, path, headers={"If-None-Match": other}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "liked"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/*;q=0.5, application/*", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("image/png", None),
    ],
)
def test_a_client_gets_what_it_likes_best(accept: str, liked: str | None) -> None:
    """By weight, then by name, then what is offered first; RFC 9110, 12.5.1."""
    assert accepted(accept, ("text/html", "application/json")) == liked
