"""Tests of ``incidents serve``, as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from urllib.request import urlopen

import pytest

from geo.base.new_map import make_map
from geo.model.incident import feature_of
from tests.builders import SOURCES, VOCABULARY, make_incident
from tests.serving import free_port, wait_until_ready

COMMAND = [sys.executable, "-m", "geo.commands.cli", "serve"]
#: What a command that refuses may take, on a machine that does much else.
SOON_S = 20


@pytest.fixture
def own_map(tmp_path: Path) -> Path:
    """Return an empty map."""
    make_map(tmp_path / "m", title="Floods of 2024")
    return tmp_path / "m"


def environment(**changes: str) -> dict[str, str]:
    """Return this environment without settings of ours, with changes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("INCIDENTS_")
    }
    return {**kept, "INCIDENTS_FETCH_SOURCES": "false", **changes}


def refused(*arguments: str | Path, **changes: str) -> str:
    """Run the command where it must refuse with exit code 2; return what it says."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=SOON_S,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_told_before_anything_else(own_map: Path) -> None:
    """With the option that mends it; the broken layer is not even looked at."""
    (own_map / "incidents.geojson").write_text("{", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(own_map, "--port", str(port))

    assert f"port {port} is taken" in said
    assert "--port " in said
    assert "incidents.geojson" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "map.example.org"])  # noqa: S104 - what is refused
def test_the_desk_is_refused_where_others_could_come(own_map: Path, host: str) -> None:
    """Before anything listens."""
    said = refused(own_map, "--desk", "--host", host)

    assert host in said
    assert "leave out --desk" in said


def test_a_host_that_is_none_of_this_machine_is_told(own_map: Path) -> None:
    """With what to give instead."""
    said = refused(own_map, "--host", "192.0.2.7", "--port", str(free_port()))

    assert "192.0.2.7" in said
    assert "Leave out --host" in said


def test_a_map_that_is_wrong_is_not_served(own_map: Path) -> None:
    """Every fault is told; the exit code is that of wrong data."""
    (own_map / "map.toml").write_text("titel = 1\n", encoding="utf-8")

    done = subprocess.run(
        [*COMMAND, str(own_map)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SOON_S,
        check=False,
    )

    assert done.returncode == 1
    assert "titel" in done.stderr
    assert str(own_map / "map.toml") in done.stderr


def test_a_map_is_served_told_filled_and_stopped(own_map: Path, tmp_path: Path) -> None:
    """From the empty folder to an incident, without a restart, from anywhere."""
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*COMMAND, "m", "--port", str(port)],
            cwd=tmp_path,
            env=environment(INCIDENTS_TITLE="Floods, tried"),
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, server)
        said = log.read_text(encoding="utf-8")
        assert f"Floods, tried: the map is at {url}" in said
        assert f"incidents import TABLE --into {own_map}" in said
        assert total(url) == 0

        fill(own_map)

        deadline = time.monotonic() + SOON_S
        while total(url) != 1 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert total(url) == 1
    finally:
        server.send_signal(signal.SIGINT)
    assert server.wait(timeout=SOON_S) == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")


def total(url: str) -> int:
    """Return how many incidents a server shows."""
    with urlopen(f"{url}/api/summary", timeout=SOON_S) as answer:  # noqa: S310 - our own
        count: int = json.load(answer)["total"]
        return count


def fill(folder: Path) -> None:
    """Put one incident into a map, with what it rests on, its layer last."""
    source = {**asdict(SOURCES["daily"]), "published": "2024-01-05"}
    contents = {
        "categories.json": {"categories": [asdict(each) for each in VOCABULARY]},
        "sources.json": {"sources": [source]},
        "incidents.geojson": {
            "type": "FeatureCollection",
            "features": [feature_of(make_incident())],
        },
    }
    for name, content in contents.items():
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(folder / name)
