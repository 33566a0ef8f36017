"""Room on the sheet: what has taken it, and where a name still fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from geo.publish.pictures.frame import Panel

#: Boxes are looked for in squares so wide, pixels: about as wide as a name.
_SQUARE_PX: Final = 64.0


class Box(NamedTuple):
    """Room that something takes on the sheet, pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a spot lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom


class Room:
    """What is still free within a panel.

    Parameters
    ----------
    panel
        Nothing may reach out of it.
    taken
        What has its place there already.
    """

    def __init__(self, panel: Panel, taken: Iterable[Box] = ()) -> None:
        self._panel = box_of(panel)
        self._squares: dict[tuple[int, int], list[Box]] = defaultdict(list)
        for box in taken:
            self._keep(box)

    def take(self, *boxes: Box) -> bool:
        """Take boxes if all of them are free; tell whether they were."""
        if not all(map(self._is_free, boxes)):
            return False
        for box in boxes:
            self._keep(box)
        return True

    def at(self, box: Box) -> Box | None:
        """Return what has taken a part of a box; None where nothing has."""
        return next(
            (
                other
                for square in self._squares_of(box)
                for other in self._squares.get(square, ())
                if box.meets(other)
            ),
            None,
        )

    def _is_free(self, box: Box) -> bool:
        panel = self._panel
        is_inside = (
            panel.left <= box.left
            and box.right <= panel.right
            and panel.top <= box.top
            and box.bottom <= panel.bottom
        )
        return is_inside and self.at(box) is None

    def _keep(self, box: Box) -> None:
        for square in self._squares_of(box):
            self._squares[square].append(box)

    def _squares_of(self, box: Box) -> Iterator[tuple[int, int]]:
        """Go through the squares of the panel that a box touches."""
        panel = self._panel
        low_x, high_x = max(box.left, panel.left), min(box.right, panel.right)
        low_y, high_y = max(box.top, panel.top), min(box.bottom, panel.bottom)
        for column in range(int(low_x // _SQUARE_PX), int(high_x // _SQUARE_PX) + 1):
            for row in range(int(low_y // _SQUARE_PX), int(high_y // _SQUARE_PX) + 1):
                yield column, row


def box_of(panel: Panel) -> Box:
    """Return the room of a panel."""
    return Box(panel.x, panel.y, panel.x + panel.width, panel.y + panel.height)
