"""Well-known text is read, or refused with what is wrong."""

from __future__ import annotations

import pytest

from geo.formats.wkt import read_wkt


@pytest.mark.parametrize(
    "text",
    [
        "POINT",
        "POINT (1)",
        "CIRCLE (1 2)",
        "POINT (1 2",
        "POINT (1 2))",
        "POINT (a b)",
        "POLYGON ((((((1 2))))))",
        "POINT (1 2, 3 4)",
        "POINT (1 1e999)",
    ],
)
def test_broken_text_geometry_is_refused(text: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValueError, match=r"\w"):
        read_wkt(text)


def test_text_geometry_of_every_kind_is_read() -> None:
    """Heights kept, measures left out, points in brackets or not."""
    assert read_wkt("") is None
    assert read_wkt("point z (1 2 3)") == {"type": "Point", "coordinates": [1, 2, 3]}
    assert read_wkt("POINT M (1 2 3)") == {"type": "Point", "coordinates": [1, 2]}
    for text in ("MULTIPOINT (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))"):
        found = read_wkt(text)
        assert found is not None
        assert found["coordinates"] == [[1, 2], [3, 4]]
    assert read_wkt("POLYGON EMPTY") == {"type": "Polygon", "coordinates": []}
