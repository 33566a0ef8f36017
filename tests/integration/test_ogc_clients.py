"""Real programs read the running server: GDAL, QGIS, R, geopandas, curl.

They come from Debian (``scripts/install_gis.sh``); without them these tests fail.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import shape

from geo.layer import read_collection
from pages.ui.examples import EXAMPLES
from tests.integration.programs import PYTHON_OF_QGIS, ROOT, clean_environment, run

LAYER = ROOT / "data" / "incidents.geojson"
QGIS_SCRIPT = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer, QgsWkbTypes

app = QgsApplication([], False)
app.initQgis()
found = {}
for name in sys.argv[2:]:
    source = f"url='{sys.argv[1]}' typename='{name}' version='OGC_API_FEATURES'"
    layer = QgsVectorLayer(source, name, "OAPIF")
    assert layer.isValid(), source
    rows = []
    for feature in layer.getFeatures():
        geometry = feature.geometry()
        rows.append({
            "id": feature["id"],
            "title": feature["title"] if name != "places" else feature["name"],
            "date_earliest": str(feature["date_earliest"].toString("yyyy-MM-dd"))
            if "date_earliest" in layer.fields().names() and feature["date_earliest"]
            else None,
            "geometry": json.loads(geometry.asJson(17)) if feature.hasGeometry() else None,
        })
    found[name] = {
        "count": layer.featureCount(),
        "type": QgsWkbTypes.displayString(layer.wkbType()),
        "crs": layer.crs().authid(),
        "features": rows,
    }
    del layer
with open("found.json", "w", encoding="utf-8") as file:
    json.dump(found, file)
# QGIS's own clean-up crashes now and then after the work is done.
import os
os._exit(0)
"""


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """Return the layer's incidents by id."""
    return {incident.id: incident for incident in read_collection(LAYER).incidents}


