"""Names in cells: one, or several as people put them side by side.

A comma parts names ("Reuters, AFP") or belongs to one ("Department of Health, Ohio").
Which of the two is told by the column: where the pieces stand alone in other cells, it
parts them. Without such evidence a name is left whole.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from geo.importing.cells import cut, is_blank, line_of, map_distinct, names_nothing

LONGEST_NAME: Final = 200
_LINES: Final = re.compile(r"\s*[;|\n\r\u2028\u2029]+\s*")
_COMMAS: Final = re.compile(r"\s*[,\u060c\u3001]\s*")


def split_names(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return the names in each cell of a column, in order, each once.

    Parameters
    ----------
    values
        Texts, or lists of texts. An empty column gives an empty one.

    Returns
    -------
    pandas.Series
        Of tuples of texts, empty where a cell names nobody. What people write for
        nothing ("n/a") names nobody.
    """
    pieces = map_distinct(values, _pieces)
    alone = {names[0].casefold() for names in pieces if len(names) == 1}
    # A cell with a comma that stands alone is no evidence for itself.
    alone = {name for name in alone if not _COMMAS.search(name)}
    return map_distinct(pieces, lambda names: _parted(names, alone))


def _pieces(value: object) -> tuple[str, ...]:
    """Return the parts of a cell that are surely apart."""
    if is_blank(value):
        return ()
    cells = value if isinstance(value, list | tuple) else [value]
    return tuple(
        cut(name, LONGEST_NAME)
        for cell in cells
        for piece in _LINES.split(cell if isinstance(cell, str) else line_of(cell))
        if (name := line_of(piece)) and not names_nothing(name)
    )


def _parted(names: tuple[str, ...], alone: set[str]) -> tuple[str, ...]:
    parted: dict[str, None] = {}
    for name in names:
        parts = [part for part in _COMMAS.split(name) if part]
        known = sum(part.casefold() in alone for part in parts)
        is_list = len(parts) > 1 and 2 * known >= len(parts)
        parted |= dict.fromkeys(parts if is_list else [name])
    return tuple(parted)
