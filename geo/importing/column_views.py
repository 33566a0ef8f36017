"""The columns of a table as an editor sees them: values, what they become, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.importing.looking import Look

_EXAMPLES: Final = 3
_LONGEST_EXAMPLE: Final = 60
#: Rows of which examples are taken.
_LOOKED_AT: Final = 1_000


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column as an editor sees it.

    Parameters
    ----------
    name
        Its head.
    role
        What it becomes, one of :data:`geo.importing.mapping.ROLES`.
    examples
        At most three different values, as written, long ones cut.
    reason
        Why it becomes that, in one sentence; empty where an editor said so.
    """

    name: str
    role: str
    examples: tuple[str, ...]
    reason: str


def view_columns(look: Look) -> list[ColumnView]:
    """Return the columns of a file, in its order; none of an export of ours."""
    return [
        ColumnView(column, role, _examples(look, column), look.reasons.get(column, ""))
        for column, role in look.mapping.columns.items()
    ]


def _examples(look: Look, column: str) -> tuple[str, ...]:
    """Return a few different values of a column, as written."""
    texts = look.table.frame[column].dropna().head(_LOOKED_AT).astype(str).str.strip()
    values = texts[texts != ""].unique()[:_EXAMPLES]
    return tuple(
        f"{value[:_LONGEST_EXAMPLE]}…" if len(value) > _LONGEST_EXAMPLE else value
        for value in map(str, values)
    )
