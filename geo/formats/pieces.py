"""Pieces of a file, by column: how records come from the process that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import warning
from geo.formats.json_cells import flat_properties, told_renamed
from geo.formats.records import Part

#: Columns by which an export of this project is known.
_OWN: Final = frozenset({"title", "category", "kind", "status", "citations"})
#: What a layer's file has at least.
_NEEDED: Final = frozenset({"title", "category", "citations"})
_LAYERS: Final = frozenset({"geojson", "geojsonseq"})
#: Members of a Feature that are not kept apart.
_MEMBERS: Final = frozenset({"type", "id", "geometry", "properties", "bbox"})
_RENAME: Final = "Give each column a name of its own."


@dataclass(frozen=True, slots=True)
class Piece:
    """Some consecutive records of a file, by column, as values that JSON has.

    Parameters
    ----------
    format
        What the file is: ``csv``, ``gpkg`` and so on.
    rows
        How many records there are.
    columns
        Cells by column; None where a record has none.
    ids
        Ids of features, where the format has them.
    geometries
        GeoJSON geometries, WGS84 (lon, lat); empty if no record has one.
    foreign
        Members that GeoJSON does not define, by number of the record here.
    features
        The features as they are, if this project exported the file.
    faults
        Everything odd, by number in the whole file.
    members
        Foreign members of the collection.
    """

    format: str
    rows: int = 0
    columns: Mapping[str, list[Any]] = field(default_factory=dict)
    ids: Sequence[Any] = ()
    geometries: Sequence[Any] = ()
    foreign: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    features: Sequence[dict[str, Any]] = ()
    faults: Sequence[Fault] = ()
    members: Mapping[str, Any] = field(default_factory=dict)

    def as_values(self) -> dict[str, Any]:
        """Return the piece as values that JSON has."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"faults": [asdict(fault) for fault in self.faults]}

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> Piece:
        """Return the piece that :meth:`as_values` made the values of, after JSON."""
        faults = [Fault.of_values(fault) for fault in values["faults"]]
        return cls(**{**values, "faults": faults})


def is_export(kind: str, features: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a file is a layer, or an export of one, by its first records.

    Parameters
    ----------
    kind
        What the file is.
    features
        Some of its records; none tells nothing.
    """
    names = {name for each in features for name in each["properties"]}
    if kind not in _LAYERS:
        return names >= _OWN | {"id"}
    return names >= _NEEDED and all(
        _are_citations(each["properties"].get("citations")) for each in features
    )


def _are_citations(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and "source" in each for each in value
    )


def piece_of(part: Part, name: str, *, keep_features: bool) -> Piece:
    """Return features by column, or as they are.

    Parameters
    ----------
    part
        Some records of a file.
    name
        What the file is called in messages.
    keep_features
        Whether this project exported the file.
    """
    features = part.features
    if keep_features:
        return Piece(
            part.format,
            len(features),
            features=[dict(feature) for feature in features],
            faults=part.faults,
            members=part.members,
        )
    rows: list[Mapping[str, Any]] = []
    names: dict[str, None] = {}
    met: dict[Fault, None] = {}
    for feature in features:
        row, renamed = flat_properties(feature["properties"])
        rows.append(row)
        names.update(dict.fromkeys(row))
        for each in renamed:
            met[warning(name, told_renamed(each), _RENAME)] = None
    columns = {column: [row.get(column) for row in rows] for column in names}
    ids = [feature["id"] for feature in features]
    geometries = [feature["geometry"] for feature in features]
    foreign = {
        str(index): {
            member: feature[member] for member in feature if member not in _MEMBERS
        }
        for index, feature in enumerate(features)
        if not feature.keys() <= _MEMBERS
    }
    return Piece(
        part.format,
        len(features),
        columns,
        ids if any(each is not None for each in ids) else (),
        geometries if any(geometries) else (),
        foreign,
        faults=[*part.faults, *met],
        members=part.members,
    )
