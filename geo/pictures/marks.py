"""Markers of pictures: the symbols, rings and discs that the page's map draws.

The outlines are those of ``geo/model/symbols.json``, and the rest as
``geo/web/static/symbols.js``, ``markers.js`` and ``incident-layer.css`` have it. How sure
a report is shows in the filling and the rim, not in the colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.base.grid import Group, mercator_px
from geo.engine import PlaceView
from geo.model.symbols import SYMBOLS, Symbol
from geo.model.vocabulary import Precision, Vocabulary
from geo.pictures.canvas import Canvas, Floats, Stroke
from geo.pictures.frame import Frame
from geo.pictures.ground import Box
from geo.pictures.look import Look

#: How a single marker looks that is neither alleged nor anything else: as a report.
PLAIN: Final = "reported"
#: Of what is planned, whatever the status of the report.
PLAN: Final = "plan"
_WHITE: Final = "#ffffff"
_BADGE: Final = "#37424a"
_UNKNOWN: Final = "#555555"
#: What stands for no category: the legend's examples of how sure a report is.
NO_CATEGORY: Final = (_BADGE, Symbol("circle", "circle", radius=8.5))
_EXACT: Final = frozenset({Precision.VENUE, Precision.STREET})
_STEM_PX: Final = 11.0
_SPOT_PX: Final = 4.0
_MANY: Final = 9_999
#: The rim of each kind of report that is white inside: width, dashes, round ends.
_RIMS: Final = {
    "alleged": (3.4, None, False),
    "unverified": (2.2, (4.6, 2.6), False),
    PLAN: (3.0, (0.0, 4.1), True),
}


def draw_symbol(  # noqa: PLR0913, PLR0917 - what is drawn, where and how
    canvas: Canvas,
    at: tuple[float, float],
    color: str,
    symbol: Symbol,
    status: str,
    look: Look,
    scale: float = 1.0,
) -> None:
    """Draw a category's symbol: full, hollow, dashed, dotted or struck out.

    Parameters
    ----------
    canvas, at
        Where its middle is.
    color, symbol
        The category's.
    status
        A status of :class:`geo.model.vocabulary.Status`, or :data:`PLAN`.
    look
        Of the ground around it.
    scale
        1 for the size on the map.
    """
    rim = _RIMS.get(status)

    def outline(fill: str | None, stroke: Stroke, opacity: float = 1.0) -> None:
        if symbol.points:
            corners = np.array(symbol.points) * scale + np.array(at)
            canvas.area([corners], fill, stroke, opacity=opacity)
        else:
            canvas.disc(at, symbol.radius * scale, fill, stroke, opacity=opacity)

    def hole(fill: str) -> None:
        if symbol.hole_radius:
            canvas.disc(at, symbol.hole_radius * scale, fill)

    if rim is not None:
        width, dashes, is_round = rim
        outline(None, Stroke(_WHITE, 6 * scale))
        shrunk = None if dashes is None else (dashes[0] * scale, dashes[1] * scale)
        stroke = Stroke(color, width * scale, shrunk, round_ends=is_round)
        if dashes is None:
            outline(_WHITE, stroke)
        else:
            outline(_WHITE, Stroke(_WHITE, width * scale))
            outline(None, stroke)
        if status == "unverified":
            _draw_question(canvas, at, color, scale)
        else:
            hole(color)
        return
    is_sure = status == "corroborated"
    edge = Stroke("#000000", 3.4 * scale, opacity=0.4)
    if is_sure and look.is_dark:
        edge = Stroke(_WHITE, 5 * scale)
    outline(None, edge)
    if status == "false":
        outline("#dddddd", Stroke("#666666", 1.6 * scale))
        hole(_WHITE)
        far = np.array([[-9.0, 9.0], [9.0, -9.0]]) * scale + np.array(at)
        canvas.line([far], Stroke("#333333", 2.4 * scale))
        return
    rim_color, width = ("#111111", 2.4) if is_sure else (_WHITE, 1.6)
    outline(color, Stroke(rim_color, width * scale))
    hole(_WHITE)


def _draw_question(
    canvas: Canvas, at: tuple[float, float], color: str, scale: float
) -> None:
    """Draw a question mark, for what the source itself could not verify."""
    turn = np.radians(np.linspace(180, 420, 25))
    bow = np.column_stack([2.4 * np.cos(turn), 2.4 * np.sin(turn) - 2.2])
    # A quadratic curve from the bow's end to the foot.
    t = np.linspace(0, 1, 9)[:, None]
    foot = (
        (1 - t) ** 2 * bow[-1] + 2 * t * (1 - t) * np.array([0, 0.6]) + t**2 * [0, 1.9]
    )
    stroke = Stroke(color, 2.2 * scale, round_ends=True)
    canvas.line([np.vstack([bow, foot]) * scale + np.array(at)], stroke)
    canvas.disc((at[0], at[1] + 4.6 * scale), 1.1 * scale, color)


def draw_marker(  # noqa: PLR0913, PLR0917 - what is drawn, where and how
    canvas: Canvas,
    frame: Frame,
    look: Look,
    group: Group,
    place: PlaceView | None,
    vocabulary: Vocabulary,
) -> Box | None:
    """Draw what stands for one incident or several, and return the room it takes.

    One incident has the symbol of its category, several have their number in a ring of
    their categories' colours. A stem says that the place is exact, dots around it that
    nobody said how exact. None for what lies outside the frame.
    """
    x, y = frame.spot(group.lon, group.lat)
    if not frame.holds(x, y, 2 * _STEM_PX):
        return None
    is_exact = place is not None and place.precision in _EXACT
    is_single = group.count == 1
    radius = 12.0 if is_single else min(22.0, 9 + 2.4 * math.log2(group.count))
    ground_y = y
    if is_exact:
        y -= radius + _STEM_PX
        canvas.line([np.array([[x, y], [x, ground_y]])], Stroke(look.stem, 2.6))
    if place is not None and _is_unsaid(place):
        around = radius + (3 if is_single else 5)
        for color, width in ((_WHITE, 5.4), (_BADGE, 3.4)):
            dots = Stroke(color, width, (0.0, 5.2), round_ends=True)
            canvas.disc((x, y), around, None, dots)
    if is_single:
        color, symbol = _mark_of(vocabulary, group.mix[0][0])
        status = PLAN if group.plan else group.status or PLAIN
        draw_symbol(canvas, (x, y), color, symbol, status, look)
    else:
        draw_badge(canvas, (x, y), radius, group, vocabulary)
    wide = radius + 4
    return Box(x - wide, y - wide, x + wide, ground_y if is_exact else y + wide)


def draw_badge(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    group: Group,
    vocabulary: Vocabulary,
) -> None:
    """Draw a number in a ring whose parts tell the categories."""
    canvas.disc(at, radius + 2, None, Stroke("#000000", 9.6, opacity=0.3))
    canvas.disc(at, radius + 2, None, Stroke(_WHITE, 8))
    done = 0.0
    for category, count in group.mix:
        share = count / group.count
        steps = max(2, math.ceil(share * 72))
        angles = 2 * np.pi * np.linspace(done, done + share, steps + 1) - np.pi / 2
        spots = np.column_stack([np.cos(angles), np.sin(angles)]) * (radius + 2)
        color, _ = _mark_of(vocabulary, category)
        canvas.line([spots + np.array(at)], Stroke(color, 5.5))
        done += share
    canvas.disc(at, radius, _BADGE)
    number = (
        f"{group.count}" if group.count <= _MANY else f"{round(group.count / 1000)}k"
    )
    canvas.write(
        at[0], at[1] + 4.6, number, size=12.5, color=_WHITE, bold=True, align="center"
    )


def draw_disc(canvas: Canvas, frame: Frame, look: Look, place: PlaceView) -> None:
    """Draw the disc within which a vague place lies; nothing for an exact one."""
    if not place.radius_m or place.area:
        return
    at = frame.spot(place.lon, place.lat)
    radius = frame.reach(place.radius_m, place.lat)
    canvas.disc(at, radius, look.vague, _vague(look), opacity=0.1)


def draw_shape(
    canvas: Canvas, frame: Frame, look: Look, place: PlaceView, shape: BaseGeometry
) -> None:
    """Draw a line or an area as vague as the page does; its points as small discs."""
    is_line = place.precision == Precision.LINE
    for part in shapely.get_parts(shape).tolist():
        points_px = mercator_px(shapely.get_coordinates(part))
        for turn in frame.turns(points_px[:, 0].min(), points_px[:, 0].max()):
            shift = np.array([turn, 0.0])
            if part.geom_type == "Point":
                (x, y) = frame.place(points_px + shift)[0].tolist()
                canvas.disc((x, y), _SPOT_PX, look.vague, _vague(look), opacity=0.3)
            elif part.geom_type == "Polygon" and not is_line:
                canvas.area(_rings(frame, part, shift), look.vague, opacity=0.07)
                canvas.line(_edges(frame, part, shift), _vague(look))
            else:
                stroke = Stroke(look.vague_line, 3.5, (2.0, 6.0), 0.8, round_ends=True)
                if part.geom_type == "LineString":
                    stroke = stroke if is_line else _vague(look, 3.0)
                canvas.line([frame.place(points_px + shift)], stroke)


def _vague(look: Look, width: float = 1.4) -> Stroke:
    return Stroke(look.vague, width, (5.0, 4.0), 0.55)


def _rings(frame: Frame, area: Polygon, shift: Floats) -> list[Floats]:
    """Return the rings of an area on the sheet."""
    rings = [area.exterior, *area.interiors]
    return [
        frame.place(mercator_px(shapely.get_coordinates(ring)) + shift)
        for ring in rings
    ]


def _edges(frame: Frame, area: Polygon, shift: Floats) -> list[Floats]:
    """Return an area's edge on the sheet, but for where the antimeridian cuts it."""
    lines: list[Floats] = []
    for ring in [area.exterior, *area.interiors]:
        points = shapely.get_coordinates(ring)
        is_cut = (np.abs(points[:, 0]) >= 180 - 1e-9).astype(int)
        breaks = np.flatnonzero(is_cut[:-1] & is_cut[1:]) + 1
        placed = frame.place(mercator_px(points) + shift)
        lines += np.split(placed, breaks)
    return lines


def _is_unsaid(place: PlaceView) -> bool:
    return not place.precision and not (place.radius_m or 0) > 0 and not place.area


def _mark_of(vocabulary: Vocabulary, category: str) -> tuple[str, Symbol]:
    if category not in vocabulary:
        return _UNKNOWN, NO_CATEGORY[1]
    known = vocabulary[category]
    return known.color, SYMBOLS[known.symbol]


def drawn_last(groups: Sequence[Group]) -> list[Group]:
    """Return markers in the order in which to draw them: the southern ones above."""
    return sorted(groups, key=lambda group: (-group.lat, group.lon, group.first_no))
