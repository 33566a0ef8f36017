"""Names of cities on the basemap: which of them have room at a zoom.

The rule is "by importance, whoever does not overlap what is already placed". For one
label it only depends on the more important ones around it, so it is settled where a
tile asks for it, and no tile needs the whole world.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.base.grid import WORLD_PX, mercator_px
from geo.web.basemap.cities import cities
from geo.web.basemap.label_box import LETTER_EM, ROOM_PX, Box, overlaps
from geo.web.basemap.point_index import PointIndex
from geo.web.basemap.prepared import Texts, once

_CITY_LIST_MINIMUM: Final = 15_000
_LARGE_LIST_MINIMUM: Final = 500
_LARGE_LIST_ZOOM: Final = 9
#: Up to here only capitals are named.
_CAPITALS_ONLY_ZOOM: Final = 4
#: The least weight that is named at a zoom; none are below the first.
_LEAST_WEIGHT: Final = {
    3: 12_000_000,
    4: 4_000_000,
    5: 500_000,
    6: 100_000,
    7: 30_000,
    8: 10_000,
    9: 2_000,
    10: 400,
    11: 0,
}
FIRST_ZOOM: Final = min(_LEAST_WEIGHT)
#: (least weight, font size), largest first.
_FONTS_PX: Final = ((1_000_000, 12.0), (50_000, 11.0), (0, 10.0))
#: A label hangs below its dot: this much of it is above the point and below.
_ABOVE_PX: Final = 3.0
BASELINE_EM: Final = 1.15
_DESCENT_EM: Final = 0.3
HEIGHT_EM: Final = BASELINE_EM + _DESCENT_EM
#: Places this near the antimeridian are looked for on both sides of it.
_SEEN_FROM_BEYOND_PX: Final = 32.0
UNDECIDED: Final = -1


@dataclass(frozen=True, slots=True)
class CityLabels:
    """Labels of cities, the most important first; positions in pixels of zoom 0."""

    names: Texts
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    capital: NDArray[np.bool_]
    font_px: NDArray[np.float64]
    half_width_px: NDArray[np.float64]
    #: Points of all cities, and once more beyond the antimeridian for those near it.
    index: PointIndex
    #: For each point of the index: the city, and how far it is shifted in x.
    owner: NDArray[np.int64]
    shift: NDArray[np.float64]

    def box(self, city: int, zoom: int) -> Box:
        """Return the box of a city's label, in pixels of a zoom."""
        x, y = float(self.x[city]) * 2**zoom, float(self.y[city]) * 2**zoom
        half_width_px, font_px = self.half_width_px[city], self.font_px[city]
        return Box(
            x - half_width_px, y - _ABOVE_PX, x + half_width_px, y + font_px * HEIGHT_EM
        )


def city_labels(zoom: int) -> CityLabels:
    """Return the labels among which a zoom chooses. Read once."""
    large = zoom >= _LARGE_LIST_ZOOM
    return _read_labels(_LARGE_LIST_MINIMUM if large else _CITY_LIST_MINIMUM)


@once
def _read_labels(least_population: int) -> CityLabels:
    found = cities(least_population)
    font_px = np.select(
        [found.weight >= least for least, _ in _FONTS_PX],
        [size for _, size in _FONTS_PX],
    )
    points = mercator_px(np.column_stack([found.lon, found.lat]))
    x, y = points[:, 0].copy(), points[:, 1].copy()
    west = np.flatnonzero(x < _SEEN_FROM_BEYOND_PX)
    east = np.flatnonzero(x > WORLD_PX - _SEEN_FROM_BEYOND_PX)
    owner = np.concatenate([np.arange(len(x)), west, east])
    shift = np.zeros(len(owner))
    shift[len(x) : len(x) + len(west)] = WORLD_PX
    shift[len(x) + len(west) :] = -WORLD_PX
    return CityLabels(
        names=found.names,
        x=x,
        y=y,
        weight=found.weight,
        capital=found.capital,
        font_px=font_px,
        half_width_px=found.letters * LETTER_EM * font_px / 2,
        index=PointIndex(x[owner] + shift, y[owner]),
        owner=owner,
        shift=shift,
    )


