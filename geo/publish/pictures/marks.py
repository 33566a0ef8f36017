"""Markers of pictures: the symbols, rings and discs that the page's map draws.

The outlines are those of ``geo/model/symbols.json``, and the rest as
``geo/web/static/symbols.js``, ``markers.js`` and ``incident-layer.css`` have it. How sure
a report is shows in the filling and the rim, not in the colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.base.grid import Floats, Group, mercator_px
from geo.engine import PlaceView
from geo.model.symbols import SYMBOLS, Symbol
from geo.model.vocabulary import Precision, Status, Vocabulary
from geo.publish.pictures.canvas import Canvas, Stroke
from geo.publish.pictures.frame import Frame
from geo.publish.pictures.look import Look
from geo.publish.pictures.room import Box

#: Of what is planned, whatever the status of the report.
PLAN: Final = "plan"
#: The colour of what stands for several incidents, or for none in particular.
BADGE: Final = "#37424a"
#: What stands for no category: the legend's examples of how sure a report is.
NO_CATEGORY: Final = (BADGE, Symbol("circle", "circle", radius=8.5))
_WHITE: Final = "#ffffff"
_UNKNOWN: Final = "#555555"
#: Around symbols, so that they stand out from the ground and from each other.
_EDGE: Final = Stroke("#000000", 3.4, opacity=0.4)
_EXACT: Final = frozenset({Precision.VENUE, Precision.STREET})
_STEM_PX: Final = 11.0
_SPOT_PX: Final = 4.0
#: Of one incident's marker, and the most of several.
_RADIUS_PX: Final = 12.0
_MOST_RADIUS_PX: Final = 22.0
#: So far beyond its radius nothing else may come.
_FREE_PX: Final = 4.0
_MANY: Final = 9_999
#: The rim of each kind of report that is white inside: width, dashes, round ends.
_RIMS: Final = {
    Status.ALLEGED.value: Stroke("", 3.4),
    Status.UNVERIFIED.value: Stroke("", 2.2, (4.6, 2.6)),
    PLAN: Stroke("", 3.0, (0.0, 4.1), round_ends=True),
}


@dataclass(frozen=True, slots=True)
class _Sign:
    """A category's symbol at its place on the canvas, to be drawn in some look."""

    canvas: Canvas
    at: tuple[float, float]
    symbol: Symbol
    scale: float

    def draw(self, fill: str | None, stroke: Stroke) -> None:
        """Draw its outline, with a rim of pixels of the symbol's own size."""
        rim = stroke.scaled(self.scale)
        if self.symbol.points:
            corners = np.array(self.symbol.points) * self.scale + np.array(self.at)
            self.canvas.area([corners], fill, rim)
        else:
            self.canvas.disc(self.at, self.symbol.radius * self.scale, fill, rim)

    def draw_hole(self, fill: str) -> None:
        """Draw the hole in its middle, if it has one."""
        if self.symbol.hole_radius:
            self.canvas.disc(self.at, self.symbol.hole_radius * self.scale, fill)

    def strike_out(self) -> None:
        """Draw a line through it."""
        ends = np.array([[-9.0, 9.0], [9.0, -9.0]]) * self.scale + np.array(self.at)
        self.canvas.line([ends], Stroke("#333333", 2.4 * self.scale))

    def draw_question(self, color: str) -> None:
        """Draw a question mark, for what the source itself could not verify."""
        x, y = self.at
        turn = np.radians(np.linspace(180, 420, 25))
        bow = np.column_stack([2.4 * np.cos(turn), 2.4 * np.sin(turn) - 2.2])
        # A quadratic curve from the bow's end to the foot.
        t = np.linspace(0, 1, 9)[:, None]
        bend, end = np.array([0, 0.6]), np.array([0, 1.9])
        foot = (1 - t) ** 2 * bow[-1] + 2 * t * (1 - t) * bend + t**2 * end
        line = np.vstack([bow, foot]) * self.scale + np.array(self.at)
        self.canvas.line([line], Stroke(color, 2.2 * self.scale, round_ends=True))
        self.canvas.disc((x, y + 4.6 * self.scale), 1.1 * self.scale, color)


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
    sign = _Sign(canvas, at, symbol, scale)
    if status in _RIMS:
        rim = replace(_RIMS[status], color=color)
        sign.draw(None, Stroke(_WHITE, 6.0))
        # White as far as the rim goes, also between its dashes.
        sign.draw(_WHITE, Stroke(_WHITE, rim.width))
        sign.draw(None, rim)
        if status == Status.UNVERIFIED:
            sign.draw_question(color)
        else:
            sign.draw_hole(color)
    elif status == Status.FALSE:
        sign.draw(None, _EDGE)
        sign.draw("#dddddd", Stroke("#666666", 1.6))
        sign.draw_hole(_WHITE)
        sign.strike_out()
    elif status == Status.CORROBORATED:
        sign.draw(None, Stroke(_WHITE, 5.0) if look.is_dark else _EDGE)
        sign.draw(color, Stroke("#111111", 2.4))
        sign.draw_hole(_WHITE)
    else:
        sign.draw(None, _EDGE)
        sign.draw(color, Stroke(_WHITE, 1.6))
        sign.draw_hole(_WHITE)


