"""Tests of ``incidents validate``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from geo.base import settings as settings_module
from geo.base.new_map import make_map
from geo.base.settings import DATA
from geo.commands.report import Commands
from geo.commands.validate import validate

CITATION = {"source": "paper-2023", "quote": "a wall was painted over"}
INCIDENT = {
    "type": "Feature",
    "id": "mural-2023",
    "geometry": None,
    "properties": {
        "title": "Mural painted over",
        "summary": "Unknown people painted over a mural.",
        "category": "mural",
        "kind": "event",
        "status": "reported",
        "citations": [CITATION],
        "location_note": "The source gives no place.",
        "date_note": "The source gives no day.",
        "updated": "2024-01-05",
        "version": 1,
    },
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a deployment with a vocabulary and a register, and a folder for files."""
    category = {"id": "mural", "label": "M", "definition": "D."}
    category |= {"color": "#0072b2", "symbol": "circle"}
    source = {"id": "paper-2023", "title": "T", "publisher": "P", "language": "en"}
    source |= {"licence": "none"}
    register = [{**source, "published": None, "url": None}]
    contents: dict[str, Any] = {
        "vocabulary": {"categories": [category]},
        "sources": {"sources": register},
    }
    for name, content in contents.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        monkeypatch.setenv(f"INCIDENTS_{name.upper()}", str(path))
    settings_module.settings.cache_clear()
    yield tmp_path
    settings_module.settings.cache_clear()


def written(folder: Path, name: str, *features: object) -> str:
    """Write a collection to a file; return its path."""
    path = folder / name
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    """Run the command as ``incidents`` does."""
    group = Commands("incidents", commands={"validate": validate})

    assert isinstance(group, click.Group)
    return CliRunner().invoke(group, ["validate", *arguments])


def test_a_sound_layer_is_fine_despite_warnings(folder: Path) -> None:
    """Warnings are told on stderr and do not fail the check."""
    result = run(written(folder, "a.geojson", INCIDENT))

    assert result.exit_code == 0
    assert "unlocated" in result.stderr
    assert result.stdout == "1 file: 0 errors, 1 warning.\n"


def test_all_faults_of_all_files_are_told(folder: Path) -> None:
    """Each file is checked, whatever is wrong with the one before."""
    bad = INCIDENT | {"properties": {"title": "x"}}
    result = run(
        written(folder, "a.geojson", bad),
        written(folder, "b.geojson", bad | {"id": "Other Id"}),
        written(folder, "c.geojson"),
    )

    assert result.exit_code == 1
    assert "a.geojson: feature 0 (mural-2023): category: is missing." in result.stderr
    assert "b.geojson: feature 0 (Other Id): id:" in result.stderr
    assert "c.geojson" not in result.stderr
    assert result.stdout.startswith("3 files: 5 errors, 2 warnings.")


def test_a_file_without_faults_is_told_so(folder: Path) -> None:
    """The summary says when there is nothing to say."""
    result = run(written(folder, "a.geojson"))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "1 file: no faults.\n"


def test_the_report_for_machines_is_json_on_stdout(folder: Path) -> None:
    """Every fault is there with its parts, and nothing else is printed."""
    bad = INCIDENT | {"geometry": {"type": "Point", "coordinates": [500, 95]}}
    result = run("--json", written(folder, "a.geojson", bad))
    report = json.loads(result.stdout)

    assert result.exit_code == 1
    assert result.stderr == ""
    assert report["valid"] is False
    (file,) = report["files"]
    assert (file["valid"], file["errors"], file["warnings"]) == (False, 1, 0)
    assert file["faults"][0]["feature_id"] == "mural-2023"
    assert file["faults"][0]["where"] == "geometry.coordinates"
    assert file["faults"][0]["severity"] == "error"


BARE = INCIDENT | {
    "properties": {name: INCIDENT["properties"][name] for name in ("title", "category")}
    | {"citations": [{"source": "paper-2023"}]}
}


