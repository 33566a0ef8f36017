"""A place that was made coarser stands nowhere else in its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bringing import brought, spots, told, written

HEAD = "title,date,address,lat,lon,copy\n"


def bring(folder: Path, name: str, cell: str, street: str = "12 Elm Street") -> object:
    """Return what a column of that name holds of a burglary at a house."""
    head = HEAD.replace("copy", name)
    row = f"Burglary,2022-03-04,{street},40.71234,-74.00612,{cell}\n"
    return brought(written(folder, "a.csv", head + row)).incidents[0].extra.get(name)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Latitude_2", "40.71234"),
        ("n", "40.7125"),
        ("pair", '"40.71234, -74.00612"'),
        ("link", "https://example.org/@40.71234;-74.00612"),
        ("geohash", "dr5regw3p"),
        ("what3words", "filled.count.soap"),
        ("x_utm", "583964"),
        ("Coordinates (MGRS)", "18TWL8396"),
    ],
)
def test_a_copy_of_a_point_that_was_moved_is_held_back(
    tmp_path: Path, name: str, cell: str
) -> None:
    """By its header, or as its numbers are those of the point."""
    assert bring(tmp_path, name, cell) is None


@pytest.mark.parametrize(
    ("name", "cell", "kept"),
    [("n", "40.71", 40.71), ("age", "40", 40), ("ward", "North", "North")],
)
def test_other_fields_of_such_a_record_stay(
    tmp_path: Path, name: str, cell: str, kept: object
) -> None:
    """What says no more than the coarse point, or nothing of it."""
    assert bring(tmp_path, name, cell) == kept


def test_a_copy_of_a_point_that_stays_is_kept(tmp_path: Path) -> None:
    """A street without a number is nobody's door."""
    assert bring(tmp_path, "geohash", "dr5regw3p", "Elm Street") == "dr5regw3p"


def test_degrees_in_words_are_replaced(tmp_path: Path) -> None:
    """And the rest of the words stays."""
    head = "title,summary,date,address,lat,lon\n"
    row = 'Burglary,"Seen at 40.71234, -74.00612 by night",2022-03-04,12 Elm Street,'
    found = brought(written(tmp_path, "a.csv", f"{head}{row}40.71234,-74.00612\n"))

    assert spots(found) == [[-74.01, 40.71]]
    assert found.incidents[0].summary == "Seen at [withheld], [withheld] by night"
    assert "before it was moved" in told(found)
