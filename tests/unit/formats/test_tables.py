"""Tables of others: the columns that say where, and heads that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError, QueryError
from geo.formats.input_file import ReadOptions
from tests.bringing import brought, spots, told, written

HEAD = "title,date,lat,lon\n"
ROW = "a,2023-01-01,44.8,20.4\n"


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("lat,lon", "44.8,20.4"),
        ("Lat,Lng", "44.8,20.4"),
        ("Latitude (WGS84),Longitude (WGS84)", "44.8,20.4"),
        ("location.lat,location.lon", "44.8,20.4"),
        ("decimalLatitude,decimalLongitude", "44.8,20.4"),
        ("y,x", "44.8,20.4"),
        ("широта,долгота", "44.8,20.4"),
        ("WKT", "POINT (20.4 44.8)"),
        ("geometry", "POINT (20.4 44.8)"),
        ("geom", "010100000066666666666634406666666666664640"),
        ("geojson", '"{""type"":""Point"",""coordinates"":[20.4,44.8]}"'),
    ],
)
def test_columns_of_places_are_known_by_many_names(
    head: str, cells: str, tmp_path: Path
) -> None:
    """In the languages and formats that people have."""
    found = brought(written(tmp_path, "a.csv", f"title,{head}\na,{cells}\n"))

    assert spots(found) == [[20.4, 44.8]]


@pytest.mark.parametrize("head", ["latlon", "lat", "easting,northing"])
def test_a_table_without_coordinates_is_told(head: str, tmp_path: Path) -> None:
    """Else a whole table would lose its places in silence; the columns are kept."""
    cells = ",".join("1" for _ in head.split(","))

    found = brought(written(tmp_path, "a.csv", f"title,{head}\na,{cells}\n"))

    assert found.verdict == "warn"
    assert "1 of 1 records have no place on the map" in told(found)
    assert spots(found) == [None]
    [extra] = [one.extra for one in found.incidents]
    assert len(extra) == len(head.split(","))


def test_less_usual_columns_are_told_and_can_be_kept_apart(tmp_path: Path) -> None:
    """A column called x need not be a longitude."""
    path = written(tmp_path, "a.csv", "title,x,y\na,20.4,44.8\n")

    found = brought(path)
    apart = brought(path, columns={"x": "extra.x", "y": "extra.y"})

    assert spots(found) == [[20.4, 44.8]]
    assert spots(apart) == [None]
    assert apart.incidents[0].extra == {"x": 20.4, "y": 44.8}


def test_a_table_in_metres_is_read_if_its_system_is_said(tmp_path: Path) -> None:
    """And refused row by row if it is not."""
    path = written(tmp_path, "a.csv", "title,x,y\na,2271000,5592000\n")

    found = brought(path, opening=ReadOptions(epsg=3857))

    assert spots(found) == [
        [pytest.approx(20.4007, abs=1e-3), pytest.approx(44.8, abs=0.1)]
    ]
    assert "converted from EPSG:3857" in told(found)
    assert "metres" in told(brought(path))


@pytest.mark.parametrize(
    ("lat", "lon", "spot"),
    [
        ("44°48'N", "20°24'E", [20.4, 44.8]),
        ("44° 48′ 0″ N", "20° 24′ 0″ E", [20.4, 44.8]),
        ("N44.8", "W20.4", [-20.4, 44.8]),
        ("44.8S", "20.4E", [20.4, -44.8]),
        ("−44.8", "–20.4", [-20.4, -44.8]),
        ("44,8", "20,4", [20.4, 44.8]),
    ],
)
def test_degrees_are_read_as_people_write_them(
    lat: str, lon: str, spot: list[float], tmp_path: Path
) -> None:
    """And how each was read is told."""
    found = brought(written(tmp_path, "a.csv", f"title;lat;lon\na;{lat};{lon}\n"))

    assert spots(found) == [spot]
    assert "was read as" in told(found)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Report 2023\nby us\na,b,c,d\ne,f,g,h\n", "most rows have 4 cells"),
        (f"{ROW}{ROW}", "values where the names"),
        (f",,,b\n{ROW}", "names only 1 of 4 columns"),
        ('{"error": "no such table"}', "no such table"),
        ("[1, 2]", "where a GeoJSON object should be"),
    ],
)
def test_a_file_whose_first_line_is_no_head_is_refused(
    content: str, reason: str, tmp_path: Path
) -> None:
    """Its records would be read under names that are none."""
    with pytest.raises(DataError, match=reason):
        brought(written(tmp_path, "a.csv", content))


def test_a_line_that_says_the_separator_is_no_head(tmp_path: Path) -> None:
    """Spreadsheet programs write and read it."""
    content = "sep=;\r\ntitle;lat;lon\r\na;44,8;20,4\r\n"

    assert spots(brought(written(tmp_path, "a.csv", content))) == [[20.4, 44.8]]


def test_empty_cells_past_the_head_are_nothing(tmp_path: Path) -> None:
    """Spreadsheet programs end lines with them."""
    found = brought(written(tmp_path, "a.csv", f"{HEAD.strip()},\n{ROW.strip()},\n"))

    assert spots(found) == [[20.4, 44.8]]
    assert found.report.own_fields == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", HEAD),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}'),
        ("a.kml", '<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'),
    ],
)
def test_a_file_without_records_is_told(
    name: str, content: str, tmp_path: Path
) -> None:
    """It is a layer, but hardly the one that was meant."""
    found = brought(written(tmp_path, name, content))

    assert "holds no records" in told(found)
    assert found.read == 0


def test_utf_8_is_not_read_in_another_encoding(tmp_path: Path) -> None:
    """Its letters would be others, and no reader could tell."""
    path = written(tmp_path, "a.csv", f"{HEAD}Взрыв,2023-01-01,44.8,20.4\n")

    with pytest.raises(QueryError, match="is UTF-8"):
        brought(path, opening=ReadOptions(encoding="cp1251"))


@pytest.mark.parametrize("country", ["Serbia", "SRB", "serbia", "rs"])
def test_a_country_is_known_by_name_and_codes(country: str, tmp_path: Path) -> None:
    """In any letters."""
    path = written(tmp_path, "a.csv", f"title,lat,lon,country\na,44.8,20.4,{country}\n")

    found = brought(path)

    assert found.incidents[0].country == "RS"


def test_what_is_no_country_is_told_and_kept(tmp_path: Path) -> None:
    """Nothing near is taken for one, and the record stays."""
    path = written(tmp_path, "a.csv", "title,lat,lon,country\na,44.8,20.4,Yugoslavia\n")

    found = brought(path)

    [incident] = found.incidents
    assert (incident.country, incident.extra) == (None, {"country_own": "Yugoslavia"})
    assert "'Yugoslavia' is no country" in told(found)


@pytest.mark.parametrize("name", ["a.geojson", "a.kml"])
def test_a_format_of_one_system_takes_no_other(name: str, tmp_path: Path) -> None:
    """What is said must not be ignored."""
    content = (
        '{"type": "Point", "coordinates": [1, 1]}'
        if name == "a.geojson"
        else '<kml xmlns="http://www.opengis.net/kml/2.2"/>'
    )

    with pytest.raises(QueryError, match="always EPSG:4326"):
        brought(written(tmp_path, name, content), opening=ReadOptions(epsg=3857))


@pytest.mark.parametrize(
    "cell", ["circle", "POINT (20.4", '"{""type"":"', "0101zz", "01", '"{""a"": 1}"']
)
def test_a_cell_that_is_no_geometry_is_kept_as_it_is(cell: str, tmp_path: Path) -> None:
    """The others are places; its record is taken without one."""
    rows = f"a,POINT (20.4 44.8)\nb,{cell}\nc,\n"

    found = brought(written(tmp_path, "a.csv", f"title,geometry\n{rows}"))

    assert spots(found) == [[20.4, 44.8], None, None]
    [unread] = [one for one in found.remarks if one.code == "place.unread"]
    assert unread.rows == (1,)
    assert "geometry_own" in found.incidents[1].extra
