"""The distinct values of a column as texts, so that each is read once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.importing.cells import without_nesting
from geo.importing.dates.times import are_utc, drop_times

#: Texts that say that nothing is known; the dash of a blank cell.
_BLANKS: Final = frozenset(
    {
        *("", "-", "--", "---", "–", "—", "?", "??", ".", "..", "x", "0"),
        *("na", "n/a", "n.a.", "nan", "nat", "none", "null", "nil", "<na>", "#n/a"),
        *("unknown", "undated", "n.d.", "nd", "no date", "not known", "tbd", "tba"),
        *("nepoznato", "непознато", "неизвестно", "невідомо", "desconocido", "s/f"),
        *("desconocida", "inconnu", "inconnue", "unbekannt", "desconhecido"),
        *("desconhecida", "bilinmiyor", "غير معروف", "غير محدد", "not available"),
    }
)
#: A whole number as programs write it beside gaps: ``2019.0``.
_WHOLE: Final = re.compile(r"\s*(\d+)\.0+\s*")
_LONGEST_BLANK: Final = max(map(len, _BLANKS))


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct values of a column, blank ones left out.

    Parameters
    ----------
    texts
        As written, of each distinct value.
    codes
        For each row, which of the texts it has; -1 for a blank.
    counts
        Number of rows of each text.
    days
        The distinct texts once times of day are taken off.
    day_codes
        For each of the texts, which of the days it has.
    """

    texts: NDArray[np.object_]
    codes: NDArray[np.intp]
    counts: NDArray[np.intp]
    days: NDArray[np.object_]
    day_codes: NDArray[np.intp]

    @property
    def day_counts(self) -> NDArray[np.intp]:
        """Number of rows of each of the days."""
        counts = np.bincount(self.day_codes, self.counts, minlength=len(self.days))
        return counts.astype(np.intp)

    def spread(self, of_texts: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return one value for each row, from one for each text; None for blanks."""
        whole = np.append(of_texts, np.array([None], dtype=object))
        return np.asarray(whole[self.codes], dtype=object)


def distinct_of(values: pd.Series) -> Distinct:
    """Return the distinct values of a column of texts, numbers, dates or a mixture."""
    codes, uniques = pd.factorize(without_nesting(values), use_na_sentinel=True)
    if pd.api.types.is_integer_dtype(values.dtype):
        written = np.asarray(uniques).astype(str).tolist()
    else:
        written = [_text_of(value) for value in uniques]
    blank = np.array([_is_blank(text) for text in written], dtype=bool)
    kept = np.cumsum(~blank) - 1
    renumbered = np.append(np.where(blank, -1, kept), -1).astype(np.intp)
    codes = renumbered[codes]
    texts = np.array(written, dtype=object)[~blank]
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).astype(np.intp)
    day_codes, days = pd.factorize(drop_times(texts))
    return Distinct(texts, codes, counts, np.asarray(days, dtype=object), day_codes)


def utc_texts(values: Distinct) -> NDArray[np.bool_]:
    """Return which of the texts have a time in UTC."""
    return are_utc(values.texts)


def _is_blank(text: str) -> bool:
    """Tell whether a text says that nothing is known."""
    return len(text) <= _LONGEST_BLANK and text.casefold() in _BLANKS


def _text_of(value: object) -> str:
    """Return a value of any type as a text, dates as ISO 8601."""
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        return whole[1] if whole else " ".join(value.split())
    if isinstance(value, datetime | date):
        return value.isoformat() if not pd.isna(value) else ""
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(pd.Timestamp(value).isoformat())
    if isinstance(value, float | np.floating):
        number = float(value)
        if not math.isfinite(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value).strip()
