"""What a table cannot tell of its columns, and what is proposed until somebody says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geo.importing.candidates import Candidate, Table, names_persons
from geo.importing.mapping import TableMapping
from geo.importing.naming import roles_by_name

_PROMPTS: Final = {
    "date": "Which column says when it happened?",
    "title": "Which column is the title?",
    "category": "Which column says what sort of incident it is?",
    "summary": "Which column tells what happened?",
    "id": "Which column tells a record from all others?",
}
#: How much worse than the chosen one a column may fit, to be as good.
_AS_GOOD: Final = 8.0
_MOST_CHOICES: Final = 6
_LIKELY_DAYS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the table cannot tell.

    Parameters
    ----------
    key
        Stable: the role that is asked about, or a member of the mapping.
    prompt
        In plain English.
    choices
        Columns to choose from, or values of the member; of two columns for two roles,
        both with a slash between.
    proposal
        One of the choices, or empty for none of them. The mapping follows it.
    examples
        Values of the file, at most three for each choice, in the order of the choices.
    roles
        Roles that the choice gives to its columns; empty for a member of the mapping.
    """

    key: str
    prompt: str
    choices: tuple[str, ...]
    proposal: str
    examples: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


def questions_about(
    table: Table, mapping: TableMapping, candidates: Sequence[Candidate]
) -> tuple[Question, ...]:
    """Return what to ask of a table.

    Parameters
    ----------
    table
        The table.
    mapping
        What is proposed.
    candidates
        What names and contents propose, the best first.
    """
    questions = [_between(role, table, mapping, candidates) for role in _PROMPTS]
    questions += [
        _undated(table, mapping),
        _untitled(table, mapping),
        _axes(table, mapping),
        _system(table, mapping),
    ]
    return tuple(question for question in questions if question)


def _between(
    role: str, table: Table, mapping: TableMapping, candidates: Sequence[Candidate]
) -> Question | None:
    """Ask which of several columns that fit equally well."""
    chosen = mapping.column_of(role)
    rated = {c.column: c for c in candidates if c.role == role}
    if chosen is None or chosen not in rated:
        return None
    as_good = [
        column
        for column, candidate in rated.items()
        if column != chosen
        and mapping.columns[column] == "own"
        and candidate.quality >= rated[chosen].quality - _AS_GOOD
        and not table.says_the_same(column, chosen)
    ]
    return _choice(role, [chosen, *as_good], chosen, table) if as_good else None


def _choice(
    role: str,
    choices: Sequence[str],
    proposal: str,
    table: Table,
    prompt: str = "",
) -> Question:
    choices = tuple(choices[:_MOST_CHOICES])
    return Question(
        role,
        prompt or _PROMPTS[role],
        choices,
        proposal,
        tuple(", ".join(table.profiles[column].examples) for column in choices),
        (role,),
    )


def _undated(table: Table, mapping: TableMapping) -> Question | None:
    """Ask for a date, where only columns of other days look like one."""
    if any(role.startswith("date") for role in mapping.columns.values()):
        return None
    likely = [
        column
        for column, role in mapping.columns.items()
        if role == "own" and table.profiles[column].days >= _LIKELY_DAYS
    ]
    prompt = "No column says when it happened. Does one of these?"
    return _choice("date", likely, "", table, prompt) if likely else None


def _untitled(table: Table, mapping: TableMapping) -> Question | None:
    """Ask whether names of people are to be the titles."""
    if mapping.column_of("title"):
        return None
    names = [
        column
        for column, role in mapping.columns.items()
        if role == "own" and names_persons(table, column)
    ]
    prompt = "One column seems to name people. Is it to be shown as the title?"
    return _choice("title", names, "", table, prompt) if names else None


def _axes(table: Table, mapping: TableMapping) -> Question | None:
    """Ask which of two columns is the latitude, where it is not as they are called."""
    lat, lon = mapping.column_of("lat"), mapping.column_of("lon")
    if lat is None or lon is None:
        return None
    if "lon" not in roles_by_name(lat) or "lat" not in roles_by_name(lon):
        return None
    choices = (f"{lat} / {lon}", f"{lon} / {lat}")
    examples = tuple(
        ", ".join(table.profiles[column].examples) for column in (lat, lon)
    )
    prompt = (
        "Latitude and longitude seem to have changed places. Which is the latitude?"
    )
    return Question("lat", prompt, choices, choices[0], examples, ("lat", "lon"))


def _system(table: Table, mapping: TableMapping) -> Question | None:
    """Ask for the coordinate system of metres without a zone."""
    east, north = mapping.column_of("easting"), mapping.column_of("northing")
    if east is None or north is None or mapping.column_of("zone") or mapping.crs:
        return None
    examples = tuple(
        ", ".join(table.profiles[column].examples) for column in (east, north)
    )
    prompt = "Which coordinate system are the metres of? Write one, such as EPSG:32634."
    return Question("crs", prompt, (), "", examples)
