"""Points of whole tables, in whatever their columns write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import Point

from geo.importing.points import PointsRead, check_points, read_points
from tests.shared import SHARED

INPUTS = SHARED / "inputs"
DATASETS = SHARED / "datasets"
LON, LAT = st.floats(-179.9, 179.9), st.floats(-79.9, 83.9)
BANDS = "CDEFGHJKLMNPQRSTUVWXX"


def points_of(
    roles: dict[str, str] | None = None, *, crs: str = "", **columns: list[Any]
) -> PointsRead:
    """Read a table whose columns are named by their roles, unless said."""
    frame = pd.DataFrame(
        {name: pd.Series(cells, dtype=object) for name, cells in columns.items()}
    )
    return read_points(frame, roles or {name: name for name in columns}, crs=crs)


def spots(read: PointsRead) -> list[tuple[float, float] | None]:
    """Return (lon, lat) of each record, to a hundred-thousandth of a degree."""
    return [
        None if point is None else (round(point.x, 5), round(point.y, 5))
        for point in read.points
    ]


def codes(read: PointsRead) -> dict[str, tuple[int, ...]]:
    """Return the rows of each remark by its code."""
    return {remark.code: remark.rows for remark in read.remarks}


def test_commas_are_decimal_in_coordinates() -> None:
    """Thousands never occur in degrees."""
    read = points_of(lat=["44,567", "44,5671"], lon=["20,123", "20,12345"])

    assert spots(read) == [(20.123, 44.567), (20.12345, 44.5671)]
    assert codes(read) == {"place.notation": (0, 1)}


def test_numbers_are_read_without_a_remark() -> None:
    """As texts or numbers, with the records' own numbers kept."""
    frame = pd.DataFrame({"y": [44.8, "44.9"], "x": ["20.4", -20.5]}, index=[7, 9])

    read = read_points(frame, {"y": "lat", "x": "lon"})

    assert spots(read) == [(20.4, 44.8), (-20.5, 44.9)]
    assert list(read.points.index) == [7, 9]
    assert read.columns == ("y", "x")
    assert read.remarks == ()


def test_an_empty_table_has_no_points() -> None:
    """Nor has one without columns of places."""
    assert points_of(lat=[], lon=[]).points.empty
    assert points_of(title=["A"]).points.tolist() == [None]


@pytest.mark.parametrize(
    ("lat", "lon", "spot"),
    [
        ("55° с.ш.", "37° в.д.", (37, 55)),
        ("33 ю. ш.", "70 з. д.", (-70, -33)),
        ("41 K", "29 D", (29, 41)),
        ("41° kuzey", "29° doğu", (29, 41)),
        ("50° пн. ш.", "30° сх. д.", (30, 50)),
        ("44,8 S", "20,4 I", (20.4, 44.8)),
        ("40 N", "3 O", (-3, 40)),
        ("40° Norte", "3° Oeste", (-3, 40)),
        ("52° Nord", "13° Ost", (13, 52)),
        ("40 N", "8 L", (8, 40)),
        ("33 S", "-70", (-70, -33)),
        ("-33 S", "-70 W", (-70, -33)),
        ("30 شمالا", "31 شرقا", (31, 30)),
    ],
)
def test_letters_of_the_hemisphere_may_be_of_any_language(
    lat: str, lon: str, spot: tuple[float, float]
) -> None:
    """S is north in Croatian, K is north in Turkish."""
    assert spots(points_of(lat=[lat], lon=[lon])) == [spot]


def test_what_o_means_is_decided_for_the_column() -> None:
    """East beside W, west beside E, and else by the countries; a guess is told."""
    german = points_of(lat=["52 N", "40 N"], lon=["13 O", "3 W"])
    french = points_of(lat=["48 N", "48 N"], lon=["2 E", "1 O"])
    by_country = points_of(lat=["52 N"], lon=["13 O"], country=["Germany"])
    unknown = points_of(lat=["48 N"], lon=["1 O"])

    assert spots(german) == [(13, 52), (-3, 40)]
    assert spots(french) == [(2, 48), (-1, 48)]
    assert spots(by_country) == [(13, 52)]
    assert "place.letters" in codes(unknown)
    assert "place.letters" not in codes(by_country)


