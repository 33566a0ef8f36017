"""Stamps tell that files have changed, so that nothing is read by half or kept too long.

Whoever copies a file chooses its time of modification (``cp -p``, ``rsync -t``), but
not when its inode last changed; so a stamp has both, with the inode and the size.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from geo.errors import DataError, Fault

#: One tuple of numbers a file; an empty one where there is none.
Stamp = tuple[tuple[int, ...], ...]
#: A file's times move in steps of at most so much, so that what is written within one
#: step of being looked at may look the same.
_CLOCK_STEP_NS: Final = 20_000_000
#: Pauses before reading files again that changed while they were read.
_PAUSES_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
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
        before = _settled(paths)
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
    raise DataError([Fault(shown, None, None, "", message, remedy)])


def _settled(paths: Callable[[], Iterable[Path]]) -> Stamp:
    """Return a stamp that any later change will differ from."""
    found = stamp_of(paths())
    age_ns = time.time_ns() - max((max(one[3:]) for one in found if one), default=0)
    if 0 <= age_ns < _CLOCK_STEP_NS:
        time.sleep((_CLOCK_STEP_NS - age_ns) / 1e9)
        found = stamp_of(paths())
    return found
