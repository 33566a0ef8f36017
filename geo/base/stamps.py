"""Stamps tell that files have changed, so that nothing is read by half or kept too long.

Whoever copies a file chooses its time of modification (``cp -p``, ``rsync -t``), but
not when its inode last changed; so a stamp has both, with the inode and the size. A
seal goes by the content, and is the same for every copy.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import Final, TypeVar

from geo.base.errors import DataError, Fault

#: One tuple of numbers a file; an empty one where there is none.
Stamp = tuple[tuple[int, ...], ...]
#: Which of a file's numbers is its size in bytes.
SIZE: Final = 2
#: A file's times move in steps of at most so much, so that what is written within one
#: step of being looked at may look the same.
_CLOCK_STEP_NS: Final = 20_000_000
#: Pauses before reading files again that changed while they were read.
_PAUSES_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
#: What a Parquet file ends with: how long its footer is, and four letters.
_TAIL_BYTES: Final = 8
_T = TypeVar("_T")


def stamp_of(paths: Iterable[Path]) -> Stamp:
    """Return what changes with files and folders, or with their being there."""
    return tuple(map(_stamp, paths))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        about = path.stat()
    except OSError:
        return ()
    numbers = about.st_dev, about.st_ino, about.st_size
    return (*numbers, about.st_mtime_ns, about.st_ctime_ns)


def read_steadily(
    paths: Callable[[], Iterable[Path]], read: Callable[[], _T]
) -> tuple[_T, Stamp]:
    """Read files that nobody changes meanwhile, so that nothing is read by half.

    Parameters
    ----------
    paths
        Gives the files and folders that are read.
    read
        Reads them. What it raises counts only if nothing has changed meanwhile.

    Returns
    -------
    tuple
        What was read, and the stamp of the files it was read from.

    Raises
    ------
    DataError
        If they change as often as they are read.
    """
    for pause_s in _PAUSES_S:
        before = settled_stamp(paths)
        try:
            value = read()
        except Exception:
            if stamp_of(paths()) != before:
                time.sleep(pause_s)
                continue
            raise
        if stamp_of(paths()) == before:
            return value, before
        time.sleep(pause_s)
    shown = ", ".join(map(str, islice(paths(), 3)))
    message = "changes again and again while it is read."
    remedy = (
        "Wait until whoever writes it has finished; better, let it be replaced whole."
    )
    raise DataError([Fault(shown, message, remedy)])


def settled_stamp(paths: Callable[[], Iterable[Path]]) -> Stamp:
    """Return the stamp of files that any later change will make another.

    Waits a few hundredths of a second for files that have changed just now.
    """
    stamp = stamp_of(paths())
    age_ns = time.time_ns() - max(
        (max(entry[3:]) for entry in stamp if entry), default=0
    )
    if 0 <= age_ns < _CLOCK_STEP_NS:
        time.sleep((_CLOCK_STEP_NS - age_ns) / 1e9)
        stamp = stamp_of(paths())
    return stamp


def fingerprint_of(file: Path) -> str:
    """Return a short text that differs for Parquet files of different content.

    Of the size and the footer, which has the place, the size and the statistics of all
    columns: of a file of many gigabytes a few kilobytes are read.
    """
    with file.open("rb") as stream:
        size_bytes = stream.seek(0, SEEK_END)
        stream.seek(max(0, size_bytes - _TAIL_BYTES))
        length_bytes = int.from_bytes(stream.read(_TAIL_BYTES)[:4], "little")
        stream.seek(max(0, size_bytes - _TAIL_BYTES - length_bytes))
        digest = hashlib.sha256(str(size_bytes).encode())
        digest.update(stream.read(length_bytes))
    return digest.hexdigest()[:16]
