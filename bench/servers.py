"""Servers to measure: our page and the peers', each a process over a layer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.browser import CAP_S, TooSlowError
from bench.serve import ROOT

LAYERS = ROOT / ".cache" / "bench"


@dataclass
class Server:
    """A server that runs: its port, the seconds it took to be ready, its process."""

    port: int
    ready_s: float
    process: psutil.Process

    def memory_mb(self) -> float:
        """Return the resident memory of the server and its children."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 1e6


def layer_of(size: int) -> Path:
    """Return the synthetic layer of that size, made at the first run."""
    path = LAYERS / f"incidents-{size}.parquet"
    library = ROOT / "geo"
    made_by = (
        *(library / "bulk" / "synthesis").glob("*.py"),
        *(library / "layer").glob("*.py"),
    )
    if not path.exists() or any(
        module.stat().st_mtime > path.stat().st_mtime for module in made_by
    ):
        call = [
            "synthesize",
            "--count",
            str(size),
            "--seed",
            "1",
            "--output",
            str(path),
        ]
        subprocess.run(
            [sys.executable, "-m", "geo.commands.cli", *call], cwd=ROOT, check=True
        )
    return path


def environment(layer: Path, port: int) -> dict[str, str]:
    """Return the settings of our server over a layer."""
    return {
        "INCIDENTS_LAYER": str(layer),
        "INCIDENTS_SOURCES": f"{layer}.sources.json",
        "INCIDENTS_PORT": str(port),
        "INCIDENTS_FETCH_SOURCES": "false",
    }


@contextmanager
def serve_ours(layer: Path, extra: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve our own page over a layer, with some *extra* settings."""
    port = _free_port()
    env = {**environment(layer, port), **(extra or {})}
    with _process(["app.py"], env, port, "/healthz") as server:
        yield server


@contextmanager
def serve_peer(script: str, layer: Path) -> Iterator[Server]:
    """Serve a peer's page over the same incidents."""
    port = _free_port()
    call = ["-m", "bench.serve", script, str(port)]
    with _process(call, {"BENCH_DATA": str(layer)}, port, "/_stcore/health") as server:
        yield server


@contextmanager
def _process(
    call: list[str], env: Mapping[str, str], port: int, health: str
) -> Iterator[Server]:
    # What the last server of each kind said stays, for looking up errors.
    log = (LAYERS / f"server-{Path(call[0]).stem}.log").open("w+")
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *call],
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
        stdout=log,
        stderr=log,
    )
    try:
        while not _answers(port, health):
            if process.poll() is not None or time.monotonic() - start > 5 * CAP_S:
                log.seek(0)
                msg = f"the server did not start: {log.read()[-400:]}"
                raise TooSlowError(msg)
            time.sleep(0.02)
        ready_s = time.monotonic() - start
        yield Server(port, ready_s, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=60
        ) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
