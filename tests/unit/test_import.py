"""Files of any kind become a layer, or are refused with a reason; nothing is guessed."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import stat
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from shapely import to_wkb
from shapely.geometry import MultiPolygon, Point, box

from geo.commands.import_ import import_
from geo.commands.report import Commands
from geo.errors import DataError, QueryError
from geo.export import export_file
from geo.importing import Opening
from geo.importing.dating import joined_date, read_date
from geo.importing.opening import open_file
from geo.importing.wkb import read_wkb
from geo.importing.wkt import read_wkt
from geo.query import Query
from tests.bringing import SAID, brought, written, zipped
from tests.builders import SOURCES, VOCABULARY, make_engine, make_incident, scattered

SHARED = Path(__file__).parents[3] / "shared"
CORPUS, DATASETS = SHARED / "corpus", SHARED / "datasets"


def listed(folder: Path, manifest: str) -> list[dict[str, str]]:
    """Return the rows of a manifest; none where it is not installed."""
    path = folder / manifest
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CASES = listed(CORPUS, "MANIFEST.csv")


# --- files of others ---------------------------------------------------------


@pytest.mark.skipif(not CASES, reason="shared/corpus is not on this machine")
@pytest.mark.parametrize(
    "case", CASES or [{"file": "none"}], ids=lambda one: one["file"]
)
def test_each_file_of_the_corpus_gets_its_verdict(case: dict[str, str]) -> None:
    """Accepted, warned of, mended, taken in part, or refused as the manifest says."""
    path, expected = CORPUS / case["file"], case["expected"]
    if not path.exists():
        pytest.skip(f"{case['file']} is in the manifest, but not in the corpus")
    mapped = {}
    if b'"strike"' in path.read_bytes()[:3000]:
        mapped = {"category": "extra.category_as_given"}
    found = None
    reason = ""
    try:
        found = brought(path, mapped=mapped)
    except DataError as error:
        reason = str(error)

    if found is None:
        assert "reject" in expected
        assert str(path) in reason
        return
    assert expected != "reject"
    if expected.startswith("partial"):
        assert found.verdict == "partial"
        assert found.refused
        assert found.layer.incidents
        return
    assert not found.refused
    assert len(found.layer.incidents) == found.read
    if expected.startswith(("warn", "fix", "convert", "reject/warn")):
        assert found.changed


@pytest.mark.parametrize(
    ("name", "options", "rows", "taken"),
    [
        (
            "stanford_msa.csv",
            {
                "mapped": {
                    "Title": "title",
                    "Description": "summary",
                    "Date": "date",
                    "CaseID": "id",
                },
                "date_formats": ("%m/%d/%Y",),
            },
            335,
            331,
        ),
        (
            "stanford_msa.geojson",
            {
                "mapped": {
                    "Title": "title",
                    "Description": "summary",
                    "Date": "date",
                    "CaseID": "id",
                },
                "date_formats": ("%m/%d/%Y",),
            },
            335,
            331,
        ),
        (
            "538_police_killings.csv",
            {
                "mapped": {
                    "name": "title",
                    "cause": "summary",
                    "year": "date.year",
                    "month": "date.month",
                    "day": "date.day",
                },
                "encoding": "latin-1",
            },
            467,
            467,
        ),
        ("pygeoapi_obs.csv", {"mapped": {"datetime": "date"}}, 5, 5),
        ("pygeoapi_obs_malformatted.csv", {"mapped": {"datetime": "date"}}, 5, 4),
    ],
)
def test_data_sets_of_others_become_incidents(
    name: str, options: dict[str, Any], rows: int, taken: int
) -> None:
    """With columns mapped; what is refused has its reason."""
    if not (DATASETS / name).exists():
        pytest.skip("shared/datasets is not on this machine")
    encoding = options.pop("encoding", "utf-8")
    opening = Opening(encoding=encoding, mapped=options["mapped"])

    found = brought(DATASETS / name, opening=opening, **options)

    assert (found.read, len(found.layer.incidents)) == (rows, taken)
    assert len({fault.index for fault in found.refused}) == rows - taken
    assert all(incident.date for incident in found.layer.incidents)
    options["encoding"] = encoding


# --- tables ------------------------------------------------------------------


def test_a_table_of_others_keeps_its_further_columns(tmp_path: Path) -> None:
    """A column without a property is a further property."""
    path = written(tmp_path, "a.csv", "Headline,lat,lng,weather\nx,44.8,20.4,rain\n")

    found = brought(path, mapped={"Headline": "title"})

    (incident,) = found.layer.incidents
    assert incident.title == "x"
    assert incident.extra == {"weather": "rain"}
    assert incident.id == "x"
    assert found.kept == ("weather",)
    assert incident.geometry == Point(20.4, 44.8)
    assert incident.updated == "2024-01-05"
    assert incident.citations[0].quote == "some words"


def test_one_coordinate_alone_is_a_column_like_any_other(tmp_path: Path) -> None:
    """Nothing is lost because of its name."""
    path = written(tmp_path, "a.csv", "title,long\nx,a long story\n")

    (incident,) = brought(path).layer.incidents

    assert incident.extra == {"long": "a long story"}


def test_columns_can_be_left_out_and_values_replaced(tmp_path: Path) -> None:
    """Another vocabulary than ours is said, not guessed."""
    path = written(
        tmp_path, "a.csv", "title,category,phone\nx,graffiti,+381641234567\n"
    )

    found = brought(path, drop={"phone"}, values={("category", "graffiti"): "mural"})

    (incident,) = found.layer.incidents
    assert incident.category == "mural"
    assert incident.extra == {}


def test_a_quote_is_the_first_words_of_the_title_where_none_is_mapped(
    tmp_path: Path,
) -> None:
    """At most twelve, as everywhere."""
    words = " ".join(f"w{number}" for number in range(20))
    path = written(tmp_path, "a.csv", f"title\n{words}\n")
    defaults = {name: text for name, text in SAID.items() if name != "quote"}

    (incident,) = brought(path, defaults=defaults).layer.incidents

    assert incident.citations[0].quote == " ".join(words.split()[:12])


@pytest.mark.parametrize(
    ("separator", "told"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_other_separators_are_read_and_told(
    separator: str, told: str, tmp_path: Path
) -> None:
    """The caller sees what was taken for the separator."""
    text = "title,lat,lon\nx,44.8,20.4\n".replace(",", separator)

    found = brought(written(tmp_path, "a.csv", text))

    assert len(found.layer.incidents) == 1
    assert any(told in fault.message for fault in found.changed)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("title,title\na,b\n", "twice"),
        (",,\n1,2,3\n", "no names"),
        ('title,lat\n"open,1\n', "cannot be read"),
        ("title\na\x00b\n", "NUL"),
        (b"\xff\xfet\x00", "UTF-16"),
        (b"title\n\xca\n", "--encoding"),
        (" \n", "empty"),
        ("lat,latitude,lon\n1,2,3\n", "several columns"),
        ("title\n" + "x" * 1_100_000 + "\n", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_told_is_refused_whole(
    content: str | bytes, reason: str, tmp_path: Path
) -> None:
    """With what to do about it."""
    with pytest.raises(DataError, match=reason):
        brought(written(tmp_path, "a.csv", content))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,44.8", "2 cells"),
        ("a,44.8,20.4,extra", "4 cells"),
        ('a,"44,810",20.4', "comma"),
        ("a,4_4,20.4", "not a number"),
        ("a,٤٤,20.4", "not a number"),
        ("a,44°61'N,20.4", "60 minutes"),
        ("a,44.8E,20.4", "N or S"),
        ("a,-44.8S,20.4", "N or S"),
        ("a,north,20.4", "not a number"),
        ("a,nan,20.4", "partner"),
        ("a,1e999,20.4", "finite"),
        ("a,0,0", "Gulf of Guinea"),
        ("a,95,20.4", "latitude"),
    ],
)
def test_a_wrong_row_is_refused_by_itself(
    row: str, reason: str, tmp_path: Path
) -> None:
    """The others are taken, and the line is named."""
    path = written(tmp_path, "a.csv", f"title,lat,lon\nok,44.8,20.4\n{row}\n")

    found = brought(path)

    assert found.verdict == "partial"
    assert [incident.title for incident in found.layer.incidents] == ["ok"]
    assert any(reason in str(fault) for fault in found.refused)


def test_another_encoding_is_read_when_it_is_said(tmp_path: Path) -> None:
    """And an unknown one is an error of the call."""
    path = written(tmp_path, "a.csv", "title\nКиев\n".encode("cp1251"))

    found = brought(path, opening=Opening(encoding="cp1251"))

    assert found.layer.incidents[0].title == "Киев"
    for wrong in ("klingon", "rot13", "base64"):
        with pytest.raises(QueryError, match="encoding"):
            brought(path, opening=Opening(encoding=wrong))


def test_one_id_twice_refuses_the_second(tmp_path: Path) -> None:
    """An id is never shared."""
    path = written(tmp_path, "a.csv", "id,title\nx,one\nx,two\nÜ B,three\n")

    found = brought(path)

    assert [incident.id for incident in found.layer.incidents] == ["x", "u-b"]
    assert any("earlier record" in fault.message for fault in found.refused)


def test_long_texts_are_cut_and_told(tmp_path: Path) -> None:
    """The model has room for 200 and 2000 characters."""
    path = written(tmp_path, "a.csv", f"title,summary\n{'t' * 300},{'s' * 5000}\n")

    found = brought(path)

    (incident,) = found.layer.incidents
    assert (len(incident.title), len(incident.summary)) == (200, 2000)
    assert {"title", "summary"} <= {fault.where for fault in found.changed}


def test_what_would_do_harm_is_not_taken(tmp_path: Path) -> None:
    """A telephone number in any column refuses the record."""
    path = written(tmp_path, "a.csv", "title,note\nok,\nbad,+381 64 123-45-67\n")

    found = brought(path)

    assert [incident.title for incident in found.layer.incidents] == ["ok"]


def test_a_file_that_lacks_what_only_people_know_is_incomplete(tmp_path: Path) -> None:
    """Nothing is invented for it."""
    path = written(tmp_path, "a.csv", "title,lat,lon\nx,1,2\n")

    found = brought(path, defaults={}, source="")

    assert found.verdict == "incomplete"
    assert found.layer.incidents == ()
    assert set(found.lacking) == {
        "summary",
        "category",
        "kind",
        "status",
        "citations",
        "precision",
        "radius_m",
    }


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        ({"mapped": {"nothing": "title"}}, "not a column"),
        ({"mapped": {"a": "titel"}}, "not a property"),
        ({"mapped": {"a": "title", "b": "title"}}, "two columns"),
        ({"drop": {"nothing"}}, "not a column"),
        ({"defaults": {"titel": "x"}}, "not a property"),
        ({"defaults": {"radius_m": "wide"}}, "not a number"),
        ({"source": "nobody"}, "register"),
    ],
)
def test_wishes_that_do_not_fit_are_errors_of_the_call(
    wishes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    """Each names what there is."""
    path = written(tmp_path, "a.csv", "a,b\n1,2\n")

    with pytest.raises(QueryError, match=reason):
        brought(path, **wishes)


# --- dates -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2022-12~", (), "2022-12~"),
        ("2024", (), "2024"),
        ("2000-10-30T18:24:39Z", (), "2000-10-30"),
        ("2024-05-01 23:30:00-05:00", (), "2024-05-01"),
        ("31/08/2023", ("%d/%m/%Y",), "2023-08-31"),
        ("May 1, 2024", ("%B %d, %Y",), "2024-05-01"),
        ("05/05/2024", ("%d/%m/%Y", "%m/%d/%Y"), "2024-05-05"),
    ],
)
def test_dates_are_read_as_written(
    text: str, formats: tuple[str, ...], expected: str
) -> None:
    """EDTF, ISO 8601, or the format that the caller says."""
    assert read_date(text, formats)[0] == expected


@pytest.mark.parametrize(
    ("text", "formats", "reason"),
    [
        ("01/05/2024", (), "day or the month first"),
        ("5/13/2024", (), "%m/%d/%Y"),
        ("13.05.24", (), "%d.%m.%y"),
        ("45413", (), "spreadsheet"),
        ("2024-02-30", (), "not a date"),
        ("0000-00-00", (), "not a date"),
        ("soon", (), "--date-format"),
        ("01/05/2024", ("%d/%m/%Y", "%m/%d/%Y"), "two of the formats"),
    ],
)
def test_ambiguous_and_impossible_dates_are_refused(
    text: str, formats: tuple[str, ...], reason: str
) -> None:
    """With the option that would read them."""
    with pytest.raises(ValueError, match=reason):
        read_date(text, formats)


@given(st.dates(), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y", "%Y.%m.%d"]))
def test_a_date_in_a_said_format_is_that_day(day: Any, form: str) -> None:  # noqa: ANN401
    """For every day there is."""
    text = day.strftime(form.replace("%Y", f"{day.year:04}"))

    assert read_date(text, [form]) == (day.isoformat(), "")


def test_dates_in_three_columns_are_joined() -> None:
    """Months may be named; what is missing makes the date coarser."""
    assert joined_date("2015", "February", "3") == "2015-02-03"
    assert joined_date(2015, 2.0, None) == "2015-02"
    assert joined_date(2015, "", "") == "2015"
    assert joined_date("", "", "") is None
    for wrong in ((None, 2, 3), (2015, None, 3), (2015, "Smarch", 1)):
        with pytest.raises(ValueError, match=r"without|not a date"):
            joined_date(*wrong)


# --- what may not be followed, unpacked or run -------------------------------


@pytest.mark.parametrize("name", ["a.geojson", "a.vrt", "a.csv", "a.xml", "a.kml"])
def test_a_virtual_file_reads_nothing_under_any_name(name: str, tmp_path: Path) -> None:
    """GDAL would open what it points at."""
    secret = written(tmp_path, "secret.csv", "title\nsecret\n")
    source = f"<SrcDataSource>CSV:{secret}</SrcDataSource>"
    text = f"<OGRVRTDataSource><OGRVRTLayer name='a'>{source}</OGRVRTLayer></OGRVRTDataSource>"

    with pytest.raises(DataError) as caught:
        brought(written(tmp_path, name, text))

    assert "secret\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "/vsicurl/http://127.0.0.1:9/a.geojson",
        "http://127.0.0.1:9/a",
        "CSV:/etc/passwd",
    ],
)
def test_a_path_is_a_path_and_no_address(address: str) -> None:
    """Nothing is fetched, whatever the caller writes."""
    with pytest.raises(DataError, match="does not exist"):
        brought(Path(address))


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml>&a;</kml>',
        "<kml>" + "<Folder>" * 200 + "</Folder>" * 200 + "</kml>",
        "<kml><Placemark></kml>",
        "<gpx></gpx>",
        '<?xml version="1.0" encoding="nonsense"?><kml/>',
    ],
)
def test_kml_that_is_not_plain_is_refused(text: str, tmp_path: Path) -> None:
    """Document types, depth, broken markup, other formats."""
    with pytest.raises(DataError):
        brought(written(tmp_path, "a.kml", text))


def test_kml_of_others_is_read_as_text(tmp_path: Path) -> None:
    """Markup stays text, links are told and not followed."""
    text = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Folder>'
        "<NetworkLink><Link><href>http://127.0.0.1:9/</href></Link></NetworkLink>"
        "<Placemark><name>a</name><description><![CDATA[<b>bold</b>]]></description>"
        "<TimeStamp><when>2024-05-01</when></TimeStamp><ExtendedData>"
        '<Data name="k"><value>v</value></Data></ExtendedData>'
        "<MultiGeometry><Point><coordinates>20,44</coordinates></Point>"
        "</MultiGeometry></Placemark>"
        "<Placemark><Point><coordinates>x,y</coordinates></Point></Placemark>"
        "</Folder></kml>"
    )

    found = brought(
        written(tmp_path, "a.kml", text), mapped={"name": "title", "when": "date"}
    )

    (incident,) = found.layer.incidents
    assert incident.extra == {"description": "<b>bold</b>", "k": "v"}
    assert (incident.title, incident.date) == ("a", "2024-05-01")
    assert incident.geometry == Point(20, 44)
    assert any("NetworkLink" in str(fault) for fault in found.changed)
    assert any("not a position" in fault.message for fault in found.refused)


@pytest.mark.parametrize(
    "name", ["../a.geojson", "/a.geojson", "a\\b.geojson", "C:a.csv"]
)
def test_an_archive_may_not_leave_its_folder(name: str, tmp_path: Path) -> None:
    """No path of a member is ever used, and such archives are refused all the same."""
    with pytest.raises(DataError, match="leave the folder"):
        brought(zipped(tmp_path, {name: b"{}"}))


def test_bombs_links_and_crowds_are_refused_unpacked(tmp_path: Path) -> None:
    """By what the archive says of its members, before one is opened."""
    with pytest.raises(DataError, match="100 times"):
        brought(zipped(tmp_path, {"a.geojson": b" " * 20_000_000}))
    with pytest.raises(DataError, match="1001 members"):
        brought(zipped(tmp_path, {f"{number}.csv": b"" for number in range(1001)}))
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="is a link"):
        brought(path)
    inner = zipped(tmp_path, {"a.csv": b"title\nx\n"}).read_bytes()
    for depth in range(3):
        inner = zipped(tmp_path, {f"{depth}.kmz": inner}).read_bytes()
    with pytest.raises(DataError, match="archive"):
        brought(tmp_path / "a.zip")


def test_an_archive_with_one_file_of_data_is_that_file(tmp_path: Path) -> None:
    """Texts that go along do not matter; two files do."""
    both = {"data/a.csv": b"title\nx\n", "README.txt": b"hello"}

    assert brought(zipped(tmp_path, both)).layer.incidents[0].title == "x"
    with pytest.raises(DataError, match="several files"):
        brought(zipped(tmp_path, both | {"b.csv": b"title\ny\n"}))
    with pytest.raises(DataError, match="no file of a kind"):
        brought(zipped(tmp_path, {"a.exe": b"x"}))
    with pytest.raises(DataError, match="not a whole zip"):
        brought(written(tmp_path, "b.zip", b"PK\x03\x04broken"))


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    """Its password is not asked for."""
    content = bytearray(zipped(tmp_path, {"a.csv": b"title\nx\n"}).read_bytes())
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1

    with pytest.raises(DataError, match="password"):
        brought(written(tmp_path, "b.zip", bytes(content)))


def test_nested_binary_geometry_does_not_end_the_process() -> None:
    """GEOS follows it by recursion until the stack is full."""
    deep = struct.pack("<BII", 1, 7, 1) * 100_000 + struct.pack("<BIdd", 1, 1, 1.0, 2.0)

    with pytest.raises(ValueError, match="deep"):
        read_wkb(deep)
    for broken, reason in (
        (b"", "middle"),
        (struct.pack("<BII", 1, 3, 4_000_000_000), "more than"),
        (struct.pack("<BI", 1, 99), "type 99"),
        (struct.pack("<BI", 7, 1), "byte order"),
        (to_wkb(Point(1, 2)) + b"x", "after its end"),
    ):
        with pytest.raises(ValueError, match=reason):
            read_wkb(broken)


def test_binary_geometry_of_every_flavour_is_read() -> None:
    """ISO and extended, either byte order, with height, empty."""
    high = Point(1, 2, 3)
    for flavour in ("iso", "extended"):
        for order in (0, 1):
            written_ = to_wkb(
                high, flavor=flavour, byte_order=order, output_dimension=3
            )
            assert read_wkb(written_)["coordinates"] == [1, 2, 3]
    assert read_wkb(to_wkb(Point()))["coordinates"] == []
    many = MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])
    assert len(read_wkb(to_wkb(many))["coordinates"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "POINT",
        "POINT (1)",
        "CIRCLE (1 2)",
        "POINT (1 2",
        "POINT (1 2))",
        "POINT (a b)",
        "POLYGON ((((((1 2))))))",
        "POINT (1 2, 3 4)",
        "POINT (1 1e999)",
    ],
)
def test_broken_text_geometry_is_refused(text: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValueError, match=r"\w"):
        read_wkt(text)


def test_text_geometry_of_every_kind_is_read() -> None:
    """Heights kept, measures left out, points in brackets or not."""
    assert read_wkt("") is None
    assert read_wkt("point z (1 2 3)") == {"type": "Point", "coordinates": [1, 2, 3]}
    assert read_wkt("POINT M (1 2 3)") == {"type": "Point", "coordinates": [1, 2]}
    for text in ("MULTIPOINT (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))"):
        found = read_wkt(text)
        assert found is not None
        assert found["coordinates"] == [[1, 2], [3, 4]]
    assert read_wkt("POLYGON EMPTY") == {"type": "Polygon", "coordinates": []}


# --- databases and columns of others -----------------------------------------


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

    assert len(brought(path).layer.incidents) == 1
    with pytest.raises(QueryError, match="incidents"):
        brought(path, opening=Opening(layer="trap"))


def test_a_geopackage_of_unknown_system_asks_for_it(tmp_path: Path) -> None:
    """Degrees and metres are not told apart by guessing."""
    path = geopackage_of(
        tmp_path,
        statements="UPDATE gpkg_geometry_columns SET srs_id = -1;",
    )

    with pytest.raises(DataError, match="--crs"):
        brought(path)
    assert open_file(path, Opening(epsg=4326)).format == "gpkg"


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


def parquet_of(folder: Path, geo: object, **columns: Any) -> Path:  # noqa: ANN401
    """Return a Parquet file with that ``geo`` metadata; None for none."""
    path = folder / "a.parquet"
    table = pa.table(columns)
    if geo is not None:
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path)
    return path


def geo_of(**column: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return ``geo`` metadata of one column."""
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], **column}},
    }


