"""The head of a table: which row names the columns, and a name for each of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import check_columns, refuse, warning

#: Rows looked at to find the head.
LOOKED_AT: Final = 50
#: What names no column, but is a value: a number, a fraction, a day.
_VALUE: Final = re.compile(
    r"[+-]?\d+[.,]\d+|\d{4}-\d{2}-\d{2}.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}(?:[ T]+\d.*)?"
)
_FRACTION: Final = re.compile(r"[+-]?\d+[.,]\d+")
_NUMBER: Final = re.compile(r"[+-]?[\d.,\s]*\d[\d.,\s]*%?")
_COMMENT: Final = "#"
_SEVERAL: Final = 2
_NAME_EACH: Final = "Give each column a name of its own in the first line."
_HEAD_FIRST: Final = (
    "Remove what stands above the names of the columns, or name them all."
)
_SHOWN: Final = 3
_SHOWN_CHARS: Final = 60

#: Number of the line in the file, cells.
Row = tuple[int, list[Any]]


def is_blank(cell: object) -> bool:
    """Tell whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def width_of(cells: Sequence[Any]) -> int:
    """Return how many cells a row has, without empty ones at its end."""
    for number in range(len(cells), 0, -1):
        if not is_blank(cells[number - 1]):
            return number
    return 0


def head_at(rows: Sequence[Row], name: str) -> tuple[int, list[Fault]]:
    """Return which of the first rows names the columns, and what stands above it.

    It is the first, unless titles or comments stand there: rows that have at most half
    of the cells, with a row below them that has texts only, above rows with values.

    Parameters
    ----------
    rows
        The first rows, without blank ones; none gives 0.
    name
        The file's name in messages.
    """
    usual = _usual_width(rows)
    first = next(
        (number for number, row in enumerate(rows) if not _is_comment(row[1])), 0
    )
    chosen = first
    if rows and _filled(rows[first][1]) * 2 <= usual:
        below = range(first, len(rows))
        chosen = next(
            (number for number in below if _is_clear(rows, number, usual)),
            next((number for number in below if _is_whole(rows, number, usual)), first),
        )
    if chosen and _filled(rows[chosen - 1][1]) == usual and not _is_text(rows[chosen]):
        # A head that is written as a comment, above the values.
        chosen -= 1
    if not chosen:
        return 0, []
    texts = [_shown(cells) for _, cells in rows[:chosen]]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    message = (
        f"what stands above the names of the columns is left out: "
        f"{', '.join(map(repr, texts[:_SHOWN]))}{more}."
    )
    return chosen, [warning(name, message, "")]


def _usual_width(rows: Sequence[Row]) -> int:
    """Return the width that most rows have; of two, the greater."""
    widths = Counter(width_of(cells) for _, cells in rows)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _is_comment(cells: Sequence[Any]) -> bool:
    """Tell whether a row is a comment; one whose cells are all hashtags is none."""
    texts = [str(cell).strip() for cell in cells if not is_blank(cell)]
    if not texts or not texts[0].startswith(_COMMENT):
        return False
    return len(texts) == 1 or not all(text.startswith(_COMMENT) for text in texts)


def _filled(cells: Sequence[Any]) -> int:
    return sum(not is_blank(cell) for cell in cells)


def _is_clear(rows: Sequence[Row], number: int, usual: int) -> bool:
    """Tell whether a row can only be the head: it has names, the rows below values."""
    cells = [cell for cell in rows[number][1] if not is_blank(cell)]
    below = rows[number + 1 :]
    if len(cells) * 2 <= usual or not below or not _is_text(rows[number]):
        return False
    with_values = sum(not _is_text(row) for row in below)
    return len(set(map(str, cells))) == len(cells) and with_values * 2 >= len(below)


def _is_whole(rows: Sequence[Row], number: int, usual: int) -> bool:
    """Tell whether a row may be the head: a text in every column, each once.

    That is enough below titles and above several rows, as a head with most columns
    nameless is none.
    """
    cells = [str(cell).strip() for cell in rows[number][1] if not is_blank(cell)]
    are_names = len({*cells}) == len(cells) == usual and usual > 1
    return are_names and _is_text(rows[number]) and len(rows) - number > _SEVERAL


