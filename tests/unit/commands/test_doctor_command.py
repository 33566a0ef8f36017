"""Tests of ``incidents doctor``."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from geo.base.extras import EXTRAS
from geo.base.new_map import make_map
from geo.commands.cli import main


@pytest.fixture
def own_map(tmp_path: Path) -> Path:
    """Return an empty map."""
    make_map(tmp_path / "m", title="Floods")
    return tmp_path / "m"


def examined(folder: Path, code: int = 0, **environment: str) -> dict[str, Any]:
    """Return what the doctor says of each thing, by its name."""
    done = CliRunner().invoke(
        main, ["doctor", str(folder), "--json"], env=dict(environment)
    )
    assert done.exit_code == code, done.output
    report = json.loads(done.stdout)
    assert report["fine"] is (code == 0)
    return {each["what"]: each for each in report["findings"]}


def test_everything_is_looked_at(own_map: Path) -> None:
    """In an installation that works, nothing is wrong."""
    found = examined(own_map)

    assert list(found) == [
        "Python",
        "packages",
        "extras",
        "browser files",
        "ground",
        "folder",
        "layer",
        "register of sources",
        "streets",
        "permissions",
        "limits",
        "port",
        "disk",
    ]


def test_extras_are_told_and_missed_where_a_setting_needs_one(
    own_map: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit of requests is the only setting that does."""
    missing = {**EXTRAS, "limits": ("no_such_module",)}
    monkeypatch.setattr("geo.base.extras.EXTRAS", missing)

    assert "Not installed: limits." in examined(own_map)["extras"]["message"]
    limited = examined(own_map, 1, INCIDENTS_RATE_LIMIT="9/minute")["limits"]
    assert "--extra limits" in limited["message"]


def test_an_empty_layer_is_told_with_the_next_command(own_map: Path) -> None:
    """It is no fault."""
    layer = examined(own_map)["layer"]

    assert layer["state"] == "warning"
    assert f"incidents import TABLE --into {own_map}" in layer["remedy"]


@pytest.mark.parametrize(
    ("name", "what"),
    [("incidents.geojson", "layer"), ("sources.json", "register of sources")],
)
def test_a_file_that_is_wrong_is_named(own_map: Path, name: str, what: str) -> None:
    """And the exit code says so."""
    (own_map / name).write_text("{", encoding="utf-8")

    found = examined(own_map, 1)

    assert found[what]["state"] == "wrong"
    assert str(own_map / name) in found[what]["message"]


def test_a_port_that_is_taken_is_told(own_map: Path) -> None:
    """With one that is free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = examined(own_map, INCIDENTS_PORT=str(port))

    assert found["port"]["state"] == "warning"
    assert f"port {port} is taken" in found["port"]["message"]
    assert "--port" in found["port"]["message"]


def test_a_folder_that_is_no_map_stops_it(tmp_path: Path) -> None:
    """A wrong call."""
    done = CliRunner().invoke(main, ["doctor", str(tmp_path / "nowhere")])

    assert done.exit_code == 1
    assert "incidents init" in done.output


def test_settings_that_are_wrong_are_the_last_thing_said(own_map: Path) -> None:
    """What rests on them is not looked at."""
    done = CliRunner().invoke(
        main, ["doctor", str(own_map), "--json"], env={"INCIDENTS_PORT": "abc"}
    )

    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert "INCIDENTS_PORT='abc'" in report["findings"][-1]["message"]


def test_a_person_reads_one_line_for_each(own_map: Path) -> None:
    """Fine, to note, or bad."""
    done = CliRunner().invoke(main, ["doctor", str(own_map)])

    assert "ok   Python: 3." in done.output
    assert "note layer: " in done.output
