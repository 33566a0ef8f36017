"""GeoPackages of others are read as data: nothing in them runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import Point

from geo.atlas.exports import export_file
from geo.base.errors import DataError, QueryError
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
from geo.model.query import Query
from tests.bringing import brought, written
from tests.builders import SOURCES, VOCABULARY, make_engine, make_incident
from tests.unit.formats.reading import read


def geopackage_of(folder: Path, *, statements: str = "") -> Path:
    """Return an export as GeoPackage, with statements run on it."""
    path = folder / "a.gpkg"
    path.write_bytes(
        export_file(
            make_engine(make_incident()),
            Query(),
            "gpkg",
            vocabulary=VOCABULARY,
            sources=SOURCES,
        )
    )
    with closing(sqlite3.connect(path)) as database:
        database.executescript(statements)
        database.commit()
    return path


def test_layers_of_a_geopackage_are_chosen_by_name(tmp_path: Path) -> None:
    """A view is no layer; a name that is not there lists those that are."""
    path = geopackage_of(
        tmp_path,
        statements="""
        DROP TRIGGER IF EXISTS trigger_insert_feature_count_incidents;
        CREATE VIEW trap AS SELECT * FROM incidents;
        INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id)
            VALUES ('trap', 'features', 'trap', 4326);
        INSERT INTO gpkg_geometry_columns VALUES ('trap', 'geom', 'GEOMETRY', 4326, 0, 0);
        """,
    )

    assert len(brought(path).incidents) == 1
    with pytest.raises(QueryError, match="incidents"):
        brought(path, opening=ReadOptions(layer="trap"))


def test_a_geopackage_of_unknown_system_asks_for_it(tmp_path: Path) -> None:
    """Degrees and metres are not told apart by guessing."""
    path = geopackage_of(
        tmp_path,
        statements="UPDATE gpkg_geometry_columns SET srs_id = -1;",
    )

    with pytest.raises(DataError, match="--crs"):
        brought(path)
    assert open_table(path, ReadOptions(epsg=4326)).format == "gpkg"


def test_a_broken_database_is_refused(tmp_path: Path) -> None:
    """With the library's reason."""
    whole = geopackage_of(tmp_path).read_bytes()

    with pytest.raises(DataError, match="GeoPackage"):
        brought(written(tmp_path, "b.gpkg", whole[:6_000]))
    plain = tmp_path / "c.gpkg"
    with closing(sqlite3.connect(plain)) as database:
        database.execute("CREATE TABLE a (b)")
    with pytest.raises(DataError, match="no GeoPackage"):
        brought(plain)


def layers_of(path: Path, *placed: str, tables: tuple[str, ...] = ()) -> Path:
    """Return a GeoPackage of layers with a point, and of tables without places."""
    for name in placed:
        layer = gpd.GeoDataFrame({"title": [name]}, geometry=[Point(20, 44)], crs=4326)
        layer.to_file(path, layer=name, driver="GPKG")
    for name in tables:
        columns = pd.DataFrame({"title": [name], "lat": [44.5], "lon": [20.5]})
        pyogrio.write_dataframe(columns, path, layer=name, driver="GPKG")
    return path


def titles(path: Path, layer: str = "") -> tuple[list[str], str]:
    """Return the titles of a layer, and what is told of the file."""
    features, said = read(path, {"layer": layer})
    return [one["properties"]["title"] for one in features], said


def test_what_else_a_geopackage_holds_is_told(tmp_path: Path) -> None:
    """A further layer or a table without places, each of which can be chosen."""
    layers = layers_of(tmp_path / "a.gpkg", "incidents", "other")
    table = layers_of(tmp_path / "b.gpkg", "spots", tables=("names",))

    for path, chosen, left in (
        (layers, "incidents", "other"),
        (table, "spots", "names"),
    ):
        found, said = titles(path)
        assert found == [chosen]
        assert f"only the layer {chosen!r} is read, not {left!r}" in said
        assert titles(path, left) == ([left], "")


def test_a_table_without_places_is_read_where_nothing_else_is(tmp_path: Path) -> None:
    """Its columns of coordinates are as those of a CSV file."""
    path = layers_of(tmp_path / "a.gpkg", tables=("names",))

    assert brought(path).incidents[0].geometry == Point(20.5, 44.5)


def test_tables_that_go_along_with_an_export_are_not_told(tmp_path: Path) -> None:
    """They are read with it, or only tell of it."""
    assert read(geopackage_of(tmp_path))[1] == ""
