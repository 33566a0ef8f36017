"""A file as a table: its columns as the file has them, and the geometry of each record.

Records of a million rows are kept as columns, many times smaller than as objects. What
this project exported keeps its features as they are, so that reading back is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.base.errors import Fault
from geo.formats.pieces import Piece


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says, by column.

    Parameters
    ----------
    format
        What the file is: ``csv``, ``gpkg`` and so on.
    frame
        One row a record, numbered from 0 in the order of the file. Cells are what
        JSON has; None where there is none.
    geometry
        Shapely geometries, WGS84 (lon, lat), None where there is none.
    ids
        Ids of features, None where there is none.
    foreign
        Members that GeoJSON does not define, by number of the record.
    features
        The features as they are, if this project exported the file; else empty.
    faults
        Everything odd; an error refuses the record that it is about.
    members
        Foreign members of the collection.
    """

    format: str
    frame: pd.DataFrame
    geometry: NDArray[np.object_]
    ids: tuple[Any, ...] = ()
    foreign: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    features: tuple[dict[str, Any], ...] = ()
    faults: tuple[Fault, ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many records there are."""
        return len(self.frame)

    @property
    def is_export(self) -> bool:
        """Whether this project exported the file."""
        return bool(self.features)


def table_of(pieces: Iterable[Piece]) -> Table:
    """Return all pieces of a file as one table.

    Faults of the file as a whole, which each piece has anew, are kept once.
    """
    kind, rows = "", 0
    columns: dict[str, list[pd.Series]] = {}
    geometries: list[tuple[int, Any]] = []
    ids: dict[int, Any] = {}
    foreign: dict[int, Mapping[str, Any]] = {}
    features: list[dict[str, Any]] = []
    faults: dict[Fault, None] = {}
    members: dict[str, Any] = {}
    for piece in pieces:
        kind = piece.format
        for name, cells in piece.columns.items():
            series = _series(cells, rows)
            columns.setdefault(name, []).append(series)
        if piece.geometries:
            geometries.append((rows, shapes_of(piece.geometries)))
        ids.update(enumerate(piece.ids, rows))
        for number, held in piece.foreign.items():
            foreign[rows + int(number)] = held
        features.extend(piece.features)
        faults.update(dict.fromkeys(piece.faults))
        members.update(piece.members)
        rows += piece.rows
    geometry = np.full(rows, None, dtype=object)
    for start, shapes in geometries:
        geometry[start : start + len(shapes)] = shapes
    index = pd.RangeIndex(rows)
    frame = pd.DataFrame(
        {name: _joined(parts, index) for name, parts in columns.items()}, index=index
    )
    return Table(
        kind,
        frame,
        geometry,
        tuple(ids.get(number) for number in range(rows)) if ids else (),
        foreign,
        tuple(features),
        tuple(faults),
        members,
    )


def shapes_of(geometries: Sequence[Any]) -> NDArray[np.object_]:
    """Return GeoJSON geometries as shapely's, at once where all are points."""
    shapes = np.full(len(geometries), None, dtype=object)
    points = [
        index
        for index, geometry in enumerate(geometries)
        if geometry is not None and geometry["type"] == "Point"
    ]
    if points:
        positions = np.array(
            [geometries[index]["coordinates"][:2] for index in points], dtype=float
        )
        shapes[points] = shapely.points(positions)
    for index, geometry in enumerate(geometries):
        if geometry is not None and geometry["type"] != "Point":
            shapes[index] = shapely.geometry.shape(geometry)
    return shapes


def _series(cells: list[Any], start: int) -> pd.Series:
    """Return cells as one column, texts packed where all are texts."""
    index = pd.RangeIndex(start, start + len(cells))
    is_text = {*map(type, cells)} <= {str, NoneType}
    return pd.Series(cells, index=index, dtype="str" if is_text else object)


def _joined(parts: list[pd.Series], index: pd.RangeIndex) -> pd.Series:
    kinds = {str(part.dtype) for part in parts}
    if len(kinds) > 1:
        parts = [part.astype(object) for part in parts]
    whole = pd.concat(parts) if len(parts) > 1 else parts[0]
    if len(whole) != len(index):
        whole = whole.reindex(index)
    if whole.dtype == object:
        whole = whole.where(whole.notna(), None)
    return whole
