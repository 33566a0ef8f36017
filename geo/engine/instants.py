"""Instants of RFC 3339 read as days, the unit in which incidents are dated."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def read_instant(text: str) -> date:
    """Return a day, or the day in UTC of a date-time.

    Raises
    ------
    ValueError
        If it is neither a full-date nor a date-time of RFC 3339.
    """
    if not (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        msg = f"{text[:40]!r} is neither 2023-08-31 nor 2023-08-31T12:00:00Z"
        raise ValueError(msg)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text.upper()).astimezone(UTC).date()
    except (ValueError, OverflowError) as error:
        msg = f"{text[:40]!r} is no day of the calendar"
        raise ValueError(msg) from error
