"""From a file to an opened marker, in a browser: the page "Bring in a table"."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, FrameLocator, Page, expect

sys.path.insert(0, str(Path(__file__).parent))

from conftest import served, wait_until_drawn

from geo.commands.cli import main
from geo.formats.records import MOST_RECORDS

HEAD = "Date,Headline,Town,Latitude,Longitude,Type,Hurt,Link\n"
TABLE = (
    HEAD
    + "03/04/2023,Fire at a depot,Kherson,46.6354,32.6169,Fire,2,https://news.example/a\n"
    + "05/06/2023,A rally,Lviv,49.8397,24.0297,Rally,0,https://news.example/b\n"
    + "07/08/2023,A torn row,Lviv,49.8,24.0,Rally,0,https://news.example/c,more,cells\n"
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
Visit = tuple[Page, Path]


@pytest.fixture(scope="module", params=SIZES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path, tuple[int, int]]]:
    """Serve a map in which nothing is yet, with its desk, to pages of one size."""
    folder = tmp_path_factory.mktemp(request.param) / "my-map"
    result = CliRunner().invoke(main, ["init", str(folder)])
    assert result.exit_code == 0, result.output
    with served(INCIDENTS_MAP=str(folder), INCIDENTS_DESK="true") as url:
        yield url, folder, SIZES[request.param]


@pytest.fixture
def visit(browser: Browser, site: tuple[str, Path, tuple[int, int]]) -> Iterator[Visit]:
    """Give a page of the desk, and the map's folder.

    The page's policy is in force: what is loaded from elsewhere, or breaks it, fails.
    """
    url, folder, (width, height) = site
    context = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=width < 600,
        has_touch=width < 600,
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    hosts: set[str] = set()
    refused: list[str] = []
    page.on("request", lambda each: hosts.add(urlsplit(each.url).netloc))
    page.on(
        "console",
        lambda said: (
            refused.append(said.text) if "Content Security" in said.text else None
        ),
    )
    page.goto(f"{url}/desk")
    yield page, folder
    context.close()
    assert {host for host in hosts if host} == {urlsplit(url).netloc}
    # As on the map's own page: a library tries WebAssembly and does without.
    assert [text for text in refused if "WebAssembly" not in text] == []


def map_of(page: Page) -> FrameLocator:
    """Return the frame of the map on the page."""
    return page.frame_locator("iframe[data-testid='stCustomComponentV1']")


def choose(page: Page, name: str, content: str | bytes) -> None:
    """Hand a file to the page."""
    kind = "text/csv" if name.endswith(".csv") else "application/zip"
    buffer = content if isinstance(content, bytes) else content.encode()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": buffer}
    )


def packed(name: str, content: str) -> bytes:
    """Return a ZIP file of one file."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=1) as members:
        members.writestr(name, content)
    return archive.getvalue()


def test_a_marker_of_the_preview_opens(visit: Visit) -> None:
    """It is drawn as the map will be, with nothing written."""
    page, folder = visit
    before = (folder / "incidents.geojson").read_bytes()
    choose(page, "events.csv", TABLE)
    frame = map_of(page)
    frame.locator("body[data-painted='2']").wait_for(state="attached")
    wait_until_drawn(page)
    frame.locator("body").scroll_into_view_if_needed()
    frame.locator("[aria-label*='Fire']").first.click()

    expect(frame.locator(".panel .record")).to_contain_text("Fire at a depot")
    expect(frame.get_by_role("button", name="Only this area")).to_be_hidden()
    assert (folder / "incidents.geojson").read_bytes() == before


def test_a_bad_file_is_told_and_another_may_follow(visit: Visit) -> None:
    """In plain words; the page goes on."""
    page, _ = visit
    choose(page, "report.csv", "%PDF-1.7 nothing of a table")
    expect(page.get_by_text("report.csv: is a PDF", exact=False)).to_be_visible()

    choose(page, "events.csv", TABLE)

    expect(page.get_by_role("button", name="Put them on the map")).to_be_visible()


def test_long_reading_is_cancelled(visit: Visit) -> None:
    """A large file says what goes on, and stops where its editor wishes.

    It has all the rows that a file may have, and comes packed: it is uploaded at once
    and read for long, so that a quick machine is not done before the button is pressed.
    """
    page, _ = visit
    row = (
        "03/04/2023,Fire at depot {},Kherson,46.6,32.6,Fire,2,https://news.example/a\n"
    )
    rows = HEAD + "".join(map(row.format, range(MOST_RECORDS)))
    choose(page, "large.zip", packed("large.csv", rows))
    expect(page.get_by_text("Reading large.zip", exact=False)).to_be_visible()
    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("button", name="Read the file again")).to_be_visible()
    expect(page.get_by_text("This did not work")).to_have_count(0)


def test_from_a_file_to_an_opened_marker(visit: Visit, tmp_path: Path) -> None:
    """Columns, a question, what will be there, one button, and the map shows it."""
    page, folder = visit
    before = (folder / "incidents.geojson").read_bytes()
    expect(page.get_by_role("heading", name="Bring in a table")).to_be_visible()
    expect(page.get_by_text(str(folder))).to_be_visible()
    choose(page, "events.csv", TABLE)

    town = page.get_by_role("combobox", name="Town")
    expect(town).to_have_value("Name of the town or place")
    expect(page.get_by_text("Kherson · Lviv", exact=True)).to_be_visible()
    question = page.get_by_role("radiogroup", name="Dates in 'Date' may have")
    expect(question.get_by_role("radio", name="The day first")).to_be_checked()
    question.get_by_text("The month first").click()
    expect(question.get_by_role("radio", name="The month first")).to_be_checked()
    expect(page.get_by_role("row", name="Records taken 2")).to_be_visible()
    expect(page.get_by_role("row", name="Refused 1")).to_be_visible()
    expect(page.get_by_text("has 10 cells; the head has 8.")).to_be_visible()
    map_of(page).locator("body[data-painted='2']").wait_for(state="attached")
    wait_until_drawn(page)
    assert (folder / "incidents.geojson").read_bytes() == before
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, "nothing scrolls sideways"

    page.get_by_role("button", name="Put them on the map").click()
    expect(page.get_by_text("2 records are on the map (2 new).")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the refused rows").click()
    refused = tmp_path / "refused.csv"
    download.value.save_as(refused)
    assert "A torn row" in refused.read_text("utf-8-sig")
    page.get_by_role("link", name="Look at the map").click()

    frame = map_of(page)
    frame.locator("body[data-painted='2']").wait_for(state="attached")
    wait_until_drawn(page)
    frame.locator("[aria-label*='Fire']").first.click()
    record = frame.locator(".panel .record")
    expect(record).to_contain_text("Fire at a depot")
    expect(record).to_contain_text("4 March 2023")
