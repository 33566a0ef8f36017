"""Every text of a map, of its settings and of its address is shown to the letter.

Each test opens one place where texts appear, fails unless every attack is visible there
as it was written, and then looks for what an attack would have done. The browser's
Content-Security-Policy is off here: texts must be harmless without it.
"""

from __future__ import annotations

import io
import json
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FrameLocator,
    Locator,
    Page,
    Request,
    expect,
)

sys.path.insert(0, str(Path(__file__).parent))

from conftest import served, wait_until_painted
from hostile import PACKS, PAYLOADS, SETTINGS, TRACE, write_map

from geo.formats.registry import FORMATS

#: What the attacks of :mod:`hostile` would add to a page.
INJECTED = (
    "img[src='x'], iframe[srcdoc], base, meta[http-equiv='refresh'],"
    "[onerror], [onload], [onfocus], [onmouseover], [ontoggle]"
)
ADDRESSES = (
    "() => [...document.querySelectorAll('[href], form[action]')]"
    ".map((node) => node.href.baseVal ?? node.href ?? node.action)"
)
#: Hosts that pages may lead to beside their own: the source's, and the standard's.
LINKED = {"source.test", "www.opengis.net"}


@dataclass
class Reader:
    """A reader's browser, and what was done to it."""

    site: str
    page: Page
    done: list[str] = field(default_factory=list)

    @property
    def frame(self) -> FrameLocator:
        """The map's frame."""
        return self.page.frame_locator("iframe[data-testid='stCustomComponentV1']")

    def open(self, path: str, *, painted: bool = False) -> None:
        """Open a page, and wait for the map if there is one."""
        self.page.goto(f"{self.site}{path}")
        if painted:
            wait_until_painted(self.page)

    def part(self, name: str) -> Locator:
        """Return a part of Streamlit's page."""
        return self.page.get_by_test_id(name)

    def check(self) -> None:
        """Fail if a text has done anything but be read."""
        assert self.done == []
        assert not TRACE.exists()
        own = urlsplit(self.site).netloc
        for frame in self.page.frames:
            assert frame.locator(INJECTED).count() == 0
            for address in frame.evaluate(ADDRESSES):
                parts = urlsplit(address)
                assert parts.scheme in {"http", "https"}, address
                assert parts.netloc in {own, *LINKED}, address


def reading(context: BrowserContext, site: str) -> Reader:
    """Return a reader in a browser that notes scripts run, hosts asked, and dialogs."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    reader = Reader(site, page)
    own = urlsplit(site).netloc

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.netloc != own:
            reader.done.append(request.url)

    context.expose_function("ran", lambda *_: reader.done.append("a script ran"))
    context.on("request", note)
    page.on("dialog", lambda dialog: (reader.done.append("dialog"), dialog.dismiss()))
    return reader


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the map of attacks; give its address."""
    settings = write_map(tmp_path_factory.mktemp("hostile"))
    with served(**settings) as url:
        yield url


@pytest.fixture(scope="module")
def reader(browser: Browser, site: str) -> Iterator[Reader]:
    """Give a reader whose browser lets everything run."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, bypass_csp=True
    )
    yield reading(context, site)
    context.close()


def shows(where: Locator, *texts: str) -> None:
    """Wait until each text is visible in a part of the page, to the letter."""
    for text in texts:
        expect(where).to_contain_text(text, use_inner_text=True)


#: The sources that are named on one line; the others are counted there.
FIRST_PACKS = PACKS if len(PACKS) <= 4 else PACKS[:3]


def header(reader: Reader) -> None:
    """Title, line, sources."""
    reader.open("/", painted=True)
    head = reader.part("stHtml").filter(has_text="incidents. Sources:")
    publishers = "; ".join(f"{pack}, 18 December 2023" for pack in FIRST_PACKS)
    shows(head, SETTINGS["INCIDENTS_TITLE"], SETTINGS["INCIDENTS_SUBTITLE"], publishers)
    expect(reader.page).to_have_title(SETTINGS["INCIDENTS_TITLE"])


def filters(reader: Reader) -> None:
    """Categories and sources, in the map's frame and in the sidebar of the table."""
    reader.open("/", painted=True)
    reader.frame.get_by_text("More filters").click()
    shows(
        reader.frame.locator("[data-filter='source']"),
        *(f"{pack}, 18 December 2023" for pack in PACKS),
    )
    shows(reader.frame.locator("[data-filter='category']"), *PACKS)
    reader.open("/table")
    reader.page.get_by_text("More filters").click()
    chips = reader.part("stSidebar").get_by_test_id("stButtonGroup")
    shows(chips.filter(has_text="What happened"), *(f"{pack} (5)" for pack in PACKS))
    sources = chips.filter(has_text="18 December 2023")
    shows(sources, *(f"{pack}, 18 December 2023 (5)" for pack in PACKS))


