"""Texts put aside on disk in one order, and taken back in another.

A layer is read once, in its own order; its records are filed in the order of their ids.
Asking for each record again took longer than all the rest of a large site.
"""

from __future__ import annotations

import tempfile
import zlib
from array import array
from types import TracebackType
from typing import Final, Self

#: Quick, and a third of the size.
_LEVEL: Final = 1


class Spool:
    """A file of texts that is gone when it is closed.

    Each text has the number of its turn, from 0.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._ends) - 1

    def put(self, text: bytes) -> None:
        """Put a text aside.

        Raises
        ------
        OSError
            If the disk is full.
        """
        packed = zlib.compress(text, _LEVEL)
        self._file.write(packed)
        self._ends.append(self._ends[-1] + len(packed))

    def take(self, number: int) -> bytes:
        """Return the text of a number, which stays where it is.

        Raises
        ------
        IndexError
            If no text has that number.
        """
        if not 0 <= number < len(self):
            msg = f"no text has the number {number}; there are {len(self)}."
            raise IndexError(msg)
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        return zlib.decompress(self._file.read(end - start))

    def __enter__(self) -> Self:
        """Give the spool itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        """Remove the file."""
        self._file.close()
