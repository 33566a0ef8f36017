"""What each column of somebody else's table is: proposed, with reasons, never forced.

A known table says it by its head, HXL by its hashtags; else names propose and contents
decide. What the table cannot tell becomes a question with a proposal.

::

    columns                 one proposal for a table
    ├── known_tables, hxl   columns that are known beforehand
    ├── naming              what a name may mean, in fifteen languages
    ├── fitting             whether the content agrees, over likeness
    └── left_out            rows that are no evidence
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import pandas as pd
from anyascii import anyascii

from geo.importing import arrangement
from geo.importing.candidates import Candidate, Table, candidates_of
from geo.importing.cells import is_blank
from geo.importing.hxl import is_hashtag, roles_of_hashtags
from geo.importing.known_tables import KnownTable, recognise
from geo.importing.left_out import leave_out
from geo.importing.likeness import profile_of, sample_of
from geo.importing.mapping import SHARED_ROLES, TableMapping
from geo.importing.naming import date_order_of
from geo.importing.questions import Question, questions_about

_UNNAMED: Final = re.compile(
    r"\s*|unnamed: ?\d+(_level_\d+)?|column[ _]?\d+|field[ _]?\d+|_\d+|\.+\d+",
    re.IGNORECASE,
)
_APART: Final = re.compile(r"[^a-z0-9]+")
#: What a category is called where neither a column nor the table's name says.
_NO_CATEGORY: Final = "incident"


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a table may be read.

    Parameters
    ----------
    mapping
        A role for each column, with what is known beforehand.
    questions
        What the table cannot tell; the mapping follows the proposal of each.
    reasons
        Why each column has its role, one sentence in plain English by column.
    """

    mapping: TableMapping
    questions: tuple[Question, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


def propose_mapping(
    frame: pd.DataFrame,
    *,
    format: str,  # noqa: A002 - what it is called everywhere
    name: str,
    has_geometry: bool,
    today: date,
) -> Proposal:
    """Propose what each column of a table is.

    Parameters
    ----------
    frame
        The table as read: one column each, of texts or of typed values.
    format
        What the file is: ``csv``, ``geojson``, ``umap``.
    name
        Of the table: the slug of its file's stem.
    has_geometry
        Whether its records have a geometry of their own, beside the columns. Columns
        of coordinates are then kept as fields.
    today
        The day of the import, which all judges of a table are told; columns are known
        without it.

    Returns
    -------
    Proposal
        With a role for every column; an empty table is mapped by its names alone.
    """
    del today  # no column is known by how near its days are
    head = tuple(map(str, frame.columns))
    known = recognise(head, format=format)
    looked_at = sample_of(frame)
    left = leave_out(looked_at, TableMapping())
    rows = looked_at.loc[left.kept]
    table = Table(
        head,
        {column: profile_of(rows.iloc[:, n]) for n, column in enumerate(head)},
        rows,
        frame,
        has_geometry=has_geometry,
    )
    roles: dict[str, str] = {}
    reasons: dict[str, str] = {}
    _drop_empty(table, roles, reasons)
    tags = {**{c: c for c in head if is_hashtag(c)}, **left.hashtags}
    _settle(
        roles_of_hashtags({c: t for c, t in tags.items() if c in table.profiles}),
        "The hashtag of HXL says so.",
        table,
        (roles, reasons),
    )
    if known:
        _settle(
            known.roles(head),
            f"The table has the head of {known.title}.",
            table,
            (roles, reasons),
        )
    candidates: list[Candidate] = []
    if known is None or known.others == "recognise":
        candidates = candidates_of(table, roles)
        for candidate in candidates:
            _assign(candidate, roles, reasons)
        arrangement.guess_by_content(table, roles, reasons)
    arrangement.arrange(table, roles, reasons, candidates)
    for column in head:
        if column not in roles:
            roles[column] = "own"
            reasons[column] = "Kept as a field of its own."
    mapping = _mapping(name, table, roles, known)
    settled = known is not None and known.others == "own"
    questions = () if settled else questions_about(table, mapping, candidates)
    return Proposal(mapping, questions, reasons)


def _drop_empty(table: Table, roles: dict[str, str], reasons: dict[str, str]) -> None:
    for number, column in enumerate(table.head):
        if _UNNAMED.fullmatch(column) and all(
            map(is_blank, table.frame.iloc[:, number].dropna().head(10_000))
        ):
            roles[column] = "drop"
            reasons[column] = "It has neither a name nor values."


def _settle(
    known: Mapping[str, str],
    reason: str,
    table: Table,
    settled: tuple[dict[str, str], dict[str, str]],
) -> None:
    """Give columns the roles that are known beforehand.

    Of several with one role that only one may have, the first that says anything.
    """
    roles, reasons = settled
    by_fill = sorted(known, key=lambda column: not table.profiles[column].texts)
    for column in by_fill:
        role = known[column]
        if column in roles:
            continue
        if role not in SHARED_ROLES and role in roles.values():
            role = "own"
        if table.has_geometry and role in arrangement.PLACED:
            role = "own"
        roles[column] = role
        reasons[column] = reason


def _assign(
    candidate: Candidate, roles: dict[str, str], reasons: dict[str, str]
) -> None:
    """Give a column a role, if neither it nor the role is given already."""
    column, role = candidate.column, candidate.role
    if column in roles or (role not in SHARED_ROLES and role in roles.values()):
        return
    roles[column] = role
    reasons[column] = "Its name says so, and what is in it agrees."


def _mapping(
    name: str, table: Table, roles: Mapping[str, str], known: KnownTable | None
) -> TableMapping:
    columns = {column: roles[column] for column in table.head}
    defaults = dict(known.defaults) if known else {}
    if "category" not in columns.values():
        defaults.setdefault("category", category_of(name))
    dated = [c for c, role in columns.items() if role.startswith("date")]
    stated = next(filter(None, map(date_order_of, dated)), "")
    return TableMapping(
        name=name,
        head=table.head,
        known=known.id if known else "",
        columns=columns,
        values=dict(known.values) if known else {},
        defaults=defaults,
        date_order=(known.date_order if known else "") or stated,
        time_zone=known.time_zone if known else "",
        labels={
            column: " ".join(column.split()) or "Without a name"
            for column, role in columns.items()
            if role == "own"
        },
    )


def category_of(name: str) -> str:
    """Return the category of records of a table that has no column of categories.

    Parameters
    ----------
    name
        Of the table. Numbers at its ends, such as a year, are left out.
    """
    words = [w for w in _APART.split(anyascii(name).lower()) if w and not w.isdigit()]
    return "-".join(words)[:40].strip("-") or _NO_CATEGORY


def answer(mapping: TableMapping, question: Question, choice: str) -> TableMapping:
    """Return the mapping after a question is answered.

    Parameters
    ----------
    mapping
        Of the proposal.
    question
        One of its questions.
    choice
        One of the question's choices; an empty one for no column.

    Raises
    ------
    ValueError
        If it is none of the choices.
    """
    if choice and question.choices and choice not in question.choices:
        shown = ", ".join(map(repr, question.choices))
        msg = f"{choice!r} is not a choice for {question.key!r}. Choose one of {shown}."
        raise ValueError(msg)
    if not question.roles:
        answered: dict[str, Any] = {question.key: choice}
        return replace(mapping, **answered)
    columns: dict[str, str] = dict(mapping.columns)
    for column, role in mapping.columns.items():
        if role in question.roles or column in _parts(choice):
            columns[column] = "own"
    columns.update(zip(_parts(choice), question.roles, strict=False))
    labels = {
        column: mapping.labels.get(column, " ".join(column.split()))
        for column, role in columns.items()
        if role == "own"
    }
    defaults = dict(mapping.defaults)
    if "category" in question.roles:
        defaults.pop("category", None)
        if not choice:
            defaults["category"] = category_of(mapping.name)
    return replace(mapping, columns=columns, labels=labels, defaults=defaults)


def _parts(choice: str) -> Sequence[str]:
    """Return the columns of a choice: one, or two with a slash between."""
    return choice.split(" / ") if choice else ()
