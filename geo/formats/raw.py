"""What a file says before anybody asks whether its records are incidents.

Every reader ends here: its records pass the same strict checks as a GeoJSON file
(:mod:`geo.geojson`), so that no format lets through what another would not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NoReturn

from geo.base.errors import Code, DataError, Fault
from geo.geojson import LIMITS, Limits, Reading, examine_geojson

#: Records and bytes beyond which a file is refused unread.
MOST_RECORDS: Final = 1_000_000
MOST_BYTES: Final = 500_000_000
#: Where, what, remedy.
Told = tuple[str, str, str]
#: The size of a file as GeoJSON text, which is made of the others to check them.
_LIMITS: Final = Limits(max_bytes=4 * MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a reader found it.

    Parameters
    ----------
    properties
        By the names the file has; values as JSON has them.
    geometry
        A GeoJSON geometry in the file's own coordinates, x before y; None for none.
    line
        Where it begins in a text file, from 1.
    faults
        What is wrong with it already: where, what, remedy.
    notes
        What was mended: where, what, remedy.
    """

    properties: dict[str, Any]
    geometry: Mapping[str, Any] | None
    line: int | None = None
    faults: tuple[Told, ...] = ()
    notes: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """What a file says.

    Parameters
    ----------
    format
        What the file is: ``csv``, ``gpkg`` and so on.
    features
        GeoJSON Features in WGS84, in file order.
    members
        Foreign members of the collection.
    columns
        Names of the properties there are, in the order first met.
    faults
        Everything odd, by feature; an error refuses that feature.
    """

    format: str
    features: tuple[dict[str, Any], ...]
    members: dict[str, Any]
    columns: tuple[str, ...]
    faults: tuple[Fault, ...] = field(default=())


def refuse(name: str, message: str, remedy: str, *, where: str = "") -> NoReturn:
    """Refuse a whole file.

    Raises
    ------
    DataError
        Always.
    """
    raise DataError([Fault(name, message, remedy, code=Code.UNREADABLE, where=where)])


def warning(name: str, message: str, remedy: str, *, where: str = "") -> Fault:
    """Return what is odd about a file as a whole."""
    return Fault(name, message, remedy, where=where, severity="warning")


def raw_of_geojson(data: bytes, name: str) -> Raw:
    """Read GeoJSON of any form; one error refuses the whole file.

    Raises
    ------
    DataError
        With every fault, errors first.
    """
    reading = examine_geojson(data, name)
    if any(fault.severity == "error" for fault in reading.faults):
        raise DataError(sorted(reading.faults, key=lambda one: one.severity != "error"))
    return _raw("geojson", reading, reading.faults)


def raw_of_records(
    records: Iterable[Record],
    name: str,
    *,
    kind: str,
    epsg: int | None,
    warnings: Sequence[Fault] = (),
) -> Raw:
    """Check the records of any other format as those of a GeoJSON file are.

    Parameters
    ----------
    records
        In file order.
    name
        The file's name in messages.
    kind
        What the file is.
    epsg
        The code of the coordinates' system; None for WGS84 (lon, lat). Others are
        converted, with a warning.
    warnings
        What was odd about the file itself.

    Raises
    ------
    DataError
        If there are too many records or too much text, or the system is unknown.
    """
    kept = _limited(records, name)
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if epsg is not None:
        crs = {"type": "name", "properties": {"name": f"EPSG:{epsg}"}}
        collection["crs"] = crs
    collection["features"] = [
        {"type": "Feature", "geometry": one.geometry, "properties": one.properties}
        for one in kept
    ]
    try:
        text = json.dumps(collection, ensure_ascii=False, allow_nan=True)
        data = text.encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError) as error:
        refuse(name, f"holds what JSON cannot: {error}.", "Mend or remove it.")
    reading = examine_geojson(data, name, limits=_LIMITS)
    general = [fault for fault in reading.faults if fault.index is None]
    if any(fault.severity == "error" for fault in general):
        raise DataError([fault for fault in general if fault.severity == "error"])
    faults = [*warnings, *reading.faults]
    for index, one in enumerate(kept):
        for severity, code, told in (
            ("error", Code.VALUE, one.faults),
            ("warning", Code.CHANGED, one.notes),
        ):
            faults.extend(
                Fault(
                    name,
                    message,
                    remedy,
                    code=code,
                    where=_place(one, where),
                    index=index,
                    severity=severity,
                )
                for where, message, remedy in told
            )
    return _raw(
        kind, reading, tuple(fault for fault in faults if _is_news(fault, kept))
    )


