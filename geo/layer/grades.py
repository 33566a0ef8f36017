"""Two grades of a record: what is needed of it, and what is wanted beside that.

Needed are an id, a title, a category and a source; the schema asks for these. All else
is wanted. A record that lacks some of it stays, and what it lacks is shown to readers
as not known. Here it is named, so that a layer's authors see what would make it better.

What is wanted depends on the record. The source of a record without a date or a place
may give none: then ``date_note`` or ``location_note`` says so, and nothing is lacking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from geo.base.errors import Code
from geo.layer.case import Problem
from geo.model.dates import DateFormatError, bounds
from geo.model.vocabulary import Status


class Grade(StrEnum):
    """How much is asked of a record."""

    NEEDED = "needed"
    WANTED = "wanted"


#: Wanted of every record.
_ALWAYS: Final = ("summary", "kind", "status", "updated", "version")
#: Wanted of a record on the map.
_PLACED: Final = (
    *("place", "country", "place_role", "precision", "radius_m", "location_basis"),
)
_DAYS: Final = ("date_earliest", "date_latest")
_REMEDIES: Final[Mapping[str, str]] = {
    "summary": "Say in your own words what the source reports.",
    "kind": "Write event, series, site or plan.",
    "status": "Say how sure the source is: reported, alleged, unverified ...",
    "updated": "Write the day the record was last changed.",
    "version": "Write 1 for a new record.",
    "date": "Write it as EDTF; or null, and in date_note that the source gives none.",
    "date_earliest": "Write the first day that the date may mean.",
    "date_latest": "Write the last day that the date may mean.",
    "geometry": ("Place it; or say in location_note that the source gives no place."),
    "place": "Name the place.",
    "country": "Write ISO 3166-1 alpha-2, such as RS; XK for Kosovo.",
    "place_role": "Say whether it occurred there, or what the place is to it.",
    "precision": "Say how finely the source places it.",
    "radius_m": "Say within how many metres of the geometry the true place lies.",
    "location_basis": "Say what the placing rests on: stated, caption, inferred ...",
    "alleged_by": "Name who says so.",
    "quote": "Quote at most 12 words that find the passage.",
}


@dataclass(frozen=True, slots=True)
class Grades:
    """How many records of a layer are of each grade.

    Parameters
    ----------
    records
        All of them, those that are refused too.
    needed
        Those that have what is needed, and so stand in the layer.
    wanted
        Those of them that have all that is wanted.
    lacking
        How many of those in the layer lack each thing, most often lacking first;
        ``citations.quote`` is a citation without its passage.
    """

    records: int
    needed: int
    wanted: int
    lacking: Mapping[str, int]


def lacking(feature: Mapping[str, Any]) -> Iterator[str]:
    """Go through what a record lacks of all that is wanted.

    Parameters
    ----------
    feature
        A GeoJSON Feature that has passed the check of what is needed.

    Yields
    ------
    str
        Names as faults have them: ``date``, ``geometry``, ``citations[0].quote``.
    """
    properties = feature["properties"]
    known = properties.get
    yield from _unknown(properties, _ALWAYS)
    date = known("date")
    if date is not None:
        yield from _underived(properties, date)
    elif not known("date_note"):
        yield "date"
    if feature["geometry"] is not None:
        yield from _unknown(properties, _PLACED)
    elif not known("location_note"):
        yield "geometry"
    if known("status") == Status.ALLEGED and not any(
        name.strip() for name in known("alleged_by") or ()
    ):
        yield "alleged_by"
    for number, citation in enumerate(known("citations") or ()):
        if not citation.get("quote"):
            yield f"citations[{number}].quote"


def lacking_problems(feature: Mapping[str, Any]) -> Iterator[Problem]:
    """Say of each thing that a record lacks what to do about it."""
    for where in lacking(feature):
        remedy = _REMEDIES[where.rpartition(".")[2]]
        yield Problem(Code.LACKING, where, "is not known, and is wanted.", remedy)


def grades_of(features: Iterable[Mapping[str, Any]], *, records: int) -> Grades:
    """Count the grades of features.

    Parameters
    ----------
    features
        Those that have passed the check of what is needed; none gives zeros.
    records
        How many there were, with those that have not.
    """
    counts: Counter[str] = Counter()
    needed = wanted = 0
    for feature in features:
        needed += 1
        names = {_counted(where) for where in lacking(feature)}
        wanted += not names
        counts.update(names)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Grades(records, needed, wanted, dict(ordered))


def _unknown(properties: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if properties.get(name) in (None, ""))


def _underived(properties: Mapping[str, Any], date: str) -> Iterator[str]:
    """Go through the days of a date that others would have to derive themselves."""
    try:
        days = bounds(date)
    except DateFormatError:
        return
    for name, day in zip(_DAYS, (days.earliest, days.latest), strict=True):
        if day is not None and properties.get(name) is None:
            yield name


def _counted(where: str) -> str:
    """Return a name without the number of its citation."""
    return "citations.quote" if where.startswith("citations[") else where
