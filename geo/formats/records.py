"""What a file says before anybody asks whether its records are incidents.

Every reader ends here: its records pass the same strict checks as a GeoJSON file
(:mod:`geo.layer.geojson`), so that no format lets through what another would not.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from geo.base.errors import Code, DataError, Fault
from geo.formats.input_file import MOST_BYTES, InputFile, refuse
from geo.layer.geojson import LIMITS, Limits, examine_geojson

#: Records beyond which a file is refused.
MOST_RECORDS: Final = 1_000_000
#: Times that records may weigh more than their file has bytes, if they weigh much.
MOST_RATIO: Final = 100
SMALL_BYTES: Final = 10_000_000
#: What an empty record and an empty value are taken to weigh.
_RECORD_BYTES: Final = 100
_VALUE_BYTES: Final = 8
#: Records that are checked at a time, and their weight.
PART_RECORDS: Final = 500
_PART_BYTES: Final = 8_000_000
#: What strict reading has something to say about: NUL, halves of characters.
_ODD: Final = re.compile("[\\x00\\ud800-\\udfff]")
_HALF: Final = re.compile("[\\ud800-\\udfff]")
_POINT_MEMBERS: Final = 2
_PLANE: Final = 2
_MOST_LON: Final = 180.0
_MOST_LAT: Final = 90.0
#: Whole numbers beyond which a 64-bit float is not exact.
_EXACT: Final = 2**53 - 1
#: What is to be said of a record: where, what, remedy.
Remark = tuple[str, str, str]
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
    faults: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Some consecutive records of a file as they come from a reader.

    Parameters
    ----------
    format
        What the file is: ``csv``, ``gpkg`` and so on.
    features
        GeoJSON Features in WGS84.
    faults
        Everything odd, by feature of the whole file; an error refuses that feature.
    members
        Foreign members of the collection, in the first part.
    """

    format: str
    features: tuple[dict[str, Any], ...] = ()
    faults: tuple[Fault, ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict)


def parts_of_records(  # noqa: PLR0913 - what is known of them
    records: Iterable[Record],
    file: InputFile,
    *,
    kind: str,
    epsg: int | None,
    warnings: Sequence[Fault] = (),
    first: int = 0,
) -> Iterator[Part]:
    """Check the records of any other format as those of a GeoJSON file are.

    Parameters
    ----------
    records
        In file order.
    file
        The file.
    kind
        What the file is.
    epsg
        The code of the coordinates' system; None for WGS84 (lon, lat). Others are
        converted, with a warning.
    warnings
        What was odd about the file itself.
    first
        How many records of the file come before them.

    Raises
    ------
    DataError
        If there are too many records or too much text, for any file or for one of
        its size, or the system is unknown.
    """
    yield Part(kind, faults=tuple(warnings))
    for kept in _limited(records, file):
        yield _checked(kept, first, file.name, kind, epsg)
        first += len(kept)


def _checked(
    records: Sequence[Record], first: int, name: str, kind: str, epsg: int | None
) -> Part:
    """Check some records, of which the first has that number in the file.

    Most records of a table hold nothing that could be wrong as GeoJSON; only the
    others are examined.
    """
    doubtful = [
        index
        for index, record in enumerate(records)
        if epsg is not None or not _is_plain(record)
    ]
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": None,
            "geometry": record.geometry,
            "properties": record.properties,
        }
        for record in records
    ]
    faults: list[Fault] = []
    if doubtful:
        examined, faults = _examined([records[index] for index in doubtful], name, epsg)
        for index, feature in zip(doubtful, examined, strict=True):
            features[index] = feature
        faults = [
            fault
            if fault.index is None
            else replace(fault, index=doubtful[fault.index])
            for fault in faults
        ]
    for index, record in enumerate(records):
        for severity, code, remarks in (
            ("error", Code.VALUE, record.faults),
            ("warning", Code.CHANGED, record.notes),
        ):
            faults.extend(
                Fault(
                    name,
                    message,
                    remedy,
                    code=code,
                    where=_where(record, where),
                    index=index,
                    severity=severity,
                )
                for where, message, remedy in remarks
            )
    return Part(
        kind,
        tuple(features),
        tuple(_numbered(faults, first)),
    )


