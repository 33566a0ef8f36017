"""The sources that synthetic incidents cite, as a register."""

from __future__ import annotations

from typing import Any, Final

#: Ids of the sources that synthetic incidents cite.
SOURCES: Final = ("synthetic-one", "synthetic-two")
UPDATED: Final = "2026-01-01"


def source_register() -> dict[str, Any]:
    """Return the register of the synthetic sources, as ``data/sources.json`` is."""
    return {
        "sources": [
            {
                "id": source,
                "title": f"Synthetic source, {source}",
                "publisher": "Nobody: made up by a program",
                "authors": [],
                "language": "en",
                "published": UPDATED,
                "url": None,
                "licence": "CC0-1.0",
                "note": "Stands for a source while the software is tried.",
            }
            for source in SOURCES
        ]
    }
