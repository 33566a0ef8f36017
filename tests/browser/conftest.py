"""A real server and a real Chromium for the browser tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from geo.evidence.archive import Archive
from tests.serving import served

# A busy machine takes its time over a rerun of the page.
expect.set_options(timeout=20_000)
#: A text of our own around two of the layer's quotes, so that an excerpt can show
#: without any copy of the article. The first is of a protected record.
ARCHIVED_TEXT = """A first paragraph of the test, before the passage.

Vacic and Belous deny any part in the attack on Ilya Zernov, but Vacic also \
says, in this made-up paragraph, whatever a test may need.

Meduza was unable to find additional corroboration of these reported plans, and this \
paragraph is made up too.

A last paragraph of the test, after the passage.
"""


def chromium() -> str | None:
    """Return the machine's Chromium, or None for Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app with an archive of our own; give its address."""
    archive = tmp_path_factory.mktemp("archive")
    text = tmp_path_factory.mktemp("texts") / "own.txt"
    text.write_text(ARCHIVED_TEXT, encoding="utf-8")
    Archive(archive).add("meduza-2023-12-18", text)
    with served(INCIDENTS_ARCHIVE=str(archive)) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; a machine without one fails with the command that helps."""
    with sync_playwright() as playwright:
        if (
            chromium() is None
            and not Path(playwright.chromium.executable_path).exists()
        ):
            pytest.fail("There is no Chromium. Install it with 'make browser'.")
        started = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Give a function that opens the site and waits for the map to be painted."""
    contexts = []

    def opened(
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 800,
        theme: str = "light",
        wait: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            is_mobile=width < 600,
            has_touch=width < 600,
            # Playwright's wait_for_function evaluates a text, which the policy refuses;
            # test_policy.py tests with the policy in force.
            bypass_csp=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{site}{path}")
        if wait:
            wait_until_painted(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def map_frame(page: Page) -> object:
    """Return the map's frame."""
    return page.frame_locator("iframe[data-testid='stCustomComponentV1']")


def wait_until_painted(page: Page, total: int | None = None) -> None:
    """Wait until the map has painted, and says *total* incidents match."""
    wanted = "[data-painted]" if total is None else f"[data-painted='{total}']"
    page.frame_locator("iframe[data-testid='stCustomComponentV1']").locator(
        f"body{wanted}"
    ).wait_for(state="attached")


def wait_until_drawn(page: Page) -> None:
    """Wait until Streamlit has drawn the whole page, whose map comes first.

    A control that is clicked while its sidebar is drawn anew may lose the click.
    """
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(
        state="attached"
    )
