"""Zip archives: looked through before anything is unpacked, unpacked within limits."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from geo.formats.raw import MOST_BYTES, refuse

MOST_MEMBERS: Final = 1_000
#: Times that a member may be larger than it is packed, if it is large at all.
_MOST_RATIO: Final = 100
_SMALL_BYTES: Final = 10_000_000
_ENCRYPTED: Final = 1
_PIECE_BYTES: Final = 1 << 20
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_REMEDY: Final = "Unpack it yourself if you trust it, and give the file inside."


def checked_members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, if all of it is harmless.

    Raises
    ------
    DataError
        If it is broken, has too many or too large members, a bomb's ratio, a link,
        a path that leaves it, one name twice, or a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        refuse(name, f"is not a whole zip archive: {error}.", "Download it again.")
    if len(members) > MOST_MEMBERS:
        refuse(name, f"has {len(members)} members.", _REMEDY)
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        refuse(name, f"unpacks to {total} bytes; {MOST_BYTES} are read.", _REMEDY)
    seen: set[str] = set()
    for member in members:
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
        or "\\" in member.filename
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
    large = member.file_size > _SMALL_BYTES
    if large and member.file_size > _MOST_RATIO * max(member.compress_size, 1):
        return f"unpacks to {member.file_size} bytes, over {_MOST_RATIO} times its size"
    return ""
