"""Programs from outside: how they are run, and how servers are started and stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

ROOT: Final = Path(__file__).parents[2]
#: Debian's Python, which has PyQGIS.
PYTHON_OF_QGIS: Final = "/usr/bin/python3"


def clean_environment(**changes: str) -> dict[str, str]:
    """Return this environment without what belongs to our own Python."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "GDAL", "PROJ", "INCIDENTS_"))
    }
    kept["PATH"] = f"/usr/bin:/bin:{kept.get('PATH', '')}"
    return {**kept, **changes}


def run(*command: str | Path, **environment: str) -> str:
    """Run a program, which must neither fail nor warn, and return what it prints."""
    done = subprocess.run(
        [str(part) for part in command],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    worried = [
        line
        for line in done.stderr.splitlines()
        if "warning" in line.lower() or "error" in line.lower()
    ]
    assert worried == [], done.stderr
    return done.stdout


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def serving(
    command: list[str], address: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[str]:
    """Start a server, wait until its address answers, give that, and stop it."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output
        )
        try:
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except HTTPError as error:
            # A server listens before it has read its layer.
            if b"being loaded" not in error.read():
                return
            time.sleep(0.3)
        except (URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"{address} did not answer:\n{log.read_text()}")
