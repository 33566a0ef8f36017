"""The layer as columns that a browser asks in place of a server.

A published site answers what :mod:`geo.web.api` answers, from columns in the browser's
memory (``geo/web/static/site-source.js``). They are those of
:mod:`geo.layer.table`, with each value that repeats written once: codes become numbers,
places are listed apart, and an incident names its place by its number in that list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

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
    "latest": np.int32,
}
_OF_PLACES: Final = (
    *("place_no", "place", "radius_m", "mx", "my", "lon", "lat", "area", "deepest"),
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
#: Degrees are kept in whole parts of this size: a centimetre.
DEGREE_PARTS: Final = 10**7
#: Columns in which neighbours are near each other, since rows follow the Z-order curve.
_DIFFERENCES: Final = frozenset(
    {"place", "place_mx", "place_my", "place_lon", "place_lat", "place_label"}
)


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
        One array a column; those of places begin with ``place_``.
    search
        The folded text that search looks in, one an incident.
    """

    meta: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    search: list[str]

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
    rows: dict[str, list[int]] = {name: [] for name in (*_CODED, *_PLAIN, "place")}
    places = _Places()
    search: list[str] = []
    for values in engine.columns(_ASKED):
        row = dict(zip(_ASKED, values, strict=True))
        for name, known in codes.items():
            rows[name].append(known.number(row[name]))
        row["plan"] = row["kind"] == Kind.PLAN
        for name in _PLAIN:
            rows[name].append(row[name])
        rows["place"].append(places.number(row))
        search.append(row["search"])
    arrays: dict[str, NDArray[Any]] = {
        name: np.array(rows[name], dtype=_smallest(len(codes[name].numbers)))
        for name in _CODED
    }
    for name, kind in _PLAIN.items():
        arrays[name] = np.array(rows[name], dtype=kind)
    arrays["place"] = np.array(rows["place"], dtype=np.uint32)
    lists = {name: known.values for name, known in codes.items()}
    lists["cited"] = [text.strip("|").split("|") for text in lists["cited"]]
    meta = {"rows": len(search), **lists, **places.meta()}
    return Columns(meta, arrays | places.arrays(), search)


class _Places:
    """The places of a layer, each once."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._labels, self._sizes = _Codes(), _Codes()
        self._names, self._shelf = _Codes(), _Codes()
        self._rows: list[tuple[int, ...]] = []
        self._areas: dict[int, tuple[float, ...]] = {}
        self._ids: list[str] = []

    def number(self, row: dict[str, Any]) -> int:
        """Return the number of a row's place in the list, :data:`NO_PLACE` for none."""
        place_no = row["place_no"]
        if place_no is None:
            return NO_PLACE
        known = self._numbers.get(place_no)
        if known is not None:
            return known
        number = self._numbers[place_no] = len(self._rows)
        shape = "Shape" if row["area"] else "Point"
        precision, radius_m = row["precision"], row["radius_m"]
        label = marker_words(row["place"], precision, radius_m, shape=shape)
        self._ids.append(str(place_no))
        self._rows.append(
            (
                row["mx"],
                row["my"],
                round(row["lon"] * DEGREE_PARTS),
                round(row["lat"] * DEGREE_PARTS),
                self._labels.number(label),
                self._names.number(row["place"]),
                self._shelf.number(somewhere(row["place"], precision)),
                self._sizes.number((precision, radius_m)),
                int(row["area"]),
                row["deepest"],
            )
        )
        if row["area"]:
            self._areas[number] = tuple(
                row[end] for end in ("west", "south", "east", "north")
            )
        return number

    def meta(self) -> dict[str, Any]:
        return {
            "labels": self._labels.values,
            "names": self._names.values,
            "shelf_names": self._shelf.values,
            "sizes": [list(size) for size in self._sizes.values],
            "place_ids": self._ids,
            "areas": [[number, *ends] for number, ends in self._areas.items()],
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        columns = list(zip(*self._rows, strict=True)) or [()] * 10
        mx, my, lon, lat, labels, names, shelf, sizes, areas, deepest = columns
        return {
            "place_mx": np.array(mx, dtype=np.int32),
            "place_my": np.array(my, dtype=np.int32),
            "place_lon": np.array(lon, dtype=np.int32),
            "place_lat": np.array(lat, dtype=np.int32),
            "place_label": np.array(labels, dtype=np.uint32),
            "place_name": np.array(names, dtype=np.uint32),
            "place_shelf": np.array(shelf, dtype=np.uint32),
            "place_size": np.array(sizes, dtype=np.uint16),
            "place_area": np.array(areas, dtype=np.uint8),
            "place_deepest": np.array(deepest, dtype=np.int32),
        }


def _smallest(size: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that holds numbers below *size*."""
    if size <= 2**8:
        return np.uint8
    return np.uint16 if size <= 2**16 else np.uint32
