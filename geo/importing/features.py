"""Features made of columns: one record of a table, one GeoJSON Feature.

What a record lacks is left out of it. Columns stay columns until a feature is made, so
that a million records never stand in memory as a million objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from geo.importing.packed import PackedValues
from geo.layer.geojson import dump_points

_POINT: int = 0


@dataclass(frozen=True, slots=True)
class FeatureColumns:
    """Records by column. All columns are equally long.

    Parameters
    ----------
    rows
        Number of each record in the file, from 0.
    ids
        Their ids.
    geometry
        As WKB, WGS84 (lon, lat), a fifth of what geometries take; None for none.
    properties
        Values of the model's properties by name, in the order they are written; None
        where a record has none.
    own
        Values of own fields by name, likewise.
    foreign
        Members that GeoJSON does not define, by number of the record in the file.
    """

    rows: NDArray[np.int64]
    ids: Sequence[str]
    geometry: NDArray[np.object_]
    properties: Mapping[str, Sequence[Any]]
    own: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    foreign: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.rows)

    def part(self, start: int, stop: int) -> FeatureColumns:
        """Return some consecutive records.

        Parameters
        ----------
        start, stop
            Positions in the columns, from 0; *stop* is not included.
        """
        return FeatureColumns(
            self.rows[start:stop],
            self.ids[start:stop],
            self.geometry[start:stop],
            {name: values[start:stop] for name, values in self.properties.items()},
            {name: values[start:stop] for name, values in self.own.items()},
            self.foreign,
        )

    @property
    def are_plain_spots(self) -> bool:
        """Whether all are at a point or nowhere, and have no foreign members."""
        return not self.foreign and bool(
            (shapely.get_type_id(shapely.from_wkb(self.geometry)) <= _POINT).all()
        )

    def values(self) -> dict[str, Sequence[Any]]:
        """Return the values of all properties by name, in the order they are written."""
        return {**self.properties, **self.own}

    def features(self, positions: Iterable[int] | None = None) -> list[dict[str, Any]]:
        """Make features of records: of those at some positions, or of all.

        Returns
        -------
        list of dict
            GeoJSON Features of plain JSON values.
        """
        chosen = [*(range(len(self)) if positions is None else positions)]
        shapes = geometries_json(shapely.from_wkb(self.geometry[chosen]))
        named = self.values().items()
        made = []
        for position, shape in zip(chosen, shapes, strict=True):
            properties = {
                name: values[position]
                for name, values in named
                if values[position] is not None
            }
            feature = {
                "type": "Feature",
                "id": self.ids[position],
                "geometry": shape,
                "properties": properties,
            }
            if self.foreign:
                feature |= self.foreign.get(int(self.rows[position]), {})
            made.append(feature)
        return made

    def lines(self, chosen: NDArray[np.bool_]) -> Iterator[bytes]:
        """Go through some records as lines of a layer, without making features of them.

        Parameters
        ----------
        chosen
            Which records; none of them has another geometry than a point.
        """
        positions = np.flatnonzero(chosen).tolist()
        shapes = shapely.from_wkb(self.geometry[positions])
        spots = iter(shapely.get_coordinates(shapes).tolist())
        columns = {
            name: values.texts_at(positions)
            if isinstance(values, PackedValues)
            else [values[position] for position in positions]
            for name, values in self.values().items()
        }
        return dump_points(
            [self.ids[position] for position in positions],
            [None if shape is None else next(spots) for shape in shapes],
            columns,
        )


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """Records that are features already, and their numbers in the file, from 0."""

    made: Sequence[dict[str, Any]]
    rows: Sequence[int]

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.rows)

    def part(self, start: int, stop: int) -> FeatureRows:
        """Return some consecutive records, as :meth:`FeatureColumns.part` does."""
        return FeatureRows(self.made[start:stop], self.rows[start:stop])


def geometries_json(
    geometries: NDArray[np.object_],
) -> list[dict[str, Any] | None]:
    """Return shapely geometries as GeoJSON objects of lists, (lon, lat)."""
    written: list[dict[str, Any] | None] = [None] * len(geometries)
    kinds = shapely.get_type_id(geometries)
    points = np.flatnonzero(kinds == _POINT)
    positions = shapely.get_coordinates(geometries[points]).tolist()
    for index, position in zip(points.tolist(), positions, strict=True):
        written[index] = {"type": "Point", "coordinates": position}
    for index in np.flatnonzero(kinds > _POINT).tolist():
        shape = mapping(geometries[index])
        written[index] = {
            "type": shape["type"],
            "coordinates": _as_lists(shape["coordinates"]),
        }
    return written


def _as_lists(value: Any) -> Any:  # noqa: ANN401 - any nesting of coordinates
    if isinstance(value, tuple | list):
        return [_as_lists(part) for part in value]
    return value
