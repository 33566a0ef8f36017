"""The map in a real Chromium: painted, filtered, clicked, shared, on a phone."""

from __future__ import annotations

import re
import sys
import urllib.request
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    FrameLocator,
    Page,
    Request,
    Route,
    expect,
)

sys.path.insert(0, str(Path(__file__).parent))
from conftest import OpenPage, wait_until_drawn, wait_until_painted

FRAME = "iframe[data-testid='stCustomComponentV1']"
#: Notes where the map is when it is painted.
NOTE_THE_PLACE = """
window.addEventListener("incidents-painted", () => {
  const { x, y, width, height } = top.document.querySelector(
    "iframe[data-testid='stCustomComponentV1']").getBoundingClientRect();
  top.place ??= [x, y, width, height].map(Math.round);
});
"""


def frame_of(page: Page) -> FrameLocator:
    """Return the map's frame."""
    return page.frame_locator(FRAME)


def address(page: Page) -> dict[str, list[str]]:
    """Return the parameters of the page's address, as the browser has them now."""
    return parse_qs(urlsplit(page.evaluate("location.href")).query)


def counted(page: Page) -> int:
    """Return how many incidents the markers in sight stand for."""
    markers = frame_of(page).locator(".incident-marker").all()
    return sum(int(marker.inner_text().strip() or 1) for marker in markers)


def told(page: Page) -> int:
    """Return how many incidents the map tells of: drawn, on the shelf, and outside."""
    frame = frame_of(page)
    shelf = [int(count) for count in frame.locator(".shelf b").all_inner_texts()]
    outside = re.findall(r"\d+", frame.locator(".tools > button").first.inner_text())
    return counted(page) + sum(shelf) + sum(map(int, outside))


def placed(page: Page) -> int:
    """Return how many incidents have a place, as page and list count them."""
    frame = frame_of(page)
    total = int(frame.locator("body").get_attribute("data-painted") or 0)
    without = frame.locator(".unplaced summary").inner_text()
    return total - int(without.split()[0])


def test_every_located_incident_is_painted_at_first(open_page: OpenPage) -> None:
    """In sight, on the shelf or said to be outside: all that has a place is told of."""
    page = open_page()

    assert told(page) == placed(page)


