"""Hashtags of the Humanitarian Exchange Language, as evidence of what columns are.

A row of them stands below the head: ``#date+start``, ``#geo+lat``, ``#adm1+name``
(https://hxlstandard.org, version 1.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from geo.importing.known_tables import known_table

_TAG: Final = re.compile(r"#[A-Za-z]\w*(?:\s*\+\s*\w+)*")
#: The id of the known table with the roles of hashtags.
KNOWN: Final = "hxl"


def is_hashtag(cell: object) -> bool:
    """Tell whether a cell holds one hashtag with its attributes, and nothing else."""
    return isinstance(cell, str) and bool(_TAG.fullmatch(cell.strip()))


def is_hashtag_row(cells: Sequence[Any]) -> bool:
    """Tell whether the filled cells of a row are hashtags, one of them of the standard.

    Parameters
    ----------
    cells
        The filled cells.
    """
    known = {_parts(tag)[0] for tag in known_table(KNOWN).columns}
    return (
        bool(cells)
        and all(map(is_hashtag, cells))
        and any(_parts(cell)[0] in known for cell in cells)
    )


def role_of_hashtag(cell: str) -> str | None:
    """Return the role of the columns with this hashtag; None for own fields.

    Of all hashtags known that say no more than this one, the one that says most.
    ``#adm1+name`` is the region by ``#adm1``; ``#date+start`` has a line of its own.
    """
    tag, attributes = _parts(cell)
    best: tuple[int, str] | None = None
    for known, role in known_table(KNOWN).columns.items():
        its_tag, its_attributes = _parts(known)
        fits = its_tag == tag and its_attributes <= attributes
        if fits and (best is None or len(its_attributes) > best[0]):
            best = len(its_attributes), role
    return best[1] if best else None


def roles_of_hashtags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the role by column for a row of hashtags, own fields left out.

    Parameters
    ----------
    tags
        Hashtag by column.
    """
    roles = {column: role_of_hashtag(tag) for column, tag in tags.items()}
    return {column: role for column, role in roles.items() if role}


def _parts(cell: str) -> tuple[str, frozenset[str]]:
    """Return the tag of a cell, and its attributes."""
    tag, *attributes = re.split(r"\s*\+\s*", cell.strip().lower())
    return tag, frozenset(attributes)
