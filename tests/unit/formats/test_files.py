"""Files with something hidden in them: told, refused, or read without harm."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from shapely import to_wkb
from shapely.geometry import Point

from geo.base.errors import DataError, QueryError
from geo.formats import records as records_module
from geo.formats.input_file import ReadOptions
from geo.formats.opening import pieces_of
from tests.bringing import brought, spots, told, written, zipped

POINT = b'{"type": "Point", "coordinates": [20.4, 44.8]}'
MARK = "<Placemark><name>a</name>{}</Placemark>"
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
SPOT = "<Point><coordinates>20.4,44.8</coordinates></Point>"


def workbook(path: Path, *rows: list[Any]) -> Workbook:
    """Return a workbook of one sheet, saved."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return book


def shapefile(folder: Path, *, encoding: str, without: str = "") -> Path:
    """Return a zipped Shapefile with a Cyrillic title, one of its parts left out."""
    frame = gpd.GeoDataFrame(
        {"title": ["Взрыв"]}, geometry=[Point(20.4, 44.8)], crs=4326
    )
    made = folder / "made"
    made.mkdir()
    frame.to_file(made / "a.shp", encoding=encoding)
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(made.iterdir()):
            if part.suffix != without:
                archive.write(part, part.name)
    return path


def parquet(folder: Path, table: pa.Table) -> Path:
    """Return a GeoParquet file of a table with a geometry in WKB."""
    columns = {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": columns}
    path = folder / "a.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)
    return path


def test_sheets_that_are_not_read_are_told(tmp_path: Path) -> None:
    """And a hidden one is not taken for the first."""
    path = tmp_path / "a.xlsx"
    book = workbook(path, ["title"], ["hidden"])
    seen = book.create_sheet("seen")
    seen.append(["title", "lat", "lon"])
    seen.append(["a", 44.8, 20.4])
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(path)

    found = brought(path)

    assert [one.title for one in found.incidents] == ["a"]
    assert "hidden sheets are left out: 'Sheet'" in told(found)


def test_formulas_that_were_never_calculated_are_told(tmp_path: Path) -> None:
    """They have no value, though a spreadsheet program would show one."""
    path = tmp_path / "a.xlsx"
    workbook(path, ["title", "note", "lat", "lon"], ["a", "=1+1", 44.8, 20.4])

    found = brought(path)

    assert "formulas without a saved result are read as empty: B2" in told(found)


def test_merged_cells_are_told(tmp_path: Path) -> None:
    """Only the first of them holds the value, which the others get."""
    path = tmp_path / "a.xlsx"
    book = workbook(path, ["title", "lat", "lon"], ["a", 44.8, 20.4], ["b", 44.8, 20.4])
    book.worksheets[0].merge_cells("A2:A3")
    book.save(path)

    found = brought(path)

    assert [one.title for one in found.incidents] == ["a", "a"]
    assert "merged cells" in told(found)


def test_a_title_above_a_sheet_is_no_head(tmp_path: Path) -> None:
    """The names of its columns stand below."""
    path = tmp_path / "a.xlsx"
    workbook(path, ["Report"], ["title", "lat", "lon"], ["a", 44.8, 20.4])

    found = brought(path)

    assert [one.title for one in found.incidents] == ["a"]
    assert "what stands above the names of the columns is left out: 'Report'" in told(
        found
    )


@pytest.mark.parametrize("codec", ["", "cp1251"])
def test_a_shapefile_in_an_unsaid_encoding_is_asked_for_it(
    codec: str, tmp_path: Path
) -> None:
    """Neither guessed nor broken off in the middle."""
    path = shapefile(tmp_path, encoding="cp1251", without=".cpg")

    if codec:
        found = brought(path, opening=ReadOptions(encoding=codec))
        assert [one.title for one in found.incidents] == ["Взрыв"]
        return
    with pytest.raises(DataError, match="--encoding cp1251"):
        brought(path)


def test_a_shapefile_takes_only_encodings_that_there_are(tmp_path: Path) -> None:
    """A wrong one is an error of the call."""
    with pytest.raises(QueryError, match="not a known encoding"):
        brought(
            shapefile(tmp_path, encoding="utf-8"), opening=ReadOptions(encoding="x-no")
        )


def test_what_macos_packs_beside_a_file_is_no_file(tmp_path: Path) -> None:
    """Its archives hold a companion for each."""
    members = {"a.geojson": POINT, "__MACOSX/._a.geojson": b"\x00\x05\x16\x07"}

    assert spots(brought(zipped(tmp_path, members))) == [[20.4, 44.8]]


def test_a_second_geometry_of_a_placemark_is_told(tmp_path: Path) -> None:
    """KML allows one; some programs write more."""
    path = written(tmp_path, "a.kml", KML.format(MARK.format(SPOT + SPOT)))

    assert "only the first one is read" in told(brought(path))


def test_the_folders_of_a_document_are_kept(tmp_path: Path) -> None:
    """Map makers sort their marks into them."""
    inner = f"<Folder><name>Arson</name>{MARK.format(SPOT)}</Folder>"
    folders = f"<Folder><name>2023</name>{inner}</Folder>{MARK.format(SPOT)}"

    found = brought(written(tmp_path, "a.kml", KML.format(folders)))

    extras = [one.extra for one in found.incidents]
    assert extras == [{"folder": "2023 / Arson"}, {}]
    assert [one.title for one in found.incidents] == ["a", "a"]


def test_two_shapefiles_of_one_name_are_not_mixed(tmp_path: Path) -> None:
    """From two folders, the parts of one would take the place of the other's."""
    one = shapefile(tmp_path, encoding="utf-8")
    both = tmp_path / "both.zip"
    with zipfile.ZipFile(one) as parts, zipfile.ZipFile(both, "w") as archive:
        for folder in ("north", "south"):
            for name in parts.namelist():
                archive.writestr(f"{folder}/{name}", parts.read(name))

    with pytest.raises(DataError, match="holds two files called 'a"):
        brought(both)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.svg", '<?xml version="1.0"?><svg version="1.1"/>', "a picture"),
        ("a.osm", '<?xml version="1.0"?>\n<!-- x -->\n<osm/>', "OpenStreetMap"),
    ],
)
def test_known_xml_is_named(name: str, content: str, what: str, tmp_path: Path) -> None:
    """So that people know what to convert."""
    with pytest.raises(DataError, match=what):
        brought(written(tmp_path, name, content))


