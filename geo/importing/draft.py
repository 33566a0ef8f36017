"""A record on its way to be an incident."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geo.formats.raw import Told


@dataclass(slots=True)
class Draft:
    """A record on its way to be an incident.

    Parameters
    ----------
    index
        Its place in the file, from 0.
    feature
        The GeoJSON Feature so far.
    problems
        What refuses it.
    changes
        What was changed.
    is_named
        Whether it had no id, and was given one.
    """

    index: int
    feature: dict[str, Any]
    problems: list[Told] = field(default_factory=list)
    changes: list[Told] = field(default_factory=list)
    is_named: bool = False
