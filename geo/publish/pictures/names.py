"""Names on pictures: those of countries, towns, quarters and streets that have room.

The more important ones first, beside the markers, as ``geo/web/static/ground-look.js``
does it in the browser.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from geo.base.grid import Floats
from geo.publish.pictures.canvas import Canvas, Stroke, width_of
from geo.publish.pictures.frame import Frame
from geo.publish.pictures.ground import world_tiles
from geo.publish.pictures.look import Look
from geo.publish.pictures.room import Box, Room
from geo.publish.pictures.streets import STREET_NAMES, Streets

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
#: A letter's height, and how far below the middle its foot is, as shares of its size.
_TALL: Final = 0.62
_FOOT: Final = 0.36
#: Where a name stands if there is no room at its place, pixels.
_BESIDE_COUNTRY: Final = (
    (0, 0), (0, -20), (0, 20), (-28, 0), (28, 0), (0, -40), (0, 40)
)  # fmt: skip
_BESIDE_QUARTER: Final = ((0, 0), (0, -18), (0, 18))
#: Of names along streets: how straight a stretch is, how near the same name may come.
_MOST_TURN: Final = math.radians(4)
_REPEAT_PX: Final = 250.0
#: How wide the room around such a name is, in sizes of its letters.
_ALONG: Final = 1.5
_LONGEST_STREET: Final = 40


class _Name(NamedTuple):
    """A name of the world's ground, and where on the sheet its place is."""

    text: str
    kind: str
    weight: float
    at: tuple[float, float]


def draw_names(
    canvas: Canvas,
    frame: Frame,
    look: Look,
    taken: Sequence[Box],
    streets: Streets | None = None,
) -> None:
    """Write names where they have room.

    Parameters
    ----------
    canvas, frame, look
        Where and how.
    taken
        What no name may lie on: the markers.
    streets
        The newsroom's extract, if the frame shows it. Within it, names are its own.
    """
    lettering = _Lettering(canvas, look, Room(frame.panel, taken))
    names = _world_names(frame, streets)
    _write_world(lettering, [name for name in names if name.kind == "capital"])
    if frame.exact_zoom <= _LAST_COUNTRY:
        _write_world(lettering, [name for name in names if name.kind == "country"])
    if streets is not None:
        _write_streets(lettering, frame, streets)
    _write_world(lettering, [name for name in names if name.kind == "town"])


def _world_names(frame: Frame, streets: Streets | None) -> list[_Name]:
    """Return what is named at a frame's zoom, the most important first."""
    covered = streets.boxes if streets else []
    names = [
        _Name(str(one["name"]), one["kind"], one["weight"], at)
        for one, at in world_tiles(frame).spots("names")
        if one["from"] <= frame.exact_zoom
        and not any(box.holds(*at) for box in covered)
    ]
    return sorted(names, key=lambda name: (-name.weight, name.text, name.at))


def _write_world(lettering: _Lettering, names: Sequence[_Name]) -> None:
    written = set()
    for name in names:
        if name.text in written:
            continue
        if name.kind == "country":
            has_room = lettering.write_beside(
                name.text, name.at, _COUNTRY_PX, _BESIDE_COUNTRY, bold=True
            )
        else:
            is_capital = name.kind == "capital"
            size = _CAPITAL_PX if is_capital else _town_px(name.weight)
            has_room = lettering.write_town(name.text, name.at, size)
        if has_room:
            written.add(name.text)


def _write_streets(lettering: _Lettering, frame: Frame, streets: Streets) -> None:
    for rule in STREET_NAMES:
        if frame.exact_zoom < rule.from_zoom:
            continue
        for properties, at in streets.tiles.spots(rule.layer):
            if name := rule.name_of(properties):
                lettering.write_beside(
                    name, at, rule.size, _BESIDE_QUARTER, bold=rule.is_bold
                )
        for feature, lines in streets.tiles.shapes(rule.layer):
            if name := rule.name_of(feature.properties):
                for line in lines:
                    lettering.write_along(name, line, rule.size)


