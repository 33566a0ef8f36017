"""The pages, run by Streamlit's AppTest: what they show and what state they keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from geo.atlas import shelf
from geo.base.errors import EngineAwayError
from geo.base.settings import settings
from geo.evidence.archive import Archive
from geo.formats.registry import FORMATS
from geo.publish.pictures import PICTURES
from geo.web import turns

ROOT = Path(__file__).parents[2]
ROUTER = str(ROOT / "pages" / "start" / "router.py")


@pytest.fixture(autouse=True)
def _no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run against an empty archive, so that no developer's copy shows through."""
    monkeypatch.setenv("INCIDENTS_ARCHIVE", str(tmp_path))
    # No browser draws a map here.
    monkeypatch.setenv("INCIDENTS_MAP_FIRST_S", "0")
    monkeypatch.setattr(shelf, "_SHELF", type(shelf._SHELF)())
    settings.cache_clear()
    yield
    settings.cache_clear()


def open_page(**address: str | list[str]) -> AppTest:
    """Open the site at an address, as a link does."""
    page = AppTest.from_file(ROUTER, default_timeout=60)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    """Return all HTML that a page drew, as one text."""
    return " ".join(block.body for block in page.get("html"))


def test_the_first_page_counts_every_incident() -> None:
    """The header says how many incidents there are, and from which source."""
    page = open_page()

    assert "60 incidents" in texts(page)
    assert "Meduza, 18 December 2023" in texts(page)


def test_the_map_is_waited_for_where_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once for each thing it shows: at first, and when a filter changes."""
    waited: list[str] = []
    monkeypatch.setattr(turns, "await_turn", lambda turn, **_limit: waited.append(turn))

    page = open_page()
    page.run()
    assert len(waited) == 1
    page.session_state["filter_category"] = ["attack"]
    page.run()
    page.run()

    assert len(waited) == 2
    assert waited[0] != waited[1]


def test_a_database_that_is_away_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Readers need not know its address; who runs the server finds it in the log."""
    monkeypatch.setenv("INCIDENTS_LAYER", "postgresql://x:secret@127.0.0.1:9/none")
    settings.cache_clear()

    page = open_page()

    assert [error.value for error in page.error] == [EngineAwayError.FOR_READERS]
    assert "127.0.0.1" not in EngineAwayError.FOR_READERS
    assert "incidents" not in texts(page)


def test_a_link_fills_the_filters() -> None:
    """A category and dates in the address come back as chosen filters."""
    page = open_page(**{"category": "mural", "from": "2023-01-01", "to": "2023-12-31"})

    assert page.session_state["filter_category"] == ["mural"]
    assert str(page.session_state["filter_from"]) == "2023-01-01"
    assert "of 60 incidents" in texts(page)


def test_choosing_a_category_writes_the_address() -> None:
    """What a reader filters is in the address, by the category's id."""
    page = open_page()
    page.session_state["filter_category"] = ["attack"]
    page.run()

    assert not page.exception
    assert page.query_params["category"] == "attack"
    assert "3 of 60 incidents" in texts(page)


def clicked_twice() -> None:
    """Draw two buttons in the place of what is clicked in the map's frame."""
    import streamlit as st  # noqa: PLC0415 - the script of a page

    from geo.atlas import atlas  # noqa: PLC0415
    from geo.model.query import Query  # noqa: PLC0415
    from pages.ui import address  # noqa: PLC0415

    for name in ("mural", "plot"):
        query = Query(category=(name,))
        st.button(name, on_click=address.follow_frame, args=(query, None))
    address.fill_from_address(atlas(), "")
    address.write_address(address.query_of_widgets(atlas()), address.opened())


