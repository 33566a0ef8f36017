"""CSV and its like: one encoding, one separator, one row a record, or a clear no."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geo.errors import Fault, QueryError
from geo.export.delimited import csv_columns, plain_cell
from geo.geojson import LIMITS
from geo.importing.raw import Raw, Record, raw_of_records, refuse
from geo.importing.wkt import read_wkt

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LON: Final = frozenset({"lon", "lng", "long", "longitude"})
_LAT: Final = frozenset({"lat", "latitude"})
_WKT: Final = frozenset({"wkt", "the_geom"})
#: What people write where there is nothing.
EMPTY: Final = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "unknown", "\\n"}
)
_DECIMAL_COMMA: Final = re.compile(r"-?\d+,\d+")
_UTF8: Final = "utf-8"
_MOST_COLUMNS: Final = 2_000

#: Line of the file, cells.
Row = tuple[int, list[str]]


def read_delimited(
    data: bytes, name: str, *, encoding: str, mapped: Mapping[str, str]
) -> Raw:
    """Read a text of separated values with a head of column names.

    Parameters
    ----------
    data
        The file's content.
    name
        What to call it in messages.
    encoding
        As the caller says; UTF-8 is taken for granted, nothing is guessed.
    mapped
        Properties by column, of which ``lon``, ``lat`` and ``wkt`` are used here.

    Returns
    -------
    Raw
        A row that is ragged, or whose coordinates are wrong, is an error of its own.

    Raises
    ------
    DataError
        If the file is not in that encoding, has no head, a column twice, an open
        quote or a NUL character.
    QueryError
        If the encoding is not one.
    """
    text = _decoded(data, name, encoding)
    separator = _separator(text)
    rows = _rows(text, separator, name)
    head = next(rows, (1, []))[1]
    head = [column.strip() for column in head]
    warnings = _check_head(head, name)
    if separator != ",":
        message = f"columns are parted by {_SEPARATORS[separator]}."
        warnings.append(_warning(name, message, ""))
    return raw_of_records(
        table_records(rows, head, name, mapped, ours=head == csv_columns()),
        name,
        kind="csv",
        epsg=None,
        warnings=warnings,
    )


def table_records(
    rows: Iterator[tuple[int, list[Any]]],
    head: Sequence[str],
    name: str,
    mapped: Mapping[str, str],
    *,
    ours: bool = False,
) -> Iterator[Record]:
    """Go through the rows of a table as records.

    Parameters
    ----------
    rows
        Number in the file, cells.
    head
        The names of the columns.
    name
        The file's name in messages.
    mapped
        Properties by column.
    ours
        Whether the file is an export of ours: cells were neutralised.

    Raises
    ------
    DataError
        If two columns could each be the longitude, and so on.
    """
    places = _place_columns(head, name, mapped)
    used = set(places.values())
    for line, cells in rows:
        if not any(cell not in {None, ""} for cell in cells):
            continue
        if len(cells) != len(head):
            message = f"has {len(cells)} cells; the head has {len(head)}."
            remedy = "Check for a separator inside a cell that is not quoted."
            fault = ("", message, remedy)
            yield Record({}, None, line, (fault,))
            continue
        row = dict(zip(head, cells, strict=True))
        geometry, faults, notes = _geometry(row, places)
        if ours:
            row = {
                column: plain_cell(cell) if isinstance(cell, str) else cell
                for column, cell in row.items()
            }
        properties = {column: row[column] for column in row if column not in used}
        yield Record(properties, geometry, line, faults, notes)


def _decoded(data: bytes, name: str, encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        text_codec = getattr(info, "_is_text_encoding", True)
    except (LookupError, ValueError) as error:
        msg = f"{encoding!r} is not a known encoding, such as utf-8 or cp1251."
        raise QueryError("encoding", msg) from error
    if not text_codec:
        raise QueryError("encoding", f"{encoding!r} is not an encoding of text.")
    utf8 = info.name == _UTF8
    if utf8 and data.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(name, "is written in UTF-16.", "Say so with --encoding utf-16.")
    try:
        text = data.decode("utf-8-sig" if utf8 else info.name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not {info.name}."
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


def _separator(text: str) -> str:
    """Return what parts the columns: what stands most often outside quotes in the head."""
    head = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(_SEPARATORS, key=lambda mark: (head.count(mark), mark == ","))


def _rows(text: str, separator: str, name: str) -> Iterator[Row]:
    csv.field_size_limit(LIMITS.max_text_chars)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = "Check the quotation marks from there on; double those inside a cell."
        refuse(name, f"cannot be read ({error}).", remedy, where=f"line {line}")


def _check_head(head: list[str], name: str) -> list[Fault]:
    """Refuse a head that does not name the columns; name what has no name."""
    remedy = "Give each column a name of its own in the first line."
    if not any(head):
        refuse(name, "has no names of columns.", remedy, where="line 1")
    if len(head) > _MOST_COLUMNS:
        refuse(name, f"has {len(head)} columns.", remedy, where="line 1")
    doubled = sorted({column for column in head if column and head.count(column) > 1})
    if doubled:
        shown = ", ".join(map(repr, doubled))
        refuse(name, f"names a column twice: {shown}.", remedy, where="line 1")
    warnings = []
    for number, column in enumerate(head):
        if not column:
            head[number] = f"column_{number + 1}"
            message = f"column {number + 1} has no name; it is called {head[number]}."
            warnings.append(_warning(name, message, remedy))
    return warnings


def _place_columns(
    head: Sequence[str], name: str, mapped: Mapping[str, str]
) -> dict[str, str]:
    """Return which columns hold lon, lat and wkt."""
    found: dict[str, str] = {}
    for part, usual in (("lon", _LON), ("lat", _LAT), ("wkt", _WKT)):
        said = [column for column in head if mapped.get(column) == part]
        free = [column for column in head if column not in mapped]
        columns = said or [column for column in free if column.lower() in usual]
        if len(columns) > 1:
            message = f"several columns may be {part}: {', '.join(columns)}."
            refuse(name, message, f"Choose one with --map COLUMN={part}.")
        if columns:
            found[part] = columns[0]
    if "wkt" in found or not {"lon", "lat"} <= set(found):
        # One alone is no place, and beside a geometry the two only repeat it.
        found = {part: column for part, column in found.items() if part == "wkt"}
    return found


def _geometry(
    row: Mapping[str, Any], places: Mapping[str, str]
) -> tuple[
    dict[str, Any] | None,
    tuple[tuple[str, str, str], ...],
    tuple[tuple[str, str, str], ...],
]:
    """Return the geometry of a row, what is wrong with it, and what is odd."""
    if "wkt" in places:
        column = places["wkt"]
        try:
            return read_wkt(str(row[column] or "")), (), ()
        except ValueError as error:
            fault = (column, f"is not well-known text: {error}.", "Correct it.")
            return None, (fault,), ()
    if not {"lon", "lat"} <= set(places):
        return None, (), ()
    cells = {part: row[places[part]] for part in ("lon", "lat")}
    empty = {part for part, cell in cells.items() if _is_empty(cell)}
    if len(empty) == len(cells):
        note = (places["lon"], "is empty: the record has no place.", "It is listed.")
        return None, (), (note,)
    faults = []
    numbers: dict[str, float] = {}
    for part, cell in cells.items():
        try:
            numbers[part] = _degrees(cell)
        except ValueError as error:
            faults.append((places[part], f"{error}.", "Write degrees, such as 44.81."))
    if not faults and not any(numbers.values()):
        message = "0, 0 lies in the Gulf of Guinea and mostly stands for no place."
        remedy = "Empty both cells if the place is not known."
        faults.append((places["lon"], message, remedy))
    if faults:
        return None, tuple(faults), ()
    point = {"type": "Point", "coordinates": [numbers["lon"], numbers["lat"]]}
    return point, (), ()


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in EMPTY)


def _degrees(cell: Any) -> float:  # noqa: ANN401 - any cell
    if _is_empty(cell):
        msg = "is empty, but its partner is not"
        raise ValueError(msg)
    if isinstance(cell, str) and _DECIMAL_COMMA.fullmatch(cell.strip()):
        msg = f"{cell!r} has a comma; a point is needed"
        raise ValueError(msg)
    try:
        number = float(cell)
    except (TypeError, ValueError) as error:
        msg = f"{cell!r} is not a number"
        raise ValueError(msg) from error
    if isinstance(cell, bool) or not abs(number) < float("inf"):
        msg = f"{cell!r} is not a finite number"
        raise ValueError(msg)
    return number


def _warning(name: str, message: str, remedy: str) -> Fault:
    return Fault(name, None, None, "", message, remedy, "warning")
