"""Anybody's table as a GeoDataFrame, read as an import would read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely.geometry import Point

import geo
from geo.base.errors import DataError


def test_a_table_is_a_frame_with_places(tmp_path: Path) -> None:
    """Its columns stay; what is no record is left out; coordinates become points."""
    path = tmp_path / "events.csv"
    path.write_text(
        'What,When,Breite,Länge\nMarch,03.12.2023,"44,8","20,4"\n,,,\nTalk,31.12.2023,,\n',
        encoding="utf-8",
    )

    frame = geo.read_table(path)

    assert list(frame.columns) == ["What", "When", "Breite", "Länge", "geometry"]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.iloc[0] == Point(20.4, 44.8)
    assert frame.geometry.iloc[1] is None
    assert frame.attrs["columns"]["When"] == "date"


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    """With its name and a remedy."""
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)

    with pytest.raises(DataError, match=r"picture\.csv"):
        geo.read_table(path)
