"""Excel workbooks (ECMA-376): sheets for incidents, their parts, and what they are.

:mod:`geo.formats.xlsx_reading` reads them, and those of others.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from geo.formats.packages import SteadyZip, chunks
from geo.formats.related import (
    RELATED,
    RELATED_COLUMNS,
    SOURCE_COLUMNS,
    related,
    source_rows,
)
from geo.formats.rows import columns, unfit
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
