"""Phrases: words of a text, and where they stand in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text: ``text[start:end]``.

    Parameters
    ----------
    start, end
        Where they stand, in characters from the beginning; *end* is exclusive.
    text
        The words as printed.
    """

    start: int
    end: int
    text: str
