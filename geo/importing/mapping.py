"""What each column of a table becomes, in a short file that a person can change.

A map's folder keeps one such file for each table that was brought in
(``mappings/NAME.toml``), so that the next file with the same head needs no question.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args
from zoneinfo import available_timezones

import tomlkit

from geo.base.errors import Code, DataError, Fault
from geo.base.files import whole_file

#: Where a map's folder keeps its mappings.
FOLDER: Final = "mappings"
#: What a column may become, and what that is, in words for people.
ROLES: Final[Mapping[str, str]] = {
    "id": "what tells a record from all others",
    "title": "its title",
    "summary": "what happened, at length",
    "category": "what sort of incident it is",
    "status": "how sure the claim is",
    "kind": "event, series, site or plan",
    "date": "when it happened",
    "date.start": "when it began",
    "date.end": "when it ended",
    "date.year": "year, with date.month and date.day",
    "date.month": "month, as number or name",
    "date.day": "day of the month",
    "date.end.year": "year in which it ended, with date.end.month and date.end.day",
    "date.end.month": "month in which it ended",
    "date.end.day": "day of the month on which it ended",
    "lat": "latitude",
    "lon": "longitude",
    "point": "latitude and longitude in one text, a link of a map service, WKT, MGRS",
    "easting": "metres east, in the mapping's crs or a zone",
    "northing": "metres north",
    "zone": "zone of easting and northing, such as 34N",
    "place": "name of the town or place",
    "place.address": "street and number",
    "place.district": "county, district or municipality",
    "place.region": "state, province or region",
    "country": "country, by name or code",
    "precision": "how exactly it is placed, in words or codes",
    "radius_m": "how far off its point may be, in metres",
    "source": "who reported it: address, name or handle, several in a cell",
    "source.url": "address of the report",
    "source.name": "name of who reported it",
    "alleged_by": "who alleges it",
    "denied_by": "who denies it",
    "actor.by": "who did it",
    "actor.against": "who suffered it",
    "actor.with": "who else took part",
    "date_note": "how the date is known",
    "location_note": "how the place is known",
    "quote": "the words of the source, at most twelve",
    "own": "kept as a field of its own",
    "drop": "left out",
}
#: Roles that several columns may share.
SHARED_ROLES: Final = frozenset(
    {
        "source",
        "source.url",
        "source.name",
        "alleged_by",
        "denied_by",
        "actor.by",
        "actor.against",
        "actor.with",
        "own",
        "drop",
    }
)
#: A way to mend points: latitude and longitude changed over, or signs.
MendKind: TypeAlias = Literal["swap", "negate_lon", "negate_lat", "negate_both"]
MENDS: Final[tuple[MendKind, ...]] = get_args(MendKind)
DATE_ORDERS: Final = ("dmy", "mdy", "ymd")
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?")


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a table of others is read.

    Parameters
    ----------
    name
        Of the table: slug of its file's stem.
    head
        The columns that it was made for, in their order.
    known
        Id of the known table that it follows, if any.
    columns
        Role by column, one of :data:`ROLES`.
    values
        Values of ours, by property and value of theirs.
    defaults
        Values of properties where a record has none.
    date_order
        One of :data:`DATE_ORDERS`, or empty where it is not needed.
    date_formats
        Patterns of :meth:`datetime.datetime.strptime` that a person set.
    time_zone
        IANA zone or offset of times that say none.
    crs
        Coordinate system of its coordinates; empty for WGS84.
    sheet, encoding
        Which sheet of a workbook; how a text file is encoded.
    source
        Id in the register of sources, for rows that name no source.
    labels
        Label by column that is kept as a field of its own; its header if missing.
    mends
        What mends points outside the country of their record, one of :data:`MENDS`.
    """

    name: str = ""
    head: tuple[str, ...] = ()
    known: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    date_formats: tuple[str, ...] = ()
    time_zone: str = ""
    crs: str = ""
    sheet: str = ""
    encoding: str = ""
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    mends: tuple[str, ...] = ()

    def columns_of(self, role: str) -> tuple[str, ...]:
        """Return the columns with a role, in the order of the table."""
        return tuple(name for name, its in self.columns.items() if its == role)

    def column_of(self, role: str) -> str | None:
        """Return the first column with a role; None where there is none."""
        return next(iter(self.columns_of(role)), None)


