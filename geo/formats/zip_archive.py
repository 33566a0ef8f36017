"""Zip archives: looked through before anything is unpacked, unpacked within limits."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Container, Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from geo.base.errors import Fault
from geo.formats.input_file import MOST_BYTES, refuse, warning
from geo.formats.records import MOST_RATIO, SMALL_BYTES
from geo.formats.registry import KINDS

MOST_MEMBERS: Final = 1_000
_ENCRYPTED: Final = 1
#: An archive's end, with a comment of the greatest length; the greatest count in it.
_MOST_END_BYTES: Final = 22 + 65_535
_MOST_SAID: Final = 65_535
_PIECE_BYTES: Final = 1 << 20
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DATA_SUFFIXES: Final = tuple(
    f".{suffix}" for kind in KINDS.values() for suffix in kind.suffixes
)
#: Data by their names that only go along: texts, and parts of a table of MapInfo.
_ALONG: Final = (".txt", ".tab")
_MOST_SHOWN: Final = 10
_REMEDY: Final = "Unpack it yourself if you trust it, and give the file inside."


def checked_members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, if all of it is harmless.

    Their names have slashes between folders, whatever the archive has.

    Raises
    ------
    DataError
        If it is broken, has too many or too large members, a bomb's ratio, a link,
        a path that leaves it, one name twice, or a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
        said = _members_said(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        refuse(name, f"is not a whole zip archive: {error}.", "Download it again.")
    if said not in {len(members) & _MOST_SAID, _MOST_SAID}:
        message = f"says that it has {said} members; {len(members)} are there."
        refuse(name, message, "It is damaged: download it again.")
    if len(members) > MOST_MEMBERS:
        refuse(name, f"has {len(members)} members.", _REMEDY)
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        refuse(name, f"unpacks to {total} bytes; {MOST_BYTES} are read.", _REMEDY)
    seen: set[str] = set()
    for member in members:
        # As some programs on Windows part them. The name in the archive stays beside it.
        member.filename = member.filename.replace("\\", "/")
        problem = _problem(member)
        if member.filename in seen:
            problem = "stands twice in the archive"
        seen.add(member.filename)
        if problem:
            refuse(name, f"{member.filename!r} {problem}.", _REMEDY)
    return [
        member
        for member in members
        if not member.is_dir() and not _is_companion(PurePosixPath(member.filename))
    ]


def data_members(members: Iterable[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the files of an archive that are data by their names."""
    return [one for one in members if one.filename.lower().endswith(_DATA_SUFFIXES)]


def other_members_told(
    members: Iterable[zipfile.ZipInfo],
    read: Container[str],
    name: str,
    *,
    of: str,
) -> list[Fault]:
    """Warn of the files of data in an archive that are not read.

    Parameters
    ----------
    members
        The files of the archive.
    read
        Names of those that are read.
    name
        The archive's name in messages.
    of
        What is read, in words.
    """
    others = [
        one.filename
        for one in data_members(members)
        if one.filename not in read and not one.filename.lower().endswith(_ALONG)
    ]
    if not others:
        return []
    shown = ", ".join(map(repr, others[:_MOST_SHOWN]))
    message = f"only {of} is read, not {shown}."
    return [warning(name, message, "Unpack it, and give the other by itself.")]


def _members_said(path: Path) -> int:
    """Return how many members the end of an archive says there are, up to 65535."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_END_BYTES))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[at + 10 : at + 12], "little")


def _is_companion(path: PurePosixPath) -> bool:
    """Tell whether a member is what macOS puts beside each file it packs."""
    return path.parts[0] == "__MACOSX" or path.name.startswith("._")


def unpack(path: Path, member: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Write one member of a checked archive to a file of ours.

    Raises
    ------
    DataError
        If it is broken, or turns out larger than it says.
    """
    written = 0
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member) as source,
            target.open("wb") as file,
        ):
            while piece := source.read(_PIECE_BYTES):
                written += len(piece)
                if written > member.file_size:
                    refuse(
                        name, f"{member.filename!r} is larger than it says.", _REMEDY
                    )
                file.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        refuse(name, f"{member.filename!r} cannot be unpacked: {error}.", _REMEDY)


def _problem(member: zipfile.ZipInfo) -> str:
    """Return what is wrong with a member, or an empty text."""
    path = PurePosixPath(member.filename)
    if (
        path.is_absolute()
        or ".." in path.parts
        or ":" in member.filename
        or not member.filename.isprintable()
    ):
        return "would leave the folder it is unpacked to"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link to another file"
    if member.flag_bits & _ENCRYPTED:
        return "is locked by a password"
    if member.compress_type not in _METHODS:
        return "is packed in a way that is not read here"
    large = member.file_size > SMALL_BYTES
    if large and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        return f"unpacks to {member.file_size} bytes, over {MOST_RATIO} times its size"
    return ""
