"""Workbooks, whichever program's: which sheet is read, and what its cells stand for.

What is hidden is left out and told, merged cells are filled, and the addresses behind
cells become columns of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final

from geo.base.errors import Fault, QueryError
from geo.formats.heads import LOOKED_AT, Row, head_at, is_blank, width_of
from geo.formats.input_file import InputFile, refuse, warning
from geo.formats.records import Record
from geo.formats.tables import Table, read_table

#: Rows of a sheet, its head included, and its columns.
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
#: Sheets, merged cells and links beyond which no workbook is read.
MOST_SHEETS: Final = 1_000
MOST_MARKS: Final = 200_000
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
#: The address that a formula shows a text instead of.
_LINKING: Final = re.compile(r'\s*(?:of:)?=?\s*HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
_SHOWN: Final = 5
_TWICE: Final = 2

#: First row, first column, last row, last column, from 1.
Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Parameters
    ----------
    name
        What it is called.
    records
        How many rows hold anything, without one for the head.
    is_hidden
        Whether the program that made it does not show it.
    """

    name: str
    records: int = 0
    is_hidden: bool = False


@dataclass(slots=True)
class Layout:
    """What a sheet says of its cells besides what they hold.

    Parameters
    ----------
    rows
        How many hold anything.
    hidden_rows
        Their numbers, from 1.
    hidden_columns
        First and last of each run of them, from 1.
    merged
        Ranges of cells that look like one.
    links
        Addresses by row and column.
    unsaved
        Names of the cells whose formula has no result.
    """

    rows: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved: list[str] = field(default_factory=list)

    def is_shown(self, column: int) -> bool:
        """Tell whether a column, from 1, is not hidden."""
        return not any(first <= column <= last for first, last in self.hidden_columns)


def chosen_sheet(
    sheets: Sequence[Sheet], file: InputFile, ours: str = ""
) -> tuple[Sheet, list[Fault]]:
    """Return the sheet to read, and a warning of those that are not.

    It is what the caller says; else one called *ours*; else, of those that are not
    hidden, the one with most records.

    Raises
    ------
    DataError
        If there is none.
    QueryError
        If there is none of the name that the caller says.
    """
    layer, name = file.options.layer, file.name
    if not sheets:
        refuse(name, "has no sheet.", "Give a workbook with a table in it.")
    by_name = {sheet.name: sheet for sheet in reversed(sheets)}
    if layer:
        if layer not in by_name:
            shown = ", ".join(sheet.name for sheet in sheets)
            raise QueryError("layer", f"{layer!r} is not one of {shown}.")
        return by_name[layer], []
    if ours in by_name:
        return by_name[ours], []
    seen = [sheet for sheet in sheets if not sheet.is_hidden] or list(sheets)
    chosen = max(seen, key=lambda sheet: sheet.records)
    warnings = []
    others = [sheet for sheet in seen if sheet is not chosen]
    if others:
        shown = ", ".join(f"{one.name!r} ({one.records} rows)" for one in others)
        message = (
            f"only the sheet {chosen.name!r} ({chosen.records} rows) is read, "
            f"not {shown}."
        )
        warnings.append(warning(name, message, "Choose another with --layer."))
    hidden = [sheet.name for sheet in sheets if sheet.is_hidden and sheet is not chosen]
    if hidden:
        shown = ", ".join(map(repr, hidden))
        message = f"hidden sheets are left out: {shown}."
        warnings.append(warning(name, message, "Show them, or choose with --layer."))
    return chosen, warnings


def read_sheet(rows: Iterator[Row], layout: Layout, file: InputFile) -> Table:
    """Return the table of a sheet: as it is seen, merged cells filled.

    Parameters
    ----------
    rows
        All rows in order, with their numbers; shorter ones lack only empty cells.
    layout
        What the sheet says of them.
    file
        The file.

    Raises
    ------
    DataError
        As :func:`geo.formats.tables.read_table`.
    """
    first: list[Row] = []
    for row in rows:
        first.append(row)
        if sum(not all(map(is_blank, cells)) for _, cells in first) > LOOKED_AT:
            break
    filled = [row for row in first if not all(map(is_blank, row[1]))]
    seen = [row for row in filled if row[0] not in layout.hidden_rows]
    at, _ = head_at([(line, _shown_cells(cells, layout)) for line, cells in seen], "")
    head_line, head = seen[at] if seen else (1, [])
    # What stands beside the head's last name is a column without one.
    width = max((width_of(cells) for _, cells in seen[at:]), default=0)
    every = _filled(chain(first, rows), layout.merged, head_line, width)
    even: Iterator[Row] = (
        (line, cells + [None] * (width - len(cells)) if line >= head_line else cells)
        for line, cells in every
        if line not in layout.hidden_rows
    )
    groups = _groups_of(seen, at, layout, width)
    if groups:
        even = _joined_heads(even, groups)
    table = read_table(
        ((line, _shown_cells(cells, layout)) for line, cells in even),
        file,
    )
    hidden = _hidden(layout, head, file.name)
    table.warnings[:0] = hidden + _odd_cells(layout, file.name)
    if not layout.links:
        return table
    columns = [number for number in range(1, MOST_COLUMNS) if layout.is_shown(number)]
    named = dict(zip(columns, table.head, strict=False))
    return replace(table, records=_linked(table, layout.links, named))


@dataclass(frozen=True, slots=True)
class _Groups:
    """Names that stand over several names of columns, and the line below them.

    Parameters
    ----------
    line, below
        Where they stand, and where the names below them do.
    names
        By the column, from 1.
    """

    line: int
    below: int
    names: Mapping[int, str]


