"""Workbooks hold texts as texts, and refuse what a cell cannot keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from geo.base.errors import DataError
from geo.formats.xlsx import MOST_CHARS, decoded_cell
from tests.builders import make_incident, poisoned
from tests.unit.formats.samples import file_of, selection_of


def test_a_workbook_refuses_a_text_longer_than_a_cell() -> None:
    """Excel would cut it, or repair the file."""
    with pytest.raises(DataError, match="a cell holds"):
        file_of(selection_of(make_incident(summary="x" * (MOST_CHARS + 1))), "xlsx")
    with pytest.raises(DataError, match="cannot keep"):
        file_of(selection_of(make_incident(summary="\x02")), "xlsx")


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    """Whatever a record holds, a text is a text."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(file_of(selection_of(poisoned("=1+1")), "xlsx"))

    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
    assert sum(cell.value == "=1+1" for cell in cells) >= 10
    assert book["incidents"]["H2"].is_date
    assert book.properties.modified is not None


def test_underscores_that_excel_reads_as_codes_are_kept() -> None:
    """_x0041_ is not the letter A."""
    assert decoded_cell("_x005F_x0041_ and a_b") == "_x0041_ and a_b"
