"""Excel workbooks: the values of one sheet, never a formula's text or a macro."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.base.errors import Fault, IncidentMapError, QueryError
from geo.formats.given import Given
from geo.formats.parts import Parts, joined
from geo.formats.raw import Part, json_value, parts_of_records, refuse, warning
from geo.formats.tables import Row, read_table
from geo.formats.xlsx_writing import decoded_cell

_OURS: Final = "incidents"
_SHEETS: Final = "xl/worksheets/"
_MERGED: Final = b"<mergeCell "
_FORMULA: Final = (b"<f>", b"<f ")
_PIECE_BYTES: Final = 1 << 20
_SHOWN: Final = 5


def read_workbook(given: Given) -> Iterator[Part]:
    """Read one sheet of a workbook whose archive has been checked.

    Which need not be said: ``incidents``, or the first that is not hidden.
    Coordinates are WGS84 unless the caller says another system.

    Raises
    ------
    DataError
        If it cannot be read, or the sheet has no head.
    QueryError
        If there is no sheet of that name.
    """
    try:
        # Handed over open: the library goes by names, not by content.
        with given.path.open("rb") as file, closing(_workbook(file)) as book:
            yield from _read(book, given)
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
        remedy = "Save it again as .xlsx, or as CSV."
        refuse(given.name, f"cannot be read as an Excel workbook: {error}.", remedy)


def _workbook(file: Any, *, values: bool = True) -> Any:  # noqa: ANN401 - no types
    return load_workbook(file, read_only=True, data_only=values, keep_links=False)


def _read(book: Any, given: Given) -> Iterator[Part]:  # noqa: ANN401
    sheets: list[str] = [sheet.title for sheet in book.worksheets]
    chosen, warnings = _sheet(book, sheets, given)
    warnings += _odd_cells(book, chosen, given)
    rows = _even(_rows(book[chosen]))
    ours = chosen == _OURS
    table, further = read_table(
        rows, given.name, given.opening.mapped, comma_decimals=False
    )
    records = joined(table, _parts(book, sheets) if ours else {})
    yield from parts_of_records(
        records,
        given,
        kind="xlsx",
        epsg=given.opening.epsg,
        warnings=warnings + further,
    )


def _sheet(
    book: Any,  # noqa: ANN401
    sheets: Sequence[str],
    given: Given,
) -> tuple[str, list[Fault]]:
    """Return the sheet to read, and a warning of those that are not."""
    layer, name = given.opening.layer, given.name
    if not sheets:
        refuse(name, "has no sheet.", "Give a workbook with a table in it.")
    if layer:
        if layer not in sheets:
            raise QueryError("layer", f"{layer!r} is not one of {', '.join(sheets)}.")
        return layer, []
    if _OURS in sheets:
        return _OURS, []
    seen = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    chosen = (seen or sheets)[0]
    others = ", ".join(repr(sheet) for sheet in sheets if sheet != chosen)
    if not others:
        return chosen, []
    message = f"only the sheet {chosen!r} is read, not {others}."
    return chosen, [warning(name, message, "Choose another with --layer.")]


def _odd_cells(book: Any, chosen: str, given: Given) -> list[Fault]:  # noqa: ANN401
    """Warn of cells that look filled in, but hold no value."""
    found = []
    if _holds(given.path, (_MERGED,)):
        message = "has merged cells: only the first of each holds the value."
        remedy = "Unmerge them and fill in each, if records lack something."
        found.append(warning(given.name, message, remedy))
    if _holds(given.path, _FORMULA):
        cells = list(_unsaved(book[chosen], chosen, given.path))
        if cells:
            more = f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else ""
            shown = ", ".join(cells[:_SHOWN])
            message = (
                f"formulas without a saved result are read as empty: {shown}{more}."
            )
            remedy = "Open it in a spreadsheet program and save it again."
            found.append(warning(given.name, message, remedy))
    return found


def _holds(path: Path, marks: Sequence[bytes]) -> bool:
    """Tell whether a sheet's XML has one of these."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not member.startswith(_SHEETS):
                continue
            with archive.open(member) as file:
                before = b""
                while piece := file.read(_PIECE_BYTES):
                    if any(mark in before + piece for mark in marks):
                        return True
                    before = piece[-len(_MERGED) :]
    return False


def _unsaved(sheet: Any, chosen: str, path: Path) -> Iterator[str]:  # noqa: ANN401
    """Go through the cells whose formula was never calculated."""
    with path.open("rb") as file, closing(_workbook(file, values=False)) as book:
        written = book[chosen].iter_rows()
        for formulas, values in zip(
            written, sheet.iter_rows(values_only=True), strict=False
        ):
            for cell, value in zip(formulas, values, strict=False):
                if value is None and cell.value is not None:
                    yield str(cell.coordinate)


def _even(rows: Iterator[Row]) -> Iterator[Row]:
    """Go through rows with empty cells where a sheet has none to the right."""
    line, head = next(rows, (1, []))
    yield line, head
    for line, cells in rows:
        yield line, cells + [None] * (len(head) - len(cells))


def _rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        yield line, [_cell(value) for value in cells]


def _cell(value: Any) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, str):
        return decoded_cell(value)
    return json_value(value)


def _parts(book: Any, sheets: Sequence[str]) -> Parts:  # noqa: ANN401
    found: Parts = {}
    for title in ("actors", "citations"):
        if title in sheets:
            rows = _rows(book[title])
            head = [str(cell) for cell in next(rows, (1, []))[1]]
            found[title] = [dict(zip(head, cells, strict=False)) for _, cells in rows]
    return found
