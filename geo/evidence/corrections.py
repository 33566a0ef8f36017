"""Corrections: what was changed in a record, when and why, in plain words.

They are public, and must not undo what they tell of: where a record was made less exact
to protect somebody, neither the exact value nor the words that were taken out are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from geo.layer.harm import harm_in, names_dwelling
from geo.model.changes import Change, NewValue
from geo.model.dates import DateFormatError, day_words, words
from geo.model.geonames import country_name
from geo.model.incident import Incident
from geo.model.own_fields import OwnField, own_words
from geo.model.vocabulary import (
    BASIS_LABELS,
    KIND_LABELS,
    PRECISION_LABELS,
    ROLE_LABELS,
    STATUS_LABELS,
    Precision,
    Vocabulary,
)
from geo.model.wording import PROTECTED, distance_words, listed

#: What readers are told of a change that protects somebody, and nothing else.
MADE_LESS_EXACT: Final = "Made less exact, to protect somebody."
_LABELS: Final = {
    "title": "Title",
    "summary": "Summary",
    "category": "Category",
    "kind": "What the record stands for",
    "count": "Number of events",
    "date": "Date",
    "date_note": "About the date",
    "place": "Place",
    "place_as_written": "Place as the source puts it",
    "country": "Country or territory",
    "place_role": "What the place is to it",
    "precision": "How finely it is placed",
    "radius_m": "How far the place may be off",
    "location_basis": "What the placing rests on",
    "location_note": "About the place",
    "generalised": "Coarser than known",
    PROTECTED: "Protected",
    "status": "Status",
    "alleged_by": "Who alleges it",
    "denied_by": "Who denies it",
    "actors": "People and groups",
    "citations": "What it rests on",
    "geometry": "Point on the map",
}
#: Derived of others, or told beside them.
_NOT_TOLD: Final = frozenset({"date_earliest", "date_latest", "updated", "version"})
#: What leads to where something happened.
_WHERE: Final = frozenset(
    {"geometry", "place", "place_as_written", "country", "precision", "radius_m"}
    | {"location_basis", "location_note", "place_role", "generalised", PROTECTED}
)
#: Of a protected record, the values of these alone are shown.
_SAFE: Final = frozenset(
    {"category", "kind", "count", "date", "status", "alleged_by", "denied_by"}
)
#: Values that only say that they are others now: too long, or about people.
_UNTOLD: Final = frozenset({"geometry", "actors", "citations"})
_LONGEST: Final = 300
#: From the finest; along a line is beside them.
_FINENESS: Final = tuple(each for each in Precision if each != Precision.LINE)


@dataclass(frozen=True, slots=True)
class Correction:
    """What was changed in a record at one time, as a reader is told.

    Parameters
    ----------
    id
        The record's.
    day
        When.
    version
        The version that came of it; None where that is not known.
    lines
        What was changed and why, a sentence or two each.
    """

    id: str
    day: date
    version: int | None
    lines: tuple[str, ...]

    @property
    def when(self) -> str:
        """The day, and the version: "26 November 2026, version 2"."""
        said = day_words(self.day)
        return said if self.version is None else f"{said}, version {self.version}"


def corrections_of(
    changes: Iterable[Change],
    incident: Incident | None,
    vocabulary: Vocabulary,
    own: Sequence[OwnField] = (),
) -> tuple[Correction, ...]:
    """Return what was changed in one record in words, the oldest first.

    Parameters
    ----------
    changes
        Those of the record, the oldest first.
    incident
        The record as it is now; None for one that is no longer there.
    vocabulary
        What its categories are called.
    own
        The layer's declared own fields.
    """
    history = tuple(changes)
    guarded = is_guarded(history, incident)
    labels = {field.name: field.label for field in own}
    corrections = []
    for (day, version), each in groupby(history, lambda one: (one.day, one.version)):
        lines: dict[str, None] = {}
        for change in each:
            lines |= dict.fromkeys(_lines(change, vocabulary, labels, guarded=guarded))
        if lines:
            corrections.append(Correction(history[0].id, day, version, tuple(lines)))
    return tuple(corrections)


def history_words(incident: Incident, corrections: Sequence[Correction]) -> str:
    """Return how often a record was changed and when last: one line, for page and panel.

    Parameters
    ----------
    incident
        The record as it is now.
    corrections
        What was changed in it. A later version of which nothing is told is named.

    Returns
    -------
    str
        Such as "Changed 2 times, last on 3 May 2024"; empty where no day is known.
    """
    if corrections:
        last = day_words(max(one.day for one in corrections))
        if len(corrections) == 1:
            return f"Changed once, on {last}"
        return f"Changed {len(corrections)} times, last on {last}"
    day = day_of(incident.updated)
    if day is None:
        return ""
    if incident.version == 1:
        return f"Unchanged since {day_words(day)}"
    return f"Version {incident.version}, last changed on {day_words(day)}"


def is_guarded(changes: Iterable[Change], incident: Incident | None) -> bool:
    """Tell whether a record's history may lead to somebody.

    So it is where the record is coarser than known or protected, was made coarser once,
    or is no longer there.
    """
    if incident is None or incident.generalised:
        return True
    if incident.extra.get(PROTECTED) is True:
        return True
    return any(
        change.protects or any(map(makes_coarser, change.new_values))
        for change in changes
    )


def makes_coarser(value: NewValue) -> bool:
    """Tell whether a change places a record less finely than before, for good reason.

    A larger radius alone does not: it says better what was known.
    """
    if value.property in {"generalised", PROTECTED}:
        return value.after is True
    if value.property != "precision":
        return False
    ranks = [
        _FINENESS.index(Precision(each)) if each in _FINENESS else None
        for each in (value.before, value.after)
    ]
    return None not in ranks and ranks[0] < ranks[1]  # type: ignore[operator]


def day_of(text: str) -> date | None:
    """Return a day of the calendar, None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lines(
    change: Change,
    vocabulary: Vocabulary,
    labels: Mapping[str, str],
    *,
    guarded: bool,
) -> Iterator[str]:
    """Go through the sentences of one change."""
    if change.protects or harm_in(change.what) or harm_in(change.why):
        yield MADE_LESS_EXACT
        return
    if change.into:
        said = ["The record was merged into another one."]
    elif change.withdrawn:
        said = ["The record was withdrawn."]
    elif change.new_values:
        said = [
            _sentence(value, vocabulary, labels, guarded=guarded)
            for value in change.new_values
            if value.property not in _NOT_TOLD
        ]
    else:
        said = [change.what]
    if said:
        *others, last = dict.fromkeys(said)
        yield from others
        yield f"{last} {change.why}".strip()


