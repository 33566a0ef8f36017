"""The ground below the markers, in a real Chromium: what is drawn, when, and from what."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, Route

sys.path.insert(0, str(Path(__file__).parent))
from conftest import OpenPage, wait_until_painted

from geo.ground.archives import extract_ground
from tests.serving import served
from tests.vector_tiles import write_streets

#: Look at a place (lat, lon, zoom) until the ground is drawn there.
LOOK = """([lat, lon, zoom]) => new Promise((done) => {
  const settled = () => setTimeout(done, 400);
  window.addEventListener("ground-painted", settled, { once: true });
  window.map.setView([lat, lon], zoom, { animate: false });
})"""
#: The colour of the ground at a place (lat, lon), as #rrggbb.
COLOR = """([lat, lon]) => {
  const sheet = document.querySelector(".leaflet-tile-pane .ground-sheet");
  const from = sheet.getBoundingClientRect();
  const frame = window.map.getContainer().getBoundingClientRect();
  const at = window.map.latLngToContainerPoint([lat, lon]);
  const dense = sheet.width / from.width;
  const x = (at.x + frame.left - from.left) * dense;
  const y = (at.y + frame.top - from.top) * dense;
  const [r, g, b, a] = sheet.getContext("2d").getImageData(x, y, 1, 1).data;
  return a ? "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("") : "";
}"""
#: How many of the names' pixels lie on markers.
OVER_MARKERS = """() => {
  const sheet = document.querySelector(".leaflet-groundNames-pane .ground-sheet");
  const from = sheet.getBoundingClientRect(), dense = sheet.width / from.width;
  const ctx = sheet.getContext("2d");
  let drawn = 0;
  for (const marker of document.querySelectorAll(".leaflet-marker-pane > *")) {
    const { left, top, width, height } = marker.getBoundingClientRect();
    const { data } = ctx.getImageData((left - from.left + 4) * dense,
      (top - from.top + 4) * dense, (width - 8) * dense, (height - 8) * dense);
    for (let i = 3; i < data.length; i += 4) drawn += data[i] > 60;
  }
  return drawn;
}"""
#: Notes when markers and ground were painted first, and when the library was asked for.
NOTE = """
for (const name of ["incidents-painted", "ground-painted"]) {
  window.addEventListener(name, () => { (window.order ??= []).push(name); });
}
"""
LAND, NIGHT = "#fbfaf7", "#22272c"


def frame_of(page: Page) -> Frame:
    """Return the map's frame, where the ground is drawn."""
    frame = next(one for one in page.frames if "st_folium" in one.url)
    frame.wait_for_function("() => document.body.dataset.ground")
    return frame


def color(frame: Frame, lat: float, lon: float) -> str:
    """Return the ground's colour; empty for the sea."""
    return str(frame.evaluate(COLOR, [lat, lon]))


def test_land_is_where_land_is(open_page: OpenPage) -> None:
    """Belgrade is on it, the Adriatic is not."""
    frame = frame_of(open_page())

    frame.evaluate(LOOK, [43.5, 18.0, 6])

    assert color(frame, 44.0, 21.3) == LAND
    assert color(frame, 42.6, 16.8) == ""


def test_the_ground_is_dark_where_the_page_is(open_page: OpenPage) -> None:
    """From the same tiles."""
    frame = frame_of(open_page(theme="dark"))

    frame.evaluate(LOOK, [43.5, 18.0, 6])

    assert color(frame, 44.0, 21.3) == NIGHT


@pytest.mark.parametrize("zoom", [4, 4.5])
def test_the_world_goes_on_beyond_the_180th_meridian(
    open_page: OpenPage, zoom: float
) -> None:
    """Both halves of Chukotka and of Fiji's largest island, and no line between."""
    frame = frame_of(open_page())

    frame.evaluate(LOOK, [66.5, 180.0, zoom])

    across = [color(frame, 67.2, 180 + step / 40) for step in range(-40, 41)]
    assert set(across) == {LAND}


def test_there_are_no_seams_between_tiles(open_page: OpenPage) -> None:
    """Across a plain, at the half zooms where tiles of pictures had them."""
    frame = frame_of(open_page())

    frame.evaluate(LOOK, [56.0, 62.0, 6.5])

    plain = {color(frame, 55.2, 60.5 + step / 97) for step in range(300)}
    water = {one for one in plain if one not in {LAND, ""}}
    assert LAND in plain
    assert "" not in plain
    assert len(water) < 12  # a river or a border, no comb of lines


def test_no_name_is_written_over_a_marker(open_page: OpenPage) -> None:
    """Towns under markers are named beside them."""
    frame = frame_of(open_page())

    for view in ([50.0, 25.0, 4], [44.0, 20.8, 7], [44.8, 20.46, 12]):
        frame.evaluate(LOOK, view)
        frame.wait_for_timeout(400)
        assert frame.evaluate(OVER_MARKERS) == 0, view


def test_the_markers_come_first(browser: Browser, site: str) -> None:
    """Nothing of the ground is asked for before they are painted."""
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(NOTE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site)
    frame = frame_of_site(page)

    frame.wait_for_function("window.order.includes('ground-painted')")
    order = frame.evaluate("window.order")
    urls = [url for url in asked if "/ground/" in url or "/api/view" in url]
    context.close()

    assert order[0] == "incidents-painted"
    assert "ground-painted" in order
    assert "/api/view" in urls[0]


def frame_of_site(page: Page) -> Frame:
    """Wait for the map, then for its ground."""
    wait_until_painted(page)
    return frame_of(page)


def test_a_host_without_byte_ranges_will_do(browser: Browser, site: str) -> None:
    """The file, here a part of the world for one map, is then read once and whole."""
    balkans = extract_ground([((10.0, 38.0, 30.0, 50.0), range(6))])
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=200, body=balkans)

    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.route("**/world.pmtiles", answer)
    page.goto(site)
    frame = frame_of_site(page)

    frame.evaluate(LOOK, [44.0, 20.5, 6])

    seen = color(frame, 44.0, 21.3)
    context.close()
    assert seen == LAND
    assert len(asked) == 1


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the map with an extract of streets; give its address."""
    file = write_streets(tmp_path_factory.mktemp("ground") / "streets.pmtiles")
    with served(INCIDENTS_GROUND=str(file)) as url:
        yield url


def test_streets_are_drawn_where_the_map_brings_them(
    browser: Browser, town: str
) -> None:
    """Near by, in place of the ground, and not beyond what they cover."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(town)
    frame = frame_of_site(page)

    frame.evaluate(LOOK, [44.81, 20.46, 14])
    road, beside = color(frame, 44.82, 20.4555), color(frame, 44.8175, 20.4555)
    frame.evaluate(LOOK, [44.60, 20.46, 14])
    beyond = color(frame, 44.60, 20.46)
    context.close()

    assert road != beside
    assert beyond == LAND
