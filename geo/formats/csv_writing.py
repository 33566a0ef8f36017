"""CSV: one row an incident, safe to open in a spreadsheet, exact to read back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geo.formats.rows import columns, wkt
from geo.model.fields import PLACE_FIELDS, fields

if TYPE_CHECKING:
    # A reader needs the columns alone, and is to start soon.
    from geo.formats.selection import Selection

#: A cell that begins so may run as a formula in a spreadsheet (CWE-1236). One that
#: begins with apostrophes before it is marked as well, or reading back would take
#: the record's own apostrophe for our mark.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def csv_rows(selection: Selection) -> Iterator[bytes]:
    """Write CSV (RFC 4180, UTF-8) with lon, lat and WKT.

    ``lon`` and ``lat`` are of points only. Text cells that a spreadsheet would run
    as a formula begin with an apostrophe; numbers are left alone.
    """
    names = csv_columns()
    yield csv_line(names)
    for feature in selection.features():
        row = columns(feature)
        geometry = feature["geometry"]
        if geometry and geometry["type"] == "Point":
            row["lon"], row["lat"] = geometry["coordinates"][:2]
        row["wkt"] = wkt(geometry)
        yield csv_line([row.get(name) for name in names])


def csv_columns() -> list[str]:
    """Return the names of the columns, in order."""
    return [field.name for field in (*fields(), *PLACE_FIELDS)]


def csv_table(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """Return rows as a whole CSV file."""
    lines = [csv_line(names)]
    lines.extend(csv_line([row.get(name) for name in names]) for row in rows)
    return b"".join(lines)


def csv_line(cells: Sequence[Any]) -> bytes:
    """Return one line; formulas are neutralised, truth values are true and false."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return line.getvalue().encode()


def plain_cell(text: str) -> str:
    """Return a text cell as it was before it was neutralised."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _cell(value: Any) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
