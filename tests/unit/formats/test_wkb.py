"""Well-known binary is read, or refused before it does harm."""

from __future__ import annotations

import struct

import pytest
from shapely import to_wkb
from shapely.geometry import MultiPolygon, Point, box

from geo.formats.wkb import read_wkb


def test_nested_binary_geometry_does_not_end_the_process() -> None:
    """GEOS follows it by recursion until the stack is full."""
    deep = struct.pack("<BII", 1, 7, 1) * 100_000 + struct.pack("<BIdd", 1, 1, 1.0, 2.0)

    with pytest.raises(ValueError, match="deep"):
        read_wkb(deep)
    for broken, reason in (
        (b"", "middle"),
        (struct.pack("<BII", 1, 3, 4_000_000_000), "more than"),
        (struct.pack("<BI", 1, 99), "type 99"),
        (struct.pack("<BI", 7, 1), "byte order"),
        (to_wkb(Point(1, 2)) + b"x", "after its end"),
    ):
        with pytest.raises(ValueError, match=reason):
            read_wkb(broken)


def test_binary_geometry_of_every_flavour_is_read() -> None:
    """ISO and extended, either byte order, with height, empty."""
    high = Point(1, 2, 3)
    for flavour in ("iso", "extended"):
        for order in (0, 1):
            written_ = to_wkb(
                high, flavor=flavour, byte_order=order, output_dimension=3
            )
            assert read_wkb(written_)["coordinates"] == [1, 2, 3]
    assert read_wkb(to_wkb(Point()))["coordinates"] == []
    many = MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])
    assert len(read_wkb(to_wkb(many))["coordinates"]) == 2