def credits_of_the_map(reader: Reader) -> None:
    """Read them with the street map on."""
    reader.open("/", painted=True)
    reader.frame.locator(".more summary").click()
    reader.frame.get_by_role("button", name="Street map").click()
    credited = reader.frame.locator(".leaflet-control-attribution")
    shows(credited, SETTINGS["INCIDENTS_TILES_ATTRIBUTION"], ", ".join(FIRST_PACKS))


def tooltips(reader: Reader) -> None:
    """Point at each marker and each line."""
    reader.open("/", painted=True)
    marks = reader.frame.locator(".incident-marker:not(:has(.count))")
    lines = reader.frame.locator("path.vague.line")
    for drawn in (marks, lines):
        # Lines have a marker in their middle as well, so the texts come twice.
        expect(drawn.nth(len(PACKS) - 1)).to_be_attached()
        said = ""
        for mark in drawn.all():
            mark.dispatch_event("mouseover")
            tooltip = reader.frame.locator(".leaflet-tooltip")
            said += tooltip.first.inner_text()
            mark.dispatch_event("mouseout")
            expect(tooltip).to_have_count(0)
        assert [pack for pack in PACKS if pack not in said] == []


def list_of_a_place(reader: Reader) -> None:
    """Open the list of the incidents of one place."""
    reader.open("/?view=6/50/4", painted=True)
    number = reader.frame.locator(".count").get_by_text(str(len(PACKS)), exact=True)
    number.last.click()
    choices = reader.frame.locator(".of-place ol")
    claims = [f"Alleged by {pack.split(' ¦ ')[0]}" for pack in PACKS]
    shows(choices, *PACKS, *claims)


def records(reader: Reader) -> None:
    """Open incidents: their popup, their whole record, how to cite them."""
    for number, pack in enumerate(PACKS):
        parts = pack.split(" ¦ ")
        reader.open(f"/?incident=point-{number}", painted=True)
        popup = reader.frame.locator(".leaflet-popup .incident-record")
        shows(popup.locator(":is(h2, h3)"), pack)
        shows(popup.locator(".kicker"), pack)
        shows(popup.locator(".claim").first, *parts)
        shows(popup.locator(".denial"), *parts)
        panel = reader.frame.locator(".panel .record")
        shows(panel, pack, f"“{pack}”", f"By: {'; '.join(parts)}", *parts)
        shows(panel.locator("h2"), pack)
        shows(panel.locator(".passage").first, "Source: " + pack)
        passages = panel.locator(".passage mark")
        assert [mark.inner_text() for mark in passages.all()] == parts
        panel.locator(".history summary").click()
        shows(panel.locator(".changes"), "Summary: ", f". {pack}")
        panel.get_by_text("Cite this record").click()
        shows(panel.locator(".copied pre").nth(1), pack)
        reader.check()


def lists(reader: Reader) -> None:
    """Read what is in view, and unfold what has no place."""
    reader.open("/", painted=True)
    shows(reader.frame.locator(".browse ol").first, *PACKS)
    unplaced = reader.frame.locator(".unplaced")
    unplaced.locator("summary").click()
    shows(unplaced.locator("ol"), *PACKS)


def table(reader: Reader) -> None:
    """Titles, categories and places in the cells of the table."""
    for number, pack in enumerate(PACKS):
        reader.open(f"/table?category=category-{number}")
        shows(reader.page.get_by_role("rowheader").first, pack)
        cells = reader.page.get_by_role("cell").filter(has_text=pack)
        expect(cells).not_to_have_count(0)