def check(features: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    """Compare what a client read with the layer: ids, geometry, dates, text."""
    assert sorted(feature["id"] for feature in features) == sorted(expected)
    for feature in features:
        incident = expected[feature["id"]]
        assert feature["title"] == incident.title
        early = incident.date_earliest
        assert feature["date_earliest"] == (early.isoformat() if early else None)
        if incident.geometry is None:
            assert feature["geometry"] is None
        else:
            read = shape(feature["geometry"])
            assert read.normalize().equals_exact(incident.geometry.normalize(), 1e-9)


def flat(feature: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared of a GeoJSON feature."""
    properties = feature["properties"]
    return {
        "id": feature.get("id", properties.get("id")),
        "geometry": feature["geometry"],
        **{name: properties[name] for name in ("title", "date_earliest")},
    }


@pytest.mark.parametrize("address", ["{}/ogc", "{}/ogc/"])
def test_gdal_lists_the_collections(server: str, address: str) -> None:
    """The program ogrinfo takes the address with and without the slash."""
    listed = run("ogrinfo", "-ro", f"OAPIF:{address.format(server)}")
    for name in ("incidents", "places", "sources", "incidents-areas"):
        assert re.search(rf"^\d+: {name} ", listed, re.MULTILINE)


@pytest.mark.parametrize("page_size", ["3", "1000"])
def test_gdal_copies_the_layer(
    server: str, expected: dict[str, Any], tmp_path: Path, page_size: str
) -> None:
    """ogr2ogr follows the pages, large or small, and alters nothing."""
    target = tmp_path / "copy.geojson"
    run(
        *("ogr2ogr", "-f", "GeoJSON", str(target), f"OAPIF:{server}/ogc/", "incidents"),
        *("-oo", f"PAGE_SIZE={page_size}", "-lco", "COORDINATE_PRECISION=15"),
    )
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    check([flat(feature) for feature in features], expected)
    radii = {found["properties"]["id"]: found["properties"] for found in features}
    for name, incident in expected.items():
        assert radii[name]["radius_m"] == incident.radius_m


def test_gdal_filters_by_extent_and_value(
    server: str, expected: dict[str, Any], tmp_path: Path
) -> None:
    """A spatial and an attribute filter leave what the layer has there."""
    target = tmp_path / "part.geojson"
    run(
        *("ogr2ogr", "-f", "GeoJSON", str(target), f"OAPIF:{server}/ogc/", "incidents"),
        *("-spat", "20.3", "44.6", "20.7", "45", "-where", "category = 'mural'"),
    )
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    wanted = {
        incident.id
        for incident in expected.values()
        if incident.category == "mural"
        and incident.geometry is not None
        and incident.geometry.geom_type == "Point"
        and 20.3 <= incident.geometry.x <= 20.7
        and 44.6 <= incident.geometry.y <= 45
    }
    points = {
        feature["properties"]["id"]
        for feature in features
        if feature["geometry"]["type"] == "Point"
    }
    assert points == wanted
    assert wanted


def test_qgis_reads_the_layer(
    server: str, expected: dict[str, Any], tmp_path: Path
) -> None:
    """PyQGIS gets every incident, and each kind of shape in a layer of its own."""
    names = [
        "incidents",
        "incidents-points",
        "incidents-lines",
        "incidents-areas",
        "places",
        "sources",
    ]
    (tmp_path / "script.py").write_text(QGIS_SCRIPT, encoding="utf-8")
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    done = subprocess.run(
        [PYTHON_OF_QGIS, "script.py", f"{server}/ogc/", *names],
        cwd=tmp_path,
        env=clean_environment(
            QT_QPA_PLATFORM="offscreen",
            HOME=str(tmp_path),
            XDG_RUNTIME_DIR=str(runtime),
        ),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    check(found["incidents"]["features"], expected)
    assert found["incidents"]["count"] == len(expected)
    for name, kind in (
        ("points", "Point"),
        ("lines", "LineString"),
        ("areas", "Polygon"),
    ):
        layer = found[f"incidents-{name}"]
        assert (layer["type"], layer["crs"]) == (kind, "EPSG:4326")
        part = {
            incident.id: incident
            for incident in expected.values()
            if incident.geometry is not None and incident.geometry.geom_type == kind
        }
        check(layer["features"], part)
    assert found["places"]["count"] == len(found["places"]["features"]) > 0
    assert found["sources"]["type"] == "NoGeometry"


def test_geopandas_reads_a_page_of_features(
    server: str, expected: dict[str, Any]
) -> None:
    """Items are, to pyogrio too, the GeoJSON file that they are."""
    page = gpd.read_file(f"{server}/ogc/collections/incidents/items?limit=10000")
    features = [
        {
            "id": row["id"],
            "title": row["title"],
            "date_earliest": None
            if pd.isna(row["date_earliest"])
            else str(row["date_earliest"])[:10],
            "geometry": row.geometry.__geo_interface__ if row.geometry else None,
        }
        for _, row in page.iterrows()
    ]
    check(features, expected)


def test_a_plain_reading_of_json_is_enough(
    server: str, expected: dict[str, Any]
) -> None:
    """No library but the standard one: follow the links called next."""
    address, features = f"{server}/ogc/collections/incidents/items?limit=7", []
    while address:
        with urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
            page = json.load(answer)
        features += page["features"]
        links = {link["rel"]: link["href"] for link in page["links"]}
        address = links.get("next", "")
    check([flat(feature) for feature in features], expected)


def test_the_example_for_python_runs(server: str, expected: dict[str, Any]) -> None:
    """As on the Connect page, word for word."""
    code = EXAMPLES["python"].at(server)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout == f"{len(expected)} incidents\n"


@pytest.mark.parametrize("name", ["curl", "curl-filter"])
def test_the_examples_for_curl_run(
    server: str, expected: dict[str, Any], name: str
) -> None:
    """They give what they say, and not everything."""
    page = json.loads(run("sh", "-c", EXAMPLES[name].at(server)))
    assert 0 < page["numberMatched"] < len(expected)
    shown = {feature["id"] for feature in page["features"]}
    if name == "curl":
        assert {expected[one].category for one in shown} == {"mural"}
    else:
        assert {expected[one].country for one in shown} == {"RS"}


def test_the_example_for_gdal_runs(
    server: str, expected: dict[str, Any], tmp_path: Path
) -> None:
    """The GeoPackage it makes holds every incident."""
    run("sh", "-c", f"cd '{tmp_path}' && {EXAMPLES['ogr2ogr'].at(server)}")
    told = run("ogrinfo", "-so", str(tmp_path / "incidents.gpkg"), "incidents")
    assert f"Feature Count: {len(expected)}" in told


def test_the_example_for_r_runs(server: str, expected: dict[str, Any]) -> None:
    """As on the Connect page, word for word, by R with sf: every incident is there."""
    told = run("Rscript", "-e", EXAMPLES["r"].at(server))
    assert told.rstrip().endswith(f"[1] {len(expected)}")


def test_r_reads_ids_titles_and_days(server: str, expected: dict[str, Any]) -> None:
    """What sf makes of the example is the layer: text in UTF-8, days as days."""
    told = run(
        *("Rscript", "-e", EXAMPLES["r"].at(server)),
        *("-e", "told <- sf::st_drop_geometry(incidents)"),
        *("-e", "told <- told[c('id', 'title', 'date_earliest')]"),
        *("-e", "stopifnot(inherits(told$date_earliest, 'Date'))"),
        *("-e", r"cat('<csv>\n'); write.csv(told, row.names=FALSE)"),
        LC_ALL="C.UTF-8",
    )
    rows = csv.DictReader(told.partition("<csv>\n")[2].splitlines())
    found = {row.pop("id"): row for row in rows}
    assert found == {
        incident.id: {
            "title": incident.title,
            "date_earliest": str(incident.date_earliest or "NA"),
        }
        for incident in expected.values()
    }


def test_every_example_of_the_page_is_run_here() -> None:
    """An example added to the Connect page needs a test beside these."""
    text = Path(__file__).read_text(encoding="utf-8")
    for name in EXAMPLES:
        assert f'"{name}"' in text.partition("def test_every_example")[0]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_client_of_part_1_such_as_arcgis_finds_its_way(
    server: str, expected: dict[str, Any], slash: str
) -> None:
    """From the address on the page by links alone to every feature of one shape.

    Esri documents that ArcGIS Pro reads Part 1 of the standard and takes the address
    of the landing page. It needs Windows and a licence, so it is not run by us: these
    are the requests of that part, not a recording of its own.
    """
    landing = ask(f"{server}/ogc{slash}")
    linked = {link["rel"]: link["href"] for link in landing["links"]}
    read = {rel: ask(linked[rel]) for rel in ("service-desc", "conformance", "data")}
    core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    assert core in read["conformance"]["conformsTo"]
    assert read["service-desc"]["openapi"].startswith("3.0")
    for name, kind in (
        ("points", "Point"),
        ("lines", "LineString"),
        ("areas", "Polygon"),
    ):
        (described,) = (
            one
            for one in read["data"]["collections"]
            if one["id"] == f"incidents-{name}"
        )
        (west, south, east, north) = described["extent"]["spatial"]["bbox"][0]
        (items,) = (
            link["href"]
            for link in described["links"]
            if (link["rel"], link["type"]) == ("items", "application/geo+json")
        )
        joint = "&" if "?" in items else "?"
        asked = {"limit": 5000, "bbox": f"{west},{south},{east},{north}"}
        page = ask(f"{items}{joint}{urlencode(asked)}")
        assert {feature["geometry"]["type"] for feature in page["features"]} == {kind}
        assert {feature["id"] for feature in page["features"]} == {
            incident.id
            for incident in expected.values()
            if incident.geometry is not None and incident.geometry.geom_type == kind
        }


def ask(address: str) -> dict[str, Any]:
    """Return a document as a desktop program asks for it: JSON by the Accept header."""
    accept = "application/geo+json, application/vnd.oai.openapi+json;version=3.0, "
    request = Request(address, headers={"Accept": f"{accept}application/json"})  # noqa: S310
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
    return found
