"""The layer as columns that a browser asks in place of a server.

A published site answers what :mod:`geo.web.api` answers, from columns in the browser's
memory (``geo/web/static/site-source.js``). They are those of
:mod:`geo.layer.table`, with each value that repeats written once: codes become numbers,
places are listed apart, and an incident names its place by its number in that list.

Every reader loads them before the first marker, so that nothing is written which follows
from something else: of a place its degrees, but not its spot on the grid; its name and
how finely it is known, but not the words made of both; of a date its first day, and how
many days later it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.engine import Engine
from geo.model.vocabulary import Kind
from geo.model.wording import marker_words, somewhere

#: Columns of the layer's table whose values repeat.
_CODED: Final = ("category", "status", "country", "cited", "precision")
#: Columns that are kept as they are, and their types.
_PLAIN: Final = {
    "plan": np.uint8,
    "dated": np.uint8,
    "earliest": np.int32,
}
_OF_PLACES: Final = (
    *("place_no", "place", "radius_m", "lon", "lat", "area", "deepest"),
    *("west", "south", "east", "north"),
)
#: What the engine is asked for.
_ASKED: Final = (
    *_CODED,
    *("kind", "dated", "earliest", "latest", "search"),
    *_OF_PLACES,
)
#: An incident that has no place.
NO_PLACE: Final = 2**32 - 1
#: Degrees are kept in whole parts of this size: a tenth of a metre.
DEGREE_PARTS: Final = 10**6
#: Columns in which neighbours are near each other, since rows follow the Z-order curve.
_DIFFERENCES: Final = frozenset({"place", "place_lon", "place_lat"})
#: Where the name of a place stands in words that are the same for many places.
NAME_MARK: Final = "{}"


@dataclass(slots=True)
class _Codes:
    """Numbers for values that repeat, in the order in which they are met."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def number(self, value: Any) -> int:  # noqa: ANN401 - any hashable value
        return self.numbers.setdefault(value, len(self.numbers))

    @property
    def values(self) -> list[Any]:
        return list(self.numbers)


@dataclass(frozen=True, slots=True)
class Columns:
    """A layer as columns.

    Parameters
    ----------
    meta
        JSON values: how many incidents, and the lists that numbers point into.
    arrays
        One array a column; those of places begin with ``place_``. ``lasting`` is how
        many days the last day is after the first.
    search
        The folded text that search looks in, one an incident.
    place_nos
        The number of each place in the layer's table.
    """

    meta: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    search: list[str]
    place_nos: tuple[int, ...]

    @property
    def differences(self) -> frozenset[str]:
        """Columns that pack best as differences of neighbours."""
        return _DIFFERENCES & self.arrays.keys()


def read_columns(engine: Engine) -> Columns:
    """Return a layer as columns, in its order.

    Parameters
    ----------
    engine
        The layer; may be empty.
    """
    codes = {name: _Codes() for name in _CODED}
    rows: dict[str, list[int]] = {
        name: [] for name in (*_CODED, *_PLAIN, "lasting", "place")
    }
    places = _Places()
    search: list[str] = []
    for values in engine.columns(_ASKED):
        row = dict(zip(_ASKED, values, strict=True))
        for name, known in codes.items():
            rows[name].append(known.number(row[name]))
        row["plan"] = row["kind"] == Kind.PLAN
        for name in _PLAIN:
            rows[name].append(row[name])
        rows["lasting"].append(row["latest"] - row["earliest"])
        rows["place"].append(places.number(row))
        search.append(row["search"])
    arrays: dict[str, NDArray[Any]] = {
        name: np.array(rows[name], dtype=_smallest(len(codes[name].numbers)))
        for name in _CODED
    }
    for name, kind in _PLAIN.items():
        arrays[name] = np.array(rows[name], dtype=kind)
    # From an open past to an open future just fits.
    arrays["lasting"] = np.array(rows["lasting"], dtype=np.uint32)
    arrays["place"] = places.renumbered(np.array(rows["place"], dtype=np.uint32))
    lists = {name: known.values for name, known in codes.items()}
    lists["cited"] = [text.strip("|").split("|") for text in lists["cited"]]
    meta = {"rows": len(search), **lists, **places.meta()}
    return Columns(meta, arrays | places.arrays(), search, places.place_nos())