def check_mapping(mapping: TableMapping, file: str) -> None:
    """Refuse a mapping that cannot be followed.

    Parameters
    ----------
    mapping
        What is checked.
    file
        The file it was read from, or what else to call it in messages.

    Raises
    ------
    DataError
        With every fault: unknown roles, roles that two columns claim, an unknown
        order of dates or zone.
    """
    faults = [
        Fault(file, message, remedy, code=Code.CHOICE, where=where)
        for where, message, remedy in _faults(mapping)
    ]
    if faults:
        raise DataError(faults)


def _faults(mapping: TableMapping) -> Iterator[tuple[str, str, str]]:
    """Yield where a mapping is wrong, how, and what to do."""
    for column, role in mapping.columns.items():
        if role not in ROLES:
            remedy = f"Write one of {', '.join(ROLES)}."
            yield f'columns."{column}"', f"{role!r} is not a role of a column.", remedy
    for role in dict.fromkeys(mapping.columns.values()):
        claiming = mapping.columns_of(role)
        if role in ROLES and role not in SHARED_ROLES and len(claiming) > 1:
            shown = ", ".join(map(repr, claiming))
            message = f"the columns {shown} all have the role {role!r}."
            yield "columns", message, 'Leave it to one, and write "own" for the others.'
    if mapping.date_order not in ("", *DATE_ORDERS):
        message = f"{mapping.date_order!r} is not an order of day, month and year."
        yield "date_order", message, f"Write one of {', '.join(DATE_ORDERS)}."
    for mend in mapping.mends:
        if mend not in MENDS:
            message = f"{mend!r} is not a way to mend points."
            yield "mends", message, f"Write one of {', '.join(MENDS)}."
    zone = mapping.time_zone
    if zone and not _OFFSET.fullmatch(zone) and zone not in available_timezones():
        message = f"{zone!r} is neither a time zone nor an offset."
        yield "time_zone", message, "Write one like Europe/Belgrade, or +02:00."


def read_mapping(path: Path) -> TableMapping:
    """Read how a table is read.

    Parameters
    ----------
    path
        A file that :func:`write_mapping` wrote and people may have changed.

    Raises
    ------
    DataError
        If it is not TOML, has a member that no mapping has, or fails
        :func:`check_mapping`.
    OSError
        If it cannot be read.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"is not a file in TOML: {error}."
        remedy = "Mend it, or delete it: the next import writes it anew."
        raise DataError(
            [Fault(str(path), message, remedy, code=Code.UNREADABLE)]
        ) from error
    if isinstance(written.get("table"), dict):
        written |= written.pop("table")
    faults = [
        Fault(str(path), message, remedy, code=code, where=where)
        for where, message, remedy, code in _unreadable(written)
    ]
    if faults:
        raise DataError(faults)
    lists = {
        name: tuple(value) for name, value in written.items() if isinstance(value, list)
    }
    mapping = TableMapping(**{**written, **lists})
    check_mapping(mapping, str(path))
    return mapping


_TEXT: Final = (
    "name",
    "known",
    "date_order",
    "time_zone",
    "crs",
    "sheet",
    "encoding",
    "source",
)
_LISTS: Final = ("head", "date_formats", "mends")
_TABLES: Final = ("columns", "defaults", "labels")
_MEMBERS: Final = (*_TEXT, *_LISTS, *_TABLES, "values")


def _unreadable(written: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Code]]:
    """Yield members that no mapping has, and values of a wrong type."""
    for name, value in written.items():
        if name not in _MEMBERS:
            remedy = f"Write one of {', '.join(_MEMBERS)}, or delete the line."
            message = "is not a member of a mapping."
            yield name, message, remedy, Code.UNKNOWN_MEMBER
        elif name in _TEXT and not isinstance(value, str):
            message = f"{value!r} is not a text."
            yield name, message, "Put it in quotes.", Code.TYPE
        elif name in _LISTS and not _all_text(value, list):
            message = f"{value!r} is not a list of texts."
            yield name, message, 'Write it as ["one", "two"].', Code.TYPE
        elif name in _TABLES and not _all_text(value, dict):
            message = "is not a table of texts."
            remedy = f'Write a line [{name}], then lines like "Column" = "word".'
            yield name, message, remedy, Code.TYPE
        elif name == "values" and not (
            isinstance(value, dict)
            and all(_all_text(inner, dict) for inner in value.values())
        ):
            message = "is not a table of texts for each property."
            remedy = 'Write a line [values.status], then lines like "theirs" = "ours".'
            yield name, message, remedy, Code.TYPE


def _all_text(value: object, kind: type[list[Any] | dict[str, Any]]) -> bool:
    if not isinstance(value, kind):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return all(isinstance(each, str) for each in inner)


_OPENING: Final = """\
# How this table is read. Change what is wrong: the next import of a file with the
# same columns follows it.
"""
_NOTES: Final[Mapping[str, str]] = {
    "columns": """\
