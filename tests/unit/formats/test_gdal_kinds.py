"""What GDAL reads besides is let in by one driver, and follows nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geo.base.errors import DataError, QueryError
from tests.bringing import written
from tests.unit.formats.reading import read

GML = (
    '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:o="http://o" {}>'
    "<gml:featureMember><o:spot><o:title>a</o:title><o:where>"
    '<gml:Point srsName="EPSG:4326"><gml:coordinates>21.9,43.3</gml:coordinates>'
    "</gml:Point></o:where></o:spot></gml:featureMember></gml:FeatureCollection>"
)


def frame(*titles: str, crs: int = 4326) -> gpd.GeoDataFrame:
    """Return points with titles."""
    spots = [Point(21.9, 43.3) for _ in titles]
    return gpd.GeoDataFrame({"title": titles}, geometry=spots, crs=crs)


def packed(folder: Path, path: Path) -> Path:
    """Return a zip of all that lies beside a file of that stem, or in a folder."""
    target = folder / "packed.zip"
    members = sorted(path.rglob("*") if path.is_dir() else path.parent.iterdir())
    with zipfile.ZipFile(target, "w") as archive:
        for member in members:
            archive.write(member, member.relative_to(path.parent))
    return target


def near(feature: dict[str, object]) -> bool:
    """Tell whether a feature is where all of them were put."""
    shape = feature["geometry"]
    assert isinstance(shape, dict)
    return bool(shape["coordinates"] == pytest.approx([21.9, 43.3], abs=1e-4))


@pytest.mark.parametrize("name", ["a.tab", "a.mif"])
def test_a_table_of_mapinfo_is_read_from_a_zip_and_beside(
    name: str, tmp_path: Path
) -> None:
    """All of its parts together."""
    made = tmp_path / "made"
    made.mkdir()
    driver = {"driver": "MapInfo File", "FORMAT": "MIF" if "mif" in name else "TAB"}
    frame("a", "b").to_file(made / name, **driver)

    for path in (packed(tmp_path, made / name), made / name):
        features, _ = read(path)

        assert [one["properties"]["title"] for one in features] == ["a", "b"]
        assert near(features[0])


def test_a_table_of_mapinfo_that_lies_elsewhere_is_refused(tmp_path: Path) -> None:
    """Nothing that a file points at is opened."""
    text = '!table\n!version 100\nOpen Table "/etc/other"\nCreate View v As Select * \n'

    with pytest.raises(DataError, match="lie elsewhere"):
        read(written(tmp_path, "a.tab", text))


def test_of_a_geodatabase_the_largest_layer_is_read(tmp_path: Path) -> None:
    """The others are told, and can be chosen."""
    made = tmp_path / "a.gdb"
    frame("one").to_file(made, layer="small", driver="OpenFileGDB")
    frame("a", "b").to_file(made, layer="large", driver="OpenFileGDB")
    path = packed(tmp_path, made)

    features, said = read(path)

    assert [one["properties"]["title"] for one in features] == ["a", "b"]
    assert near(features[0])
    assert "only the layer 'large' is read, not 'small'" in said
    assert len(read(path, {"layer": "small"})[0]) == 1
    with pytest.raises(QueryError, match="'none' is not a layer"):
        read(path, {"layer": "none"})


def test_gml_is_read_without_its_schemas(tmp_path: Path) -> None:
    """One that is named lies on another host, or on this disk."""
    schema = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://o http://127.0.0.1:9/o.xsd"'
    )
    for head in ("", schema):
        features, _ = read(written(tmp_path, "a.gml", GML.format(head)))

        assert [one["properties"]["title"] for one in features] == ["a"]
        assert near(features[0])


def test_gml_with_entities_is_refused(tmp_path: Path) -> None:
    """Before any library sees it."""
    text = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>{GML.format("")}'

    with pytest.raises(DataError, match="document type"):
        read(written(tmp_path, "a.gml", text))


def test_a_drawing_needs_its_system(tmp_path: Path) -> None:
    """It has none of its own."""
    path = tmp_path / "a.dxf"
    gpd.GeoDataFrame(geometry=[Point(21.9, 43.3)], crs=4326).to_file(path, driver="DXF")

    features, _ = read(path, {"epsg": 4326})

    assert near(
        {
            "geometry": features[0]["geometry"]
            | {"coordinates": features[0]["geometry"]["coordinates"][:2]}
        }
    )
    with pytest.raises(DataError, match="reference system"):
        read(path)
