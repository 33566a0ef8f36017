"""Shapefiles part by geometry, and list exactly what their limits changed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from geo.formats.shapefile import MOST_BYTES, shortened
from tests.builders import make_incident
from tests.unit.formats.samples import (
    AWKWARD,
    features_of,
    file_of,
    read_back,
    selection_of,
)


def test_a_shapefile_loses_what_it_lists_and_nothing_else(tmp_path: Path) -> None:
    """Texts of more than 254 bytes are cut, and the sidecar names each."""
    content = file_of(selection_of(*AWKWARD), "shp")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = archive.read("LIMITS.txt").decode()

    found = read_back(content, "incidents.shp.zip", tmp_path)

    expected = features_of(AWKWARD)
    listed = set()
    for wanted in expected:
        for key, value in wanted["properties"].items():
            if key == "place":
                # Spaces around a text are a loss that is named.
                wanted["properties"][key] = value.strip()
            if key == "citations":
                for citation in value:
                    citation["prefix"] = citation["prefix"].strip()
            if isinstance(value, str) and len(value.encode()) > MOST_BYTES:
                wanted["properties"][key] = shortened(value)
                listed.add(f"{wanted['id']}: {key}: ")
    assert found == expected
    cut = told.partition("ellipsis:\n")[2].strip().splitlines()
    assert len(cut) == len(listed)
    assert all(any(line.strip().startswith(one) for one in listed) for line in cut)
    assert "date_earliest" in told


def test_further_properties_too_long_for_a_shapefile_are_left_out_and_told(
    tmp_path: Path,
) -> None:
    """Half of a JSON text would mean nothing."""
    made = make_incident(extra={"note": "x" * 300}, alleged_by=("; " + "y" * 300,))
    content = file_of(selection_of(made), "shp")

    (found,) = read_back(content, "a.shp.zip", tmp_path)

    assert "note" not in found["properties"]
    assert found["properties"]["alleged_by"] == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = archive.read("LIMITS.txt").decode()
    assert "mural-2023: extra: left out" in told
    assert "mural-2023: alleged_by: left out" in told


def test_shapefiles_part_by_geometry_and_bring_their_styles() -> None:
    """One type of geometry a layer; those without a place are a table."""
    content = file_of(selection_of(*AWKWARD), "shp")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())

    for stem in ("incidents_points", "incidents_lines", "incidents_areas"):
        suffixes = ("shp", "shx", "dbf", "prj", "cpg", "qml", "sld")
        assert {f"{stem}.{suffix}" for suffix in suffixes} <= names
    assert {"incidents_unplaced.dbf", "citations.dbf", "actors.dbf"} <= names
