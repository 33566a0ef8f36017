"""Ids of records: the file's own where they can stand in an address, otherwise made.

Rows are gone through in the order of the file, and a row's id depends on the rows before
it only: the same file gives the same ids again, and rows that are appended change none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geo.importing.cells import examples_of, line_of, map_distinct, rows_where
from geo.importing.remarks import Remark
from geo.model.ids import is_incident_id, slug

#: Room for a date and a counter behind it.
_LONGEST_SLUG: Final = 60
_LONGEST_DATE: Final = 25
_LONGEST_BASE: Final = 90
_NAMELESS: Final = "record"


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of records.

    Parameters
    ----------
    ids
        One each, no two alike.
    given_id
        The file's own id where it could not be kept, else None: an own field.
    remarks
        What is to be said.
    """

    ids: pd.Series[Any]
    given_id: pd.Series[Any]
    remarks: list[Remark]


def identify_rows(
    given_ids: pd.Series[Any] | None,
    titles: pd.Series[Any],
    dates: pd.Series[Any],
    *,
    taken: Collection[str] = (),
) -> Ids:
    """Give each record an id.

    Parameters
    ----------
    given_ids
        The column of the file, if it has one.
    titles, dates
        Of the same index; a date as EDTF, None where there is none.
    taken
        Ids of records that are no rows of this table.

    Returns
    -------
    Ids
        Where two rows would have one id, the later has its date behind it, or a
        number. The time grows with the rows, not with equal titles.
    """
    blank = pd.Series([""] * len(titles), index=titles.index, dtype=object)
    texts = blank if given_ids is None else map_distinct(given_ids, line_of)
    kept = map_distinct(texts, is_incident_id)
    wanted = map_distinct(
        texts, lambda text: text if is_incident_id(text) else slug(text, _LONGEST_SLUG)
    )
    if (idless := wanted == "").any():
        wanted[idless] = map_distinct(
            titles[idless],
            lambda title: slug(line_of(title), _LONGEST_SLUG) or _NAMELESS,
        )
    days = map_distinct(dates, lambda date: slug(line_of(date), _LONGEST_DATE))
    used = set(taken)
    numbers: dict[str, int] = {}
    ids: list[str] = []
    for base, day, text in zip(wanted, days, texts, strict=True):
        chosen = base
        if chosen in used and day and not text:
            chosen = f"{base}-{day}"
        if chosen in used:
            chosen = _numbered(chosen, used, numbers)
        used.add(chosen)
        ids.append(chosen)
    made = pd.Series(ids, index=titles.index, dtype=object)
    changed = (texts != "") & (made != texts)
    return Ids(
        made,
        texts.where(changed, None),
        _remarks(texts, changed, kept, is_column=given_ids is not None),
    )


def _numbered(wanted: str, used: Collection[str], numbers: dict[str, int]) -> str:
    """Return an id with a number behind it, which *numbers* goes on from."""
    # Cut, so that an id of a hundred characters has room for it.
    base = wanted[:_LONGEST_BASE].rstrip("-.")
    number = numbers.get(base, 2)
    while f"{base}-{number}" in used:
        number += 1
    numbers[base] = number + 1
    return f"{base}-{number}"


def _remarks(
    texts: pd.Series[Any],
    changed: pd.Series[Any],
    kept: pd.Series[Any],
    *,
    is_column: bool,
) -> list[Remark]:
    remarks = []
    kept = kept.astype(bool)
    for code, mask, message, remedy in (
        (
            "id.changed",
            changed & ~kept,
            "Ids that cannot stand in an address became slugs; each is kept as given_id.",
            "",
        ),
        (
            "id.duplicate",
            changed & kept,
            "Ids that an earlier record has were made distinct; each is kept as given_id.",
            "Give each record an id of its own, or make the column an own field.",
        ),
        (
            "id.empty",
            (texts == "") & is_column,
            "Records without an id were given one made of their title.",
            "",
        ),
    ):
        if mask.any():
            shown = examples_of(texts[mask].unique())
            remarks.append(Remark(code, message, rows_where(mask), shown, remedy))
    return remarks