class _Places:
    """The places of a layer, each once.

    They are listed as they are met; those of one point in the order of their numbers,
    as the engine lists what is otherwise alike.
    """

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._names, self._sizes, self._points = _Codes(), _Codes(), _Codes()
        self._met: list[_Place] = []

    def number(self, row: dict[str, Any]) -> int:
        """Return a number for a row's place, :data:`NO_PLACE` for none."""
        place_no = row["place_no"]
        if place_no is None:
            return NO_PLACE
        known = self._numbers.get(place_no)
        if known is not None:
            return known
        number = self._numbers[place_no] = len(self._met)
        point = round(row["lon"] * DEGREE_PARTS), round(row["lat"] * DEGREE_PARTS)
        ends = (row["west"], row["south"], row["east"], row["north"])
        self._met.append(
            _Place(
                place_no,
                self._points.number(point),
                *point,
                row["place"],
                self._names.number(row["place"]),
                self._sizes.number((row["precision"], row["radius_m"], row["area"])),
                ends if row["area"] else None,
                row["deepest"],
            )
        )
        return number

    @cached_property
    def _order(self) -> list[int]:
        """The numbers given to places, in the order in which they are listed."""
        met = self._met
        return sorted(
            range(len(met)), key=lambda one: (met[one].point, met[one].place_no)
        )

    @property
    def _listed(self) -> Iterator[_Place]:
        return (self._met[number] for number in self._order)

    def renumbered(self, column: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the place of each incident by its number in the list."""
        numbers = np.full(len(self._met) + 1, NO_PLACE, dtype=np.uint32)
        numbers[self._order] = np.arange(len(self._met), dtype=np.uint32)
        return numbers[np.minimum(column, len(self._met))]

    def place_nos(self) -> tuple[int, ...]:
        return tuple(place.place_no for place in self._listed)

    def meta(self) -> dict[str, Any]:
        words = [_words(NAME_MARK, size) for size in self._sizes.values]
        return {
            "names": self._names.values,
            # Of each: precision, radius, words of a marker, name on the shelf.
            "sizes": [
                [precision, radius_m, *said]
                for (precision, radius_m, _), said in zip(
                    self._sizes.values, words, strict=True
                )
            ],
            # Words that are not those of its size with its name in them.
            "worded": [
                [number, *said]
                for number, place in enumerate(self._listed)
                if (said := _words(place.name, self._sizes.values[place.size]))
                != tuple(
                    part.replace(NAME_MARK, place.name) for part in words[place.size]
                )
            ],
            "areas": [
                [number, *place.ends]
                for number, place in enumerate(self._listed)
                if place.ends
            ],
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        listed = list(self._listed)
        return {
            "place_lon": np.array([one.lon for one in listed], dtype=np.int32),
            "place_lat": np.array([one.lat for one in listed], dtype=np.int32),
            "place_name": np.array(
                [one.name_no for one in listed],
                dtype=_smallest(len(self._names.numbers)),
            ),
            "place_size": np.array(
                [one.size for one in listed], dtype=_smallest(len(self._sizes.numbers))
            ),
            "place_area": np.array([bool(one.ends) for one in listed], dtype=np.uint8),
            "place_deepest": np.array([one.deepest for one in listed], dtype=np.int32),
        }


class _Place(NamedTuple):
    """A place: its numbers, its point in parts of a degree, its name and its size."""

    place_no: int
    point: int
    lon: int
    lat: int
    name: str
    name_no: int
    size: int
    ends: tuple[float, float, float, float] | None
    deepest: int


def _words(name: str, size: tuple[str | None, float | None, bool]) -> tuple[str, str]:
    """Return what a marker says of a place of that name, and what the shelf calls it."""
    precision, radius_m, area = size
    shape = "Shape" if area else "Point"
    label = marker_words(name, precision, radius_m, shape=shape)
    return label, somewhere(name, precision)


def _smallest(size: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that holds numbers below *size*."""
    if size <= 2**8:
        return np.uint8
    return np.uint16 if size <= 2**16 else np.uint32
