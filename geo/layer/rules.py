"""The rule book: what an incident may be. Whatever becomes one is checked here.

A layer that is read, a table that is imported, a dump that is built and a draft that
is accepted pass the same checks: the form of GeoJSON, the schema, and the rules that
a schema cannot say.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from geo.base.errors import Code, Fault
from geo.layer.case import Case, Problem
from geo.layer.claims import (
    category_problems,
    citation_problems,
    kind_problems,
    status_problems,
)
from geo.layer.dates import date_problems, updated_problems
from geo.layer.geojson import Notes, Reading, brief, examine_features
from geo.layer.grades import Grade, Grades, grades_of, lacking_problems
from geo.layer.harm import dwelling_problems, harm_problems, is_plain
from geo.layer.places import (
    country_problems,
    geometry_problems,
    place_cautions,
    radius_problems,
)
from geo.layer.schema import schema_problems
from geo.layer.texts import names, sentence_cautions, text_problems, texts
from geo.model.ids import is_incident_id
from geo.model.incident import Incident, incident_of
from geo.model.vocabulary import Vocabulary


class Rule(NamedTuple):
    """A rule of the book, and what it reads.

    Parameters
    ----------
    problems
        Goes through what is wrong with a case.
    reads
        The properties on which that depends, beside whether there is a geometry, and
        of which type, and beside the case's texts and names. What
        :mod:`geo.layer.columns` knows of many records rests on it.
    """

    problems: Callable[[Case], Iterator[Problem]]
    reads: tuple[str, ...] = ()


RULES: Final = (
    Rule(text_problems, ("title",)),
    Rule(category_problems, ("category",)),
    Rule(kind_problems, ("kind", "place_role", "count")),
    Rule(date_problems, ("date", "date_earliest", "date_latest")),
    Rule(country_problems, ("country",)),
    Rule(geometry_problems, ("precision", "radius_m")),
    Rule(radius_problems, ("precision", "radius_m")),
    Rule(status_problems, ("status", "citations")),
    Rule(citation_problems, ("citations",)),
    Rule(updated_problems, ("updated",)),
    Rule(harm_problems),
    Rule(
        dwelling_problems,
        ("category", "precision", "place", "place_as_written", "location_note"),
    ),
)
CAUTIONS: Final = (Rule(sentence_cautions, ("citations",)), Rule(place_cautions))


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking features.

    Parameters
    ----------
    features
        All of them, in order, as far as they could be read.
    wrong
        Indices of those with an error.
    faults
        Every error and warning, in the order of the features.
    """

    features: tuple[dict[str, Any], ...]
    wrong: frozenset[int]
    faults: tuple[Fault, ...]

    def incidents(self) -> Iterator[Incident]:
        """Make an incident of each feature without an error, in order."""
        for index, feature in enumerate(self.features):
            if index not in self.wrong:
                yield incident_of(_tidy(feature))

    def foreign(self) -> dict[str, dict[str, Any]]:
        """Return the members that GeoJSON does not define, by id of their feature."""
        return {
            str(feature["id"]): members
            for index, feature in enumerate(self.features)
            if index not in self.wrong and (members := _foreign(feature))
        }

    def grades(self) -> Grades:
        """Count how many have what is needed and what is wanted, and what is lacking."""
        right = (
            feature
            for index, feature in enumerate(self.features)
            if index not in self.wrong
        )
        return grades_of(right, records=len(self.features))

    def first_errors(self) -> dict[int, Fault]:
        """Return the first error of each feature that has one, by index."""
        first: dict[int, Fault] = {}
        for fault in self.faults:
            if fault.is_error and fault.index is not None:
                first.setdefault(fault.index, fault)
        return first


def check(
    features: Iterable[Mapping[str, Any]],
    *,
    vocabulary: Vocabulary,
    sources: Collection[str],
    name: str = "the incidents",
    grade: Grade = Grade.NEEDED,
) -> Checked:
    """Check whether features made in code are incidents.

    Parameters
    ----------
    features
        GeoJSON Features of plain JSON values, WGS84, (lon, lat); none is fine.
    vocabulary
        The categories that they may have.
    sources
        Ids of the sources that they may cite.
    name
        What to call them in messages.
    grade
        How much is asked of each; what is wanted and lacking is an error of the code
        ``lacking`` only where it is asked for.
    """
    reading = examine_features(features, name)
    return check_reading(
        reading, name, vocabulary=vocabulary, sources=sources, grade=grade
    )


