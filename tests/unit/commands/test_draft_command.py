"""``incidents draft`` lists the passages of a file or an archived source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.base.settings import settings
from geo.commands.draft import draft
from geo.commands.report import Commands
from geo.evidence.archive import Archive

TEXT = "A mural was painted in Belgrade last month.\n\nNobody was hurt.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with a text, an empty archive and a register of one source."""
    (tmp_path / "paper.txt").write_text(TEXT, encoding="utf-8")
    entry = {
        "id": "paper-2024",
        "title": "A title",
        "publisher": "A paper",
        "language": "en",
        "published": "2024-05-20",
        "url": None,
        "licence": "unknown",
    }
    register = json.dumps({"sources": [entry]})
    (tmp_path / "sources.json").write_text(register, encoding="utf-8")
    monkeypatch.setenv("INCIDENTS_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.setenv("INCIDENTS_SOURCES", str(tmp_path / "sources.json"))
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def run(*arguments: str) -> Result:
    """Run the command as the main group does."""
    group = Commands(commands={"draft": draft})
    return CliRunner().invoke(group, ["draft", *arguments])


def test_a_file_is_drafted_from_with_its_day_of_publication(folder: Path) -> None:
    """The table has the quote, the place and the date in words."""
    result = run(str(folder / "paper.txt"), "--published", "2024-05-20")
    assert result.exit_code == 0, result.output
    assert "Belgrade (RS)" in result.stdout
    assert "last month: April 2024" in result.stdout
    assert "Drafts: 1." in result.stdout


def test_an_archived_source_needs_no_day(folder: Path) -> None:
    """The register knows when it was published; the report is JSON."""
    Archive(folder / "archive").add("paper-2024", folder / "paper.txt")
    report = json.loads(run("paper-2024", "--json").stdout)
    assert (report["source"], report["published"]) == ("paper-2024", "2024-05-20")
    (only,) = report["drafts"]
    assert only["dates"][0]["edtf"] == "2024-04"
    assert only["state"] == "exact"


def test_a_file_without_a_day_of_publication_is_a_wrong_call(folder: Path) -> None:
    """Relative dates would count from nothing."""
    result = run(str(folder / "paper.txt"))
    assert result.exit_code == 2
    assert "--published" in result.stderr


def test_an_address_is_archived_first(folder: Path) -> None:
    """The message has the command."""
    result = run(f"https://example.org/{folder.name}")
    assert result.exit_code == 2
    assert "incidents archive add SOURCE_ID" in result.stderr


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("paper-2024", "no copy in the archive"),
        ("nowhere.txt", "neither a file nor a source"),
        ("empty.txt", "empty"),
        ("binary.txt", "binary.txt"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch, argument: str, words: str
) -> None:
    """No copy, no file, no text."""
    (folder / "empty.txt").write_text(" \n", encoding="utf-8")
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    monkeypatch.chdir(folder)
    result = run(argument, "--published", "2024-05-20")
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == ""
