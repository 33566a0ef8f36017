"""Land and borders of the ground, from Natural Earth at its finest scale.

:mod:`geo.model.naturalearth` says what of it is changed: occupied territory stays with
its country, and the lines that are in dispute are marked. They are drawn dashed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import shapely

from geo.base.grid import projected
from geo.ground.drawn import Drawn
from geo.model.naturalearth import borders, land

#: Islands smaller than this are left out.
_SMALLEST_PX: Final = 0.7


def outlines() -> Iterator[Drawn]:
    """Yield land, island by island, and the lines between countries.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    for island in land("10m").geoms:
        west, north, east, south = shapely.bounds(projected(island)).tolist()
        size_px = max(east - west, south - north)
        yield Drawn("land", island, from_zoom=math.log2(_SMALLEST_PX / size_px))
    for border in borders("10m"):
        yield Drawn(
            "borders", border.line, properties={"disputed": int(border.disputed)}
        )
