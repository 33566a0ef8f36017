"""What a column function says of the records that it did not take as they were."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of some records.

    Parameters
    ----------
    code
        Stable and dotted, for programs: ``date.unread``.
    message
        Plain English, one sentence; names the column and what became of it.
    rows
        All records it is about, by their number in the file, from 0.
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
