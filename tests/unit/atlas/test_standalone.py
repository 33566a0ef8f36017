"""A map that stands alone holds everything, and no text of it is read as anything."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import LineString, Point

from geo.atlas.folium_maps import build_standalone_map
from geo.atlas.standalone import standalone_data
from geo.base.errors import MissingAssetError
from geo.model.incident import Incident
from geo.model.query import Query
from tests.builders import (
    PAYLOADS,
    QUOTE,
    make_atlas,
    make_incident,
    poisoned,
    unplaced,
)


def data_of(folder: Path, *incidents: Incident) -> dict[str, Any]:
    """Return what a map of these incidents holds."""
    return standalone_data(make_atlas(folder, *incidents), Query())


def rendered(data: dict[str, Any]) -> str:
    """Return a map's page."""
    return str(build_standalone_map(data).get_root().render())


def test_a_map_holds_records_places_and_the_words_of_both(tmp_path: Path) -> None:
    """Incidents at one place share it; a line brings its geometry."""
    line = LineString([(20, 44), (22, 44)])
    data = data_of(
        tmp_path,
        make_incident(),
        make_incident(id="two"),
        make_incident(id="line", geometry=line, precision="line", place="Border"),
        unplaced(id="nowhere"),
    )

    assert [record["at"] for record in data["incidents"]] == [0, 0, 1, None]
    (where,) = [
        part
        for part in data["incidents"][0]["parts"]
        if part["kind"] == "fact" and part["label"] == "Place"
    ]
    assert where["text"].startswith("Somewhere in Belgrade. Placed at city level")
    city, border = data["places"]
    assert (city["lon"], city["lat"], city["geometry"]) == (20.46, 44.81, None)
    assert city["label"].endswith("Placed at city level, within about 12 km")
    assert (border["lon"], border["lat"]) == (21, 44)
    assert border["geometry"]["type"] == "LineString"
    assert data["credit"].endswith("coded from Daily. CC BY 4.0.")
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(data))


def test_a_map_without_incidents_has_no_extent(tmp_path: Path) -> None:
    """It is drawn all the same."""
    data = data_of(tmp_path)

    assert (data["extent"], data["places"], data["incidents"]) == (None, [], [])
    assert "standaloneMap.start" in rendered(data)


def test_the_text_around_a_quote_stays_here(tmp_path: Path) -> None:
    """An archived article is not ours to send along with a notebook."""
    atlas = make_atlas(tmp_path / "archive", make_incident())
    text = tmp_path / "copy.txt"
    text.write_text(f"Before it.\n\nSecret words, {QUOTE}, and more.\n\nAfter it.\n")
    atlas.archive.add("daily", text)
    assert atlas.record("mural-2023").passages[0].lead

    data = standalone_data(atlas, Query())

    passage = data["incidents"][0]["parts"][-1]
    assert passage["marked"] == ("“", QUOTE, "”")
    assert "Secret" not in json.dumps(data)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_record_reaches_a_template(
    payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It travels as base64, and reads back as it was."""
    monkeypatch.chdir(tmp_path)
    data = data_of(tmp_path / "archive", poisoned(payload))

    html = rendered(data)

    assert payload not in html
    (token,) = re.findall(r'standaloneMap\.start\(map_\w+, "([A-Za-z0-9+/=]+)"\)', html)
    assert json.loads(base64.b64decode(token)) == json.loads(json.dumps(data))
    # The first payload makes a folder if it is run.
    assert list(tmp_path.iterdir()) == []


def test_a_map_names_no_address(tmp_path: Path) -> None:
    """Scripts and styles are inside; nothing is to be fetched."""
    html = rendered(data_of(tmp_path, make_incident(geometry=Point(20, 44))))

    assert re.findall(r"""(?:src|href)\s*=""", html) == []
    assert "//" not in re.sub(r"[A-Za-z0-9+/=]{200,}", "", html)


def test_a_notebook_shows_the_map(tmp_path: Path) -> None:
    """Jupyter asks for HTML; folium puts the page into a frame."""
    shown = build_standalone_map(data_of(tmp_path, make_incident()))._repr_html_()

    assert "standaloneMap.start" in shown
    assert "<iframe" in shown


def test_missing_browser_libraries_name_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the server starts."""
    monkeypatch.setattr("geo.atlas.folium_maps.INLINED", (tmp_path / "leaflet.js",))

    with pytest.raises(MissingAssetError, match="make setup"):
        build_standalone_map(data_of(tmp_path))