def test_geoparquet_of_others_is_read(tmp_path: Path) -> None:
    """Any type JSON has something for; bytes are left out and told."""
    path = parquet_of(
        tmp_path,
        geo_of(),
        title=["a"],
        geometry=[to_wkb(Point(20, 44))],
        when=pa.array([0], pa.timestamp("s", tz="UTC")),
        parts=[[{"x": 1}]],
        blob=[b"\x00"],
    )

    found = brought(path, mapped={"when": "date"})

    (incident,) = found.layer.incidents
    assert incident.date == "1970-01-01"
    assert incident.extra == {"parts": [{"x": 1}]}
    assert any("bytes" in fault.message for fault in found.changed)


def test_native_geometry_of_geoparquet_is_read(tmp_path: Path) -> None:
    """GeoArrow's encodings, a part of version 1.1."""
    point = pa.struct([("x", pa.float64()), ("y", pa.float64())])
    path = parquet_of(
        tmp_path,
        geo_of(encoding="point"),
        title=["a", "b", "c"],
        geometry=pa.array(
            [{"x": 20, "y": 44}, None, {"x": float("nan"), "y": float("nan")}], point
        ),
    )

    found = brought(path)

    assert [one.geometry for one in found.layer.incidents] == [
        Point(20, 44),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("geo", "reason"),
    [
        (None, "no 'geo' metadata"),
        ("text", "not an object"),
        ({"primary_column": "elsewhere", "columns": {}}, "no such column"),
        (geo_of(crs=None), "--crs"),
        (geo_of(crs={"id": {"authority": "IAU", "code": 30100}}), "--crs"),
        (geo_of(encoding="WKT"), "not as WKB"),
    ],
)
def test_parquet_that_does_not_say_where_it_is_is_refused(
    geo: object, reason: str, tmp_path: Path
) -> None:
    """Nothing is taken for WGS84 that does not say so."""
    path = parquet_of(tmp_path, geo, geometry=[to_wkb(Point(20, 44))])

    with pytest.raises(DataError, match=reason):
        brought(path)


