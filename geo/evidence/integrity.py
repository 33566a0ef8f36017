"""Whether a copy is what was archived: every byte against its sha256."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from geo.base.errors import ArchiveError, Code, Fault
from geo.evidence.copies import META, TEXT, ArchivedCopy, add_again, source_name
from geo.evidence.extracted import CopyKind
from geo.evidence.versions import SUMS

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def read_checked(path: Path, sha256: str, source_id: str) -> bytes:
    """Return a file's bytes, checked against its sha256."""
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}. {add_again(source_id)}"
        raise ArchiveError(msg) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        msg = (
            f"{path}: has changed since it was archived: its sha256 is not "
            f"{sha256}. {add_again(source_id)}"
        )
        raise ArchiveError(msg)
    return content


def copy_problems(copy: ArchivedCopy) -> list[ArchiveError]:
    """Return what is wrong with the files of a copy: every byte is covered."""
    files = {copy.path: copy.sha256, copy.text_path: copy.text_sha256}
    problems = []
    sums = copy.path.parent / SUMS
    if copy.path != copy.text_path or sums.exists():
        # Also where the description no longer says that the list belongs to it.
        try:
            files.update(_read_sums(copy))
        except ArchiveError as error:
            problems.append(error)
    for path, sha256 in files.items():
        try:
            read_checked(path, sha256, copy.source_id)
        except ArchiveError as error:
            problems.append(error)
    return problems


def _read_sums(copy: ArchivedCopy) -> dict[Path, str]:
    """Return the sha256 of the description, from the list that covers every file.

    Bytes and text have theirs in the description; the list must say the same.
    """
    path = copy.path.parent / SUMS
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read: {error}. {add_again(copy.source_id)}"
        raise ArchiveError(msg) from error
    sums = {line[66:]: line[:64] for line in lines[:-1]}
    expected = {copy.path.name: copy.sha256, TEXT: copy.text_sha256}
    whole = all(_SHA256.fullmatch(line[:64]) for line in lines[:-1])
    expected[META] = sums.get(META, "")
    written = "".join(f"{sha256}  {name}\n" for name, sha256 in expected.items())
    if not whole or "\n".join(lines) != written:
        msg = (
            f"{path}: has changed since it was archived: it does not agree with "
            f"{META}. {add_again(copy.source_id)}"
        )
        raise ArchiveError(msg)
    return {copy.path.parent / META: sums[META]}


def fault_of(error: ArchiveError, folder: Path) -> Fault:
    """Return an error about a file of a version as a fault of that file."""
    message = str(error)
    names = (*map(source_name, CopyKind), TEXT, META, SUMS)
    files = [folder / name for name in names]
    file = next((file for file in files if message.startswith(f"{file}: ")), folder)
    said = message.removeprefix(f"{file}: ")
    return Fault(str(file), said, code=Code.UNREADABLE)
