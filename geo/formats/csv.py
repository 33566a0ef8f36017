"""CSV: one row an incident, safe to open in a spreadsheet, exact to read back.

:mod:`geo.formats.csv_reading` reads it, and the tables of others.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geo.formats.rows import columns
from geo.formats.tables import csv_columns, neutral_cell
from geo.formats.wkt import wkt

#: The byte order mark, by which Excel knows UTF-8.
MARK: Final = codecs.BOM_UTF8

if TYPE_CHECKING:
    # A reader does without it, and is to start soon.
    from geo.formats.selection import Selection


def write(selection: Selection) -> Iterator[bytes]:
    """Write CSV (RFC 4180, UTF-8 with a mark) with lon, lat and WKT.

    Without the mark Excel takes the text for one in the system's old encoding.
    ``lon`` and ``lat`` are of points only. Text cells that a spreadsheet would run
    as a formula begin with an apostrophe; numbers are left alone.
    """
    names = [*csv_columns(), *(field.name for field in selection.own)]
    yield MARK + csv_line(names)
    for feature in selection.features():
        row = columns(feature, selection.own)
        geometry = feature["geometry"]
        if geometry and geometry["type"] == "Point":
            row["lon"], row["lat"] = geometry["coordinates"][:2]
        row["wkt"] = wkt(geometry)
        yield csv_line([row.get(name) for name in names])


def csv_table(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """Return rows as a whole CSV file."""
    lines = [MARK + csv_line(names)]
    lines.extend(csv_line([row.get(name) for name in names]) for row in rows)
    return b"".join(lines)


def csv_line(cells: Sequence[Any]) -> bytes:
    """Return one line; formulas are neutralised, truth values are true and false."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        [neutral_cell(cell) for cell in cells]
    )
    return line.getvalue().encode()