def test_other_systems_are_converted_and_told(tmp_path: Path) -> None:
    """UTM 34N, in metres, becomes degrees."""
    path = parquet_of(
        tmp_path,
        geo_of(crs={"id": {"authority": "EPSG", "code": 32634}}),
        title=["a"],
        geometry=[to_wkb(Point(457_000, 4_962_000))],
    )

    found = brought(path)

    (incident,) = found.layer.incidents
    assert incident.geometry is not None
    assert incident.geometry.distance(Point(20.455, 44.811)) < 0.01
    assert any("32634" in fault.message for fault in found.changed)


def test_several_parts_become_one_outline_and_are_told(tmp_path: Path) -> None:
    """An incident has one point, line or area."""
    parts = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    path = parquet_of(tmp_path, geo_of(), title=["a"], geometry=[to_wkb(parts)])

    found = brought(path)

    (incident,) = found.layer.incidents
    assert incident.geometry is not None
    assert incident.geometry.equals(box(0, 0, 3, 1))
    assert any("outline around" in fault.message for fault in found.changed)


def test_a_workbook_of_others_is_read(tmp_path: Path) -> None:
    """The first sheet, or the one that is named."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["title", "lat", "lon", None])
    sheet.append(["a", 44.8, 20.4])
    sheet.append([None, None, None])
    sheet.append(["b", None, None, "beyond"])
    other = book.create_sheet("other")
    other.append(["title"])
    other.append(["c"])
    path = tmp_path / "a.xlsx"
    book.save(path)

    found = brought(path)
    named = brought(path, opening=Opening(layer="other"))

    assert [incident.title for incident in found.layer.incidents] == ["a", "b"]
    assert any("column 4 has no name" in fault.message for fault in found.changed)
    assert any("not 'other'" in fault.message for fault in found.changed)
    assert [incident.title for incident in named.layer.incidents] == ["c"]
    with pytest.raises(QueryError, match="other"):
        brought(path, opening=Opening(layer="nothing"))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.gz", b"\x1f\x8b\x08", "gzip"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "old Excel"),
        ("a.fgb", b"not", "FlatGeobuf"),
        ("a.fgb", b"fgb\x03fgb\x00broken", "FlatGeobuf"),
        ("a.parquet", b"PAR1broken", "Parquet"),
        ("a.shp", b"not a shapefile", "Shapefile"),
        ("a.bin", b"\x00\x01\x02", "not of a kind"),
        ("a.geojson", b"", "is empty"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    """And what can be."""
    with pytest.raises(DataError, match=reason):
        brought(written(tmp_path, name, content))


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
        assert found.layer.incidents[0].title == "Mural painted over"
        assert found.layer.incidents[0].geometry == Point(20.46, 44.81)
    (tmp_path / "Their layer.prj").unlink()
    with pytest.raises(DataError, match="--crs"):
        brought(tmp_path / "Their layer.shp")


# --- exports of ours ---------------------------------------------------------


def test_an_export_that_was_changed_since_is_told(tmp_path: Path) -> None:
    """By the checksum it carries."""
    content = export_file(
        make_engine(*scattered(3)),
        Query(),
        "geojson",
        vocabulary=VOCABULARY,
        sources=SOURCES,
    )
    same = brought(written(tmp_path, "a.geojson", content))
    other = brought(
        written(tmp_path, "b.geojson", content.replace(b"painted", b"scrawled"))
    )

    assert not any("checksum" in fault.message for fault in same.changed)
    assert any("checksum" in fault.message for fault in other.changed)
    assert "about" not in same.layer.members


# --- the command -------------------------------------------------------------


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with the project's own vocabulary and sources."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run ``incidents import``."""
    group = Commands()
    group.add_command(import_)
    return CliRunner().invoke(group, ["import", *arguments])


