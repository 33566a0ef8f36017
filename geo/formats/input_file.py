"""A file that is to be read: how, what it is called in messages, and its refusal."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from geo.base.errors import Code, DataError, Fault, QueryError
from geo.layer.geojson import LIMITS

#: Bytes beyond which a file is refused unread.
MOST_BYTES: Final = 500_000_000
WGS84: Final = 4326
_MOST_SHOWN: Final = 10
_CODE: Final = re.compile(r"(?:EPSG:)?(\d{4,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is to be read, where it does not say itself.

    Parameters
    ----------
    layer
        The layer or sheet, for files with several.
    encoding
        Of CSV and Shapefile texts; empty to tell it by the text.
    epsg
        The code of the coordinates' system, for files that do not tell theirs.
    """

    layer: str = ""
    encoding: str = ""
    epsg: int | None = None


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be read. Every reader takes one.

    Parameters
    ----------
    path
        Where it is.
    name
        What to call it in messages: a file unpacked from an archive lies elsewhere.
    options
        How to read it.
    size_bytes
        Size of what was handed over: of the archive, if it was in one. What a file
        unpacks to is judged by it. 0 for that of the file itself.
    """

    path: Path
    name: str
    options: ReadOptions = field(default_factory=ReadOptions)
    size_bytes: int = 0


def codec_of(encoding: str) -> str:
    """Return Python's name of an encoding of text.

    Raises
    ------
    QueryError
        If it is none.
    """
    try:
        info = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        msg = f"{encoding!r} is not a known encoding, such as utf-8 or cp1251."
        raise QueryError("encoding", msg) from error
    if not getattr(info, "_is_text_encoding", True):
        raise QueryError("encoding", f"{encoding!r} is not an encoding of text.")
    return info.name


def parse_system(text: str) -> int | None:
    """Return the EPSG code a caller gave; None for an empty text.

    Raises
    ------
    QueryError
        If it is not like EPSG:4326.
    """
    if not text:
        return None
    code = _CODE.fullmatch(text.strip())
    if code is None:
        raise QueryError("crs", f"{text!r} is not a code such as EPSG:4326.")
    return int(code[1])


def system_of(
    said: Mapping[str, Any] | str | None, name: str, fallback: int | None
) -> int | None:
    """Return the EPSG code to convert from; None for WGS84 (lon, lat).

    Parameters
    ----------
    said
        What the file says: PROJJSON, or a text such as EPSG:28992.
    name
        The file's name in messages.
    fallback
        The code that the caller says, for files that say nothing.

    Raises
    ------
    DataError
        If neither names a system.
    """
    code = _code(said)
    if code is None and said is None:
        code = fallback
    if code is None:
        refuse(
            name,
            "does not say the coordinates' reference system by a known code.",
            "Say it with --crs, such as --crs EPSG:4326; or convert it to EPSG:4326.",
        )
    return None if code == WGS84 else code


def _code(said: Mapping[str, Any] | str | None) -> int | None:
    if isinstance(said, str):
        code = _CODE.fullmatch(said)
        return WGS84 if said == "OGC:CRS84" else int(code[1]) if code else None
    if said is None:
        return None
    identifier = said.get("id")
    if not isinstance(identifier, Mapping):
        return None
    authority = str(identifier.get("authority"))
    number = str(identifier.get("code"))
    if authority == "OGC" and number in {"CRS84", "CRS84h"}:
        return WGS84
    return int(number) if authority == "EPSG" and number.isdecimal() else None


def check_wgs84(file: InputFile, label: str) -> None:
    """Refuse a reference system that is said of a file whose format has only one.

    Raises
    ------
    QueryError
        If it is another.
    """
    if file.options.epsg not in {None, WGS84}:
        msg = f"{file.name} is {label}, which is always EPSG:4326. Leave --crs out."
        raise QueryError("crs", msg)


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


def other_layers_told(layer: str, layers: Sequence[str], name: str) -> list[Fault]:
    """Warn of the layers of a file that are not read, as nobody chose one."""
    others = [one for one in layers if one != layer]
    if not others:
        return []
    shown = ", ".join(map(repr, others[:_MOST_SHOWN]))
    message = f"only the layer {layer!r} is read, not {shown}."
    return [warning(name, message, "Choose another with --layer.")]


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


def check_columns(names: Sequence[str], name: str) -> None:
    """Refuse a table with more columns, or longer names, than any object may have.

    Raises
    ------
    DataError
        If so.
    """
    if len(names) > LIMITS.max_names:
        message = f"has {len(names)} columns; at most {LIMITS.max_names} are read."
        refuse(name, message, "Leave out what is not needed.")
    for column in names:
        if len(column) > LIMITS.max_name_chars:
            message = (
                f"has a column whose name has {len(column)} characters, "
                f"{column[:40]!r}...; at most {LIMITS.max_name_chars} are read."
            )
            refuse(name, message, "Shorten it.")


def check_count(read: int, said: int, name: str) -> None:
    """Refuse a file of which fewer or more records are read than it says it has.

    Raises
    ------
    DataError
        If the numbers differ: it was cut off, or is damaged.
    """
    if read != said:
        message = f"says that it has {said} records, but {read} can be read."
        refuse(name, message, "It is cut off or damaged: download or export it again.")
