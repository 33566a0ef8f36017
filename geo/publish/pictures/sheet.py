"""The sheet: a map with legend, scale, north, filters, sources and date, to be printed.

A4 across. Everything that a reader of the page can find out about the markers without
opening one stands on it, since paper cannot be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from geo.atlas import Atlas
from geo.base.grid import Group
from geo.engine import PlaceView, View
from geo.model.symbols import SYMBOLS
from geo.model.wording import LOOKS, distance_words
from geo.publish.pictures.canvas import Canvas, Stroke, drawing, width_of, wrap
from geo.publish.pictures.contents import Contents, Dispute, named_words
from geo.publish.pictures.frame import Frame, Panel
from geo.publish.pictures.ground import draw_ground
from geo.publish.pictures.look import Look
from geo.publish.pictures.marks import (
    BADGE,
    NO_CATEGORY,
    draw_disc,
    draw_marker,
    draw_shape,
    draw_symbol,
    in_drawing_order,
    is_unsaid,
    room_of,
)
from geo.publish.pictures.names import draw_names
from geo.publish.pictures.room import Box

#: A4 across, in CSS pixels.
WIDTH: Final = 1123.0
HEIGHT: Final = 794.0
_EDGE: Final = 30.0
_COLUMN: Final = 232.0
_GAP: Final = 18.0
_HEAD: Final = 92.0
_FOOT: Final = 70.0
#: Where the map is.
PANEL: Final = Panel(
    _EDGE,
    _HEAD,
    WIDTH - 2 * _EDGE - _COLUMN - _GAP,
    HEIGHT - _HEAD - _FOOT,
)
#: Lines below the map, and how many of them leave room for the bar of scale.
_FOOT_LINES: Final = 4
_FOOT_LINE_PX: Final = 13.5
_LINES_BESIDE_SCALE: Final = 2
_SCALE_ROOM: Final = 230.0
_SYMBOL_SCALE: Final = 0.78
_NAMED_PLACES: Final = 6
_NAMED_PEOPLE: Final = 3
_CARD_LINES: Final = 5
#: Height of what a sign means, and of what stands below the categories.
_ENTRY_PX: Final = 18.5
_REST_PX: Final = 372.0
#: Letters and lines of the column beside the map, pixels.
_TEXT_PX: Final = 11.5
_LINE_PX: Final = 15.0
#: Where scales differ from the top of the map to its bottom.
_CLOSE_ENOUGH_ZOOM: Final = 5


def draw_sheet(atlas: Atlas, contents: Contents, look: Look, form: str) -> bytes:
    """Return the sheet of a map as a file.

    Parameters
    ----------
    atlas
        The map.
    contents
        What it tells, of this map and of :data:`PANEL`.
    look
        Its colours.
    form
        ``png``, ``svg`` or ``pdf``.
    """
    with drawing(WIDTH, HEIGHT, look.paper) as canvas:
        _draw_head(canvas, contents, look)
        # They lie above the map, and are drawn before it: names keep clear of them.
        with canvas.on_top():
            taken = [
                *_draw_north(canvas, contents.frame, look),
                *_draw_shelf(canvas, contents, look),
            ]
        draw_map(canvas, atlas, contents, look, taken)
        column = _Column(canvas, look, WIDTH - _EDGE - _COLUMN, _HEAD, HEIGHT - _EDGE)
        _draw_column(column, contents)
        _draw_scale(canvas, contents.frame, look)
        _draw_foot(canvas, contents, look)
        write = {"png": canvas.png, "svg": canvas.svg, "pdf": canvas.pdf}[form]
        return write(contents.title)


def draw_map(
    canvas: Canvas,
    atlas: Atlas,
    contents: Contents,
    look: Look,
    taken: Sequence[Box] = (),
) -> None:
    """Draw the ground, vague places and markers into a picture's frame.

    Parameters
    ----------
    canvas, look
        Where and how.
    atlas
        The map.
    contents
        Its view, the frame and the streets in it.
    taken
        What else is drawn there: no name is written on it.
    """
    frame, view = contents.frame, contents.view
    markers = _markers_of(view)
    with canvas.within(*frame.panel):
        draw_ground(canvas, frame, look, contents.streets)
        outlines = atlas.engine.outlines(
            [vague.number for vague in view.places if vague.area]
        )
        for vague in view.places:
            if vague.area:
                shape = shapely.geometry.shape(outlines[vague.number])
                draw_shape(canvas, frame, look, vague, shape)
            else:
                draw_disc(canvas, frame, look, vague)
        rooms = [room_of(frame, group, place) for group, place in markers]
        draw_names(canvas, frame, look, [*taken, *rooms], contents.streets)
        for group, place in markers:
            draw_marker(canvas, frame, look, group, place, atlas.vocabulary)
    canvas.box(*frame.panel, None, Stroke(look.line, 1.0))


def _markers_of(view: View) -> list[tuple[Group, PlaceView | None]]:
    """Return what has markers with its one place, in the order of drawing."""
    places: dict[int | None, PlaceView] = {one.number: one for one in view.places}
    return [
        (group, places.get(group.place_no)) for group in in_drawing_order(view.groups)
    ]


def _draw_head(canvas: Canvas, contents: Contents, look: Look) -> None:
    room = WIDTH - 2 * _EDGE
    (title,) = wrap(contents.title, room, 22, bold=True, most=1) or [""]
    canvas.write(_EDGE, 44, title, size=22, color=look.ink, bold=True)
    for subtitle in wrap(contents.subtitle, room, 12.5, most=1):
        canvas.write(_EDGE, 63, subtitle, size=12.5, color=look.soft)
    for filters in wrap(contents.filters, room, 12.5, bold=True, most=1):
        canvas.write(_EDGE, 82, filters, size=12.5, color=look.ink, bold=True)


def _draw_foot(canvas: Canvas, contents: Contents, look: Look) -> None:
    """Write below the map; the credits last, which take all the lines that are left."""
    top = PANEL.y + PANEL.height + 17
    written = 0
    for text, takes_rest in (
        (contents.shown, False),
        (contents.sources, False),
        (contents.credits, True),
    ):
        is_beside_scale = written < _LINES_BESIDE_SCALE
        room = PANEL.width - (_SCALE_ROOM if is_beside_scale else 0.0)
        most = _FOOT_LINES - written if takes_rest else 1
        for line in wrap(text, room, 10.5, most=most):
            y = top + written * _FOOT_LINE_PX
            canvas.write(_EDGE, y, line, size=10.5, color=look.soft)
            written += 1


def _draw_scale(canvas: Canvas, frame: Frame, look: Look) -> None:
    """Draw the bar of scale below the map, where it hides nothing."""
    panel = frame.panel
    length_m, length_px = frame.bar()
    words = distance_words(length_m)
    if frame.zoom < _CLOSE_ENOUGH_ZOOM:
        words = f"{words} at the middle of the map"
    right, y = PANEL.x + PANEL.width, panel.y + panel.height + 17
    canvas.write(right, y, words, size=10.5, color=look.ink, align="right")
    bar = np.array([[-length_px, -5.0], [-length_px, 0], [0, 0], [0, -5]])
    canvas.line([bar + np.array([right - 1, y + 12])], Stroke(look.ink, 1.6))


def _draw_north(canvas: Canvas, frame: Frame, look: Look) -> list[Box]:
    """Draw the arrow to the north into a corner of the map; return the room it takes."""
    right, top = frame.panel.x + frame.panel.width - 10, frame.panel.y + 10
    left = right - 26
    canvas.box(left, top, 26, 40, look.paper, opacity=0.9)
    arrow = np.array([[0.0, -9.0], [5.5, 8], [0, 4.5], [-5.5, 8]])
    canvas.area([arrow + np.array([left + 13, top + 13])], look.ink)
    canvas.write(
        left + 13, top + 35, "N", size=11, color=look.ink, bold=True, align="center"
    )
    return [Box(left, top, right, top + 40)]


class _Column:
    """The column beside the map, written from the top until it is full."""

    def __init__(
        self, canvas: Canvas, look: Look, x: float, top: float, bottom: float
    ) -> None:
        self.canvas, self.look = canvas, look
        self.x, self.y, self._bottom = x, top, bottom

    def room(self) -> float:
        """Return how much of it is left, pixels."""
        return self._bottom - self.y

    def heading(self, text: str) -> None:
        """Write what the next words are about."""
        self.y += 19
        self.canvas.write(
            self.x, self.y, text, size=12.5, color=self.look.ink, bold=True
        )
        self.y += 5

    def words(self, text: str) -> None:
        """Write one line of what is less important."""
        for line in wrap(text, _COLUMN, _TEXT_PX, most=1):
            self.y += _LINE_PX
            self.canvas.write(self.x, self.y, line, size=_TEXT_PX, color=self.look.soft)

    def card(self, text: str, fill: str, ink: str, most: int) -> None:
        """Write words on a card of a colour, as the page does with claims and denials."""
        lines = wrap(text, _COLUMN - 14, _TEXT_PX, most=most)
        height = len(lines) * _LINE_PX + 9
        self.canvas.box(self.x, self.y + 4, _COLUMN, height, fill)
        for number, line in enumerate(lines):
            base = self.y + 17 + number * _LINE_PX
            self.canvas.write(self.x + 7, base, line, size=_TEXT_PX, color=ink)
        self.y += height + 5

    def entry(self, text: str, number: str = "") -> tuple[float, float]:
        """Write what a sign means; return where the middle of the sign is."""
        room = _COLUMN - 27 - (width_of(number, _TEXT_PX) + 8 if number else 0)
        lines = wrap(text, room, _TEXT_PX, most=2)
        middle = self.y + 10.5 + (len(lines) - 1) * _LINE_PX / 2
        for at, line in enumerate(lines):
            base = self.y + 14.5 + at * _LINE_PX
            self.canvas.write(
                self.x + 27, base, line, size=_TEXT_PX, color=self.look.ink
            )
        if number:
            self.canvas.write(
                self.x + _COLUMN,
                self.y + 14.5,
                number,
                size=_TEXT_PX,
                color=self.look.soft,
                align="right",
            )
        self.y += _ENTRY_PX + (len(lines) - 1) * _LINE_PX
        return self.x + 10, middle


def _draw_column(column: _Column, contents: Contents) -> None:
    column.y -= 13
    _draw_categories(column, contents)
    column.heading("How sure")
    for status, words in LOOKS:
        at = column.entry(words)
        draw_symbol(column.canvas, at, *NO_CATEGORY, status, column.look, _SYMBOL_SCALE)
    _draw_dispute(column, contents.dispute)
    column.heading("How exactly placed")
    _draw_exactness(column, contents.view.places)


def _draw_dispute(column: _Column, dispute: Dispute) -> None:
    """Tell who alleges, and as prominently who denies."""
    look = column.look
    column.y += 4
    for count, verb, names, fill, ink in (
        (dispute.alleged, "alleged", dispute.alleging, look.claim, look.claim_ink),
        (dispute.denied, "denied", dispute.denying, look.denial, look.denial_ink),
    ):
        if count:
            subject = "1 incident is" if count == 1 else f"{count:,} incidents are"
            by = f", by {named_words(names, _NAMED_PEOPLE)}" if names else ""
            text = f"{subject} {verb}, in whole or in part{by}."
            column.card(text, fill, ink, _CARD_LINES)


def _draw_exactness(column: _Column, places: Sequence[PlaceView]) -> None:
    canvas, look = column.canvas, column.look
    x, y = column.entry("On a stem: exact")
    canvas.line([np.array([[x, y - 8], [x, y + 8]])], Stroke(look.stem, 2.6))
    at = column.entry("Somewhere within the circle")
    stroke = Stroke(look.vague, 1.4, (4.0, 3.0), 0.7)
    canvas.disc(at, 8, look.vague, stroke, opacity=0.1)
    if any(place.area for place in places):
        x, y = column.entry("Somewhere along the line, or in the area")
        dots = Stroke(look.vague_line, 3.0, (1.5, 5.0), 0.8, round_ends=True)
        canvas.line([np.array([[x - 9, y], [x + 9, y]])], dots)
    if any(map(is_unsaid, places)):
        at = column.entry("In dots: nobody said how exact")
        dots = Stroke(look.soft, 2.4, (0.0, 4.4), round_ends=True)
        canvas.disc(at, 8, None, dots)
    x, y = column.entry("Several incidents, and how many")
    canvas.disc((x, y), 9, BADGE)
    canvas.write(x, y + 4, "5", size=11, color="#ffffff", bold=True, align="center")


def _draw_categories(column: _Column, contents: Contents) -> None:
    """Explain the symbols; of more categories than there is room for, say how many."""
    column.heading("What happened")
    rest = list(contents.categories)
    while rest:
        if column.room() < _REST_PX + (0 if len(rest) == 1 else _ENTRY_PX):
            further = sum(number for _, number in rest)
            text = f"{len(rest):,} more categories: {further:,}"
            column.words(text)
            return
        category, number = rest.pop(0)
        at = column.entry(category.label, f"{number:,}")
        symbol = SYMBOLS[category.symbol]
        draw_symbol(
            column.canvas,
            at,
            category.color,
            symbol,
            "reported",
            column.look,
            _SYMBOL_SCALE,
        )


def _shelf_lines(contents: Contents) -> list[str]:
    """Count in words what is known too roughly to be a marker."""
    shelf, (places, number) = contents.view.shelf, contents.view.further
    # One more line says no less than that there is one more place.
    most = (
        len(shelf) if len(shelf) <= _NAMED_PLACES + 1 and not places else _NAMED_PLACES
    )
    lines = [
        f"{one.place.name or 'A place without a name'}: {one.count:,}"
        for one in shelf[:most]
    ]
    rest = shelf[most:]
    further = len(rest) + places
    if further:
        counted = sum(one.count for one in rest) + number
        noun = "place" if further == 1 else "places"
        lines.append(f"{further:,} more {noun}: {counted:,}")
    return lines


def _draw_shelf(canvas: Canvas, contents: Contents, look: Look) -> list[Box]:
    """Write the shelf into the emptier corner of the map; return the room it takes."""
    lines = _shelf_lines(contents)
    if not lines:
        return []
    frame, panel = contents.frame, contents.frame.panel
    room = min(_COLUMN, panel.width * 0.6)
    lines = [line for text in lines for line in wrap(text, room, _TEXT_PX, most=1)]
    title = "Known only roughly"
    width = max(
        width_of(title, _TEXT_PX, bold=True),
        *(width_of(line, _TEXT_PX) for line in lines),
    )
    height = _LINE_PX * (len(lines) + 1) + 12
    x = panel.x + 10
    below, above = (
        Box(x, y, x + width + 18, y + height)
        for y in (panel.y + panel.height - height - 10, panel.y + 10)
    )
    rooms = [room_of(frame, *marker) for marker in _markers_of(contents.view)]
    shelf = min(below, above, key=lambda corner: sum(map(corner.meets, rooms)))
    y = shelf.top
    canvas.box(x, y, width + 18, height, look.paper, Stroke(look.line, 1.0))
    canvas.write(x + 9, y + 17, title, size=_TEXT_PX, color=look.ink, bold=True)
    for number, line in enumerate(lines, start=1):
        base = y + 17 + number * _LINE_PX
        canvas.write(x + 9, base, line, size=_TEXT_PX, color=look.ink)
    return [shelf]