@pytest.mark.parametrize(
    "cell",
    [
        "(44.8, 20.4)",
        "44.8000,20.4000",
        "44,8; 20,4",
        "44,8 20,4",
        "44,8, 20,4",
        "44.8°, 20.4°",
        "44°48'N 20°24'E",
        "N44 48.0 E20 24.0",
        "20°24'E 44°48'N",
        "44 48 20 24",
        "Lat: 44.8, Lon: 20.4",
        "lat=44.8&lon=20.4",
        "Долгота: 20,4; широта: 44,8",
        "Latitude 44.8° Longitude 20.4°",
        '{"lat": 44.8, "lng": "20.4"}',
        "44.8/20.4",
        "44.8, 20.4, 120",
        "POINT(20.4 44.8)",
        "SRID=4326;POINT(20.4 44.8)",
        '{"type": "Point", "coordinates": [20.4, 44.8]}',
        {"type": "Point", "coordinates": [20.4, 44.8]},
        "geo:44.8,20.4",
        "+44.8+020.4/",
        "+4448+02024/",
        "https://www.openstreetmap.org/?mlat=44.8&mlon=20.4",
        "https://www.google.com/maps/place/44%C2%B048'N+20%C2%B024'E/@1,2,17z",
    ],
)
def test_a_whole_place_may_stand_in_one_cell(cell: object) -> None:
    """Latitude first, as people write, unless the cell says otherwise."""
    assert spots(points_of(point=[cell])) == [(20.4, 44.8)]


@pytest.mark.parametrize(
    "cell", ['{"lat": "nan", "lng": "1"}', '{"lat": 1}', "Floor 44, Room 20", "Lat 9"]
)
def test_labels_alone_make_no_place(cell: str) -> None:
    """Latitude and longitude must both be there, and be numbers."""
    assert spots(points_of(point=[cell])) == [None]


def test_a_cell_may_hold_utm_or_a_reference_of_the_military_grid() -> None:
    """Decided cell by cell."""
    read = points_of(point=["34T 457000 4962000", "34TDQ5700062000"])

    assert spots(read) == [(20.45621, 44.81011), (20.45622, 44.81011)]


def test_the_order_of_a_pair_is_decided_by_values_over_90() -> None:
    """For the column: also for those that could be either."""
    read = points_of(point=["120.5, 30.1", "30, 31"])

    assert spots(read) == [(120.5, 30.1), (30, 31)]
    assert codes(read) == {}


def test_the_order_of_a_pair_is_decided_by_the_countries() -> None:
    """Serbia is not in Arabia."""
    read = points_of(point=["20.4, 44.8", "21.9, 43.3"], country=["Serbia", "RS"])

    assert spots(read) == [(20.4, 44.8), (21.9, 43.3)]


def test_an_order_that_nothing_decides_is_told() -> None:
    """Latitude first; in square brackets, as programs write, longitude."""
    read = points_of(point=["44.8, 20.4", [20.5, 44.9]])

    assert spots(read) == [(20.4, 44.8), (20.5, 44.9)]
    assert codes(read) == {"place.order": (1,)} or codes(read) == {"place.order": (0,)}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("lonlat", "20.4, 44.8"),
        ("LngLat", "20.4 44.8"),
        ("Координаты (долгота, широта)", "20.4; 44.8"),
        ("x_y", "20.4,44.8"),
        ("coordinates [lon/lat]", "20.4,44.8"),
        ("latlng", "44.8, 20.4"),
        ("Latitude, Longitude", [44.8, 20.4]),
    ],
)
def test_the_order_of_a_pair_may_be_in_the_columns_name(
    name: str, cell: object
) -> None:
    """Then there is nothing to tell, also of square brackets."""
    read = points_of({name: "point"}, **{name: [cell]})

    assert spots(read) == [(20.4, 44.8)]
    assert codes(read) == {}


