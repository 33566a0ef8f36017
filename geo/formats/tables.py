"""Tables: a head that names the columns, then one row a record, or a clear no.

CSV and workbooks end here, so that both are read by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.coordinates import CoordinateColumns, coordinate_columns, geometry_of
from geo.formats.input_file import check_columns, refuse, warning
from geo.formats.records import Record
from geo.model.fields import PLACE_FIELDS, fields

#: Rows looked at to tell whether the first one names the columns.
_LOOKED_AT: Final = 50
#: What names no column, but is a value: a fraction, a day.
_VALUE: Final = re.compile(
    r"[+-]?\d+[.,]\d+|\d{4}-\d{2}-\d{2}.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
)
_NAME_EACH: Final = "Give each column a name of its own in the first line."
_HEAD_FIRST: Final = (
    "Remove what stands above the names of the columns, or name them all."
)

#: A cell that begins so may run as a formula in a spreadsheet (CWE-1236). One that
#: begins with apostrophes before it is marked as well, or reading back would take
#: the record's own apostrophe for our mark.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")

#: Number of the line in the file, cells.
Row = tuple[int, list[Any]]


def read_table(
    rows: Iterator[Row],
    name: str,
    mapped: Mapping[str, str],
    *,
    comma_decimals: bool,
    neutralised: bool = False,
) -> tuple[Iterator[Record], list[Fault]]:
    """Return the records of a table, and what is odd about the table itself.

    Parameters
    ----------
    rows
        The head first. Rows without any cell are left out.
    name
        The file's name in messages.
    mapped
        Properties by column, of which ``lon``, ``lat`` and ``wkt`` are used here.
    comma_decimals
        Whether a comma in a number can only be a decimal one.
    neutralised
        Whether cells of a table of ours were kept from running as formulas.

    Raises
    ------
    DataError
        If the first row does not name the columns, or two of them could each be the
        longitude, and so on.
    """
    line, cells = next(rows, (1, []))
    head = [str("" if cell is None else cell).strip() for cell in cells]
    looked_at = list(islice(rows, _LOOKED_AT))
    widest = max((_width(row) for _, row in looked_at), default=0)
    while len(head) > widest and not head[-1]:
        head.pop()
    warnings = _check_head(head, name, line)
    _check_widths(head, looked_at, name, line)
    places = coordinate_columns(head, name, mapped)
    warnings += [warning(name, message, remedy) for message, remedy in places.notes]
    ours = neutralised and head[: len(csv_columns())] == csv_columns()
    every = chain(looked_at, rows)
    records = (
        _record(line, cells, head, places, comma_decimals=comma_decimals, ours=ours)
        for line, cells in every
        if any(cell not in {None, ""} for cell in cells)
    )
    return records, warnings


def _record(  # noqa: PLR0913 - what a row is read by
    line: int,
    cells: list[Any],
    head: Sequence[str],
    places: CoordinateColumns,
    *,
    comma_decimals: bool,
    ours: bool,
) -> Record:
    while len(cells) > len(head) and cells[-1] in {None, ""}:
        cells = cells[:-1]
    if len(cells) != len(head):
        message = f"has {len(cells)} cells; the head has {len(head)}."
        remedy = "Check for a separator inside a cell that is not quoted."
        return Record({}, None, line, (("", message, remedy),))
    row = dict(zip(head, cells, strict=True))
    geometry, faults, notes = geometry_of(row, places, comma_decimals=comma_decimals)
    if ours:
        row = {
            column: plain_cell(cell) if isinstance(cell, str) else cell
            for column, cell in row.items()
        }
    used = places.columns.values()
    properties = {column: row[column] for column in row if column not in used}
    return Record(properties, geometry, line, faults, notes)


def _check_head(head: list[str], name: str, line: int) -> list[Fault]:
    """Refuse a head that does not name the columns; name what has no name."""
    where = f"line {line}"
    if not any(head):
        refuse(name, "has no names of columns.", _NAME_EACH, where=where)
    check_columns(head, name)
    if head.count("") * 2 > len(head):
        message = f"names only {len(head) - head.count('')} of {len(head)} columns."
        refuse(name, message, _HEAD_FIRST, where=where)
    values = [column for column in head if _VALUE.fullmatch(column)]
    if len(values) * 2 >= len(head):
        shown = ", ".join(map(repr, values[:5]))
        message = f"holds values where the names of the columns should be: {shown}."
        refuse(name, message, _NAME_EACH, where=where)
    doubled = sorted({column for column in head if column and head.count(column) > 1})
    if doubled:
        shown = ", ".join(map(repr, doubled))
        refuse(name, f"names a column twice: {shown}.", _NAME_EACH, where=where)
    warnings = []
    for number, column in enumerate(head):
        if not column:
            head[number] = f"column_{number + 1}"
            message = f"column {number + 1} has no name; it is called {head[number]}."
            warnings.append(warning(name, message, _NAME_EACH))
    return warnings


def _check_widths(
    head: Sequence[str], rows: Sequence[Row], name: str, line: int
) -> None:
    """Refuse a head that is narrower than most rows: a title stands above it."""
    widths = [_width(cells) for _, cells in rows]
    wider = [width for width in widths if width > len(head)]
    if len(wider) * 2 > len(widths):
        message = (
            f"has {len(head)} names of columns, but most rows have {max(wider)} cells."
        )
        refuse(name, message, _HEAD_FIRST, where=f"line {line}")


def _width(cells: Sequence[Any]) -> int:
    """Return how many cells a row has, without empty ones at its end."""
    filled = [number for number, cell in enumerate(cells, 1) if cell not in {None, ""}]
    return filled[-1] if filled else 0


def csv_columns() -> list[str]:
    """Return the names of the columns, in order; own fields stand behind them."""
    return [field.name for field in (*fields(), *PLACE_FIELDS)]


def plain_cell(text: str) -> str:
    """Return a text cell as it was before it was neutralised."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def neutral_cell(value: Any) -> Any:  # noqa: ANN401 - any cell
    """Return a cell that no spreadsheet runs as a formula; truth values as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
