"""Serve the map that the settings name: ``uv run app.py``."""

from __future__ import annotations

import gc
import sys

# Nothing of what modules make when they are loaded is garbage: looking for some takes
# a tenth of the time to a start. The server turns it on when it is warm.
gc.disable()
from pages.start.launch import serve  # noqa: E402

if __name__ == "__main__":
    sys.exit(serve())
