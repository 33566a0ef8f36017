"""The pages of a newsroom's own map: its words, and none of another map's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.atlas import shelf
from geo.base.map_writing import write_map_file
from geo.base.new_map import make_map
from geo.base.settings import settings
from geo.model.incident import feature_of
from tests.builders import SOURCES, VOCABULARY, make_incident

ROOT = Path(__file__).parents[2]
ROUTER = str(ROOT / "pages" / "start" / "router.py")
PAGES = (
    "explore/map.py",
    "explore/table.py",
    "evidence/sources.py",
    "connect/connect.py",
    "about/method.py",
)


@pytest.fixture
def own_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve an empty map."""
    folder = tmp_path / "m"
    make_map(folder, title="Floods of 2024")
    monkeypatch.setenv("INCIDENTS_MAP", str(folder))
    monkeypatch.setenv("INCIDENTS_MAP_FIRST_S", "0")
    monkeypatch.setattr(shelf, "_SHELF", type(shelf._SHELF)())
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def fill(folder: Path) -> None:
    """Put one incident into a map, with what it rests on."""
    source = {**asdict(SOURCES["daily"]), "published": "2024-01-05"}
    features = [feature_of(make_incident(country="FR", place="Lyon"))]
    for name, content in {
        "categories.json": {"categories": [asdict(each) for each in VOCABULARY]},
        "sources.json": {"sources": [source]},
        "incidents.geojson": {"type": "FeatureCollection", "features": features},
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def opened(script: str) -> AppTest:
    """Open one page of the site."""
    page = AppTest.from_file(ROUTER, default_timeout=60)
    page.run()
    if script != PAGES[0]:
        page.switch_page(str(ROOT / "pages" / script)).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    """Return all that a page says, as one text."""
    blocks = [
        *page.get("html"),
        *page.markdown,
        *page.text,
        *page.code,
        *page.title,
        *page.header,
    ]
    return " ".join(
        str(getattr(block, "body", None) or block.value) for block in blocks
    )


def test_an_empty_map_says_how_to_bring_in_a_table(own_map: Path) -> None:
    """With the command as it is typed, and no filters of nothing."""
    page = opened("explore/map.py")

    assert "This map has no incidents yet" in words(page)
    assert f"incidents import TABLE --into {own_map}" in words(page)
    assert not page.sidebar.children


def test_where_a_map_lies_is_not_told_to_strangers(
    own_map: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is open to others names no folder of its disk."""
    monkeypatch.setenv("INCIDENTS_HOST", "0.0.0.0")  # noqa: S104 - told, not opened
    settings.cache_clear()

    said = words(opened("explore/map.py"))

    assert str(own_map) not in said
    assert "incidents import TABLE --into my-map" in said


@pytest.mark.parametrize("script", PAGES)
def test_no_page_has_the_words_of_another_map(own_map: Path, script: str) -> None:
    """Neither while the map is empty nor once it has an incident."""
    for prepare in (lambda _folder: None, fill):
        prepare(own_map)
        # The one code of a country that the standard has not.
        said = words(opened(script)).replace("XK stands for Kosovo", "")
        for foreign in ("Serbia", "Meduza", "investigation", "Kosovo", "CC BY"):
            assert foreign not in said


def test_the_map_tells_what_it_is_about_and_on_what_terms(own_map: Path) -> None:
    """In Markdown, beside how every map is read."""
    fill(own_map)
    write_map_file(own_map, about="We count **every** flood.", licence="CC BY-SA 4.0")

    said = words(opened("about/method.py"))

    assert "We count **every** flood." in said
    assert "CC BY-SA 4.0" in said
    assert "A claim is not a fact." in said


def test_a_title_that_changes_is_shown_without_a_restart(own_map: Path) -> None:
    """As every other change of the map."""
    fill(own_map)
    assert "Floods of 2024" in words(opened("explore/map.py"))

    (own_map / "map.toml").write_text('title = "High water"\n', encoding="utf-8")
    opened("explore/map.py")

    assert "High water" in words(opened("explore/map.py"))
