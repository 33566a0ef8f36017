"""CSV: one row an incident, safe to open in a spreadsheet, exact to read back.

Tables of others are read in one encoding with one separator, or are refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geo.base.errors import Fault, QueryError
from geo.formats.input_file import InputFile, codec_of, content, refuse, warning
from geo.formats.records import Part, parts_of_records
from geo.formats.rows import columns
from geo.formats.tables import Row, csv_columns, neutral_cell, read_table
from geo.formats.wkt import wkt
from geo.geojson import LIMITS

if TYPE_CHECKING:
    # A reader does without it, and is to start soon.
    from geo.formats.selection import Selection

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: The line that tells a spreadsheet program the separator.
_SEPARATOR_LINE: Final = re.compile(r'\s*"?sep=([,;\t|])"?[ \t]*\r?\n', re.IGNORECASE)
_UTF8: Final = "utf-8"


def read(file: InputFile) -> Iterator[Part]:
    """Read a text of separated values with a head of column names.

    UTF-8 is taken for granted unless the caller says another encoding; nothing is
    guessed. A row that is ragged, or whose coordinates are wrong, is an error of its
    own. Coordinates are WGS84 unless the caller says another system.

    Raises
    ------
    DataError
        If the file is not in that encoding, has no head, a column twice, an open
        quote or a NUL character.
    QueryError
        If the encoding is not one, or is plainly not the file's.
    """
    name, opening = file.name, file.options
    text = _decoded(content(file.path, name), name, opening.encoding)
    separator, start, warnings = _separator(text, name)
    rows = _rows(text[start:], separator, name)
    records, further = read_table(
        rows,
        name,
        opening.mapped,
        comma_decimals=separator != ",",
        neutralised=True,
    )
    warnings += further
    yield from parts_of_records(
        records, file, kind="csv", epsg=opening.epsg, warnings=warnings
    )


def _decoded(data: bytes, name: str, encoding: str) -> str:
    codec = codec_of(encoding)
    utf8 = codec == _UTF8
    if utf8 and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(name, "is written in UTF-16.", "Say so with --encoding utf-16.")
    if not codec.startswith("utf") and _is_utf8(data):
        msg = (
            f"{name} is UTF-8; read as {codec} its letters would be others. "
            "Leave --encoding out."
        )
        raise QueryError("encoding", msg)
    try:
        text = data.decode("utf-8-sig" if utf8 else codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not {codec}."
        remedy = (
            "Say the encoding, such as --encoding cp1251 (Cyrillic) or "
            "--encoding cp1252 (Western Europe), or save the file in UTF-8."
        )
        refuse(name, message, remedy, where=f"line {line}")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        remedy = "Save it as CSV in UTF-8 again; it may be UTF-16 or no text at all."
        refuse(name, "holds a NUL character.", remedy, where=f"line {line}")
    if not text.strip():
        refuse(name, "is empty.", "Give a file with a head and rows.")
    return text


def _is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 with more than ASCII in them, hardly by chance."""
    if data.isascii():
        return False
    try:
        data.decode(_UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str, name: str) -> tuple[str, int, list[Fault]]:
    """Return what parts the columns, where the table begins, and what to tell.

    It is what the first line says, or what stands most often outside quotes in it.
    """
    line = _SEPARATOR_LINE.match(text)
    if line:
        return line[1], line.end(), []
    head = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    separator = max(_SEPARATORS, key=lambda mark: (head.count(mark), mark == ","))
    if separator == ",":
        return separator, 0, []
    message = f"columns are parted by {_SEPARATORS[separator]}."
    return separator, 0, [warning(name, message, "")]


def _rows(text: str, separator: str, name: str) -> Iterator[Row]:
    csv.field_size_limit(LIMITS.max_text_chars)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, list(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = "Check the quotation marks from there on; double those inside a cell."
        refuse(name, f"cannot be read ({error}).", remedy, where=f"line {line}")


def write(selection: Selection) -> Iterator[bytes]:
    """Write CSV (RFC 4180, UTF-8) with lon, lat and WKT.

    ``lon`` and ``lat`` are of points only. Text cells that a spreadsheet would run
    as a formula begin with an apostrophe; numbers are left alone.
    """
    names = [*csv_columns(), *(field.name for field in selection.own)]
    yield csv_line(names)
    for feature in selection.features():
        row = columns(feature, selection.own)
        geometry = feature["geometry"]
        if geometry and geometry["type"] == "Point":
            row["lon"], row["lat"] = geometry["coordinates"][:2]
        row["wkt"] = wkt(geometry)
        yield csv_line([row.get(name) for name in names])


def csv_table(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """Return rows as a whole CSV file."""
    lines = [csv_line(names)]
    lines.extend(csv_line([row.get(name) for name in names]) for row in rows)
    return b"".join(lines)


def csv_line(cells: Sequence[Any]) -> bytes:
    """Return one line; formulas are neutralised, truth values are true and false."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        [neutral_cell(cell) for cell in cells]
    )
    return line.getvalue().encode()
