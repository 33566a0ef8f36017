"""Serve one page script as ``app.py`` serves ours: same server, browser files local.

``python -m bench.serve SCRIPT PORT``; the incidents to show come from BENCH_DATA.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import streamlit as st
import streamlit.config
import uvicorn
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).parents[1]
MODULES = Path(os.environ.get("BENCH_NODE_MODULES", ROOT / "node_modules"))
CLUSTER = MODULES / "leaflet.markercluster" / "dist"


def main() -> None:
    """Serve until stopped."""
    script, port = sys.argv[1:]
    routes = [
        Mount(
            "/assets/leaflet",
            StaticFiles(directory=ROOT / "node_modules" / "leaflet" / "dist"),
        )
    ]
    if CLUSTER.is_dir():
        routes.append(Mount("/assets/cluster", StaticFiles(directory=CLUSTER)))
    # With the settings that our own pages have.
    streamlit.config._main_script_path = str(ROOT / "pages" / "start" / "router.py")  # noqa: SLF001
    app = st.App(ROOT / "bench" / "peers" / script, routes=routes)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
