"""Own fields: what else a table has, kept with its type under its own name.

The type of a column is decided by all of its cells: numbers only where every cell is one,
and where a number says as much as the text. Ids with leading zeros, telephone numbers and
zip codes stay texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.base.characters import printable
from geo.importing.cells import (
    distinct,
    in_our_digits,
    is_blank,
    line_of,
    map_distinct,
    rows_where,
    says_nothing,
    text_of,
)
from geo.importing.remarks import Remark
from geo.model.fields import PLACE_FIELDS, fields
from geo.model.own_fields import TAKEN
from geo.model.sources import is_web_address

_SUFFIX: Final = "_own"
_LONGEST_NAME: Final = 200
#: Names that exports and other columns of an import need for themselves.
_RESERVED: Final = TAKEN | {"type", "properties"}
_LINES: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+ *")
_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})")
#: "1E5" is rather a code: as numbers programs write 1e+05 and 1.0e5.
_NUMBER: Final = re.compile(
    r"-?(?:(?:0|[1-9]\d{0,14})?\.\d{1,20}(?:[eE][+-]?\d{1,3})?"
    r"|(?:0|[1-9]\d{0,14})(?:[eE][+-]\d{1,3})?)"
)
#: Thousands as one column writes them: 24,803; 24 803; 24'803; 1.024.803.
_GROUPED: Final = tuple(
    re.compile(rf"-?[1-9]\d{{0,2}}(?:{mark}\d{{3}})*|0")
    for mark in (",", "[ \u00a0\u202f]", "['\u2019]", r"\.")
)
_GROUP_MARKS: Final = re.compile("[, \u00a0\u202f'\u2019.]")
_COMMA_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:,\d{1,15})?")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH: Final = {"true": True, "false": False, "yes": True, "no": False}
#: Columns whose digits are names, in the words of their headers.
_NAMING: Final = re.compile(
    r"(?:^|[\W_])(?:zip|zip ?code|post(?:al)? ?code|postal|plz|cep|phone|telephone|tel"
    r"|mobile|cell|fax|fips|isbn|iban|account|version|release|индекс|телефон)(?:$|[\W_])",
    re.IGNORECASE,
)
_MOST_GROUPED: Final = 2


class OwnKind(StrEnum):
    """What the values of an own field are."""

    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    LINK = "link"
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class OwnField:
    """One own field: its property, its column in the file, its label and its type."""

    name: str
    column: str
    label: str
    kind: OwnKind


@dataclass(frozen=True, slots=True)
class OwnValues:
    """The own fields of a table.

    Parameters
    ----------
    values
        A column for each field under its property's name, of plain JSON values; None
        where a cell is blank. The index is that of the table.
    fields
        In the order of the table.
    remarks
        What is to be said.
    """

    values: pd.DataFrame
    fields: tuple[OwnField, ...]
    remarks: list[Remark]

    def cells_of(self, own: OwnField) -> pd.Series[Any]:
        """Return the column of one field."""
        return self.values[own.name]


def keep_own(
    frame: pd.DataFrame, *, labels: Mapping[str, str] | None = None
) -> OwnValues:
    """Keep columns as own fields.

    Parameters
    ----------
    frame
        The columns to be kept. Without any, there is no field.
    labels
        What people are to read, by column; else the header.
    """
    names = dict(_names([str(column) for column in frame.columns]))
    values: dict[str, pd.Series[Any]] = {}
    described: list[OwnField] = []
    remarks: list[Remark] = []
    for column in frame.columns:
        header, name = str(column), names[str(column)]
        kind, convert = _type_of(header, distinct(frame[column]))
        values[name] = map_distinct(frame[column], _or_none(convert))
        label = (labels or {}).get(header) or printable(line_of(header)) or name
        described.append(OwnField(name, header, label, kind))
        if name != header:
            message = f"The column {header!r} is kept as {name!r}."
            rows = rows_where(values[name].notna())
            remarks.append(Remark("own.renamed", message, rows))
    kept = pd.DataFrame(values, index=frame.index, columns=list(values), dtype=object)
    return OwnValues(kept, tuple(described), remarks)


def _names(headers: Collection[str]) -> Iterator[tuple[str, str]]:
    """Go through headers and the properties that they become, no two alike.

    Some formats do not tell capitals from small letters: neither do names here.
    """
    model = {field.name for field in (*fields(), *PLACE_FIELDS)} | _RESERVED
    used: set[str] = set()
    for number, header in enumerate(headers, 1):
        base = line_of(header)[:_LONGEST_NAME] or f"column_{number}"
        if base.casefold() in model:
            base += _SUFFIX
        name, count = base, 2
        while name.casefold() in used or name.casefold() in model:
            name, count = f"{base}_{count}", count + 1
        used.add(name.casefold())
        yield header, name


def _type_of(header: str, cells: list[Any]) -> tuple[OwnKind, Callable[[Any], Any]]:
    """Return the type that all cells of a column have, and how they become it."""
    if not all(isinstance(cell, str) for cell in cells):
        return _typed(cells)
    texts = [cell.strip() for cell in cells]
    if texts and all(map(is_web_address, texts)):
        return OwnKind.LINK, str.strip
    if texts and all(map(_is_day, texts)):
        return OwnKind.DATE, str.strip
    low = {text.lower() for text in texts}
    if low and (low <= {"true", "false"} or low == {"yes", "no"}):
        return OwnKind.TRUTH, lambda cell: _TRUTH[cell.strip().lower()]
    filled = [in_our_digits(text) for text in texts if not says_nothing(text)]
    if filled and not _NAMING.search(header):
        kind, convert = _number_type(filled)
        if convert is not None:
            return (
                kind,
                lambda cell: (
                    None if says_nothing(cell) else convert(in_our_digits(cell))
                ),
            )
    return OwnKind.TEXT, _text


def _number_type(
    texts: list[str],
) -> tuple[OwnKind, Callable[[str], Any] | None]:
    """Return how texts are numbers; no way where one of them is none."""
    if all(map(_INTEGER.fullmatch, texts)):
        return OwnKind.INTEGER, int
    if all(map(_is_number, texts)):
        return OwnKind.NUMBER, float
    for pattern in _GROUPED:
        if all(map(pattern.fullmatch, texts)) and _is_grouped(texts):
            return OwnKind.INTEGER, lambda text: int(_GROUP_MARKS.sub("", text))
    if all(map(_COMMA_NUMBER.fullmatch, texts)) and not all(
        text[-4:-3] == "," or "," not in text for text in texts
    ):
        return OwnKind.NUMBER, lambda text: float(text.replace(",", "."))
    return OwnKind.TEXT, None


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text))


def _is_grouped(texts: list[str]) -> bool:
    """Tell whether marks surely part thousands: 24,803 alone may be 24.803."""
    marked = [text for text in texts if _GROUP_MARKS.search(text)]
    is_sure = any(len(_GROUP_MARKS.findall(text)) > 1 for text in marked)
    return is_sure or len(marked) >= _MOST_GROUPED


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _typed(cells: list[Any]) -> tuple[OwnKind, Callable[[Any], Any]]:
    """Return the type of cells that are not all texts, such as those of JSON."""
    if all(isinstance(cell, bool | np.bool_) for cell in cells):
        return OwnKind.TRUTH, bool
    numbers = (int, float, np.integer, np.floating)
    if all(isinstance(cell, numbers) and not isinstance(cell, bool) for cell in cells):
        if all(float(cell).is_integer() for cell in cells):
            return OwnKind.INTEGER, int
        return OwnKind.NUMBER, _number
    if all(isinstance(cell, date) for cell in cells):
        texts = [text_of(cell) for cell in cells]
        is_days = all(map(_is_day, texts))
        return (OwnKind.DATE if is_days else OwnKind.TEXT), text_of
    if any(isinstance(cell, list | dict | tuple) for cell in cells):
        return OwnKind.JSON, _plain
    return OwnKind.TEXT, _text


def _number(cell: Any) -> float | None:  # noqa: ANN401 - any number
    number = float(cell)
    return number if math.isfinite(number) else None


def _text(cell: Any) -> str:  # noqa: ANN401 - any cell
    return printable(_LINES.sub(" ", text_of(cell)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value of JSON with texts of which all prints."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {_text(name): _plain(part) for name, part in value.items()}
    return value


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda cell: None if is_blank(cell) else convert(cell)
