"""Each format read back gives the layer, or the documented loss and nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import struct
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from shapely.geometry import LineString, Point, Polygon, box, shape

from geo.errors import DataError, SettingsError
from geo.export import (
    FORMATS,
    PACKAGES,
    Selection,
    content_digest,
    export_file,
    fields,
    file_name,
    losses,
    media_type,
    pieces,
    qml,
    select,
    sld,
)
from geo.export.delimited import csv_line, plain_cell
from geo.export.fields import (
    DICTIONARY_COLUMNS,
    Kind,
    dictionary,
    feature_dictionary,
    field_named,
)
from geo.export.rows import (
    RELATED_COLUMNS,
    columns,
    names_of,
    names_text,
    value_of,
    wkt,
)
from geo.export.rtree import ITEM, packed
from geo.export.selection import attribution, date_made
from geo.export.shapefile import MOST_BYTES, shortened
from geo.export.spreadsheet import MOST_CHARS, decoded_cell
from geo.export.style import GEOMETRIES, icon_png, kml_color
from geo.geojson import dump_geojson
from geo.importing import Wishes
from geo.importing.conversion import drafts
from geo.importing.opening import Opening, open_file
from geo.importing.wkt import read_wkt
from geo.incident import PROPERTIES, Actor, Citation, Incident, feature_of
from geo.query import Query
from geo.vocabulary import SYMBOLS, Category
from tests.builders import (
    PAYLOADS,
    SOURCES,
    VOCABULARY,
    make_engine,
    make_incident,
    poisoned,
    scattered,
    unplaced,
)
from tests.strategies import incidents

FEW = settings(max_examples=8)
#: Formats that are read within this process, and so fast.
DIRECT = [name for name in FORMATS if name not in {"fgb", "shp"}]
ACROSS = Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1), (179, 0)])
HOLED = Polygon(
    [(20, 44), (21, 44), (21, 45), (20, 45)],
    [[(20.4, 44.4), (20.4, 44.6), (20.6, 44.6), (20.6, 44.4)]],
)
#: Values that formats are known to change.
AWKWARD = (
    make_incident(id="plain"),
    unplaced(id="nowhere", date=None),
    make_incident(
        id="across",
        geometry=ACROSS,
        precision="region",
        radius_m=50_000.5,
        date="../2023-12",
    ),
    make_incident(
        id="holed", geometry=HOLED, precision="region", radius_m=50_000, date="1999/.."
    ),
    make_incident(
        id="line",
        geometry=LineString([(20.123456789012345, 44), (21, 45.5)]),
        precision="line",
        date="[2023-06,2023-07-11]",
    ),
    make_incident(id="old", date="1850~", updated="2024-01-05", count=3, kind="series"),
    make_incident(
        id="texts",
        title="Мурал «Вагнера» 🧨 закрашен, \"в кавычках\" и 'так'",
        summary="Ж" * 5_000,
        date_note="line one\nline two\n\nafter an empty line",
        place="  spaces before",
        location_note="=HYPERLINK(1)",
        place_as_written="'=not ours",
        alleged_by=("A; B", "C", "[D]"),
        denied_by=("[only]",),
        actors=(Actor("N; M", "by"), Actor("🕊️ Mир", "with")),
        citations=(
            Citation("daily", "one", "", "", ("date", "place")),
            Citation("weekly", "_x0041_ two", "; ", "end", ()),
        ),
        extra={
            "nested": {"url": "http://a", "list": [1, {"b": None}]},
            "lon": "not a longitude",
            "extra": 1,
            "quote": "kept",
            "id": "another",
        },
        version=7,
        generalised=True,
    ),
    make_incident(id="markup", title=PAYLOADS[0], summary="".join(PAYLOADS)),
)


def selection_of(*chosen: Incident, query: Query = Query()) -> Selection:  # noqa: B008 - immutable
    """Return a selection of incidents."""
    return select(make_engine(*chosen), query, vocabulary=VOCABULARY, sources=SOURCES)


def file_of(selection: Selection, name: str, package: str = "plain") -> bytes:
    """Return the file of a selection."""
    return b"".join(pieces(selection, name, package=package))


def read_back(content: bytes, name: str, folder: Path) -> list[dict[str, Any]]:
    """Return the features that an import makes of a file, before they are checked."""
    path = folder / name
    path.write_bytes(content)
    made = list(drafts(open_file(path, Opening()), Wishes()))

    assert [draft.problems for draft in made] == [[]] * len(made)
    assert [draft.changes for draft in made] == [[]] * len(made)
    return [draft.feature for draft in made]


def features_of(chosen: tuple[Incident, ...]) -> list[dict[str, Any]]:
    """Return the features of incidents, as JSON has them."""
    found: list[dict[str, Any]] = json.loads(
        json.dumps([feature_of(incident) for incident in chosen])
    )
    return found


# --- round trip --------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "shp"])
def test_awkward_values_come_back_as_they_were(
    name: str, package: str, tmp_path: Path
) -> None:
    """Null geometry, the antimeridian, long texts, scripts, quotes, open dates."""
    content = file_of(selection_of(*AWKWARD), name, package)

    found = read_back(content, file_name(name, package=package), tmp_path)

    assert found == features_of(AWKWARD)


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


@pytest.mark.parametrize("odd", ["\x01", "\ufffe", "\r"])
def test_kml_refuses_what_xml_cannot_hold(odd: str) -> None:
    """Rather than changing it in silence."""
    with pytest.raises(DataError, match="XML cannot keep"):
        file_of(selection_of(make_incident(summary=f"a{odd}b")), "kml")


def test_a_workbook_refuses_a_text_longer_than_a_cell() -> None:
    """Excel would cut it, or repair the file."""
    with pytest.raises(DataError, match="a cell holds"):
        file_of(selection_of(make_incident(summary="x" * (MOST_CHARS + 1))), "xlsx")
    with pytest.raises(DataError, match="cannot keep"):
        file_of(selection_of(make_incident(summary="\x02")), "xlsx")


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


# --- the same bytes, explained -----------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_query_gives_the_same_bytes(name: str, package: str) -> None:
    """Files can be compared, cached and cited, whenever they are made."""
    first = file_of(selection_of(*scattered(25)), name, package)

    assert file_of(selection_of(*scattered(25)), name, package) == first


def test_geojson_is_what_the_strict_writer_writes() -> None:
    """The stored texts are passed through, and are canonical."""
    selection = selection_of(*scattered(25))
    about = {**selection.about.as_json(), "fields": feature_dictionary()}
    members = {"about": about, "layer_version": "0" * 12}

    expected = b"".join(dump_geojson(selection.features(), members=members))

    assert file_of(selection, "geojson") == expected


def test_geojson_tells_of_the_properties_it_has_and_of_no_others() -> None:
    """Every property of every feature is in the dictionary, and the other way round."""
    found = json.loads(file_of(selection_of(*scattered(25)), "geojson"))
    told = {one["name"].partition(".")[0] for one in found["about"]["fields"]}

    assert told == {"id"}.union(*(one["properties"] for one in found["features"]))


def test_a_text_sequence_has_one_record_a_feature() -> None:
    """RFC 8142: a separator, the text, a line feed."""
    content = file_of(selection_of(*scattered(5)), "geojsonseq")

    records = content.decode().split("\x1e")

    assert records[0] == ""
    assert [json.loads(record)["id"] for record in records[1:]] == [
        f"incident-{number}" for number in range(5)
    ]
    assert all(record.endswith("\n") for record in records[1:])


def test_the_checksum_is_of_the_features_one_a_line() -> None:
    """Anybody can compute it from the text sequence."""
    selection = selection_of(*scattered(5))
    plain = file_of(selection, "geojsonseq").replace(b"\x1e", b"")

    assert selection.about.sha256 == hashlib.sha256(plain).hexdigest()
    assert content_digest([]) == (0, hashlib.sha256(b"").hexdigest())


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


@pytest.mark.parametrize("name", FORMATS)
def test_a_package_explains_any_format(name: str) -> None:
    """Manifest with checksums, README, dictionary, sources, styles: in one archive."""
    selection = selection_of(*AWKWARD)
    plain = file_of(selection, name)

    with zipfile.ZipFile(io.BytesIO(file_of(selection, name, "zip"))) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
        dates = {info.date_time for info in archive.infolist()}

    manifest = json.loads(members.pop("manifest.json"))
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        one: hashlib.sha256(content).hexdigest() for one, content in members.items()
    }
    assert {one["name"]: one["bytes"] for one in manifest["files"]} == {
        one: len(content) for one, content in members.items()
    }
    if name == "shp":
        # An archive in itself, with a style of its own for each of its layers.
        points = {"incidents_points.qml", "incidents_points.sld"}
    else:
        assert members[f"incidents.{FORMATS[name].suffix}"] == plain
        points = {"incidents.qml", "incidents.sld"}
    assert "CC BY 4.0" in members["README.txt"].decode()
    assert members["fields.csv"].startswith(b"name,type,title,description,values\r\n")
    assert b"daily" in members["sources.csv"]
    assert points | {"incidents_areas.qml"} <= set(members)
    assert dates == {(2024, 1, 5, 0, 0, 0)}
    assert media_type(name, package="zip") == "application/zip"


def test_the_date_is_the_layers_unless_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SOURCE_DATE_EPOCH wins; a layer without incidents has no date."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert date_made("2024-01-05").isoformat() == "2024-01-05T00:00:00+00:00"
    assert date_made("").year == 1980
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert date_made("2024-01-05").isoformat() == "1970-01-02T00:00:00+00:00"
    # A zip archive knows of nothing before 1980.
    assert file_of(selection_of(make_incident()), "csv", "zip")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(SettingsError, match="soon"):
        date_made("2024-01-05")


def test_the_credit_names_each_publisher_once() -> None:
    """Two sources of one publisher are one name."""
    twice = [SOURCES["daily"], replace(SOURCES["daily"], id="b"), SOURCES["weekly"]]

    assert "Daily, Weekly" in attribution(twice)


def test_export_file_takes_the_deployments_vocabulary_and_sources() -> None:
    """The page need not hand them over."""
    found = json.loads(export_file(make_engine(), Query(), "geojson"))

    assert found["features"] == []


# --- what single formats must be ----------------------------------------------


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


def test_geoparquet_has_typed_columns_and_a_bbox_to_filter_by(tmp_path: Path) -> None:
    """OGC 23-066 1.1, with lists as lists and days as days."""
    path = tmp_path / "a.parquet"
    path.write_bytes(file_of(selection_of(*AWKWARD), "geoparquet"))

    table = pq.read_table(path)
    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])

    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert set(column["geometry_types"]) == {"Point", "LineString", "Polygon"}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["bbox"] == [-179, 0, 179, 45.5]
    assert str(table.schema.field("date_earliest").type) == "date32[day]"
    assert str(table.schema.field("generalised").type) == "bool"
    assert table.column("alleged_by").to_pylist()[6] == ["A; B", "C", "[D]"]
    assert table.column("bbox").to_pylist()[1] is None


def test_kml_is_coloured_by_category_and_timed() -> None:
    """A style for each category, a span of time for each date."""
    content = file_of(selection_of(*AWKWARD), "kml")
    space = "{http://www.opengis.net/kml/2.2}"
    document = ET.fromstring(content)[0]  # noqa: S314 - our own
    styles = {str(style.get("id")) for style in document.findall(f"{space}Style")}
    marks = document.findall(f"{space}Placemark")

    assert styles == {f"category-{category.id}" for category in VOCABULARY}
    assert {mark.findtext(f"{space}styleUrl") for mark in marks} == {"#category-mural"}
    assert marks[2].findtext(f"{space}TimeSpan/{space}end") == "2023-12-31"
    assert marks[2].find(f"{space}TimeSpan/{space}begin") is None
    assert b"CDATA" not in content


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_balloon_of_kml_shows_texts_and_follows_none(payload: str) -> None:
    """Neither markup nor a reference of a record does anything."""
    content = file_of(selection_of(poisoned(payload + "$[title]")), "kml")
    space = "{http://www.opengis.net/kml/2.2}"
    document = ET.fromstring(content)[0]  # noqa: S314 - our own
    (mark,) = document.findall(f"{space}Placemark")
    balloons = document.findall(f"{space}Style/{space}BalloonStyle/{space}text")

    shown = mark.findtext(f"{space}description") or ""

    assert {balloon.text for balloon in balloons} == {"$[description]"}
    assert mark.findtext(f"{space}name") == payload + "$[title]"
    assert "$" not in shown
    inner = shown.replace("<p>", "").replace("</p>", "")
    assert "<" not in inner


def test_kmz_brings_a_picture_for_each_category() -> None:
    """No picture is fetched from anywhere."""
    content = file_of(selection_of(make_incident()), "kmz")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        document = archive.read("doc.kml").decode()

    assert names == ["doc.kml", *(f"icons/{one.id}.png" for one in VOCABULARY)]
    assert "http" not in document.replace("http://www.opengis.net/kml/2.2", "").replace(
        "https://creativecommons.org/licenses/by/4.0/", ""
    )


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    """Whatever a record holds, a text is a text."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(file_of(selection_of(poisoned("=1+1")), "xlsx"))

    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
    assert sum(cell.value == "=1+1" for cell in cells) >= 10
    assert book["incidents"]["H2"].is_date
    assert book.properties.modified is not None


