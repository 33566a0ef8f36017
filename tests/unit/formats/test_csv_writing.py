"""Cells of a CSV are safe to open and exact to read back."""

from __future__ import annotations

import io

from hypothesis import example, given
from hypothesis import strategies as st

from geo.formats.csv import csv_line
from geo.formats.tables import plain_cell


@given(st.text())
@example("'=1")
@example("''+1")
@example("'plain")
def test_a_neutralised_cell_is_read_back_as_it_was(text: str) -> None:
    """Our own mark is told from an apostrophe of the record."""
    (cell,) = _cells_of(csv_line([text]))

    assert plain_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def _cells_of(line: bytes) -> list[str]:
    import csv  # noqa: PLC0415 - one reader, for one helper

    (cells,) = csv.reader(io.StringIO(line.decode(), newline=""))
    return cells or [""]
