"""Well-known text (OGC Simple Features), read into GeoJSON and written from it.

GEOS, which shapely asks, reads no ring that is not closed; here it is read as it stands,
and :mod:`geo.layer.geojson` says where it begins and where it ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from geo.layer.geojson import DEPTHS

_NAMES: Final = {kind.upper(): kind for kind in DEPTHS}
_HEAD: Final = re.compile(
    r"\s*(?:SRID=4326;)?\s*([A-Z]+)\s*(ZM|Z|M)?\s*(EMPTY\s*$|\()", re.IGNORECASE
)
_BRACKETED: Final = re.compile(r"[\s\d.eE+\-(),]*")
_POSITION: Final = re.compile(r"[^\[\],\s][^\[\],]*")
_MOST_DEPTH: Final = 4


def read_wkt(text: str) -> dict[str, Any] | None:
    """Return the GeoJSON geometry of well-known text; None for an empty text.

    Raises
    ------
    ValueError
        If it is not the text of a geometry that GeoJSON has; collections are not
        taken.
    """
    if not text.strip():
        return None
    head = _HEAD.match(text)
    kind = _NAMES.get(head[1].upper()) if head else None
    if head is None or kind is None:
        msg = f"{text[:40]!r} does not begin as one"
        raise ValueError(msg)
    if head[3] != "(":
        return {"type": kind, "coordinates": []}
    measured = (head[2] or "").upper() in {"M", "ZM"}
    nested = _nested(text[head.end() - 1 :])
    depth = DEPTHS[kind]
    positions = _positions(nested, depth + 1, measured=measured)
    if kind == "Point":
        if len(positions) != 1:
            msg = "a point has one position"
            raise ValueError(msg)
        return {"type": kind, "coordinates": positions[0]}
    if kind == "MultiPoint":
        # Each point may stand in brackets of its own, or not.
        positions = [
            part[0] if isinstance(part[0], list) else part for part in positions
        ]
    return {"type": kind, "coordinates": positions}


def _nested(text: str) -> list[Any]:
    """Return brackets as lists, and what stands between commas as lists of numbers."""
    if not _BRACKETED.fullmatch(text):
        msg = f"{text[:40]!r} is not numbers in brackets"
        raise ValueError(msg)
    depth = 0
    for mark in re.findall(r"[()]", text):
        depth += 1 if mark == "(" else -1
        if depth > _MOST_DEPTH:
            msg = "has too many brackets"
            raise ValueError(msg)
    written = _POSITION.sub(_position_text, text.replace("(", "[").replace(")", "]"))
    try:
        nested: list[Any] = json.loads(written)
    except ValueError as error:
        msg = "has a bracket or comma too few or too many"
        raise ValueError(msg) from error
    return nested


def _position_text(match: re.Match[str]) -> str:
    """Return the numbers of one position as JSON."""
    return f"[{','.join(repr(float(number)) for number in match[0].split())}]"


def _positions(value: list[Any], depth: int, *, measured: bool) -> list[Any]:
    """Return lists with each position cut to two or three numbers."""
    positions = []
    for part in value:
        if part and not isinstance(part[0], list):
            if not 2 <= len(part) <= 4:  # noqa: PLR2004 - x, y, z, m
                msg = f"a position has {len(part)} numbers"
                raise ValueError(msg)
            positions.append(part[:-1] if measured and len(part) > 2 else part[:3])  # noqa: PLR2004
        elif depth <= 0:
            msg = "has too many brackets"
            raise ValueError(msg)
        else:
            positions.append(_positions(part, depth - 1, measured=measured))
    return positions


def wkt(geometry: Mapping[str, Any] | None) -> str | None:
    """Return a GeoJSON geometry as well-known text, every digit kept."""
    if geometry is None:
        return None
    kind, coordinates = geometry["type"], geometry["coordinates"]
    position = coordinates
    while isinstance(position[0], list | tuple):
        position = position[0]
    z = " Z" if len(position) == 3 else ""  # noqa: PLR2004 - lon, lat, height
    written = _positions_text(coordinates)
    inner = f"({written})" if kind == "Point" else written
    return f"{kind.upper()}{z} {inner}"


def _positions_text(value: Any) -> str:  # noqa: ANN401 - any nesting of coordinates
    if isinstance(value[0], list | tuple):
        return f"({', '.join(_positions_text(part) for part in value)})"
    return " ".join(_number_text(number) for number in value)


def _number_text(number: float) -> str:
    whole = float(number).is_integer() and abs(number) < 1e15  # noqa: PLR2004
    return str(int(number)) if whole else repr(float(number))
