"""Excel workbooks of others: the values of one sheet, never a formula or a macro.

What is hidden, merged and linked is told by :mod:`geo.formats.xlsx_layout`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.base.errors import IncidentMapError
from geo.formats.heads import Row, is_blank
from geo.formats.input_file import InputFile, refuse
from geo.formats.records import Part, json_value, parts_of_records
from geo.formats.related import Parts, joined
from geo.formats.workbooks import Sheet, chosen_sheet, read_sheet
from geo.formats.xlsx import decoded_cell
from geo.formats.xlsx_layout import Book

_OURS: Final = "incidents"
#: Sheets of an export for what an incident has several of.
_LISTS: Final = ("actors", "citations")
#: What a cell shows whose formula went wrong.
_ERRORS: Final = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
)


def read(file: InputFile) -> Iterator[Part]:
    """Read one sheet of a workbook whose archive has been checked.

    Which need not be said: ``incidents``, or of those that are not hidden the one with
    most records. Coordinates are WGS84 unless the caller says another system.

    Raises
    ------
    DataError
        If it cannot be read, or the sheet has no head.
    QueryError
        If there is no sheet of that name.
    """
    try:
        yield from _read(file)
    except IncidentMapError:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        SyntaxError,
        EOFError,
        AttributeError,
        ValueError,
        OverflowError,
    ) as error:
        # The library raises these for workbooks that lack a part or hold broken XML.
        _refuse(file, error)


def _refuse(file: InputFile, error: Exception) -> None:
    remedy = "Save it again as .xlsx, or as CSV."
    refuse(file.name, f"cannot be read as an Excel workbook: {error}.", remedy)


def _read(file: InputFile) -> Iterator[Part]:
    with zipfile.ZipFile(file.path) as archive:
        layouts = Book(archive, file.name)
        sheets = layouts.sheets()
        chosen, warnings = chosen_sheet(sheets, file, _OURS)
        layout = layouts.layout(chosen.name)
    # Handed over open: the library goes by names, not by content.
    with file.path.open("rb") as opened, closing(_workbook(opened)) as book:
        table = read_sheet(_sheet_rows(book[chosen.name]), layout, file)
        ours = chosen.name == _OURS
        parts = _parts(book, [sheet.name for sheet in sheets]) if ours else {}
        yield from parts_of_records(
            joined(table.records, parts),
            file,
            kind="xlsx",
            epsg=file.options.epsg,
            warnings=warnings + table.warnings,
        )


def sheets_of(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of a workbook, with how many records each has."""
    with zipfile.ZipFile(path) as archive:
        return Book(archive, name).sheets()


def _workbook(file: Any) -> Any:  # noqa: ANN401 - no types
    return load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _sheet_rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401
    # What a sheet says of its own size may be a claim.
    sheet.reset_dimensions()
    # In a sheet of ours blanks are what a note says; in others' they are nothing.
    is_ours = sheet.title in {_OURS, *_LISTS}
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        yield (
            line,
            [
                None if not is_ours and is_blank(cell) else _value(cell)
                for cell in cells
            ],
        )


def _value(value: Any) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, str):
        return None if not value or value in _ERRORS else decoded_cell(value)
    return json_value(value)


def _parts(book: Any, sheets: list[str]) -> Parts:  # noqa: ANN401
    parts: Parts = {}
    for title in _LISTS:
        if title in sheets:
            rows = _sheet_rows(book[title])
            head = [str(cell) for cell in next(rows, (1, []))[1]]
            parts[title] = [dict(zip(head, cells, strict=False)) for _, cells in rows]
    return parts
