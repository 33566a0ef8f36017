"""CSV and its like: one encoding, one separator, one row a record, or a clear no."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from geo.base.errors import Fault, QueryError
from geo.formats.given import Given, codec_of
from geo.formats.raw import Part, content, parts_of_records, refuse, warning
from geo.formats.tables import Row, read_table
from geo.geojson import LIMITS

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: The line with which a spreadsheet program is told the separator.
_SAID: Final = re.compile(r'\s*"?sep=([,;\t|])"?[ \t]*\r?\n', re.IGNORECASE)
_UTF8: Final = "utf-8"


def read_delimited(given: Given) -> Iterator[Part]:
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
    name, opening = given.name, given.opening
    text = _decoded(content(given.path, name), name, opening.encoding)
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
        records, given, kind="csv", epsg=opening.epsg, warnings=warnings
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
    said = _SAID.match(text)
    if said:
        return said[1], said.end(), []
    head = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    found = max(_SEPARATORS, key=lambda mark: (head.count(mark), mark == ","))
    if found == ",":
        return found, 0, []
    return found, 0, [warning(name, f"columns are parted by {_SEPARATORS[found]}.", "")]


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
