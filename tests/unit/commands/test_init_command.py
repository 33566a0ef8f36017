"""Tests of ``incidents init``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.atlas import read_atlas
from geo.base.map_folder import read_map_folder
from geo.base.settings import read_settings
from geo.commands.cli import main
from geo.model.query import Query

FILES = {
    "map.toml",
    "incidents.geojson",
    "sources.json",
    "places.geojson",
    "categories.json",
}


def init(*arguments: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["init", *map(str, arguments)])


def test_a_new_map_is_whole_and_empty(tmp_path: Path) -> None:
    """It can be served at once."""
    folder = tmp_path / "deep" / "my-map"

    done = init(folder, "--title", 'Floods "of" 2024')

    assert done.exit_code == 0
    assert {path.name for path in folder.iterdir()} == FILES
    made = read_map_folder(folder)
    assert made.title == 'Floods "of" 2024'
    opened = read_atlas(read_settings(made, over_environment=True))
    assert opened.engine.count(Query()) == 0
    assert opened.vocabulary.ids() == ()


def test_the_next_commands_are_told_as_they_are_typed(tmp_path: Path) -> None:
    """A name with a space is quoted."""
    done = init(tmp_path / "my map")

    assert f"incidents import TABLE --into '{tmp_path}/my map'" in done.output
    assert f"incidents serve '{tmp_path}/my map'" in done.output


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    """What people wrote meanwhile stays."""
    init(tmp_path / "m", "--title", "Floods")
    (tmp_path / "m" / "map.toml").write_text('title = "Mine"\n', encoding="utf-8")

    done = init(tmp_path / "m", "--title", "Floods")

    assert done.exit_code == 0
    assert "nothing was changed" in done.output
    assert read_map_folder(tmp_path / "m").title == "Mine"


def test_a_map_that_lacks_something_is_completed(tmp_path: Path) -> None:
    """And only that is made."""
    init(tmp_path / "m")
    (tmp_path / "m" / "sources.json").unlink()

    done = init(tmp_path / "m")

    assert "Made in" in done.output
    assert "sources.json" in done.output
    assert "categories.json" not in done.output


@pytest.mark.parametrize("name", ["thesis.docx", "data.csv"])
def test_a_folder_with_other_things_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is put among what is not the map's."""
    (tmp_path / name).write_bytes(b"")

    done = init(tmp_path)

    assert done.exit_code == 1
    assert name in done.output
    assert "new folder" in done.output
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_fresh_repository_is_no_hindrance(tmp_path: Path) -> None:
    """Maps are kept under version control."""
    (tmp_path / ".git").mkdir()

    assert init(tmp_path).exit_code == 0


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / "file").write_bytes(b"")

    done = init(tmp_path / "file" / "m")

    assert done.exit_code == 1
    assert "another folder" in done.output