def capital_boxes(zoom: int) -> tuple[Box, ...]:
    """Return the labels of capitals, for countries' names to keep clear of."""
    if zoom < FIRST_ZOOM:
        return ()
    labels = city_labels(zoom)
    capitals = np.flatnonzero(_named(labels, zoom) & labels.capital)
    return tuple(labels.box(city, zoom) for city in capitals.tolist())


def _named(labels: CityLabels, zoom: int) -> NDArray[np.bool_]:
    least = _LEAST_WEIGHT.get(min(zoom, max(_LEAST_WEIGHT)), math.inf)
    named: NDArray[np.bool_] = labels.weight >= least
    if zoom <= _CAPITALS_ONLY_ZOOM:
        named &= labels.capital
    return named


@dataclass(frozen=True, slots=True)
class Room:
    """Which cities have room for their name at a zoom, as far as asked for."""

    labels: CityLabels
    named: NDArray[np.bool_]
    #: 1 shown, 0 hidden, UNDECIDED not asked yet. Two threads write the same answer.
    answers: NDArray[np.int8]
    #: Labels of countries, which go before those of cities.
    countries: tuple[Box, ...]
    zoom: int

    @classmethod
    def at(cls, zoom: int, countries: tuple[Box, ...]) -> Room:
        """Return the room of a zoom, nothing asked yet."""
        labels = city_labels(zoom)
        answers = np.full(len(labels.names), UNDECIDED, dtype=np.int8)
        return cls(labels, _named(labels, zoom), answers, countries, zoom)

    def shown(self, asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of the cities *asked* for that have room for their name."""
        asked = np.unique(asked[self.named[asked]])
        open_questions = asked[self.answers[asked] == UNDECIDED]
        rivals: dict[int, list[int]] = {}
        while len(open_questions):
            for city in open_questions.tolist():
                rivals[city] = []
            pairs = self._overlapping(open_questions)
            for city, rival in pairs.tolist():
                rivals[city].append(rival)
            reached = np.unique(pairs[:, 1])
            undecided = reached[self.answers[reached] == UNDECIDED]
            open_questions = np.array(
                [city for city in undecided.tolist() if city not in rivals],
                dtype=np.int64,
            )
        # The more important first: whoever is asked about here is then decided.
        for city in sorted(rivals):
            free = not any(self.answers[rival] == 1 for rival in rivals[city])
            self.answers[city] = int(free and not self._under_a_country(city))
        shown: NDArray[np.int64] = asked[self.answers[asked] == 1]
        return shown

    def _overlapping(self, asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows (city, more important city whose label overlaps its)."""
        labels, scale = self.labels, 2**self.zoom
        widest = float(labels.half_width_px[: max(int(asked.max()), 1)].max())
        tallest = _FONTS_PX[0][1] * HEIGHT_EM + _ABOVE_PX
        reach_x = (labels.half_width_px[asked] + widest + ROOM_PX) / scale
        reach_y = (tallest + ROOM_PX) / scale
        x, y = labels.x[asked], labels.y[asked]
        row, point = labels.index.within(
            np.column_stack([x - reach_x, y - reach_y, x + reach_x, y + reach_y])
        )
        city, rival = asked[row], labels.owner[point]
        shifted = labels.x[rival] + labels.shift[point]
        apart_x = np.abs(shifted - labels.x[city]) * scale
        below = (labels.y[rival] - labels.y[city]) * scale
        wide = labels.half_width_px[rival] + labels.half_width_px[city] + ROOM_PX
        tall = _ABOVE_PX + labels.font_px * HEIGHT_EM + ROOM_PX
        overlap = (
            (rival < city)
            & self.named[rival]
            & (apart_x < wide)
            & np.where(below > 0, below < tall[city], -below < tall[rival])
        )
        pairs: NDArray[np.int64] = np.column_stack([city[overlap], rival[overlap]])
        return pairs

    def _under_a_country(self, city: int) -> bool:
        box = self.labels.box(city, self.zoom)
        return overlaps(box, self.countries, room_px=ROOM_PX)
