"""Degrees whose minutes, seconds and halves of the Earth stand beside them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.points import PointsRead, read_points


def read(head: str, *rows: str) -> PointsRead:
    """Read a table of which the first column with an axis in its name has degrees."""
    names = head.split(";")
    cells: list[list[Any]] = [row.split(";") for row in rows]
    roles: dict[str, str] = {}
    for name in names:
        for axis, words in (("lat", ("lat",)), ("lon", ("lon", "län"))):
            if name.lower().startswith(words) and axis not in roles.values():
                roles[name] = axis
    return read_points(pd.DataFrame(cells, columns=names, dtype=object), roles)


def spots(points: PointsRead) -> list[tuple[float, float]]:
    """Return (lon, lat) of each record."""
    return [(round(each.x, 6), round(each.y, 6)) for each in points.points]


@pytest.mark.parametrize(
    ("head", "row", "spot"),
    [
        ("lat;lat_dir;lon;lon_dir", "33.86;S;151.21;E", (151.21, -33.86)),
        ("Latitude;N/S;Longitude;E/W", "40.71;n;74.0;w.", (-74.0, 40.71)),
        ("lat;half;longitude;side", "40.71;North;74.0;West", (-74.0, 40.71)),
        ("lat;lat_hem;longitud;lon_hem", "19,43;Norte;99,13;Oeste", (-99.13, 19.43)),
        ("lat deg;lat min;lon deg;lon min", "52;31.2;13;24.3", (13.405, 52.52)),
        ("lat;lat min;lon;lon min", "-33;51.9;151;12.6", (151.21, -33.865)),
        (
            "Lat;Lat Min;Lat Sec;N/S;Lon;Lon Min;Lon Sec;E/W",
            "33;51;54;S;151;12;36;E",
            (151.21, -33.865),
        ),
        ("Latitude (N);Longitude (W)", "40.71;74.0", (-74.0, 40.71)),
        ("Lat (S);Lon", "33.86;151.21", (151.21, -33.86)),
        ("Latitude South;Longitude East", "33.86;151.21", (151.21, -33.86)),
        ("Latitud N;Longitud O", "19,43;99,13", (-99.13, 19.43)),
    ],
)
def test_what_stands_beside_degrees_is_part_of_them(
    head: str, row: str, spot: tuple[float, float]
) -> None:
    """Minutes, seconds and halves in columns, and halves in names; it is told."""
    points = read(head, row)

    assert spots(points) == [spot]
    assert "place.parts" in {remark.code for remark in points.remarks}


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Longitude (W);Lat", "-74.0;40.71"),
        ("Longitude (E/W);Latitude (N/S)", "74.0;40.71"),
        ("Länge O;Lat", "13.4;52.5"),
        ("lon;name;lat;sex", "20.4;W;44.8;M"),
        ("lat;minutes late;lon;seats", "44.8;90;20.4;S"),
        ("lon;wind;lat;note", "20.4;3;44.8;S"),
        ("lat;lat_min;lat_max;lon", "44.8;44.5;45.1;20.4"),
    ],
)
def test_what_only_looks_like_a_part_changes_nothing(head: str, row: str) -> None:
    """A sign, both halves, German east, initials, minutes of trains, extents."""
    points = read(head, row)

    cells = dict(zip(head.split(";"), map(str, row.split(";")), strict=True))
    lon = next(
        float(value)
        for name, value in cells.items()
        if name.lower()[0:2] in ("lo", "lä")
    )
    lat = next(
        float(value) for name, value in cells.items() if name.lower()[0:3] == "lat"
    )
    assert spots(points) == [(lon, lat)]


@given(
    st.integers(0, 89), st.integers(0, 59), st.integers(0, 59), st.sampled_from("NS")
)
def test_parts_are_put_together_as_in_one_cell(
    degrees: int, minutes: int, seconds: int, half: str
) -> None:
    """Whatever they are; nothing is lost."""
    row = f"{degrees};{minutes};{seconds};{half};20.4;E"
    apart = read("lat;lat min;lat sec;half;lon;side", row)
    whole = read("lat;lon", f"{degrees}°{minutes}'{seconds}\"{half};20.4")

    assert spots(apart)[0] == pytest.approx(spots(whole)[0])


def test_lists_beside_degrees_are_passed_over() -> None:
    """JSON has them in own fields."""
    frame = pd.DataFrame({"lat": [44.8], "tags": [["N"]], "lon": [20.4]}, dtype=object)

    points = read_points(frame, {"lat": "lat", "lon": "lon", "tags": "own"})

    assert spots(points) == [(20.4, 44.8)]