def test_a_click_in_the_frame_is_newer_than_the_address() -> None:
    """The browser sends the address of before with it, where it has written no other yet."""
    page = AppTest.from_function(clicked_twice, default_timeout=60)
    page.query_params["category"] = "attack"
    page.run()
    page.button[0].click().run()
    assert page.query_params["category"] == "mural"
    page.query_params["category"] = "attack"
    page.button[1].click().run()

    assert not page.exception
    assert page.query_params["category"] == "plot"


def labels(page: AppTest) -> set[str]:
    """Return what stands above the filters of the sidebar."""
    return {group.label for group in page.get("button_group")}


def test_the_filters_are_in_one_place_only() -> None:
    """On the map in its frame; on the table, which has none, in the sidebar."""
    page = open_page()
    assert not labels(page)
    assert not page.sidebar.children

    page.switch_page("../explore/table.py").run()

    assert {"What happened", "How sure"} <= labels(page)
    assert [field.label for field in page.sidebar.date_input] == ["From", "To"]


def test_a_choice_survives_where_its_buttons_are_not_drawn() -> None:
    """From the table to the map and back: Streamlit forgets a widget it does not draw."""
    page = open_page()
    page.switch_page("../explore/table.py").run()
    page.sidebar.text_input(key="filter_q").set_value("bar").run()
    page.sidebar.date_input(key="filter_to").set_value("2023-12-31").run()
    listed = texts(page).count("</a></th>")
    page.switch_page("../explore/map.py").run()
    page.run()
    page.run()
    assert f"{listed} of 60 incidents" in texts(page)

    page.switch_page("../explore/table.py").run()

    assert page.sidebar.text_input(key="filter_q").value == "bar"
    assert page.query_params["to"] == "2023-12-31"
    assert texts(page).count("</a></th>") == listed


def test_a_wrong_value_in_a_link_is_told_and_left_out() -> None:
    """An unknown category does not empty the map in silence."""
    page = open_page(category="murals")

    assert any("'murals' is not one of" in warning.value for warning in page.warning)
    assert "60 incidents" in texts(page)


def test_clearing_takes_every_filter_off() -> None:
    """One click brings everything back."""
    page = open_page(category="mural", q="putin", status="reported")
    page.switch_page("../explore/table.py").run()
    next(one for one in page.button if one.label == "Clear all filters").click().run()

    assert not page.exception
    assert "60 incidents" in texts(page)
    assert "category" not in page.query_params


def test_the_table_lists_what_the_filters_leave() -> None:
    """Each title opens its record with the filters kept, and each format is offered."""
    page = open_page(category="attack")
    page.switch_page("../explore/table.py").run()

    assert not page.exception
    links = re.findall(r"href=[\"']([^\"']+)", texts(page))
    records = [link for link in links if link.startswith("/?")]
    files = [unescape(link) for link in links if link.startswith("/export?")]
    assert len(records) == 3
    assert all("category=attack&amp;incident=" in link for link in records)
    written = {name for name, kind in FORMATS.items() if kind.writer}
    offered = {parse_qs(urlsplit(link).query)["format"][0] for link in files}
    assert offered == {*written, *PICTURES}
    assert "/export?category=attack&format=gpkg&package=plain" in files


def test_the_newest_incidents_come_first_unless_another_order_is_chosen() -> None:
    """By the last day they may mean; what has no date stands at the end."""
    page = open_page()
    page.switch_page("../explore/table.py").run()

    def titles() -> list[str]:
        return re.findall(r'target="_self">([^<]+)</a></th>', texts(page))

    newest = titles()
    page.selectbox[0].select("date").run()

    assert not page.exception
    assert len(newest) == 60
    assert "1999" not in newest[0]
    assert newest.index("NATO strike on Aleksinac") > 50
    assert titles().index("NATO strike on Aleksinac") < 10


def test_a_table_without_rows_is_no_dead_end() -> None:
    """The filters stay beside it, and one click takes them off."""
    page = open_page(q="no such words anywhere")
    page.switch_page("../explore/table.py").run()

    assert [info.value for info in page.info] == ["No incident matches these filters."]
    assert page.sidebar.text_input(key="filter_q").value == "no such words anywhere"
    page.button(key="table_clear").click().run()

    assert not page.exception
    assert "60 incidents" in texts(page)


