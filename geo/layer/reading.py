"""A layer read: its bytes as GeoJSON, then each feature by the schema and the rules."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geo.base.errors import DataError, Fault, SettingsError
from geo.base.settings import settings
from geo.geojson import LIMITS, Notes, Reading, brief, dump_geojson, examine_geojson
from geo.layer.record import Record
from geo.layer.rules import CAUTIONS, RULES
from geo.layer.schema import schema_problems
from geo.model.incident import Incident, feature_of, incident_of
from geo.model.sources import is_slug, read_sources
from geo.model.vocabulary import Vocabulary, read_vocabulary

_VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Layer:
    """The incidents of one file.

    Parameters
    ----------
    incidents
        In file order; may be empty.
    members
        Foreign members of the collection.
    version
        First 12 hexadecimal digits of the SHA-256 of the layer's canonical
        bytes: equal layers have equal versions, whatever their layout.
    foreign
        Foreign members of single features, by id; only those that have any.
    warnings
        What was odd, or was mended while reading.
    """

    incidents: tuple[Incident, ...]
    members: dict[str, Any]
    version: str
    foreign: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()


def read_layer(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> Layer:
    """Read a layer, or refuse it with everything that is wrong.

    Parameters
    ----------
    path
        A GeoJSON file; by default the deployment's layer.
    vocabulary
        The categories; by default the deployment's.
    known_sources
        Ids of the sources that may be cited; by default those of the
        deployment's register.

    Raises
    ------
    DataError
        With every fault, warnings included, if there is any error in the layer;
        or with the faults of the vocabulary or the register.
    SettingsError
        If the deployment's layer is a database, not a file.
    """
    file = _layer_file(path)
    data = _bytes(file)
    return parse_layer(
        data, str(file), vocabulary=vocabulary, known_sources=known_sources
    )


def parse_layer(
    data: bytes,
    name: str,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> Layer:
    """Read a layer from bytes, as :func:`read_layer` does from a file.

    Parameters
    ----------
    data
        The file's content.
    name
        What to call it in messages.
    vocabulary, known_sources
        As for :func:`read_layer`.

    Raises
    ------
    DataError
        As :func:`read_layer`.
    """
    reading, faults = _examined(data, name, vocabulary, known_sources)
    if any(fault.severity == "error" for fault in faults):
        raise DataError(sorted(faults, key=lambda fault: fault.severity != "error"))
    incidents = tuple(incident_of(_tidy(feature)) for feature in reading.features)
    foreign = {
        str(feature["id"]): members
        for feature in reading.features
        if (members := _foreign(feature))
    }
    draft = Layer(incidents, reading.members, "", foreign, tuple(faults))
    digest = hashlib.sha256()
    for piece in dump_layer(draft):
        digest.update(piece)
    version = digest.hexdigest()[:_VERSION_DIGITS]
    return Layer(incidents, reading.members, version, foreign, tuple(faults))


def check_layer(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> list[Fault]:
    """Return every error and warning of a layer; empty for a faultless one.

    Faults of the vocabulary or the register of sources are returned likewise.

    Parameters
    ----------
    path, vocabulary, known_sources
        As for :func:`read_layer`.

    Raises
    ------
    SettingsError
        If the deployment's layer is a database, not a file.
    """
    file = _layer_file(path)
    try:
        data = _bytes(file)
        _, faults = _examined(data, str(file), vocabulary, known_sources)
    except DataError as error:
        return list(error.faults)
    return faults


def dump_layer(layer: Layer) -> Iterator[bytes]:
    """Write a layer as canonical GeoJSON, piece by piece.

    Reading what this writes gives an equal layer.

    Yields
    ------
    bytes
        Pieces that make the file when joined.
    """
    features = (
        feature_of(incident) | dict(layer.foreign.get(incident.id, {}))
        for incident in layer.incidents
    )
    return dump_geojson(features, members=layer.members)


def _layer_file(path: Path | str | None) -> Path | str:
    """Return the file to read, by default the deployment's."""
    file = settings().layer if path is None else path
    if "://" in str(file):
        msg = f"{file!r} is a database; a file is needed here. Give the path of a GeoJSON file."
        raise SettingsError(msg)
    return file


def _bytes(path: Path | str) -> bytes:
    """Return a file's content, or one byte more than the limit."""
    file = Path(path)
    try:
        with file.open("rb") as stream:
            return stream.read(LIMITS.max_bytes + 1)
    except (OSError, ValueError) as error:
        remedy = "Give the path of a GeoJSON file."
        fault = Fault(str(path), None, None, "", f"cannot be read: {error}.", remedy)
        raise DataError([fault]) from error


def _examined(
    data: bytes,
    name: str,
    vocabulary: Vocabulary | None,
    known_sources: Collection[str] | None,
) -> tuple[Reading, list[Fault]]:
    """Read a file as far as possible, with every fault of it in file order."""
    if vocabulary is None:
        vocabulary = read_vocabulary(settings().vocabulary)
    if known_sources is None:
        known_sources = read_sources(settings().sources)
    reading = examine_geojson(data, name)
    notes = Notes(name)
    # One walk over both lists, so that each feature's faults stand together.
    found: dict[int | None, list[Fault]] = {}
    for fault in reading.faults:
        found.setdefault(fault.index, []).append(fault)
    notes.extend(found.pop(None, ()))
    for index, feature in enumerate(reading.features):
        notes.extend(found.get(index, ()))
        shown = None if feature["id"] is None else str(feature["id"])
        notes.at(index, shown)
        placed = index not in reading.misplaced
        _check_feature(feature, notes, vocabulary, known_sources, placed=placed)
    return reading, list(notes.faults())


def _check_feature(
    feature: Mapping[str, Any],
    notes: Notes,
    vocabulary: Vocabulary,
    sources: Collection[str],
    *,
    placed: bool,
) -> None:
    """Note every fault of one feature against the schema and the rules."""
    _check_id(feature["id"], notes)
    properties = feature["properties"]
    faulty: set[str] = set()
    for where, message, remedy in schema_problems(properties):
        notes.error(where, message, remedy)
        faulty.add(re.split(r"[.\[]", where, maxsplit=1)[0])
    right = {name: properties[name] for name in properties if name not in faulty}
    geometry = feature["geometry"]
    record = Record(right, frozenset(faulty), geometry, placed, vocabulary, sources)
    for rule in RULES:
        for problem in rule(record):
            notes.error(*problem)
    for caution in CAUTIONS:
        for problem in caution(record):
            notes.warn(*problem)


def _check_id(found: object, notes: Notes) -> None:
    remedy = "Write a name such as belgrade-mural-2022, and never use it again."
    if found is None:
        notes.error("id", "is missing.", remedy)
    elif not isinstance(found, str) or not is_slug(found):
        message = (
            f"{brief(found)} is not an id: lower-case letters, digits and single "
            "hyphens are."
        )
        notes.error("id", message, remedy)


def _foreign(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a feature that GeoJSON does not define."""
    own = {"type", "id", "geometry", "properties", "bbox"}
    return {name: value for name, value in feature.items() if name not in own}


def _tidy(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return a feature with whole numbers as integers: JSON writes 1 as 1.0 too."""
    properties = dict(feature["properties"])
    for name in ("count", "version"):
        if isinstance(properties.get(name), float):
            properties[name] = int(properties[name])
    return {**feature, "properties": properties}
