"""CSV of others: the encoding told by its words, the separator by its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from geo.base.errors import Fault
from geo.formats.heads import Row
from geo.formats.input_file import (
    InputFile,
    check_size,
    codec_of,
    content,
    refuse,
    warning,
)
from geo.formats.records import Part, parts_of_records
from geo.formats.tables import read_table
from geo.formats.text_encoding import decoded
from geo.layer.geojson import LIMITS

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: The line that tells a spreadsheet program the separator.
_SEPARATOR_LINE: Final = re.compile(r'\s*"?sep=([,;\t|])"?[ \t]*\r?\n', re.IGNORECASE)
#: How much of a text is looked at to tell the separator.
_LOOKED_AT_CHARS: Final = 100_000
_LOOKED_AT_ROWS: Final = 200
#: Files above that size are read piece by piece where they are UTF-8.
_LARGE_BYTES: Final = 20_000_000
_PIECE_BYTES: Final = 1 << 20
#: A row with so many cells has a separator in it.
_TWO: Final = 2


def read(file: InputFile) -> Iterator[Part]:
    """Read a text of separated values with a head of column names.

    UTF-8 comes first; what is not is read in the encoding in which it makes words,
    unless the caller says one. A row that has more cells than the head is an error of
    its own; one that has fewer ends in empty ones, which is told. Coordinates are WGS84
    unless the caller says another system.

    Raises
    ------
    DataError
        If the file is not in the encoding said, has no head, an open quote or a NUL
        character.
    QueryError
        If the encoding is not one, or is plainly not the file's.
    """
    with _opened(file) as (lines, notes):
        head = lines.read(_LOOKED_AT_CHARS + 1)
        separator, start, further = _separator(head, file.name)
        lines.seek(0)
        first = 1 + lines.read(start).count("\n")
        table = read_table(
            _rows(lines, first, separator, file.name), file, neutralised=True
        )
        warnings = [*notes, *further, *table.warnings]
        yield from parts_of_records(
            table.records,
            file,
            kind="csv",
            epsg=file.options.epsg,
            warnings=warnings,
        )


@contextmanager
def _opened(file: InputFile) -> Iterator[tuple[TextIO, list[Fault]]]:
    """Open the text of a file; a large one in UTF-8 is never in memory as a whole."""
    name, encoding = file.name, file.options.encoding
    if file.path.stat().st_size > _LARGE_BYTES and _is_utf8_throughout(file, encoding):
        with file.path.open("r", encoding="utf-8-sig", newline="") as lines:
            yield lines, []
        return
    text, warnings = decoded(content(file.path, name), name, encoding)
    yield io.StringIO(text, newline=""), warnings


def _is_utf8_throughout(file: InputFile, encoding: str) -> bool:
    """Tell whether a file is UTF-8 without marks or NULs within, piece by piece."""
    if encoding and codec_of(encoding) != "utf-8":
        return False
    check_size(file.path, file.name)
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.path.open("rb") as opened:
        marks = 0
        try:
            while piece := opened.read(_PIECE_BYTES):
                text = decoder.decode(piece)
                marks += text.count("\ufeff")
                if "\x00" in text or marks > 1:
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _separator(text: str, name: str) -> tuple[str, int, list[Fault]]:
    """Return what parts the columns, where the table begins, and what to tell.

    It is what the first line says, or what gives most rows one and the same width.
    """
    line = _SEPARATOR_LINE.match(text)
    if line:
        return line[1], line.end(), []
    piece = text[:_LOOKED_AT_CHARS]
    if len(piece) < len(text):
        # What is cut is not looked at.
        piece = piece.rpartition("\n")[0] or piece
    separator = max(_SEPARATORS, key=lambda mark: _evenness(piece, mark))
    if separator == ",":
        return separator, 0, []
    message = f"columns are parted by {_SEPARATORS[separator]}."
    return separator, 0, [warning(name, message, "")]


def _evenness(text: str, separator: str) -> tuple[float, int, bool]:
    """Return how many rows of all have the width that most have, and that width."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths: Counter[int] = Counter()
    try:
        for cells in reader:
            if cells:
                widths[len(cells)] += 1
            if widths.total() >= _LOOKED_AT_ROWS:
                break
    except csv.Error:
        # A text without end: what came before it counts.
        pass
    several = {width: count for width, count in widths.items() if width >= _TWO}
    if not several:
        return 0.0, 1, separator == ","
    width = max(several, key=lambda one: (several[one], one))
    share = several[width] / widths.total()
    return round(share, 1), width, separator == ","


def _rows(lines: TextIO, first: int, separator: str, name: str) -> Iterator[Row]:
    """Go through the rows of a text from where it stands, which is that line."""
    csv.field_size_limit(LIMITS.max_text_chars)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = first
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + first
    except csv.Error as error:
        remedy = "Check the quotation marks from there on; double those inside a cell."
        refuse(name, f"cannot be read ({error}).", remedy, where=f"line {line}")
