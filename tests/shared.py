"""Files that lie beside the project, for tests that skip where these are missing."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

SHARED: Final = Path(__file__).parents[2] / "shared"
ARTICLE: Final = SHARED / "source" / "meduza-2023-12-18.txt"
CORPUS: Final = SHARED / "corpus"


def corpus() -> list[dict[str, str]]:
    """Return the rows of the corpus' manifest; none where it is not installed."""
    manifest = CORPUS / "MANIFEST.csv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
