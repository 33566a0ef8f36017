"""The panel beside the map: its list, its filters, its record, with mouse and keyboard."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from geo.base.settings import ROOT

sys.path.insert(0, str(Path(__file__).parent))
from conftest import OpenPage, map_frame, wait_until_drawn, wait_until_painted

#: The id of what has the focus in the frame, by its list, or its text.
FOCUSED = """() => {
  const at = document.activeElement;
  return at.closest("[data-id]")?.dataset.id ?? at.textContent.trim();
}"""
ZERNOV = "belgrade-zernov-attack"


def frame_of(page: Page) -> FrameLocator:
    """Return the map's frame."""
    return map_frame(page)


def address(page: Page) -> dict[str, list[str]]:
    """Return the parameters of the page's address, as the browser has them now."""
    return parse_qs(urlsplit(page.evaluate("location.href")).query)


def wait_for_address(page: Page, part: str) -> None:
    """Wait until the page's address has a part."""
    page.wait_for_function("part => location.search.includes(part)", arg=part)


def test_the_list_is_what_is_in_view(open_page: OpenPage) -> None:
    """It follows the map; what is elsewhere or without a place is counted."""
    page = open_page()
    frame = frame_of(page)
    heading = frame.locator(".browse h2")
    items = frame.locator(".browse .list").first.locator("li")
    first = heading.inner_text()
    frame.locator(".tools > button").first.click()
    expect(heading).not_to_have_text(first)
    expect(frame.locator(".browse")).not_to_contain_text("more elsewhere")
    expect(items).to_have_count(40)
    frame.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    expect(items.nth(40)).to_be_attached()
    every = items.count()
    expect(heading).to_have_text(f"{every} incidents in view")
    expect(frame.locator(".unplaced summary")).to_have_text(
        f"{total_of(page) - every} without a place on the map"
    )

    page.frames[-1].evaluate("incidentLayer.map().setView([55.7, 37.6], 8)")

    expect(heading).not_to_have_text(f"{every} incidents in view")
    listed = items.count()
    expect(frame.locator(".browse")).to_contain_text(f"{every - listed} more elsewhere")
    frame.get_by_role("button", name="Show all").last.click()
    expect(heading).to_have_text(f"{every} incidents in view")


def total_of(page: Page) -> int:
    """Return how many incidents the map has."""
    return int(frame_of(page).locator("body").get_attribute("data-painted") or 0)


def test_what_has_no_place_opens_from_the_end_of_the_list(open_page: OpenPage) -> None:
    """It unfolds, and one of it fills the panel."""
    page = open_page()
    frame = frame_of(page)
    frame.locator(".unplaced summary").click()
    frame.get_by_role("button", name="Working group").click()

    expect(frame.locator(".panel .record")).to_contain_text(
        "No place given by the source"
    )
    wait_for_address(page, "incident=russian-serbian-working-group")


def test_pointing_at_the_list_lights_the_marker(open_page: OpenPage) -> None:
    """Also where a marker stands for several; the light goes out again."""
    page = open_page("/?category=attack")
    wait_until_painted(page, 3)
    frame = frame_of(page)
    frame.locator(".list .choice").first.hover()
    expect(frame.locator(".incident-marker.lit")).to_have_count(1)

    page.mouse.move(5, 5)

    expect(frame.locator(".incident-marker.lit")).to_have_count(0)


def test_several_categories_and_a_status_are_chosen_and_taken_off(
    open_page: OpenPage,
) -> None:
    """Counts say what another choice would show; the address and the header follow."""
    page = open_page()
    frame = frame_of(page)
    attack = frame.locator("[data-category='attack']")
    bombing = frame.locator("[data-category='bombing']")
    attack.click()
    bombing.click()
    wait_until_painted(page, 6)
    expect(attack).to_have_attribute("aria-pressed", "true")
    expect(frame.locator("[data-category='mural'] b")).to_have_text("12")
    wait_for_address(page, "category=attack&category=bombing")
    page.get_by_text("6 of 60 incidents").wait_for()

    frame.locator("[data-status='alleged']").click()
    wait_until_painted(page, 1)
    wait_for_address(page, "status=alleged")
    for button in (attack, bombing, frame.locator("[data-status='alleged']")):
        button.click()
    wait_until_painted(page, 60)
    page.wait_for_function("!location.search.includes('category')")

    expect(attack).to_have_attribute("aria-pressed", "false")


