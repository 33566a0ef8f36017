"""How sure a claim is: the statuses of others in the model's words, where they are."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from geo.importing.cells import examples_of, line_of, map_distinct, rows_where
from geo.importing.remarks import Remark
from geo.model.folding import fold
from geo.model.vocabulary import Status

#: Words of others that say plainly how sure they are.
_WORDS: Final = {
    Status.REPORTED: ("reported", "verified", "confirmed", "published"),
    Status.ALLEGED: ("alleged", "claimed", "allegation"),
    Status.UNVERIFIED: ("unverified", "unconfirmed", "not verified", "rumour", "rumor"),
    Status.CORROBORATED: ("corroborated", "multiple sources"),
    Status.FALSE: ("false", "debunked", "hoax", "disproved", "refuted"),
}
_BY_WORD: Final = {word: status for status, words in _WORDS.items() for word in words}


def read_statuses(
    values: pd.Series[Any], sources: pd.Series[Any]
) -> tuple[pd.Series[Any], list[Remark]]:
    """Return how sure each claim is, None where the table does not say.

    Parameters
    ----------
    values
        Cells of the column of statuses.
    sources
        For each record its citations.

    Returns
    -------
    tuple
        Statuses, and what is to be said. What one source alone tells is reported, not
        corroborated.
    """
    statuses = map_distinct(values, lambda cell: _BY_WORD.get(fold(line_of(cell))))
    written = map_distinct(values, lambda cell: line_of(cell) != "")
    remarks = []
    unread = written.astype(bool) & statuses.isna()
    if unread.any():
        message = f"values of {values.name!r} say nothing plain about how sure the claim is."
        remedy = "Say what they mean with --value status:THEIRS=OURS."
        shown = examples_of(values[unread])
        rows = rows_where(unread)
        remarks.append(Remark("status.unread", message, rows, shown, remedy))
    alone = (statuses == Status.CORROBORATED) & (
        sources.map(lambda cited: len({each["source"] for each in cited})) < 2  # noqa: PLR2004
    )
    if alone.any():
        statuses = statuses.where(~alone, str(Status.REPORTED))
        message = "called corroborated on one source, they are 'reported'."
        remarks.append(Remark("status.one_source", message, rows_where(alone)))
    return statuses.map(lambda status: None if status is None else str(status)), remarks