def test_records_without_a_place_are_told_in_every_format(tmp_path: Path) -> None:
    """They are listed, and not on the map."""
    shapes = pa.array([to_wkb(Point(20.4, 44.8)), None], pa.binary())
    table = pa.table({"title": ["a", "b"], "geometry": shapes})

    found = brought(parquet(tmp_path, table))

    assert spots(found) == [[20.4, 44.8], None]
    [remark] = [one for one in found.remarks if one.code == "place.missing"]
    assert remark.rows == (1,)


def test_a_text_shared_by_many_rows_is_refused_before_it_is_copied(
    tmp_path: Path,
) -> None:
    """A small file could fill the memory with it."""
    shape = to_wkb(Point(20.4, 44.8))
    table = pa.table({"title": ["x" * 5_000_000] * 50, "geometry": [shape] * 50})

    with pytest.raises(DataError, match="holds a text of 5000000 bytes"):
        brought(parquet(tmp_path, table))


def test_more_text_than_fits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted while the records come."""
    monkeypatch.setattr(records_module, "MOST_BYTES", 10_000)
    shape = to_wkb(Point(20.4, 44.8))
    table = pa.table({"title": ["x" * 100] * 200, "geometry": [shape] * 200})

    with pytest.raises(DataError, match="more than 10000 letters"):
        list(pieces_of(parquet(tmp_path, table), {}))


def test_a_record_with_an_endless_text_is_refused_by_itself(tmp_path: Path) -> None:
    """The others are taken."""
    path = tmp_path / "a.xlsx"
    shape = to_wkb(Point(20.4, 44.8))
    table = pa.table({"title": ["a", "x" * 1_000_001], "geometry": [shape] * 2})
    path = parquet(tmp_path, table)

    found = brought(path)

    assert [one.title for one in found.incidents] == ["a"]
    assert "1000001 letters" in told(found)


def test_characters_that_nobody_sees_are_taken_out(tmp_path: Path) -> None:
    """Of values and of the names of columns; what scripts need stays."""
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "hidden")
    text = f"title,lat,lon,no{hidden}te\nmural{hidden},44.8,20.4,می\u200cخواهم\n"

    found = brought(written(tmp_path, "a.csv", text))

    [one] = found.incidents
    assert (one.title, one.extra) == ("mural", {"note": "می\u200cخواهم"})


def test_equal_titles_are_numbered_in_order(tmp_path: Path) -> None:
    """Each from where the last one ended, or a small file would take hours."""
    rows = "same title,44.8,20.4\n" * 3_000

    found = brought(written(tmp_path, "a.csv", f"title,lat,lon\n{rows}"))

    ids = [one.id for one in found.incidents]
    assert ids[:3] == ["same-title", "same-title-2", "same-title-3"]
    assert ids[-1] == "same-title-3000"


def test_entities_of_a_workbook_are_not_followed(tmp_path: Path) -> None:
    """Neither to files nor without end."""
    made = tmp_path / "made.xlsx"
    workbook(made, ["title", "lat", "lon"], ["a", 44.8, 20.4])
    packed = io.BytesIO()
    doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    with zipfile.ZipFile(made) as book, zipfile.ZipFile(packed, "w") as archive:
        for name in book.namelist():
            part = book.read(name)
            if name.endswith("sheet1.xml"):
                part = doctype + part.replace(b"<v>44.8</v>", b"<v>&e;</v>")
            archive.writestr(name, part)

    with pytest.raises(DataError, match="declares a document type"):
        brought(written(tmp_path, "a.xlsx", packed.getvalue()))


def test_of_several_shapefiles_one_is_chosen(tmp_path: Path) -> None:
    """By the name that the archive has for it."""
    one = shapefile(tmp_path, encoding="utf-8")
    both = tmp_path / "both.zip"
    with zipfile.ZipFile(one) as parts, zipfile.ZipFile(both, "w") as archive:
        for stem in ("north", "south"):
            for name in parts.namelist():
                archive.writestr(f"{stem}{Path(name).suffix}", parts.read(name))

    found = brought(both, opening=ReadOptions(layer="south"))

    assert spots(found) == [[20.4, 44.8]]
    with pytest.raises(QueryError, match="'north', 'south'"):
        brought(both)
    with pytest.raises(QueryError, match="'east' is not in"):
        brought(both, opening=ReadOptions(layer="east"))


@pytest.mark.parametrize(
    ("without", "reason"), [(".dbf", r"has no \.dbf"), (".prj", "reference system")]
)
def test_a_shapefile_without_a_part_is_refused(
    without: str, reason: str, tmp_path: Path
) -> None:
    """A place in an unknown system is none."""
    with pytest.raises(DataError, match=reason):
        brought(shapefile(tmp_path, encoding="utf-8", without=without))