FULL = [
    part for name, value in SAID.items() for part in ("--default", f"{name}={value}")
] + ["--source", "meduza-2023-12-18"]


@pytest.mark.usefixtures("deployment")
def test_the_command_writes_a_layer_and_exits_0() -> None:
    """The report is on stderr, or JSON on stdout."""
    Path("a.csv").write_text("title,lat,lon\nx,44.8,20.4\n", encoding="utf-8")

    result = run("a.csv", "--output", "layer.geojson", *FULL, "--json")

    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["read"], report["written"], report["refused"]) == (1, 1, [])
    layer = json.loads(Path("layer.geojson").read_text(encoding="utf-8"))
    assert layer["features"][0]["properties"]["title"] == "x"


@pytest.mark.usefixtures("deployment")
def test_refused_records_exit_1_and_the_others_are_written() -> None:
    """A pipeline stops, and a person sees why."""
    Path("a.csv").write_text("title,lat,lon\nx,1,2\ny,A,2\n", encoding="utf-8")

    result = run("a.csv", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 1
    assert "not a number" in result.stderr
    assert Path("layer.geojson").exists()


@pytest.mark.usefixtures("deployment")
def test_too_little_said_exits_2_with_the_options_to_give() -> None:
    """The file is sound: the call is not."""
    Path("a.csv").write_text("title\nx\n", encoding="utf-8")

    result = run("a.csv", "--output", "layer.geojson")

    assert result.exit_code == 2
    assert "--default category=CATEGORY" in result.stderr
    assert "--source SOURCE" in result.stderr
    assert not Path("layer.geojson").exists()


@pytest.mark.usefixtures("deployment")
def test_a_look_through_exits_0_and_names_what_is_still_to_be_said() -> None:
    """Nothing is to be written, so nothing is wrong with the call."""
    Path("a.csv").write_text("title,lat,lon\nx,44.8,20.4\n", encoding="utf-8")

    result = run("a.csv")

    assert result.exit_code == 0
    assert "--default category=CATEGORY" in result.stderr
    assert "Error" not in result.stderr


@pytest.mark.usefixtures("deployment")
def test_a_look_through_shows_what_is_wrong_with_the_records() -> None:
    """Not only that they lack what could be said of all of them."""
    table = "title,lat,lon\nx,44.8,20.4\ny,95,20.4\n"
    Path("a.csv").write_text(table, encoding="utf-8")

    result = run("a.csv")

    assert result.exit_code == 1
    assert "latitude 95" in result.stderr
    assert "summary: is missing" not in result.stderr


@pytest.mark.usefixtures("deployment")
def test_the_file_that_is_read_is_not_written_over() -> None:
    """What a newsroom was given stays as it was."""
    content = "title,lat,lon\nx,44.8,20.4\n"
    Path("a.csv").write_text(content, encoding="utf-8")

    result = run("a.csv", "--output", "./a.csv")

    assert result.exit_code == 2
    assert "is the file that is read" in result.stderr
    assert Path("a.csv").read_text(encoding="utf-8") == content


@pytest.mark.usefixtures("deployment")
def test_where_every_record_is_refused_nothing_is_written() -> None:
    """What was there before stays."""
    Path("a.csv").write_text("title,lat,lon\nx,95,20.4\n", encoding="utf-8")
    Path("layer.geojson").write_text("as it was", encoding="utf-8")
    said = [
        part
        for name, value in SAID.items()
        for part in ("--default", f"{name}={value}")
    ]

    result = run(
        "a.csv", "--output", "layer.geojson", "--source", "meduza-2023-12-18", *said
    )

    assert result.exit_code == 1
    assert Path("layer.geojson").read_text(encoding="utf-8") == "as it was"


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--map", "nothing"),
        ("--map", "title=title", "--map", "title=place"),
        ("--value", "strike=mural"),
        ("--crs", "WGS84"),
        ("--map", "none=title"),
    ],
)
def test_wrong_options_exit_2(arguments: tuple[str, ...]) -> None:
    """They say what they take."""
    Path("a.csv").write_text("title\nx\n", encoding="utf-8")

    result = run("a.csv", *arguments)

    assert result.exit_code == 2
    assert "Error" in result.stderr


