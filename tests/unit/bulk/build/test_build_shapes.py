"""Geometries of a dump: read, judged as a layer's are, or refused."""

from __future__ import annotations

import json
import struct
from typing import Any

import pyarrow as pa
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import shape as shape_of

from geo.base.errors import DataError
from geo.bulk.build.shapes import geometry_column, shape_columns
from geo.layer.geojson import examine_geojson
from geo.layer.table import marker_point

_spots = st.tuples(st.integers(-184, 184), st.integers(-92, 92))
_lines = st.lists(_spots, min_size=2, max_size=6)
_rings = st.lists(_spots, min_size=3, max_size=6).map(lambda ring: [*ring, ring[0]])


def read(*shapes: bytes | None) -> list[dict[str, Any]]:
    """Return what is made of geometries, a row for each."""
    columns = shape_columns(pa.array(shapes, pa.binary()))
    rows: list[dict[str, Any]] = pa.table(columns).to_pylist()
    return rows


def schema(told: object | None, kind: pa.DataType | None = None) -> pa.Schema:
    """Return the columns of a file with its geometry in ``where``."""
    fields = [("title", pa.string()), ("where", kind or pa.binary())]
    metadata = {} if told is None else {"geo": json.dumps(told)}
    return pa.schema(fields, metadata)


def geoparquet(**said: object) -> dict[str, Any]:
    """Return the metadata of a file with its geometry in ``where``."""
    return {"primary_column": "where", "columns": {"where": {"encoding": "WKB"} | said}}


def projjson(authority: str, code: object) -> dict[str, Any]:
    """Return a reference system as GeoParquet names it."""
    return {"type": "GeographicCRS", "id": {"authority": authority, "code": code}}


@given(
    st.one_of(
        st.tuples(st.just("LineString"), _lines),
        st.tuples(st.just("Polygon"), _rings.map(lambda ring: [ring])),
    )
)
@example(("Polygon", [[(0, 0), (0, 2), (2, 2), (2, 0), (0, 0)]]))
@example(("Polygon", [[(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)]]))
@example(("LineString", [(170, 0), (-170, 9)]))
def test_a_geometry_is_judged_as_that_of_a_layer_is(
    drawn: tuple[str, list[Any]],
) -> None:
    """What a layer would refuse or bring within 180 degrees is refused, else kept."""
    kind, coordinates = drawn
    geometry = {"type": kind, "coordinates": coordinates}
    feature = {"type": "Feature", "geometry": geometry, "properties": {}}
    reading = examine_geojson(json.dumps(feature).encode(), "layer")
    west, _, east, _ = shape_of(geometry).bounds
    sound = not reading.misplaced and west >= -180 and east <= 180

    [row] = read(shapely.to_wkb(shape_of(geometry)))

    assert (row["fault"] is None) == sound
    if sound:
        found = shapely.from_wkb(row["shape"])
        assert found == shape_of(reading.features[0]["geometry"])
        assert row["shape_type"] == kind
        spot = marker_point(found)
        assert (float(row["lon"]), float(row["lat"])) == (spot.x, spot.y)
    else:
        assert row["fault"].startswith("geometry: ")
        assert row["shape"] is row["lon"] is row["lat"] is None


def test_heights_are_kept_and_measures_left_out() -> None:
    """GeoJSON has heights; a measure must not be taken for one."""
    rows = read(
        *(
            shapely.to_wkb(shapely.from_wkt(text), flavor="iso", byte_order=0)
            for text in (
                "POINT Z (1 2 3)",
                "POINT M (1 2 3)",
                "LINESTRING M (0 0 7, 2 2 8)",
                "LINESTRING ZM (0 0 5 7, 2 2 6 8)",
            )
        )
    )

    assert [shapely.from_wkb(row["shape"]).wkt for row in rows] == [
        "POINT Z (1 2 3)",
        "POINT (1 2)",
        "LINESTRING (0 0, 2 2)",
        "LINESTRING Z (0 0 5, 2 2 6)",
    ]
    assert [row["lon"] for row in rows] == ["1.0", "1.0", "1.0", "1.0"]


