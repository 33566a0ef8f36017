"""Frames: an extent is shown whole, wherever in the world it lies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.grid import Bbox
from geo.publish.pictures.frame import Panel, fit

PANEL = Panel(30.0, 90.0, 800.0, 620.0)
lons = st.floats(-180, 180)
lats = st.floats(-80, 80)


@given(west=lons, east=lons, one=lats, other=lats)
def test_every_corner_of_an_extent_is_in_the_picture(
    west: float, east: float, one: float, other: float
) -> None:
    """Across the antimeridian, too; half a pixel is what rounding may cost."""
    south, north = sorted((one, other))
    frame = fit(Bbox(west, south, east, north), PANEL)
    middle = ((west + east + (360 if west > east else 0)) / 2 + 180) % 360 - 180

    width = (east - west) % 360
    spots = [frame.spot(middle, lat) for lat in (south, north)]
    if width < 170:
        spots += [frame.spot(lon, south) for lon in (west, east)]
    if (frame.panel.height / frame.scale) < 255:
        assert all(frame.holds(*spot, 0.5) for spot in spots)


def test_what_crosses_the_antimeridian_is_in_the_middle() -> None:
    """Fiji is one group of islands."""
    frame = fit(Bbox(177.0, -19.0, -178.0, -15.0), PANEL)
    x_west, _ = frame.spot(179.0, -17.0)
    x_east, _ = frame.spot(-179.0, -17.0)

    assert frame.panel.x < x_west < x_east < frame.panel.x + frame.panel.width
    assert frame.bbox.west > frame.bbox.east


def test_the_world_is_drawn_once() -> None:
    """Where it is narrower than the panel, the panel becomes as narrow."""
    frame = fit(Bbox(-180, -80, 180, 80), PANEL)

    assert frame.panel.width <= 256 * frame.scale + 1e-6
    assert (frame.bbox.west, frame.bbox.east) == (-180.0, 180.0)


def test_a_single_place_is_not_enlarged_without_end() -> None:
    """There is nothing to see there."""
    frame = fit(Bbox(20.0, 44.0, 20.0, 44.0), PANEL, closest=9.0)

    assert frame.scale == 2.0**9
    assert frame.spot(20.0, 44.0) == pytest.approx((430.0, 400.0))


@given(lat=lats, zoom=st.floats(0, 14))
def test_a_bar_of_scale_is_a_round_number_and_as_long_as_it_says(
    lat: float, zoom: float
) -> None:
    """One, two or five with noughts."""
    frame = fit(Bbox(10, lat, 10, lat), PANEL, closest=zoom)
    length_m, length_px = frame.bar()
    box = frame.bbox

    assert f"{length_m:.0e}"[0] in "125"
    assert 0 < length_px <= 150
    assert length_px == pytest.approx(
        frame.reach(length_m, (box.north + box.south) / 2)
    )
