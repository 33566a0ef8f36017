"""Shapefiles of others are read with the parts that lie beside them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point

from geo.atlas.exports import export_file
from geo.base.errors import DataError
from geo.model.query import Query
from tests.bringing import brought, told, written, zipped
from tests.builders import SOURCES, VOCABULARY, make_engine, make_incident
from tests.unit.formats.reading import read


def test_shapefiles_of_others_are_read(tmp_path: Path) -> None:
    """A zip with one layer, or the file itself beside its parts."""
    ours = export_file(
        make_engine(make_incident()),
        Query(),
        "shp",
        vocabulary=VOCABULARY,
        sources=SOURCES,
    )
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(ours)) as archive:
        for suffix in ("shp", "shx", "dbf", "prj"):
            parts[f"Their layer.{suffix}"] = archive.read(f"incidents_points.{suffix}")
    path = zipped(tmp_path, parts)
    for name, content in parts.items():
        written(tmp_path, name, content)
    for given_path in (path, tmp_path / "Their layer.shp"):
        found = brought(given_path, drop={"row_no"})
        assert found.incidents[0].title == "Mural painted over"
        assert found.incidents[0].geometry == Point(20.46, 44.81)
    (tmp_path / "Their layer.prj").unlink()
    with pytest.raises(DataError, match="--crs"):
        brought(tmp_path / "Their layer.shp")


def test_other_data_in_a_zip_of_a_shapefile_is_told(tmp_path: Path) -> None:
    """Texts that go along are not data."""
    layer = gpd.GeoDataFrame({"title": ["a"]}, geometry=[Point(20, 44)], crs=4326)
    layer.to_file(tmp_path / "spots.shp")
    parts = {path.name: path.read_bytes() for path in tmp_path.glob("spots.*")}
    further = {"README.txt": b"hello", "more.csv": b"title\nb\n"}

    features, said = read(zipped(tmp_path, parts | further))

    assert len(features) == 1
    assert "only its Shapefile is read, not 'more.csv'" in said


@pytest.mark.parametrize(
    ("column", "value"), [("название", "a"), ("title", "Стена"), ("имя", "Стена")]
)
def test_texts_in_an_encoding_that_is_not_said_ask_for_it(
    column: str, value: str, tmp_path: Path
) -> None:
    """Of names of columns as of values."""
    layer = gpd.GeoDataFrame({column: [value]}, geometry=[Point(20, 44)], crs=4326)
    layer.to_file(tmp_path / "a.shp", encoding="cp1251")
    (tmp_path / "a.cpg").unlink()

    with pytest.raises(DataError, match=r"another encoding.*--encoding cp1251"):
        read(tmp_path / "a.shp")
    features, _ = read(tmp_path / "a.shp", {"encoding": "cp1251"})
    assert features[0]["properties"] == {column: value}


def test_a_shape_that_is_damaged_is_told_with_its_record(tmp_path: Path) -> None:
    """The record is kept; one that says it has no shape is not told."""
    lines = [LineString([(20, 44), (21, 45)]), None, LineString([(20, 44), (22, 45)])]
    layer = gpd.GeoDataFrame({"title": list("abc")}, geometry=lines, crs=4326)
    layer.to_file(tmp_path / "a.shp")
    shapes = bytearray((tmp_path / "a.shp").read_bytes())
    # How many positions the first line has, behind its extent and its number of parts.
    at = 100 + 8 + 4 + 32 + 4
    assert int.from_bytes(shapes[at : at + 4], "little") == 2
    shapes[at : at + 4] = (1 << 30).to_bytes(4, "little")
    written(tmp_path, "a.shp", bytes(shapes))

    features, said = read(tmp_path / "a.shp")

    assert [one["properties"]["title"] for one in features] == ["a", "b", "c"]
    assert [one["geometry"] is None for one in features] == [True, True, False]
    assert said.count("geometry: is damaged") == 1
    assert "feature 0: geometry: warning: is damaged" in told(
        brought(tmp_path / "a.shp")
    )
