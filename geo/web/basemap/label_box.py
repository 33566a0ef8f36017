"""Boxes of labels, and whether they have room.

A box is in pixels of a whole zoom, y southwards. Widths are those of wide fonts, so
that no label is cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from geo.base.grid import TILE_PX

#: Width of a letter for its font's size.
LETTER_EM: Final = 0.6
#: Space kept free around labels.
ROOM_PX: Final = 2.5
#: Labels are looked for this far outside the tile.
MARGIN_PX: Final = 6.0
#: The reader's font may be wider still.
WIDER: Final = 1.3


class Box(NamedTuple):
    """The room of one label."""

    left: float
    top: float
    right: float
    bottom: float


def overlaps(box: Box, others: Iterable[Box], *, room_px: float) -> bool:
    """Tell whether a box comes nearer to any other than the room asked for."""
    return any(
        box.left - room_px < other.right
        and other.left < box.right + room_px
        and box.top - room_px < other.bottom
        and other.top < box.bottom + room_px
        for other in others
    )


def touches_tile(
    x: float, y: float, *, half_width_px: float, half_height_px: float
) -> bool:
    """Tell whether a label around (x, y), in pixels of a tile, may reach into it."""
    return (
        abs(x - TILE_PX / 2) < TILE_PX / 2 + WIDER * half_width_px + MARGIN_PX
        and abs(y - TILE_PX / 2) < TILE_PX / 2 + half_height_px + MARGIN_PX
    )
