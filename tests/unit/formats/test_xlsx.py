"""Workbooks of others: one sheet is read, and the others are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from geo.base.errors import QueryError
from geo.formats.input_file import ReadOptions
from tests.bringing import brought, told


def test_a_workbook_of_others_is_read(tmp_path: Path) -> None:
    """The first sheet, or the one that is named."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["title", "lat", "lon", None])
    sheet.append(["a", 44.8, 20.4])
    sheet.append([None, None, None])
    sheet.append(["b", None, None, "beyond"])
    other = book.create_sheet("other")
    other.append(["title"])
    other.append(["c"])
    path = tmp_path / "a.xlsx"
    book.save(path)

    found = brought(path)
    named = brought(path, opening=ReadOptions(layer="other"))

    assert [incident.title for incident in found.incidents] == ["a", "b"]
    assert "column 4 has no name" in told(found)
    assert "not 'other'" in told(found)
    assert [incident.title for incident in named.incidents] == ["c"]
    with pytest.raises(QueryError, match="other"):
        brought(path, opening=ReadOptions(layer="nothing"))
