"""The page "Bring in a table", run by Streamlit's AppTest; only with the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.atlas import shelf
from geo.base.settings import settings
from pages.start.menu import sections
from pages.ui.markdown import verbatim

ROOT = Path(__file__).parents[2]
ROUTER = str(ROOT / "pages" / "start" / "router.py")
SCRIPT = "../desk/bring_in.py"
TABLE = """Date,Headline,Town,Latitude,Longitude,Type,Hurt,Link
03/04/2023,Fire at a depot,Kherson,46.63,32.61,Fire,2,https://news.example/a
05/06/2023,A rally,Odesa,46.48,30.73,Rally,0,https://news.example/b
07/08/2023,A torn row,Odesa,46.48,30.73,Rally,0,https://news.example/c,d,e
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a map of its own, in which nothing is yet, with the desk."""
    folder = tmp_path / "my-map"
    folder.mkdir()
    (folder / "incidents.geojson").write_text(
        '{"type":"FeatureCollection","features":[]}', "utf-8"
    )
    monkeypatch.setenv("INCIDENTS_MAP", str(folder))
    monkeypatch.setenv("INCIDENTS_DESK", "true")
    monkeypatch.setenv("INCIDENTS_MAP_FIRST_S", "0")
    monkeypatch.setattr(shelf, "_SHELF", type(shelf._SHELF)())
    settings.cache_clear()
    st.cache_resource.clear()
    yield folder
    st.cache_resource.clear()
    settings.cache_clear()


def open_desk() -> AppTest:
    """Open the page, as its entry in the menu does."""
    page = AppTest.from_file(ROUTER, default_timeout=60)
    page.run()
    page.switch_page(SCRIPT)
    page.run()
    assert not page.exception
    return page


def bring(page: AppTest, name: str, content: str) -> AppTest:
    """Choose a file, and wait until something came of it."""
    page.file_uploader[0].set_value((name, content.encode(), "text/csv"))
    return settled(page.run())


def settled(page: AppTest) -> AppTest:
    """Run the page until nothing goes on any more."""
    for _ in range(40):
        if not any(button.label == "Cancel" for button in page.button):
            break
        page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    """Return all HTML that a page drew, as one text."""
    return " ".join(block.body for block in page.get("html"))


def pressed(page: AppTest, label: str) -> AppTest:
    """Press a button, and wait until something came of it."""
    (button,) = (button for button in page.button if button.label == label)
    return settled(button.click().run())


def test_the_page_is_in_the_menu_with_the_desk_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And named in plain words."""
    assert "Bring in a table" in [section.title for section in sections()]
    monkeypatch.delenv("INCIDENTS_DESK")
    settings.cache_clear()
    assert "Bring in a table" not in [section.title for section in sections()]


def test_an_empty_map_leads_to_the_desk() -> None:
    """The first thing that a newsroom does."""
    page = AppTest.from_file(ROUTER, default_timeout=60).run()

    assert 'href="/desk"' in texts(page)


def test_the_page_says_where_the_map_is_and_has_no_filters(folder: Path) -> None:
    """Nothing of it can be filtered."""
    page = open_desk()

    assert page.title[0].value == "Bring in a table"
    assert any(verbatim(str(folder)) in caption.value for caption in page.caption)
    assert not page.sidebar.date_input


def test_a_file_is_shown_before_anything_is_written(folder: Path) -> None:
    """Columns with values and roles, the question, counts, and the refused row."""
    before = (folder / "incidents.geojson").read_bytes()

    page = bring(open_desk(), "events.csv", TABLE)

    chosen = {box.label: box.value for box in page.selectbox}
    assert chosen["Town"] == "place"
    assert chosen["Hurt"] == "own"
    assert "Kherson · Odesa" in texts(page)
    (question,) = page.radio
    assert question.value == "dmy"
    assert "Records taken" in texts(page)
    assert "has 10 cells; the head has 8" in texts(page)
    assert "Put them on the map" in [button.label for button in page.button]
    assert (folder / "incidents.geojson").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["incidents.geojson"]


def test_answers_and_roles_are_followed_by_the_import(folder: Path) -> None:
    """What was chosen on the page is what the layer then has."""
    page = bring(open_desk(), "events.csv", TABLE)
    page = settled(page.radio[0].set_value("mdy").run())
    (box,) = (box for box in page.selectbox if box.label == "Hurt")
    page = settled(box.set_value("drop").run())

    page = pressed(page, "Put them on the map")

    assert [each.value for each in page.success] == [
        "2 records are on the map (2 new)."
    ]
    assert 'href="/"' in texts(page)
    assert any("refused" in warning.value for warning in page.warning)
    layer = json.loads((folder / "incidents.geojson").read_text("utf-8"))
    dates = {
        each["properties"]["title"]: each["properties"]["date"]
        for each in layer["features"]
    }
    assert dates == {"Fire at a depot": "2023-03-04", "A rally": "2023-05-06"}
    assert "Hurt" not in json.dumps(layer)
    page = pressed(page, "Bring in another table")
    assert not page.success
    assert not page.selectbox


def test_a_bad_file_is_told_in_plain_words() -> None:
    """By the name that it has for whoever chose it."""
    page = bring(open_desk(), "report.pdf", "%PDF-1.7")

    assert page.error
    assert page.code[0].value.startswith("report.pdf: is a PDF.")
    assert not page.selectbox


def test_the_text_of_a_file_is_never_read_as_markup() -> None:
    """Neither heads nor values, in labels or beside them."""
    table = "Headline,[a](http://x.example) *b*\n<img src=x>,<script>1</script>\n"

    page = bring(open_desk(), "odd.csv", table)

    assert "&lt;script&gt;" in texts(page)
    assert "<script>1" not in texts(page)
    assert not any("](http" in box.label for box in page.selectbox)


def test_a_file_that_is_put_away_leaves_an_empty_desk() -> None:
    """As before it was chosen."""
    page = bring(open_desk(), "events.csv", TABLE)

    page.file_uploader[0].set_value(None)
    page = settled(page.run())

    assert not page.selectbox
    assert not page.error
