"""Real programs open every export and find the layer in it: GDAL, QGIS, DuckDB, Python.

The programs come from Debian (``scripts/install_gis.sh``); without them these tests
fail. Each finds the same number of incidents, the same ids, places, dates and words.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.atlas.exports import export_file, file_name
from geo.formats.registry import FORMATS
from geo.model.incident import Citation, Incident
from geo.model.query import Query
from tests.builders import (
    PAYLOADS,
    SOURCES,
    VOCABULARY,
    make_engine,
    make_incident,
    scattered,
    unplaced,
)
from tests.integration.programs import PYTHON_OF_QGIS, run

pytestmark = pytest.mark.integration

#: Texts of these columns are compared in full, if they are short enough for all.
TEXTS: Final = ("title", "date", "date_note", "place")
LAYER: Final = (
    *scattered(40),
    make_incident(
        id="cyrillic",
        title="Мурал «Вагнера» 🧨 закрашен, \"в кавычках\" и 'так'",
        place="Нови Београд",
        date_note="Žuti mrav; ćčđšž, ß, 漢字",
        summary="Ж" * 2_000,
        citations=(Citation("daily", "one"), Citation("weekly", "two")),
    ),
    make_incident(id="markup", title="".join(PAYLOADS)[:120], date_note=PAYLOADS[3]),
    make_incident(id="formula", title="=1+1", place="-2"),
    make_incident(id="old", date="1850~"),
    make_incident(id="since", date="2022-02-24/.."),
    unplaced(id="nowhere", date=None),
    make_incident(
        id="exact",
        geometry=Point(20.123456789012345, -44.987654321098765),
        precision="venue",
        radius_m=0.5,
    ),
    make_incident(
        id="holed",
        geometry=Polygon(
            [(20, 44), (21, 44), (21, 45), (20, 45)],
            [[(20.4, 44.4), (20.4, 44.6), (20.6, 44.6), (20.6, 44.4)]],
        ),
        precision="region",
        radius_m=50_000,
    ),
    make_incident(
        id="way",
        geometry=LineString([(20, 44), (21, 45), (22, 44.5)]),
        precision="line",
    ),
)

Row = dict[str, Any]
_DAY: Final = re.compile(r"\d{4}/\d{2}/\d{2}( .*)?|\d{4}-\d{2}-\d{2}T00:00:00")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return an export of the layer in every format, by the format's name."""
    folder = tmp_path_factory.mktemp("exports")
    engine, found = make_engine(*LAYER), {}
    for name in FORMATS:
        found[name] = folder / file_name(name)
        content = export_file(
            engine, Query(), name, vocabulary=VOCABULARY, sources=SOURCES
        )
        found[name].write_bytes(content)
    with zipfile.ZipFile(found["shp"]) as archive:
        archive.extractall(folder / "shp")
    return found


def expected() -> dict[str, Row]:
    """Return what every program should find, by id."""
    return {incident.id: _row(incident) for incident in LAYER}


def _row(incident: Incident) -> Row:
    row: Row = {name: getattr(incident, name) or None for name in TEXTS}
    early = incident.date_earliest
    row["date_earliest"] = early.isoformat() if early else None
    row["geometry"] = incident.geometry
    return row


def check(found: Mapping[str, Row], *, without: tuple[str, ...] = ()) -> None:
    """Check what a program found against the layer."""
    wanted = expected()
    assert set(found) == set(wanted)
    for incident_id, row in wanted.items():
        for name, value in row.items():
            if name in without:
                continue
            if name == "geometry":
                _check_geometry(found[incident_id][name], value, incident_id)
            else:
                assert _plain(found[incident_id].get(name)) == value, (
                    incident_id,
                    name,
                )


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a program gives
    """Return a program's value as the layer has it: empty is none, days are ISO."""
    if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN, NaT
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = str(value)
    # GDAL writes days with strokes, and as times.
    return text[:10].replace("/", "-") if _DAY.fullmatch(text) else text


def _check_geometry(
    found: BaseGeometry | None, wanted: BaseGeometry | None, incident_id: str
) -> None:
    if wanted is None:
        assert found is None or found.is_empty, incident_id
        return
    assert found is not None, incident_id
    if found.geom_type.startswith("Multi"):
        # QGIS takes every Shapefile for one of several parts each.
        (found,) = found.geoms  # type: ignore[attr-defined]
    # The same positions to the last digit; which ring or end is first may differ.
    assert found.normalize().equals_exact(wanted.normalize(), 1e-12), incident_id


# --- GDAL --------------------------------------------------------------------