def test_a_category_is_painted_though_streamlit_does_not_answer(
    open_page: OpenPage,
) -> None:
    """The frame asks the server by itself; the page's script is not waited for."""
    page = open_page("/about", wait=False)
    # Before any script of Streamlit's, which hears its frames first otherwise.
    page.add_init_script(
        """window.addEventListener("message", (event) => {
          if (!window.deaf || event.data?.type !== "streamlit:setComponentValue") return;
          window.unheard = event.data.value;
          event.stopImmediatePropagation();
        }, true)"""
    )
    page.goto(page.url.replace("/about", "/"))
    wait_until_painted(page)
    wait_until_drawn(page)
    page.evaluate("window.deaf = true")
    frame_of(page).locator("[data-category='attack']").click()
    wait_until_painted(page, 3)
    page.wait_for_function("window.unheard")

    assert "category" not in address(page)


def test_what_streamlit_repeats_is_not_asked_for_again(open_page: OpenPage) -> None:
    """One click, one view: the rerun after it finds the filters in force already."""
    page = open_page()
    wait_until_drawn(page)
    views: list[str] = []

    def note(route: Route) -> None:
        views.append(route.request.url)
        route.continue_()

    page.route("**/api/view?*", note)
    frame_of(page).locator("[data-category='attack']").click()
    page.get_by_text("3 of 60 incidents").wait_for()
    wait_until_drawn(page)
    page.wait_for_timeout(500)

    assert len(views) == 1


def test_the_address_opens_and_closes_a_record(open_page: OpenPage) -> None:
    """A link opens it; back in the browser's history closes what was opened since."""
    page = open_page(f"/?category=attack&incident={ZERNOV}")
    frame = frame_of(page)
    record = frame.locator(".panel .record")
    expect(record).to_contain_text("Alleged by Ilya Zernov.")

    frame.get_by_role("button", name="Back to the list").click()
    expect(record).to_have_count(0)
    page.wait_for_function("!location.search.includes('incident')")

    assert address(page)["category"] == ["attack"]


def test_an_incident_that_is_not_there_says_so(open_page: OpenPage) -> None:
    """A link to one that was withdrawn explains itself, and leads to the list."""
    page = open_page("/?incident=no-such-incident")
    frame = frame_of(page)

    expect(frame.locator(".panel .record")).to_contain_text(
        "It may have been withdrawn"
    )
    frame.get_by_role("button", name="Back to the list").click()
    expect(frame.locator(".browse h2")).to_be_visible()


def test_the_keyboard_opens_from_the_list_and_comes_back(open_page: OpenPage) -> None:
    """Enter opens, the record's title is read, Escape closes, the focus is where it was."""
    page = open_page("/?category=attack")
    wait_until_painted(page, 3)
    frame = frame_of(page)
    choice = frame.locator(f".list li[data-id='{ZERNOV}'] button")
    choice.focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".panel .record h2")).to_be_focused()

    page.keyboard.press("Escape")

    expect(frame.locator(".panel .record")).to_have_count(0)
    assert page.frames[-1].evaluate(FOCUSED) == ZERNOV


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_opens_a_marker_and_comes_back(
    open_page: OpenPage, key: str
) -> None:
    """Enter and Space open; Escape gives the focus back to the marker."""
    page = open_page("/?category=attack&status=alleged")
    wait_until_painted(page, 1)
    frame = frame_of(page)
    marker = frame.locator(".incident-marker")
    expect(marker).to_have_attribute("aria-label", re.compile("Attack"))
    marker.focus()
    page.keyboard.press(key)
    expect(frame.locator(".panel .record h2")).to_be_focused()

    page.keyboard.press("Escape")

    expect(frame.locator(".leaflet-popup")).to_have_count(0)
    expect(marker).to_be_focused()


