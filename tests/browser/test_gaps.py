"""A layer of records that have only what is needed, as readers see it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import served

sys.path.insert(0, str(Path(__file__).parent))
from conftest import wait_until_painted

FRAME = "iframe[data-testid='stCustomComponentV1']"
#: A folder to put pictures into, for whoever wants to look at them.
PICTURES = os.environ.get("INCIDENTS_TEST_PICTURES", "")
FIELDS = {
    "killed": {
        "label": "People killed",
        "type": "integer",
        "show": ["record", "popup", "table"],
    },
    "photo": {"label": "Photograph", "type": "link", "show": ["record", "popup"]},
}


def record(name: str, geometry: object, **own: object) -> dict[str, Any]:
    """Return a feature with what is needed, and fields of its own."""
    properties = {"title": f"Wall {name} painted", "category": "mural", **own}
    properties["citations"] = [{"source": "daily"}]
    return {
        "type": "Feature",
        "id": name,
        "geometry": geometry,
        "properties": properties,
    }


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a point, degrees."""
    return {"type": "Point", "coordinates": [lon, lat]}


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve such a layer; give its address."""
    folder = tmp_path_factory.mktemp("gaps")
    own = {"killed": 3, "photo": "https://pictures.example/1", "weapon": "<b>paint</b>"}
    features = [
        record("one", point(20.4, 44.8), **own),
        record("two", point(21.9, 43.3), place="Niš", precision="city", radius_m=9000),
        record("three", None),
    ]
    contents = {
        "incidents.geojson": {"type": "FeatureCollection", "features": features},
        "categories.json": {
            "categories": [
                {
                    "id": "mural",
                    "label": "Mural",
                    "definition": "A wall.",
                    "color": "#0072b2",
                    "symbol": "square",
                }
            ]
        },
        "sources.json": {
            "sources": [
                {
                    "id": "daily",
                    "title": "What happened",
                    "publisher": "Daily",
                    "language": "en",
                    "published": None,
                    "url": "https://daily.example/article",
                    "licence": "All rights reserved",
                }
            ]
        },
    }
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    with served(
        INCIDENTS_LAYER=str(folder / "incidents.geojson"),
        INCIDENTS_VOCABULARY=str(folder / "categories.json"),
        INCIDENTS_SOURCES=str(folder / "sources.json"),
        INCIDENTS_ARCHIVE=str(folder / "archive"),
        INCIDENTS_FIELDS=json.dumps(FIELDS),
    ) as url:
        yield url


def pictured(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_what_is_not_known_is_shown_as_that(browser: Browser, gaps: str) -> None:
    """A ring of dots on the map and in the legend; words, no None; links that are safe."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(gaps)
    wait_until_painted(page)
    frame = page.frame_locator(FRAME)
    pictured(page, "map")

    expect(frame.locator(".incident-marker .dots")).to_have_count(1)
    expect(frame.locator("path.vague")).to_have_count(1)
    expect(frame.locator(".legend")).to_contain_text("nobody said how exact it is")

    page.goto(f"{gaps}/?incident=one")
    wait_until_painted(page)
    popup = frame.locator(".leaflet-popup article.incident-record")
    expect(popup).to_contain_text("Given as a point; nobody said how exact it is")
    expect(popup).to_contain_text("People killed: 3")
    panel = frame.locator(".panel .record")
    expect(panel).to_contain_text("No passage given.")
    expect(panel).to_contain_text("weapon: <b>paint</b>")
    link = panel.get_by_role("link", name="https://pictures.example/1")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert "None" not in (panel.text_content() or "")
    pictured(page, "record")

    page.goto(f"{gaps}/?precision=unknown")
    wait_until_painted(page, 2)
    pictured(page, "filtered")
    context.close()