def _groups_of(
    seen: Sequence[Row], at: int, layout: Layout, width: int
) -> _Groups | None:
    """Return the names over the head of a table, None where it has one line.

    Such a name is merged over several columns, not over all of them, and each of these
    has a text of its own in the line below, where the other columns have nothing.
    """
    for place in (at, at - 1):
        if not 0 <= place < len(seen) - 1:
            continue
        (line, cells), (below, names) = seen[place], seen[place + 1]
        merged = [
            (left, right)
            for top, left, bottom, right in layout.merged
            if top == bottom == line and left < right and (left > 1 or right < width)
        ]
        over = {
            column: " ".join(str(cells[left - 1]).split())
            for left, right in merged
            if left <= len(cells) and not is_blank(cells[left - 1])
            for column in range(left, right + 1)
        }
        own = [names[column - 1] for column in over if column <= len(names)]
        texts = [cell for cell in own if isinstance(cell, str) and not is_blank(cell)]
        # Else it is a record whose head has a wide cell.
        others = [cell for n, cell in enumerate(names, 1) if n not in over]
        is_head = place < at or all(map(is_blank, others))
        if over and is_head and len(texts) == len(over):
            return _Groups(line, below, over)
    return None


def _joined_heads(rows: Iterator[Row], groups: _Groups) -> Iterator[Row]:
    """Go through rows with a head of two lines made one: "Injured: men"."""
    upper: list[Any] = []
    for line, held in rows:
        cells = held
        if line == groups.line:
            upper = held
            continue
        if line == groups.below:
            cells = [
                f"{groups.names[column]}: {cell}" if column in groups.names else cell
                for column, cell in enumerate(held, 1)
            ]
            above = chain(upper, [None] * len(cells))
            cells = [
                name if is_blank(cell) else cell
                for cell, name in zip(cells, above, strict=False)
            ]
        yield line, cells


def _shown_cells(cells: list[Any], layout: Layout) -> list[Any]:
    if not layout.hidden_columns:
        return cells
    return [cell for number, cell in enumerate(cells, 1) if layout.is_shown(number)]


def _filled(
    rows: Iterator[Row], merged: Sequence[Range], head_line: int, width: int
) -> Iterator[Row]:
    """Go through rows with the value of the first of merged cells in all of them.

    In and above the head only down, since titles stretch over it; nor is a banner that
    stretches over a whole row a value of each column.
    """
    waiting = sorted(merged, reverse=True)
    active: list[tuple[Range, Any]] = []
    for line, held in rows:
        cells = list(held)
        active = [(one, value) for one, value in active if one[2] >= line]
        while waiting and waiting[-1][0] <= line:
            one = waiting.pop()
            value = cells[one[1] - 1] if one[1] <= len(cells) else None
            if one[0] == line and not is_blank(value):
                active.append((one, value))
        for (top, left, bottom, right), value in active:
            is_banner = top == bottom and left == 1 and right >= width
            last = left if line <= head_line or is_banner else min(right, width)
            if last > len(cells):
                cells.extend([None] * (last - len(cells)))
            for column in range(left, last + 1):
                if is_blank(cells[column - 1]):
                    cells[column - 1] = value
        yield line, cells


def _hidden(layout: Layout, head: Sequence[Any], name: str) -> list[Fault]:
    """Tell what is left out since it is hidden."""
    warnings = []
    if layout.hidden_rows:
        rows = sorted(layout.hidden_rows)
        shown = ", ".join(map(str, rows[:_SHOWN]))
        more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
        message = f"hidden rows are left out: {shown}{more}."
        warnings.append(warning(name, message, "Show them if they are to be read."))
    columns = [
        repr(str(cell))
        for number, cell in enumerate(head, 1)
        if not is_blank(cell) and not layout.is_shown(number)
    ]
    if columns:
        message = f"hidden columns are left out: {', '.join(columns)}."
        warnings.append(warning(name, message, "Show them if they are to be read."))
    return warnings


def _odd_cells(layout: Layout, name: str) -> list[Fault]:
    """Tell of cells that were filled, and of such as look filled and are not."""
    warnings = []
    if layout.merged:
        message = (
            f"has {len(layout.merged)} merged cells: below the head, each of their "
            "cells is read with the value of the first."
        )
        remedy = "Unmerge them if that is not what they mean."
        warnings.append(warning(name, message, remedy))
    cells = layout.unsaved
    if cells:
        more = f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else ""
        shown = ", ".join(cells[:_SHOWN])
        message = f"formulas without a saved result are read as empty: {shown}{more}."
        remedy = "Open it in a spreadsheet program and save it again."
        warnings.append(warning(name, message, remedy))
    return warnings


def _linked(
    table: Table, links: Mapping[tuple[int, int], str], named: Mapping[int, str]
) -> Iterator[Record]:
    """Go through records with the addresses that stand behind their cells."""
    by_line: dict[int, list[tuple[str, str]]] = {}
    for (line, column), address in links.items():
        if line > table.line and column in named and _ADDRESS.match(address):
            by_line.setdefault(line, []).append((named[column], address))
    names: dict[str, str] = {}
    for record in table.records:
        for name, address in by_line.get(record.line or 0, ()):
            if str(record.properties.get(name)).strip() != address:
                key = names.setdefault(name, _free(f"{name} link", table.head))
                record.properties[key] = address
        yield record


def _free(name: str, head: Sequence[str]) -> str:
    count, free = _TWICE, name
    while free in head:
        free = f"{name}_{count}"
        count += 1
    return free


def linked_in(formula: str) -> str:
    """Return the address that a formula shows a text instead of, or an empty text."""
    link = _LINKING.match(formula)
    return link[1] if link else ""
