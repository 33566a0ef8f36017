"""What is noted of a file: errors first, a flood counted, none hidden."""

from __future__ import annotations

from typing import Any

import pytest

from geo.base.errors import DataError
from geo.layer.geojson import Notes, parse_geojson
from tests.unit.layer.geojson.samples import collection


def test_errors_come_before_warnings_when_a_file_is_refused() -> None:
    """Why a file is refused is not hidden behind warnings."""
    unlocated: dict[str, Any] = {"type": "Feature", "geometry": None, "properties": {}}
    with pytest.raises(DataError) as caught:
        parse_geojson(collection(*[unlocated] * 30, None), "x")

    assert caught.value.faults[0].severity == "error"
    assert len(caught.value.faults) == 31


def test_notes_keep_a_limited_number_of_faults_and_count_the_rest() -> None:
    """A flood of faults is counted, and stays an error if any of it was."""
    notes = Notes("x", max_faults=2)
    for _ in range(4):
        notes.warn("a", "b", "c")
    only_warnings = notes.faults()
    for _ in range(3):
        notes.error("a", "b", "c")

    assert "2 more" in only_warnings[-1].message
    assert only_warnings[-1].severity == "warning"
    assert "3 more" in notes.faults()[-1].message
    assert notes.faults()[-1].severity == "error"


def test_a_flood_of_warnings_hides_no_error() -> None:
    """Each has its own measure, so that a record is refused by itself."""
    notes = Notes("x", max_faults=2)
    for _ in range(9):
        notes.warn("a", "b", "c")
    notes.error("here", "b", "c")

    assert [one.where for one in notes.faults() if one.severity == "error"] == ["here"]
