"""Tables that have no head, and are known by the shape of their rows.

So far the events of GDELT, whose files come without one: 58 columns in version 1, 61 in
version 2, parted by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.heads import Row
from geo.formats.input_file import warning

#: How many of the first rows must have the shape.
_SURE: Final = 0.9
_DAY: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_ACTOR: Final = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code"),
    *("Religion2Code", "Type1Code", "Type2Code", "Type3Code"),
)
_EVENT: Final = (
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass"),
    *("GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone"),
)
_PLACE: Final = (
    "Type",
    "FullName",
    "CountryCode",
    "ADM1Code",
    "Lat",
    "Long",
    "FeatureID",
)
#: Version 2 has the second division of a country behind the first.
_PLACE_2: Final = (*_PLACE[:4], "ADM2Code", *_PLACE[4:])


def _gdelt(place: Sequence[str]) -> tuple[str, ...]:
    """Return the names of GDELT's columns, from its codebook."""
    return (
        *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
        *(f"Actor1{name}" for name in _ACTOR),
        *(f"Actor2{name}" for name in _ACTOR),
        *_EVENT,
        *(f"{of}Geo_{name}" for of in ("Actor1", "Actor2", "Action") for name in place),
        *("DATEADDED", "SOURCEURL"),
    )


_HEADS: Final = {len(head): head for head in (_gdelt(_PLACE), _gdelt(_PLACE_2))}


def head_of(rows: Sequence[Row], name: str) -> tuple[list[Any], list[Fault]] | None:
    """Return the head that a table without one is known to have, and what to tell.

    Parameters
    ----------
    rows
        Its first rows; none gives None.
    name
        The file's name in messages.
    """
    for width, head in _HEADS.items():
        alike = [cells for _, cells in rows if _is_event(cells, width)]
        if rows and len(alike) >= _SURE * len(rows):
            message = (
                f"has no names of columns; its {width} columns are those of GDELT's "
                "events, and are read as these."
            )
            remedy = "Put the names of the columns above them if they are others."
            return [*head], [warning(name, message, remedy)]
    return None


def _is_event(cells: Sequence[Any], width: int) -> bool:
    """Tell whether a row may be one of GDELT: a number, and its day in three ways."""
    if len(cells) != width:
        return False
    number, day, month, year = (str(cell).strip() for cell in cells[:4])
    return (
        number.isdecimal()
        and _DAY.fullmatch(day) is not None
        and (month, year) == (day[:6], day[:4])
    )
