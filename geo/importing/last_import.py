"""What a table said when it was last brought in, record by record.

By this an import tells what a person has changed since, and knows a row again whose title
is another one. It lies beside the mapping, one record a line, as the layer does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from geo.base.files import whole_file
from geo.importing.features import FeatureColumns
from geo.importing.merging import Coming, StoredLayer

_HEAD: Final = b'{"type":"FeatureCollection","features":[\n'
_FOOT: Final = b"\n]}\n"
Feature = Mapping[str, Any]


@dataclass(slots=True)
class LastImport:
    """What a table said last time; read only when it is asked for.

    Parameters
    ----------
    path
        The file; one that does not exist is a table that comes for the first time.
    """

    path: Path
    _stored: StoredLayer | None = field(default=None, init=False)

    def get(self, incident_id: str) -> dict[str, Any] | None:
        """Return what the table said of a record; None if it had no such record.

        Raises
        ------
        DataError
            If the file is not what an import left.
        """
        if self._stored is None:
            self._stored = StoredLayer.open(self.path)
        return self._stored.get(incident_id)


@dataclass(slots=True)
class Memory:
    """Writes what a table says, as :class:`LastImport` reads it the next time."""

    file: BinaryIO
    _count: int = field(default=0, init=False)

    def keep(self, record: Feature | bytes) -> None:
        """Write one record: a feature, or its line in a layer."""
        line = (
            record
            if isinstance(record, bytes)
            else json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        )
        self.file.write((b",\n" if self._count else _HEAD) + line)
        self._count += 1

    def keep_coming(
        self,
        coming: Iterable[tuple[str, Coming]],
        said: Callable[[str], Feature | None],
        others: Iterable[str] = (),
    ) -> Iterator[tuple[str, Coming]]:
        """Go through records and write each.

        Of one that is refused, and of *others*, it writes what the table said last.
        """
        for incident_id, record in coming:
            kept = said(incident_id) if record is None else record
            if kept is not None:
                self.keep(kept)
            yield incident_id, record
        for kept in filter(None, map(said, others)):
            self.keep(kept)

    def close(self) -> None:
        """End the file."""
        self.file.write(_FOOT if self._count else _HEAD.rstrip() + _FOOT)


@contextmanager
def remembering(path: Path) -> Iterator[Memory]:
    """Write anew what a table says, whole or not at all; *path*'s folder is made.

    Raises
    ------
    OSError
        If there is no room.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as draft, draft.open("wb") as file:
        memory = Memory(file)
        yield memory
        memory.close()


def keep_ids(
    columns: FeatureColumns,
    before: Collection[str],
    said: Callable[[str], Feature | None],
) -> FeatureColumns:
    """Return the records of a table without ids under those that they had before.

    Parameters
    ----------
    columns
        The records, with ids made of their titles.
    before
        Ids that the table gave.
    said
        What the table said of a record last time.
    """
    ids = set(columns.ids)
    gone = sorted(each for each in before if each not in ids)
    new = [place for place, each in enumerate(columns.ids) if each not in before]
    if not gone or not new:
        return columns
    coming = {feature["id"]: feature for feature in columns.features(new)}
    known = same_rows(coming, gone, said)
    return replace(columns, ids=[known.get(each, each) for each in columns.ids])


def same_rows(
    coming: Mapping[str, Feature],
    gone: Collection[str],
    said: Callable[[str], Feature | None],
) -> dict[str, str]:
    """Return which records that seem new are rows of before under another id.

    Without a column of ids a row is known again by its address and date, its place,
    date and category, or its address alone, as long as no other row has the same.

    Parameters
    ----------
    coming
        Records whose ids the layer has not, by id.
    gone
        Ids of this table that no row has any more.
    said
        What the table said of a record last time.

    Returns
    -------
    dict
        By the new id, the one that the record has had.
    """
    before = {each: feature for each in gone if (feature := said(each)) is not None}
    left = dict(coming)
    known: dict[str, str] = {}
    for key in _KEYS:
        ours, theirs = _by_key(before, key), _by_key(left, key)
        for value, old in ours.items():
            if value in theirs:
                new = theirs[value]
                known[new] = old
                del before[old], left[new]
    return known


def _by_key(
    features: Mapping[str, Feature], key: Callable[[Feature], Hashable]
) -> dict[Hashable, str]:
    """Return ids by what tells a row, where it tells one row only."""
    keys = {each: key(feature) for each, feature in features.items()}
    counts = Counter(keys.values())
    return {
        value: each
        for each, value in keys.items()
        if value is not None and counts[value] == 1
    }


def _addresses(feature: Feature) -> str:
    cited = feature["properties"].get("citations") or ()
    return " ".join(each["url"] for each in cited if each.get("url"))


def _address_and_date(feature: Feature) -> Hashable:
    addresses, date = _addresses(feature), feature["properties"].get("date")
    return (addresses, date) if addresses and date else None


def _place_and_date(feature: Feature) -> Hashable:
    properties = feature["properties"]
    place = properties.get("place") or ""
    if feature.get("geometry") is not None:
        place += json.dumps(feature["geometry"])
    date = properties.get("date")
    return (place, date, properties["category"]) if place and date else None


def _address(feature: Feature) -> Hashable:
    return _addresses(feature) or None


#: What tells a row, the surest first.
_KEYS: Final = (_address_and_date, _place_and_date, _address)
