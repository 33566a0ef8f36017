"""One thing drawn on the ground, as the program that makes tiles reads it.

The browser draws tiles of 512 pixels, so those of zoom 4 are what a map at zoom 5
shows, and at the halves between 4 and 5. All zooms in this package are the map's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import shapely.geometry
from shapely.geometry.base import BaseGeometry

#: The most detailed tiles; closer views draw these larger.
MAX_TILE_ZOOM: Final = 7


@dataclass(frozen=True, slots=True)
class Drawn:
    """A geometry in a layer of the tiles.

    Parameters
    ----------
    layer
        ``land``, ``borders``, ``lakes``, ``rivers`` or ``names``.
    geometry
        WGS84, (lon, lat).
    from_zoom
        The map's zoom from which it is drawn, 0 or more; may be a fraction.
    properties
        What the browser decides by; short names, since each tile has them.
    """

    layer: str
    geometry: BaseGeometry
    from_zoom: float = 0.0
    properties: Mapping[str, str | int | float] = field(default_factory=dict)

    def line(self) -> str:
        """Return it as one line of GeoJSON with tippecanoe's own member."""
        tile_zoom = min(max(math.ceil(self.from_zoom) - 1, 0), MAX_TILE_ZOOM)
        member = {
            "type": "Feature",
            "tippecanoe": {"layer": self.layer, "minzoom": tile_zoom},
            "properties": dict(self.properties),
            "geometry": shapely.geometry.mapping(self.geometry),
        }
        return json.dumps(member, ensure_ascii=False, separators=(",", ":"))
