"""Rules of dates: EDTF, the days derived from it, the day of the last change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geo.base.errors import Code
from geo.layer.case import Case, Problem
from geo.layer.geojson import brief
from geo.model.dates import Bounds, DateFormatError, bounds


def date_problems(case: Case) -> Iterator[Problem]:
    """Check that the date is EDTF, and that the derived days are derived."""
    properties = case.properties
    if "date" in case.faulty:
        return
    written = properties.get("date")
    try:
        expected = bounds(written) if written is not None else Bounds(None, None)
    except DateFormatError as error:
        remedy = "See data/README.md for the forms of a date."
        yield Problem(Code.DATE_FORM, "date", str(error), remedy)
        return
    for name, day in (
        ("date_earliest", expected.earliest),
        ("date_latest", expected.latest),
    ):
        if name in case.faulty:
            continue
        text = properties.get(name)
        derived = day.isoformat() if day else None
        # One that is not written is derived when it is read.
        if text is not None and text != derived:
            shown = brief(derived)
            message = f"is {brief(text)}; from the date {brief(written)} it is {shown}."
            remedy = f"Write {shown}: it is derived, never chosen."
            yield Problem(Code.DATE_DERIVED, name, message, remedy)


def updated_problems(case: Case) -> Iterator[Problem]:
    """Check the day of the last change."""
    updated = case.properties.get("updated")
    if updated is not None and _day(updated) is None:
        message = f"{brief(updated)} is not a day."
        yield Problem(Code.UPDATED_FORM, "updated", message, "Write it as 2023-12-31.")


def _day(text: str) -> date | None:
    """Return a day written YYYY-MM-DD; None for any other text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
