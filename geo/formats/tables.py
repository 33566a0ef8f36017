"""Tables: a head that names the columns, then one row a record, or a clear no.

CSV and workbooks end here, so that both are read by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.headless import head_of
from geo.formats.heads import LOOKED_AT, Row, head_at, is_blank, names_of_columns
from geo.formats.input_file import InputFile
from geo.formats.records import Record, Remark
from geo.model.fields import PLACE_FIELDS, fields

#: A cell that begins so may run as a formula in a spreadsheet (CWE-1236). One that
#: begins with apostrophes before it is marked as well, or reading back would take
#: the record's own apostrophe for our mark.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_RAGGED: Final = "Check for a separator inside a cell that is not quoted."


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is known.

    Parameters
    ----------
    head
        A name for each column, each once.
    line
        Where the head stands, from 1.
    records
        The rows below it, not read yet.
    warnings
        What is odd about the table itself.
    """

    head: tuple[str, ...]
    line: int
    records: Iterator[Record]
    warnings: list[Fault]


def read_table(
    rows: Iterator[Row],
    file: InputFile,
    *,
    neutralised: bool = False,
) -> Table:
    """Return the records of a table, and what is odd about the table itself.

    Titles and comments above the head are skipped; columns without a name of their own
    get one. Columns of coordinates stay columns.

    Parameters
    ----------
    rows
        From the first on. Rows without any cell are left out.
    file
        The file.
    neutralised
        Whether cells of a table of ours were kept from running as formulas.

    Raises
    ------
    DataError
        If no row names the columns.
    """
    name = file.name
    first: list[Row] = []
    for row in rows:
        if not all(map(is_blank, row[1])):
            first.append(row)
        if len(first) > LOOKED_AT:
            break
    known = head_of(first, name)
    if known is not None:
        (cells, warnings), line, below = known, 0, first
    else:
        at, warnings = head_at(first, name)
        line, cells = first[at] if first else (1, [])
        below = first[at + 1 :]
    head, further = names_of_columns(cells, below, name, line)
    warnings += further
    make = _maker(head)
    if neutralised and head[: len(csv_columns())] == csv_columns():
        make = _plain(make)
    records = _records(chain(below, rows), len(head), make)
    return Table(tuple(head), line, records, warnings)


#: Makes a record of a line and its cells, of which there are as many as columns.
_Maker = Callable[[int, list[Any], tuple[Remark, ...]], Record]


def _records(rows: Iterator[Row], width: int, make: _Maker) -> Iterator[Record]:
    """Go through the rows that hold anything: evened out, or refused by themselves."""
    for line, cells in rows:
        if all(map(is_blank, cells)):
            continue
        if len(cells) == width:
            yield make(line, cells, ())
        elif len(cells) < width:
            lacking = width - len(cells)
            note = f"has {len(cells)} cells; the head has {width}. The last are empty."
            yield make(line, cells + [None] * lacking, (("", note, _RAGGED),))
        elif all(map(is_blank, cells[width:])):
            yield make(line, cells[:width], ())
        else:
            fault = f"has {len(cells)} cells; the head has {width}."
            kept = make(line, cells[:width], ())
            yield replace(kept, faults=(("", fault, _RAGGED),))


def _maker(head: Sequence[str]) -> _Maker:
    """Return what makes the records of a table with that head."""

    def plain(line: int, cells: list[Any], notes: tuple[Remark, ...]) -> Record:
        return Record(dict(zip(head, cells, strict=True)), None, line, (), notes)

    return plain


def _plain(make: _Maker) -> _Maker:
    """Return what also takes the mark off cells that could run as formulas."""

    def plain(line: int, cells: list[Any], notes: tuple[Remark, ...]) -> Record:
        texts = [plain_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        return make(line, texts, notes)

    return plain


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
