"""Ids of records: as the table gives them, or made of what the record says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.cells import examples_of, lines_of, map_distinct, rows_where
from geo.importing.remarks import Remark
from geo.model.ids import LONGEST_ID, is_incident_id, slug

_LONGEST_SLUG: Final = 80
_NAMELESS: Final = "record"


@dataclass(frozen=True, slots=True)
class RowIds:
    """The ids of a table's records.

    Parameters
    ----------
    ids
        One for each record, each once.
    given
        The id that the table gives, where it could not stand as it was; else None.
    remarks
        What is to be said.
    """

    ids: pd.Series[Any]
    given: pd.Series[Any]
    remarks: list[Remark]


def identify_rows(  # noqa: PLR0913 - all that an id is made of
    written: pd.Series[Any],
    titles: pd.Series[Any],
    dates: pd.Series[Any],
    *,
    table: str,
    own: Collection[str] = (),
    taken: Collection[str] = (),
) -> RowIds:
    """Give each record an id that stays the same when the table comes again.

    Parameters
    ----------
    written
        Ids as the table has them; blank where it has none.
    titles, dates
        Of which an id is made where there is none: title, then date.
    table
        Name of the table, which goes before an id that another table's record has.
    own
        Ids that this table gave its records before.
    taken
        Ids of the layer; those that are not the table's own belong to others.

    Returns
    -------
    RowIds
        In time that grows with the rows, however many titles are equal.
    """
    texts = lines_of(written)
    has = texts != ""
    kept = map_distinct(texts, _as_id)
    made = map_distinct(titles, lambda title: slug(str(title or ""), _LONGEST_SLUG))
    doubled = made.duplicated(keep=False) & ~has
    if doubled.any():
        days = map_distinct(dates, lambda date: slug(str(date or ""), _LONGEST_SLUG))
        joined = (made[doubled] + "-" + days[doubled]).str.strip("-")
        made = made.where(~doubled, joined.reindex(made.index))
    bases = kept.where(has & (kept != ""), made)
    bases = bases.where(bases != "", _NAMELESS)
    others = set(taken) - set(own)
    ids, is_repeated = _distinct(bases.tolist(), others, table)
    series = pd.Series(ids, index=written.index, dtype=object)
    changed = has & (series != texts)
    given = texts.where(changed, None)
    return RowIds(series, given, _remarks(texts, has, changed, np.array(is_repeated)))


def _as_id(text: str) -> str:
    return text if is_incident_id(text) else slug(text, _LONGEST_SLUG)


def _distinct(
    bases: list[str], others: set[str], table: str
) -> tuple[list[str], list[bool]]:
    """Return an id for each base, each once; and whether the base came before."""
    used: set[str] = set()
    next_number: dict[str, int] = {}
    firsts = set(bases)
    ids, repeated = [], []
    for base in bases:
        wanted = base
        if wanted in others:
            wanted = f"{table or 'table'}-{base}"[:LONGEST_ID]
        is_again = wanted in used
        unique, number = wanted, next_number.get(wanted, 2)
        while unique in used or unique in others or (is_again and unique in firsts):
            end = f"-{number}"
            unique, number = wanted[: LONGEST_ID - len(end)] + end, number + 1
        next_number[wanted] = number
        used.add(unique)
        ids.append(unique)
        repeated.append(is_again)
    return ids, repeated


def _remarks(
    texts: pd.Series[Any],
    has: pd.Series[Any],
    changed: pd.Series[Any],
    is_repeated: np.ndarray[Any, np.dtype[np.bool_]],
) -> list[Remark]:
    remarks = []
    again = has & is_repeated
    if again.any():
        message = "ids that an earlier record has were numbered; the one given is kept."
        remedy = "Give each record an id of its own, so that it is known again."
        shown = examples_of(texts[again])
        remarks.append(Remark("id.repeated", message, rows_where(again), shown, remedy))
    reformed = changed & ~again
    if reformed.any():
        message = (
            "ids that cannot stand in an address were written otherwise; the one given "
            "is kept beside them as 'given_id'."
        )
        shown = examples_of(texts[reformed])
        remarks.append(Remark("id.changed", message, rows_where(reformed), shown))
    made = ~has
    if made.any() and has.any():
        message = "had no id, and were given one made of their title."
        remarks.append(Remark("id.made", message, rows_where(made)))
    return remarks
