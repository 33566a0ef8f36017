"""Own fields: what a table says beyond the model, kept with its type and its name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geo.importing.cells import is_blank, map_distinct, says_nothing, text_of
from geo.importing.remarks import Remark
from geo.model.fields import fields
from geo.model.incident import PROPERTIES
from geo.model.sources import is_web_address

TEXT, INTEGER, NUMBER, DATE, TRUTH, LINK = (
    "text",
    "integer",
    "number",
    "date",
    "truth",
    "link",
)
_LONGEST_NAME: Final = 100
#: Whole numbers that a 64-bit float holds exactly.
_EXACT: Final = 2**53
_INTEGER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,15})")
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
_NUMBER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,15})?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTHS: Final = {"true": True, "false": False}
#: Columns of numbers that count nothing: leading zeros and gaps are part of them.
_CODES: Final = re.compile(r"\b(?:zip|postal|postcode|plz|phone|tel|fips|code|id)\b", re.IGNORECASE)
_RESERVED: Final = frozenset(
    {*PROPERTIES, *(field.name for field in fields()), "id", "extra", "row_no", "bbox"}
    | {"lon", "lat", "wkt", "geometry", "protected"}
)


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column that is kept as an own field.

    Parameters
    ----------
    name
        Of the property: the header, but where the model has a property of that name.
    label
        What readers see.
    type
        ``text``, ``integer``, ``number``, ``date``, ``truth`` or ``link``.
    cells
        As JSON has them, None where there is none.
    remarks
        What is to be said.
    """

    name: str
    label: str
    type: str
    cells: pd.Series[Any]
    remarks: tuple[Remark, ...] = ()


def keep_column(
    values: pd.Series[Any], *, label: str, taken: Collection[str] = ()
) -> OwnColumn:
    """Keep a column as an own field: its type is decided by all of its values.

    Parameters
    ----------
    values
        Cells; the name of the series is the header.
    label
        What readers see.
    taken
        Names that other own fields have.
    """
    header = str(values.name)
    cells = map_distinct(values, _plain)
    distinct = [cell for cell in pd.unique(_hashable(cells)) if cell is not None]
    kind = _type_of(distinct, header)
    name, remarks = _name_of(header, taken)
    convert = _CONVERTERS.get(kind)
    if convert is not None:
        cells = map_distinct(cells, lambda cell: None if cell is None else convert(cell))
    return OwnColumn(name, label or header, kind, cells, remarks)


def _plain(cell: object) -> Any:  # noqa: ANN401 - any JSON value
    """Return a cell as JSON has it, None if it says nothing."""
    if is_blank(cell) or (isinstance(cell, str) and says_nothing(cell)):
        return None
    if isinstance(cell, str | list | dict | bool | int):
        return cell.strip() if isinstance(cell, str) else cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < _EXACT else cell
    return text_of(cell)


def _hashable(cells: pd.Series[Any]) -> pd.Series[Any]:
    return cells.map(lambda cell: "{}" if isinstance(cell, list | dict) else cell)


def _type_of(distinct: list[Any], header: str) -> str:
    """Return the type that all values of a column have."""
    if not distinct:
        return TEXT
    if all(isinstance(cell, bool) for cell in distinct):
        return TRUTH
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in distinct):
        return INTEGER if all(isinstance(cell, int) for cell in distinct) else NUMBER
    if not all(isinstance(cell, str) for cell in distinct):
        return TEXT
    if all(cell.lower() in _TRUTHS for cell in distinct):
        return TRUTH
    if all(is_web_address(cell) for cell in distinct):
        return LINK
    if all(_DAY.fullmatch(cell) for cell in distinct):
        return DATE
    if _CODES.search(header.replace("_", " ")):
        return TEXT
    if all(_INTEGER.fullmatch(cell) or _GROUPED.fullmatch(cell) for cell in distinct):
        return INTEGER
    if all(_NUMBER.fullmatch(cell) and cell.strip("+-.") for cell in distinct):
        return NUMBER
    return TEXT


def _integer_of(cell: Any) -> int:  # noqa: ANN401 - text or number
    return int(cell.replace(",", "")) if isinstance(cell, str) else int(cell)


def _number_of(cell: Any) -> float:  # noqa: ANN401 - text or number
    return float(cell)


def _truth_of(cell: Any) -> bool:  # noqa: ANN401 - text or truth value
    return _TRUTHS[cell.lower()] if isinstance(cell, str) else bool(cell)


_CONVERTERS: Final = {INTEGER: _integer_of, NUMBER: _number_of, TRUTH: _truth_of}


def _name_of(header: str, taken: Collection[str]) -> tuple[str, tuple[Remark, ...]]:
    """Return the property's name, and what is to be said of it."""
    name = " ".join(header.split())[:_LONGEST_NAME] or "column"
    if name not in _RESERVED and name not in taken:
        return name, ()
    free, number = f"{name} (table)", 2
    while free in taken:
        free, number = f"{name} (table {number})", number + 1
    message = (
        f"the column {header!r} is not what the model means by {name!r}; it is kept as "
        f"{free!r}."
    )
    return free, (Remark("field.renamed", message, ()),)
