"""The ground of pictures: the same tiles as below the page's map, drawn once more.

Names go where they have room beside the markers, the more important ones first, as
``geo/web/static/ground-look.js`` does it in the browser.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from geo.base.grid import WORLD_PX
from geo.ground.drawn import MAX_TILE_ZOOM
from geo.ground.vector_tiles import Floats, Thing, read_tile
from geo.pictures.canvas import Canvas, Stroke, width_of
from geo.pictures.frame import Frame
from geo.pictures.look import Look

#: Waters are coarser than coasts: nearer they would lie about where they are.
_LAST_RIVER: Final = 8
_LAST_LAKE: Final = 10
_LAST_COUNTRY: Final = 8.5
_COUNTRY_PX: Final = 12.0
_CAPITAL_PX: Final = 12.0
#: Towns' letters by their weight, the heaviest first, and how small the rest is.
_TOWN_PX: Final = ((60, 11.5), (47, 10.5))
_SMALL_TOWN_PX: Final = 9.5
_LONGEST_LINE: Final = 14
_LINE_PX: Final = 14.0
_GAP_PX: Final = 4.0
_ROOM_PX: Final = 3.0


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


def draw_ground(canvas: Canvas, frame: Frame, look: Look) -> None:
    """Draw sea, land, waters and the lines between countries into a frame.

    Lines that are in dispute are dashed.

    Raises
    ------
    MissingAssetError
        If the ground's tiles are not installed.
    """
    panel, zoom = frame.panel, math.log2(frame.scale)
    canvas.box(*panel, look.sea)
    land, lakes, rivers = (
        [*_shapes(frame, name)] for name in ("land", "lakes", "rivers")
    )
    for _, rings in land:
        # Its own colour closes the hair lines between tiles.
        canvas.area(rings, look.land, Stroke(look.land, 0.3))
    if zoom <= _LAST_LAKE:
        for _, rings in lakes:
            canvas.area(rings, look.water)
    if zoom <= _LAST_RIVER:
        wide = max(0.6, (zoom - 2) / 4)
        for _, lines in rivers:
            canvas.line(lines, Stroke(look.river, wide))
    for thing, lines in _shapes(frame, "borders"):
        dashes = (5.0, 3.0) if thing.properties.get("disputed") else None
        canvas.line(lines, Stroke(look.border, 1.0, dashes))


def draw_names(canvas: Canvas, frame: Frame, look: Look, taken: Sequence[Box]) -> None:
    """Write names of countries and towns where they have room.

    Parameters
    ----------
    canvas, frame, look
        Where and how.
    taken
        What no name may lie on: the markers.
    """
    zoom = math.log2(frame.scale)
    held = [*taken, *_edges(frame)]
    rank = {"capital": 0, "country": 1, "town": 2}
    names = [
        (thing.properties, spot)
        for thing, lines in _shapes(frame, "names")
        for spot in lines[0].tolist()
        if thing.properties["from"] <= zoom and frame.holds(*spot)
    ]
    names.sort(
        key=lambda each: (
            rank[each[0]["kind"]],
            -each[0]["weight"],
            each[0]["name"],
            each[1],
        )
    )
    seen = set()
    for told, (x, y) in names:
        name, kind = str(told["name"]), told["kind"]
        if (kind == "country" and zoom > _LAST_COUNTRY) or (name, kind) in seen:
            continue
        if kind == "country":
            drawn = _write_country(canvas, look, name, (x, y), held)
        else:
            size = _CAPITAL_PX if kind == "capital" else _town_px(told["weight"])
            drawn = _write_town(canvas, look, name, (x, y), held, size)
        if drawn:
            seen.add((name, kind))


def _write_country(
    canvas: Canvas,
    look: Look,
    name: str,
    at: tuple[float, float],
    held: list[Box],
) -> bool:
    lines = _in_lines(name)
    half = max(width_of(line, _COUNTRY_PX, bold=True) for line in lines) / 2 + _ROOM_PX
    tall = len(lines) * _LINE_PX / 2
    for dx, dy in ((0, 0), (0, -20), (0, 20), (-28, 0), (28, 0), (0, -40), (0, 40)):
        x, y = at[0] + dx, at[1] + dy
        if not _take(Box(x - half, y - tall, x + half, y + tall), held):
            continue
        for number, line in enumerate(lines):
            base = y + (number - (len(lines) - 1) / 2) * _LINE_PX + _COUNTRY_PX * 0.36
            canvas.write(
                x,
                base,
                line,
                size=_COUNTRY_PX,
                color=look.label,
                bold=True,
                align="center",
                halo=look.halo,
            )
        return True
    return False


def _write_town(  # noqa: PLR0913, PLR0917 - a name, where and how
    canvas: Canvas,
    look: Look,
    name: str,
    at: tuple[float, float],
    held: list[Box],
    size: float,
) -> bool:
    x, y = at
    radius = 2.4 if size >= _CAPITAL_PX else 1.8
    dot = Box(x - 2, y - 2, x + 2, y + 2)
    covering = [box for box in held if dot.meets(box)]
    half, tall = width_of(name, size) / 2 + _ROOM_PX, size * 0.62
    # Beside the dot, or beside the marker that lies on it.
    free = covering[0] if covering else Box(x, y, x, y)
    gap = 1.0 if covering else _GAP_PX
    for dx, dy in (
        (0.0, free.bottom - y + gap + tall),
        (0.0, free.top - y - gap - tall),
        (free.right - x + gap + half, 0.0),
        (free.left - x - gap - half, 0.0),
    ):
        left, top = x + dx - half, y + dy - tall
        if not _take(Box(left, top, left + 2 * half, top + 2 * tall), held):
            continue
        if not covering:
            canvas.disc((x, y), radius, look.label, Stroke(look.halo, 0.8))
            held.append(dot)
        canvas.write(
            x + dx,
            y + dy + size * 0.36,
            name,
            size=size,
            color=look.label,
            align="center",
            halo=look.halo,
        )
        return True
    return False


def _take(box: Box, held: list[Box]) -> bool:
    """Take room if nothing has taken it; tell whether it was free."""
    if any(box.meets(other) for other in held):
        return False
    held.append(box)
    return True


def _edges(frame: Frame) -> list[Box]:
    """Return what lies around the panel, which no name may reach into."""
    far, (x, y, width, height) = 10_000.0, frame.panel
    return [
        Box(-far, -far, x, far),
        Box(x + width, -far, far, far),
        Box(-far, -far, far, y),
        Box(-far, y + height, far, far),
    ]


def _town_px(weight: float) -> float:
    sizes = (size for least, size in _TOWN_PX if weight >= least)
    return next(sizes, _SMALL_TOWN_PX)


def _in_lines(name: str) -> list[str]:
    """Return a name in one line, or in two of about the same length."""
    words = name.split(" ")
    if len(name) <= _LONGEST_LINE or len(words) == 1:
        return [name]
    cuts = [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
    return min(cuts, key=lambda lines: max(map(len, lines)))


def _shapes(frame: Frame, layer: str) -> Iterator[tuple[Thing, list[Floats]]]:
    """Go through a layer's things in a frame, with their lines on the sheet."""
    zoom = min(max(math.ceil(math.log2(frame.scale)) - 1, 0), MAX_TILE_ZOOM)
    across = 2**zoom
    tile_px = WORLD_PX / across
    right = frame.left + frame.panel.width / frame.scale
    bottom = frame.top + frame.panel.height / frame.scale
    rows = range(
        max(0, int(frame.top / tile_px)), min(across - 1, int(bottom / tile_px)) + 1
    )
    columns = range(math.floor(frame.left / tile_px), math.floor(right / tile_px) + 1)
    for column in columns:
        shift = np.array([column // across * WORLD_PX, 0.0])
        for row in rows:
            for thing in read_tile(zoom, column % across, row).get(layer, ()):
                if layer == "names" and not _is_own(thing, zoom, column % across, row):
                    continue
                yield thing, [frame.place(line + shift) for line in thing.lines]


def _is_own(thing: Thing, zoom: int, column: int, row: int) -> bool:
    """Tell whether a point lies in the tile itself, not in the margin around it."""
    x, y = (thing.lines[0][0] * 2**zoom / WORLD_PX).tolist()
    return bool(column <= x < column + 1 and row <= y < row + 1)
