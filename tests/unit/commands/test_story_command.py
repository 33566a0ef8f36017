"""Tests of ``incidents story``, and of what ``incidents validate`` says of stories."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.base.paths import DATA
from geo.commands.cli import main

STORY = (
    '+++\ntitle = "A raid"\n+++\n\nA bar was [raided](incident:belgrade-bar-raid).\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of our map with a story of its own."""
    copy = tmp_path / "map"
    shutil.copytree(
        DATA, copy, ignore=shutil.ignore_patterns("stories", "changes.jsonl")
    )
    (copy / "stories").mkdir()
    (copy / "stories" / "raid.md").write_text(STORY, encoding="utf-8")
    return copy


def run(*arguments: str | Path) -> Result:
    """Run ``incidents``."""
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_validate_says_what_is_not_noted_and_note_notes_it(folder: Path) -> None:
    """A record that has changed since does not make a map wrong."""
    before = run("validate", folder)
    noted = run("story", "note", "raid", "--map", folder)
    after = run("validate", folder)

    assert before.exit_code == noted.exit_code == after.exit_code == 0
    assert "no version is noted" in before.stderr
    assert "incidents story note raid" in before.stderr
    assert "the version of 1 record is noted" in noted.output
    assert "raid.md" not in after.stderr


def test_a_story_that_names_no_such_incident_makes_a_map_wrong(folder: Path) -> None:
    """The message names the file and the id."""
    file = folder / "stories" / "raid.md"
    file.write_text(STORY.replace("belgrade-bar-raid", "no-such"), encoding="utf-8")

    checked = run("validate", "--json", folder)
    noted = run("story", "note", "raid", "--map", folder)

    assert checked.exit_code == noted.exit_code == 1
    (fault,) = [
        each
        for each in json.loads(checked.stdout)["files"][0]["faults"]
        if each["severity"] == "error"
    ]
    assert (fault["code"], fault["where"]) == ("story-broken", "incident:no-such")
    assert "incident:no-such: is not in the layer." in noted.stderr


def test_a_journal_that_is_wrong_makes_a_map_wrong(folder: Path) -> None:
    """As what readers would be told of it would be."""
    (folder / "changes.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")

    result = run("validate", folder)

    assert result.exit_code == 1
    assert "changes.jsonl: line 1: the day None is not a day" in result.stderr


def test_a_story_that_is_not_there_is_a_wrong_call(folder: Path) -> None:
    """With what a name is."""
    result = run("story", "note", "other", "--map", folder)

    assert result.exit_code == 2
    assert "no story called 'other'" in result.stderr
