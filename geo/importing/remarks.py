"""What an import has to say of records: counted, with examples and a remedy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of some records."""

    code: str
    message: str
    rows: tuple[int, ...]
    examples: tuple[str, ...] = ()
    remedy: str = ""
