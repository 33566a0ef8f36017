"""``incidents import`` writes a layer, or says why it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.commands.import_ import import_
from geo.commands.report import Commands


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


@pytest.mark.usefixtures("deployment")
def test_a_table_becomes_a_map_and_exits_0() -> None:
    """The report is on stderr, or JSON on stdout."""
    table("title,lat,lon\nx,44.8,20.4\n")

    result = run("a.csv", "--into", "map", "--json")

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["read"], report["written"], report["refused"]) == (1, 1, [])
    layer = json.loads(Path("map/incidents.geojson").read_text(encoding="utf-8"))
    assert layer["features"][0]["properties"]["title"] == "x"
    assert Path("map/mappings/a.toml").exists()


@pytest.mark.usefixtures("deployment")
def test_refused_rows_exit_1_and_the_others_are_written() -> None:
    """A pipeline stops, and a person sees why and where."""
    table("title,n\nx,1\ny,2,3,4\n")

    result = run("a.csv", "--into", "map")

    assert result.exit_code == 1
    assert "refused.csv" in result.stderr
    assert len(json.loads(Path("map/incidents.geojson").read_bytes())["features"]) == 1


@pytest.mark.usefixtures("deployment")
def test_a_look_through_writes_nothing() -> None:
    """It shows what each column becomes, and the command that brings it in."""
    table("title,lat,lon\nx,44.8,20.4\n")

    result = run("a.csv")

    assert result.exit_code == 0
    assert "'lat' -> lat" in result.stderr
    assert "incidents import a.csv --into my-map" in result.stderr
    assert [path.name for path in Path().iterdir()] == ["a.csv"]


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
@pytest.mark.parametrize("option", ["--output", "--into"])
def test_a_database_is_not_taken_for_a_file_to_write(option: str) -> None:
    """The option for it is named; the address, with its password, is not repeated."""
    table("title,lat,lon\nx,44.8,20.4\n")

    result = run("a.csv", option, "postgresql://x:secret@h/d")

    assert result.exit_code == 2
    assert "--to" in result.stderr
    assert "secret" not in result.output
    assert not Path("postgresql:").exists()


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--map", "nothing"),
        ("--map", "title=title", "--map", "title=place"),
        ("--map", "none=title"),
        ("--map", "title=no-role"),
        ("--value", "strike=mural"),
        ("--crs", "WGS84"),
        ("--drop", "none"),
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
    """No folder is made for it."""
    Path("a.geojson").write_text("{", encoding="utf-8")

    result = run("a.geojson", "--into", "map")

    assert result.exit_code == 1
    assert "a.geojson" in result.stderr
    assert not Path("map").exists()


def test_the_day_of_an_import_can_be_fixed(
    deployment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_DATE_EPOCH makes imports repeatable."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    table("title\nx\n")

    result = run("a.csv", "--into", "map")

    assert result.exit_code == 0
    layer = json.loads((deployment / "map/incidents.geojson").read_bytes())
    assert layer["features"][0]["properties"]["updated"] == "1970-01-02"
