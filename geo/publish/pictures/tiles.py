"""Tiles of a ground within a frame: what they hold, where it is on the sheet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from geo.base.grid import WORLD_PX, Floats
from geo.base.work import check_work
from geo.ground.vector_tiles import Tile, TileFeature, read_tile
from geo.publish.pictures.frame import Frame

#: What lies so far beyond the panel's edge may reach into it by its width, pixels.
_BEYOND_PX: Final = 20.0


class FrameTiles:
    """The tiles of a ground that a frame shows, as fine as print needs them.

    Each is read once, when it is needed.

    Parameters
    ----------
    frame
        What is shown.
    path
        A sound PMTiles file. Where it lacks a tile, nothing is there.
    first, last
        Zooms of its tiles.
    """

    def __init__(self, frame: Frame, path: Path, first: int, last: int) -> None:
        self._frame = frame
        self._path = path
        self._zoom = min(max(math.ceil(frame.exact_zoom) - 1, first), last)

    def shapes(self, layer: str) -> Iterator[tuple[TileFeature, list[Floats]]]:
        """Go through a layer, with lines on the sheet: those that the panel may show.

        What crosses the edge of a tile comes with each tile.
        """
        for _, _, shift, tile in self._tiles:
            for feature in tile.get(layer, ()):
                placed = (self._frame.place(line + shift) for line in feature.lines)
                lines = [line for line in placed if self._is_near(line)]
                if lines:
                    yield feature, lines

    def spots(
        self, layer: str
    ) -> Iterator[tuple[Mapping[str, Any], tuple[float, float]]]:
        """Go through a layer's points in the panel: properties, and (x, y) on the sheet.

        A point near the edge of a tile is in its neighbour as well, and comes once.
        """
        for column, row, shift, tile in self._tiles:
            for feature in tile.get(layer, ()):
                for point in (line[0] for line in feature.lines if len(line) == 1):
                    x, y = (point * 2**self._zoom / WORLD_PX).tolist()
                    if (math.floor(x), math.floor(y)) != (column, row):
                        continue
                    spot_x, spot_y = self._frame.place(point + shift).tolist()
                    if self._frame.holds(spot_x, spot_y):
                        yield feature.properties, (spot_x, spot_y)

    @cached_property
    def _tiles(self) -> list[tuple[int, int, Floats, Tile]]:
        """Column and row of each, how far to move it to its turn of the world, itself."""
        frame, across = self._frame, 2**self._zoom
        tile_px = WORLD_PX / across
        rows = range(
            max(0, int(frame.top / tile_px)),
            min(across - 1, int(frame.bottom / tile_px)) + 1,
        )
        columns = range(
            math.floor(frame.left / tile_px), math.floor(frame.right / tile_px) + 1
        )
        tiles = []
        for turned in columns:
            turn, column = divmod(turned, across)
            shift = np.array([turn * WORLD_PX, 0.0])
            for row in rows:
                # A city's tile takes a second.
                check_work()
                tile = read_tile(self._zoom, column, row, self._path)
                tiles.append((column, row, shift, tile))
        return tiles

    def _is_near(self, line: Floats) -> bool:
        panel = self._frame.panel
        (left, top), (right, bottom) = line.min(axis=0), line.max(axis=0)
        return bool(
            right >= panel.x - _BEYOND_PX
            and left <= panel.x + panel.width + _BEYOND_PX
            and bottom >= panel.y - _BEYOND_PX
            and top <= panel.y + panel.height + _BEYOND_PX
        )