# What each column becomes. "own" keeps it as a field of its own, "drop" leaves it out.
# Others are: {roles}.
""",
    "values": '# What their values are in ours: "theirs" = "ours".\n',
    "defaults": "# For records that say nothing.\n",
    "labels": "# What readers see as the name of a field that is kept.\n",
    "table": "# The columns that this was made for, by which the next file is known.\n",
}


def write_mapping(path: Path, mapping: TableMapping) -> None:
    """Write how a table is read, whole or not at all.

    Parameters
    ----------
    path
        The file; its folder is made if it is missing.
    mapping
        What :func:`read_mapping` will give again.

    Raises
    ------
    DataError
        If the mapping cannot be followed.
    OSError
        If it cannot be written.
    """
    check_mapping(mapping, str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as made:
        made.write_text(_written(mapping), encoding="utf-8", newline="\n")


def _written(mapping: TableMapping) -> str:
    simple = {
        name: getattr(mapping, name) for name in (*_TEXT, "date_formats", "mends")
    }
    sections = {
        "columns": mapping.columns,
        "values": mapping.values,
        "defaults": mapping.defaults,
        "labels": mapping.labels,
        "table": {"head": mapping.head} if mapping.head else {},
    }
    roles = _wrapped(", ".join(role for role in ROLES if role not in {"own", "drop"}))
    pieces = [_OPENING + tomlkit.dumps({k: v for k, v in simple.items() if v})]
    for name, section in sections.items():
        if section:
            note = _NOTES[name].format(roles=roles)
            pieces.append(note + tomlkit.dumps({name: section}))
    return "\n".join(pieces)


def _wrapped(text: str, width: int = 74) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n# ".join(lines)


def mapping_for(folder: Path, head: Sequence[str]) -> TableMapping | None:
    """Return the mapping that a map's folder has for a table with this head.

    Parameters
    ----------
    folder
        The map's folder; its mappings are in ``mappings``.
    head
        The table's columns. A mapping made for the same columns in the same order
        comes before one made for the same columns in another order.

    Raises
    ------
    DataError
        If one of the mappings there is wrong, since it may be the one.
    """
    mappings = [read_mapping(path) for path in sorted((folder / FOLDER).glob("*.toml"))]
    same = [mapping for mapping in mappings if mapping.head == tuple(head)]
    alike = [mapping for mapping in mappings if set(mapping.head) == set(head)]
    return next(iter(same or alike), None) if head else None