def test_a_record_tells_how_to_cite_it(open_page: OpenPage, site: str) -> None:
    """Its address and references, fetched when they are unfolded."""
    page = open_page(f"/?incident={ZERNOV}")
    record = frame_of(page).locator(".panel .record")
    record.get_by_text("Cite this record").click()

    copied = record.locator(".copied pre")
    expect(copied).to_have_count(5)
    expect(copied.first).to_have_text(f"{site}/?incident={ZERNOV}")
    expect(copied.nth(1)).to_contain_text("Alleged by Ilya Zernov")


def test_every_text_of_a_record_says_in_which_direction_it_runs(
    open_page: OpenPage,
) -> None:
    """Arabic and Hebrew stand beside English."""
    page = open_page(f"/?incident={ZERNOV}")
    record = frame_of(page).locator(".panel .record article")
    expect(record).to_be_visible()

    without = record.evaluate(
        """(article) => {
          const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
          const plain = [];
          while (texts.nextNode()) {
            const { parentElement: at, textContent: words } = texts.currentNode;
            if (words.trim() && !at.closest("[dir='auto'], button, summary")) plain.push(words);
          }
          return plain;
        }"""
    )
    assert without == []


def test_the_frame_has_a_name_in_words(open_page: OpenPage) -> None:
    """A screen reader says it in place of the program's name."""
    page = open_page()

    frame = page.locator("iframe[data-testid='stCustomComponentV1']")
    expect(frame).to_have_attribute("title", "Map of incidents, with a list of them")


def test_on_a_phone_list_filters_and_record_are_sheets(open_page: OpenPage) -> None:
    """Behind labelled buttons; the record covers the map, with no popup."""
    page = open_page(width=390, height=844)
    frame = frame_of(page)
    expect(frame.locator(".browse")).to_be_hidden()
    frame.get_by_role("button", name="Filters").click()
    frame.locator("[data-category='attack']").click()
    wait_until_painted(page, 3)
    frame.get_by_role("button", name="Back to the map").click()
    expect(frame.get_by_role("button", name="Filters (1 on)")).to_be_visible()
    frame.get_by_role("button", name="List (3)").click()
    frame.locator(f".list li[data-id='{ZERNOV}'] button").click()
    expect(frame.locator(".panel .record")).to_contain_text("Alleged by Ilya Zernov.")
    expect(frame.locator(".leaflet-popup")).to_have_count(0)
    frame.get_by_role("button", name="Back to the map").click()

    expect(frame.locator(".panel")).to_be_hidden()
    page.wait_for_function("!location.search.includes('incident')")


def test_on_a_phone_one_button_leads_to_every_filter(open_page: OpenPage) -> None:
    """It says how many are on: both ends of a span of days are one."""
    page = open_page(
        "/?from=2022-01-01&to=2023-12-31&country=RS", width=390, height=844
    )
    frame = frame_of(page)
    frame.get_by_role("button", name="Filters (2 on)").click()
    sheet = frame.locator(".panel .filters")

    expect(sheet.get_by_label("Search", exact=True)).to_be_visible()
    expect(sheet.get_by_label("From", exact=True)).to_have_value("2022-01-01")
    for name in ("What happened", "How sure", "Country or territory", "Source"):
        expect(sheet.get_by_role("group", name=name)).to_be_visible()
    expect(sheet.locator("[data-country='RS']")).to_have_attribute(
        "aria-pressed", "true"
    )
    cut = sheet.locator("input[type='date']").evaluate_all(
        "(fields) => fields.filter((field) => field.scrollWidth > field.clientWidth).length"
    )
    assert cut == 0


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("spot", ["/", "/?q=zzzz", "/?view=15/44.8150/20.4600"])
def test_nothing_on_the_map_of_a_phone_covers_another(
    open_page: OpenPage, width: int, spot: str
) -> None:
    """Search, zoom, tools, the shelf, credits and messages keep apart."""
    page = open_page(spot, width=width, height=844 if width == 390 else 640)
    wait_until_drawn(page)

    covered = (
        frame_of(page)
        .locator(".leaflet-container")
        .evaluate(
            """(map) => {
          const names = [".place-search", ".leaflet-control-zoom", ".tools",
            ".shelf", ".leaflet-control-attribution", ".status"];
          const boxes = names.map((name) => [name, map.querySelector(name)])
            .filter(([, box]) => box?.getClientRects().length)
            .map(([name, box]) => [name, box.getBoundingClientRect()]);
          return boxes.flatMap(([name, one], at) => boxes.slice(at + 1)
            .filter(([, other]) => one.left < other.right - 1 && other.left < one.right - 1
              && one.top < other.bottom - 1 && other.top < one.bottom - 1)
            .map(([other]) => `${name} and ${other}`));
        }"""
        )
    )
    assert covered == []