class _Lettering:
    """Writes names, each into the first place that is free.

    Parameters
    ----------
    canvas, look
        Where and in which colours.
    room
        What is free there.
    """

    def __init__(self, canvas: Canvas, look: Look, room: Room) -> None:
        self._canvas, self._look, self._room = canvas, look, room
        #: Where names stand along streets.
        self._streets: dict[str, list[Floats]] = {}

    def write_beside(
        self,
        name: str,
        at: tuple[float, float],
        size: float,
        shifts: Sequence[tuple[float, float]],
        *,
        bold: bool,
    ) -> bool:
        """Write a name at a spot, or a little beside it; tell whether it has room."""
        lines = _in_lines(name)
        half = max(width_of(line, size, bold=bold) for line in lines) / 2 + _ROOM_PX
        tall = len(lines) * _LINE_PX / 2
        for dx, dy in shifts:
            x, y = at[0] + dx, at[1] + dy
            if not self._room.take(Box(x - half, y - tall, x + half, y + tall)):
                continue
            for number, line in enumerate(lines):
                middle = y + (number - (len(lines) - 1) / 2) * _LINE_PX
                self._write(line, (x, middle), size, bold=bold)
            return True
        return False

    def write_town(self, name: str, at: tuple[float, float], size: float) -> bool:
        """Write a name beside its dot, or beside the marker that lies on it."""
        x, y = at
        dot = Box(x - 2, y - 2, x + 2, y + 2)
        marker = self._room.at(dot)
        around = marker or Box(x, y, x, y)
        gap = 1.0 if marker else _GAP_PX
        half, tall = width_of(name, size) / 2 + _ROOM_PX, size * _TALL
        for middle_x, middle_y in (
            (x, around.bottom + gap + tall),
            (x, around.top - gap - tall),
            (around.right + gap + half, y),
            (around.left - gap - half, y),
        ):
            left, top = middle_x - half, middle_y - tall
            if not self._room.take(Box(left, top, left + 2 * half, top + 2 * tall)):
                continue
            if not marker:
                radius = 2.4 if size >= _CAPITAL_PX else 1.8
                halo = Stroke(self._look.halo, 0.8)
                self._canvas.disc(at, radius, self._look.label, halo)
                self._room.take(dot)
            self._write(name, (middle_x, middle_y), size)
            return True
        return False

    def write_along(self, name: str, line: Floats, size: float) -> None:
        """Write a name along the straight stretches of a line that are long enough."""
        if len(name) > _LONGEST_STREET:
            return
        width, side = width_of(name, size), size * _ALONG
        for start, end in _straight_stretches(line, width):
            length = math.dist(start, end)
            if length < width + side:
                continue
            along = (end - start) / length
            # Room at the start lets streets that meet both have their name.
            for begin in np.arange(side, length - width, _REPEAT_PX):
                self._write_stretch(
                    name, start + along * begin, along, width, side, size
                )

    def _write_stretch(  # noqa: PLR0913, PLR0917 - where it begins, and how large it is
        self,
        name: str,
        start: Floats,
        along: Floats,
        width: float,
        side: float,
        size: float,
    ) -> None:
        middle = start + along * width / 2
        others = self._streets.setdefault(name, [])
        if any(math.dist(middle, other) < _REPEAT_PX for other in others):
            return
        spots = (start + along * step for step in np.arange(0, width + side / 2, side))
        boxes = [
            Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
            for x, y in (spot.tolist() for spot in spots)
        ]
        if not self._room.take(*boxes):
            return
        others.append(middle)
        # Letters stand upright, whichever way the line runs.
        dx, dy = (along if along[0] >= 0 else -along).tolist()
        self._write(name, (middle[0], middle[1]), size, slope=(dx, dy))

    def _write(
        self,
        text: str,
        middle: tuple[float, float],
        size: float,
        *,
        bold: bool = False,
        slope: tuple[float, float] = (1.0, 0.0),
    ) -> None:
        """Write a line of letters around a spot, along a direction of length 1."""
        dx, dy = slope
        foot = size * _FOOT
        self._canvas.write(
            middle[0] - dy * foot,
            middle[1] + dx * foot,
            text,
            size=size,
            color=self._look.label,
            bold=bold,
            align="center",
            halo=self._look.halo,
            angle=math.degrees(math.atan2(-dy, dx)),
        )


def _straight_stretches(
    line: Floats, longest: float
) -> Iterator[tuple[Floats, Floats]]:
    """Go through the stretches of a line that hardly bend: where each begins and ends.

    One that is longer than *longest* ends at the next bend, however slight.
    """
    steps = np.diff(line, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    line = line[np.concatenate(([True], lengths > 0))]
    if len(line) < 2:  # noqa: PLR2004 - a stretch has two ends
        return
    steps, lengths = steps[lengths > 0], lengths[lengths > 0]
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    bends = np.abs((np.diff(headings) + np.pi) % (2 * np.pi) - np.pi)
    start, length = 0, 0.0
    for at, bend in enumerate(bends.tolist(), start=1):
        length += float(lengths[at - 1])
        if bend > _MOST_TURN or length > longest:
            yield line[start], line[at]
            start, length = at, 0.0
    yield line[start], line[-1]


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
