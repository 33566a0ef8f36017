"""Where the project keeps what it comes with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: The project's root: where ``data/`` and ``node_modules/`` are.
ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "data"
#: What each property of an incident is.
SCHEMA: Final = DATA / "schema" / "incident-layer.schema.json"
