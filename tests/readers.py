"""Functions that tests run in the process that reads files of others.

It imports little of the project, so this imports nothing of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def ends_by_itself(path: Path) -> Iterator[str]:
    """End the process as a library does that runs into a damaged file."""
    yield path.name
    os.abort()


def never_ends(path: Path, folder: str) -> Iterator[str]:
    """Start another process, and wait."""
    program = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'w')); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", program, f"{folder}/pid"])
    while (
        not (Path(folder) / "pid").exists()
        or not (Path(folder) / "pid").read_text().strip()
    ):
        time.sleep(0.01)
    yield path.name
    child.wait()


def takes_memory(_: Path, size_bytes: int) -> Iterator[int]:
    """Take memory, and fill it."""
    yield len(bytearray(size_bytes))


def prints(path: Path) -> Iterator[str]:
    """Write to standard output, as some libraries do."""
    os.write(1, b'["value", "forged"]\n')
    sys.stdout.write("also forged\n")
    sys.stdout.flush()
    yield path.name


def tells_environment(_: Path) -> Iterator[list[str]]:
    """Return the names of the environment's variables."""
    yield sorted(os.environ)
