"""Patterns of dates that a person set, as :meth:`datetime.datetime.strptime` has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from geo.base.errors import QueryError

#: A day on which every part of a pattern is seen.
_SAMPLE: Final = datetime(2023, 8, 31)  # noqa: DTZ001 - a day has no zone


def check_formats(formats: Sequence[str]) -> None:
    """Refuse date patterns that strptime does not know, or that lack the year.

    Raises
    ------
    QueryError
        Naming the pattern.
    """
    for form in formats:
        try:
            again = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - a day has no zone
        except (ValueError, re.error) as error:
            msg = f"{form!r} is no pattern of a date such as %d/%m/%Y: {error}."
            raise QueryError("date-format", msg) from error
        if again.year != _SAMPLE.year:
            msg = f"{form!r} does not say the year. Add %Y, or %y for two digits."
            raise QueryError("date-format", msg)


def read_by_formats(text: str, formats: Sequence[str]) -> str:
    """Return the EDTF date of the first pattern that fits, no finer than the pattern.

    Empty if none fits: a text may fit several, and a person orders them.
    """
    for form in formats:
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except (ValueError, re.error):
            continue
        if _is_same(form, day, day.replace(month=day.month % 12 + 1, day=1)):
            return f"{day.year:04}"
        if _is_same(form, day, day.replace(day=day.day % 28 + 1)):
            return f"{day.year:04}-{day.month:02}"
        return day.isoformat()
    return ""


def _is_same(form: str, first: date, second: date) -> bool:
    """Tell whether a pattern writes two days alike."""
    return first.strftime(form) == second.strftime(form)
