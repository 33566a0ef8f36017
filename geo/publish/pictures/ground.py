"""The ground of pictures: the same tiles as below the page's map, drawn once more.

In the order and the colours of ``geo/web/static/ground-look.js``.
"""

from __future__ import annotations

from typing import Final

from geo.ground.archives import WORLD_FILE
from geo.ground.drawn import MAX_TILE_ZOOM
from geo.publish.pictures.canvas import Canvas, Stroke
from geo.publish.pictures.frame import Frame
from geo.publish.pictures.look import Look
from geo.publish.pictures.streets import Streets, draw_streets
from geo.publish.pictures.tiles import FrameTiles

#: Waters are coarser than coasts: nearer they would lie about where they are.
_LAST_RIVER: Final = 8
_LAST_LAKE: Final = 10
#: Nearer than this an extract's streets are more exact than our borders.
_LAST_BORDER_IN_STREETS: Final = 11


def world_tiles(frame: Frame) -> FrameTiles:
    """Return the tiles of the world's ground that a frame shows."""
    return FrameTiles(frame, WORLD_FILE, 0, MAX_TILE_ZOOM)


def draw_ground(
    canvas: Canvas, frame: Frame, look: Look, streets: Streets | None = None
) -> None:
    """Draw sea, land, waters, streets and the lines between countries into a frame.

    Lines that are in dispute are dashed.

    Parameters
    ----------
    canvas, frame, look
        Where and how.
    streets
        The newsroom's extract, if the frame shows it.

    Raises
    ------
    MissingAssetError
        If the ground's tiles are not installed.
    """
    tiles, zoom = world_tiles(frame), frame.exact_zoom
    canvas.box(*frame.panel, look.sea)
    for _, rings in tiles.shapes("land"):
        # Its own colour closes the hair lines between tiles.
        canvas.area(rings, look.land, Stroke(look.land, 0.3))
    if zoom <= _LAST_LAKE:
        for _, rings in tiles.shapes("lakes"):
            canvas.area(rings, look.water)
    if zoom <= _LAST_RIVER:
        wide = max(0.6, (zoom - 2) / 4)
        for _, lines in tiles.shapes("rivers"):
            canvas.line(lines, Stroke(look.river, wide))
    if streets is not None:
        draw_streets(canvas, frame, look, streets)
    if streets is None or zoom <= _LAST_BORDER_IN_STREETS:
        for feature, lines in tiles.shapes("borders"):
            dashes = (5.0, 3.0) if feature.properties.get("disputed") else None
            canvas.line(lines, Stroke(look.border, 1.0, dashes))