@pytest.mark.parametrize(
    "script", ["explore/map", "evidence/sources", "about/method", "editors/draft"]
)
def test_no_page_offers_filters_that_change_nothing_on_it(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none forgets those that were chosen elsewhere."""
    monkeypatch.setenv("INCIDENTS_EDITORS", "true")
    settings.cache_clear()
    page = open_page(q="no such words anywhere")
    page.switch_page("../explore/table.py").run()
    assert any(one.label == "Clear all filters" for one in page.sidebar.button)
    page.switch_page(f"../{script}.py").run()
    page.run()

    assert not page.exception
    assert not page.sidebar.children
    page.switch_page("../explore/table.py").run()
    assert page.sidebar.text_input(key="filter_q").value == "no such words anywhere"


@pytest.mark.parametrize(
    "script",
    ["explore/table", "evidence/sources", "connect/connect", "about/method"],
)
def test_every_page_has_one_first_heading(script: str) -> None:
    """A reader of the screen hears first what the page is."""
    page = open_page()
    page.switch_page(f"../{script}.py").run()

    assert not page.exception
    firsts = len(page.title) + texts(page).count("<h1")
    assert firsts == 1


def test_a_source_shows_what_is_cited_of_it_with_marks(tmp_path: Path) -> None:
    """Each cited passage names its incident and opens it; the rest stays in the archive."""
    hidden = shelf.atlas().record("belgrade-zernov-attack").incident.citations[-1]
    text = tmp_path / "own.txt"
    text.write_text(
        "A paragraph of the test.\n\nMeduza was unable to find additional corroboration "
        "of these reported plans, it says here.\n\nBy night "
        f"{hidden.prefix} {hidden.quote} {hidden.suffix}\n",
        encoding="utf-8",
    )
    Archive(settings().archive).add("meduza-2023-12-18", text)
    page = open_page()
    page.switch_page("../evidence/sources.py").run()
    page.toggle(key="read_meduza-2023-12-18").set_value(True).run()

    assert not page.exception
    assert "<mark>Meduza was unable to find additional corroboration<" in texts(page)
    assert "/?incident=kosovo-border-provocation" in texts(page)
    assert "Archived on" in texts(page)
    assert "A paragraph of the test" not in texts(page)
    # Of a protected record.
    assert "By night" not in texts(page)
    assert hidden.quote not in texts(page)
    assert any("held back to protect" in one.value for one in page.caption)


def test_editors_see_the_whole_archived_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They cite from it."""
    monkeypatch.setenv("INCIDENTS_EDITORS", "true")
    settings.cache_clear()
    text = tmp_path / "own.txt"
    text.write_text("A paragraph of the test, which nobody cites.\n", encoding="utf-8")
    Archive(settings().archive).add("meduza-2023-12-18", text)
    page = open_page()
    page.switch_page("../evidence/sources.py").run()
    page.toggle(key="read_meduza-2023-12-18").set_value(True).run()

    assert not page.exception
    assert "A paragraph of the test, which nobody cites." in texts(page)


def test_a_source_without_a_copy_says_how_to_add_one() -> None:
    """No copy: that is said, and once it is asked for, the command."""
    page = open_page()
    page.switch_page("../evidence/sources.py").run()

    assert not page.exception
    assert "No copy is archived here." in texts(page)
    page.toggle(key="read_meduza-2023-12-18").set_value(True).run()
    told = [info.value for info in page.info]
    assert any("incidents archive add" in text for text in told), told


def test_the_explanation_names_every_category() -> None:
    """The page that explains the marks lists what happened."""
    page = open_page()
    page.switch_page("../about/method.py").run()

    assert not page.exception
    assert any("Mural or graffiti" in text.value for text in page.markdown)