@pytest.mark.usefixtures("deployment")
def test_a_refused_file_exits_1_and_writes_nothing() -> None:
    """What was there before is still there."""
    Path("a.geojson").write_text("{", encoding="utf-8")
    Path("layer.geojson").write_text("before", encoding="utf-8")

    result = run("a.geojson", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 1
    assert "a.geojson" in result.stderr
    assert Path("layer.geojson").read_text(encoding="utf-8") == "before"


@pytest.mark.usefixtures("deployment")
def test_a_layer_that_cannot_be_written_exits_1() -> None:
    """And says so."""
    Path("a.csv").write_text("title\nx\n", encoding="utf-8")

    result = run("a.csv", "--output", "nowhere/layer.geojson", *FULL)

    assert result.exit_code == 1
    assert "could not be written" in result.stderr


@pytest.mark.usefixtures("deployment")
def test_the_same_thing_in_many_records_is_told_once() -> None:
    """A report is to be read."""
    rows = "".join(f"t{number}\n" for number in range(50))
    Path("a.csv").write_text(f"title\n{rows}", encoding="utf-8")

    result = run("a.csv", *FULL)

    assert result.exit_code == 0
    assert "[and 49 more like it]" in result.stderr
    assert len(result.stderr.splitlines()) < 10


def test_the_day_of_an_import_can_be_fixed(
    deployment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOURCE_DATE_EPOCH makes imports repeatable."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    (deployment / "a.csv").write_text("title\nx\n", encoding="utf-8")

    result = run("a.csv", "--output", "layer.geojson", *FULL)

    assert result.exit_code == 0
    layer = json.loads((deployment / "layer.geojson").read_text(encoding="utf-8"))
    assert layer["features"][0]["properties"]["updated"] == "1970-01-02"
