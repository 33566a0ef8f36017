"""Shapefiles of others are read with the parts that lie beside them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geo.atlas.exports import export_file
from geo.base.errors import DataError
from geo.model.query import Query
from tests.bringing import brought, written, zipped
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
