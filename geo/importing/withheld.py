"""Values that may endanger somebody: held back and told, while the record stays.

What they are is said by the rule book (:mod:`geo.layer.harm`). Numbers that a column
counts or measures are no telephone numbers, and an address that is cited as a source is
evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geo.importing.cells import is_blank, map_distinct, rows_where
from geo.importing.remarks import Remark
from geo.layer.harm import HARM_WORDS, Find, Harm, harm_in
from geo.model.folding import fold

WITHHELD: Final = "[withheld]"
#: Columns that name somebody's address, telephone number or plate, whatever is in them.
_NAMED: Final = re.compile(
    r"(?:^|[^a-z])(?:phone|phones|telephone|tel|mobile|cell|handy|telefon|telefono|"
    r"telephon|telefone|fax|e-?mail|email|licen[cs]e plate|plate number|numberplate|"
    r"kennzeichen|matricula|plaka|tablice|street ?address|home ?address|strasse|"
    r"rue|calle|adresa stanovanja|passport|pasaport|ssn|jmbg)(?:$|[^a-z])"
    r"|телефон|номер авто|домашний адрес|паспорт|هاتف"
)
_SUSPECTS: Final = re.compile(r"@|\.me/|tg:|\d{3}|\d[ \u00a0().\-/\d]{5,}\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A column of which nothing endangers anybody.

    Parameters
    ----------
    kept
        The cells, without what was held back.
    remarks
        What was held back, never repeated.
    """

    kept: pd.Series[Any]
    remarks: tuple[Remark, ...] = ()


def withhold(values: pd.Series[Any], *, column: str, whole: bool = False) -> Withheld:
    """Hold back what may endanger somebody in the texts of a column.

    Parameters
    ----------
    values
        Cells; those that are no texts are left alone, but for texts within lists and
        objects.
    column
        What the column is called.
    whole
        Whether the whole value is held back; else the part that tells, and the words
        around it stay.

    Returns
    -------
    Withheld
        In time that grows with the distinct values.
    """
    cleaned = map_distinct(values, lambda cell: _cleaned(cell, whole=whole))
    result = cleaned.map(lambda pair: pair[0])
    remarks = []
    for harm in Harm:
        has = cleaned.map(lambda pair, harm=harm: harm in pair[1])
        if has.any():
            what = "value was" if whole else "part was"
            message = (
                f"in {column!r} something looks like {HARM_WORDS[harm]}; that {what} held "
                "back."
            )
            remedy = "If it is none, write it so that it cannot be taken for one."
            remarks.append(Remark(f"withheld.{harm}", message, rows_where(has), (), remedy))
    return Withheld(result, tuple(remarks))


def names_harm(header: str) -> bool:
    """Tell whether a column is one of people's addresses, numbers or plates."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", header)
    return _NAMED.search(fold(spaced)) is not None or _NAMED.search(
        fold(header).replace("streetaddress", "street address")
    ) is not None


def _cleaned(cell: Any, *, whole: bool) -> tuple[Any, frozenset[Harm]]:  # noqa: ANN401 - of JSON
    """Return a cell without what endangers, and what that was."""
    if isinstance(cell, str):
        return _cleaned_text(cell, whole=whole)
    if isinstance(cell, list):
        parts = [_cleaned(part, whole=whole) for part in cell]
        harms = frozenset[Harm]().union(*(harm for _, harm in parts))
        if not harms:
            return cell, harms
        return [part for part, _ in parts if part is not None], harms
    if isinstance(cell, dict):
        pairs = {name: _cleaned(part, whole=whole) for name, part in cell.items()}
        harms = frozenset[Harm]().union(*(harm for _, harm in pairs.values()))
        if not harms:
            return cell, harms
        return {name: part for name, (part, _) in pairs.items() if part is not None}, harms
    return (None if is_blank(cell) else cell), frozenset()


def _cleaned_text(text: str, *, whole: bool) -> tuple[Any, frozenset[Harm]]:
    if not _SUSPECTS.search(text):
        return text, frozenset()
    finds = harm_in(text)
    if not finds:
        return text, frozenset()
    harms = frozenset(find.harm for find in finds)
    return (None if whole else _masked(text, finds)), harms


def _masked(text: str, finds: tuple[Find, ...]) -> str:
    pieces, start = [], 0
    for find in finds:
        pieces += [text[start : find.start], WITHHELD]
        start = find.end
    return "".join([*pieces, text[start:]])

