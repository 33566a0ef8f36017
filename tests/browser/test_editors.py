"""What an editor does in a browser: archive a source, work through its drafts."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

sys.path.insert(0, str(Path(__file__).parent))

from conftest import served

from geo.base.settings import ROOT
from geo.commands.cli import main
from geo.evidence.archive import Archive

FETCHED_WITHIN_S = 60
SOURCE = "meduza-2023-12-18"
QUOTE = "deny any part in the attack on Ilya Zernov"
FIRST = f"Vacic and Belous {QUOTE}, but Vacic also says what a test may need."
SECOND = "In August 2023 a made-up shop in Novi Sad had its window broken."
FILLER = " ".join(f"This is filling sentence number {n} of the page." for n in range(9))


class Publisher(ThreadingHTTPServer):
    """A publisher of one article, whose answer a test may change."""

    daemon_threads = True
    status: HTTPStatus = HTTPStatus.OK
    paragraphs: tuple[str, ...] = (FIRST, SECOND)

    @property
    def address(self) -> str:
        """Where the article is."""
        return f"http://127.0.0.1:{self.server_address[1]}/article"

    @property
    def page(self) -> bytes:
        """The article as it is now."""
        body = "".join(f"<p>{text}</p>" for text in (*self.paragraphs, FILLER))
        return (
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>T</title>"
            f"<body><article><h1>A headline</h1>{body}</article></body></html>"
        ).encode()


class Answer(BaseHTTPRequestHandler):
    """Answers with the publisher's article."""

    server: Publisher

    def do_GET(self) -> None:
        """Answer every address with the article."""
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.server.page)))
        self.end_headers()
        self.wfile.write(self.server.page)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Publish the article on this machine."""
    server = Publisher(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an empty archive."""
    return Archive(tmp_path / "archive")


@pytest.fixture
def register(publisher: Publisher, tmp_path: Path) -> Path:
    """Return our register of sources, its article published on this machine."""
    register = json.loads((ROOT / "data" / "sources.json").read_text(encoding="utf-8"))
    for source in register["sources"]:
        source.pop("fetched_from", None)
        if source["id"] == SOURCE:
            source["url"] = publisher.address
    sources = tmp_path / "sources.json"
    sources.write_text(json.dumps(register), encoding="utf-8")
    return sources


@pytest.fixture
def desk(
    browser: Browser, register: Path, archive: Archive
) -> Iterator[tuple[Page, str]]:
    """Serve the editors' app; give a page and the address."""
    with served(
        INCIDENTS_EDITORS="true",
        INCIDENTS_FETCH_ALLOW_LOOPBACK="true",
        INCIDENTS_SOURCES=str(register),
        INCIDENTS_ARCHIVE=str(archive.folder),
    ) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        yield page, url
        page.close()


def archive_it(page: Page) -> None:
    """Press the button that fetches the article."""
    page.get_by_role("button", name="Fetch and archive this source").first.click()


def test_the_button_archives_and_a_new_fetch_tells_what_changed(
    desk: tuple[Page, str], publisher: Publisher, archive: Archive
) -> None:
    """Fetched, fetched again unchanged, changed at a cited passage, then away."""
    page, url = desk
    page.goto(f"{url}/sources?read={SOURCE}")
    archive_it(page)
    expect(
        page.get_by_text("The source was fetched. A new version is archived.")
    ).to_be_visible()
    expect(page.get_by_text("Archived on", exact=False).first).to_be_visible()
    expect(page.locator("mark", has_text=QUOTE).first).to_be_visible()

    archive_it(page)
    expect(page.get_by_text("It has not changed since the last copy.")).to_be_visible()
    assert len(archive.versions(SOURCE)) == 1

    publisher.paragraphs = (FIRST.replace("deny any", "admit a"), SECOND, FIRST[:20])
    archive_it(page)
    expect(page.get_by_text("The source was not archived")).to_be_visible()
    expect(page.get_by_text("has none of the", exact=False)).to_be_visible()
    assert len(archive.versions(SOURCE)) == 1, "no quote is left: another page"

    publisher.paragraphs = (SECOND, f"{FIRST} And a correction.")
    archive_it(page)
    expect(
        page.get_by_text("The source was fetched. A new version is archived.")
    ).to_be_visible()
    expect(
        page.get_by_text(
            re.compile(r"2 of \d+ cited passages changed or moved since the copy of")
        )
    ).to_be_visible()
    expect(page.get_by_text("And a correction.").first).to_be_visible()
    expect(page.get_by_text("It has changed since the first copy")).to_be_visible()
    assert len(archive.versions(SOURCE)) == 2

    publisher.status = HTTPStatus.NOT_FOUND
    archive_it(page)
    expect(page.get_by_text("The source was not archived")).to_be_visible()
    expect(page.get_by_text("(HTTP 404)", exact=False).first).to_be_visible()
    assert len(archive.versions(SOURCE)) == 2


