"""A published site where hosts of plain files have ways of their own: GitHub Pages."""

from __future__ import annotations

import gzip
import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

sys.path.insert(0, str(Path(__file__).parent))

from test_site import painted

from geo.base.paths import DATA
from geo.commands.cli import main

#: The name of the repository, below which GitHub serves its pages.
REPOSITORY: Final = "antiwar-map"
_PACKED: Final = (".html", ".js", ".css", ".xml", ".txt")


class Host(http.server.SimpleHTTPRequestHandler):
    """Answers as GitHub Pages does: below a path, compressed, without ranges of bytes.

    A folder without a slash leads to the one with it; what is not there is ``404.html``;
    names that begin with ``_`` are left out unless ``.nojekyll`` is there.
    """

    folder: Path

    def do_GET(self) -> None:
        """Answer with a file of the folder, or with what says that there is none."""
        path = unquote(urlsplit(self.path).path)
        root = f"/{REPOSITORY}"
        file = self.folder / path.removeprefix(f"{root}/")
        if path == root or (
            path.startswith(root) and file.is_dir() and path[-1] != "/"
        ):
            self.send_response(301)
            self.send_header("Location", f"{path}/")
            self.end_headers()
            return
        if path.endswith("/"):
            file /= "index.html"
        is_hidden = any(part.startswith("_") for part in path.split("/"))
        is_hidden &= not (self.folder / ".nojekyll").exists()
        is_there = path.startswith(f"{root}/") and file.is_file() and not is_hidden
        file = file if is_there else self.folder / "404.html"
        content = file.read_bytes()
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix in _PACKED:
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Publish the map of the project for a host like GitHub; give its address there."""
    folder = tmp_path_factory.mktemp("published") / "site"
    whole = f"https://newsroom.example/{REPOSITORY}"
    done = CliRunner().invoke(
        main, ["publish", str(DATA), "--output", str(folder), "--address", whole]
    )
    assert done.exit_code == 0, done.output
    handler = type("Handler", (Host,), {"folder": folder})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{REPOSITORY}"
        server.shutdown()


@pytest.fixture
def page(browser: Browser, host: str) -> Iterator[Page]:
    """Give a page that fails on an error of a script, or a request beside the site."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda request: wrong.extend(_beside(request.url, host)))
    yield opened
    context.close()
    assert wrong == []


def _beside(url: str, host: str) -> Iterator[str]:
    """Go through the address, if it is none of the site's."""
    if url != host and not url.startswith((f"{host}/", "data:", "blob:")):
        yield url


def test_a_site_works_below_the_name_of_a_repository(page: Page, host: str) -> None:
    """The map from an address without a slash, a filter, a record and its page."""
    page.goto(host)
    painted(page)
    assert page.url.startswith(f"{host}/")
    page.locator("[data-category='attack']").click()
    page.locator("body[data-painted='3']").wait_for(state="attached")
    page.locator("body[data-ground]").wait_for(state="attached")
    page.locator(".list li[data-id='belgrade-zernov-attack'] button").click()
    record = page.locator(".panel .record")
    expect(record).to_contain_text("Denied by Misa Vacic (any part in it)")
    page.goto(f"{host}/incident/belgrade-zernov-attack.html")
    page.get_by_role("link", name="Open on the map").click()
    painted(page)
    expect(page.locator(".panel .record")).to_contain_text("Alleged by Ilya Zernov.")


def test_every_page_of_a_site_leads_to_pages_of_the_site(page: Page, host: str) -> None:
    """From the map's menu on, whatever is linked is there."""
    page.goto(f"{host}/")
    painted(page)
    for name in ("Table", "Downloads", "Sources", "How to read this map", "Stories"):
        page.get_by_role("link", name=name, exact=True).click()
        for link in page.locator("a[href], link[href]").all():
            address = link.evaluate("link => link.href")
            if link.evaluate("link => link.rel") == "canonical":
                assert address.startswith(f"https://newsroom.example/{REPOSITORY}/")
            elif address.startswith(host):
                assert page.request.get(address).ok, address
        page.goto(f"{host}/")


@pytest.mark.parametrize(
    "path", ["nothing", "incident/none.html", "a/b/c/", "data/x.js"]
)
def test_what_is_not_there_leads_to_the_map(page: Page, host: str, path: str) -> None:
    """However deep it is asked for; with the look of all pages."""
    answer = page.goto(f"{host}/{path}")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "There is no page at this address"
    )
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 5
    page.get_by_role("link", name="To the map").click()
    painted(page)
    assert page.url.startswith(f"{host}/index.html")