def test_a_line_in_a_cell_stays_a_line() -> None:
    """Nothing of a drawing is lost."""
    [line] = points_of(point=["LINESTRING(20 44, 21 45)"]).points

    assert line.geom_type == "LineString"


def test_swapped_columns_are_seen_by_latitudes_over_90() -> None:
    """All of them are changed over, and told."""
    read = points_of(lat=["-122.4", "-80.2"], lon=["37.7", "25.8"])

    assert spots(read) == [(-122.4, 37.7), (-80.2, 25.8)]
    assert codes(read) == {"place.swapped": (0, 1)}


def test_one_slip_does_not_swap_a_table() -> None:
    """It alone has no place."""
    lat = ["44.8"] * 30 + ["144.8"]
    read = points_of(lat=lat, lon=["20.4"] * 31)

    assert spots(read)[0] == (20.4, 44.8)
    assert codes(read) == {"place.out_of_range": (30,)}


@pytest.mark.parametrize("value", ["0", "-9", "-99", "99", "-999", "9999"])
def test_sentinels_are_no_places(value: str) -> None:
    """What a field that may not be empty was filled with."""
    read = points_of(lat=[value, "44.8"], lon=[value, "20.4"])

    assert spots(read) == [None, (20.4, 44.8)]
    assert codes(read) == {"place.sentinel": (0,)}
    assert f"{value}, {value}" in read.remarks[0].message


def test_what_is_not_understood_is_told_with_its_rows() -> None:
    """Words, halves of a pair, places off the Earth, short links."""
    read = points_of(
        lat=["north", "44.8", "191", "", None], lon=["20", "", "20", "", None]
    )
    links = points_of(point=["https://goo.gl/maps/x", "somewhere"])

    assert spots(read) == [None] * 5
    assert codes(read) == {
        "place.unread": (0,),
        "place.half": (1,),
        "place.out_of_range": (2,),
    }
    assert codes(links) == {"place.short_link": (0,), "place.unread": (1,)}


def test_a_second_kind_of_column_fills_the_gaps_of_the_first() -> None:
    """And then nothing is said of the gap."""
    read = points_of(
        lat=["44.8", "nowhere"], lon=["20.4", "nowhere"], point=["1, 1", "44.9, 20.5"]
    )

    assert spots(read) == [(20.4, 44.8), (20.5, 44.9)]
    assert "place.unread" not in codes(read)


def test_eastings_need_a_zone_or_a_system() -> None:
    """A zone without a letter is taken to be north, and told."""
    zoned = points_of(easting=["457000"], northing=["4 962 000"], zone=["34N"])
    bare = points_of(easting=[457000], northing=[4962000], zone=[34])
    without = points_of(easting=[457000], northing=[4962000])
    named = points_of(easting=[457000], northing=[4962000], crs="EPSG:32634")
    south = points_of(
        easting=[334000], northing=[6252000], zone=[56], country=["Australia"]
    )

    assert spots(zoned) == spots(bare) == spots(named) == [(20.45621, 44.81011)]
    assert codes(bare) == {"place.zone_half": (0,)}
    assert codes(without) == {"place.zone": (0,)}
    assert spots(without) == [None]
    assert spots(south)[0] == pytest.approx((151.206, -33.857), abs=0.01)


@pytest.mark.parametrize(
    "heads",
    [
        ("East (UTM 34N)", "North (UTM 34N)"),
        ("utm_34n_easting", "utm_34n_northing"),
        ("X, zone 34 N", "Y, zone 34 N"),
    ],
)
def test_the_names_of_the_columns_may_state_the_zone(heads: tuple[str, str]) -> None:
    """Where no column does."""
    east, north = heads
    read = points_of(
        {east: "easting", north: "northing"}, **{east: [457000], north: [4962000]}
    )

    assert spots(read) == [(20.45621, 44.81011)]
    assert not codes(read)