@pytest.mark.parametrize("sheet", ["list", "filters"])
def test_on_a_phone_every_target_is_large_enough(
    open_page: OpenPage, sheet: str
) -> None:
    """A finger needs 44 pixels."""
    page = open_page(width=390, height=844)
    frame = frame_of(page)
    frame.locator(f".sheets [data-sheet='{sheet}']").click()
    expect(frame.locator(".panel")).to_be_visible()

    small = frame.locator(".panel, .sheets, .time-brush").evaluate_all(
        """(parts) => parts.flatMap((part) => [...part.querySelectorAll("button, summary")])
          .filter((target) => target.offsetParent && target.offsetHeight < 44)
          .map((target) => target.textContent)"""
    )
    assert small == []


@pytest.mark.parametrize(("width", "height"), [(320, 640), (720, 450)])
def test_nothing_scrolls_sideways(open_page: OpenPage, width: int, height: int) -> None:
    """Neither at 320 pixels nor on a desktop at 200 %."""
    page = open_page(f"/?incident={ZERNOV}", width=width, height=height)
    expect(frame_of(page).locator(".panel .record article")).to_be_visible()

    wide = page.frames[-1].evaluate(
        """() => [...document.querySelectorAll(".frame, .panel, .reading, .filters")]
          .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className)"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(scope="module")
def echo(browser: Browser) -> Page:
    """Give a page with nothing in it but the script that tells news from echoes."""
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "geo" / "web" / "static" / "echo.js")
    return page


@pytest.mark.parametrize(
    ("steps", "news"),
    [
        ("says A", [True]),
        ("says A, says A", [True, False]),
        ("tells A, says A", [False]),
        ("tells A, tells B, says A, says B", [False, False]),
        ("tells A, tells B, says B, says A", [False, True]),
        ("says A, tells B, says A, says B", [True, False, False]),
        ("says A, tells B, says C", [True, True]),
        ("tells A, tells B, says C, says A", [True, True]),
        ("tells A, says A, says B, says A", [False, True, True]),
    ],
)
def test_an_echo_is_no_news(echo: Page, steps: str, news: list[bool]) -> None:
    """What was told comes back late, or not at all where a later message came."""
    heard = echo.evaluate(
        """(steps) => {
          const value = window.incidentEcho.follow();
          return steps.split(", ").map((step) => step.split(" "))
            .map(([who, what]) => (who === "tells" ? value.tell(what) : value.isNews(what)))
            .filter((answer) => answer !== undefined);
        }""",
        steps,
    )

    assert heard == news


def test_the_same_filters_are_the_same_query_in_any_order(echo: Page) -> None:
    """And with whatever letters are escaped."""
    one, other = echo.evaluate(
        """() => ["q=a+b&category=x&category=a%2Cb", "category=a,b&category=x&q=a%20b"]
          .map(window.incidentEcho.canonical)"""
    )

    assert one == other
