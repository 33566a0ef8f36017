"""Cells of a table's column: their text, what is empty, and work on distinct values.

A column of a million rows seldom has a million values: what is slow is done once for
each value. Lists and objects, which JSON has in a cell, take part by their JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, time
from types import NoneType
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from geo.base.characters import printable
from geo.model.folding import fold

Made = TypeVar("Made")

_OUR_DIGITS: Final = {
    first + digit: str(digit)
    for first in map(ord, "\u0660\u06f0\u0966")
    for digit in range(10)
}
_SPACES: Final = re.compile(r"\s+")
_SHOWN: Final = 3
_LONGEST_SHOWN: Final = 80
#: What people write where there is nothing to write, folded.
BLANK_WORDS: Final = frozenset(
    {"", "-", "--", "\u2013", "\u2014", "n/a", "na", "n.a.", "nan", "nil", "none"}
    | {"null", "<na>", "nat", "#n/a", "?"}
)


#: What people and programs write in the place of a name, folded: it names nothing.
_NO_NAMES: Final = frozenset(
    fold(words)
    for words in (
        *("unknown", "not known", "unspecified", "not specified", "not stated"),
        *("undisclosed", "undetermined", "unknown location", "location unknown", "tbd"),
        *("unclear", "unconfirmed", "unverified", "not available", "not applicable"),
        *("withheld", "redacted", "confidential", "n.n.", "s/d"),
        *("unbek.", "н/д", "нет данных", "немає даних", "sin datos", "nema podataka"),
        *("nepoznato", "неизвестно", "невідомо", "desconocido", "inconnu", "unbekannt"),
        *("desconhecido", "sconosciuto", "nieznane", "bilinmiyor", "tidak diketahui"),
        *("غير معروف", "نامعلوم", "不明", "未知"),
        *("k.a.", "keine angabe", "brak", "brak danych", "s.d.", "sin dato", "tbc"),
        *("n/n", "непознато", "нема података", "不详", "-99", "-999", "9999", "-9999"),
        *("99999", "desconhecida", "desconocida", "sem informação", "sin información"),
        *("#value!", "#ref!", "#n/a", "#name?", "#div/0!", "xx", "xxx"),
    )
)


def is_blank(value: object) -> bool:
    """Tell whether a cell holds nothing: None, NaN, white space, an empty list."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, float | np.floating):
        return bool(np.isnan(value))
    return isinstance(value, list | dict | tuple) and not value


def says_nothing(text: str) -> bool:
    """Tell whether a text is what people write for nothing: "n/a", "-"."""
    return text.strip().lower() in BLANK_WORDS


def names_nothing(text: str) -> bool:
    """Tell whether a text stands in the place of a name: "Unknown", "k. A.", "-99"."""
    return says_nothing(text) or fold(text) in _NO_NAMES


def text_of(value: object) -> str:
    """Return a cell as the text that a person would have typed; "" if blank.

    A whole number is written without a point, a day without its midnight.
    """
    if isinstance(value, str):
        return value
    if is_blank(value):
        return ""
    text = str(value)
    if isinstance(value, bool | np.bool_):
        text = text.lower()
    elif isinstance(value, float | np.floating) and float(value).is_integer():
        text = str(int(value))
    elif isinstance(value, datetime):
        is_day = value.time() == time.min and value.tzinfo is None
        text = value.date().isoformat() if is_day else value.isoformat()
    elif isinstance(value, list | dict | tuple):
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text


def line_of(value: object) -> str:
    """Return a cell as a text on one line, of which all prints; "" if blank."""
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isprintable()
        and "  " not in value
    ):
        return value.strip(" ")  # as most are
    return " ".join(printable(_SPACES.sub(" ", text_of(value))).split())


def in_our_digits(text: str) -> str:
    """Return a text with 0 to 9 for the digits of Arabic, Persian and Devanagari."""
    return text if text.isascii() else text.translate(_OUR_DIGITS)


def map_distinct(
    values: pd.Series[Any], function: Callable[[Any], Made]
) -> pd.Series[Any]:
    """Apply a function once to each distinct value; all equal values share its result.

    Parameters
    ----------
    values
        Any cells, lists and objects among them. An empty column gives an empty one.
    function
        From a cell to anything; blank cells are handed to it as well.

    Returns
    -------
    pandas.Series
        Of dtype object, with the index of *values*.
    """
    if _are_texts(values):
        codes, uniques = pd.factorize(values)
        of_texts: list[Made | None] = [*map(function, uniques.tolist())]
        # Blank cells have the code -1: the last one.
        of_texts.append(function(None) if (codes < 0).any() else None)
        shared = np.fromiter(of_texts, dtype=object, count=len(of_texts))
        return pd.Series(
            shared[codes], index=values.index, dtype=object, name=values.name
        )
    cells = values.astype(object).to_numpy()
    keys: list[Hashable] = [_key(cell) for cell in cells]
    made: dict[Hashable, Made] = {}
    results = np.empty(len(cells), dtype=object)
    for position, key in enumerate(keys):
        if key not in made:
            made[key] = function(cells[position])
        results[position] = made[key]
    return pd.Series(results, index=values.index, dtype=object, name=values.name)


def _are_texts(values: pd.Series[Any]) -> bool:
    """Tell whether cells are texts, or None: what can be told apart as it is."""
    if values.dtype == "str":
        return True
    if values.dtype != object:
        return False
    kinds = {*map(type, values.to_numpy())}
    return kinds <= {str, NoneType}


def lines_of(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column's cells as texts on one line, as :func:`line_of` has them."""
    return map_distinct(values, line_of)


def distinct(values: pd.Series[Any]) -> list[Any]:
    """Return the distinct values that are not blank, in the order of the file."""
    made: dict[Hashable, Any] = {}
    for cell in values.astype(object).to_numpy():
        made.setdefault(_key(cell), cell)
    return [cell for cell in made.values() if not is_blank(cell)]


def rows_where(mask: pd.Series[Any]) -> tuple[int, ...]:
    """Return the numbers of the records for which a mask holds."""
    return tuple(int(row) for row in mask.index[mask.to_numpy(dtype=bool)])


def examples_of(values: Iterable[Any]) -> tuple[str, ...]:
    """Return at most three distinct texts of cells, long ones cut."""
    shown: dict[str, None] = {}
    for value in values:
        text = text_of(value)
        if text.strip():
            shown[cut(" ".join(text.split()), _LONGEST_SHOWN)] = None
        if len(shown) == _SHOWN:
            break
    return tuple(shown)


def cut(text: str, most: int) -> str:
    """Return a text of at most *most* characters, cut where a word ends if it can be.

    A cut text ends in an ellipsis.
    """
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    words, _, _ = kept.rpartition(" ")
    if len(words) > most // 2:
        kept = words
    return kept.rstrip(" ,;:.\u2026") + "\u2026"


def _key(cell: Any) -> Hashable:  # noqa: ANN401 - any cell
    """Return what makes equal cells equal: 1, 1.0 and True are three."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, tuple):
        return cell
    if isinstance(cell, list | dict):
        return (type(cell), json.dumps(cell, ensure_ascii=False, default=str))
    if isinstance(cell, float | np.floating) and np.isnan(cell):
        return None
    return (type(cell), cell)
