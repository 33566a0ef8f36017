"""Serve the map that the settings name: ``uv run app.py``."""

from __future__ import annotations

import sys

from pages.start.server import app, serve

__all__ = ["app"]

if __name__ == "__main__":
    sys.exit(serve())
