"""Features made of columns: one record of a table, one GeoJSON Feature.

What a record lacks is left out of it. Columns stay columns until a feature is made, so
that a million records never stand in memory as a million objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

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
        Shapely geometries, WGS84 (lon, lat); None for none.
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

    def features(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """Make the features of some consecutive records.

        Parameters
        ----------
        start, stop
            Positions in the columns, from 0; *stop* is not included.

        Yields
        ------
        dict
            GeoJSON Features of plain JSON values.
        """
        shapes = geometries_json(self.geometry[start:stop])
        named = [
            (name, values[start:stop])
            for name, values in (*self.properties.items(), *self.own.items())
        ]
        for position, shape in enumerate(shapes):
            properties = {
                name: values[position]
                for name, values in named
                if values[position] is not None
            }
            feature = {
                "type": "Feature",
                "id": self.ids[start + position],
                "geometry": shape,
                "properties": properties,
            }
            if self.foreign:
                feature |= self.foreign.get(int(self.rows[start + position]), {})
            yield feature


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
