"""OpenDocument spreadsheets (ISO/IEC 26300): the values of one sheet.

The text of formulas, scripts and annotations is not read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geo.formats.heads import Row, is_blank
from geo.formats.input_file import InputFile, refuse
from geo.formats.records import Part, parts_of_records
from geo.formats.workbooks import (
    MOST_COLUMNS,
    MOST_MARKS,
    MOST_ROWS,
    MOST_SHEETS,
    Layout,
    Sheet,
    chosen_sheet,
    linked_in,
    read_sheet,
)
from geo.formats.xml_text import walk_xml

_LABEL: Final = "an OpenDocument spreadsheet"
_AGAIN: Final = "Save it again as .ods, or as CSV."
_CONTENT: Final = "content.xml"
_HIDDEN: Final = frozenset({"collapse", "filter"})
#: Beyond this, whole numbers are not exact.
_EXACT: Final = 2**53
_MIDNIGHT: Final = "T00:00:00"
#: Cells of all sheets that are kept while they are looked through.
_MOST_CELLS: Final = 20_000_000
_CELLS: Final = frozenset({"table-cell", "covered-table-cell"})
#: Within these a text is not the cell's.
_ASIDE: Final = frozenset({"annotation", "shapes", "object", "frame"})


def read(file: InputFile) -> Iterator[Part]:
    """Read one sheet: the one that is said, or of those shown that with most records.

    Raises
    ------
    DataError
        If it is no spreadsheet, is not well-formed, claims more than a sheet has, or
        the sheet has no head.
    QueryError
        If there is no sheet of that name.
    """
    read_ = _read_content(file.path, file.name)
    sheets = [page.sheet for page in read_]
    chosen, warnings = chosen_sheet(sheets, file)
    page = next(page for page in read_ if page.sheet is chosen)
    table = read_sheet(iter(page.rows), page.layout, file)
    yield from parts_of_records(
        table.records,
        file,
        kind="ods",
        epsg=file.options.epsg,
        warnings=warnings + table.warnings,
    )


def sheets_of(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of a spreadsheet, with how many records each has."""
    return [page.sheet for page in _read_content(path, name)]


@dataclass(slots=True)
class _Page:
    """A sheet with its rows and what it says of them."""

    name: str
    is_hidden: bool
    layout: Layout = field(default_factory=Layout)
    rows: list[Row] = field(default_factory=list)

    #: Made once it is whole.
    sheet: Sheet = field(default_factory=lambda: Sheet(""))


def _read_content(path: Path, name: str) -> list[_Page]:
    reading = _Reading(name)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_CONTENT) as file:
            walk_xml(file, name, _LABEL, reading.start, reading.end, reading.text)
    except (KeyError, zipfile.BadZipFile, EOFError) as error:
        refuse(name, f"cannot be read as {_LABEL}: {error}.", _AGAIN)
    if not reading.is_spreadsheet:
        refuse(name, "is an OpenDocument file, but no spreadsheet.", _AGAIN)
    return reading.pages


