"""Files that lie beside the project, for tests that skip where these are missing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, Final

SHARED: Final = Path(__file__).parents[2] / "shared"
ARTICLE: Final = SHARED / "source" / "meduza-2023-12-18.txt"
CORPUS: Final = SHARED / "corpus"
DATASETS: Final = SHARED / "datasets"
INPUTS: Final = SHARED / "inputs"


def corpus() -> list[dict[str, str]]:
    """Return the rows of the corpus' manifest; none where it is not installed."""
    manifest = CORPUS / "MANIFEST.csv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected_inputs() -> dict[str, list[dict[str, Any]]]:
    """Return the right outcomes of each small input; none where they are missing."""
    path = INPUTS / "expected.json"
    if not path.exists():
        return {}
    expected: dict[str, list[dict[str, Any]]] = json.loads(path.read_bytes())
    return expected
