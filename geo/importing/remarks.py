"""What an import says of records: one sentence for all that it is true of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Examples that a remark has at most.
MOST_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of some records.

    Parameters
    ----------
    code
        Stable and dotted: ``date.unread``, ``place.sentinel``.
    message
        One sentence in plain English: the column, and what became of its values.
    rows
        All records it is about, as their numbers in the file, from 0.
    examples
        At most :data:`MOST_EXAMPLES` distinct values of the file, as written.
    remedy
        What a person can do. A command works as printed.
    """

    code: str
    message: str
    rows: tuple[int, ...]
    examples: tuple[str, ...] = ()
    remedy: str = ""
