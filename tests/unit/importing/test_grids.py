"""Places in metres: UTM, MGRS, Web Mercator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.base.errors import QueryError
from geo.importing.grid_columns import grid_degrees
from geo.importing.grids import (
    GridSpot,
    crs_degrees,
    is_southern,
    mercator_degrees,
    read_metres,
    read_mgrs,
    read_utm,
    read_zone,
)


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("34N", (34, "N")),
        ("34 T", (34, "T")),
        ("UTM zone 34 North", (34, "N")),
        ("EPSG:32734", (34, "S")),
        (34, (34, "")),
        (34.0, (34, "")),
        ("zona 19 sur", (19, "S")),
    ],
)
def test_a_zone_is_read_as_people_write_it(cell: object, zone: tuple[int, str]) -> None:
    """With a band, a half of the Earth, or neither."""
    assert read_zone(cell) == zone


@pytest.mark.parametrize("cell", ["61N", "0", "north", "34 I", ""])
def test_no_zone_is_made_up(cell: str) -> None:
    """There are sixty, and no I among the bands."""
    with pytest.raises(ValueError, match="no zone"):
        read_zone(cell)


@pytest.mark.parametrize(
    "text",
    [
        "34T 457000 4962000",
        "457000 4962000 34T",
        "UTM 34T E457000 N4962000",
        "34T 457000mE 4962000mN",
        "zone 34T: N4962000, E457000",
        "457000, 4962000 (34T)",
    ],
)
def test_zone_easting_and_northing_may_stand_in_one_cell(text: str) -> None:
    """In any order that their letters allow."""
    assert read_utm(text) == GridSpot(457_000, 4_962_000, 34, "T")


def test_metres_may_have_thousands() -> None:
    """As eastings are long, unlike degrees."""
    for text in ("457 000", "457,000", "457'000", "457000", "457000 mE", "457000.0"):
        assert read_metres(text) == 457_000


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        # As the GEOTRANS library of the NGA reads them.
        ("4QFJ1234567890", -157.9160763, 21.4098012),
        ("34T DQ 57000 62000", 20.4562201, 44.8101128),
        ("33XVG74594359", 13.9173105, 77.8655084),
        ("56hlh3436952950", 151.2096862, -33.8507513),
        ("18FUL1234567890", -77.5664037, -49.0133157),
        ("60CVS1234512345", 172.4632996, -80.0237333),
        ("31NAA6602100000", 0.0000005, 0.0000045),
        ("MGRS 19FEA12", -68.7715856, -53.9231903),
    ],
)
def test_references_of_the_military_grid_are_read(
    text: str, lon: float, lat: float
) -> None:
    """In both halves of the Earth, odd and even zones."""
    x, y = grid_degrees([read_mgrs(text)])

    assert x[0] == pytest.approx(lon, abs=1e-6)
    assert y[0] == pytest.approx(lat, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["34TDQ", "34TDQ123", "34TIQ1234", "99TDQ1234", "north"]
)
def test_other_texts_are_no_references(text: str) -> None:
    """Odd digits, letters that are left out, squares too large to be a place."""
    with pytest.raises(ValueError, match="no reference"):
        read_mgrs(text)


def test_s_is_south_or_a_band_as_the_northing_allows() -> None:
    """Band S lies from 32 to 40 degrees north."""
    assert not is_southern(GridSpot(500_000, 4_000_000, 37, "S"), bands=False)
    assert is_southern(GridSpot(500_000, 8_000_000, 37, "S"), bands=False)
    assert is_southern(GridSpot(500_000, 4_000_000, 19, "S"), bands=False)
    assert not is_southern(GridSpot(500_000, 4_000_000, 19, "S"), bands=True)
    assert is_southern(GridSpot(500_000, 4_000_000, 34, "H"), bands=True)


@given(st.floats(-179.9, 179.9), st.floats(-79.9, 83.9))
def test_what_pyproj_writes_in_utm_is_read_back(lon: float, lat: float) -> None:
    """To a millimetre or so, in every zone and both halves."""
    zone = int((lon + 180) // 6) + 1
    south = lat < 0
    there = Transformer.from_crs(
        4326, f"EPSG:32{7 if south else 6}{zone:02d}", always_xy=True
    )
    easting, northing = there.transform(lon, lat)

    x, y = grid_degrees([GridSpot(easting, northing, zone, southern=south)])

    assert x[0] == pytest.approx(lon, abs=1e-6)
    assert y[0] == pytest.approx(lat, abs=1e-6)


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_web_mercator_is_read_back(lon: float, lat: float) -> None:
    """As PROJ has it."""
    there = Transformer.from_crs(4326, 3857, always_xy=True)
    x, y = there.transform(lon, lat)

    spot = mercator_degrees(np.array([x]), np.array([y]))

    assert spot[0][0] == pytest.approx(lon, abs=1e-9)
    assert spot[1][0] == pytest.approx(lat, abs=1e-9)


def test_an_unknown_system_is_named() -> None:
    """With an example of one."""
    with pytest.raises(QueryError, match=r"EPSG:27700"):
        crs_degrees(np.array([1.0]), np.array([1.0]), "somewhere")
