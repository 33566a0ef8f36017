"""GeoPackages of others are read as data: nothing in them runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geo.atlas.exports import export_file
from geo.base.errors import DataError, QueryError
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
from geo.model.query import Query
from tests.bringing import brought, written
from tests.builders import SOURCES, VOCABULARY, make_engine, make_incident


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