def check_reading(  # noqa: PLR0913 - what is checked, by what, and how much is kept
    reading: Reading,
    name: str,
    *,
    vocabulary: Vocabulary,
    sources: Collection[str],
    most_faults: int | None = None,
    grade: Grade = Grade.NEEDED,
) -> Checked:
    """Check the features of a GeoJSON file that has been read as far as it goes.

    Parameters
    ----------
    reading
        What :func:`geo.layer.geojson.examine_geojson` found, faults included.
    name
        What to call the file in messages.
    vocabulary, sources, grade
        As for :func:`check`.
    most_faults
        Errors kept, and warnings kept; the rest is counted. None keeps all.
    """
    notes = Notes(name, max_faults=sys.maxsize if most_faults is None else most_faults)
    # One walk over both lists, so that each feature's faults stand together.
    read: dict[int | None, list[Fault]] = {}
    for fault in reading.faults:
        read.setdefault(fault.index, []).append(fault)
    notes.extend(read.pop(None, ()))
    wrong = set()
    for index, feature in enumerate(reading.features):
        errors_before = notes.errors
        notes.extend(read.get(index, ()))
        shown = None if feature["id"] is None else str(feature["id"])
        notes.at(index, shown)
        placed = index not in reading.misplaced
        _check_feature(feature, notes, vocabulary, sources, placed=placed)
        if grade is Grade.WANTED and notes.errors == errors_before:
            for code, where, message, remedy in lacking_problems(feature):
                notes.error(where, message, remedy, code)
        if notes.errors > errors_before:
            wrong.add(index)
    return Checked(reading.features, frozenset(wrong), notes.faults())


def _check_feature(
    feature: Mapping[str, Any],
    notes: Notes,
    vocabulary: Vocabulary,
    sources: Collection[str],
    *,
    placed: bool,
) -> None:
    """Note every fault of one feature against the schema and the rules."""
    _check_id(feature["id"], notes)
    properties = feature["properties"]
    faulty: set[str] = set()
    for code, where, message, remedy in schema_problems(properties):
        notes.error(where, message, remedy, code)
        faulty.add(re.split(r"[.\[]", where, maxsplit=1)[0])
    right = {name: properties[name] for name in properties if name not in faulty}
    geometry = feature["geometry"]
    plain = is_plain(right)
    case = Case(
        right,
        frozenset(faulty),
        geometry,
        placed,
        vocabulary,
        sources,
        () if plain else tuple(texts(right)),
        () if plain else tuple(names(right)),
    )
    for rule, _ in RULES:
        for code, where, message, remedy in rule(case):
            notes.error(where, message, remedy, code)
    for caution, _ in CAUTIONS:
        for code, where, message, remedy in caution(case):
            notes.warn(where, message, remedy, code)


def _check_id(feature_id: object, notes: Notes) -> None:
    remedy = "Write a name such as belgrade-mural-2022, and never use it again."
    if feature_id is None:
        notes.error("id", "is missing.", remedy, Code.MISSING)
    elif not isinstance(feature_id, str) or not is_incident_id(feature_id):
        message = (
            f"{brief(feature_id)} is not an id: letters, digits, underscores, and points "
            "and hyphens between these are."
        )
        notes.error("id", message, remedy, Code.ID_FORM)


def _foreign(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a feature that GeoJSON does not define."""
    own = {"type", "id", "geometry", "properties", "bbox"}
    return {name: value for name, value in feature.items() if name not in own}


def _tidy(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return a feature with whole numbers as integers: JSON writes 1 as 1.0 too."""
    properties = dict(feature["properties"])
    for name in ("count", "version"):
        if isinstance(properties.get(name), float):
            properties[name] = int(properties[name])
    return {**feature, "properties": properties}