def explanation(reader: Reader) -> None:
    """Labels and definitions of the categories; the sources."""
    reader.open("/about")
    blocks = reader.part("stMarkdown")
    for pack in PACKS:
        label = blocks.filter(has=reader.page.locator("strong", has_text=pack))
        expect(label).to_have_count(1)
        shows(label.locator("strong"), pack)
        definition = label.inner_text().replace("\n", " ")
        assert definition == f"{pack} {pack}"
        shows(reader.part("stMain"), f"{pack}, 18 December 2023")
    story = reader.part("stMain").get_by_role("link").first
    shows(story, "<img src=x onerror=ran()>", "{{cycler")


def sources(reader: Reader) -> None:
    """Read what each source is, how to cite it, and its archived text."""
    reader.open("/sources")
    for number, pack in enumerate(PACKS):
        parts = pack.split(" ¦ ")
        card = reader.page.locator(f".st-key-read_source-{number}")
        card.locator("label").click()
        box = reader.part("stVerticalBlock").filter(has=card).last
        shows(box, f"Publisher: {pack}", f"By: {'; '.join(parts)}", f"Licence: {pack}")
        shows(box, f"Note: {pack}", *(f"In Novi Sad 1: {part}" for part in parts))
        for part in parts:
            shows(box.locator("mark", has_text=part).first, part)
        box.get_by_text("Cite this source").click()
        shows(box.get_by_test_id("stCode").first, pack)


def drafts(reader: Reader) -> None:
    """Go through the editors' drafts: sources, passages, places, categories."""
    reader.open("/draft")
    # The names of all towns are read for the first draft.
    expect(reader.page.locator("blockquote")).not_to_have_count(0, timeout=90_000)
    for number, pack in enumerate(PACKS):
        chosen = reader.page.locator(".st-key-drafts_source")
        chosen.locator("input").click()
        options = reader.page.locator("[role='listbox']")
        shows(options, *(f"{text}: {text}" for text in PACKS))
        options.get_by_role("option").nth(number).click()
        passages = reader.page.locator("blockquote")
        for part in pack.split(" ¦ "):
            shows(passages.filter(has_text=f"In Novi Sad 1: {part}").first, part)
    place, category = (
        reader.page.locator(f"[class*='st-key-{name}_']").first.locator("input")
        for name in ("place", "category")
    )
    place.click()
    shows(reader.page.locator("[role='listbox']"), f"{PACKS[1]}, RS")
    reader.page.keyboard.press("Escape")
    category.click()
    shows(reader.page.locator("[role='listbox']"), *PACKS)


def warnings_of_an_address(reader: Reader) -> None:
    """Follow wrong links, which are told of in their own words."""
    names = ("category", "status", "country", "source", "from", "to", "dates", "bbox")
    for start in range(0, len(PAYLOADS), len(names)):
        wrong = dict(zip(names, PAYLOADS[start:], strict=False))
        reader.open(f"/about?{urlencode(wrong)}")
        alerts = reader.part("stAlert")
        expect(alerts).to_have_count(len(wrong))
        for payload in wrong.values():
            quoted = repr(payload)[1:-1]
            shows(alerts.filter(has_text=quoted).first, quoted)
        expect(alerts.locator("a, img")).to_have_count(0)
        reader.check()


def search(reader: Reader) -> None:
    """Search, and read the search in its field and in addresses made of it."""
    for pack in PACKS:
        reader.open(f"/connect?{urlencode({'q': pack})}")
        expect(reader.page.get_by_label("Search", exact=True)).to_have_value(pack)
        address = urlencode({"q": pack})
        shows(reader.part("stCode").filter(has_text="items?").first, address)
    odd = urlencode({"q": f"zzz {PAYLOADS[0]}", "view": PACKS[1], "incident": PACKS[2]})
    reader.open(f"/?{odd}", painted=True)
    shows(reader.frame.locator(".status"), "No incident matches")
    shows(reader.frame.locator(".panel .record"), "It may have been withdrawn")


def pages_of_the_service(reader: Reader) -> None:
    """OGC API - Features in HTML: lists, features, and the description."""
    body = reader.page.locator("body")
    for path in ("", "/collections", "/api", "/conformance"):
        reader.open(f"/ogc{path or '/'}?f=html")
        shows(body, SETTINGS["INCIDENTS_TITLE"])
        reader.check()
    for kind in ("incidents", "places", "sources"):
        reader.open(f"/ogc/collections/{kind}/items?f=html")
        shows(reader.page.locator("table"), *PACKS)
        reader.check()
    for number, pack in enumerate(PACKS):
        for path in (
            f"incidents/items/point-{number}",
            f"sources/items/source-{number}",
        ):
            reader.open(f"/ogc/collections/{path}?f=html")
            shows(reader.page.locator("h1"), pack)
            for part in pack.split(" ¦ "):
                cell = reader.page.locator("td").get_by_text(part, exact=True)
                expect(cell.first).to_be_visible()
            reader.check()


