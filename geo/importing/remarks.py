"""What is to be said of records of a file while they become incidents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of some records.

    Parameters
    ----------
    code
        Stable and dotted, for programs: ``date.unread``, ``place.sentinel``.
    message
        One sentence of plain English; names the column and what became of it.
    rows
        The records it is about, all of them, as numbers in the file, from 0.
    examples
        At most three distinct values of the file, as written.
    remedy
        What a person can do; a command must work as printed.
    """

    code: str
    message: str
    rows: tuple[int, ...]
    examples: tuple[str, ...] = ()
    remedy: str = ""
