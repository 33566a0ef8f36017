"""The server ends soon after a signal, whatever runs in it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

import pytest

from geo.bulk.synthesis import source_register
from tests.live import begin, write_synthetic

ROOT = Path(__file__).parents[2]
#: What the server promises.
END_S = 10.0
_START_S = 120.0


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_while_downloads_run(
    tmp_path: Path, name: signal.Signals
) -> None:
    """Clients that take nothing, and threads that are busy, hold it up no longer."""
    layer = write_synthetic(tmp_path / "layer.parquet", 20_000)
    sources = tmp_path / "sources.json"
    sources.write_text(json.dumps(source_register()), "utf-8")
    port = _free_port()
    settings = {
        "INCIDENTS_LAYER": str(layer),
        "INCIDENTS_SOURCES": str(sources),
        "INCIDENTS_CACHE": str(tmp_path / "cache"),
        "INCIDENTS_PORT": str(port),
        "INCIDENTS_FETCH_SOURCES": "false",
        "INCIDENTS_EXPORTS_PER_CLIENT": "8",
    }
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}
    )
    clients = []
    try:
        _await_word(port, server)
        clients = [
            begin(port, f"/export?format={kind}")
            for kind in ("geojson", "csv", "gpkg", "fgb", "kml", "xlsx", "shp")
        ]
        time.sleep(0.5)
        began = time.monotonic()
        # A shell and a supervisor may both tell it, at the same moment.
        for _ in range(3):
            server.send_signal(name)
        server.wait(END_S)
        assert time.monotonic() - began < END_S
    finally:
        for client in clients:
            client.close()
        server.kill()
        server.wait()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_at_once_while_it_reads_the_layer(
    tmp_path: Path, name: signal.Signals
) -> None:
    """A layer that does not come to an end keeps nobody waiting."""
    layer = tmp_path / "layer.geojson"
    os.mkfifo(layer)
    port = _free_port()
    settings = {"INCIDENTS_LAYER": str(layer), "INCIDENTS_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}
    )
    try:
        _await_word(port, server, HTTPStatus.SERVICE_UNAVAILABLE)
        server.send_signal(name)
        assert server.wait(END_S) == -name
    finally:
        server.kill()
        server.wait()


def _free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _await_word(
    port: int, server: subprocess.Popen[bytes], status: HTTPStatus = HTTPStatus.OK
) -> None:
    """Wait until the server says how it is."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except urllib.error.HTTPError as error:
            if error.status == status:
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        assert server.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
