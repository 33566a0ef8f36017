"""Reading GeoJSON: a whole file, or everything that is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.base.errors import Code, DataError, Fault
from geo.layer.geojson.features import check_ids, read_root
from geo.layer.geojson.notes import LIMITS, Limits, Notes, ReadState
from geo.layer.geojson.text import decoded, roots


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
    draft = ReadState(Notes(name, max_faults=limits.max_faults), limits)
    if len(data) > limits.max_bytes:
        _note_size(draft.notes, limits)
    else:
        text = decoded(data, draft.notes)
        if text is not None:
            for root in roots(text, draft.notes, draft.limits):
                read_root(root, draft)
            check_ids(draft)
    return Reading(
        tuple(draft.features),
        draft.members,
        draft.notes.faults(),
        frozenset(draft.misplaced),
    )


def examine_features(features: Iterable[Mapping[str, Any]], name: str) -> Reading:
    """Read features made in code as strictly as those of a file, and keep all faults.

    Parameters
    ----------
    features
        GeoJSON Features of plain JSON values: dicts, lists, texts, numbers.
    name
        What to call them in messages.
    """
    collection = {"type": "FeatureCollection", "features": list(features)}
    # Whoever has them in memory already has room for what is wrong with them.
    notes = Notes(name, max_faults=sys.maxsize)
    draft = ReadState(notes, LIMITS)
    read_root(collection, draft)
    check_ids(draft)
    return Reading(
        tuple(draft.features), {}, draft.notes.faults(), frozenset(draft.misplaced)
    )


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
            raise DataError([Fault(str(path), problem, remedy, code=Code.UNREADABLE)])
        with file.open("rb") as stream:
            return stream.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        fault = Fault(
            str(path), f"cannot be read: {error}.", remedy, code=Code.UNREADABLE
        )
        raise DataError([fault]) from error


def _note_size(notes: Notes, limits: Limits) -> None:
    message = f"has more than {limits.max_bytes} bytes."
    remedy = "Split it, or raise the limit if you trust it."
    notes.error("", message, remedy, Code.TOO_LARGE)
