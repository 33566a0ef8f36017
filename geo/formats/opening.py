"""What a file is, by its first bytes, and its records by the reader for that."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from geo.formats.guarded import Guard, guarded
from geo.formats.input_file import (
    InputFile,
    ReadOptions,
    check_size,
    refuse,
    warning,
)
from geo.formats.pieces import Piece, is_export, piece_of
from geo.formats.recognition import SUPPORTED, text_kind
from geo.formats.records import Part
from geo.formats.registry import KINDS, ZIP_MAGIC
from geo.formats.zip_archive import (
    checked_members,
    data_members,
    other_members_told,
    unpack,
)

if TYPE_CHECKING:
    from geo.formats.table import Table

#: First bytes of what is not read here.
_FOREIGN: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"BZh": "a bzip2 file; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or CSV",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
#: Packages of which every member is a part, or that tell themselves which is not.
_WHOLE: Final = frozenset({"xlsx", "ods", "kmz"})
_MANIFEST: Final = "manifest.json"
#: Head of a text that is looked at.
_HEAD_BYTES: Final = 4_096


def open_table(path: Path, options: ReadOptions, guard: Guard | None = None) -> Table:
    """Read a file by what it is, whatever it is called, in a process of its own.

    Raises
    ------
    DataError
        If it is not of a kind read here, is broken, or is harmful.
    QueryError
        If an option does not fit the file.
    SettingsError
        If there is no room for temporary files.
    """
    keywords = {"options": asdict(options)}
    pieces = guarded(f"{__name__}:pieces_of", path, keywords, guard or Guard())
    from geo.formats.table import table_of  # noqa: PLC0415 - a reader does without it

    table = table_of(map(Piece.of_values, pieces))
    if table.rows:
        return table
    empty = warning(str(path), "holds no records.", "The layer is empty.")
    return replace(table, faults=(*table.faults, empty))


def pieces_of(path: Path, options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Read a file in this very process; yield its pieces as values that JSON has.

    Raises
    ------
    DataError, QueryError
        As :func:`open_table`.
    """
    size_bytes = path.stat().st_size if path.is_file() else 0
    file = InputFile(path, str(path), ReadOptions(**options), size_bytes)
    keep_features: bool | None = None
    for part in _open(file, path.name.lower(), archives=0):
        if keep_features is None and part.features:
            keep_features = is_export(part.format, part.features)
        piece = piece_of(part, file.name, keep_features=bool(keep_features))
        yield piece.as_values()


def _open(file: InputFile, called: str, *, archives: int) -> Iterator[Part]:
    """Read a file by its first bytes; *archives* counts those around it."""
    check_size(file.path, file.name)
    with file.path.open("rb") as opened:
        head = opened.read(_HEAD_BYTES)
    if head.startswith(ZIP_MAGIC):
        return _open_zip(file, archives=archives)
    for kind in KINDS.values():
        if kind.magic and head.startswith(kind.magic):
            return kind.read(file)
    for mark, what in _FOREIGN.items():
        if head.startswith(mark):
            refuse(file.name, f"is {what}.", SUPPORTED)
    return text_kind(file.name, PurePosixPath(called).suffix, head).read(file)


def _open_zip(file: InputFile, *, archives: int) -> Iterator[Part]:
    """Read what an archive holds: a format that is one, or one file of data."""
    members = checked_members(file.path, file.name)
    names = [member.filename for member in members]
    for key, kind in KINDS.items():
        pattern = re.compile(kind.member, re.IGNORECASE)
        if kind.member and any(map(pattern.fullmatch, names)):
            if key not in _WHOLE and _MANIFEST not in names:
                yield from _told_others(file, key, members)
            yield from kind.read(file)
            return
    member = _data_member(members, names, file.name, archives=archives)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "member"
        unpack(file.path, member, path, file.name)
        inner = replace(file, path=path, name=f"{file.name}/{member.filename}")
        yield from _open(inner, member.filename.lower(), archives=archives + 1)


def _told_others(
    file: InputFile, key: str, members: list[zipfile.ZipInfo]
) -> Iterator[Part]:
    """Tell of other files of data in an archive that is of one format."""
    kind = KINDS[key]
    read = {
        member.filename
        for member in members
        if member.filename.lower().endswith(kind.suffixes)
    }
    warnings = other_members_told(members, read, file.name, of=f"its {kind.label}")
    if warnings:
        yield Part(key, faults=tuple(warnings))


def _data_member(
    members: list[zipfile.ZipInfo], names: list[str], name: str, *, archives: int
) -> zipfile.ZipInfo:
    """Return the only file of data in an archive; refuse one with none or several."""
    is_export = _MANIFEST in names
    data = [
        member
        for member in data_members(members)
        if not is_export or member.filename.startswith("incidents.")
    ]
    if archives > 1:
        refuse(name, "is an archive in an archive in an archive.", "Unpack it first.")
    if not is_export:
        # Texts that go along with data are not data.
        data = [
            member for member in data if not member.filename.lower().endswith(".txt")
        ] or data
    if not data:
        refuse(name, "holds no file of a kind read here.", SUPPORTED)
    if len(data) > 1:
        shown = ", ".join(member.filename for member in data[:10])
        refuse(name, f"holds several files of data: {shown}.", "Unpack it; choose one.")
    return data[0]
