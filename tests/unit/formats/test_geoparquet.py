"""GeoParquet of others is read where it says what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import to_wkb
from shapely.geometry import MultiPolygon, Point, box

from geo.base.errors import DataError
from tests.bringing import brought, told


def parquet_of(folder: Path, geo: object, **columns: Any) -> Path:  # noqa: ANN401
    """Return a Parquet file with that ``geo`` metadata; None for none."""
    path = folder / "a.parquet"
    table = pa.table(columns)
    if geo is not None:
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path)
    return path


def geo_of(**column: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return ``geo`` metadata of one column."""
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], **column}},
    }


def test_geoparquet_of_others_is_read(tmp_path: Path) -> None:
    """Any type JSON has something for; bytes are left out and told."""
    path = parquet_of(
        tmp_path,
        geo_of(),
        title=["a"],
        geometry=[to_wkb(Point(20, 44))],
        when=pa.array([0], pa.timestamp("s", tz="UTC")),
        parts=[[{"x": 1}]],
        blob=[b"\x00"],
    )

    found = brought(path, columns={"when": "date"})

    (incident,) = found.incidents
    assert incident.date == "1970-01-01"
    assert incident.extra == {"parts": [{"x": 1}]}
    assert "bytes" in told(found)


def test_native_geometry_of_geoparquet_is_read(tmp_path: Path) -> None:
    """GeoArrow's encodings, a part of version 1.1."""
    point = pa.struct([("x", pa.float64()), ("y", pa.float64())])
    path = parquet_of(
        tmp_path,
        geo_of(encoding="point"),
        title=["a", "b", "c"],
        geometry=pa.array(
            [{"x": 20, "y": 44}, None, {"x": float("nan"), "y": float("nan")}], point
        ),
    )

    found = brought(path)

    assert [one.geometry for one in found.incidents] == [
        Point(20, 44),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("geo", "reason"),
    [
        (None, "no 'geo' metadata"),
        ("text", "not an object"),
        ({"primary_column": "elsewhere", "columns": {}}, "no such column"),
        (geo_of(crs=None), "--crs"),
        (geo_of(crs={"id": {"authority": "IAU", "code": 30100}}), "--crs"),
        (geo_of(encoding="WKT"), "not as WKB"),
    ],
)
def test_parquet_that_does_not_say_where_it_is_is_refused(
    geo: object, reason: str, tmp_path: Path
) -> None:
    """Nothing is taken for WGS84 that does not say so."""
    path = parquet_of(tmp_path, geo, geometry=[to_wkb(Point(20, 44))])

    with pytest.raises(DataError, match=reason):
        brought(path)


def test_other_systems_are_converted_and_told(tmp_path: Path) -> None:
    """UTM 34N, in metres, becomes degrees."""
    path = parquet_of(
        tmp_path,
        geo_of(crs={"id": {"authority": "EPSG", "code": 32634}}),
        title=["a"],
        geometry=[to_wkb(Point(457_000, 4_962_000))],
    )

    found = brought(path)

    (incident,) = found.incidents
    assert incident.geometry is not None
    assert incident.geometry.distance(Point(20.455, 44.811)) < 0.01
    assert "32634" in told(found)


def test_several_parts_stay_several(tmp_path: Path) -> None:
    """An incident may be at several places."""
    parts = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    path = parquet_of(tmp_path, geo_of(), title=["a"], geometry=[to_wkb(parts)])

    found = brought(path)

    (incident,) = found.incidents
    assert incident.geometry is not None
    assert incident.geometry.equals(parts)


POSITION = pa.struct([("x", pa.float64()), ("y", pa.float64())])


@pytest.mark.parametrize(
    "columns",
    [
        {"lat": [44.5], "lon": [20.5]},
        {"latitude": ["44.5"], "longitude": ["20.5"]},
        {"wkt": ["POINT (20.5 44.5)"]},
        {"where": pa.array([{"x": 20.5, "y": 44.5}], POSITION)},
    ],
)
def test_parquet_without_a_geometry_is_a_table(
    columns: dict[str, Any], tmp_path: Path
) -> None:
    """Its places are told by its columns, as those of a CSV file are."""
    when = pa.array([0], pa.timestamp("ns"))
    words = pa.array(["a"]).dictionary_encode()
    path = parquet_of(tmp_path, None, title=words, date=when, blob=[b"\x00"], **columns)

    found = brought(path)

    (incident,) = found.incidents
    assert incident.geometry == Point(20.5, 44.5)
    assert (incident.title, incident.date) == ("a", "1970-01-01")
    assert "bytes, left out" in told(found)
