"""``incidents import`` writes a layer, or says why it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.commands.import_ import import_
from geo.commands.report import Commands
from tests.bringing import SAID


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with the project's own vocabulary and sources."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run ``incidents import``."""
    group = Commands()
    group.add_command(import_)
    return CliRunner().invoke(group, ["import", *arguments])


def table(content: str) -> None:
    """Write the table ``a.csv`` where the command is run."""
    Path("a.csv").write_text(content, encoding="utf-8")


FULL = [
    part for name, value in SAID.items() for part in ("--default", f"{name}={value}")
] + ["--source", "meduza-2023-12-18"]


@pytest.mark.usefixtures("deployment")
def test_the_command_writes_a_layer_and_exits_0() -> None:
    """The report is on stderr, or JSON on stdout."""
    table("title,lat,lon\nx,44.8,20.4\n")

    result = run("a.csv", "--output", "layer.geojson", *FULL, "--json")

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["read"], report["written"], report["refused"]) == (1, 1, [])
    layer = json.loads(Path("layer.geojson").read_text(encoding="utf-8"))
    assert layer["features"][0]["properties"]["title"] == "x"


@pytest.mark.usefixtures("deployment")
def test_refused_records_exit_1_and_the_others_are_written() -> None:
    """A pipeline stops, and a person sees why."""
    table("title,lat,lon\nx,1,2\ny,A,2\n")

    result = run("a.csv", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 1
    assert "not a number" in result.stderr
    assert Path("layer.geojson").exists()


@pytest.mark.usefixtures("deployment")
def test_too_little_said_exits_2_with_the_options_to_give() -> None:
    """The file is sound: the call is not."""
    table("title\nx\n")

    result = run("a.csv", "--output", "layer.geojson")

    assert result.exit_code == 2
    assert "--default category=CATEGORY" in result.stderr
    assert "--source SOURCE" in result.stderr
    assert not Path("layer.geojson").exists()


@pytest.mark.usefixtures("deployment")
def test_a_look_through_exits_0_and_names_what_is_still_to_be_said() -> None:
    """Nothing is to be written, so nothing is wrong with the call."""
    table("title,lat,lon\nx,44.8,20.4\n")

    result = run("a.csv")

    assert result.exit_code == 0
    assert "--default category=CATEGORY" in result.stderr
    assert "Error" not in result.stderr


@pytest.mark.usefixtures("deployment")
def test_a_look_through_shows_what_is_wrong_with_the_records() -> None:
    """Not only that they lack what could be said of all of them."""
    table("title,lat,lon\nx,44.8,20.4\ny,95,20.4\n")

    result = run("a.csv")

    assert result.exit_code == 1
    assert "latitude 95" in result.stderr
    assert "summary: is missing" not in result.stderr


@pytest.mark.usefixtures("deployment")
def test_a_report_for_machines_has_the_code_of_each_fault() -> None:
    """So that no program has to read the messages."""
    table("title,lat,lon,category\nx,44.8,20.4,parade\ny,44.8,20.4,mural\n")

    result = run("a.csv", "--json", *FULL)

    report = json.loads(result.stdout)
    assert {fault["code"] for fault in report["refused"]} == {"category-unknown"}


@pytest.mark.usefixtures("deployment")
def test_the_file_that_is_read_is_not_written_over() -> None:
    """What a newsroom was given stays as it was."""
    content = "title,lat,lon\nx,44.8,20.4\n"
    table(content)

    result = run("a.csv", "--output", "./a.csv")

    assert result.exit_code == 2
    assert "is the file that is read" in result.stderr
    assert Path("a.csv").read_text(encoding="utf-8") == content


@pytest.mark.usefixtures("deployment")
def test_a_database_is_not_taken_for_a_file_to_write() -> None:
    """The option for it is named; the address, with its password, is not repeated."""
    table("title,lat,lon\nx,44.8,20.4\n")

    result = run("a.csv", "--output", "postgresql://x:secret@h/d", *FULL)

    assert result.exit_code == 2
    assert "--to" in result.stderr
    assert "secret" not in result.output
    assert not Path("postgresql:").exists()


@pytest.mark.usefixtures("deployment")
def test_where_every_record_is_refused_nothing_is_written() -> None:
    """What was there before stays."""
    table("title,lat,lon\nx,95,20.4\n")
    Path("layer.geojson").write_text("as it was", encoding="utf-8")

    result = run("a.csv", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 1
    assert Path("layer.geojson").read_text(encoding="utf-8") == "as it was"


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--map", "nothing"),
        ("--map", "title=title", "--map", "title=place"),
        ("--value", "strike=mural"),
        ("--crs", "WGS84"),
        ("--map", "none=title"),
    ],
)
def test_wrong_options_exit_2(arguments: tuple[str, ...]) -> None:
    """They say what they take."""
    table("title\nx\n")

    result = run("a.csv", *arguments)

    assert result.exit_code == 2
    assert "Error" in result.stderr


@pytest.mark.usefixtures("deployment")
def test_a_refused_file_exits_1_and_writes_nothing() -> None:
    """What was there before is still there."""
    Path("a.geojson").write_text("{", encoding="utf-8")
    Path("layer.geojson").write_text("before", encoding="utf-8")

    result = run("a.geojson", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 1
    assert "a.geojson" in result.stderr
    assert Path("layer.geojson").read_text(encoding="utf-8") == "before"


@pytest.mark.usefixtures("deployment")
def test_a_layer_that_cannot_be_written_exits_1() -> None:
    """And says so."""
    table("title\nx\n")

    result = run("a.csv", "--output", "nowhere/layer.geojson", *FULL)

    assert result.exit_code == 1
    assert "could not be written" in result.stderr


@pytest.mark.usefixtures("deployment")
def test_the_same_thing_in_many_records_is_told_once() -> None:
    """A report is to be read."""
    rows = "".join(f"t{number}\n" for number in range(50))
    table(f"title\n{rows}")

    result = run("a.csv", *FULL)

    assert result.exit_code == 0
    assert "[and 49 more like it]" in result.stderr
    assert len(result.stderr.splitlines()) < 10


def test_the_day_of_an_import_can_be_fixed(
    deployment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_DATE_EPOCH makes imports repeatable."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    table("title\nx\n")

    result = run("a.csv", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 0
    layer = json.loads((deployment / "layer.geojson").read_text(encoding="utf-8"))
    assert layer["features"][0]["properties"]["updated"] == "1970-01-02"
