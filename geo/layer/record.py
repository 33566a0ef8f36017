"""One feature as the rules see it, and what a rule says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from geo.model.vocabulary import Vocabulary

#: Where in the record, what is wrong, what to do.
Problem = tuple[str, str, str]


class Record(NamedTuple):
    """One feature as the rules see it.

    ``properties`` holds only those of the right type; ``faulty`` names the rest.
    ``placed`` is False where the geometry itself is at fault.
    """

    properties: dict[str, Any]
    faulty: frozenset[str]
    geometry: Mapping[str, Any] | None
    placed: bool
    vocabulary: Vocabulary
    sources: Collection[str]