def draw_marker(  # noqa: PLR0913, PLR0917 - what is drawn, where and how
    canvas: Canvas,
    frame: Frame,
    look: Look,
    group: Group,
    place: PlaceView | None,
    vocabulary: Vocabulary,
) -> None:
    """Draw what stands for one incident or several; nothing outside the frame.

    One incident has the symbol of its category, several have their number in a ring of
    their categories' colours. A stem says that the place is exact, dots around it that
    nobody said how exact.

    Parameters
    ----------
    canvas, frame, look
        Where and how.
    group
        The incidents.
    place
        Where all of them are; None where they are in several places.
    vocabulary
        Their categories.
    """
    x, ground_y = frame.spot(group.lon, group.lat)
    if not frame.holds(x, ground_y, 2 * _STEM_PX):
        return
    radius, y = _radius_of(group), ground_y
    if _is_exact(place):
        y -= radius + _STEM_PX
        canvas.line([np.array([[x, y], [x, ground_y]])], Stroke(look.stem, 2.6))
    if place is not None and is_unsaid(place):
        around = radius + (3 if group.count == 1 else 5)
        for color, width in ((_WHITE, 5.4), (BADGE, 3.4)):
            dots = Stroke(color, width, (0.0, 5.2), round_ends=True)
            canvas.disc((x, y), around, None, dots)
    if group.count == 1:
        color, symbol = _sign_of(vocabulary, group.mix[0][0])
        status = PLAN if group.plan else group.status or Status.REPORTED
        draw_symbol(canvas, (x, y), color, symbol, status, look)
    else:
        _draw_badge(canvas, (x, y), radius, group, vocabulary)


def room_of(frame: Frame, group: Group, place: PlaceView | None) -> Box:
    """Return the room that a marker takes on the sheet, its stem included."""
    x, y = frame.spot(group.lon, group.lat)
    radius = _radius_of(group)
    half = radius + _FREE_PX
    rise = radius + _STEM_PX if _is_exact(place) else 0.0
    return Box(x - half, y - rise - half, x + half, y if rise else y + half)


def _radius_of(group: Group) -> float:
    if group.count == 1:
        return _RADIUS_PX
    # By halves of a pixel, as the page does.
    return min(_MOST_RADIUS_PX, 9 + round(4.8 * math.log2(group.count)) / 2)


def _is_exact(place: PlaceView | None) -> bool:
    return place is not None and place.precision in _EXACT


def _draw_badge(
    canvas: Canvas,
    at: tuple[float, float],
    radius: float,
    group: Group,
    vocabulary: Vocabulary,
) -> None:
    """Draw a number in a ring whose parts tell the categories."""
    canvas.disc(at, radius + 2, None, Stroke("#000000", 9.6, opacity=0.3))
    canvas.disc(at, radius + 2, None, Stroke(_WHITE, 8))
    start = 0.0
    for category, count in group.mix:
        share = count / group.count
        steps = max(2, math.ceil(share * 72))
        turns = np.linspace(start, start + share, steps + 1)
        angles = 2 * np.pi * turns - np.pi / 2
        arc = np.column_stack([np.cos(angles), np.sin(angles)]) * (radius + 2)
        color, _ = _sign_of(vocabulary, category)
        canvas.line([arc + np.array(at)], Stroke(color, 5.5))
        start += share
    canvas.disc(at, radius, BADGE)
    is_many = group.count > _MANY
    number = f"{round(group.count / 1000)}k" if is_many else f"{group.count}"
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
    dots = Stroke(look.vague_line, 3.5, (2.0, 6.0), 0.8, round_ends=True)
    stroke = dots if is_line else _vague(look, 3.0)
    for part in shapely.get_parts(shape).tolist():
        points_px = mercator_px(shapely.get_coordinates(part))
        for turn in frame.turns(points_px[:, 0].min(), points_px[:, 0].max()):
            shift = np.array([turn, 0.0])
            if part.geom_type == "Point":
                x, y = frame.place(points_px + shift)[0].tolist()
                canvas.disc((x, y), _SPOT_PX, look.vague, _vague(look), opacity=0.3)
            elif part.geom_type == "Polygon" and not is_line:
                canvas.area(_rings(frame, part, shift), look.vague, opacity=0.07)
                canvas.line(_edges(frame, part, shift), _vague(look))
            else:
                canvas.line([frame.place(points_px + shift)], stroke)


def _vague(look: Look, width: float = 1.4) -> Stroke:
    """Return the edge of what is known only roughly."""
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


def is_unsaid(place: PlaceView) -> bool:
    """Tell whether nobody said how exact a place is."""
    return not place.precision and not (place.radius_m or 0) > 0 and not place.area


def _sign_of(vocabulary: Vocabulary, category_id: str) -> tuple[str, Symbol]:
    """Return the colour and the symbol of a category; plain ones for one not known."""
    if category_id not in vocabulary:
        return _UNKNOWN, NO_CATEGORY[1]
    category = vocabulary[category_id]
    return category.color, SYMBOLS[category.symbol]


def in_drawing_order(groups: Sequence[Group]) -> list[Group]:
    """Return markers with the southern ones last, which are drawn above the others."""
    return sorted(groups, key=lambda group: (-group.lat, group.lon, group.first_no))
