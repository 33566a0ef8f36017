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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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
        _await_health(port, server)
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


def _await_health(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