#: How GDAL is asked for a format: options, and layers besides the first.
OGR: Final[Mapping[str, tuple[str, ...]]] = {
    "geojson": (),
    "geojsonseq": (),
    "gpkg": (),
    "fgb": (),
    "kml": (),
    "kmz": (),
    "csv": ("-oo", "GEOM_POSSIBLE_NAMES=wkt", "-oo", "AUTODETECT_TYPE=NO"),
    "xlsx": ("-oo", "FIELD_TYPES=STRING"),
}


def through_gdal(path: Path, layer: str | None, *options: str) -> list[Row]:
    """Return a layer's rows as GDAL's own converter gives them."""
    named = [layer] if layer else []
    given = ("-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=17")
    text = run("ogr2ogr", *given, *options, "/vsistdout/", path, *named)
    rows = []
    for feature in json.loads(text)["features"]:
        shape = feature["geometry"]
        geometry = shapely.from_geojson(json.dumps(shape)) if shape else None
        rows.append({**feature["properties"], "geometry": geometry} | _id(feature))
    return rows


def _id(feature: Mapping[str, Any]) -> Row:
    """Return a feature's id, which GDAL keeps as a member where GeoJSON has it."""
    return {"id": feature["properties"].get("id") or feature.get("id")}


def first_layer(name: str, path: Path) -> str | None:
    """Return the name of the layer of incidents, for files with several."""
    if name in {"gpkg", "xlsx"}:
        return "incidents"
    return None if name not in {"kml", "kmz"} else _only_layer(path)


def _only_layer(path: Path) -> str:
    layers: Any = pyogrio.list_layers(path)  # type: ignore[no-untyped-call]
    return str(layers[0][0])


@pytest.mark.parametrize("name", OGR)
def test_gdal_converts_every_format(name: str, files: Mapping[str, Path]) -> None:
    """Without a warning, and with every incident."""
    layer = first_layer(name, files[name])

    rows = through_gdal(files[name], layer, *OGR[name])

    assert len(rows) == len(LAYER)
    # A sheet has no geometry for GDAL; its text is compared below.
    without = ("geometry",) if name == "xlsx" else ()
    found = {row["id"]: row for row in rows}
    if name == "csv":
        # What a spreadsheet would run is marked by an apostrophe.
        assert found["formula"]["title"] == "'=1+1"
        found["formula"] |= {"title": "=1+1", "place": "-2"}
    check(found, without=without)


def test_gdal_finds_every_incident_in_the_shapefiles(
    files: Mapping[str, Path],
) -> None:
    """Over all of its layers, with the short names."""
    folder = files["shp"].parent / "shp"
    rows: list[Row] = []
    for stem in ("points", "lines", "areas", "unplaced"):
        suffix = "dbf" if stem == "unplaced" else "shp"
        rows += through_gdal(folder / f"incidents_{stem}.{suffix}", None)

    assert len(rows) == len(LAYER)
    for row in rows:
        row["date_earliest"] = row["date_first"]
    check({row["id"]: row for row in rows})
    assert f"Feature Count: {len(rows) - 1}" not in run(
        "ogrinfo", "-ro", "-so", "-al", f"/vsizip/{files['shp']}"
    )


@pytest.mark.parametrize("name", [name for name in OGR if name != "csv"])
def test_ogrinfo_counts_every_incident(name: str, files: Mapping[str, Path]) -> None:
    """As its summary says."""
    told = run("ogrinfo", "-ro", "-so", "-al", files[name])

    assert f"Feature Count: {len(LAYER)}" in told


@pytest.mark.parametrize("name", ["gpkg", "fgb"])
def test_gdal_searches_by_place(name: str, files: Mapping[str, Path]) -> None:
    """The spatial index finds what a search of all finds, unplaced incidents aside."""
    west, south, east, north = 19.0, 44.0, 21.0, 45.0
    extent = [str(edge) for edge in (west, south, east, north)]

    rows = through_gdal(files[name], first_layer(name, files[name]), "-spat", *extent)

    area = shapely.box(west, south, east, north)
    assert {row["id"] for row in rows} == {
        incident.id
        for incident in LAYER
        if incident.geometry is not None and incident.geometry.intersects(area)
    }


def test_gdal_finds_the_related_tables(files: Mapping[str, Path]) -> None:
    """Citations join to their incidents."""
    query = (
        "SELECT i.id, c.quote FROM incidents i JOIN citations c ON c.incident_id = i.id "
        "WHERE i.id = 'cyrillic' ORDER BY c.number"
    )

    told = run("ogrinfo", "-ro", "-q", files["gpkg"], "-sql", query)

    assert told.index("one") < told.index("two")


