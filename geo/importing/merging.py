"""Merging: what a table says now, beside what the layer has already.

A record of the same id replaces the one that is there, if it says anything else; then
its version counts on, and what was and what is goes to the changes. What a person has
changed since stays (:mod:`geo.importing.edits`), and so does what the table does not
name, unless it is to be withdrawn. A layer is read line by line and kept on the disk, so
that a million records need little memory.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

from geo.base.errors import Code, DataError, Fault
from geo.base.files import whole_file
from geo.importing.edits import COUNTED, join_edits, values_of
from geo.importing.remarks import MOST_EXAMPLES, Remark
from geo.layer.geojson import dump_geojson, json_text
from geo.model.changes import Change, NewValue, change_line

#: A record that comes to a layer: a feature; the line of one that is right and new, whose
#: last member are its properties; or None for one that is refused, of which the stored
#: one stays.
Coming: TypeAlias = dict[str, Any] | bytes | None
#: Where the properties of such a line end.
_END: Final = b"}}"
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
    table
        What the table is called in the changes.
    said
        Returns what the table said of a record last time; None where nobody knows.
    changes_of
        Returns what the journal says of a record, the oldest first.
    counts
        How many were ``new``, ``changed``, ``same``, ``protected`` and ``withdrawn``.
    kept
        Names of what stays as a person set it, against the table, by the record's id.
    changes
        Lines of JSON: what was changed or withdrawn, what was and what is.
    """

    today: str
    table: str = ""
    said: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    changes_of: Callable[[str], Sequence[Change]] = lambda _: ()
    counts: Counter[str] = field(default_factory=Counter)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changes: list[bytes] = field(default_factory=list)

    def merge(
        self,
        stored: StoredLayer,
        coming: Iterable[tuple[str, Coming]],
        ids: Collection[str],
        withdrawn: Collection[str] = (),
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
        withdrawn
            Ids of records that are taken out of the layer.
        """
        for incident_id in stored.ids():
            if incident_id in ids or not (old := stored.get(incident_id)):
                continue
            if incident_id in withdrawn:
                self.counts["withdrawn"] += 1
                self._note(old, why=f"The table {self.table} no longer has it.")
            else:
                yield old
        stamp = b"," + json_text(self._stamp()).encode().removeprefix(b"{") + b"}"
        for incident_id, new in coming:
            old = stored.get(incident_id)
            if new is None:
                if old is not None:
                    yield old
            elif old is None and (changes := self.changes_of(incident_id)):
                self.counts["new"] += 1
                feature = json.loads(new) if isinstance(new, bytes) else new
                yield self._back(feature, changes)
            elif isinstance(new, bytes):
                self.counts["new"] += 1
                yield new.removesuffix(_END) + stamp
            elif old is None:
                self.counts["new"] += 1
                yield self._stamped(new, 1)
            else:
                yield self._newer(old, new)

    def _stamp(self) -> dict[str, Any]:
        """Return what a record that is new says of its making."""
        return {"updated": self.today, "version": 1}

    def _back(
        self, feature: dict[str, Any], changes: Sequence[Change]
    ) -> dict[str, Any]:
        """Return a record that was there before, and note that it is back."""
        version = max(each.version or 1 for each in changes)
        if changes[-1].is_fate:
            version += 1
            back = Change(
                id=feature["id"],
                day=date.fromisoformat(self.today),
                what="The record is back.",
                why=f"The table {self.table} has it again.",
                version=version,
            )
            self.changes.append(f"{change_line(back)}\n".encode())
        return self._stamped(feature, version)

    @property
    def changes_nothing(self) -> bool:
        """Whether all that came was there already."""
        return not any(self.counts[what] for what in ("new", "changed", "withdrawn"))

    def remarks(self, ids: Sequence[str]) -> Iterator[Remark]:
        """Go through what is to be said: what stays as a person set it.

        Parameters
        ----------
        ids
            Ids of the records that came, in the order of the table.
        """
        if not self.kept:
            return
        names = sorted({name for kept in self.kept.values() for name in kept})
        rows = tuple(row for row, each in enumerate(ids) if each in self.kept)
        yield Remark(
            "record.edited",
            "The table now says otherwise where somebody changed the record in the map; "
            f"the map's words stay: {', '.join(names)}.",
            rows,
            tuple(self.kept)[:MOST_EXAMPLES],
            "Where the table is right, change the record in the layer.",
        )

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
        if _content(old) != _content(new) and (said := self._said(old)):
            joined = join_edits(said, old, new)
            new = joined.feature
            if joined.kept:
                self.kept[old["id"]] = joined.kept
        if _content(old) == _content(new):
            self.counts["same"] += 1
            return old
        self.counts["changed"] += 1
        was, now = values_of(old), values_of(new)
        names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        version = int(before.get("version") or 1) + 1
        changed = [NewValue(name, was.get(name), now.get(name)) for name in names]
        self._note(old, why=self._why, version=version, changed=changed)
        return self._stamped(new, version)

    @property
    def _why(self) -> str:
        return f"The table {self.table} was brought in."

    def _said(self, old: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return what the table said last of a record that is there.

        An import that was killed may have changed the layer and not what is remembered;
        the journal, which is written before both, then says what the table's words are.
        """
        said = self.said(old["id"])
        if said is None or _content(said) == _content(old):
            return said
        changes = self.changes_of(old["id"])
        version = old["properties"].get("version")
        if not changes or (changes[-1].why, changes[-1].version) != (
            self._why,
            version,
        ):
            return said
        values = values_of(said) | {
            one.property: one.after for one in changes[-1].new_values
        }
        geometry = values.pop("geometry", None)
        return {**said, "geometry": geometry, "properties": values}

    def _note(
        self,
        old: Mapping[str, Any],
        *,
        why: str,
        version: int | None = None,
        changed: Sequence[NewValue] = (),
    ) -> None:
        """Note what becomes of a record that is there; without changes it leaves."""
        title = old["properties"]["title"]
        change = Change(
            id=old["id"],
            day=date.fromisoformat(self.today),
            what="" if changed else f"“{title}” was withdrawn.",
            why=why,
            version=version,
            new_values=tuple(changed),
            withdrawn=not changed,
        )
        self.changes.append(f"{change_line(change)}\n".encode())

    def _stamped(self, feature: dict[str, Any], version: int) -> dict[str, Any]:
        properties = feature["properties"]
        if version == 1:
            # An export that comes back brings its own.
            for name, value in self._stamp().items():
                properties[name] = properties.get(name) or value
        else:
            properties |= {"updated": self.today, "version": version}
        return feature


def _content(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record says, empty properties and counters left out."""
    properties = {
        name: value
        for name, value in feature["properties"].items()
        if name not in COUNTED and value not in (None, "", [])
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
        The records, each checked; as :func:`geo.layer.geojson.dump_geojson` takes them.
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