def _is_news(fault: Fault, records: Sequence[Record]) -> bool:
    """Tell whether a fault is one: only GeoJSON has a rule for how rings are wound.

    Of a record that is refused nobody need hear that it has no place.
    """
    if fault.code == Code.RING_WOUND:
        return False
    refused = fault.index is not None and records[fault.index].faults
    return not (refused and fault.code == Code.UNLOCATED)


def json_value(value: Any) -> Any:  # noqa: ANN401 - any cell, any JSON value
    """Return a cell as JSON has it: days and times as ISO texts, NaN as null.

    Raises
    ------
    ValueError
        If JSON has nothing for it, such as bytes.
    """
    if isinstance(value, Mapping):
        return {str(name): json_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(part) for part in value]
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime) and value.time() == time() and not value.tzinfo:
        value = value.date()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    msg = f"a {type(value).__name__} has no place in JSON"
    raise ValueError(msg)


def content(path: Path, name: str) -> bytes:
    """Return a file's content.

    Raises
    ------
    DataError
        If it cannot be read or is larger than :data:`MOST_BYTES`.
    """
    check_size(path, name)
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(name, f"cannot be read: {error}.", "Give a file that can be.")


def check_size(path: Path, name: str) -> None:
    """Refuse what is no file, is empty, or is too large to be read.

    Raises
    ------
    DataError
        If so.
    """
    if not path.is_file():
        problem = "is not a file." if path.exists() else "does not exist."
        refuse(name, problem, "Give the path of a file.")
    size = path.stat().st_size
    if size == 0:
        refuse(name, "is empty.", "Give a file with records in it.")
    if size > MOST_BYTES:
        refuse(name, f"has more than {MOST_BYTES} bytes.", "Split it.")


def _limited(records: Iterable[Record], name: str) -> list[Record]:
    """Return the records, if they are not more than can be held."""
    kept: list[Record] = []
    letters = 0
    for one in records:
        # A packed file can say one long text a million times.
        letters += sum(map(_letters, one.properties.values()))
        if len(kept) >= MOST_RECORDS:
            refuse(name, f"has more than {MOST_RECORDS} records.", "Split it.")
        if letters > MOST_BYTES:
            refuse(name, f"has more than {MOST_BYTES} letters.", "Split it.")
        kept.append(_shortened(one))
    return kept


def _letters(value: object) -> int:
    return len(value) if isinstance(value, str) else 0


def _shortened(record: Record) -> Record:
    """Refuse a record with an endless text before the text is copied any further."""
    most = LIMITS.max_text_chars
    long = [key for key, value in record.properties.items() if _letters(value) > most]
    if not long:
        return record
    remedy = "Shorten it, or link to it."
    faults = [
        (
            key,
            f"has {_letters(record.properties[key])} letters; {most} are read.",
            remedy,
        )
        for key in long
    ]
    kept = {key: value for key, value in record.properties.items() if key not in long}
    return replace(record, properties=kept, faults=(*record.faults, *faults))


def _place(one: Record, where: str) -> str:
    if one.line is None:
        return where
    return f"line {one.line}, {where}" if where else f"line {one.line}"


def _raw(kind: str, reading: Reading, faults: tuple[Fault, ...]) -> Raw:
    names = dict.fromkeys(_names(reading.features))
    return Raw(kind, reading.features, reading.members, tuple(names), faults)


def _names(features: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for feature in features:
        yield from feature["properties"]