def test_shapefiles_part_by_geometry_and_bring_their_styles() -> None:
    """One type of geometry a layer; those without a place are a table."""
    content = file_of(selection_of(*AWKWARD), "shp")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())

    for stem in ("incidents_points", "incidents_lines", "incidents_areas"):
        suffixes = ("shp", "shx", "dbf", "prj", "cpg", "qml", "sld")
        assert {f"{stem}.{suffix}" for suffix in suffixes} <= names
    assert {"incidents_unplaced.dbf", "citations.dbf", "actors.dbf"} <= names


# --- cells and styles --------------------------------------------------------


@given(st.text())
@example("'=1")
@example("''+1")
@example("'plain")
def test_a_neutralised_cell_is_read_back_as_it_was(text: str) -> None:
    """Our own mark is told from an apostrophe of the record."""
    (cell,) = _cells_of(csv_line([text]))

    assert plain_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def _cells_of(line: bytes) -> list[str]:
    import csv  # noqa: PLC0415 - one reader, for one helper

    (cells,) = csv.reader(io.StringIO(line.decode(), newline=""))
    return cells or [""]


@given(st.lists(st.text(max_size=8), max_size=4))
def test_names_in_one_text_are_read_back_as_they_were(names: list[str]) -> None:
    """Semicolons, brackets, blanks and line breaks in names do not matter."""
    assert names_of(names_text(names)) == names