def pages_of_records(reader: Reader) -> None:
    """Open the page of each record, with what was changed in it."""
    for number, pack in enumerate(PACKS):
        reader.open(f"/incident/point-{number}")
        shows(reader.page.locator("h1"), pack)
        shows(reader.page.locator("nav"), SETTINGS["INCIDENTS_TITLE"])
        parts = pack.split(" ¦ ")
        shows(reader.page.locator(".cards p").nth(0), *parts)
        shows(reader.page.locator(".cards p").nth(1), *parts)
        shows(reader.page.locator(".credit").first, f"Source: {pack}")
        # One of them reads like a home, whose former value is not shown.
        shows(reader.page.locator(".changes"), "Summary: ", f". {pack}")
        reader.check()


def stories(reader: Reader) -> None:
    """Open a story, whose Markdown is read, and whose HTML is text."""
    reader.open("/story/attack")
    body = reader.page.locator("body")
    shows(
        body, "<img src=x onerror=ran()>", "<iframe srcdoc=", "{{cycler", "<base href"
    )
    expect(reader.page.get_by_text("Rests on").first).to_be_visible()


def refusals(reader: Reader) -> None:
    """Answers that repeat what was asked, opened as pages."""
    for payload in PAYLOADS:
        asked = urlencode({"format": payload, "zoom": payload, "viewport": payload})
        for path in (f"/api/view?{asked}", f"/export?{asked}", f"/ogc/api?{asked}"):
            reader.open(path)
            shows(reader.page.locator("body"), '"detail":')
            reader.check()


SINKS = (
    header,
    filters,
    credits_of_the_map,
    tooltips,
    list_of_a_place,
    records,
    lists,
    table,
    explanation,
    sources,
    drafts,
    warnings_of_an_address,
    search,
    pages_of_the_service,
    pages_of_records,
    stories,
    refusals,
)


@pytest.mark.parametrize("sink", SINKS, ids=lambda sink: sink.__name__)
def test_a_text_is_shown_and_does_nothing(
    reader: Reader, sink: Callable[[Reader], None]
) -> None:
    """It is opened, every attack stands there to the letter, and none has run."""
    sink(reader)
    reader.check()


def strings_of(tree: ET.Element) -> str:
    """Return all the text of an XML document, and none of its markup."""
    return "\n".join(tree.itertext())


@pytest.mark.parametrize("name", ["kml", "kmz"])
def test_a_map_for_google_earth_holds_texts_and_no_markup(site: str, name: str) -> None:
    """Its balloons are HTML to whoever opens it: the texts stand in them escaped."""
    data = downloaded(site, name)
    if name == "kmz":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = packed.read("doc.kml")
    text = strings_of(ET.fromstring(data))  # noqa: S314 - our own export

    assert [pack for pack in PACKS if pack not in text] == []
    for payload in PAYLOADS:
        assert payload.encode() not in data or "<" not in payload


@pytest.mark.parametrize("name", ["geojson", "geojsonseq"])
def test_a_download_keeps_texts_to_the_letter(site: str, name: str) -> None:
    """JSON needs no escaping of markup; it is sent as a file, never as a page."""
    text = json.dumps(downloaded(site, name).decode())

    for pack in PACKS:
        written = json.dumps(json.dumps(pack, ensure_ascii=False)[1:-1])[1:-1]
        assert written in text


def downloaded(site: str, name: str) -> bytes:
    """Return a download, which a browser saves and does not open."""
    address = f"{site}/export?format={name}"
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        data: bytes = answer.read()
        return data


def test_every_download_can_be_made_of_such_texts(site: str) -> None:
    """None fails, and none leaves a trace on the server."""
    for name in FORMATS:
        for package in ("plain", "zip"):
            assert downloaded(site, f"{name}&package={package}")
    assert not TRACE.exists()
