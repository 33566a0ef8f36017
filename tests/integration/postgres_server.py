"""A PostgreSQL of the test's own: its data in a folder of its own, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Final, Self

BIN: Final = Path(os.environ.get("POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
INSTALL: Final = Path(__file__).parents[2] / "scripts" / "install_postgres.sh"
_USER: Final = "incidents"


class PostgresServer:
    """Starts a server when entered, and stops and removes it when left.

    PostgreSQL refuses to run as root, so root lets the user ``postgres`` run it, whom
    Debian's package makes.
    """

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="incident-map-postgres-"))
        self._data = self._home / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"postgresql://{_USER}@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        """Make the data folder and start."""
        if os.geteuid() == 0:
            shutil.chown(self._home, "postgres")
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", _USER,
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop, and leave nothing behind."""
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-p {self._port} -h 127.0.0.1 -k {self._home} -F"
        self._run("pg_ctl", "-D", self._data, "-o", options, "-w",
                  "-l", self._home / "log", "start")  # fmt: skip

    def kill(self) -> None:
        """Stop at once, as a machine that fails does."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop",
                  check=False)  # fmt: skip

    def make_database(self, name: str, *options: str) -> str:
        """Make an empty database, with options of createdb, and return its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", _USER,
                  *options, name)  # fmt: skip
        return self.url.removesuffix("postgres") + name

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> None:
        command = [str(BIN / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            command, check=check, cwd=self._home, stdout=subprocess.DEVNULL, timeout=120
        )
