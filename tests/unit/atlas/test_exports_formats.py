"""Each format read back gives the layer, or the documented loss and nothing else."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from shapely.geometry import Point

from geo.atlas.exports import PACKAGES, export_file, file_name, losses
from geo.base.errors import DataError
from geo.formats.registry import FORMATS
from geo.model.query import Query
from tests.builders import make_engine, make_incident, scattered
from tests.strategies import incidents
from tests.unit.formats.samples import (
    AWKWARD,
    FEW,
    features_of,
    file_of,
    read_back,
    selection_of,
)

#: Formats that are read within this process, and so fast.
DIRECT = [name for name in FORMATS if name not in {"fgb", "shp"}]


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "shp"])
def test_awkward_values_come_back_as_they_were(
    name: str, package: str, tmp_path: Path
) -> None:
    """Null geometry, the antimeridian, long texts, scripts, quotes, open dates."""
    content = file_of(selection_of(*AWKWARD), name, package)

    found = read_back(content, file_name(name, package=package), tmp_path)

    assert found == features_of(AWKWARD)


@pytest.mark.parametrize("name", DIRECT)
@FEW
@given(made=st.data())
def test_any_incident_comes_back_as_it_was(
    name: str, made: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the model allows, these formats keep."""
    chosen = tuple(
        made.draw(incidents(f"incident-{index}"))
        for index in range(made.draw(st.integers(0, 3)))
    )
    content = file_of(selection_of(*chosen), name)
    if not content:
        return  # a text sequence of nothing

    found = read_back(content, file_name(name), tmp_path_factory.mktemp("back"))

    assert found == features_of(chosen)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "geojsonseq"])
def test_a_file_without_incidents_comes_back_empty(name: str, tmp_path: Path) -> None:
    """A filter without a result is an answer."""
    assert read_back(file_of(selection_of(), name), file_name(name), tmp_path) == []


def test_every_loss_is_named_for_every_format() -> None:
    """The README prints this table."""
    assert list(losses()) == list(FORMATS)
    assert losses()["geojson"] == ()
    assert all(text.endswith(".") for told in losses().values() for text in told)


@pytest.mark.parametrize("name", [name for name in FORMATS if "geojson" not in name])
def test_nul_is_refused_by_name(name: str) -> None:
    """At a NUL, many programs cut a text in silence."""
    with pytest.raises(DataError, match=r"mural-2023.*summary.*NUL"):
        file_of(selection_of(make_incident(summary="a\x00b")), name)


def test_heights_are_kept_where_the_format_has_room(tmp_path: Path) -> None:
    """Text formats keep a third coordinate; the others say that they do not."""
    high = make_incident(geometry=Point(20.46, 44.81, 117.5))
    for name in ("geojson", "geojsonseq", "csv", "kml", "xlsx"):
        (found,) = read_back(
            file_of(selection_of(high), name), file_name(name), tmp_path
        )
        assert found["geometry"]["coordinates"] == [20.46, 44.81, 117.5]
    for name in ("gpkg", "geoparquet"):
        (found,) = read_back(
            file_of(selection_of(high), name), file_name(name), tmp_path
        )
        assert found["geometry"]["coordinates"] == [20.46, 44.81]
        assert any("height" in text for text in losses()[name])


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_query_gives_the_same_bytes(name: str, package: str) -> None:
    """Files can be compared, cached and cited, whenever they are made."""
    first = file_of(selection_of(*scattered(25)), name, package)

    assert file_of(selection_of(*scattered(25)), name, package) == first


def told_by(name: str, content: bytes, folder: Path) -> dict[str, str]:
    """Return what a file tells about itself, read as its own format."""
    path = folder / file_name(name)
    path.write_bytes(content)
    if name == "geojson":
        about = json.loads(content)["about"]
        assert about["fields"]
        return {key: str(value) for key, value in about.items()}
    if name == "gpkg":
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("SELECT count(*) FROM fields").fetchone()[0]
            return dict(database.execute("SELECT name, value FROM about"))
    if name == "geoparquet":
        found = json.loads(pq.read_metadata(path).metadata[b"about"])
        return {key: str(value) for key, value in found.items()}
    if name == "xlsx":
        book = load_workbook(path)
        rows = list(book["about"].iter_rows(values_only=True))
        return {str(row[0]): str(row[1]) for row in rows[1:]}
    if name == "shp":
        with zipfile.ZipFile(path) as archive:
            found = json.loads(archive.read("manifest.json"))
        return {key: str(value) for key, value in found.items()}
    if name == "kmz":
        with zipfile.ZipFile(path) as archive:
            content = archive.read("doc.kml")
    space = "{http://www.opengis.net/kml/2.2}"
    data = ET.fromstring(content).findall(f"./{space}Document/{space}ExtendedData/*")  # noqa: S314 - our own
    return {str(entry.get("name")): str(entry[0].text) for entry in data}


@pytest.mark.parametrize(
    "name", [name for name, kind in FORMATS.items() if kind.explains_itself]
)
def test_a_file_says_what_it_is(name: str, tmp_path: Path) -> None:
    """Licence, credit, query, version, rows, date, checksum: inside the file."""
    selection = selection_of(*scattered(12), query=Query(category=("mural",)))

    told = told_by(name, file_of(selection, name), tmp_path)

    assert told["licence"] == "CC BY 4.0"
    assert told["licence_url"].startswith("https://creativecommons.org/")
    assert "Daily" in told["attribution"]
    assert "mural" in told["query"]
    assert told["layer_version"] == "0" * 12
    assert told["rows"] == str(selection.about.rows)
    assert told["made"] == "2024-01-05T00:00:00Z"
    assert told["content_sha256"] == selection.about.sha256


def test_export_file_takes_the_deployments_vocabulary_and_sources() -> None:
    """The page need not hand them over."""
    found = json.loads(export_file(make_engine(), Query(), "geojson"))

    assert found["features"] == []


def test_a_file_that_is_an_archive_is_not_put_into_another() -> None:
    """A Shapefile's archive has its manifest inside: both packages are that one."""
    chosen = selection_of(make_incident())

    assert file_of(chosen, "shp", "zip") == file_of(chosen, "shp")
    assert file_name("shp", package="zip") == file_name("shp") == "incidents.shp.zip"
    assert file_name("gpkg", package="zip") == "incidents.gpkg.zip"
