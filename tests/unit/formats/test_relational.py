"""GeoPackage: related tables and styles, in the version that programs know."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.unit.formats.samples import AWKWARD, file_of, selection_of


def test_geopackage_is_of_version_1_3_with_related_tables(tmp_path: Path) -> None:
    """QGIS 3.22 warns of later versions."""
    path = tmp_path / "a.gpkg"
    path.write_bytes(file_of(selection_of(*AWKWARD), "gpkg"))

    with closing(sqlite3.connect(path)) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        layers = {
            row[0]: row[1]
            for row in database.execute(
                "SELECT table_name, data_type FROM gpkg_contents"
            )
        }
        cited = database.execute(
            "SELECT count(*) FROM incidents JOIN citations "
            "ON citations.incident_id = incidents.id"
        ).fetchone()[0]
        style = database.execute(
            "SELECT styleQML, useAsDefault FROM layer_styles"
        ).fetchone()
        changed = {
            row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")
        }

    assert version == 10300
    assert layers["incidents"] == "features"
    tables = {"citations", "actors", "sources", "fields", "about"}
    assert tables <= {name for name, kind in layers.items() if kind == "attributes"}
    assert cited == sum(len(incident.citations) for incident in AWKWARD)
    assert "categorizedSymbol" in style[0]
    assert style[1]
    assert changed == {"2024-01-05T00:00:00.000Z"}