def test_plain_names_are_plain() -> None:
    """People read these cells."""
    assert names_text(["Ana", "Иван"]) == "Ana; Иван"


@given(incidents())
def test_well_known_text_keeps_every_digit(incident: Incident) -> None:
    """What is read back is equal, not close."""
    geometry = feature_of(incident)["geometry"]

    assert read_wkt(wkt(geometry) or "") == geometry
    if geometry:
        assert shape(geometry).equals_exact(
            shape(read_wkt(wkt(geometry) or "") or {}), 0
        )


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("count", "2.5"),
        ("count", "many"),
        ("count", float("nan")),
        ("radius_m", "inf"),
        ("radius_m", True),
        ("generalised", "maybe"),
        ("updated", "yesterday"),
        ("alleged_by", [1]),
        ("alleged_by", "[1]"),
        ("actors", "{"),
    ],
)
def test_a_cell_of_the_wrong_kind_says_so(kind: str, cell: object) -> None:
    """The message is put after the column's name."""
    field = field_named(kind)
    assert field is not None

    with pytest.raises(ValueError, match=r"is not|Expecting"):
        value_of(field, cell)


def test_an_empty_cell_is_what_the_column_means_by_it() -> None:
    """Unknown is null where the model knows null."""
    empties = {field.name: value_of(field, "") for field in fields()}

    assert empties["place"] == ""
    assert empties["country"] is None
    assert empties["alleged_by"] == []
    assert empties["generalised"] is False


