"""A published site in Chromium: the same answers without a server, from any place."""

from __future__ import annotations

import http.server
import math
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, Request, expect

sys.path.insert(0, str(Path(__file__).parent))

from conftest import served

from geo.base.paths import DATA
from geo.commands.cli import main

_SEED = 7
#: Filters that are asked with each view.
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"category": "mural"},
    {"category": ["attack", "plot"], "status": "alleged"},
    {"from": "2022-12-15", "to": "2023-02-10"},
    {"from": "2022-12-15", "to": "2023-12-31", "dates": "certain"},
    {"precision": ["street", "city"], "country": "RS"},
    {"q": "Вучић"},
    {"q": "zernov mural"},
    {"source": "meduza-2023-12-18", "to": "1999-06-01"},
    {"bbox": "19.5,44,22,45.5"},
    {"bbox": "20,42,21,43.2", "category": "politics"},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the map of the project."""
    output = tmp_path_factory.mktemp("published") / "site"
    done = CliRunner().invoke(main, ["publish", str(DATA), "--output", str(output)])
    assert done.exit_code == 0, done.output
    return output


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    """Serve the folder below a path, as a host of plain files does."""
    with hosted(folder.parent) as address:
        yield f"{address}/site"


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve a folder's files, and nothing else; give the address."""
    handler = partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page that fails on a request to anybody else, or an error of a script."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("requestfailed", lambda request: errors.extend(failed(request)))
    yield opened
    context.close()
    assert errors == []


def failed(request: Request) -> Iterator[str]:
    """Go through the address of a request that failed, but for one that was given up.

    A map gives up what it asked for a view that a reader has left.
    """
    if request.failure != "net::ERR_ABORTED":
        yield request.url


def painted(page: Page) -> None:
    """Wait until the map of a page of ours is painted."""
    page.locator("body[data-painted]").wait_for(state="attached", timeout=60_000)


def questions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through what a reader's map may ask: views of any zoom, lists, counts."""
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    for asked in FILTERS:
        yield "summary", {**asked, "focus": "yes"}
        yield "choices", asked
        for zoom in (2, 5, 8, 12, 15):
            wide = 360 / 2**zoom
            lon, lat = chance.uniform(18, 40), chance.uniform(40, 60)
            if zoom > 6:
                lon, lat = 20.46 + wide * chance.uniform(-1, 1), 44.8
            south, north = max(-80.0, lat - wide / 2), min(84.0, lat + wide / 2)
            box = (lon - wide, south, lon + wide, north)
            viewport = ",".join(f"{end:.4f}" for end in box)
            yield "view", {**asked, "viewport": viewport, "zoom": zoom}
            yield "list", {**asked, "viewport": viewport, "zoom": zoom}
        yield "list", {**asked, "missing": "place"}


