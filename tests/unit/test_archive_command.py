"""``incidents archive`` adds, lists and checks copies, and says what it did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.commands.archive import archive
from geo.settings import settings

SOURCE = "meduza-2023-12-18"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of an archive of this test's own, still empty."""
    monkeypatch.setenv("INCIDENTS_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    yield tmp_path / "archive"
    settings.cache_clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a text to add."""
    path = tmp_path / "copy.txt"
    path.write_text("A mural was seen.\n", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    """Run a command of the group."""
    return CliRunner().invoke(archive, [str(part) for part in arguments])


def test_adding_says_what_was_added(folder: Path, file: Path) -> None:
    """Version, source, size and hash are printed, and the copy is there."""
    result = run("add", SOURCE, file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert result.exit_code == 0
    assert result.stdout == (
        f"Added version 1 of {SOURCE} (18 bytes, sha256 {digest}).\n"
    )
    assert (folder / SOURCE / "0001" / "text.txt").read_bytes() == file.read_bytes()


def test_adding_the_same_again_says_that_nothing_was_added(
    folder: Path, file: Path
) -> None:
    """The same text is no new version, and no error."""
    run("add", SOURCE, file)
    result = run("add", SOURCE, file)
    assert result.exit_code == 0
    assert f"Nothing added: version 1 of {SOURCE} is the same" in result.stdout
    assert len(list((folder / SOURCE).iterdir())) == 1


def test_adding_to_an_unknown_source_lists_the_known_ones(
    folder: Path, file: Path
) -> None:
    """A mistyped id is refused before anything is read or written."""
    result = run("add", "meduza", file)
    assert result.exit_code == 1
    assert "'meduza' is not a source" in result.stderr
    assert SOURCE in result.stderr
    assert "meduza-2023-12-17-ru" in result.stderr
    assert not folder.exists()


def test_adding_a_missing_file_is_a_wrong_call(folder: Path, tmp_path: Path) -> None:
    """A path that is not there is the caller's mistake."""
    result = run("add", SOURCE, tmp_path / "none.txt")
    assert result.exit_code == 2
    assert "none.txt" in result.stderr
    assert not folder.exists()


def test_adding_what_is_no_text_is_refused(folder: Path, tmp_path: Path) -> None:
    """The message names the file and the remedy."""
    page = tmp_path / "page.html"
    page.write_text("<p>x", encoding="utf-8")
    result = run("add", SOURCE, page)
    assert result.exit_code == 1
    assert f"{page}: is HTML" in result.stderr
    assert "Save it as plain text" in result.stderr
    assert not folder.exists()


def test_the_list_shows_every_source_with_or_without_a_copy(
    folder: Path, file: Path
) -> None:
    """What is missing is shown with the command that adds it."""
    assert not folder.exists()
    assert run("list").stdout.count("no copy") == 2
    run("add", SOURCE, file)
    result = run("list")
    assert result.exit_code == 0
    assert "2023-11-14 22:13 UTC" in result.stdout
    assert "copy.txt" in result.stdout
    assert result.stdout.count("no copy") == 1
    assert "incidents archive add SOURCE_ID FILE" in result.stdout


def test_the_list_for_machines_is_json(folder: Path, file: Path) -> None:
    """The latest copy in full, null where there is none."""
    run("add", SOURCE, file)
    english, russian = json.loads(run("list", "--json").stdout)
    assert english["source"] == SOURCE
    assert english["copy"] == {
        "version": 1,
        "added": "2023-11-14T22:13:20Z",
        "size_bytes": 18,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "file_name": "copy.txt",
        "path": str(folder / SOURCE / "0001" / "text.txt"),
    }
    assert russian["copy"] is None


def test_verifying_sound_copies_is_fine(folder: Path, file: Path) -> None:
    """An empty archive and an untouched one have no problem."""
    empty = run("verify")
    assert (empty.exit_code, str(folder) in empty.stdout) == (0, True)
    assert "is empty" in empty.stdout
    run("add", SOURCE, file)
    sound = run("verify")
    assert sound.exit_code == 0
    assert "Every copy is as it was added. Sources checked: 1." in sound.stdout
    assert json.loads(run("verify", "--json").stdout) == {"sources": 1, "problems": []}


def test_verifying_names_a_changed_copy(folder: Path, file: Path) -> None:
    """A changed byte ends with 1, naming the file and the remedy."""
    run("add", SOURCE, file)
    text = folder / SOURCE / "0001" / "text.txt"
    text.write_bytes(b"a" + text.read_bytes()[1:])
    (folder / "Odd Name").mkdir()
    result = run("verify")
    assert result.exit_code == 1
    assert f"Error: {text}: has changed since it was archived" in result.stderr
    assert f"incidents archive add {SOURCE} FILE" in result.stderr
    assert "Odd Name" in result.stderr
    assert "Problems found: 2. Sources checked: 1." in result.stdout
    machines = run("verify", "--json")
    assert machines.exit_code == 1
    files = [problem["file"] for problem in json.loads(machines.stdout)["problems"]]
    assert files == [str(folder / "Odd Name"), str(text)]


@pytest.mark.parametrize("command", [(), ("add",), ("list",), ("verify",)])
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    """Every command shows how it is called."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Example:\n    incidents archive" in result.stdout
