"""Which columns may have which role, best first: names weighed by contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo.importing.fitting import fits
from geo.importing.likeness import Profile, trimmed
from geo.importing.naming import roles_by_name, speaks_of, words_of
from geo.importing.withheld import is_held_back

#: With less than this a column is not proposed for a role.
LEAST_QUALITY: Final = 20.0
#: Least score of a name for roles that only their own words may claim.
_LEAST_SCORES: Final[Mapping[str, float]] = {
    "id": 70.0,
    "title": 50.0,
    "actor.by": 70.0,
    "source.name": 55.0,
    "country": 50.0,
    "zone": 70.0,
    "easting": 70.0,
    "northing": 70.0,
    "date.start": 55.0,
    "date.end": 55.0,
}
#: Least likeness of two columns to be the same twice.
_SAME: Final = 0.95
#: Columns that speak of persons, beside which a name is a person's.
_PERSONAL_COLUMNS: Final = 2
_NAME_WORDS: Final = frozenset({"name", "ime", "nom", "nombre", "nome", "imia", "adi"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table and what its columns look like.

    Parameters
    ----------
    head
        The names of its columns.
    profiles
        What their values look like, by column.
    rows
        A sample of the rows that are records.
    frame
        All of it.
    has_geometry
        Whether its records have a geometry beside the columns.
    """

    head: tuple[str, ...]
    profiles: Mapping[str, Profile]
    rows: pd.DataFrame
    frame: pd.DataFrame
    has_geometry: bool = False

    def says_the_same(self, one: str, other: str) -> bool:
        """Tell whether two columns say the same in nearly all rows."""
        left, right = (
            self.rows.iloc[:, self.head.index(column)].map(trimmed)
            for column in (one, other)
        )
        return len(left) > 0 and float((left == right).mean()) >= _SAME

    def is_of_persons(self) -> bool:
        """Tell whether each record is about a person, by what else is told of them."""
        personal = [c for c in self.head if speaks_of(c, "of_persons")]
        return len(personal) >= _PERSONAL_COLUMNS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may have a role.

    Parameters
    ----------
    column, role
        Which.
    score
        How well the name fits, to 100.
    quality
        The score weighed by the content, and by how many rows have any.
    """

    column: str
    role: str
    score: float
    quality: float


def candidates_of(table: Table, roles: Mapping[str, str]) -> list[Candidate]:
    """Return which columns may have which role, the best first.

    Parameters
    ----------
    table
        The table.
    roles
        Roles that columns have already; these are not looked at.
    """
    candidates = [
        Candidate(column, role, score, quality)
        for column in table.head
        if column not in roles
        for role, score in roles_by_name(column).items()
        if (quality := _quality(table, column, role, score)) >= LEAST_QUALITY
    ]
    position = {column: number for number, column in enumerate(table.head)}
    return sorted(candidates, key=lambda c: (-c.quality, position[c.column]))


def _quality(table: Table, column: str, role: str, score: float) -> float:
    profile = table.profiles[column]
    if score < _LEAST_SCORES.get(role, 0.0) or is_held_back(column):
        return 0.0
    if role == "title" and names_persons(table, column):
        return 0.0
    if role == "id" and len(words_of(column)) > 1 and speaks_of(column, "of_others"):
        return 0.0
    quality = score * fits(role, profile, score)
    return quality * (0.6 + 0.4 * profile.filled) if profile.texts else quality


def names_persons(table: Table, column: str) -> bool:
    """Tell whether a column seems to hold the names of people who suffered it."""
    words = words_of(column)
    if not words or not set(words) & _NAME_WORDS:
        return False
    texts = table.profiles[column].texts
    whole = [text for text in texts if not any(map(str.isdigit, text))]
    several = [text for text in whole if 2 <= len(text.split()) <= 5]
    return (table.is_of_persons() or speaks_of(column, "people")) and 2 * len(
        several
    ) >= len(texts)