def test_a_first_start_fetches_what_is_missing_while_the_map_is_served(
    browser: Browser, register: Path, archive: Archive
) -> None:
    """The copy made in the background stands on the page of sources, without a hand."""
    with served(
        INCIDENTS_FETCH_SOURCES="true",
        INCIDENTS_FETCH_ALLOW_LOOPBACK="true",
        INCIDENTS_SOURCES=str(register),
        INCIDENTS_ARCHIVE=str(archive.folder),
    ) as url:
        deadline = time.monotonic() + FETCHED_WITHIN_S
        while archive.latest(SOURCE) is None and time.monotonic() < deadline:
            time.sleep(0.2)
        assert archive.latest(SOURCE) is not None
        page = browser.new_page()
        page.goto(f"{url}/sources?read={SOURCE}")
        expect(page.locator("mark", has_text=QUOTE).first).to_be_visible()
        expect(page.get_by_role("button", name="Fetch and archive")).to_have_count(0)
        page.close()


def test_drafts_are_accepted_refused_and_taken_away_as_a_file(
    desk: tuple[Page, str], archive: Archive, tmp_path: Path
) -> None:
    """An accepted draft is downloaded as a file that our own validation takes."""
    text = tmp_path / "own.txt"
    text.write_text(f"{FIRST}\n\n{SECOND}\n\nIn May 2022 a fair was held in Subotica.")
    archive.add(SOURCE, text)
    page, url = desk
    page.goto(f"{url}/draft")
    left = page.get_by_text("passages are left", exact=False)
    expect(left).to_contain_text("You have accepted 0 in this session.")
    shop = page.get_by_test_id("stForm").filter(has_text="August 2023")
    title = shop.get_by_label("Title, in your own words")
    title.fill("A shop's window broken")
    title.press("Tab")
    expect(shop.get_by_role("textbox", name="Date")).to_have_value("2023-08")
    shop.get_by_role("textbox", name="Denied by").fill("the shop's neighbour")
    shop.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Choose what happened before accepting.")).to_be_visible()
    shop.get_by_role("combobox", name="What happened").click()
    page.get_by_role("option").first.click()
    shop.get_by_role("button", name="Accept").click()
    expect(left).to_contain_text("You have accepted 1 in this session.")

    fair = page.get_by_test_id("stForm").filter(has_text="May 2022")
    fair.get_by_role("button", name="Not an incident").click()
    expect(fair).to_have_count(0)
    page.get_by_role("button", name="Bring back what was refused (1)").click()
    expect(fair).to_have_count(1)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the accepted drafts").click()
    taken = tmp_path / "drafts.geojson"
    download.value.save_as(taken)
    (feature,) = json.loads(taken.read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["title"] == "A shop's window broken"
    assert feature["properties"]["denied_by"] == ["the shop's neighbour"]
    assert feature["properties"]["place"] == "Novi Sad"
    result = CliRunner().invoke(main, ["validate", str(taken)])
    assert result.exit_code == 0, result.output
