"""The table over records that have only what is needed, with fields of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.atlas import shelf
from geo.base.settings import DATA, settings

ROUTER = str(Path(__file__).parents[2] / "pages" / "start" / "router.py")
FIELDS = {
    "killed": {"label": "People killed", "type": "integer", "show": ["table"]},
    "photo": {"label": "Photograph", "type": "link", "show": ["table"]},
    "weapon": {"label": "Weapon", "show": ["record"]},
}


@pytest.fixture(autouse=True)
def _layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve two such records in the categories and sources of the project."""
    needed = {"category": "mural", "citations": [{"source": "meduza-2023-12-18"}]}
    own = {"killed": 3, "photo": "https://pictures.example/1", "weapon": "paint"}
    place = {"type": "Point", "coordinates": [20.4, 44.8]}
    features = [
        {
            "type": "Feature",
            "id": name,
            "geometry": geometry,
            "properties": {"title": f"Wall {name}", **needed, **further},
        }
        for name, geometry, further in (("one", place, own), ("two", None, {}))
    ]
    layer = tmp_path / "incidents.geojson"
    layer.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), "utf-8"
    )
    monkeypatch.setenv("INCIDENTS_LAYER", str(layer))
    monkeypatch.setenv("INCIDENTS_SOURCES", str(DATA / "sources.json"))
    monkeypatch.setenv("INCIDENTS_FIELDS", json.dumps(FIELDS))
    monkeypatch.setenv("INCIDENTS_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.setenv("INCIDENTS_MAP_FIRST_S", "0")
    monkeypatch.setattr(shelf, "_SHELF", type(shelf._SHELF)())
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_the_table_says_not_known_and_has_own_fields_under_their_label() -> None:
    """No None reaches a reader; what is not to be in the table is not sent."""
    page = AppTest.from_file(ROUTER, default_timeout=60).run()
    page.switch_page("../explore/table.py").run()

    assert not page.exception
    (html,) = (one.body for one in page.get("html") if "wide-table" in one.body)
    (table,) = pd.read_html(StringIO(html), index_col=0, flavor="lxml")
    assert table.loc["Wall one", "Place"] == "Not known"
    assert table.loc["Wall one", "How exactly placed"] == "Not known"
    assert table.loc["Wall two", "How exactly placed"] == "Not placed on the map"
    assert table.loc["Wall one", "Country or territory"] == "Not known"
    assert table.loc["Wall one", "First possible day"] == "Not known"
    assert table.loc["Wall one", "People killed"] == "3"
    assert table.loc["Wall two", "People killed"] == "Not known"
    assert 'href="https://pictures.example/1"' in html
    assert "None" not in html
    assert "Weapon" not in table.columns
