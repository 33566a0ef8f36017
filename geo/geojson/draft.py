"""A file while it is being read: what is found so far, and what is noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geo.geojson.notes import Limits, Notes


@dataclass(slots=True)
class Draft:
    """A file while it is being read.

    ``is_of_text`` tells whether its values come from a parsed text, not from code.
    """

    notes: Notes
    limits: Limits
    features: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, Any] = field(default_factory=dict)
    misplaced: set[int] = field(default_factory=set)
    ids: dict[tuple[str, Any], int] = field(default_factory=dict)
    without_id: int = 0
    is_of_text: bool = True
