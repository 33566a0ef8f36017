"""Land and borders as the basemap draws them: in pixels, as fine as a zoom shows.

They are made from Natural Earth (:mod:`geo.model.naturalearth`), which takes seconds for
the finest scale, and kept on disk by :mod:`geo.web.basemap.prepared`. Shapes are simplified once
for a zoom and only cut afterwards, so that neighbouring tiles fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from geo.base.grid import polygons, projected
from geo.base.settings import settings
from geo.model.naturalearth import Scale, borders, fingerprint, land
from geo.web.basemap.prepared import (
    Arrays,
    once,
    packed_shapes,
    prepared,
    unpacked_shapes,
)

#: To be raised with every change of how the shapes are made.
_FORMAT: Final = 2
_ZOOMS: Final[Mapping[Scale, range]] = {
    "110m": range(3),
    "50m": range(3, 6),
    "10m": range(6, 9),
}
#: Natural Earth's grid is wider than this zoom's tolerance: nothing to simplify.
FULL_DETAIL_ZOOM: Final = 8
TOLERANCE_PX: Final = 0.4
#: Islands smaller than this are left out.
_SMALLEST_PX: Final = 0.7


@dataclass(frozen=True, slots=True)
class Shapes:
    """Land and borders of one zoom, in pixels of zoom 0."""

    land: NDArray[np.object_]
    land_tree: STRtree
    lines: NDArray[np.object_]
    lines_tree: STRtree
    disputed: NDArray[np.bool_]


def shapes(zoom: int) -> Shapes:
    """Return land and borders for a zoom. Read once.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    return _read_shapes(min(zoom, FULL_DETAIL_ZOOM))


@once
def _read_shapes(zoom: int) -> Shapes:
    scale = next(scale for scale, zooms in _ZOOMS.items() if zoom in zooms)
    arrays = prepared(
        shape_arrays,
        scale,
        version=f"{_FORMAT} world-atlas {fingerprint(scale)}",
        folder=settings().cache,
        prefix=f"{zoom}_",
    )
    areas = unpacked_shapes(f"{zoom}_land", arrays)
    lines = unpacked_shapes(f"{zoom}_lines", arrays)
    return Shapes(
        land=areas,
        land_tree=STRtree(areas),
        lines=lines,
        lines_tree=STRtree(lines),
        disputed=arrays[f"{zoom}_disputed"],
    )


def shape_arrays(scale: Scale) -> Arrays:
    """Make the arrays of all zooms of a scale from Natural Earth: slow.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    parts = [part for whole in land(scale).geoms for part in polygons(projected(whole))]
    areas = np.array(parts, dtype=object)
    found = borders(scale)
    lines = np.array([projected(border.line) for border in found], dtype=object)
    disputed = np.array([border.disputed for border in found], dtype=bool)
    arrays: dict[str, NDArray[Any]] = {}
    for zoom in _ZOOMS[scale]:
        arrays[f"{zoom}_disputed"] = disputed
        arrays |= packed_shapes(f"{zoom}_land", _simplified_land(areas, zoom))
        arrays |= packed_shapes(f"{zoom}_lines", _simplified(lines, zoom))
    return arrays


def _simplified_land(areas: NDArray[np.object_], zoom: int) -> NDArray[np.object_]:
    if zoom == FULL_DETAIL_ZOOM:
        return areas
    west, south, east, north = shapely.bounds(areas).T
    size_px = np.maximum(east - west, north - south) * 2**zoom
    return _simplified(areas[size_px >= _SMALLEST_PX], zoom)


def _simplified(found: NDArray[np.object_], zoom: int) -> NDArray[np.object_]:
    if zoom == FULL_DETAIL_ZOOM:
        return found
    simple: NDArray[np.object_] = shapely.simplify(found, TOLERANCE_PX / 2**zoom)
    return simple