# --- QGIS --------------------------------------------------------------------

QGIS: Final = """
import json, sys
from qgis.core import (
    QgsApplication, QgsVectorLayer, QgsWkbTypes, QgsCategorizedSymbolRenderer,
    QgsRuleBasedRenderer, NULL,
)

app = QgsApplication([], False)
app.initQgis()
told = []
app.messageLog().messageReceived[str, str, "Qgis::MessageLevel"].connect(
    lambda text, tag, level: told.append([str(text), str(tag), int(level)])
)


def plain(value):
    if value is None or value == NULL:
        return None
    if hasattr(value, "toString"):
        return value.toString("yyyy-MM-dd")
    return value


def read(source, styles):
    layer = QgsVectorLayer(source, "layer", "ogr")
    assert layer.isValid(), source
    names = layer.fields().names()
    rows = []
    for feature in layer.getFeatures():
        row = {name: plain(feature[name]) for name in names}
        shape = feature.geometry()
        row["wkt"] = shape.asWkt(17) if feature.hasGeometry() else None
        rows.append(row)
    found = {"rows": rows, "count": layer.featureCount(), "styles": {}}
    found["default"] = type(layer.renderer()).__name__ if layer.renderer() else None
    for style in styles:
        load = layer.loadSldStyle if style.endswith(".sld") else layer.loadNamedStyle
        message, good = load(style)
        renderer = layer.renderer()
        if isinstance(renderer, QgsCategorizedSymbolRenderer):
            parts = {c.value(): c.symbol().color().name() for c in renderer.categories()}
        elif isinstance(renderer, QgsRuleBasedRenderer):
            rules = renderer.rootRule().children()
            parts = {r.label(): r.symbol().color().name() for r in rules}
        else:
            parts = {}
        found["styles"][style] = {"good": good, "parts": parts, "message": message}
    return found


asked = json.loads(sys.argv[1])
answer = {name: read(source, styles) for name, (source, styles) in asked.items()}
print("ANSWER" + json.dumps({"found": answer, "told": told}), flush=True)
# QGIS's own clean-up crashes now and then after the work is done.
import os
os._exit(0)
"""


def through_qgis(asked: Mapping[str, tuple[str, list[str]]]) -> dict[str, Any]:
    """Return what QGIS finds in files, by name: source, and styles to load."""
    out = run(
        PYTHON_OF_QGIS,
        "-c",
        QGIS,
        json.dumps(asked),
        QT_QPA_PLATFORM="offscreen",
        PYTHONPATH="",
        LC_ALL="C.UTF-8",
    )
    answer: dict[str, Any] = json.loads(out.partition("ANSWER")[2])
    # A level of 1 is a warning, of 2 an error.
    assert [entry for entry in answer["told"] if entry[2] in {1, 2}] == []
    found: dict[str, Any] = answer["found"]
    return found


def test_qgis_opens_every_format_without_a_warning(
    files: Mapping[str, Path],
) -> None:
    """Count, ids, places, dates and words, in one session of QGIS."""
    shapes = files["shp"].parent / "shp"
    asked = {
        name: (str(files[name]), list[str]())
        for name in ("geojson", "geojsonseq", "fgb", "kml", "kmz")
    }
    asked["gpkg"] = (f"{files['gpkg']}|layername=incidents", [])
    asked["xlsx"] = (f"{files['xlsx']}|layername=incidents", [])
    for stem in ("points", "lines", "areas"):
        asked[stem] = (str(shapes / f"incidents_{stem}.shp"), [])
    asked["unplaced"] = (str(shapes / "incidents_unplaced.dbf"), [])

    found = through_qgis(asked)

    parts = [found.pop(stem) for stem in ("points", "lines", "areas", "unplaced")]
    rows = [row for part in parts for row in part["rows"]]
    for row in rows:
        row["date_earliest"] = row["date_first"]
    found["shp"] = {"rows": rows, "count": sum(part["count"] for part in parts)}
    for name, answer in found.items():
        assert answer["count"] == len(LAYER), name
        for row in answer["rows"]:
            text = row["wkt"]
            row["geometry"] = shapely.from_wkt(text) if text else None
        check(
            {row["id"]: row for row in answer["rows"]},
            without=("geometry",) if name == "xlsx" else (),
        )