class _Reading:
    """Gathers the sheets of a document while its XML is gone through."""

    def __init__(self, name: str) -> None:
        self.pages: list[_Page] = []
        self.is_spreadsheet = False
        self._name = name
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._nested = 0
        self._column = 0
        self._row: list[Any] = []
        self._row_repeats = 1
        self._cell: dict[str, str] | None = None
        self._texts: list[str] = []
        self._link = ""
        self._aside = 0
        self._cells = 0
        self._line = 0
        self._is_row_hidden = False

    def start(self, tag: str, said: dict[str, str]) -> None:
        """Take an element's begin."""
        kind = tag.rpartition("}")[2]
        if self._aside or kind in _ASIDE:
            self._aside += 1
            return
        plain = {key.rpartition("}")[2]: text for key, text in said.items()}
        handler = getattr(self, f"_begin_{kind.replace('-', '_')}", None)
        if handler is not None:
            handler(plain)

    def end(self, tag: str) -> None:
        """Take an element's end."""
        if self._aside:
            self._aside -= 1
            return
        kind = tag.rpartition("}")[2]
        if kind in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif kind == "table-row" and self._nested == 1:
            self._end_row()
        elif kind == "table":
            self._nested -= 1
            if not self._nested:
                page = self.pages[-1]
                records = max(len(page.rows) - 1, 0)
                page.sheet = Sheet(page.name, records, page.is_hidden)

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self._cell is not None and not self._aside:
            self._texts.append(piece)

    def _begin_spreadsheet(self, _: dict[str, str]) -> None:
        self.is_spreadsheet = True

    def _begin_style(self, said: dict[str, str]) -> None:
        self._style = said.get("name", "")

    def _begin_table_properties(self, said: dict[str, str]) -> None:
        if said.get("display") == "false":
            self._hidden_styles.add(self._style)

    def _begin_table(self, said: dict[str, str]) -> None:
        self._nested += 1
        if self._nested > 1:
            return
        if len(self.pages) >= MOST_SHEETS:
            refuse(self._name, f"has more than {MOST_SHEETS} sheets.", "Split it.")
        is_hidden = said.get("style-name") in self._hidden_styles
        self.pages.append(_Page(said.get("name", ""), is_hidden))
        self._column = 0
        self._line = 0

    def _begin_table_column(self, said: dict[str, str]) -> None:
        repeats = self._count(said, "number-columns-repeated", MOST_COLUMNS)
        first, self._column = self._column + 1, self._column + repeats
        if said.get("visibility") in _HIDDEN and self.pages:
            layout = self.pages[-1].layout
            self._bound(len(layout.hidden_columns))
            layout.hidden_columns.append((first, self._column))

    def _begin_table_row(self, said: dict[str, str]) -> None:
        if self._nested != 1:
            return
        self._row = []
        self._row_repeats = self._count(said, "number-rows-repeated", MOST_ROWS)
        self._is_row_hidden = said.get("visibility") in _HIDDEN

    def _begin_table_cell(self, said: dict[str, str]) -> None:
        if self._nested == 1:
            self._cell, self._texts, self._link = said, [], ""

    _begin_covered_table_cell = _begin_table_cell

    def _begin_p(self, _: dict[str, str]) -> None:
        if self._texts:
            self._texts.append("\n")

    def _begin_s(self, said: dict[str, str]) -> None:
        self._texts.append(" " * min(self._count(said, "c", MOST_COLUMNS), 100))

    def _begin_tab(self, _: dict[str, str]) -> None:
        self._texts.append("\t")

    def _begin_line_break(self, _: dict[str, str]) -> None:
        self._texts.append("\n")

    def _begin_a(self, said: dict[str, str]) -> None:
        self._link = self._link or said.get("href", "")

    def _end_cell(self, said: dict[str, str]) -> None:
        """Put the cell that ends into its row, as often as it is repeated."""
        text = "".join(self._texts).strip(" ")
        value = _value(said, text)
        repeats = self._count(said, "number-columns-repeated", MOST_COLUMNS)
        if len(self._row) + repeats > MOST_COLUMNS:
            # Empty cells to the right end of the sheet are not kept.
            repeats = 1 if is_blank(value) else MOST_COLUMNS - len(self._row)
        layout, line, column = self.pages[-1].layout, self._line + 1, len(self._row) + 1
        address = self._link or linked_in(said.get("formula", ""))
        if address:
            self._bound(len(layout.links))
            layout.links[line, column] = address
        wide = self._count(said, "number-columns-spanned", MOST_COLUMNS)
        high = self._count(said, "number-rows-spanned", MOST_ROWS)
        if wide > 1 or high > 1:
            self._bound(len(layout.merged))
            layout.merged.append((line, column, line + high - 1, column + wide - 1))
        self._row.extend([value] * repeats)

    def _end_row(self) -> None:
        page, repeats = self.pages[-1], self._row_repeats
        while self._row and is_blank(self._row[-1]):
            self._row.pop()
        first, self._line = self._line + 1, self._line + repeats
        if self._line > MOST_ROWS:
            if self._row:
                message = f"has more than {MOST_ROWS} rows in a sheet."
                refuse(self._name, message, "Split it.")
            self._line = MOST_ROWS
        if not self._row:
            return
        self._cells += len(self._row) * repeats
        if self._cells > _MOST_CELLS:
            message = f"has more than {_MOST_CELLS} cells."
            refuse(self._name, message, "Save the sheet as CSV.")
        lines = range(first, first + repeats)
        if self._is_row_hidden:
            page.layout.hidden_rows.update(lines)
        page.rows.extend((line, list(self._row)) for line in lines)

    def _count(self, said: dict[str, str], name: str, most: int) -> int:
        """Return how often something is repeated, 1 if it does not say."""
        written = said.get(name, "1")
        if not written.isdecimal() or len(written) > len(str(most)):
            message = f"says {name} {written[:20]!r}; at most {most} are there."
            refuse(self._name, message, _AGAIN)
        return min(max(int(written), 1), most)

    def _bound(self, count: int) -> None:
        if count >= MOST_MARKS:
            message = f"has more than {MOST_MARKS} merged cells or links in a sheet."
            refuse(self._name, message, "Save it as CSV.")


def _value(said: dict[str, str], text: str) -> Any:  # noqa: ANN401 - any cell
    """Return what a cell holds: of days and times as ISO texts."""
    kind = said.get("value-type", "")
    if kind in {"float", "percentage", "currency"}:
        return _number(said.get("value", ""), text)
    if kind == "date":
        return said.get("date-value", text).removesuffix(_MIDNIGHT)
    if kind == "time":
        # PT10H30M00S, beside which the cell shows 10:30.
        return text or said.get("time-value", "")
    if kind == "boolean":
        return said.get("boolean-value") == "true"
    value = text or said.get("string-value", "")
    return None if is_blank(value) else value


def _number(written: str, text: str) -> float | int | str:
    try:
        number = float(written)
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < _EXACT else number
