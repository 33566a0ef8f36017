"""``incidents cite --check`` tells which quotes stand in the archived sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.base.settings import settings
from geo.commands.cite import check_citations, cite
from geo.commands.report import Commands
from geo.evidence.archive import Archive
from geo.model.incident import Citation, Incident

SOURCE = "paper-2024"
TEXT = "The first mural was painted.\n\nA second mural was seen in the street.\n"


def incident(incident_id: str, *citations: Citation) -> Incident:
    """Return an incident that rests on these citations."""
    return Incident(
        id=incident_id,
        title="A title",
        summary="A summary",
        category="mural",
        kind="site",
        status="reported",
        citations=citations,
    )


FIRST = incident("first", Citation(SOURCE, "first mural", "The", "was"))
SECOND = incident("second", Citation(SOURCE, "in the street", "seen"))


@dataclass
class Fixture:
    """An archive and a layer of a test's own."""

    archive: Archive
    incidents: list[Incident]
    tmp_path: Path
    asked_for: str | None = None

    def add(self, text: str, source_id: str = SOURCE) -> Path:
        """Archive a text and return where it is."""
        path = self.tmp_path / "copy.txt"
        path.write_text(text, encoding="utf-8")
        return self.archive.add(source_id, path).path

    def read_layer(self, layer: str | None) -> Fixture:
        """Stand in for the reading of a layer, tested elsewhere."""
        self.asked_for = layer
        return self


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fixture]:
    """Return an empty archive and a layer of two incidents."""
    folder = tmp_path / "archive"
    fixture = Fixture(Archive(folder), [FIRST, SECOND], tmp_path)
    monkeypatch.setenv("INCIDENTS_ARCHIVE", str(folder))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("geo.layer.read_collection", fixture.read_layer)
    settings.cache_clear()
    yield fixture
    settings.cache_clear()


def run(*arguments: str) -> Result:
    """Run the command as the main group does."""
    group = Commands(commands={"cite": cite})
    return CliRunner().invoke(group, ["cite", *arguments])


def test_quotes_that_all_stand_are_fine(made: Fixture) -> None:
    """The table has a row for each citation, and the exit code is 0."""
    made.add(TEXT)
    result = run("--check")
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["first", SOURCE, "exact", "first", "mural"] in rows
    assert ["second", SOURCE, "exact", "in", "the", "street"] in rows
    assert (
        "Citations checked: 2. Found exactly: 2. Found in another place: 0."
        in result.stdout
    )
    assert result.stderr == ""


def test_the_report_for_machines_is_json(made: Fixture) -> None:
    """Each citation with its state and paragraph."""
    made.add(TEXT)
    report = json.loads(run("--check", "--json").stdout)
    assert (report["checked"], report["exact"], report["problems"]) == (2, 2, [])
    assert report["citations"][1] == {
        "incident": "second",
        "source": SOURCE,
        "state": "exact",
        "quote": "in the street",
        "prefix": "seen",
        "suffix": "",
        "paragraph": 1,
    }


@pytest.mark.parametrize(
    ("text", "state", "remedy"),
    [
        ("Their first mural was seen in the street.", "changed", "prefix and suffix"),
        ("A first mural, a first mural, seen in the street", "ambiguous", "give a"),
        ("The first murals were seen in the street.", "orphan", "copy it"),
    ],
)
def test_a_quote_that_is_not_exact_is_an_error_with_its_remedy(
    made: Fixture, text: str, state: str, remedy: str
) -> None:
    """Incident, quote, source, state and what to do are named; the exit code is 1."""
    made.add(text)
    result = run("--check")
    assert result.exit_code == 1
    assert "Citations checked: 2. Found exactly: 1." in result.stdout
    (line,) = result.stderr.splitlines()
    assert line.startswith(
        f"Error: first: citations[0] ('first mural' in {SOURCE}) is {state}: "
    )
    assert remedy in line


def test_a_quote_that_moved_is_fine_and_said(made: Fixture) -> None:
    """The first version tells where it stood; the exit code stays 0."""
    made.add(TEXT)
    made.add("A second mural was seen in the street.\n\nThe first mural was painted.\n")
    result = run("--check")
    assert result.exit_code == 0
    assert result.stdout.count(" moved ") == 2
    assert "Found exactly: 0. Found in another place: 2." in result.stdout
    report = json.loads(run("--check", "--json").stdout)
    assert (report["exact"], report["moved"], report["problems"]) == (0, 2, [])


def test_a_source_without_a_copy_is_named_once_with_the_command(made: Fixture) -> None:
    """The table says so for each citation, the errors once."""
    result = run("--check")
    assert result.exit_code == 1
    assert result.stdout.count("no copy") == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {SOURCE}: no copy in the archive {made.tmp_path}")
    assert line.endswith(f"incidents archive add {SOURCE} FILE")


def test_a_damaged_copy_is_no_evidence(made: Fixture) -> None:
    """A text whose bytes have changed is not searched."""
    path = made.add(TEXT)
    path.write_text(TEXT + "More.", encoding="utf-8")
    result = run("--check", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert {one["state"] for one in report["citations"]} == {"damaged copy"}
    (problem,) = report["problems"]
    assert str(path) in problem
    assert "has changed since it was archived" in problem


def test_the_latest_copy_is_the_one_searched(made: Fixture) -> None:
    """A newer version without the words makes an orphan."""
    made.add(TEXT)
    made.add("Nothing of it is left.")
    found, problems = check_citations([FIRST], made.archive)
    assert [one.state for one in found] == ["orphan"]
    assert len(problems) == 1


def test_a_layer_without_citations_has_nothing_to_check(made: Fixture) -> None:
    """No citation, no problem."""
    assert check_citations([], made.archive) == ([], [])
    made.incidents = [incident("bare")]
    result = run("--check")
    assert result.exit_code == 0
    assert "Citations checked: 0. Found exactly: 0." in result.stdout


def test_another_layer_can_be_named(made: Fixture) -> None:
    """``--layer`` is read instead of the deployment's; without it, None asks for that."""
    made.add(TEXT)
    run("--check", "--layer", "other.geojson")
    assert made.asked_for == "other.geojson"
    run("--check")
    assert made.asked_for is None


def test_a_layer_that_cannot_be_read_is_an_error(
    made: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real reading of a layer refuses a missing file, naming it."""
    monkeypatch.undo()
    missing = str(made.tmp_path / "none.geojson")
    result = run("--check", "--layer", missing)
    assert result.exit_code == 1
    assert missing in result.stderr


def test_without_check_the_call_is_wrong() -> None:
    """The command says how it is called."""
    result = run()
    assert result.exit_code == 2
    assert "incidents cite --check" in result.stderr


def test_help_has_an_example() -> None:
    """The help shows how the command is called."""
    assert "Examples:\n    incidents cite --check" in run("--help").stdout