def _is_plain(record: Record) -> bool:
    """Tell whether a record holds texts and small numbers only, and a point at most."""
    if record.faults:
        return False
    values = record.properties.values()
    texts = [value for value in values if isinstance(value, str)]
    if _ODD.search("".join((*record.properties, *texts))):
        return False
    if len(texts) < len(values) and not all(map(_is_plain_number, values)):
        return False
    geometry = record.geometry
    if geometry is None:
        return True
    if geometry["type"] != "Point" or len(geometry) != _POINT_MEMBERS:
        return False
    position = geometry["coordinates"]
    return (
        len(position) == _PLANE
        and all(isinstance(number, float) for number in position)
        and abs(position[0]) <= _MOST_LON
        and abs(position[1]) <= _MOST_LAT
    )


def _is_plain_number(value: object) -> bool:
    """Tell whether a value that need not be a number is none, or a small one."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= _EXACT
    return value is None or isinstance(value, str)


def _examined(
    records: Sequence[Record], name: str, epsg: int | None
) -> tuple[tuple[dict[str, Any], ...], list[Fault]]:
    """Return the features of records as strict reading gives them, and its faults."""
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if epsg is not None:
        crs = {"type": "name", "properties": {"name": f"EPSG:{epsg}"}}
        collection["crs"] = crs
    collection["features"] = [
        {
            "type": "Feature",
            "geometry": record.geometry,
            "properties": record.properties,
        }
        for record in records
    ]
    try:
        text = json.dumps(collection, ensure_ascii=False, allow_nan=True)
        if _HALF.search(text):
            # As an escape it can be read, and is told of its record.
            text = json.dumps(collection, allow_nan=True)
        data = text.encode("utf-8")
    except (ValueError, RecursionError) as error:
        refuse(name, f"holds what JSON cannot: {error}.", "Mend or remove it.")
    reading = examine_geojson(data, name, limits=_LIMITS)
    general = [fault for fault in reading.faults if fault.index is None]
    if any(fault.severity == "error" for fault in general):
        raise DataError([fault for fault in general if fault.severity == "error"])
    news = [
        fault
        for fault in reading.faults
        if fault.code not in {Code.RING_WOUND, Code.UNLOCATED}
    ]
    return reading.features, news


def _numbered(faults: Iterable[Fault], first: int) -> Iterator[Fault]:
    """Go through faults with the numbers that their records have in the file."""
    for fault in faults:
        yield (
            fault if fault.index is None else replace(fault, index=fault.index + first)
        )


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


def _limited(records: Iterable[Record], file: InputFile) -> Iterator[list[Record]]:
    """Go through the records, some at a time, if they are not more than can be held.

    A packed file can say one long text a million times. So what its records weigh is
    counted as they come, and is bounded by the size of the file.
    """
    name = file.name
    size_bytes = file.size_bytes or file.path.stat().st_size
    most_bytes = min(max(SMALL_BYTES, MOST_RATIO * size_bytes), MOST_BYTES)
    kept: list[Record] = []
    weight = part = 0
    for count, record in enumerate(records, start=1):
        if count > MOST_RECORDS:
            refuse(name, f"has more than {MOST_RECORDS} records.", "Split it.")
        values, names = _weighed(record)
        weight += values
        if weight > MOST_BYTES:
            refuse(name, f"has more than {MOST_BYTES} letters.", "Split it.")
        if weight > most_bytes:
            message = (
                f"unpacks to more than {most_bytes} bytes, over {MOST_RATIO} times "
                "its size."
            )
            refuse(name, message, "Save it as CSV if you trust it.")
        part += values + names
        if kept and (part > _PART_BYTES or len(kept) >= PART_RECORDS):
            yield kept
            kept, part = [], values + names
        # One that weighs little holds no long text.
        kept.append(_shortened(record) if values > LIMITS.max_text_chars else record)
    if kept:
        yield kept


def _weighed(record: Record) -> tuple[int, int]:
    """Return about how many bytes a record's values take, and its names.

    The names are shared by all records, but each is checked with its own.
    """
    held = record.properties.values()
    if record.geometry is None and {*map(type, held)} == {str}:
        # As the records of tables are.
        letters = len("".join(held))
        values = _RECORD_BYTES + _VALUE_BYTES * (len(held) + 2) + letters
        return values, len("".join(record.properties))
    values, names = _RECORD_BYTES, 0
    stack: list[Any] = [record.properties, record.geometry]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            values += len(value)
        elif isinstance(value, dict):
            names += sum(map(len, value))
            stack.extend(value.values())
        elif isinstance(value, list) and value and isinstance(value[0], float):
            values += _VALUE_BYTES * len(value)
        elif isinstance(value, list):
            stack.extend(value)
        values += _VALUE_BYTES
    return values, names


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


def _where(record: Record, where: str) -> str:
    if record.line is None:
        return where
    return f"line {record.line}, {where}" if where else f"line {record.line}"