def test_what_records_lack_is_counted_and_is_no_error(folder: Path) -> None:
    """A record needs little, and its authors see what would make it better."""
    path = written(folder, "a.geojson", BARE, INCIDENT | {"id": "other"})
    result = run(path)
    (file,) = json.loads(run("--json", path).stdout)["files"]

    assert result.exit_code == 0
    assert "2 of 2 records with what is needed, 1 with all that is wanted" in (
        result.stdout
    )
    assert file["grades"]["lacking"] == dict.fromkeys(
        (
            *("citations.quote", "date", "geometry", "kind", "status", "summary"),
            *("updated", "version"),
        ),
        1,
    )


def test_strict_asks_for_all_that_is_wanted(folder: Path) -> None:
    """Each thing lacking is an error with its code, its place and a remedy."""
    result = run("--strict", "--json", written(folder, "a.geojson", BARE))
    (file,) = json.loads(result.stdout)["files"]
    lacking = [fault for fault in file["faults"] if fault["code"] == "lacking"]

    assert result.exit_code == 1
    assert [fault["where"] for fault in lacking] == [
        *("summary", "kind", "status", "updated", "version"),
        *("date", "geometry", "citations[0].quote"),
    ]
    assert all(fault["remedy"] for fault in lacking)
    assert run("--strict", written(folder, "b.geojson", INCIDENT)).exit_code == 0


def test_geojson_that_is_no_layer_passes_only_as_geojson(folder: Path) -> None:
    """Any sound GeoJSON passes with --geojson-only, and fails as incidents."""
    place = {"type": "Point", "coordinates": [1, 2]}
    path = written(
        folder, "a.geojson", {"type": "Feature", "geometry": place, "properties": {}}
    )

    assert run("--geojson-only", path).exit_code == 0
    assert run(path).exit_code == 1


def test_a_broken_file_fails_as_geojson(folder: Path) -> None:
    """What is not GeoJSON fails either way."""
    path = folder / "page.geojson"
    path.write_text("<html>", encoding="utf-8")

    assert run("--geojson-only", str(path)).exit_code == 1
    assert "web page" in run(str(path)).stderr


@pytest.mark.parametrize("arguments", [("nowhere.geojson",), ("--bogus",)])
def test_a_wrong_call_exits_2(arguments: tuple[str, ...]) -> None:
    """A missing file or an unknown option is a wrong call."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert "Error" in result.stderr


@pytest.mark.parametrize("arguments", [(), (str(DATA),)])
def test_the_projects_own_map_is_checked_whole(arguments: tuple[str, ...]) -> None:
    """By its folder, or because no other is named."""
    result = run(*arguments)

    assert result.exit_code == 0, result.stderr
    assert "1 file: 0 errors" in result.stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("map.toml", "titel = 1"),
        ("sources.json", "{"),
        ("categories.json", "{"),
        ("places.geojson", "{"),
        ("incidents.geojson", "{"),
    ],
)
def test_each_file_of_a_map_is_checked(tmp_path: Path, name: str, content: str) -> None:
    """The fault names the file."""
    make_map(tmp_path / "m")
    assert run(str(tmp_path / "m")).exit_code == 0

    (tmp_path / "m" / name).write_text(content, encoding="utf-8")

    result = run(str(tmp_path / "m"))
    assert result.exit_code == 1
    assert str(tmp_path / "m" / name) in result.stderr


def test_a_map_that_lost_its_layer_is_told_the_command_that_makes_one(
    tmp_path: Path,
) -> None:
    """And the command works."""
    make_map(tmp_path / "m")
    (tmp_path / "m" / "incidents.geojson").unlink()

    result = run(str(tmp_path / "m"))

    assert result.exit_code == 1
    assert f"incidents init {tmp_path / 'm'}" in result.stderr
    assert make_map(tmp_path / "m") == ["incidents.geojson"]
    assert run(str(tmp_path / "m")).exit_code == 0


def test_help_shows_an_example() -> None:
    """The help has an example to copy."""
    assert "incidents validate data/incidents.geojson" in run("--help").stdout
