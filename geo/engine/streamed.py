"""Large GeoJSON, checked as it streams by, and kept checked in GeoParquet.

A collection is cut into its features without holding more than a few thousand, each
stretch passes the same checks as a whole file (:func:`geo.layer.parse_collection`), and what
passed is written to the cache, where it is found again as long as neither the file nor
what it is checked against has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from geo.base.errors import Code, DataError, Fault
from geo.base.files import whole_file
from geo.base.stamps import settled_stamp, stamp_of
from geo.layer import IncidentCollection, parse_collection
from geo.layer.seal import LAYOUT, SEAL_KEY, ContentDigest, Seal, read_seal
from geo.layer.table import SCHEMA, batch_of, file_metadata
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary

#: Incidents that are written at a time: few, for they wait in memory as a whole.
_WRITTEN_ROWS: Final = 8_192
#: Features checked at a time.
_STRETCH: Final = 2_000
_CHUNK_CHARS: Final = 1 << 20
_MOST_FEATURE_CHARS: Final = 1 << 26
_READ_BYTES: Final = 1 << 22
#: Faults gathered before a file is given up.
_MOST_FAULTS: Final = 200
_SHOWN_IDS: Final = 20
_MEMBERS: Final = "members"

#: Told how many features have been checked.
Progress = Callable[[int], None]


def checked_copy(  # noqa: PLR0913 - what is checked, against what, and where to
    files: Iterable[Path],
    cache: Path,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    features: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> tuple[Path, Seal, dict[str, Any]]:
    """Return a checked copy of a large layer as GeoParquet, made if it is not there.

    Parameters
    ----------
    files
        One file with a GeoJSON FeatureCollection, or the files that *features* are of.
    cache
        Folder for the copy.
    vocabulary, sources
        What it is checked against.
    features
        The features as text, where the files are not GeoJSON.
    progress
        Told how many features have been checked.

    Returns
    -------
    tuple
        The file, its seal, and the foreign members of the collection.

    Raises
    ------
    DataError
        With the faults, if there is any error, or if a file changes meanwhile;
        checking ends when there are many.
    """
    read = list(files)
    before = settled_stamp(lambda: read)
    copy = cache / f"checked-{_key(read, vocabulary, sources)}.parquet"
    if copy.exists():
        known = pq.read_metadata(copy).metadata or {}
        seal = read_seal(known.get(SEAL_KEY.encode()))
        if seal is not None:
            return copy, seal, json.loads(known.get(_MEMBERS.encode(), b"{}"))
    cache.mkdir(parents=True, exist_ok=True)
    name = str(read[0])
    try:
        with whole_file(copy) as draft:
            if features is None:
                with read[0].open(encoding="utf-8-sig") as text:
                    cut = _Collection(text, name).stretches()
                    layers = _checked(cut, name, vocabulary, sources, progress)
                    seal, members = _write(draft, layers, name)
            else:
                stretches = _stretches(iter(features), {})
                layers = _checked(stretches, name, vocabulary, sources, progress)
                seal, members = _write(draft, layers, name)
            if stamp_of(read) != before:
                _refuse(name, "has changed while it was read.", "Read it again.")
    except (OSError, UnicodeDecodeError) as error:
        _refuse(name, f"cannot be read: {error}.", "Give a file in UTF-8.")
    return copy, seal, members


def _key(files: Iterable[Path], vocabulary: Vocabulary, sources: Sources) -> str:
    """Return a checksum of files and of what they are checked against."""
    categories = sorted((one.id, one.against_people) for one in vocabulary)
    digest = hashlib.sha256(f"{LAYOUT}\n{categories}\n".encode())
    for source in sorted(sources.values(), key=lambda source: source.id):
        digest.update(f"{source.id} {source.derived_from}\n".encode())
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(_READ_BYTES):
                digest.update(piece)
    return digest.hexdigest()[:24]


def _checked(
    stretches: Iterable[tuple[str, int]],
    name: str,
    vocabulary: Vocabulary,
    sources: Sources,
    progress: Progress | None,
) -> Iterator[IncidentCollection]:
    """Go through the stretches of a layer, each checked; raise when all are read."""
    faults: list[Fault] = []
    done = 0
    for text, number in stretches:
        try:
            layer = parse_collection(
                text.encode(), name, vocabulary=vocabulary, known_sources=sources
            )
        except DataError as error:
            # Each stretch is read as a file of its own, and counts from 0.
            faults += [
                fault
                if fault.index is None
                else replace(fault, index=fault.index + done)
                for fault in error.faults
            ]
            if len(faults) >= _MOST_FAULTS:
                break
        else:
            if not faults:
                yield layer
        done += number
        if progress is not None:
            progress(done)
    if faults:
        raise DataError(faults)


def _write(
    path: Path, layers: Iterator[IncidentCollection], name: str
) -> tuple[Seal, dict[str, Any]]:
    """Write the stretches of a layer as sealed GeoParquet."""
    digest = ContentDigest()
    members: dict[str, Any] = {}
    ids: list[pa.Array] = []
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for layer in layers:
            members = members or dict(layer.members)
            batch = batch_of(layer.incidents, foreign=layer.foreign)
            digest.add(batch.column("feature").to_pylist())
            ids.append(batch.column("id"))
            waiting.append(batch)
            if sum(one.num_rows for one in waiting) >= _WRITTEN_ROWS:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))
        _refuse_repeated(ids, name)
        seal = replace(digest.seal(), is_sorted=False)
        text = json.dumps(members, ensure_ascii=False)
        writer.add_key_value_metadata({**file_metadata(seal), _MEMBERS: text})
    return seal, members


def _refuse_repeated(ids: list[pa.Array], name: str) -> None:
    """Refuse ids that two stretches have; within one they were found already."""
    if not ids:
        return
    # Takes longer to load than a layer of a thousand incidents.
    import pyarrow.compute as pc  # noqa: PLC0415

    counted = pc.value_counts(pa.chunked_array(ids))
    again = counted.filter(pc.greater(counted.field("counts"), 1))
    if len(again):
        faults = [
            Fault(
                name,
                f"{value!r} is used {number} times.",
                "Rename one.",
                code=Code.ID_DUPLICATE,
                where="id",
                feature_id=value,
            )
            for value, number in islice(
                zip(
                    again.field("values").to_pylist(),
                    again.field("counts").to_pylist(),
                    strict=True,
                ),
                _SHOWN_IDS,
            )
        ]
        raise DataError(faults)


def _stretches(
    features: Iterator[str], members: dict[str, Any]
) -> Iterator[tuple[str, int]]:
    """Go through features as small collections with the members of the large one."""
    head = json.dumps({**members, "type": "FeatureCollection"}, ensure_ascii=False)[:-1]
    some = False
    while stretch := list(islice(features, _STRETCH)):
        some = True
        yield f'{head}, "features": [{",".join(stretch)}]}}', len(stretch)
    if not some:
        yield f'{head}, "features": []}}', 0


class _Collection:
    """Cuts a FeatureCollection into its features, and takes no value for another.

    Parameters
    ----------
    text
        The file, at its beginning.
    name
        What to call it in messages.
    """

    def __init__(self, text: TextIO, name: str) -> None:
        self._text = text
        self._name = name
        self._buffer = ""
        self._at = 0
        self._gone = 0
        self._decoder = json.JSONDecoder()

    def stretches(self) -> Iterator[tuple[str, int]]:
        """Go through the features as small collections."""
        members = self._head()
        yield from _stretches(self._features(), members)
        self._tail(members)

    def _head(self) -> dict[str, Any]:
        """Read up to the list of features, and return the members before it."""
        members: dict[str, Any] = {}
        self._expect("{", "a FeatureCollection")
        while True:
            key, _ = self._value()
            self._expect(":", "a colon")
            if key == "features":
                self._expect("[", "a list of features")
                if members.pop("type", "FeatureCollection") != "FeatureCollection":
                    self._wrong("a FeatureCollection")
                return members
            if not isinstance(key, str) or key in members:
                self._wrong("a member that is not there twice")
            members[key], _ = self._value()
            self._expect(",", "a comma and the member 'features'")

    def _features(self) -> Iterator[str]:
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            _, text = self._value()
            yield text
            mark = self._peek()
            self._at += 1
            if mark == "]":
                return
            if mark != ",":
                self._at -= 1
                self._wrong("a comma or the end of the features")

    def _tail(self, members: dict[str, Any]) -> None:
        """Read what follows the features: nothing that changes how they are read."""
        while self._peek() == ",":
            self._at += 1
            key, _ = self._value()
            self._expect(":", "a colon")
            value, _ = self._value()
            if key == "type" and value == "FeatureCollection":
                continue
            if key == "bbox" and key not in members:
                continue
            self._wrong(f"{str(key)[:40]!r} before the features, not behind them,")
        self._expect("}", "the end of the collection")
        if self._peek():
            self._wrong("nothing more")

    def _value(self) -> tuple[Any, str]:
        """Read one JSON value, and return it with its text."""
        while True:
            self._peek()
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError:
                end = len(self._buffer)
            except RecursionError:
                self._wrong("lists and objects that nest less deep")
            else:
                # A number at the end of what is read may go on.
                if end < len(self._buffer) or not self._more():
                    text = self._buffer[self._at : end]
                    self._at = end
                    return value, text
                continue
            if end - self._at > _MOST_FEATURE_CHARS or not self._more():
                self._wrong("a JSON value")

    def _expect(self, mark: str, wanted: str) -> None:
        if self._peek() != mark:
            self._wrong(wanted)
        self._at += 1

    def _peek(self) -> str:
        """Return the next character that is not a space; empty at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in " \t\r\n":
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on, and let go of what has been used; False at the end."""
        piece = self._text.read(_CHUNK_CHARS)
        self._gone += self._at
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _wrong(self, wanted: str) -> NoReturn:
        message = f"character {self._gone + self._at}: {wanted} is expected here."
        remedy = (
            "Files of this size are read as one FeatureCollection whose members stand "
            "before its features. Write it with 'incidents export'."
        )
        _refuse(self._name, message, remedy)


def _refuse(name: str, message: str, remedy: str) -> NoReturn:
    raise DataError([Fault(name, message, remedy, code=Code.UNREADABLE)])
