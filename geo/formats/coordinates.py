"""Cells that draw a place, and cells that hold nothing."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from geo.formats.wkb import read_wkb
from geo.formats.wkt import read_wkt

#: What people write where there is nothing.
EMPTY: Final = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "unknown", "\\n"}
)
_HEX: Final = re.compile(r"0[01](?:[0-9A-Fa-f]{2})+")


def shape_of_cell(cell: object) -> dict[str, Any] | None:
    """Return the geometry of a cell: well-known text or binary, or GeoJSON."""
    if is_empty(cell):
        return None
    text = str(cell).strip()
    if text.startswith("{"):
        try:
            geometry = json.loads(text)
        except (ValueError, RecursionError) as error:
            msg = f"{text[:40]!r} is no GeoJSON"
            raise ValueError(msg) from error
        return dict(geometry)
    return read_wkb(bytes.fromhex(text)) if _HEX.fullmatch(text) else read_wkt(text)


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds nothing, or what people write for nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in EMPTY)
