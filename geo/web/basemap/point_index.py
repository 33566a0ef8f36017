"""Points found by boxes, in three arrays: a tree of 234 000 would take 60 MB."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.base.grid import WORLD_PX

#: The world is cut into strips this high, each sorted from west to east.
_STRIP_PX: Final = 1 / 16
#: From one strip's keys to the next's: more than x may differ in a strip.
_STRIDE_PX: Final = 4 * WORLD_PX
#: Keys are rounded to this; what they find is compared exactly afterwards.
_ROUNDING_PX: Final = 1e-6


class PointIndex:
    """An index of points in pixels of zoom 0.

    Parameters
    ----------
    x, y
        Positions; x from one world west of the map to one east of it.
    """

    def __init__(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        strips = np.floor(y / _STRIP_PX)
        keys = strips * _STRIDE_PX + x
        self._x, self._y = x, y
        self._order = np.argsort(keys, kind="stable").astype(np.int32)
        self._keys = keys[self._order]
        self._strips = (strips.min(), strips.max()) if len(strips) else (0.0, -1.0)

    def within(
        self, boxes: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the points in boxes, edges included.

        Parameters
        ----------
        boxes
            Rows of left, top, right, bottom.

        Returns
        -------
        tuple
            Numbers of boxes and of points, in pairs, ordered by box.
        """
        left, right = np.clip(boxes[:, [0, 2]], -WORLD_PX, 2 * WORLD_PX).T
        top, bottom = np.clip(np.floor(boxes[:, [1, 3]] / _STRIP_PX), *self._strips).T
        box, strip = _ranges(top.astype(np.int64), bottom.astype(np.int64) + 1)
        starts = strip * _STRIDE_PX
        first = np.searchsorted(self._keys, starts + left[box] - _ROUNDING_PX)
        end = np.searchsorted(self._keys, starts + right[box] + _ROUNDING_PX, "right")
        part, place = _ranges(first, end)
        box, point = box[part], self._order[place].astype(np.int64)
        x, y = self._x[point], self._y[point]
        inside = (
            (boxes[box, 0] <= x)
            & (x <= boxes[box, 2])
            & (boxes[box, 1] <= y)
            & (y <= boxes[box, 3])
        )
        return box[inside], point[inside]


def _ranges(
    first: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all whole numbers from *first* to before *end*, each after its row."""
    sizes = np.maximum(end - first, 0)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    before = np.cumsum(sizes) - sizes
    return rows, np.arange(len(rows)) - before[rows] + first[rows]
