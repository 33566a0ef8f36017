"""No page has a barrier that axe-core knows, in either theme, on a desktop or a phone.

axe-core (Deque, MPL 2.0) is the engine that browsers' own checks run; it finds what
keeps readers with a keyboard, a screen reader or weak eyes out. It comes from npm for
these tests, and is never served.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from geo.evidence.archive import Archive
from tests.serving import ROOT, served

sys.path.insert(0, str(Path(__file__).parent))
from conftest import ARCHIVED_TEXT, wait_until_drawn, wait_until_painted

AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: Every page, and what else can be opened on it.
PAGES: Final = {
    "map": "/",
    "record": "/?incident=kosovo-border-provocation",
    "table": "/table",
    "nothing": "/table?q=nothingofthekind",
    "sources": "/sources?read=meduza-2023-12-18",
    "connect": "/connect",
    "about": "/about",
    "desk": "/desk",
    "draft": "/draft",
    "service": "/ogc/?f=html",
    "service-items": "/ogc/collections/incidents/items?f=html",
    "service-description": "/ogc/api?f=html",
    "incident": "/incident/kosovo-border-provocation",
    "story": "/story/how-the-pressure-grew#stop-8",
    "stories": "/stories",
    "embed": "/embed",
    "no-page": "/nowhere",
}
#: A window of 1280 pixels that is magnified by 400 % has 320 of its own.
SIZES: Final = ((1440, 900), (390, 844), (320, 640))
#: What is Streamlit's own and cannot be mended from outside: a selector, and why.
EXCLUDED: Final = {
    # The box around an uploader says "presentation" and has a name: two roles. The button
    # in it, by which files are chosen, is checked.
    "desk": ["[data-testid='stFileUploaderDropzone']"],
}
RUN: Final = """async (exclude) => {
  const { violations } = await axe.run({ exclude }, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.flat().join(" in ")}: ${node.html}`));
}"""


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve all pages, those of editors too."""
    archive = tmp_path_factory.mktemp("archive")
    text = tmp_path_factory.mktemp("texts") / "own.txt"
    text.write_text(ARCHIVED_TEXT, encoding="utf-8")
    Archive(archive).add("meduza-2023-12-18", text)
    with served(
        INCIDENTS_ARCHIVE=str(archive),
        INCIDENTS_EDITORS="true",
        INCIDENTS_DESK="true",
    ) as url:
        yield url


def opened(browser: Browser, address: str, theme: str) -> Page:
    """Open a page and wait until all of it is there."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        # The checks are evaluated as a text, which the policy refuses.
        bypass_csp=True,
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    if page.locator("#root").count():
        wait_until_drawn(page)
    if page.locator("iframe[data-testid]").count():
        wait_until_painted(page)
    if page.locator(".beside iframe").count():
        page.frame_locator(".beside iframe").locator("body[data-lit]").wait_for(
            state="attached"
        )
    page.wait_for_load_state("networkidle")
    return page


def barriers(page: Page, name: str) -> list[str]:
    """Return what axe finds on a page and in its frames, each in a line."""
    for frame in page.frames:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate(RUN, [[one] for one in EXCLUDED.get(name, ())])
    return list(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_does_not_scroll_sideways(
    browser: Browser, whole_site: str, name: str, theme: str
) -> None:
    """Neither wide nor on a phone, nor where a window is magnified by 400 %."""
    page = opened(browser, whole_site + PAGES[name], theme)
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        found += [f"{width} px: {one}" for one in barriers(page, name)]
        for part in page.locator("html, [data-testid='stMain']").all():
            beyond = part.evaluate("(it) => it.scrollWidth - it.clientWidth")
            found += [f"{width} px: {beyond} px too wide"] if beyond > 0 else []
    page.context.close()

    assert found == []
