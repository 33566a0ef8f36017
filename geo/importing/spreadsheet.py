"""Excel workbooks: the values of one sheet, never a formula's text or a macro."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geo.errors import QueryError
from geo.export.spreadsheet import decoded_cell
from geo.importing.delimited import table_records
from geo.importing.parts import Parts, joined
from geo.importing.raw import Raw, json_value, raw_of_records, refuse

_OURS: Final = "incidents"
_MOST_COLUMNS: Final = 2_000


def read_workbook(
    path: Path, name: str, *, layer: str, mapped: Mapping[str, str]
) -> Raw:
    """Read one sheet of a workbook whose archive has been checked.

    Parameters
    ----------
    path
        The file.
    name
        What to call it in messages.
    layer
        Which sheet; by default ``incidents``, or the first.
    mapped
        Properties by column, of which ``lon``, ``lat`` and ``wkt`` are used here.

    Raises
    ------
    DataError
        If it cannot be read, or the sheet has no head.
    QueryError
        If there is no sheet of that name.
    """
    try:
        # Handed over open: the library goes by names, not by content.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return _read(book, name, layer, mapped)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        SyntaxError,
        EOFError,
        AttributeError,
    ) as error:
        # The library raises these for workbooks that lack a part or hold broken XML.
        remedy = "Save it again as .xlsx, or as CSV."
        refuse(name, f"cannot be read as an Excel workbook: {error}.", remedy)


def _read(book: Any, name: str, layer: str, mapped: Mapping[str, str]) -> Raw:  # noqa: ANN401
    sheets: list[str] = [sheet.title for sheet in book.worksheets]
    if layer and layer not in sheets:
        raise QueryError("layer", f"{layer!r} is not one of {', '.join(sheets)}.")
    if not sheets:
        refuse(name, "has no sheet.", "Give a workbook with a table in it.")
    chosen = layer or (_OURS if _OURS in sheets else sheets[0])
    rows = _rows(book[chosen])
    head = [str(cell or "").strip() for cell in next(rows, (1, []))[1]]
    while head and not head[-1]:
        head.pop()
    if not head or not all(head) or len(set(head)) < len(head):
        remedy = "Give each column a name of its own in the first row."
        refuse(name, "has columns without a name, or two of one name.", remedy)
    if len(head) > _MOST_COLUMNS:
        refuse(name, f"has {len(head)} columns.", "Remove those not needed.")
    even = ((line, _even(cells, len(head))) for line, cells in rows)
    parts = _parts(book, sheets) if chosen == _OURS else {}
    records = joined(table_records(even, head, name, mapped), parts)
    return raw_of_records(records, name, kind="xlsx", epsg=None)


def _even(cells: Sequence[Any], width: int) -> list[Any]:
    """Return a row without the empty cells past the head; sheets have any width."""
    kept = list(cells[:width]) + [None] * (width - len(cells))
    return kept + [cell for cell in cells[width:] if cell is not None]


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:  # noqa: ANN401
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
