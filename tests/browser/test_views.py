"""Views of the map in a real Chromium: first view, vague places, tools, both hemispheres."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, FrameLocator, Page, expect

sys.path.insert(0, str(Path(__file__).parent))
from conftest import OpenPage, wait_until_painted

from geo.commands.cli import main
from tests.serving import served

BELGRADE = "/?view=15/44.806/20.463"
#: Two spots a short way apart, on either side of the antimeridian, and one afar.
SPOTS = {
    "boat": (-179.95, -16.85),
    "harbour": (179.95, -16.9),
    "suva": (178.44, -18.14),
    "nadi": (177.42, -17.8),
    "paris": (2.35, 48.85),
}


def frame_of(page: Page) -> FrameLocator:
    """Return the map's frame."""
    return page.frame_locator("iframe[data-testid='stCustomComponentV1']")


def in_frame(page: Page, script: str) -> Any:  # noqa: ANN401 - JSON of the browser
    """Return what a script in the map's frame says."""
    return page.frames[-1].evaluate(script)


@pytest.fixture(scope="module")
def fiji(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a map of a place on both sides of the antimeridian."""
    folder = tmp_path_factory.mktemp("fiji")
    table = folder / "fiji.csv"
    rows = [
        f"Protest at {name},2023-05-02,{lat},{lon},Protest,{name},Daily"
        for name, (lon, lat) in SPOTS.items()
    ]
    table.write_text(
        "\n".join(["title,date,lat,lon,category,place,source", *rows]), encoding="utf-8"
    )
    asked = ["import", str(table), "--into", str(folder / "map"), "--yes"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    folder = folder / "map"
    with served(INCIDENTS_MAP=str(folder)) as url:
        yield url


def test_the_first_view_is_where_most_of_it_is(open_page: OpenPage) -> None:
    """Not the hull of everything; what lies outside is said, and one click away."""
    page = open_page()
    frame = frame_of(page)

    assert in_frame(page, "incidentLayer.map().getZoom()") >= 7
    show = frame.locator(".tools > button").first
    expect(show).to_have_text(re.compile(r"^Show \d+ more$"))
    show.click()
    expect(show).to_have_text("Show all")


def test_a_city_is_on_the_shelf_in_its_streets(open_page: OpenPage) -> None:
    """Its button says how many, shows how far it reaches, and opens their list."""
    page = open_page(BELGRADE)
    frame = frame_of(page)
    button = frame.locator(".shelf [data-place]").first

    expect(button).to_contain_text("Somewhere in Belgrade: ")
    button.hover()
    expect(frame.locator("path.vague.lit")).to_have_count(1)
    number = int(button.locator("b").inner_text())
    button.press("Enter")
    expect(frame.locator(".panel .of-place .list li")).to_have_count(number)


def test_more_vague_places_unfold(open_page: OpenPage) -> None:
    """Few at first; the others come with one button, and go with it."""
    page = open_page("/?view=16/44.8063/20.4648", width=390, height=844)
    frame = frame_of(page)
    expect(frame.locator(".shelf [data-place]")).to_have_count(2)

    frame.locator(".shelf .fold").tap()

    assert frame.locator(".shelf [data-place]").count() > 2
    expect(frame.locator(".shelf .fold")).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("view", ["7/43.5/21.0", "13/44.83/20.48"])
def test_the_shelf_steps_aside_for_what_is_on_the_ground(
    open_page: OpenPage, view: str
) -> None:
    """On a phone it would lie on a marker in its usual corner, and has moved away."""
    page = open_page(f"/?view={view}", width=390, height=844)
    expect(frame_of(page).locator(".shelf")).to_be_visible()

    covered = in_frame(
        page,
        """() => {
          const boxOf = (element) => element.getBoundingClientRect();
          const shelf = boxOf(document.querySelector(".shelf"));
          return [...document.querySelectorAll(".incident-marker")].map(boxOf)
            .filter((box) => box.left < shelf.right && box.right > shelf.left
              && box.top < shelf.bottom && box.bottom > shelf.top).length;
        }""",
    )
    assert covered == 0
    expect(frame_of(page).locator(".leaflet-bottom.leaflet-left .shelf")).to_have_count(
        0
    )


def test_the_bars_say_what_one_of_them_stands_for(open_page: OpenPage) -> None:
    """Months, or years in a layer of many; and what is pale, where something is."""
    page = open_page()
    caption = frame_of(page).locator(".time-brush .caption")
    expect(caption).to_contain_text("Incidents by month; the pale part")

    in_frame(
        page,
        """timeBrush.paint([{ from: "1901-01-01", to: "1901-12-31", certain: 2,
          possible: 0, gap: false }], 0, "")""",
    )
    expect(caption).to_have_text("Incidents by year. Drag to choose dates.")


def test_every_marker_has_a_name_and_opens_with_the_space_bar(
    open_page: OpenPage,
) -> None:
    """A screen reader says what it is; the keyboard opens it."""
    page = open_page("/?view=10/43.5417/21.7078")
    frame = frame_of(page)
    for marker in frame.locator(".incident-marker").all():
        assert marker.get_attribute("aria-label")
    frame.locator(".incident-marker").first.press("Space")

    expect(frame.locator(".panel .record")).to_be_visible()


def test_a_place_is_searched_and_marked(open_page: OpenPage) -> None:
    """Several of one name are offered; Escape takes the mark away."""
    page = open_page()
    frame = frame_of(page)
    field = frame.get_by_role("searchbox", name="Search a place")
    field.fill("Springfield")
    field.press("Enter")
    # The towns of the world are read when somebody first asks for one.
    expect(frame.locator(".results")).to_contain_text(
        "places have this name", timeout=90_000
    )
    field.fill("Novi Sad")
    field.press("Enter")
    expect(frame.locator("path.searched")).to_have_count(2)

    assert in_frame(page, "Math.round(incidentLayer.map().getCenter().lng)") == 20
    field.press("Escape")
    expect(frame.locator("path.searched")).to_have_count(0)
    expect(field).to_be_focused()


def test_a_name_that_nobody_knows_is_said(open_page: OpenPage) -> None:
    """In words, where the reader looks."""
    page = open_page()
    frame = frame_of(page)
    frame.get_by_role("searchbox", name="Search a place").fill("<b>Xyzzyplugh</b>")
    frame.get_by_role("searchbox", name="Search a place").press("Enter")

    expect(frame.locator(".results")).to_contain_text(
        "<b>Xyzzyplugh</b>", timeout=90_000
    )


def test_a_shared_link_has_view_and_filters(open_page: OpenPage) -> None:
    """It is shown, ready to be copied; Escape closes it."""
    page = open_page("/?category=mural")
    frame = frame_of(page)
    frame.locator(".more summary").click()
    frame.get_by_role("button", name="Share this view").click()
    link = frame.get_by_role("textbox", name="Link to this view")

    assert "category=mural" in link.input_value()
    assert "view=" in link.input_value()
    link.press("Escape")
    expect(link).to_be_hidden()


def test_a_picture_is_of_this_view_with_these_filters(open_page: OpenPage) -> None:
    """Each form is a link to the server's file; Escape closes the choice."""
    page = open_page("/?category=mural&view=9/44.8/20.5")
    frame = frame_of(page)
    frame.locator(".more summary").click()
    frame.get_by_role("button", name="Download a picture").click()
    choice = frame.get_by_role("dialog", name="Download a picture")
    address = choice.get_by_role("link", name="SVG").get_attribute("href") or ""

    assert "category=mural" in address
    assert "theme=dark" not in address
    drawn = page.request.get(address)
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "Mural or graffiti" in drawn.text()
    choice.get_by_role("checkbox").check()
    expect(choice.get_by_role("link", name="PDF")).to_have_attribute(
        "href", re.compile("theme=dark")
    )
    choice.press("Escape")
    expect(choice).to_be_hidden()


@pytest.mark.parametrize("spot", ["/", "/?incident=aleksinac-nato-bombing"])
def test_print_is_one_page_with_map_legend_and_filters(
    open_page: OpenPage, spot: str
) -> None:
    """Also while a record is open, which is not printed over the map."""
    page = open_page(spot)
    frame = frame_of(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    expect(frame.locator(".printed")).to_contain_text("Nothing is filtered out")
    expect(frame.locator(".printed")).to_contain_text("Printed on")
    expect(frame.locator(".printed")).to_contain_text("Meduza")
    expect(frame.locator("[data-filter='category']")).to_be_visible()
    expect(frame.locator(".panel .reading")).to_be_hidden()
    expect(frame.locator(".tools")).to_be_hidden()
    expect(page.locator("[data-testid='stSidebar']")).to_be_hidden()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(frame.locator(".printed")).to_have_text("")


def test_print_says_what_is_filtered_by_in_words(open_page: OpenPage) -> None:
    """As the filters themselves are called (model.query.FILTERS)."""
    page = open_page("/?status=alleged&from=2023-01-01&dates=certain")

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    expect(frame_of(page).locator(".printed")).to_contain_text(
        "Filtered. How sure: Alleged; From: 2023-01-01; Inside these dates: Certainly."
    )


def test_both_sides_of_the_antimeridian_are_seen_together(
    fiji: str, browser: Browser
) -> None:
    """Framed as one, in one marker where they are close; the world fits in sight."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(fiji)
    wait_until_painted(page)
    frame = frame_of(page)

    bounds = in_frame(
        page,
        "(() => { const b = incidentLayer.map().getBounds();"
        " return [b.getWest(), b.getEast()]; })()",
    )
    assert bounds[0] < min(lon for lon, _ in SPOTS.values() if lon > 90)
    assert bounds[1] > 360 + SPOTS["boat"][0]
    expect(frame.locator(".tools > button").first).to_have_text("Show 1 more")
    markers = frame.locator(".incident-marker")
    assert "2" in markers.all_inner_texts()
    in_frame(page, "incidentLayer.map().setZoom(0, {animate: false})")
    expect(frame.locator(".tools > button").first).to_have_text("Show all")
    shown = in_frame(page, "incidentLayer.map().getBounds().toBBoxString()").split(",")
    assert float(shown[2]) - float(shown[0]) >= 360
    context.close()
