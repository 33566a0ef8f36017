"""The map for pages of others, and what tells content systems how to show it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from geo.base.settings import renew_settings
from geo.web import embedding
from geo.web.embedding import embedding_routes, snippet
from tests.builders import PAYLOADS, make_atlas, make_incident
from tests.client import ask


@pytest.fixture(autouse=True)
def _atlas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the routes answer of a layer of the test's own."""
    made = make_atlas(tmp_path / "archive", make_incident(id="wall"))
    monkeypatch.setattr(embedding, "atlas", lambda: made)


def get(address: str, **parameters: str) -> httpx.Response:
    """Ask the routes."""
    return ask(Starlette(routes=embedding_routes()), address, params=parameters)


class _Frames(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_the_map_with_a_link_to_the_whole_one() -> None:
    """Filters stay in the link; what is no filter does not."""
    page = get("/embed", category="mural", evil="1")

    assert page.status_code == 200
    assert 'data-embedded="yes"' in page.text
    assert 'href="./?category=mural"' in page.text
    assert "evil" not in page.text


def test_only_its_own_scripts_run_there() -> None:
    """No inline script but the one that starts the map."""
    policy = get("/embed").headers["content-security-policy"]

    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "'self'" in scripts
    assert "'sha256-" in scripts


@pytest.mark.parametrize(
    ("embed", "told"),
    [
        ("self", "frame-ancestors 'self'"),
        ("anywhere", "frame-ancestors *"),
        ("https://news.example", "frame-ancestors 'self' https://news.example"),
    ],
)
def test_the_map_says_who_may_show_it(
    monkeypatch: pytest.MonkeyPatch, embed: str, told: str
) -> None:
    """By its setting."""
    monkeypatch.setenv("INCIDENTS_EMBED", embed)
    renew_settings()

    policy = get("/embed").headers["content-security-policy"]

    assert told in policy.split("; ")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_an_address_is_markup(payload: str) -> None:
    """In the page and in what it is shown by."""
    page = get("/embed", q=payload)
    frames = _Frames()
    frames.feed(page.text)
    assert {tag for tag, _ in frames.tags} <= {
        *("html", "head", "meta", "title", "link", "script", "body", "header", "h1"),
        *("a", "main", "div"),
    }

    read = _Frames()
    read.feed(snippet(f"https://map.example/embed?q={payload}", payload))
    [(tag, attributes)] = read.tags
    assert tag == "iframe"
    assert attributes["title"] == payload


def test_content_systems_are_told_of_the_frame() -> None:
    """No larger than they have room for."""
    address = "http://map.example/?category=mural&view=5/44/20&other=1"

    told = get("/oembed", url=address, maxwidth="500").json()

    assert (told["version"], told["type"]) == ("1.0", "rich")
    assert (told["width"], told["height"]) == (500, 600)
    read = _Frames()
    read.feed(told["html"])
    [(_, attributes)] = read.tags
    assert attributes["src"] == (
        "http://map.example/embed?category=mural&view=5%2F44%2F20"
    )


@pytest.mark.parametrize(
    ("name", "there"),
    [("how-it-began", "how-it-began"), ("../api?x=", "..%2Fapi%3Fx%3D"), ("/", "%2F")],
)
def test_a_story_is_embedded_as_its_page(name: str, there: str) -> None:
    """Wherever the map lies, and nowhere but among the stories."""
    answer = get("/embed", story=name)

    assert answer.status_code == 307
    assert answer.headers["location"] == f"./story/{there}"


def test_content_systems_are_told_of_a_story() -> None:
    """By the address of its page."""
    told = get("/oembed", url="http://map.example/story/how-it-began").json()

    assert 'src="http://map.example/embed?story=how-it-began"' in told["html"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"url": "https://evil.example/"}, 404),
        ({"url": "http://map.example.evil.example/"}, 404),
        ({"url": "http://map.example/ogc/"}, 404),
        ({"url": "http://map.example/story/"}, 404),
        ({}, 404),
        ({"url": "http://map.example/", "format": "xml"}, 400),
        ({"url": "http://map.example/", "maxwidth": "-1"}, 400),
        ({"url": "http://map.example/", "maxwidth": "9" * 9}, 400),
    ],
)
def test_other_addresses_and_forms_are_refused(
    parameters: dict[str, str], status: int
) -> None:
    """With what would be answered."""
    assert get("/oembed", **parameters).status_code == status