@pytest.mark.parametrize(
    ("easting", "northing", "spot"),
    [
        ("Rechtswert", "Hochwert", (13.39813, 52.52284)),
        ("X (EPSG:31468)", "Y (EPSG:31468)", (13.39813, 52.52284)),
        ("East", "North", None),
    ],
)
def test_eastings_are_no_web_mercator_of_programs(
    easting: str, northing: str, spot: tuple[float, float] | None
) -> None:
    """Of many surveys they are as large: names tell the system, or it is asked for."""
    read = points_of(
        {easting: "easting", northing: "northing"},
        **{easting: ["4595000"], northing: ["5822000"]},
    )

    assert spots(read) == [spot]


def test_a_lost_decimal_point_makes_no_metres() -> None:
    """Of metres both numbers are large; half a pair is told as no place."""
    read = points_of(lat=["44.8123", "448123"], lon=["20.4612", "20.4612"])

    assert spots(read) == [(20.4612, 44.8123), None]


def test_numbers_too_large_for_degrees_are_metres_or_ten_millionths() -> None:
    """And told."""
    metres = points_of(lat=["5591295.9"], lon=["2269873.9"])
    whole = points_of(lat=["448000000"], lon=["204000000"])

    assert spots(metres)[0] == pytest.approx((20.3908, 44.8), abs=0.01)
    assert spots(whole) == [(20.4, 44.8)]
    assert codes(metres) == codes(whole) == {"place.metres": (0,)}


def test_geometries_of_a_file_are_checked_alike() -> None:
    """A point at 0, 0 stands for none."""
    read = check_points(
        pd.Series([Point(0, 0), Point(20.4, 44.8), None, Point(200, 1)], dtype=object)
    )

    assert spots(read) == [None, (20.4, 44.8), None, None]
    assert codes(read) == {"place.sentinel": (0,), "place.out_of_range": (3,)}
    assert "0, 0" in read.remarks[0].message


def sixtieths(value: float) -> str:
    """Write an angle to a thousandth of a second."""
    total = round(abs(value) * 3_600_000)
    whole, rest = divmod(total, 3_600_000)
    minutes, thousandths = divmod(rest, 60_000)
    return f"{whole}°{minutes}'{thousandths / 1000:.3f}\""


