"""The folders of the archive: one a version, there whole or not at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from geo.base.errors import ArchiveError
from geo.base.files import draft_in, first_free

SUMS: Final = "SHA256SUMS"
VERSION: Final = re.compile(r"(?!0000)[0-9]{4}|[1-9][0-9]{4,8}")


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder, in order; none where there is no such folder."""
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        msg = (
            f"{folder}: cannot be read as a folder: {error.strerror}. "
            "Mend it, or set INCIDENTS_ARCHIVE to another folder."
        )
        raise ArchiveError(msg) from error


def version_numbers(home: Path) -> list[int]:
    """Return the numbers of a source's versions, in order."""
    names = [folder.name for folder in folders_in(home)]
    return sorted(int(name) for name in names if VERSION.fullmatch(name))


def version_name(version: int) -> str:
    """Return what the folder of a version is called."""
    return f"{version:04}"


def write_version(home: Path, files: Mapping[str, bytes]) -> int:
    """Write a new version whole, or nothing, and return its number."""
    new = [folder for folder in (home, home.parent) if not folder.exists()]
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in files.items()
    )
    try:
        home.mkdir(parents=True, exist_ok=True)
        with draft_in(home) as draft:
            made = draft / "version"
            made.mkdir()
            for name, content in {**files, SUMS: sums.encode("ascii")}.items():
                (made / name).write_bytes(content)
            # Another process may have added a version meanwhile: then the next.
            next_one = max(version_numbers(home), default=0) + 1
            names = (home / version_name(number) for number in count(next_one))
            return int(first_free(made, names).name)
    except OSError:
        for folder in new:
            # Another process may have put something there meanwhile: that stays.
            with suppress(OSError):
                folder.rmdir()
        raise
