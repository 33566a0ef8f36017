"""Files made aside: handed on in pieces, packed into archives that never vary."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Self

from geo.base.work import check_work

_PIECE_BYTES: Final = 1 << 18
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2107, 12, 31, tzinfo=UTC)
_PLAIN_FILE: Final = 0o100644


def chunks(path: Path) -> Iterator[bytes]:
    """Go through a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            check_work()
            yield piece


def checksum_of(path: Path) -> tuple[int, str]:
    """Return a file's size in bytes and its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join small pieces into ones worth sending; empty ones are left out."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)


class SteadyZip:
    """A zip archive whose bytes depend on its content and one date only.

    Parameters
    ----------
    target
        Where to write; a path or an open binary file.
    made
        The date of every member, in UTC, within what zip can tell: 1980 to 2107.
    """

    def __init__(self, target: Path | IO[bytes], made: datetime) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._date = min(max(made.astimezone(UTC), _EARLIEST), _LATEST)

    def __enter__(self) -> Self:
        """Return the archive."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Finish the archive."""
        self._archive.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        with self._member(name, len(content)) as file:
            file.write(content)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as a member, in pieces."""
        with self._member(name, path.stat().st_size) as file:
            for piece in chunks(path):
                file.write(piece)

    @contextmanager
    def _member(self, name: str, size_bytes: int) -> Iterator[IO[bytes]]:
        date = self._date
        info = zipfile.ZipInfo(
            name,
            (date.year, date.month, date.day, date.hour, date.minute, date.second),
        )
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = _PLAIN_FILE << 16
        # Told beforehand, only what is large gets the zip64 form that some cannot read.
        info.file_size = size_bytes
        with self._archive.open(info, "w") as file:
            yield file