def test_extended_binary_is_read() -> None:
    """PostGIS writes the reference system's number before the coordinates."""
    point = shapely.set_srid(shapely.Point(1, 2), 4326)
    [row] = read(shapely.to_wkb(point, include_srid=True))

    assert (row["lon"], row["lat"], row["fault"]) == ("1.0", "2.0", None)


@pytest.mark.parametrize(
    ("wkb", "words"),
    [
        # Reading this one would end the process.
        (struct.pack("<BII", 1, 7, 1) * 100_000, "a GeometryCollection cannot place"),
        (struct.pack("<BII", 1, 8, 0), "no well-known binary"),
        (b"", "no well-known binary"),
        (b"\x01\x01", "no well-known binary"),
        (struct.pack("<BII", 1, 2, 9), "cannot be read"),
        (shapely.to_wkb(shapely.Point()), "an empty Point"),
        (shapely.to_wkb(shapely.Polygon()), "an empty Polygon"),
        (struct.pack("<BI2d", 1, 1, 1, float("inf")), "not a finite number"),
        (struct.pack("<BII4d", 1, 2, 2, 0, 0, 1, float("nan")), "not a finite number"),
    ],
)
def test_what_is_no_point_line_or_area_is_refused(wkb: bytes, words: str) -> None:
    """Each is refused by itself; the rows beside it are read."""
    good, bad, none = read(shapely.to_wkb(shapely.Point(1, 2)), wkb, None)

    assert words in bad.pop("fault")
    assert not any(bad.values())
    assert (good["lon"], good["fault"]) == ("1.0", None)
    assert not any(none.values())


def test_no_rows_give_no_rows() -> None:
    """An empty column has empty answers."""
    assert read() == []


@pytest.mark.parametrize(
    "crs",
    [
        {},
        {"crs": projjson("OGC", "CRS84")},
        {"crs": projjson("EPSG", 4326)},
        {"crs": "EPSG:4326"},
    ],
)
def test_the_primary_column_of_geoparquet_is_found(crs: dict[str, Any]) -> None:
    """Whatever it is called, in each way to say WGS84."""
    assert geometry_column(schema(geoparquet(**crs)), "dump") == "where"


def test_plain_parquet_has_its_geometry_in_a_column_called_so() -> None:
    """Without a word of the file, only the name tells."""
    named = pa.schema([("Geometry", pa.large_binary()), ("where", pa.binary())])

    assert geometry_column(named, "dump") == "Geometry"
    assert geometry_column(schema(None), "dump") is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (geoparquet(crs=projjson("EPSG", 28992)), "in EPSG:28992, not WGS84"),
        (geoparquet(crs=None), "in an unknown system, not WGS84"),
        (geoparquet(crs={"type": "GeographicCRS"}), "in an unknown system"),
        (geoparquet(encoding="polygon"), "not as well-known binary"),
        ({"primary_column": "there", "columns": {"there": {}}}, "no such column"),
        ({"primary_column": "where"}, "cannot be understood"),
        ({"primary_column": "where", "columns": {"where": 1}}, "cannot be understood"),
        ([], "cannot be understood"),
    ],
)
def test_geometries_not_in_wgs84_refuse_the_file(told: object, words: str) -> None:
    """The message says what the file has, and how to write it."""
    with pytest.raises(DataError, match=r"dump: .* WKB in EPSG:4326") as refused:
        geometry_column(schema(told), "dump")

    assert words in str(refused.value)


def test_geometries_as_text_refuse_the_file() -> None:
    """Well-known text in a column of that name is not passed over."""
    with pytest.raises(DataError, match="as string, not as well-known binary"):
        geometry_column(pa.schema([("geometry", pa.string())]), "dump")
