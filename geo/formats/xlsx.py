"""Excel workbooks (ECMA-376): sheets for incidents, their parts, and what they are.

Of others, the values of one sheet are read, never a formula's text or a macro.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.functions import tostring

from geo.base.errors import Fault, IncidentMapError, QueryError
from geo.formats.input_file import InputFile, refuse, warning
from geo.formats.packages import SteadyZip, chunks
from geo.formats.records import Part, json_value, parts_of_records
from geo.formats.related import (
    RELATED,
    RELATED_COLUMNS,
    SOURCE_COLUMNS,
    Parts,
    joined,
    related,
    source_rows,
)
from geo.formats.rows import columns, unfit
from geo.formats.tables import Row, read_table
from geo.formats.wkt import wkt
from geo.model.fields import (
    DICTIONARY_COLUMNS,
    PLACE_FIELDS,
    Kind,
    dictionary,
    fields,
)

if TYPE_CHECKING:
    from geo.formats.selection import Selection

_OURS: Final = "incidents"
_SHEETS: Final = "xl/worksheets/"
_MERGED: Final = b"<mergeCell "
_FORMULA_XML: Final = (b"<f>", b"<f ")
_PIECE_BYTES: Final = 1 << 20
_SHOWN: Final = 5

#: Rows of a sheet, its head included, and characters of a cell.
MOST_ROWS: Final = 1_048_576
MOST_CHARS: Final = 32_767
#: Columns whose texts are longer than most, in characters.
_WIDTHS: Final = {
    **dict.fromkeys(("title", "quote", "wkt", "url", "value"), 48),
    **dict.fromkeys(("summary", "description"), 80),
    **dict.fromkeys(("id", "incident_id", "place", "date_note", "name"), 28),
}
_USUAL_WIDTH: Final = 16
#: Excel's calendar has a day too many before this one.
_FIRST_DAY: Final = date(1900, 3, 1)
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
#: What Excel would read as the code of another character, and a carriage return,
#: which XML would make a line feed.
_CODE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|\r")
_CODED: Final = re.compile(r"_x(005[Ff]|000[Dd])_")


def read(file: InputFile) -> Iterator[Part]:
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
        with file.path.open("rb") as opened, closing(_workbook(opened)) as book:
            yield from _read_book(book, file)
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
        refuse(file.name, f"cannot be read as an Excel workbook: {error}.", remedy)


def _workbook(file: Any, *, values: bool = True) -> Any:  # noqa: ANN401 - no types
    return load_workbook(file, read_only=True, data_only=values, keep_links=False)


def _read_book(book: Any, file: InputFile) -> Iterator[Part]:  # noqa: ANN401
    sheets: list[str] = [sheet.title for sheet in book.worksheets]
    chosen, warnings = _sheet(book, sheets, file)
    warnings += _odd_cells(book, chosen, file)
    rows = _even(_sheet_rows(book[chosen]))
    ours = chosen == _OURS
    table, further = read_table(
        rows, file.name, file.options.mapped, comma_decimals=False
    )
    records = joined(table, _parts(book, sheets) if ours else {})
    yield from parts_of_records(
        records,
        file,
        kind="xlsx",
        epsg=file.options.epsg,
        warnings=warnings + further,
    )


def _sheet(
    book: Any,  # noqa: ANN401
    sheets: Sequence[str],
    file: InputFile,
) -> tuple[str, list[Fault]]:
    """Return the sheet to read, and a warning of those that are not."""
    layer, name = file.options.layer, file.name
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


def _odd_cells(book: Any, chosen: str, file: InputFile) -> list[Fault]:  # noqa: ANN401
    """Warn of cells that look filled in, but hold no value."""
    warnings = []
    if _holds(file.path, (_MERGED,)):
        message = "has merged cells: only the first of each holds the value."
        remedy = "Unmerge them and fill in each, if records lack something."
        warnings.append(warning(file.name, message, remedy))
    if _holds(file.path, _FORMULA_XML):
        cells = list(_unsaved(book[chosen], chosen, file.path))
        if cells:
            more = f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else ""
            shown = ", ".join(cells[:_SHOWN])
            message = (
                f"formulas without a saved result are read as empty: {shown}{more}."
            )
            remedy = "Open it in a spreadsheet program and save it again."
            warnings.append(warning(file.name, message, remedy))
    return warnings


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


def _sheet_rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        yield line, [_value(value) for value in cells]


def _value(value: Any) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, str):
        return decoded_cell(value)
    return json_value(value)


def _parts(book: Any, sheets: Sequence[str]) -> Parts:  # noqa: ANN401
    parts: Parts = {}
    for title in ("actors", "citations"):
        if title in sheets:
            rows = _sheet_rows(book[title])
            head = [str(cell) for cell in next(rows, (1, []))[1]]
            parts[title] = [dict(zip(head, cells, strict=False)) for _, cells in rows]
    return parts


def write(selection: Selection) -> Iterator[bytes]:
    """Write an Excel workbook.

    Sheets ``incidents``, ``citations``, ``actors`` (by ``incident_id``),
    ``sources``, ``fields`` and ``about``. Texts are texts, whatever they begin
    with: no cell is a formula. Days are dates from March 1900 on, else texts.

    Raises
    ------
    DataError
        If there are more rows than a sheet has, a text is longer than a cell, or
        holds a character that a sheet cannot.
    """
    _check(selection)
    book = Workbook(write_only=True)
    every = (*fields(), *PLACE_FIELDS, *selection.own)
    names = [field.name for field in every]
    _add_sheet(
        book,
        "incidents",
        [name for name in names if name not in RELATED],
        _rows(selection),
    )
    for name in RELATED:
        head = ["incident_id", "number", *RELATED_COLUMNS[name]]
        _add_sheet(book, name, head, related(selection.features(), name))
    _add_sheet(book, "sources", SOURCE_COLUMNS, source_rows(selection.sources))
    _add_sheet(book, "fields", DICTIONARY_COLUMNS, dictionary(selection.about.own))
    facts = [
        {"name": name, "value": text} for name, text in selection.about.facts().items()
    ]
    _add_sheet(book, "about", ("name", "value"), facts)
    with tempfile.TemporaryDirectory() as folder:
        drawn, path = Path(folder) / "drawn.xlsx", Path(folder) / "incidents.xlsx"
        book.save(drawn)
        # Saving writes the clock into the properties and into every member.
        book.properties.created = selection.about.made.replace(tzinfo=None)
        book.properties.modified = selection.about.made.replace(tzinfo=None)
        book.properties.creator = ""
        with (
            zipfile.ZipFile(drawn) as made,
            SteadyZip(path, selection.about.made) as kept,
        ):
            for name in made.namelist():
                inner = Path(folder) / "member"
                with made.open(name) as source, inner.open("wb") as target:
                    while piece := source.read(1 << 20):
                        target.write(piece)
                if name == "docProps/core.xml":
                    inner.write_bytes(tostring(book.properties.to_tree()))
                kept.add(name, inner)
        yield from chunks(path)


def decoded_cell(text: str) -> str:
    """Return a text cell as it was: the inverse of how underscores are kept."""
    return _CODED.sub(lambda code: chr(int(code[1], 16)), text)


def _coded(mark: re.Match[str]) -> str:
    """Return a character as the code that Excel reads it from."""
    return f"_x{ord(mark[0]):04X}_"


def _rows(selection: Selection) -> Iterator[dict[str, Any]]:
    every = (*fields(), *selection.own)
    days = {field.name for field in every if field.kind == Kind.DAY}
    for feature in selection.features():
        row = columns(feature, selection.own)
        for name in days:
            row[name] = _day(row[name])
        geometry = feature["geometry"]
        if geometry and geometry["type"] == "Point":
            row["lon"], row["lat"] = geometry["coordinates"][:2]
        row["wkt"] = wkt(geometry)
        yield row


def _day(written: str | None) -> date | str | None:
    if not written:
        return None
    day = date.fromisoformat(written)
    return day if day >= _FIRST_DAY else written


def _add_sheet(
    book: Workbook, title: str, head: Sequence[str], rows: Iterable[dict[str, Any]]
) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(head, 1):
        width = _WIDTHS.get(name, _USUAL_WIDTH)
        sheet.column_dimensions[get_column_letter(number)].width = width
    bold = []
    for name in head:
        cell = WriteOnlyCell(sheet, name)
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([_cell(sheet, row, name) for name in head])


def _check(selection: Selection) -> None:
    """Refuse what sheets cannot hold before one is begun."""
    numbers = dict.fromkeys(("incidents", *RELATED), 0)
    for feature in selection.features():
        numbers["incidents"] += 1
        row = columns(feature, selection.own)
        own = (value for name, value in row.items() if name not in RELATED)
        texts = [value for value in own if isinstance(value, str)]
        for name in RELATED:
            for part in related([feature], name):
                numbers[name] += 1
                texts.extend(value for value in part.values() if isinstance(value, str))
        for text in texts:
            if len(text) > MOST_CHARS:
                message = f"has {len(text)} characters; a cell holds {MOST_CHARS}."
                raise unfit(feature["id"], "a text", message)
            if ILLEGAL_CHARACTERS_RE.search(text):
                message = "holds a character that a sheet cannot keep."
                raise unfit(feature["id"], "a text", message)
    for name, number in numbers.items():
        if number >= MOST_ROWS:
            message = f"{number} rows; a sheet holds {MOST_ROWS - 1}."
            raise unfit("", name, message)


def _cell(sheet: Any, row: dict[str, Any], name: str) -> Any:  # noqa: ANN401
    value = row.get(name)
    if value == "":
        return None
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _CODE.sub(_coded, value))
    cell.data_type = "s"
    if _FORMULA.match(value):
        # Also when somebody edits the cell, it stays a text.
        cell.quotePrefix = True
    return cell
