"""Merging: what a table says now, beside what the layer has already.

A record of the same id replaces the one that is there, if it says anything else; then
its version counts on. What the table does not name stays as it is. A layer is read
line by line and kept on the disk, so that a million records need little memory.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from geo.base.errors import Code, DataError, Fault
from geo.base.files import whole_file
from geo.geojson import dump_geojson

#: A record that comes to a layer: a feature; the line of one that is right and new; or
#: None for one that is refused, of which the stored one stays.
Coming: TypeAlias = dict[str, Any] | bytes | None
#: What says when a record changed, not what it says.
_COUNTED: Final = ("updated", "version")
#: What nobody refines where a record is protected.
_PLACED: Final = (
    "place",
    "place_as_written",
    "precision",
    "radius_m",
    "location_basis",
    "location_note",
)


@dataclass(slots=True)
class StoredLayer:
    """The records of a layer's file, read one by one when they are asked for.

    Parameters
    ----------
    path
        The file; one that does not exist is an empty layer.
    members
        Foreign members of the collection.
    places
        By id, where the record lies in the file: its first byte, and how many.
    features
        By id, the records of a file that has them in other lines than ours.
    """

    path: Path
    members: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    features: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> StoredLayer:
        """Find the records of a file.

        Raises
        ------
        DataError
            If it is not a GeoJSON FeatureCollection whose records have ids.
        """
        layer = cls(path)
        if path.exists() and not layer._find_lines():
            layer._read_whole()
        return layer

    def __contains__(self, incident_id: str) -> bool:
        """Tell whether the layer has a record of that id."""
        return incident_id in self.places or incident_id in self.features

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.places) or len(self.features)

    def get(self, incident_id: str) -> dict[str, Any] | None:
        """Return the record of that id; None if there is none."""
        if incident_id in self.features:
            return self.features[incident_id]
        place = self.places.get(incident_id)
        if place is None:
            return None
        with self.path.open("rb") as file:
            file.seek(place[0])
            feature: dict[str, Any] = json.loads(file.read(place[1]))
        return feature

    def ids(self) -> Iterator[str]:
        """Go through the ids, in the order of the file."""
        return iter(self.places or self.features)

    def _find_lines(self) -> bool:
        """Find the records of a file that has one a line; tell whether it is such."""
        places: dict[str, tuple[int, int]] = {}
        with self.path.open("rb") as file:
            head = file.readline()
            start = len(head)
            try:
                collection = json.loads(head + b"]}")
            except ValueError:
                return False
            for line in file:
                text = line.rstrip(b",\n")
                if text == b"]}":
                    break
                try:
                    incident_id = json.loads(text)["id"]
                except (ValueError, KeyError, TypeError):
                    return False
                if not isinstance(incident_id, str) or incident_id in places:
                    return False
                places[incident_id] = start, len(text)
                start += len(line)
        self.places = places
        self.members = {
            name: value
            for name, value in collection.items()
            if name not in {"type", "features"}
        }
        return True

    def _read_whole(self) -> None:
        try:
            collection = json.loads(self.path.read_bytes())
            self.features = {each["id"]: each for each in collection["features"]}
        except (ValueError, KeyError, TypeError) as error:
            fault = Fault(
                str(self.path),
                f"is not a layer whose records have ids ({error!r}).",
                "Mend it (`incidents validate` tells where), or move it away.",
                code=Code.UNREADABLE,
            )
            raise DataError([fault]) from error
        self.members = {
            name: value
            for name, value in collection.items()
            if name not in {"type", "features"}
        }


@dataclass(slots=True)
class Merging:
    """Counts what becomes of records that come to a layer.

    Parameters
    ----------
    today
        The day of the import, ISO, for records that are new or changed.
    counts
        How many were ``new``, ``changed``, ``same`` and ``protected``.
    """

    today: str
    counts: Counter[str] = field(default_factory=Counter)

    def merge(
        self,
        stored: StoredLayer,
        coming: Iterable[tuple[str, Coming]],
        ids: Collection[str],
    ) -> Iterator[dict[str, Any] | bytes]:
        """Go through the records of the merged layer: what stays, then what comes.

        Parameters
        ----------
        stored
            The layer as it is.
        coming
            Ids and records of the table, in its order, each id once.
        ids
            All ids that come.
        """
        for incident_id in stored.ids():
            if incident_id not in ids and (old := stored.get(incident_id)):
                yield old
        for incident_id, new in coming:
            old = stored.get(incident_id)
            if new is None:
                if old is not None:
                    yield old
            elif isinstance(new, bytes):
                self.counts["new"] += 1
                yield new
            elif old is None:
                self.counts["new"] += 1
                yield self._stamped(new, 1)
            else:
                yield self._newer(old, new)

    def stamp(self) -> dict[str, Any]:
        """Return what a record that is new says of its making."""
        return {"updated": self.today, "version": 1}

    @property
    def changes_nothing(self) -> bool:
        """Whether all that came was there already."""
        return not self.counts["new"] and not self.counts["changed"]

    def _newer(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        before = old["properties"]
        if before.get("protected"):
            self.counts["protected"] += 1
            properties = {**new["properties"], "protected": True}
            for name in (*_PLACED, "generalised"):
                properties.pop(name, None)
                if name in before:
                    properties[name] = before[name]
            new = {**new, "geometry": old["geometry"], "properties": properties}
        if _content(old) == _content(new):
            self.counts["same"] += 1
            return old
        self.counts["changed"] += 1
        return self._stamped(new, int(before.get("version") or 1) + 1)

    def _stamped(self, feature: dict[str, Any], version: int) -> dict[str, Any]:
        properties = feature["properties"]
        if version == 1:
            # An export that comes back brings its own.
            for name, value in self.stamp().items():
                properties[name] = properties.get(name) or value
        else:
            properties |= {"updated": self.today, "version": version}
        return feature


def _content(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record says, empty properties and counters left out."""
    properties = {
        name: value
        for name, value in feature["properties"].items()
        if name not in _COUNTED and value not in (None, "", [])
    }
    own = {name: feature[name] for name in feature if name != "properties"}
    return own | {"properties": properties}


class _NothingToWriteError(Exception):
    """The layer that would be written is the one that is there."""


def write_layer(
    path: Path,
    features: Iterable[Mapping[str, Any] | bytes],
    members: Mapping[str, Any],
    *,
    is_wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Write a layer whole, or leave the one that is there.

    Parameters
    ----------
    path
        The file; its folder exists.
    features
        The records, each checked; as :func:`geo.geojson.dump_geojson` takes them.
    members
        Foreign members of the collection.
    is_wanted
        Tells, once all records are made, whether they are to take the old ones' place.

    Raises
    ------
    OSError
        If there is no room.
    """
    with suppress(_NothingToWriteError), whole_file(path) as draft:
        with draft.open("wb") as file:
            for piece in dump_geojson(features, members=members):
                file.write(piece)
        if not is_wanted():
            raise _NothingToWriteError