def _sentence(
    value: NewValue, vocabulary: Vocabulary, labels: Mapping[str, str], *, guarded: bool
) -> str:
    """Return one changed value in words: "Place: from Niš to Belgrade."."""
    name = value.property
    if guarded and name in _WHERE:
        return MADE_LESS_EXACT
    label = labels.get(name) or _LABELS.get(name, name)
    before, after = (
        _words(name, each, vocabulary) for each in (value.before, value.after)
    )
    is_untold = (
        name in _UNTOLD
        or (guarded and name not in _SAFE)
        or max(len(before), len(after)) > _LONGEST
        or any(map(_leads_to_people, (before, after)))
    )
    if is_untold:
        return f"{label}: changed."
    if not before:
        return f"{label}: {after}; it was not known before."
    if not after:
        return f"{label}: no longer given; it was {before}."
    return f"{label}: from {before} to {after}."


def _words(name: str, value: Any, vocabulary: Vocabulary) -> str:  # noqa: ANN401 - of JSON
    """Return a value as readers see it; empty for what is not known."""
    if value is None or value in ("", []):
        return ""
    try:
        return _WORDS.get(name, _as_written)(value, vocabulary)
    except (DateFormatError, KeyError, TypeError, ValueError):
        # A value that the model no longer takes was taken once.
        return _as_written(value, vocabulary)


def _as_written(value: Any, _: Vocabulary) -> str:  # noqa: ANN401 - of JSON
    return f"“{value}”" if isinstance(value, str) else own_words(value)


_WORDS: Final[Mapping[str, Callable[[Any, Vocabulary], str]]] = {
    "category": lambda value, vocabulary: vocabulary[value].label,
    "kind": lambda value, _: _one_of(KIND_LABELS, value),
    "status": lambda value, _: _one_of(STATUS_LABELS, value),
    "precision": lambda value, _: _one_of(PRECISION_LABELS, value),
    "place_role": lambda value, _: _one_of(ROLE_LABELS, value),
    "location_basis": lambda value, _: BASIS_LABELS[value],
    "country": lambda value, _: country_name(value),
    "date": lambda value, _: words(value),
    "radius_m": lambda value, _: f"about {distance_words(float(value))}",
    "alleged_by": lambda value, _: listed(tuple(value)),
    "denied_by": lambda value, _: listed(tuple(value)),
}


def _one_of(labels: Mapping[str, str], value: str) -> str:
    return _small(labels[value])


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _leads_to_people(text: str) -> bool:
    """Tell whether words hold what is never recorded, or tell of somebody's home."""
    return bool(harm_in(text)) or names_dwelling(text)