def _is_text(row: Row) -> bool:
    """Tell whether a row holds texts only: no number and no day."""
    return not any(map(_is_value, row[1]))


def _is_value(cell: object) -> bool:
    if is_blank(cell):
        return False
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    return bool(_VALUE.fullmatch(text) or _NUMBER.fullmatch(text))


def _shown(cells: Sequence[Any]) -> str:
    text = " ".join(str(cell).strip() for cell in cells if not is_blank(cell))
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}..."


def names_of_columns(
    cells: Sequence[Any], rows: Sequence[Row], name: str, line: int
) -> tuple[list[str], list[Fault]]:
    """Return a name for each column, each once, and what was changed for that.

    Parameters
    ----------
    cells
        The head.
    rows
        The rows below it that have been looked at.
    name
        The file's name in messages.
    line
        Where the head stands.

    Raises
    ------
    DataError
        If it names less than half of the columns, holds values, or is narrower than
        most rows: then it is no head.
    """
    head = [" ".join(str("" if cell is None else cell).split()) for cell in cells]
    if head and head[0].startswith(_COMMENT) and not head[-1].startswith(_COMMENT):
        head[0] = head[0].lstrip("# ")
    widest = max((width_of(row) for _, row in rows), default=0)
    while len(head) > widest and not head[-1]:
        head.pop()
    _check_names(head, rows, name, line)
    _check_widths(head, rows, name, line)
    warnings = []
    for number, column in enumerate(head):
        if not column:
            head[number] = f"column_{number + 1}"
            message = f"column {number + 1} has no name; it is called {head[number]}."
            warnings.append(warning(name, message, _NAME_EACH))
    return head, warnings + _rename_doubled(head, name)


def _check_names(head: list[str], rows: Sequence[Row], name: str, line: int) -> None:
    """Refuse a head that does not name the columns."""
    where = f"line {line}"
    if not any(head):
        refuse(name, "has no names of columns.", _NAME_EACH, where=where)
    check_columns(head, name)
    if head.count("") * 2 > len(head):
        message = f"names only {len(head) - head.count('')} of {len(head)} columns."
        refuse(name, message, _HEAD_FIRST, where=where)
    values = [column for column in head if _VALUE.fullmatch(column)]
    are_numbers = all(map(_NUMBER.fullmatch, filter(None, head)))
    fractions = [column for n, column in enumerate(head) if _goes_on(column, n, rows)]
    if len(values) * 2 >= len(head) or are_numbers or len(fractions) >= _SEVERAL:
        values = values or head
        shown = ", ".join(map(repr, values[:5]))
        message = f"holds values where the names of the columns should be: {shown}."
        refuse(name, message, _NAME_EACH, where=where)


def _goes_on(column: str, number: int, rows: Sequence[Row]) -> bool:
    """Tell whether a name is a fraction, and what stands below it are others."""
    cells = [str(row[number]) for _, row in rows if len(row) > number]
    alike = sum(bool(_FRACTION.fullmatch(cell.strip())) for cell in cells)
    return bool(_FRACTION.fullmatch(column)) and alike * 2 > len(cells)


def _check_widths(
    head: Sequence[str], rows: Sequence[Row], name: str, line: int
) -> None:
    """Refuse a head that is narrower than most rows: a title stands above it."""
    widths = [width_of(cells) for _, cells in rows]
    wider = [width for width in widths if width > len(head)]
    if len(wider) * 2 > len(widths):
        message = (
            f"has {len(head)} names of columns, but most rows have {max(wider)} cells."
        )
        refuse(name, message, _HEAD_FIRST, where=f"line {line}")


def _rename_doubled(head: list[str], name: str) -> list[Fault]:
    """Give each column after the first of a name a number, and tell which."""
    taken, warnings = set(head), []
    seen: set[str] = set()
    for number, column in enumerate(head):
        if column in seen:
            count = 2
            while f"{column}_{count}" in taken:
                count += 1
            head[number] = f"{column}_{count}"
            taken.add(head[number])
            message = (
                f"several columns are called {column!r}; column {number + 1} is read "
                f"as {head[number]!r}."
            )
            warnings.append(warning(name, message, _NAME_EACH))
        seen.add(column)
    return warnings
