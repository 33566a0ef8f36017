"""A map that stands alone, opened from a file in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect
from shapely.geometry import Point

import geo
from geo.atlas.folium_maps import build_standalone_map
from geo.atlas.standalone import standalone_data
from geo.model.incident import Incident
from geo.model.query import Query
from tests.builders import PAYLOADS, make_atlas, make_incident, poisoned


class Opened(NamedTuple):
    """A page, all the addresses it asked for, and all that went wrong in it."""

    page: Page
    asked: list[str]
    wrong: list[str]


@pytest.fixture
def open_file(browser: Browser) -> Iterator[Callable[[Path], Opened]]:
    """Give a function that opens a map's file and waits until it is painted."""
    context = browser.new_context(viewport={"width": 1000, "height": 640})

    def opened(path: Path) -> Opened:
        page = context.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.goto(path.as_uri())
        page.locator("body[data-painted]").wait_for(state="attached")
        return Opened(page, asked, wrong)

    yield opened
    context.close()


def file_of(folder: Path, *incidents: Incident) -> Path:
    """Write a map of these incidents."""
    data = standalone_data(make_atlas(folder / "archive", *incidents), Query())
    path = folder / "map.html"
    build_standalone_map(data).save(str(path))
    return path


def test_the_own_layer_is_painted_and_asks_nobody(
    open_file: Callable[[Path], Opened], tmp_path: Path
) -> None:
    """Markers, outlines, legend; a click comes closer; the file is all that is read."""
    path = tmp_path / "map.html"
    geo.read_layer("data/").explore().save(str(path))

    page, asked, wrong = open_file(path)

    markers = page.locator(".incident-marker")
    assert sum(int(text.strip() or 1) for text in markers.all_inner_texts()) == 56
    assert page.locator("path.vague.line").count() == 1
    expect(page.locator(".legend")).to_contain_text("4 more without a place")
    before = page.locator(".leaflet-control-scale-line").inner_text()
    markers.first.click()
    expect(page.locator(".leaflet-control-scale-line")).not_to_have_text(before)
    assert asked == [path.as_uri()]
    assert wrong == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts_are_shown_verbatim(
    payload: str, open_file: Callable[[Path], Opened], tmp_path: Path
) -> None:
    """In the popup, the tooltip and the list of a place, and none of them runs."""
    page, asked, wrong = open_file(
        file_of(tmp_path, poisoned(payload), make_incident(id="two", place=payload))
    )

    marker = page.locator(".incident-marker")
    marker.hover()
    expect(page.locator(".leaflet-tooltip")).to_contain_text(payload)
    marker.click()
    popup = page.locator(".leaflet-popup")
    expect(popup.locator(":is(h2, h3)")).to_contain_text(payload)
    popup.locator("button.choice").first.click()
    record = page.locator("article.incident-record")
    expect(record.locator("h3")).to_have_text(payload)
    expect(record).to_contain_text(f"Denied by {payload}.")
    expect(record.locator("mark")).to_have_text(payload)
    assert asked == [page.url]
    assert wrong == []


def test_a_notebook_shows_it_in_a_frame(browser: Browser, tmp_path: Path) -> None:
    """As Jupyter does, which takes the map's HTML into a page of its own."""
    data = standalone_data(make_atlas(tmp_path, make_incident()), Query())
    page = browser.new_page()
    page.set_content(str(build_standalone_map(data)._repr_html_()))

    frame = page.frame_locator("iframe")
    frame.locator(".incident-marker").click()

    expect(frame.locator("article h3")).to_have_text("Mural painted over")
    page.close()


def test_a_marker_opens_by_keyboard(
    open_file: Callable[[Path], Opened], tmp_path: Path
) -> None:
    """It has a name for those who do not see it."""
    incident = make_incident(geometry=Point(20.46, 44.81), precision="venue")
    page, _, wrong = open_file(file_of(tmp_path, incident))

    marker = page.get_by_role("button", name="Mural. Belgrade. Placed at a venue")
    marker.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".leaflet-popup h3")).to_have_text("Mural painted over")
    assert wrong == []


def test_a_map_without_incidents_says_so(
    open_file: Callable[[Path], Opened], tmp_path: Path
) -> None:
    """Nothing to show is no fault."""
    page, _, wrong = open_file(file_of(tmp_path))

    expect(page.locator(".legend")).to_contain_text("No incident matches")
    assert wrong == []
