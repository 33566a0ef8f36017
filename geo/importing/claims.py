"""Claims of a table: status, and who alleges and who denies.

Words of others become a status of ours only where they mean the same. Every other word
stays as an own field, and the record has the status of one that says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.cells import (
    examples_of,
    line_of,
    map_distinct,
    rows_where,
    says_nothing,
)
from geo.importing.names import split_names
from geo.importing.remarks import Remark
from geo.model.sources import Sources
from geo.model.vocabulary import Status

#: What others write, in lower case, by what it means here.
MEANS: Final[Mapping[str, Status]] = {
    word: status
    for status, words in {
        Status.REPORTED: "confirmed|verified|fact|подтверждено|підтверджено|potvrđeno"
        "|потврђено|confirmado|confirmada|confirmé|confirmée|bestätigt|doğrulandı|مؤكد",
        Status.ALLEGED: "allegation|claim|claimed|claims|alleges|заявлено|навођено|navodno"
        "|наводно|presunto|presunta|supuesto|présumé|présumée|allégué|mutmaßlich"
        "|angeblich|alegado|alegada|iddia|مزعوم",
        Status.UNVERIFIED: "unconfirmed|not verified|not confirmed|under review|pending"
        "|не подтверждено|не підтверджено|nepotvrđeno|непотврђено|no confirmado"
        "|non confirmé|non vérifié|unbestätigt|nicht bestätigt|unklar|disputed"
        "|partially verified|não confirmado|doğrulanmadı|غير مؤكد",
        Status.FALSE: "fake|hoax|debunked|disproved|disproven|refuted|untrue|widerlegt|фейк"
        "|лажно|lažno|falso|falsa|faux|falsch|yanlış|كاذب",
    }.items()
    for word in words.split("|")
}


@dataclass(frozen=True, slots=True)
class Claims:
    """How sure the records of a table are, and who says so.

    Parameters
    ----------
    status
        One of :class:`geo.model.vocabulary.Status` each.
    alleged_by, denied_by
        A tuple of names each.
    status_as_given
        The file's word where ours is another, else None: an own field.
    remarks
        What is to be said.
    """

    status: pd.Series[Any]
    alleged_by: pd.Series[Any]
    denied_by: pd.Series[Any]
    status_as_given: pd.Series[Any]
    remarks: list[Remark]


def read_claims(  # noqa: PLR0913 - columns of the table, and what tells of them
    status: pd.Series[Any],
    *,
    alleged_by: Sequence[pd.Series[Any]] = (),
    denied_by: Sequence[pd.Series[Any]] = (),
    citations: Sequence[Any],
    register: Sources,
    meanings: Mapping[str, str] | None = None,
    default: str = Status.REPORTED,
) -> Claims:
    """Read how sure records are.

    Parameters
    ----------
    status
        The file's words; a column of None where it has none.
    alleged_by, denied_by
        Columns of names, several in a cell.
    citations
        What each record cites, as :func:`geo.importing.sources.cite_rows` gives it.
    register
        Tells which sources are one witness.
    meanings
        Ours by theirs, as a person has set them; they decide first.
    default
        The status of a record that says nothing.

    Returns
    -------
    Claims
        A record without a word of its own, of which somebody is named to allege it, is
        ``alleged``. What is called corroborated by one source only is ``reported``.
    """
    own = {
        line_of(theirs).casefold(): ours for theirs, ours in (meanings or {}).items()
    }
    means = {**MEANS, **{str(one): one for one in Status}, **own}
    texts = map_distinct(status, line_of)
    texts = texts.where(~map_distinct(texts, says_nothing).astype(bool), "")
    read = map_distinct(texts, lambda text: str(means.get(text.casefold(), "")))
    allegers, deniers = _names(alleged_by, texts), _names(denied_by, texts)
    unread = (texts != "") & (read == "")
    is_named = map_distinct(allegers, bool).astype(bool)
    by_name = (texts == "") & is_named
    ours = read.where(read != "", str(default)).where(~by_name, str(Status.ALLEGED))
    alone = ours == Status.CORROBORATED
    for position in np.flatnonzero(alone).tolist():
        alone.iloc[position] = not _is_corroborated(citations[position], register)
    ours = ours.where(~alone, str(Status.REPORTED))
    differs = (texts != "") & (texts.str.casefold() != ours)
    remarks = []
    column = status.name if status.name is not None else "status"
    for code, mask, message, remedy in (
        (
            "status.unread",
            unread,
            f"Words of {column!r} that are no status here are kept as status_as_given.",
            "Say what they mean under values.status in the mapping.",
        ),
        (
            "status.read",
            differs & ~unread & ~alone,
            f"Words of {column!r} were read as a status; they are kept as status_as_given.",
            "Say what they mean under values.status in the mapping.",
        ),
        (
            "status.one_source",
            alone,
            "Records called corroborated that cite one independent source are reported.",
            "Name a second source in the row.",
        ),
        (
            "status.alleged_by_nobody",
            (ours == Status.ALLEGED) & ~is_named,
            "Records are alleged, and nobody is named who alleges it.",
            "Name who says so in a column, and give it the role alleged_by.",
        ),
    ):
        if mask.any():
            shown = examples_of(texts[mask].unique())
            remarks.append(Remark(code, message, rows_where(mask), shown, remedy))
    return Claims(ours, allegers, deniers, texts.where(differs, None), remarks)


def _names(columns: Sequence[pd.Series[Any]], like: pd.Series[Any]) -> pd.Series[Any]:
    """Return the names in several columns, each once."""
    parts = [split_names(column) for column in columns]
    if len(parts) == 1:
        return parts[0]
    rows: Iterable[tuple[Any, ...]] = zip(*parts, strict=True)
    joined = [
        tuple(dict.fromkeys(name for cell in row for name in cell)) for row in rows
    ]
    return pd.Series(joined or [()] * len(like), index=like.index, dtype=object)


def _is_corroborated(citations: Iterable[Mapping[str, Any]], register: Sources) -> bool:
    """Tell whether a record cites two witnesses or more."""
    return len(register.witnesses({one["source"] for one in citations})) > 1
