"""What a reader sees of records and symbols is the same wherever it is drawn."""

from __future__ import annotations

import json
import sys
import urllib.request
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect
from shapely.geometry import Point, Polygon

from geo.base.settings import DATA, ROOT
from geo.formats.style import _UNIT, _outline
from geo.model.symbols import SYMBOLS
from geo.model.vocabulary import read_vocabulary
from tests.record_words import without_spaces, words_of

sys.path.insert(0, str(Path(__file__).parent))
from conftest import OpenPage

STATIC = ROOT / "geo" / "web" / "static"
#: The categories of the project's layer, as the map's script takes them.
CATEGORIES = read_vocabulary(DATA / "vocabulary" / "categories.json").marks()
FRAME = "iframe[data-testid='stCustomComponentV1']"


def record_of(site: str, incident_id: str) -> dict[str, Any]:
    """Return a record as the API gives it."""
    with urllib.request.urlopen(f"{site}/api/incidents/{incident_id}") as answer:  # noqa: S310 - our own server
        record: dict[str, Any] = json.load(answer)
    return record


def ids_of(site: str, query: str) -> list[str]:
    """Return the ids of a few located incidents that a filter finds."""
    with urllib.request.urlopen(f"{site}/api/incidents?{query}") as answer:  # noqa: S310
        listed = json.load(answer)["incidents"]
    return [row["id"] for row in listed if record_of(site, row["id"])["lat"]][:1]


@pytest.mark.parametrize(
    "query", ["category=attack&status=alleged", "category=plot", "category=fighters"]
)
def test_popup_and_panel_show_the_same_words(
    open_page: OpenPage, site: str, query: str
) -> None:
    """The panel all parts of a record, the popup what fits beside it."""
    (incident_id,) = ids_of(site, query)
    record = record_of(site, incident_id)
    parts, history = record["parts"], record["history"]
    page = open_page(f"/?incident={incident_id}")
    popup = page.frame_locator(FRAME).locator(".leaflet-popup article")
    panel = page.frame_locator(FRAME).locator(".panel article")
    expect(popup).to_have_count(1)

    short = {"kicker", "title", "claim", "uncertain", "denial", "fact", "link"}
    brief = [part for part in parts if part["brief"] and part["kind"] in short]
    changed = f"{history['said']}." if history["changes"] else ""
    assert without_spaces(popup.text_content() or "") == words_of(
        brief
    ) + without_spaces(changed)
    whole = without_spaces(panel.text_content() or "")
    assert whole.startswith(words_of(parts) + without_spaces(history["said"]))
    for each in history["changes"]:
        for line in (each["when"], *each["lines"]):
            assert without_spaces(line) in whole
    assert whole.endswith(without_spaces("Cite this record"))


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Page:
    """Give a page with nothing in it but the script that draws symbols."""
    page = browser.new_page()
    page.add_script_tag(path=STATIC / "symbols.js")
    return page


@pytest.mark.parametrize("name", sorted(SYMBOLS))
def test_the_browser_draws_the_outline_of_the_exports(blank: Page, name: str) -> None:
    """The same shape, point for point, but for the decimals that a browser needs."""
    drawn = blank.evaluate(
        """(outline) => {
          window.incidentSymbols.use({ a: { label: "A", color: "#000000", outline } });
          const picture = window.incidentSymbols.sample("a", "reported");
          const shape = picture.querySelector(".shape");
          const hole = picture.querySelector(".hole");
          const numbers = (shape.getAttribute("points") ?? "").split(/[ ,]/).map(Number);
          return [numbers, Number(shape.getAttribute("r")), Number(hole?.getAttribute("r") ?? 0)];
        }""",
        SYMBOLS[name].outline,
    )
    numbers, radius, hole = drawn
    corners = zip(numbers[::2], numbers[1::2], strict=True) if not radius else ()
    shape = Polygon(corners) if not radius else Point(12, 12).buffer(radius)
    _, inside = _outline(name)
    expected = Polygon(
        [(12 + x / _UNIT, 12 + y / _UNIT) for x, y in inside.exterior.coords]
    )

    assert shape.hausdorff_distance(expected) < 0.08
    assert hole == SYMBOLS[name].hole_radius


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("category", [None, *CATEGORIES])
def test_how_sure_a_report_is_can_be_told_by_its_symbol(
    blank: Page, theme: str, category: str | None
) -> None:
    """On the ground of either theme: by an eighth of the pixels, colours aside."""
    blank.add_style_tag(path=STATIC / "incident-layer.css")
    blank.evaluate(
        """([theme, categories, id]) => {
          document.documentElement.dataset.theme = theme;
          document.body.style.background = theme === "dark" ? "#14181c" : "#e8edf0";
          window.incidentSymbols.use(categories);
          document.body.replaceChildren(...["reported", "alleged", "unverified", "plan"]
            .map((look) => window.incidentSymbols.sample(id, look)));
        }""",
        [theme, CATEGORIES, category],
    )
    pictures = [
        Image.open(BytesIO(picture.screenshot())).convert("L")
        for picture in blank.locator("svg").all()
    ]

    for one, other in combinations(pictures, 2):
        differences = ImageChops.difference(one, other).point(lambda grey: grey > 40)
        changed = sum(1 for pixel in differences.tobytes() if pixel)
        assert changed > one.width * one.height / 8
