"""What one CQL2 filter may ask for: a budget, spent while it is read.

How many places its areas may hold, and how long it may take, is the engine's affair.
"""

from __future__ import annotations

from typing import Final

from geo.base.errors import QueryError

#: What is counted, how much of it a filter may have, and what to do with less.
LIMITS: Final = {
    "conditions": (400, "Ask for fewer at a time."),
    "spatial conditions": (8, "Join the areas into one MULTIPOLYGON."),
    "vertices": (1_000, "Simplify the areas."),
    "wildcards": (24, "Ask with fewer % and _ in LIKE."),
}


class Budget:
    """What a filter may still ask for."""

    def __init__(self) -> None:
        self._left = {name: most for name, (most, _) in LIMITS.items()}

    def spend(self, name: str, number: int = 1) -> None:
        """Spend some of what a filter may have.

        Raises
        ------
        QueryError
            If it has more than it may; says of what, how much, and what to do.
        """
        self._left[name] -= number
        if self._left[name] < 0:
            most, remedy = LIMITS[name]
            raise QueryError("filter", f"has more than {most} {name}. {remedy}")