def test_the_dictionary_describes_every_column_of_a_row() -> None:
    """No column goes without a meaning."""
    row = columns(feature_of(make_incident()))

    assert list(row) == [field.name for field in fields()]
    assert all(field.title and field.description for field in fields())
    assert {field.kind for field in fields()} == set(Kind)


def test_the_dictionary_tells_what_may_be_missing_and_which_values_there_are() -> None:
    """With the codes of ACLED and UCDP behind the precision they are made of."""
    told = {entry["name"]: entry for entry in dictionary()}
    names = list(told)

    assert all(tuple(entry) == DICTIONARY_COLUMNS for entry in told.values())
    assert set(PROPERTIES) <= told.keys()
    after = names[names.index("precision") + 1 :]
    assert after[:2] == ["acled_geo_precision", "ucdp_where_prec"]
    assert told["precision"]["type"] == "text, may be missing"
    assert told["kind"]["type"] == "text"
    assert told["kind"]["values"] == "event; series; site; plan"
    assert told["title"]["values"] == ""
    assert {"lon", "lat", "wkt", "row_no", "incident_id", "number"} <= told.keys()
    for table, parts in RELATED_COLUMNS.items():
        assert {f"{table}.{part}" for part in parts} <= told.keys()
    assert told["actors.role"]["values"] == "by; against; with"
    assert all(entry["description"] for entry in told.values())


