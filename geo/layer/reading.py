"""A layer read: its bytes as GeoJSON, then each feature by the schema and the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.base.errors import Code, DataError, Fault, SettingsError
from geo.base.map_folder import MAP_FILE
from geo.base.settings import settings
from geo.layer.geojson import LIMITS, dump_geojson, examine_geojson
from geo.layer.grades import Grade
from geo.layer.rules import Checked, check_reading
from geo.layer.seal import ContentDigest, feature_text
from geo.model.incident import Incident, feature_of
from geo.model.sources import read_sources
from geo.model.vocabulary import Vocabulary, read_vocabulary


@dataclass(frozen=True, slots=True)
class IncidentCollection:
    """The incidents of one file.

    Parameters
    ----------
    incidents
        In file order; may be empty.
    members
        Foreign members of the collection.
    version
        :attr:`geo.layer.seal.Seal.version`: equal incidents have equal versions, in
        any order and in any container.
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


def read_collection(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> IncidentCollection:
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
    return parse_collection(
        data, str(file), vocabulary=vocabulary, known_sources=known_sources
    )


def parse_collection(
    data: bytes,
    name: str,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> IncidentCollection:
    """Read a layer from bytes, as :func:`read_collection` does from a file.

    Parameters
    ----------
    data
        The file's content.
    name
        What to call it in messages.
    vocabulary, known_sources
        As for :func:`read_collection`.

    Raises
    ------
    DataError
        As :func:`read_collection`.
    """
    members, checked = _checked(data, name, vocabulary, known_sources)
    if any(fault.is_error for fault in checked.faults):
        raise DataError(sorted(checked.faults, key=lambda fault: not fault.is_error))
    return collection_of(checked, members)


def collection_of(
    checked: Checked, members: Mapping[str, Any] | None = None
) -> IncidentCollection:
    """Make a layer of the features that have passed every check.

    Parameters
    ----------
    checked
        What :func:`geo.layer.check` found; features with an error are left out.
    members
        Foreign members of the collection.
    """
    incidents, foreign = tuple(checked.incidents()), checked.foreign()
    digest = ContentDigest()
    digest.add(
        feature_text(incident, foreign.get(incident.id)) for incident in incidents
    )
    version = digest.seal().version
    return IncidentCollection(
        incidents, dict(members or {}), version, foreign, checked.faults
    )


def check_collection(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
    grade: Grade = Grade.NEEDED,
) -> list[Fault]:
    """Return every error and warning of a layer; empty for a faultless one.

    Faults of the vocabulary or the register of sources are returned too.

    Parameters
    ----------
    path, vocabulary, known_sources
        As for :func:`read_collection`.
    grade
        How much is asked of each record.

    Raises
    ------
    SettingsError
        If the deployment's layer is a database, not a file.
    """
    checked = examine_collection(
        path, vocabulary=vocabulary, known_sources=known_sources, grade=grade
    )
    return list(checked.faults)


def examine_collection(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
    grade: Grade = Grade.NEEDED,
) -> Checked:
    """Read a layer as far as it goes: its faults, and how much its records know.

    Parameters
    ----------
    path, vocabulary, known_sources, grade
        As for :func:`check_collection`.

    Raises
    ------
    SettingsError
        If the deployment's layer is a database, not a file.
    """
    file = _layer_file(path)
    try:
        data = _bytes(file)
        _, checked = _checked(data, str(file), vocabulary, known_sources, grade)
    except DataError as error:
        return Checked((), frozenset(), error.faults)
    return checked


def dump_collection(layer: IncidentCollection) -> Iterator[bytes]:
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
        if not file.exists() and (file.parent / MAP_FILE).is_file():
            remedy = f"Make an empty one with 'incidents init {file.parent}'."
        fault = Fault(
            str(path), f"cannot be read: {error}.", remedy, code=Code.UNREADABLE
        )
        raise DataError([fault]) from error


def _checked(
    data: bytes,
    name: str,
    vocabulary: Vocabulary | None,
    known_sources: Collection[str] | None,
    grade: Grade = Grade.NEEDED,
) -> tuple[dict[str, Any], Checked]:
    """Return a file's foreign members, and what came of checking its features."""
    if vocabulary is None:
        vocabulary = read_vocabulary(settings().vocabulary)
    if known_sources is None:
        known_sources = read_sources(settings().sources)
    reading = examine_geojson(data, name)
    checked = check_reading(
        reading,
        name,
        vocabulary=vocabulary,
        sources=known_sources,
        most_faults=LIMITS.max_faults,
        grade=grade,
    )
    return reading.members, checked
