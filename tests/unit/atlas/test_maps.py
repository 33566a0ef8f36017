"""The folium map is built once and holds no data, so no data can run in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas.folium_maps import build_change, build_map, lent_map
from geo.atlas.maps import FrameState, read_frame_state, token_of
from geo.base.settings import settings
from geo.model.query import Query
from tests.builders import PAYLOADS


def rendered_map() -> str:
    """Return the map's page, with the ids that folium makes up left out."""
    html = str(build_map().get_root().render())
    return re.sub(r"[0-9a-f]{32}", "ID", html)


def rendered_change(*, query: str, incident: str | None, theme: str = "light") -> str:
    """Return what streamlit-folium sends to the browser for a change of the map."""
    change = build_change(query=query, incident=incident, theme=theme)
    with lent_map() as incident_map:
        return str(streamlit_folium._get_feature_group_string(change, incident_map))


def test_the_map_is_the_same_each_time() -> None:
    """A map that varied would be a new iframe, which flashes and loses its zoom."""
    assert rendered_map() == rendered_map()


def test_a_lent_map_comes_back_as_it_was() -> None:
    """What one reader's change adds is not there for the next, nor left in the page."""

    def written() -> tuple[str, str, str, str]:
        with lent_map() as incident_map:
            change = build_change(query="q=x", incident="a", theme="dark")
            script = streamlit_folium._get_map_string(incident_map)
            added = streamlit_folium._get_feature_group_string(change, incident_map)
            page = incident_map.get_root()
            return script, added, page.header.render(), page.script.render()

    first = written()

    assert written() == first
    assert first[0].count("incidentLayer.start") == 1
    assert first[1].count("incidentLayer.show") == 1


def test_the_map_loads_everything_from_our_own_server() -> None:
    """No address of another host is in its page, and no tiles."""
    html = rendered_map()

    addresses = re.findall(r"""(?:src|href)=["']([^"']+)["']""", html)
    assert len(addresses) >= 4
    assert all(address.startswith("/assets/") for address in addresses)
    assert "//" not in re.sub(r"/\*.*?\*/", "", html.replace("://www.w3.org", ""))
    assert "L.tileLayer" not in html


def test_the_map_starts_our_layer() -> None:
    """And hands its zoom limits on to Leaflet."""
    html = rendered_map()

    assert "window.incidentLayer.start(map_ID)" in html
    assert '"maxZoom": 18' in html
    assert '"minZoom": 2' in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_filter_or_a_record_reaches_a_template(
    payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as written nor as encoded for a URL, whatever the reader typed."""
    monkeypatch.chdir(tmp_path)
    query = Query(q=payload, category=(payload,)).urlencode()

    for asked in (query, payload):
        html = rendered_change(query=asked, incident=payload, theme=payload)
        assert payload not in html
        assert query not in html
        assert "cycler" not in html
        assert "onerror" not in html
    assert payload not in rendered_map()
    # The first payload makes a folder if it is run.
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("setting", ["title", "subtitle", "tiles_attribution"])
def test_no_text_of_a_setting_reaches_a_template(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment's own texts are fetched by the layer like all others."""
    plain = rendered_map()
    monkeypatch.setenv(f"INCIDENTS_{setting.upper()}", "{{7*7}}")
    settings.cache_clear()

    try:
        assert rendered_map() == plain
    finally:
        settings.cache_clear()


@given(st.text(), st.none() | st.text(), st.sampled_from(("light", "dark")), st.text())
def test_a_change_is_hex_digits_that_read_back(
    query: str, incident: str | None, theme: str, turn: str
) -> None:
    """What travels is inert in any language, and loses nothing."""
    asked = {"query": query, "incident": incident, "theme": theme, "turn": turn}

    token = token_of(asked)

    assert re.fullmatch(r"[0-9a-f]+", token)
    assert json.loads(bytes.fromhex(token)) == asked


def test_a_change_is_one_call_to_the_layer() -> None:
    """Different questions make different calls."""
    one = rendered_change(query="category=mural", incident=None)
    other = rendered_change(query="category=attack", incident=None)

    (call,) = re.findall(r'window\.incidentLayer\.show\("([0-9a-f]+)"\)', one)
    assert json.loads(bytes.fromhex(call))["query"] == "category=mural"
    assert call not in other


@pytest.mark.parametrize(
    "returned",
    [
        None,
        {},
        [],
        "text",
        5,
        {"last_active_drawing": None},
        {"last_active_drawing": []},
        {"last_active_drawing": {"properties": None}},
        {"last_active_drawing": {"properties": {}}},
        {"last_active_drawing": {"properties": {"id": "x"}}},
        {"last_active_drawing": {"properties": {"query": "q=x"}}},
        {"last_active_drawing": {"properties": {"query": ["q=x"], "id": "x"}}},
        {"last_active_drawing": {"properties": {"query": "q=x", "id": 5}}},
        {"last_active_drawing": {"properties": {"query": "x" * 20_001, "id": ""}}},
        {"last_active_drawing": {"properties": {"query": "", "id": "x" * 201}}},
        {"last_active_drawing": {"properties": ["query"]}},
    ],
)
def test_what_says_nothing_is_nothing(returned: object) -> None:
    """The browser's answer is not taken for granted."""
    assert read_frame_state(returned) is None


def test_what_the_frame_shows_is_read() -> None:
    """Its filters and the open incident, and nothing else that may be beside them."""
    properties = {"told": 3, "id": "bar-2022", "query": "q=bar", "deep": {"a": 1}}

    heard = read_frame_state({"last_active_drawing": {"properties": properties}})

    assert heard == FrameState("q=bar", "bar-2022")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.text() | st.sampled_from(("query", "id")), inner)
        ),
        max_leaves=8,
    )
)
def test_any_answer_of_a_browser_is_read_or_nothing(value: object) -> None:
    """No value makes it fail."""
    for returned in (value, {"last_active_drawing": {"properties": value}}):
        heard = read_frame_state(returned)
        assert heard is None or all(isinstance(part, str) for part in heard)