def test_a_file_that_is_an_archive_is_not_put_into_another() -> None:
    """A Shapefile's archive has its manifest inside: both packages are that one."""
    chosen = selection_of(make_incident())

    assert file_of(chosen, "shp", "zip") == file_of(chosen, "shp")
    assert file_name("shp", package="zip") == file_name("shp") == "incidents.shp.zip"
    assert file_name("gpkg", package="zip") == "incidents.gpkg.zip"


def fgb_of(folder: Path, *chosen: Incident) -> Path:
    """Write a FlatGeobuf file of some incidents."""
    path = folder / "incidents.fgb"
    path.write_bytes(file_of(selection_of(*chosen), "fgb"))
    return path


@pytest.mark.parametrize("count", [1, 2, 16, 17, 300])
def test_the_index_of_flatgeobuf_is_packed_as_gdal_packs_it(
    tmp_path: Path, count: int
) -> None:
    """The tree made anew of GDAL's own items has GDAL's bytes."""
    placed = [one for one in scattered(400) if one.geometry is not None][:count]
    content = fgb_of(tmp_path, *placed).read_bytes()
    nodes = packed(np.zeros(count, ITEM), node_size=16)
    (header_bytes,) = struct.unpack_from("<I", content, 8)
    start = 12 + header_bytes
    index = np.frombuffer(content[start : start + nodes.nbytes], ITEM)

    again = packed(index[-count:], node_size=16)

    assert again.tobytes() == index.tobytes()


@pytest.mark.parametrize("bbox", [(19, 44, 21, 45), (-180, -90, 180, 90), (0, 0, 0, 0)])
def test_flatgeobuf_finds_by_place_and_keeps_what_has_none(
    tmp_path: Path, bbox: tuple[float, float, float, float]
) -> None:
    """A search reads what meets the extent; reading all reads every incident."""
    chosen = (unplaced(id="first"), *scattered(200), unplaced(id="last"))
    path = fgb_of(tmp_path, *chosen)

    everything = pyogrio.read_dataframe(path)
    found = pyogrio.read_dataframe(path, bbox=bbox)

    assert pyogrio.read_info(path)["features"] == len(chosen)
    assert pyogrio.read_info(path)["capabilities"]["fast_spatial_filter"]
    ordered = everything.sort_values("row_no")
    assert list(ordered["id"]) == [incident.id for incident in chosen]
    assert list(ordered["row_no"]) == list(range(1, len(chosen) + 1))
    assert set(found["id"]) == {
        incident.id
        for incident in chosen
        if incident.geometry is not None and incident.geometry.intersects(box(*bbox))
    }


@pytest.mark.parametrize("chosen", [(), (unplaced(id="only"), unplaced(id="other"))])
def test_flatgeobuf_without_a_place_is_a_file_all_the_same(
    tmp_path: Path, chosen: tuple[Incident, ...]
) -> None:
    """Nothing to index, and nothing is lost."""
    found = pyogrio.read_dataframe(fgb_of(tmp_path, *chosen))

    assert list(found["id"]) == [incident.id for incident in chosen]


def test_underscores_that_excel_reads_as_codes_are_kept() -> None:
    """_x0041_ is not the letter A."""
    assert decoded_cell("_x005F_x0041_ and a_b") == "_x0041_ and a_b"


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_styles_have_the_colours_of_the_vocabulary(geometry: str) -> None:
    """Each category has its own colour and its own rule."""
    for written in (qml(VOCABULARY, geometry), sld(VOCABULARY, geometry)):
        text = written.decode()
        assert all(f'"{one.id}"' in text or f">{one.id}<" in text for one in VOCABULARY)
        ET.fromstring(written)  # noqa: S314 - our own
    assert all(one.color in sld(VOCABULARY, geometry).decode() for one in VOCABULARY)


@pytest.mark.parametrize("symbol", sorted(SYMBOLS))
def test_every_symbol_is_drawn(symbol: str) -> None:
    """A picture with something in it, and nothing at its corners."""
    category = Category("a", "A", "A.", "#0072b2", symbol)

    content = icon_png(category, size_px=16)

    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content == icon_png(category, size_px=16)
    assert len(content) > 90
    assert qml(VOCABULARY, "points") != b""


def test_kml_writes_colours_backwards() -> None:
    """Alpha, blue, green, red."""
    assert kml_color("#d55e00") == "ff005ed5"
    assert kml_color("#d55e00", opacity=0) == "00005ed5"