def of_server(site: str, kind: str, asked: dict[str, Any]) -> Any:  # noqa: ANN401 - of JSON
    """Return what the server answers."""
    answer = httpx.get(f"{site}/api/{kind}?{urlencode(asked, doseq=True)}", timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of_files(page: Page, kind: str, asked: dict[str, Any]) -> Any:  # noqa: ANN401 - of JSON
    """Return what the site answers, with the ids of single markers looked up."""
    return page.evaluate(
        """async ([kind, query]) => {
            const answer = await window.incidentSource[kind](query);
            for (const row of answer.groups ?? []) {
                if (row[4]) row[4] = (await window.incidentSource.record(row[4])).id;
            }
            return answer;
        }""",
        [kind, urlencode(asked, doseq=True)],
    )


def with_places(view: dict[str, Any]) -> dict[str, Any]:
    """Return a view with its places in place of their numbers, which each side gives."""
    places = view["places"]
    groups = [
        [*row[:3], row[3] and places[str(row[3])], *row[4:]] for row in view["groups"]
    ]
    return {
        **view,
        "groups": sorted(
            groups, key=lambda row: (row[2], round(row[0], 2), round(row[1], 2))
        ),
        "places": sorted(
            places.values(), key=lambda one: (one["label"], one["at"] or [])
        ),
        "discs": sorted(view["discs"]),
        "shelf": [{**one, "place": None} for one in view["shelf"]],
    }


def alike(one: Any, other: Any) -> bool:  # noqa: ANN401 - of JSON
    """Tell whether two answers are the same, but for the last digit of a coordinate."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            alike(one[key], other[key]) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=2e-4)
    return bool(one == other)


def test_files_answer_as_the_server_does(site: str, host: str, page: Page) -> None:
    """Views, lists and counts, whatever they are filtered by."""
    page.goto(f"{host}/index.html")
    painted(page)
    for kind, asked in questions():
        server, files = of_server(site, kind, asked), of_files(page, kind, asked)
        if kind == "view":
            server, files = with_places(server), with_places(files)
        assert alike(server, files), (kind, asked, server, files)


def test_what_changed_in_a_record_is_told_beside_the_map(
    site: str, host: str, page: Page
) -> None:
    """Folded, in the words of the record's page, which it leads to; by both alike."""
    name = "belgrade-antiwar-protests"
    for address, own in (
        (f"{site}/embed?incident={name}", f"{site}/incident/{name}"),
        (f"{host}/index.html?incident={name}", f"{host}/incident/{name}.html"),
    ):
        page.goto(address)
        painted(page)
        fold = page.locator(".panel .record .history")
        heading = fold.locator("summary")
        expect(heading).to_have_text("Changed 2 times, last on 27 November 2026")
        changes = fold.locator(".changes")
        expect(changes).to_be_hidden()
        expect(page.locator(".leaflet-popup-content")).to_contain_text(
            "Changed 2 times, last on 27 November 2026."
        )
        heading.click()
        expect(changes).to_be_visible()
        lines = changes.locator("p").all_inner_texts()
        page.goto(fold.get_by_role("link", name="own page").get_attribute("href") or "")
        assert page.url == own
        assert page.locator(".changes p").all_inner_texts() == lines
        page.get_by_text(
            "Changed 2 times, last on 27 November 2026.", exact=True
        ).wait_for()


def test_it_works_from_a_folder(folder: Path, page: Page) -> None:
    """Opened from the disk: the map, a filter, a record with its passage, search."""
    page.goto((folder / "index.html").as_uri())
    painted(page)
    page.locator("[data-category='attack']").click()
    page.locator("body[data-painted='3']").wait_for(state="attached")
    page.locator(".list li[data-id='belgrade-zernov-attack'] button").click()
    record = page.locator(".panel .record")
    expect(record).to_contain_text("Alleged by Ilya Zernov.")
    expect(record).to_contain_text("Denied by Misa Vacic (any part in it)")
    assert "incident=belgrade-zernov-attack" in page.url
    page.go_back()
    expect(record).to_have_count(0)


def test_texts_to_search_in_come_when_words_are_about_to_be_typed(
    host: str, page: Page
) -> None:
    """Not with the first view, and not as late as the first word."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host}/index.html")
    painted(page)
    assert f"{host}/data/search-0.js" not in asked
    with page.expect_response(f"{host}/data/search-0.js"):
        page.get_by_label("Search", exact=True).first.focus()


def test_a_link_shows_the_same_again(host: str, page: Page) -> None:
    """Filters, words and dates are in the address, and in their fields again."""
    page.goto(f"{host}/index.html?q=mural&category=mural&to=2023-12-31")
    painted(page)
    expect(page.get_by_label("To", exact=True)).to_have_value("2023-12-31")
    number = page.locator("body").get_attribute("data-painted")
    expect(page.get_by_label("Search", exact=True).first).to_have_value("mural")
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.locator("[data-shown]")).to_have_text("60 incidents.")
    assert number != "60"


@pytest.mark.parametrize(
    ("words", "count"), [("KKK", "0 "), ("zzzz mural", "0 "), ("k", "")]
)
def test_a_repeated_letter_is_a_whole_word(
    host: str, page: Page, words: str, count: str
) -> None:
    """As the app has it: folding leaves one letter of it."""
    page.goto(f"{host}/index.html?q={words}")
    painted(page)
    expect(page.locator("[data-shown]")).to_contain_text(
        f"{count}of 60" if count else "of 60"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_another_page_shows_the_map_in_a_frame(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    """Of another origin, where the map lets it; with a link to the whole map."""
    with served(INCIDENTS_EMBED="anywhere") as app, hosted(tmp_path) as other:
        article = tmp_path / "article.html"
        article.write_text(
            f'<!doctype html><p>An article.</p><iframe src="{app}/embed?category=mural" '
            'title="Map" style="width:100%;height:600px;border:0"></iframe>',
            encoding="utf-8",
        )
        context = browser.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(f"{other}/article.html")
        frame = page.frame_locator("iframe")
        frame.locator("body[data-painted='12']").wait_for(state="attached")
        link = frame.get_by_role("link", name="Pressure on antiwar Russians in Serbia")
        expect(link).to_have_attribute("href", "./?category=mural")
        context.close()


def test_no_other_page_shows_it_where_the_map_forbids(
    browser: Browser, tmp_path: Path, site: str
) -> None:
    """As it does if nobody has said otherwise."""
    article = tmp_path / "article.html"
    article.write_text(f'<iframe src="{site}/embed"></iframe>', encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    with hosted(tmp_path) as other:
        page.goto(f"{other}/article.html")
        page.locator("iframe").wait_for()
    page.wait_for_timeout(2_000)
    assert any("frame-ancestors" in text for text in refused)
    context.close()
