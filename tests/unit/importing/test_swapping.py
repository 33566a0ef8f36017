"""Points with latitude and longitude changed over, as the records themselves tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bringing import brought, spots, told, written

RIGHT = [[20.4, 44.8], [21.9, 43.3]]


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("title,X,Y,country", ["A,44.8,20.4,Serbia", "B,43.3,21.9,Serbia"]),
        ("title,X,Y,city", ["A,44.8,20.4,Beograd", "B,43.3,21.9,Niš"]),
        ("title,lat,lon,country", ["A,20.4,44.8,Serbia", "B,21.9,43.3,RS"]),
    ],
)
def test_swapped_columns_are_put_right_and_told(
    tmp_path: Path, head: str, rows: list[str]
) -> None:
    """By the countries of the records, or by their towns."""
    found = brought(written(tmp_path, "a.csv", "\n".join([head, *rows, ""])))

    assert spots(found) == RIGHT
    assert "are swapped" in told(found)


def test_swapped_json_is_put_right(tmp_path: Path) -> None:
    """Whatever its keys are called."""
    rows = [
        {"name": "A", "location": {"lat": 20.4, "lng": 44.8}, "country": "Serbia"},
        {"name": "B", "location": {"lat": 21.9, "lng": 43.3}, "country": "Serbia"},
    ]

    assert spots(brought(written(tmp_path, "a.json", json.dumps(rows)))) == RIGHT


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("title,X,Y,country", ["A,20.4,44.8,Serbia", "B,43.3,21.9,Serbia"]),
        ("title,X,Y,city", ["A,20.4,44.8,Beograd", "B,43.3,21.9,Niš"]),
        ("title,X,Y,city", ["A,20.4,44.8,Beograd", "B,21.9,43.3,Niš"]),
        ("title,X,Y,city", ["A,44.8,20.4,Nowhere", "B,43.3,21.9,Someplace"]),
        ("title,X,Y,country", ["A,44.8,20.4,Saudi Arabia", "B,44.8,20.4,"]),
    ],
)
def test_a_table_that_is_right_in_part_stays(
    tmp_path: Path, head: str, rows: list[str]
) -> None:
    """One wrong row turns no other."""
    found = brought(written(tmp_path, "a.csv", "\n".join([head, *rows, ""])))

    x, y = (float(part) for part in rows[0].split(",")[1:3])
    assert spots(found)[0] == [x, y]
    assert "are swapped" not in told(found)