def test_qgis_draws_our_colours(files: Mapping[str, Path], tmp_path: Path) -> None:
    """From the GeoPackage itself, from QML and from SLD, for points and areas."""
    shapes = files["shp"].parent / "shp"
    asked = {
        stem: (
            str(shapes / f"incidents_{stem}.shp"),
            [str(shapes / f"incidents_{stem}.{kind}") for kind in ("qml", "sld")],
        )
        for stem in ("points", "lines", "areas")
    }
    asked["gpkg"] = (f"{files['gpkg']}|layername=incidents|geometrytype=Point", [])
    # QGIS takes the style beside a file that is called like it.
    beside = tmp_path / "incidents.shp"
    for part in shapes.glob("incidents_points.*"):
        shutil.copy(part, beside.with_suffix(part.suffix))
    asked["beside"] = (str(beside), [])

    found = through_qgis(asked)

    for stem in ("points", "lines", "areas"):
        for path, style in found[stem]["styles"].items():
            colours = {category.color for category in VOCABULARY}
            assert style["good"], (path, style["message"])
            assert set(style["parts"].values()) == colours, path
            assert len(style["parts"]) == len(list(VOCABULARY)), path
    assert found["beside"]["default"] == "QgsCategorizedSymbolRenderer"
    assert found["gpkg"]["default"] == "QgsCategorizedSymbolRenderer"


# --- Python and DuckDB -------------------------------------------------------


@pytest.mark.parametrize("name", ["geojson", "geojsonseq", "gpkg", "fgb", "kml", "kmz"])
def test_pyogrio_reads_every_format(name: str, files: Mapping[str, Path]) -> None:
    """As a frame of geopandas, with the system of coordinates."""
    layer = first_layer(name, files[name])
    frame: Any = pyogrio.read_dataframe(files[name], layer=layer)  # type: ignore[no-untyped-call]

    assert len(frame) == len(LAYER)
    assert frame.crs == "EPSG:4326"
    check({row["id"]: row for row in frame.to_dict("records")})


def test_geopandas_reads_geoparquet(files: Mapping[str, Path]) -> None:
    """And a part of it, by the bbox column."""
    frame: Any = gpd.read_parquet(files["geoparquet"])

    check({row["id"]: row for row in frame.to_dict("records")})
    near = gpd.read_parquet(files["geoparquet"], bbox=(20.1, -45, 20.2, -44.9))
    assert list(near["id"]) == ["exact"]


def test_duckdb_queries_tables(files: Mapping[str, Path]) -> None:
    """Typed in Parquet, as text in CSV."""
    columns = (*TEXTS, "date_earliest")
    chosen = ", ".join(f'"{column}"' for column in ("id", *columns))
    with duckdb.connect() as connection:
        for name, reader in (
            ("geoparquet", "read_parquet(?)"),
            ("csv", "read_csv(?, all_varchar = true)"),
        ):
            shape = "geometry" if name == "geoparquet" else "wkt"
            sql = f"SELECT {chosen}, {shape} FROM {reader}"  # noqa: S608 - our own
            found = {}
            for row in connection.execute(sql, [str(files[name])]).fetchall():
                read = shapely.from_wkb if name == "geoparquet" else shapely.from_wkt
                geometry = read(row[-1]) if row[-1] else None
                found[row[0]] = dict(zip(columns, row[1:-1], strict=True))
                found[row[0]]["geometry"] = geometry
            if name == "csv":
                found["formula"] |= {"title": "=1+1", "place": "-2"}
            check(found)
        sql = "SELECT count(*) FROM read_parquet(?) WHERE len(citations) = 2"
        counted = connection.execute(sql, [str(files["geoparquet"])]).fetchone()
        assert counted == (1,)


def test_plain_json_sqlite_and_openpyxl_read_the_rest(
    files: Mapping[str, Path],
) -> None:
    """Nothing but the standard library, and the library for sheets."""
    with files["geojson"].open(encoding="utf-8") as file:
        collection = json.load(file)
    records = files["geojsonseq"].read_text(encoding="utf-8").split("\x1e")[1:]
    for features in (collection["features"], [json.loads(text) for text in records]):
        found = {}
        for feature in features:
            text = json.dumps(feature["geometry"])
            shape = shapely.from_geojson(text) if feature["geometry"] else None
            found[feature["id"]] = {**feature["properties"], "geometry": shape}
        check(found)
    with closing(sqlite3.connect(files["gpkg"])) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM incidents")]
        check({row["id"]: row for row in rows}, without=("geometry",))
    book = openpyxl.load_workbook(files["xlsx"])
    head, *cells = book["incidents"].iter_rows(values_only=True)
    table = {str(row[0]): dict(zip(map(str, head), row, strict=True)) for row in cells}
    for row in table.values():
        row["geometry"] = shapely.from_wkt(row["wkt"]) if row["wkt"] else None
    check(table)
