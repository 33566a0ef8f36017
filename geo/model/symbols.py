"""Symbols of the categories: outlines that the map and the exports draw alike.

``symbols.json`` has them, so that Python and the browser read the same points. To add a
symbol is to add a line there, with the marks of QGIS and of SLD that come nearest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple


class Symbol(NamedTuple):
    """One symbol, in pixels of a picture 24 wide, from its middle: x right, y down.

    Parameters
    ----------
    qgis, sld
        What QGIS and SLD 1.1 call the mark that comes nearest.
    points
        The corners of its outline, or none for a disc.
    radius
        Of a disc.
    hole_radius
        Of the disc left empty in its middle, or 0.
    angle_deg
        How far the programs have to turn their mark, clockwise.
    hollow
        Whether the programs have to leave their mark unfilled.
    """

    qgis: str
    sld: str
    points: tuple[tuple[float, float], ...] = ()
    radius: float = 0.0
    hole_radius: float = 0.0
    angle_deg: int = 0
    hollow: bool = False

    @property
    def outline(self) -> dict[str, Any]:
        """What the map's script draws: points, or the radii of a disc."""
        if self.points:
            return {"points": self.points}
        return {"radius": self.radius, "hole_radius": self.hole_radius}


def _read_symbols(path: Path) -> Mapping[str, Symbol]:
    written = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Symbol(**{**entry, "points": tuple(map(tuple, entry.get("points", ())))})
        for name, entry in written.items()
    }


#: By name; one a category at most.
SYMBOLS: Final = _read_symbols(Path(__file__).with_name("symbols.json"))
