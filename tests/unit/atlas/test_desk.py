"""The desk: from a file to the layer, with nothing written before it is wished."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from geo.atlas.desk import MOST_AT_ONCE, Desk
from geo.atlas.previews import preview_of
from geo.base.errors import NotFoundError
from geo.base.map_folder import read_map_folder
from geo.base.settings import Settings, read_settings
from geo.model.query import Query

TODAY = date(2026, 1, 5)
HEAD = "Date,Headline,Town,Latitude,Longitude,Type,Hurt,Link\n"
FIRE = "03/04/2023,Fire at a depot,Kherson,46.63,32.61,Fire,2,https://news.example/a\n"
RALLY = "05/06/2023,A rally,Odesa,46.48,30.73,Rally,0,https://news.example/b\n"
TORN = "07/08/2023,A torn row,Odesa,46.48,30.73,Rally,0,https://news.example/c,d,e\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a map in which nothing is yet."""
    folder = tmp_path / "my-map"
    folder.mkdir()
    return folder


@pytest.fixture
def deployment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a desk for that map."""
    monkeypatch.setenv("INCIDENTS_MAP", str(folder))
    monkeypatch.setenv("INCIDENTS_DESK", "true")
    return read_settings(read_map_folder(folder))


@pytest.fixture
def desk(deployment: Settings) -> Iterator[Desk]:
    """Return a desk for that map."""
    desk = Desk(deployment, TODAY)
    yield desk
    desk.close()


def finish(desk: Desk) -> None:
    """Wait until nothing goes on."""
    if desk.errand is not None:
        desk.errand.wait()
    assert not desk.settle()


def take(desk: Desk, text: str, name: str = "events.csv") -> None:
    """Take a file, and wait until it was looked through."""
    desk.take(name, text.encode())
    finish(desk)


def test_a_file_is_looked_through_and_shown_with_nothing_written(
    desk: Desk, folder: Path
) -> None:
    """The preview is an atlas of its own; the folder stays as it was."""
    take(desk, HEAD + FIRE + TORN + RALLY)

    assert desk.complaint == ""
    assert desk.is_current
    assert desk.shown is not None
    made = desk.shown.preview
    assert (made.report.read, made.report.taken) == (3, 2)
    assert (made.shown, made.records) == (2, 2)
    assert b"A torn row" in made.refused
    found = preview_of(desk.shown.name)
    assert found.engine.count(Query()) == 2
    assert {category.label for category in found.vocabulary} == {"Fire", "Rally"}
    assert list(folder.iterdir()) == []


def test_columns_are_shown_with_values_and_what_they_become(desk: Desk) -> None:
    """Each with why."""
    take(desk, HEAD + FIRE + RALLY)

    columns = {column.name: column for column in desk.columns()}
    assert list(columns) == HEAD.strip().split(",")
    assert columns["Town"].role == "place"
    assert columns["Town"].examples == ("Kherson", "Odesa")
    assert columns["Hurt"].role == "own"
    assert all(column.reason for column in columns.values())


def test_a_question_follows_its_proposal_until_it_is_answered(desk: Desk) -> None:
    """And stays on the desk, so that the answer can be changed."""
    take(desk, HEAD + FIRE + RALLY)

    (question,) = desk.questions
    assert (question.key, desk.choice_of(question)) == ("date_order", "dmy")
    desk.answer(question, "mdy")
    assert desk.choice_of(question) == "mdy"
    assert desk.questions == (question,)
    assert not desk.is_current
    assert desk.wants_preview
    desk.begin_import()
    finish(desk)
    assert desk.done is not None
    decided = desk.done.report.decisions
    assert [each.choice for each in decided] == ["mdy"]


def test_another_role_takes_it_from_the_column_that_had_it(desk: Desk) -> None:
    """Where only one column may have it."""
    take(desk, HEAD + FIRE + RALLY)

    desk.change("Type", "title")

    roles = {column.name: column.role for column in desk.columns()}
    assert (roles["Type"], roles["Headline"]) == ("title", "own")
    desk.begin_preview()
    finish(desk)
    assert desk.is_current
    assert desk.shown is not None
    found = preview_of(desk.shown.name)
    assert {row.title for row in found.engine.rows(Query(), limit=9)} == {
        "Fire",
        "Rally",
    }


def test_a_column_made_a_date_is_asked_about(desk: Desk) -> None:
    """If its rows do not tell the order of day and month."""
    take(desk, "Headline,Latitude,Longitude,Noted\nA fire,46.6,32.6,03/04/2023\n")
    desk.change("Noted", "own")
    assert not any(each.key == "date_order" for each in desk.questions)

    desk.change("Noted", "date")

    assert any(each.key == "date_order" for each in desk.questions)


def test_what_is_brought_in_is_what_was_shown(desk: Desk, folder: Path) -> None:
    """Counts and layer; a second time it changes nothing, and says so."""
    take(desk, HEAD + FIRE + TORN + RALLY)
    assert desk.shown is not None
    shown = desk.shown.preview.report
    desk.begin_import()
    finish(desk)

    assert desk.done is not None
    report = desk.done.report
    assert (report.read, report.taken, report.counts) == (3, 2, {"new": 2})
    assert (shown.taken, shown.counts) == (report.taken, report.counts)
    assert b"A torn row" in desk.done.refused
    layer = json.loads((folder / "incidents.geojson").read_text("utf-8"))
    titles = {each["properties"]["title"] for each in layer["features"]}
    assert titles == {"Fire at a depot", "A rally"}

    take(desk, HEAD + FIRE + TORN + RALLY)
    assert desk.shown is not None
    assert desk.shown.preview.report.counts == {"same": 2}
    assert desk.questions == (), "what was decided is remembered"


def test_a_bad_file_is_told_by_its_own_name(desk: Desk) -> None:
    """Not by that of the folder in which it was read; another may follow."""
    desk.take("report.pdf", b"%PDF-1.7 nothing")
    finish(desk)

    assert desk.look is None
    assert desk.complaint.startswith("report.pdf: is a PDF.")
    take(desk, HEAD + FIRE)
    assert desk.complaint == ""
    assert desk.is_current


def test_a_layer_that_cannot_be_written_is_told(desk: Desk, folder: Path) -> None:
    """As on a full disk; the table stays on the desk."""
    take(desk, HEAD + FIRE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        desk.begin_import()
        finish(desk)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert str(folder) in desk.complaint
    assert "be written" in desk.complaint
    assert not (folder / "incidents.geojson").exists()
    assert desk.done is None
    assert desk.look is not None


def test_a_layer_of_another_map_is_not_written_beside(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers would not see what was brought in."""
    monkeypatch.setenv("INCIDENTS_MAP", str(folder))
    monkeypatch.setenv("INCIDENTS_LAYER", str(tmp_path / "other.geojson"))
    desk = Desk(read_settings(read_map_folder(folder)), TODAY)
    take(desk, HEAD + FIRE)

    assert "incidents serve FOLDER --desk" in desk.complaint
    desk.close()


def test_a_large_table_is_previewed_when_it_is_wished(desk: Desk) -> None:
    """Not at each change; and it can be called off, also while it is read."""
    row = FIRE.replace("https://news.example/a", "https://news.example/c")
    text = HEAD + row * (MOST_AT_ONCE + 1)
    desk.take("large.csv", text.encode())
    desk.cancel()
    finish(desk)
    assert (desk.look, desk.complaint) == (None, "")

    take(desk, text, "large.csv")
    assert desk.look is not None
    assert desk.shown is None
    assert not desk.wants_preview
    desk.begin_import()
    desk.cancel()
    finish(desk)
    assert (desk.done, desk.complaint) == (None, "")
    assert not (desk.folder / "incidents.geojson").exists()


def test_a_closed_desk_leaves_nothing(deployment: Settings) -> None:
    """Neither its files nor its preview."""
    desk = Desk(deployment, TODAY)
    take(desk, HEAD + FIRE)
    assert desk.shown is not None
    name, kept = desk.shown.name, desk.shown.preview.layer
    assert kept.exists()

    desk.close()

    assert not kept.parents[1].exists()
    with pytest.raises(NotFoundError, match="over"):
        preview_of(name)