@settings(max_examples=40)
@given(LON, LAT)
def test_a_point_is_read_back_from_any_notation(lon: float, lat: float) -> None:
    """Within what the notation can say."""
    # 0, 0 and 9, 9 stand for no place.
    assume(abs(abs(lon) - abs(lat)) > 0.001)
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    zone, band = int((lon + 180) // 6) + 1, BANDS[int((lat + 80) // 8)]
    code = (32600 if band >= "N" else 32700) + zone
    x, y = Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    texts = {
        f"{lat:.7f}, {lon:.7f}, 5": 1e-7,
        f"({lat:.7f}° {lon:.7f}°)".replace(".", ","): 1e-7,
        f"POINT ({lon!r} {lat!r})": 0.0,
        f"{sixtieths(lat)}{north} {sixtieths(lon)}{east}": 1e-6,
        f"{east} {sixtieths(lon)}; {north} {sixtieths(lat)}": 1e-6,
        f"https://www.openstreetmap.org/?mlat={lat:.6f}&mlon={lon:.6f}": 1e-6,
        f"https://yandex.com/maps/?pt={lon:.6f},{lat:.6f}&ll=1,2": 1e-6,
        f"geo:{lat:.7f},{lon:.7f}": 1e-7,
        shapely.to_geojson(Point(lon, lat)): 1e-9,
        # With letters for all, S is a band and not south.
        f"{zone}{band} {x:.3f} {y:.3f}": 1e-6,
    }
    for text, exactness in texts.items():
        point = points_of(point=[text, "31U 500000 5500000"]).points[0]
        step = exactness / np.cos(np.radians(lat))
        assert point.x == pytest.approx(lon, abs=step + 1e-9), text
        assert point.y == pytest.approx(lat, abs=exactness + 1e-9), text


@given(st.lists(st.tuples(LON, LAT), min_size=1, max_size=8))
def test_columns_of_numbers_are_read_as_they_stand(
    pairs: list[tuple[float, float]],
) -> None:
    """Every digit kept, with points or commas, as numbers or texts."""
    pairs = [*pairs, (100.5, 45.0)]  # more than 90 east: not swapped
    lon, lat = (list(part) for part in zip(*pairs, strict=True))
    plain = points_of(lat=lat, lon=lon)
    commas = points_of(
        lat=[f"{value:.9f}".replace(".", ",") for value in lat],
        lon=[f"{value:.9f}".replace(".", ",") for value in lon],
    )

    for read in (plain, commas):
        for point, (x, y) in zip(read.points, pairs, strict=True):
            if x == y == 0 or (x == y and abs(x) in {9, 99}):
                continue
            if point is not None:
                assert (point.x, point.y) == pytest.approx((x, y), abs=1e-9)


@pytest.mark.skipif(not INPUTS.exists(), reason="the shared inputs are not here")
@pytest.mark.parametrize(
    ("name", "separator", "roles", "expected"),
    [
        (
            "dms",
            ";",
            {"lat": "lat", "lon": "lon"},
            [(-0.63295, 52.06688), (-59.20214, 2.261), (-72.04142, 44.43075)],
        ),
        (
            "one_column",
            ",",
            {"Location": "point"},
            [(-122.4376, 37.7965), (26.7833, 44.35)],
        ),
        ("maps_link", ",", {"map link": "point"}, [(-74.0445, 40.68925)]),
        (
            "utm_zone",
            ",",
            {"easting": "easting", "northing": "northing", "zone": "zone"},
            [(20.456, 44.81)],
        ),
        (
            "comma_three",
            ",",
            {"lat": "lat", "lon": "lon"},
            [(20.123, 44.567), (20.12345, 44.5671)],
        ),
        ("one_column_each", ",", {"lat": "lat", "lon": "lon"}, [(20.4, 44.8)]),
    ],
)
def test_small_files_of_the_trade_are_placed(
    name: str,
    separator: str,
    roles: dict[str, str],
    expected: list[tuple[float, float]],
) -> None:
    """As people of the trade would."""
    frame = pd.read_csv(INPUTS / f"{name}.csv", sep=separator, dtype=str)

    for spot, place in zip(spots(read_points(frame, roles)), expected, strict=True):
        assert spot == pytest.approx(place, abs=1e-3)


@pytest.mark.skipif(not DATASETS.exists(), reason="the shared data sets are not here")
@pytest.mark.parametrize(
    ("name", "encoding", "roles", "least"),
    [
        ("nasa_glc", "cp1252", {"latitude": "lat", "longitude": "lon"}, 9540),
        ("nasa_glc", "cp1252", {"geolocation": "point"}, 9540),
        ("missing_migrants", "utf-8", {"lat": "lat", "lon": "lon"}, 2410),
        (
            "538_police_killings",
            "latin-1",
            {"latitude": "lat", "longitude": "lon"},
            467,
        ),
        ("stanford_msa", "utf-8", {"Latitude": "lat", "Longitude": "lon"}, 335),
    ],
)
def test_public_tables_are_placed(
    name: str, encoding: str, roles: dict[str, str], least: int
) -> None:
    """All but the few that have no coordinates."""
    frame = pd.read_csv(
        DATASETS / f"{name}.csv", encoding=encoding, dtype=str, keep_default_na=False
    )

    assert read_points(frame, roles).points.notna().sum() >= least
