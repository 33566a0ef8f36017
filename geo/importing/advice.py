"""Which options an import still needs, and the command that gives them.

Records of others seldom say all that an incident needs. Nothing is made up for them:
the file is looked through as if the rest had been said, and what is missing is
named, with the options that give it. Which column may be which is only proposed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from geo.importing.options import ImportOptions
from geo.model.vocabulary import RADIUS_RANGE_M, Kind, Precision, Status, Vocabulary

#: The source that a file is looked through with where none is said.
STAND_IN_SOURCE: Final = "stand-in"
_STAND_INS: Final[Mapping[str, str]] = {
    "title": "A title",
    "summary": "A summary",
    "kind": str(Kind.EVENT),
    "status": str(Status.REPORTED),
    "precision": str(Precision.CITY),
    "radius_m": str(RADIUS_RANGE_M[Precision.CITY][1]),
}
#: What others call a property, the likeliest first.
_CALLED: Final[Mapping[str, Sequence[str]]] = {
    "id": ("event_id_cnty", "event_id", "eventid", "incident_id", "post id", "uuid"),
    "title": ("name", "headline", "label", "subject", "sub_event_type"),
    "summary": ("description", "notes", "text", "details", "excerpt"),
    "date.year": ("year", "iyear"),
    "date.month": ("month", "imonth"),
    "date.day": ("day", "iday"),
    "date": ("event_date", "date_start", "datetime", "when", "timestamp"),
    "place": ("location", "city", "where", "where_coordinates", "town", "admin1"),
}
#: Properties that a column should give, since they differ from record to record.
_OF_COLUMNS: Final = frozenset({"title", "summary"})


def stood_in(
    options: ImportOptions, lacking: Iterable[str], vocabulary: Vocabulary
) -> ImportOptions:
    """Return options with a stand-in for everything that is lacking.

    What comes of them is never kept: it shows what else is wrong with the records.
    """
    values = {**_STAND_INS, "category": vocabulary.ids()[0]}
    said = {name: values[name] for name in lacking if name in values}
    return replace(
        options,
        defaults={"quote": "some words", **said, **options.defaults},
        source=options.source or STAND_IN_SOURCE,
    )


def advice(  # noqa: PLR0913 - what the words are made of
    file: str,
    lacking: Mapping[str, int],
    *,
    read: int,
    columns: Sequence[str],
    options: ImportOptions,
    vocabulary: Vocabulary,
    sources: Iterable[str],
) -> str:
    """Return what is missing in plain words, and a command that would give it.

    Parameters
    ----------
    file
        The file, as the caller named it.
    lacking
        How many records lack each thing.
    read
        How many records there are.
    columns
        The names in the file, of which likely ones are proposed.
    options
        What the caller has said already.
    vocabulary, sources
        What may be chosen from.
    """
    proposed = _proposed(columns, options)
    suggested = [
        f"--map {_quoted(f'{there}={name}')}" for name, there in proposed.items()
    ]
    choices = {
        "category": vocabulary.ids(),
        "kind": tuple(Kind),
        "status": tuple(Status),
        "precision": tuple(
            precision for precision in Precision if precision != Precision.LINE
        ),
        "source": tuple(sources),
    }
    questions = []
    for name in lacking:
        if name in proposed:
            continue
        if name == "citations":
            suggested.append("--source SOURCE")
            questions.append("source")
        elif name in _OF_COLUMNS:
            suggested.append(f"--map COLUMN={name}")
        else:
            suggested.append(f"--default {name}={name.upper()}")
            questions.append(name)
    missing = ", ".join(
        f"{name} ({count} of {read} records)" for name, count in lacking.items()
    )
    first = (
        f"{file} can be read, but its records do not say all that an incident needs: "
        f"{missing}. Say it with options, for example:"
    )
    lines = [
        first,
        "",
        f"  incidents import {_quoted(file)} --output layer.geojson \\",
        *(f"    {option} \\" for option in suggested[:-1]),
        *(f"    {option}" for option in suggested[-1:]),
        "",
    ]
    for name in questions:
        shown = ", ".join(choices.get(name, ())) or (
            "metres, such as 10000" if name == "radius_m" else "none yet"
        )
        lines.append(f"  {name.upper()}: {shown}")
    if "source" in questions:
        lines.append("  A source that is not listed is first added to the register.")
    if columns:
        lines.append(f"  Columns of the file: {', '.join(map(repr, columns))}")
    return "\n".join(lines)


def _proposed(columns: Sequence[str], options: ImportOptions) -> dict[str, str]:
    """Return a likely column for each property that has no column yet."""
    headers = {column.lower(): column for column in columns}
    settled = {*columns, *options.mapped.values(), *options.defaults}
    proposals: dict[str, str] = {}
    for name, called in _CALLED.items():
        likely = [headers[header] for header in (name, *called) if header in headers]
        free = [
            header
            for header in likely
            if header not in {*proposals.values(), *options.mapped}
        ]
        if free and name not in settled:
            proposals[name] = free[0]
    if "date" in {*proposals, *settled} or "date.month" not in proposals:
        # A year alone is often that of something else.
        proposals = {
            name: header for name, header in proposals.items() if "date." not in name
        }
    return proposals


def _quoted(text: str) -> str:
    return shlex.quote(text)
