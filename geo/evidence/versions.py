"""The folders of the archive: one a version, there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from geo.base.errors import ArchiveError

SUMS: Final = "SHA256SUMS"
VERSION: Final = re.compile(r"(?!0000)[0-9]{4}|[1-9][0-9]{4,8}")
ASIDE: Final = ".adding-"


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
    made = [folder for folder in (home, home.parent) if not folder.exists()]
    aside = home / f"{ASIDE}{uuid.uuid4().hex}"
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in files.items()
    )
    try:
        aside.mkdir(parents=True)
        for name, content in {**files, SUMS: sums.encode("ascii")}.items():
            _write_file(aside / name, content)
        return _rename_to_next(aside, home)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        for folder in made:
            # Another process may have put something there meanwhile: that stays.
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise


def _rename_to_next(aside: Path, home: Path) -> int:
    """Rename a finished folder to the next free version.

    Renaming onto a version that another process added meanwhile fails, since that
    folder is not empty; then the next number is tried.
    """
    version = max(version_numbers(home), default=0) + 1
    while True:
        target = home / version_name(version)
        try:
            aside.rename(target)
        except OSError:
            if not target.exists():
                raise
            version += 1
        else:
            return version


def _write_file(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