def test_the_map_stays_where_it_is_painted(browser: Browser, site: str) -> None:
    """A reader who has begun is not pushed aside by what comes later."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(NOTE_THE_PLACE)
    page.goto(site)
    wait_until_painted(page)
    wait_until_drawn(page)
    page.wait_for_load_state("networkidle")

    box = page.locator(FRAME).bounding_box()
    assert box is not None
    last = [box[name] for name in ("x", "y", "width", "height")]
    # Half a pixel is rounded as it comes.
    assert page.evaluate("window.place") == pytest.approx(last, abs=1)
    page.context.close()


def test_the_scripts_of_the_frame_come_with_the_page(site: str) -> None:
    """All are found in these versions of Streamlit and its component, and served."""
    with urllib.request.urlopen(site) as answer:  # noqa: S310 - our own server
        early = re.findall(r"<([^>]+)>; rel=(\w+)", answer.headers["Link"])

    assert [how for _, how in early] == 4 * ["modulepreload"] + 3 * ["preload"]
    for path, _ in early:
        with urllib.request.urlopen(f"{site}{path}") as answer:  # noqa: S310
            assert answer.status == 200


def test_what_came_early_is_what_the_frame_runs(site: str, browser: Browser) -> None:
    """Its scripts are there before the frame is, and are not loaded again."""
    page = browser.new_page()
    page.goto(site)
    wait_until_painted(page)

    loaded = next(one for one in page.frames if "st_folium" in one.url).evaluate(
        """() => Object.fromEntries(performance.getEntriesByType("resource")
            .filter((one) => new URL(one.name).pathname.endsWith(".js"))
            .map((one) => [one.name.replace(/^.*[/]|[?].*$/g, ""), one.transferSize]))"""
    )

    # What draws the ground comes after the markers.
    loaded.pop("drawing.js", None)
    assert len(loaded) == 3
    assert not any(loaded.values()), loaded
    page.context.close()


def test_the_first_view_waits_for_late_style_sheets(open_page: OpenPage) -> None:
    """Fitted in a room without its style, the map would show nothing."""
    page = open_page("/about", wait=False)

    def late(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/assets/**/*.css", late)
    page.goto(page.url.replace("/about", "/"))
    wait_until_painted(page)

    assert told(page) == placed(page)
    # A stylesheet may still be on its way; its page must not close under it.
    page.unroute_all(behavior="wait")


def test_the_map_takes_most_of_the_window(open_page: OpenPage) -> None:
    """At 1280 x 800 the map has at least 60 % of the height, without scrolling."""
    page = open_page()

    box = frame_of(page).locator(".folium-map, #map_div").first.bounding_box()
    assert box is not None
    assert box["height"] >= 480
    assert box["y"] + box["height"] <= 800
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_follows_a_change_of_theme_at_once(
    open_page: OpenPage, theme: Literal["light", "dark"]
) -> None:
    """Streamlit changes the colours of its texts then, without running a script."""
    page = open_page(theme="dark" if theme == "light" else "light")
    wait_until_drawn(page)

    page.emulate_media(color_scheme=theme)

    root = frame_of(page).locator(f"html[data-theme='{theme}']")
    expect(root).to_have_count(1)
    title = frame_of(page).locator(".panel").first
    text, ground = (
        title.evaluate("(each, name) => getComputedStyle(each)[name]", name)
        for name in ("color", "backgroundColor")
    )
    shades = [sum(map(int, re.findall(r"\d+", each)[:3])) for each in (text, ground)]
    assert (shades[0] > shades[1]) == (theme == "dark"), (text, ground)


def test_a_category_changes_the_markers(open_page: OpenPage) -> None:
    """Choosing attacks leaves three, and the address says so."""
    page = open_page()
    frame_of(page).locator("[data-category='attack']").click()
    wait_until_painted(page, 3)

    assert counted(page) == 3
    page.wait_for_function("new URLSearchParams(location.search).has('category')")
    assert address(page)["category"] == ["attack"]


def test_a_date_changes_the_markers(open_page: OpenPage) -> None:
    """Dates certainly before 2000 leave the two bombings of 1999."""
    page = open_page("/?to=1999-12-31&dates=certain")
    wait_until_painted(page, 2)

    assert told(page) == 2


def test_a_click_opens_the_record(open_page: OpenPage) -> None:
    """Allegation and denial, in brief on the map too; what may endanger is held back."""
    page = open_page("/?category=attack&status=alleged")
    wait_until_painted(page, 1)
    frame = frame_of(page)
    frame.locator(".incident-marker").click()
    record = frame.locator(".panel .record")

    for shown in (record, frame.locator(".leaflet-popup")):
        expect(shown).to_contain_text("Alleged by Ilya Zernov.")
        expect(shown).to_contain_text("Denied by Misa Vacic (any part in it)")
    expect(record).to_contain_text("This passage is held back to protect somebody.")
    expect(record).not_to_contain_text("made-up paragraph")
    page.wait_for_function(
        "new URLSearchParams(location.search).get('incident') === 'belgrade-zernov-attack'"
    )


def test_a_record_shows_its_passage_with_the_quote_marked(open_page: OpenPage) -> None:
    """The lines around it, and no more of the archived text."""
    page = open_page("/?incident=kosovo-border-provocation")
    record = frame_of(page).locator(".panel .record")

    passage = record.locator(".passage").filter(has_text="is made up too")
    expect(passage.locator("mark")).to_have_text(
        "Meduza was unable to find additional corroboration"
    )
    expect(record).to_contain_text("These words were not found in the archived copy.")
    expect(passage.get_by_role("button")).to_have_count(0)
    expect(record).not_to_contain_text("A last paragraph of the test")


def test_a_click_tells_streamlit_one_thing_only(open_page: OpenPage) -> None:
    """A second message, of streamlit-folium's own, could take the first one's place."""
    page = open_page("/?category=attack&status=alleged")
    wait_until_painted(page, 1)
    page.evaluate(
        """() => { window.told = []; window.addEventListener("message", (event) => {
          if (event.data?.type === "streamlit:setComponentValue")
            window.told.push(event.data.value.last_active_drawing.properties.id);
        }); }"""
    )
    frame_of(page).locator(".incident-marker").click()
    expect(frame_of(page).locator(".panel .record")).to_be_visible()
    page.wait_for_timeout(1_000)

    assert page.evaluate("() => window.told") == ["belgrade-zernov-attack"]


def test_the_folded_filters_unfold_and_filter(open_page: OpenPage) -> None:
    """A country chosen among them stays chosen when they are folded again."""
    page = open_page()
    frame = frame_of(page)
    fold = frame.get_by_text("More filters")
    fold.click()
    kosovo = frame.locator("[data-country='XK']")
    expect(kosovo).to_contain_text("5")
    kosovo.click()
    wait_until_painted(page, 5)
    expect(kosovo).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("location.search.includes('country=XK')")
    fold.click()
    wait_until_drawn(page)
    wait_until_painted(page, 5)

    assert address(page)["country"] == ["XK"]


def test_words_and_dates_filter_as_they_are_typed(open_page: OpenPage) -> None:
    """Painted at once; address and header follow, and the last words win."""
    page = open_page()
    frame = frame_of(page)
    words = frame.get_by_label("Search", exact=True)
    words.press_sequentially("mural", delay=30)
    page.wait_for_function("new URLSearchParams(location.search).get('q') === 'mural'")
    shown = int(frame.locator("body").get_attribute("data-painted") or 0)
    expect(page.get_by_text(f"{shown} of 60 incidents")).to_be_visible()
    assert 0 < shown < 60

    frame.get_by_label("To", exact=True).fill("1999-12-31")
    expect(frame.get_by_label("certainly")).to_be_visible()
    page.wait_for_function("location.search.includes('to=1999-12-31')")
    words.fill("")
    frame.get_by_label("certainly").check()
    wait_until_painted(page, 2)
    page.wait_for_function("location.search.includes('dates=certain')")
    assert "q" not in address(page)
    frame.locator(".in-force").get_by_role("button", name="Clear all filters").click()
    wait_until_painted(page, 60)

    expect(frame.get_by_label("To", exact=True)).to_have_value("")
    expect(frame.get_by_label("certainly")).to_be_hidden()


def test_dates_that_cannot_be_are_not_asked_for(open_page: OpenPage) -> None:
    """The fields say so, and the map stays as it is."""
    page = open_page("/?to=1999-12-31&dates=certain")
    wait_until_painted(page, 2)
    frame = frame_of(page)
    expect(frame.get_by_label("To", exact=True)).to_have_value("1999-12-31")
    frame.get_by_label("From", exact=True).fill("2020-01-01")

    expect(frame.get_by_text("The first day is after the last.")).to_be_visible()
    frame.get_by_label("From", exact=True).fill("1999-01-01")
    page.wait_for_function("location.search.includes('from=1999-01-01')")
    expect(frame.get_by_text("The first day is after the last.")).to_be_hidden()


def test_a_place_with_several_incidents_opens_their_list(open_page: OpenPage) -> None:
    """One marker for one place; its list leads to each record."""
    page = open_page("/?country=XK&precision=country")
    wait_until_painted(page, 4)
    frame = frame_of(page)
    marker = frame.locator(".incident-marker")
    expect(marker).to_have_count(1)
    marker.click()
    listed = frame.locator(".of-place")
    expect(listed.locator(".choice")).to_have_count(4)
    listed.locator(".choice").filter(has_text="army").click()

    expect(frame.locator(".panel .record h2")).to_contain_text("parliament")
    frame.get_by_role("button", name="Back to this place").click()
    expect(listed.locator(".choice")).to_have_count(4)


def test_a_shared_address_restores_the_view(open_page: OpenPage) -> None:
    """Filters, extent and open incident come back in another browser."""
    link = "/?category=fighters&view=6/54/36&incident=zorky-stadium-quarters"
    page = open_page(link)
    wait_until_painted(page, 5)
    frame = frame_of(page)

    expect(frame.locator(".leaflet-popup :is(h2, h3)").last).to_contain_text(
        "Zorky Stadium"
    )
    view = page.frames[-1].evaluate(
        "() => { const m = window.map; const c = m.getCenter();"
        " return [m.getZoom(), Math.round(c.lat), Math.round(c.lng)]; }"
    )
    assert view[0] == 6
    assert abs(view[1] - 54) <= 2


def test_moving_the_map_writes_the_address_without_a_rerun(open_page: OpenPage) -> None:
    """Panning changes the address and asks our API, not Streamlit."""
    page = open_page()
    frames: list[str] = []
    page.on("websocket", lambda socket: frames.append(socket.url))
    page.frames[-1].evaluate("window.map.setView([44.8, 20.4], 8, {animate: false})")
    page.wait_for_function("new URLSearchParams(location.search).has('view')")

    assert address(page)["view"][0].startswith("8/44.8")


def test_a_brush_over_the_bars_filters_by_date(open_page: OpenPage) -> None:
    """Dragging over the last bars sets the dates of the page."""
    page = open_page()
    bars = frame_of(page).locator("svg.bars")
    box = bars.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.98, box["y"] + 30, steps=6)
    page.mouse.up()
    page.wait_for_function("new URLSearchParams(location.search).has('from')")

    assert address(page)["from"][0] >= "2022-01-01"
    assert address(page)["to"][0] <= "2023-12-31"


def test_playing_moves_the_window_without_a_rerun(open_page: OpenPage) -> None:
    """While it plays the caption changes, and the address does not."""
    page = open_page()
    frame = frame_of(page)
    frame.get_by_role("button", name="Play through time").click()
    caption = frame.locator(".time-brush .caption")
    expect(caption).to_contain_text(re.compile(r"\d{4}"))
    first = caption.inner_text()
    expect(caption).not_to_have_text(first)

    assert "from" not in address(page)


def test_nothing_found_is_said_with_one_click_to_clear(open_page: OpenPage) -> None:
    """An empty result is plain words and a way out."""
    page = open_page("/?q=zzzzqqq")
    frame = frame_of(page)
    expect(frame.locator(".status")).to_contain_text("No incident matches")
    frame.locator(".status").get_by_role("button", name="Clear all filters").click()
    wait_until_painted(page, 60)

    expect(page).not_to_have_url(re.compile(r"[?&]q="))


def test_only_this_area_filters_by_the_extent(open_page: OpenPage) -> None:
    """Kept in the address, with the view as it was; one click searches everywhere."""
    page = open_page("/?view=6/55.8/37.5")
    frame = frame_of(page)
    frame.get_by_role("button", name="Only this area").click()
    page.wait_for_function("new URLSearchParams(location.search).has('bbox')")
    expect(frame.get_by_text("Only an area of the map is searched.")).to_be_visible()
    wait_until_drawn(page)
    assert address(page)["view"] == ["6/55.8/37.5"]
    frame.get_by_role("button", name="Search everywhere").click()
    wait_until_painted(page, 60)
    page.wait_for_function("!new URLSearchParams(location.search).has('bbox')")


def test_the_menu_keeps_the_filters_and_the_table_opens_the_map(
    open_page: OpenPage,
) -> None:
    """From the map to the table and back: the filters stay, one click opens a record."""
    page = open_page("/?category=attack")
    page.get_by_role("link", name="Table and downloads").click()
    page.get_by_text("3 of 60 incidents").wait_for()
    page.get_by_role("link", name="Raid on a bar").click()
    wait_until_painted(page, 3)

    expect(frame_of(page).locator(".panel .record")).to_be_visible()
    page.wait_for_function("new URLSearchParams(location.search).has('incident')")
    assert address(page)["category"] == ["attack"]
    assert address(page)["incident"] == ["belgrade-bar-raid"]


def test_a_link_above_the_table_goes_to_the_downloads_below_it(
    open_page: OpenPage,
) -> None:
    """On a phone they would be many screens away, and unknown to who does not scroll."""
    page = open_page("/table", width=390, height=844, wait=False)
    heading = page.get_by_role("heading", name="Download these 60 incidents")
    heading.wait_for()
    expect(heading).not_to_be_in_viewport()

    page.get_by_role("link", name="Download the data").tap()
    expect(heading).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_no_other_host_is_asked(
    open_page: OpenPage, site: str, theme: str, size: tuple[int, int]
) -> None:
    """No request leaves for a third party: not a script, font, tile or beacon."""
    page = open_page(wait=False, theme=theme, width=size[0], height=size[1])
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.reload()
    wait_until_painted(page)
    page.wait_for_load_state("networkidle")
    hosts = {urlsplit(url).netloc for url in asked if url.startswith("http")}

    assert hosts == {urlsplit(site).netloc}


def test_the_map_follows_the_dark_theme(open_page: OpenPage) -> None:
    """The frame is dark where the page is, the ground included."""
    page = open_page(theme="dark")

    assert page.frames[-1].evaluate("document.documentElement.dataset.theme") == "dark"
    page.frames[-1].wait_for_function("document.body.dataset.ground === 'dark'")


def test_on_a_phone_the_map_comes_first(open_page: OpenPage) -> None:
    """At 390 pixels the map is in sight, and nothing scrolls sideways."""
    page = open_page(width=390, height=844)

    box = frame_of(page).locator("#map_div").bounding_box()
    assert box is not None
    assert box["y"] < 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_menus_button_is_called_what_it_shows(open_page: OpenPage) -> None:
    """Also after it has been opened and closed, when Streamlit makes it anew."""
    page = open_page(width=390, height=844)
    button = page.get_by_test_id("stExpandSidebarButton")

    expect(button).to_have_accessible_name("Menu")
    button.click()
    page.get_by_test_id("stSidebar").get_by_role("button").first.click()
    expect(button).to_have_accessible_name("Menu")


def test_hostile_text_is_shown_and_never_run(open_page: OpenPage) -> None:
    """A search for markup comes back as words, and no dialog opens."""
    page = open_page(wait=False)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(
        page.url.split("?")[0]
        + "?q=%7B%7B7*7%7D%7D%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    )
    wait_until_painted(page, 0)

    assert not dialogs
    assert page.locator("img[src='x']").count() == 0
