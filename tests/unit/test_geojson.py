"""Tests of the strict reading and canonical writing of GeoJSON."""

from __future__ import annotations

import csv
import json
import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import geojson
from geo.errors import DataError, Fault
from geo.geojson import (
    GEOMETRY_TYPES,
    LIMITS,
    Limits,
    Notes,
    Reading,
    check_geojson,
    dump_geojson,
    examine_geojson,
    parse_geojson,
    read_geojson,
)

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.2, 0.8], [0.8, 0.8], [0.8, 0.2], [0.2, 0.2]]


def corpus_rows() -> list[tuple[str, str]]:
    """Return name and verdict of each GeoJSON file of the corpus."""
    manifest = CORPUS / "MANIFEST.csv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as stream:
        rows = [(row["file"], row["expected"]) for row in csv.DictReader(stream)]
    return [row for row in rows if row[0].endswith((".geojson", ".geojsons"))]


def feature(geometry: object = None, **members: object) -> dict[str, Any]:
    """Return a feature with a point, or another geometry."""
    place = {"type": "Point", "coordinates": [20.46, 44.81]}
    made = {"type": "Feature", "geometry": geometry or place, "properties": {}}
    return made | members


def shaped(kind: str, coordinates: object) -> dict[str, Any]:
    """Return a geometry."""
    return {"type": kind, "coordinates": coordinates}


def collection(*features: object, **members: object) -> bytes:
    """Return the bytes of a collection."""
    made = {"type": "FeatureCollection", "features": list(features), **members}
    return json.dumps(made, ensure_ascii=False).encode()


def warnings_of(reading: Reading) -> list[str]:
    """Return the messages of a reading's warnings."""
    return [fault.message for fault in reading.faults]


def refused(data: bytes, *, limits: Limits = LIMITS) -> list[Fault]:
    """Return the errors for which data are refused; fails if they are not."""
    with pytest.raises(DataError) as caught:
        parse_geojson(data, "x.geojson", limits=limits)
    errors = [fault for fault in caught.value.faults if fault.severity == "error"]

    assert errors

    assert all(fault.message and fault.remedy for fault in errors)
    return errors


def only_geometry(data: bytes) -> dict[str, Any]:
    """Return the geometry of the only feature."""
    (found,) = parse_geojson(data, "x.geojson").features
    geometry: dict[str, Any] = found["geometry"]
    return geometry


# --- the corpus ---------------------------------------------------------------


@pytest.mark.parametrize(("name", "expected"), corpus_rows())
def test_corpus_file_gets_the_verdict_of_its_manifest(name: str, expected: str) -> None:
    """Each file is accepted, warned of, mended or refused as its manifest says."""
    path = CORPUS / name
    if "unmade" in name and not path.exists():
        path = path.with_name("hint_bad_unknowntype.geojson")
    try:
        reading = read_geojson(path)
    except DataError:
        assert "reject" in expected
        return

    assert not any(fault.severity == "error" for fault in reading.faults)

    verdict = expected.split(maxsplit=1)[0].rstrip(",").split("+")[0]
    if verdict in {"warn", "fix", "convert", "reject/warn"}:
        assert reading.faults
    else:
        assert verdict in {"accept", "accept/convert"}


def test_corpus_is_there_or_said_to_be_missing() -> None:
    """Without the corpus the tests above are none, which this says."""
    if not corpus_rows():
        pytest.skip(f"{CORPUS} is missing: the corpus of files is not tested.")


@pytest.mark.parametrize(
    ("name", "spot"),
    [
        ("lon_190", [-170.0, 10]),
        ("projected_crs", [30.497803896, 50.458146120]),
    ],
)
def test_corpus_file_to_be_mended_is_mended(name: str, spot: list[float]) -> None:
    """Files whose verdict is fix or convert come out with mended coordinates."""
    path = CORPUS / "own" / f"{name}.geojson"
    if not path.exists():
        pytest.skip(f"{path} is missing.")

    geometry = read_geojson(path).features[0]["geometry"]

    assert geometry["coordinates"] == pytest.approx(spot)


# --- bytes and JSON -----------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x1e\n\x1e\n", "empty"),
        (b"<!doctype html><title>403</title>", "web page"),
        (b"\n  <HTML lang='en'><body>no</body></HTML>", "web page"),
        (b"<!-- moved --><html></html>", "web page"),
        (b"<?xml version='1.0'?><kml/>", "XML"),
        (b"<OGRVRTDataSource/>", "XML"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"PAR1rest", "Parquet"),
        (b"lat,lon\n1,2\n", "not JSON"),
        (b"callback({})", "not JSON"),
        (b"null", "null"),
        (b"[]", "list"),
        (b"3", "3"),
        (b'"text"', "text"),
        (b"{}", "no type"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b'{"type": "FeatureCollection", "features": [],}', "comma"),
        (b'{"type": "FeatureCollection", "features": [1,]}', "comma"),
        (b'{"type": "FeatureCollection", "features": [', "ends in the middle"),
        (b'{"type": "Feature', "ends in the middle"),
        (b'{"type": "FeatureCollection", "features": []} x', "follows the end"),
        (b'{"type": "Feature\x01"}', "control character"),
        (b"{'type': 'FeatureCollection'}", "not JSON"),
    ],
)
def test_what_is_not_geojson_is_refused_by_name(data: bytes, words: str) -> None:
    """Each kind of wrong file is refused in words that tell what it is."""
    assert any(words in fault.message for fault in refused(data))


@pytest.mark.parametrize(
    "encoding",
    ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_wide_encodings_are_refused_by_name(encoding: str) -> None:
    """UTF-16 and UTF-32 are told apart from UTF-8, marked or not."""
    data = collection(feature(properties={"t": "Köln"})).decode().encode(encoding)

    assert encoding[:6].upper() in refused(data)[0].message


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "Köln"),
        ("cp1252", "“Niš”"),
        ("cp1251", "Зольная"),
        ("cp1250", "Šid"),
    ],
)
def test_older_encodings_are_refused_with_the_line(encoding: str, text: str) -> None:
    """A byte that is not UTF-8 is shown with its line."""
    data = b"\n" + collection(feature(properties={"t": text})).decode().encode(encoding)

    (fault,) = refused(data)

    assert fault.where == "line 2"
    assert "not UTF-8" in fault.message


def test_a_byte_order_mark_is_accepted() -> None:
    """UTF-8 with a byte order mark reads like UTF-8 without."""
    data = collection(feature(properties={"t": "Niš"}))

    marked = parse_geojson(b"\xef\xbb\xbf" + data, "x")

    assert marked == parse_geojson(data, "x")


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 400, "1" * 5000]
)
@pytest.mark.parametrize("place", ["coordinate", "property", "id", "bbox", "member"])
def test_numbers_json_does_not_have_are_refused(number: str, place: str) -> None:
    """NaN, infinities and numbers beyond a double are refused wherever they stand."""
    text = {
        "coordinate": collection(feature(shaped("Point", ["@", 1]))),
        "property": collection(feature(properties={"a": [{"b": "@"}]})),
        "id": collection(feature(id="@")),
        "bbox": collection(feature(), bbox=[0, 0, "@", 1]),
        "member": collection(feature(), made={"at": "@"}),
    }[place].replace(b'"@"', number.encode())

    (fault, *_) = refused(text)

    assert number[:8] in fault.message


def test_a_syntax_error_is_shown_with_line_and_column() -> None:
    """The place of a JSON error is told as an editor counts it."""
    (fault,) = refused(b'{\n "type": "Feature",\n "id": oops}')

    assert fault.where == "line 3, column 8"


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"FeatureCollection","features":[],"features":[]}',
        collection("@").replace(b'"@"', b'{"type":"Feature","id":1,"id":2,"geometry":null,"properties":{}}'),
        collection(feature(properties="@")).replace(b'"@"', b'{"a":1,"a":2}'),
        collection(feature(properties={"a": ["@"]})).replace(b'"@"', b'{"a":1,"a":1}'),
        collection(feature("@")).replace(b'"@"', b'{"type":"Point","coordinates":[1,2],"coordinates":[3,4]}'),
        b'{"type":"Point","type":"Point","coordinates":[1,2]}',
    ],
)  # fmt: skip
def test_a_name_written_twice_in_one_object_is_refused(data: bytes) -> None:
    """Doubled names are refused at every level, since readers differ on them."""
    assert any("twice" in fault.message for fault in refused(data))


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("times", [70, 900, 100_000])
def test_deep_nesting_is_refused_not_crashed_on(opening: str, times: int) -> None:
    """Nesting beyond the limit is a fault, however deep."""
    closing = {"[": "]", '{"a":': "}", '[{"a":': "}]"}[opening]
    deep = (opening * times + "1" + closing * times).encode()
    in_property = collection(feature(properties={"a": "@"})).replace(b'"@"', deep)
    in_member = collection(made="@").replace(b'"@"', deep)
    in_place = collection(feature(shaped("MultiPolygon", "@"))).replace(b'"@"', deep)

    for data in (in_property, in_member, in_place, deep):
        assert refused(data)


def test_collections_nested_beyond_the_limit_are_refused() -> None:
    """Geometry collections within each other count as nesting."""
    geometry: object = shaped("Point", [1, 2])
    for _ in range(100):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}

    assert refused(collection(feature(geometry)))


def test_a_long_text_is_refused_and_the_limit_can_be_set() -> None:
    """Texts, and names, longer than the limit are refused."""
    data = collection(feature(properties={"t": "x" * 11}))
    named = collection(feature(properties={"x" * 11: 1}))
    limits = Limits(max_text_chars=10)

    assert "11 characters" in refused(data, limits=limits)[0].message
    assert "11 characters" in refused(named, limits=limits)[0].message
    assert parse_geojson(data, "x", limits=Limits(max_text_chars=11)).features


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    """A file or bytes beyond the limit are refused before parsing."""
    path = tmp_path / "large.geojson"
    path.write_bytes(collection(feature()))
    limits = Limits(max_bytes=10)

    assert "more than 10 bytes" in refused(path.read_bytes(), limits=limits)[0].message
    with pytest.raises(DataError, match="more than 10 bytes"):
        read_geojson(path, limits=limits)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    """What is not a file is refused in words."""
    with pytest.raises(DataError, match="does not exist"):
        read_geojson(tmp_path / "none.geojson")
    with pytest.raises(DataError, match="is not a file"):
        read_geojson(tmp_path)

    assert check_geojson(tmp_path)[0].message == "is not a file."


@pytest.mark.parametrize("where", ["value", "name", "nested"])
def test_nul_in_a_text_is_warned_of(where: str) -> None:
    """A NUL character is kept, with a warning, wherever it stands."""
    cases: dict[str, dict[str, Any]] = {
        "value": {"t": "a\0b"},
        "name": {"a\0b": 1},
        "nested": {"a": [{"b": "\0"}]},
    }
    properties = cases[where]

    reading = parse_geojson(collection(feature(properties=properties)), "x")

    assert "NUL" in warnings_of(reading)[0]
    assert reading.features[0]["properties"] == properties


def test_half_a_character_is_refused() -> None:
    """A lone surrogate cannot be written as UTF-8 again."""
    data = collection(feature(properties={"t": "@"})).replace(b"@", b"\\ud83d")

    assert "surrogate" in refused(data)[0].message


@pytest.mark.parametrize("number", [2**53 + 1, -(2**60), 2**63 + 5])
def test_integers_beyond_doubles_are_warned_of(number: int) -> None:
    """Integers many programs round are kept, with a warning."""
    reading = parse_geojson(
        collection(feature(properties={"n": number}, id=number)), "x"
    )

    assert sum("too large" in text for text in warnings_of(reading)) == 2
    assert reading.features[0]["properties"] == {"n": number}


@pytest.mark.parametrize("break_", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"\x1e", b""])
def test_sequences_are_read(mark: bytes, break_: bytes) -> None:
    """RFC 8142 sequences are read, and objects one a line with a warning."""
    records = [json.dumps(feature(id=name)).encode() for name in "ab"]

    reading = parse_geojson(b"".join(mark + text + break_ for text in records), "x")

    assert [one["id"] for one in reading.features] == ["a", "b"]
    assert bool(reading.faults) == (not mark)


def test_a_broken_record_of_a_sequence_refuses_it_with_its_line() -> None:
    """A cut record is shown by its line; nothing is half-loaded."""
    whole = json.dumps(feature()).encode()

    (fault,) = refused(b"\x1e" + whole + b"\n\x1e" + whole[:30] + b"\n")

    assert fault.where.startswith("line 2")


def test_ids_are_unique_over_a_sequence() -> None:
    """Ids are compared over all texts of a sequence."""
    record = b"\x1e" + json.dumps(feature(id="a")).encode() + b"\n"

    assert "already" in refused(record * 2)[0].message


# --- structure ----------------------------------------------------------------


def test_a_bare_geometry_and_a_feature_are_read_as_one_feature() -> None:
    """A root geometry is wrapped without an id; a root feature is kept whole."""
    place = shaped("Point", [1, 2])

    bare = parse_geojson(json.dumps(place).encode(), "x")
    whole = parse_geojson(json.dumps(feature(place, id=7, by="me")).encode(), "x")

    expected = {"type": "Feature", "id": None, "geometry": place, "properties": {}}

    assert bare.features == (expected,)
    assert whole.features == (expected | {"id": 7, "by": "me"},)


def test_foreign_members_and_nested_properties_are_kept() -> None:
    """What GeoJSON does not define survives reading."""
    nested = {"src": {"url": "http://a", "list": [1, {"b": None}]}}
    place = shaped("Point", [1, 2]) | {"custom": True}
    data = collection(feature(place, properties=nested, by={"x": 1}), title="layer")

    reading = parse_geojson(data, "x")

    assert reading.members == {"title": "layer"}
    assert reading.features[0]["properties"] == nested
    assert reading.features[0]["by"] == {"x": 1}
    assert reading.features[0]["geometry"] == place
    assert not reading.faults


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (collection(features_="x").replace(b'"features": []', b'"a": 1'), "features"),
        (collection().replace(b"[]", b"{}"), "features"),
        (collection(None), ""),
        (collection([]), ""),
        (collection(shaped("Point", [1, 2])), "type"),
        (collection({"geometry": None, "properties": {}}), "type"),
        (collection(feature(type="feature")), "type"),
        (collection({"type": "Feature", "properties": {}}), "geometry"),
        (collection({"type": "Feature", "geometry": None}), "properties"),
        (collection(feature(properties=[])), "properties"),
        (collection(feature("Point")), "geometry"),
        (collection(feature({"type": "point", "coordinates": [1, 2]})), "geometry.type"),
        (collection(feature({"type": "Point"})), "geometry.coordinates"),
        (collection(feature({"type": "GeometryCollection"})), "geometry.geometries"),
        (collection(feature(coordinates=[1, 2])), "coordinates"),
        (collection(feature(geometries=[])), "geometries"),
        (collection(feature(features=[])), "features"),
        (collection(properties={}), "properties"),
        (collection(geometry=None), "geometry"),
        (collection(coordinates=[]), "coordinates"),
        (collection(feature(shaped("Point", [1, 2]) | {"properties": {}})), "geometry.properties"),
        (collection(feature(shaped("Point", [1, 2]) | {"features": []})), "geometry.features"),
        (collection(feature(shaped("Point", [1, 2]) | {"geometries": []})), "geometry.geometries"),
    ],
)  # fmt: skip
def test_broken_structure_is_refused_where_it_is(data: bytes, where: str) -> None:
    """Missing, mistyped and meaning-changing members are named."""
    assert where in [fault.where for fault in refused(data)]


def test_the_case_of_a_type_is_pointed_out() -> None:
    """A type in the wrong case gets the right spelling as remedy."""
    (fault,) = refused(b'{"type": "featurecollection", "features": []}')

    assert "'FeatureCollection'" in fault.remedy


def test_every_fault_of_a_file_is_told_with_index_and_id() -> None:
    """One bad feature does not hide the next."""
    data = collection(
        feature(id="good"),
        feature(shaped("Point", [1]), id="first"),
        None,
        feature(shaped("LineString", [[0, 0]]), id="last"),
    )

    errors = refused(data)

    assert [(fault.index, fault.feature_id) for fault in errors] == [
        (1, "first"),
        (2, None),
        (3, "last"),
    ]


@pytest.mark.parametrize("found", [{"a": 1}, [], [1], True, False, None])
def test_an_id_that_is_no_text_or_number_is_refused(found: object) -> None:
    """Only texts and numbers are ids."""
    assert refused(collection(feature(id=found)))[0].where == "id"


@pytest.mark.parametrize(("a", "b"), [("a", "a"), (1, 1), (1, 1.0)])
def test_ids_used_twice_are_refused(a: object, b: object) -> None:
    """The same id twice is refused, naming the first feature."""
    (fault,) = refused(collection(feature(id=a), feature(), feature(id=b)))

    assert fault.index == 2
    assert "feature 0" in fault.message


@pytest.mark.parametrize("ids", [(1, "1"), ("1", 1), (1.5, "1.5"), (1, "a")])
def test_ids_of_mixed_kinds_are_warned_of(ids: tuple[object, ...]) -> None:
    """Texts and numbers as ids of one collection are odd, and may collide."""
    reading = parse_geojson(collection(*(feature(id=one) for one in ids)), "x")

    assert reading.faults


def test_ids_that_some_features_lack_are_warned_of() -> None:
    """A collection in which only some features have ids is odd."""
    reading = parse_geojson(collection(feature(id="a"), feature()), "x")

    assert "1 of 2 features have no id." in warnings_of(reading)


@pytest.mark.parametrize(
    "bbox",
    ["a", {}, [1, 2, 3], [1] * 5, [0, 0, "1", 1], [0, 0, True, 1], [0, 9, 1, 1], [0, 0, 1, 91]],
)  # fmt: skip
def test_a_broken_bbox_is_refused(bbox: object) -> None:
    """A bbox is 4 or 6 finite numbers, south below north, wherever it stands."""
    place = shaped("Point", [1, 2])
    for data in (
        collection(bbox=bbox),
        collection(feature(bbox=bbox)),
        collection(feature(place | {"bbox": bbox})),
    ):
        assert refused(data)[0].where.endswith("bbox")


@pytest.mark.parametrize(
    "bbox", [[0, 0, 1, 1], [177, -20, -178, -16], [0, 0, 0, 1, 1, 9]]
)
def test_a_sound_bbox_is_accepted(bbox: list[float]) -> None:
    """A bbox with heights, or across 180, is accepted."""
    assert not parse_geojson(collection(feature(bbox=bbox)), "x").faults


# --- geometries ---------------------------------------------------------------


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Point", [1, 2, 345.6]),
        shaped("MultiPoint", [[1, 2], [3, 4]]),
        shaped("LineString", [[1, 2], [3, 4]]),
        shaped("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),
        shaped("Polygon", [SQUARE, HOLE]),
        shaped("MultiPolygon", [[SQUARE, HOLE], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]),
        {"type": "GeometryCollection", "geometries": [shaped("Point", [1, 2])]},
        shaped("Polygon", [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]),
    ],
)  # fmt: skip
def test_sound_geometries_are_read_as_they_are(geometry: dict[str, Any]) -> None:
    """Every type of geometry is read unchanged and without a word."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] == geometry
    assert not reading.faults


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Point", [1]),
        shaped("Point", [1, 2, 3, 4]),
        shaped("Point", ["1", 2]),
        shaped("Point", [True, 2]),
        shaped("Point", [None, 2]),
        shaped("Point", [[1, 2]]),
        shaped("Point", {"lon": 1, "lat": 2}),
        shaped("Point", "1,2"),
        shaped("Point", None),
        shaped("MultiPoint", [0, 0]),
        shaped("MultiPoint", [[[0, 0]]]),
        shaped("LineString", [1, 2]),
        shaped("LineString", [[1, 2]]),
        shaped("LineString", [[1, 2], []]),
        shaped("LineString", [[[1, 2], [3, 4]]]),
        shaped("MultiLineString", [[[1, 2], [3, 4]], [[5, 6]]]),
        shaped("MultiLineString", [[1, 2], [3, 4]]),
        shaped("Polygon", SQUARE),
        shaped("Polygon", [SQUARE[:-1]]),
        shaped("Polygon", [[[0, 0], [1, 1], [0, 0]]]),
        shaped("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]),
        shaped("Polygon", [[[0, 0], [1, 1], [2, 2], [0, 0]]]),
        shaped("Polygon", [[], HOLE]),
        shaped("Polygon", [SQUARE, [[5, 5], [5, 6], [6, 6], [5, 5]]]),
        shaped("Polygon", [5]),
        shaped("MultiPolygon", [SQUARE]),
        shaped("MultiPolygon", [[SQUARE[:-1]]]),
        shaped("Point", [1, 90.5]),
        shaped("Point", [361, 1]),
        shaped("Point", [20, 44]) | {"type": "Circle"},
        shaped("LineString", [[1, 2], [500, 95]]),
        {"type": "GeometryCollection", "geometries": [None]},
        {"type": "GeometryCollection", "geometries": [shaped("Point", [1, 99])]},
        {"type": "GeometryCollection", "geometries": {}},
        {"type": "GeometryCollection", "geometries": [], "coordinates": []},
    ],
)  # fmt: skip
def test_broken_geometries_are_refused(geometry: dict[str, Any]) -> None:
    """Wrong depth, numbers, lengths, rings, outlines and places are refused."""
    assert refused(collection(feature(geometry)))[0].where.startswith("geometry")


def test_faults_of_a_long_line_are_counted_not_all_listed() -> None:
    """A line with thousands of bad positions does not drown the report."""
    texts = collection(feature(shaped("LineString", [["a", 1]] * 5000)))
    outside = collection(feature(shaped("LineString", [[0, 95]] * 5000)))

    for data in (texts, outside):
        errors = refused(data)

        assert len(errors) == 11
        assert "4990 more" in errors[-1].message


@pytest.mark.parametrize(
    ("position", "hint"),
    [([44.8, 120.5], "Swap"), ([3395000, 6526000], "metres"), ([400, 80], "degrees")],
)
def test_a_place_off_the_earth_gets_a_fitting_remedy(
    position: list[float], hint: str
) -> None:
    """The remedy tells swapped axes, metres and plain nonsense apart."""
    assert hint in refused(collection(feature(shaped("Point", position))))[0].remedy


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Point", []),
        shaped("MultiPoint", []),
        shaped("MultiPoint", [[]]),
        shaped("LineString", []),
        shaped("MultiLineString", [[]]),
        shaped("Polygon", []),
        shaped("Polygon", [[]]),
        shaped("MultiPolygon", []),
        shaped("MultiPolygon", [[[]]]),
        {"type": "GeometryCollection", "geometries": []},
        {"type": "GeometryCollection", "geometries": [shaped("Point", [])]},
    ],
)
def test_empty_geometries_are_read_as_null_with_a_warning(
    geometry: dict[str, Any],
) -> None:
    """A geometry without a position is unlocated (RFC 7946, 3.1)."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] is None
    assert reading.faults


def test_empty_parts_are_left_out_with_a_warning() -> None:
    """An empty part of a geometry goes; the rest stays."""
    data = collection(feature(shaped("MultiPolygon", [[], [SQUARE, []]])))
    reading = parse_geojson(data, "x")

    assert reading.features[0]["geometry"] == shaped("MultiPolygon", [[SQUARE]])
    assert "empty parts" in warnings_of(reading)[0]


def test_a_feature_without_geometry_is_kept_with_a_warning() -> None:
    """An unlocated feature is listed, never dropped."""
    data = collection({"type": "Feature", "geometry": None, "properties": None})
    reading = parse_geojson(data, "x")

    assert reading.features[0]["geometry"] is None
    assert reading.features[0]["properties"] == {}
    assert "unlocated" in warnings_of(reading)[0]


@pytest.mark.parametrize("wrap", [False, True])
def test_wrong_winding_is_turned_with_a_warning(wrap: bool) -> None:  # noqa: FBT001
    """Outlines become counter-clockwise and holes clockwise, in any type."""
    wrong = [SQUARE[::-1], HOLE[::-1]]
    geometry = shaped("MultiPolygon", [wrong]) if wrap else shaped("Polygon", wrong)
    reading = parse_geojson(
        collection(feature({"type": "GeometryCollection", "geometries": [geometry]})),
        "x",
    )
    (found,) = reading.features[0]["geometry"]["geometries"]

    assert found["coordinates"] == ([[SQUARE, HOLE]] if wrap else [SQUARE, HOLE])
    assert "turned" in warnings_of(reading)[0]


@pytest.mark.parametrize(
    ("geometry", "mended"),
    [
        (shaped("Point", [190, 10]), shaped("Point", [-170, 10])),
        (shaped("Point", [-190.5, 10, 7]), shaped("Point", [169.5, 10, 7])),
        (shaped("Point", [360, 1]), shaped("Point", [0, 1])),
        (shaped("MultiPoint", [[179, 1], [181, 1]]), shaped("MultiPoint", [[179, 1], [-179, 1]])),
        (shaped("LineString", [[181, 0], [185, 1]]), shaped("LineString", [[-179, 0], [-175, 1]])),
    ],
)  # fmt: skip
def test_longitudes_beyond_180_are_wrapped_with_a_warning(
    geometry: dict[str, Any], mended: dict[str, Any]
) -> None:
    """Longitudes to 360 either way are brought home."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] == mended
    assert "beyond 180" in warnings_of(reading)[0]


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("LineString", [[170, 0], [190, 10]]),
        shaped("Polygon", [[[170, 0], [190, 0], [190, 10], [170, 10], [170, 0]]]),
        shaped("Polygon", [[[-190, 0], [-170, 0], [-170, 10], [-190, 10], [-190, 0]]]),
        shaped("MultiPolygon", [[[[170, 0], [190, 0], [190, 9], [170, 9], [170, 0]]]]),
    ],
)
def test_shapes_written_across_180_are_cut_there(geometry: dict[str, Any]) -> None:
    """A shape that leaves 180 is cut, keeps its size, and is wound aright."""
    before = shapely.geometry.shape(geometry)

    found = only_geometry(collection(feature(geometry)))
    after = shapely.geometry.shape(found)

    assert found["type"] == f"Multi{geometry['type'].removeprefix('Multi')}"
    assert shapely.get_num_geometries(after) == 2
    assert after.area == pytest.approx(before.area)
    assert after.length >= before.length * 0.99
    assert max(map(abs, (after.bounds[0], after.bounds[2]))) <= 180
    assert not parse_geojson(collection(feature(found)), "x").faults


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Polygon", [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]),
        shaped("LineString", [[179, 0], [-179, 1]]),
        shaped("MultiLineString", [[[0, 0], [1, 1]], [[179, 0], [-179, 1]]]),
        shaped("MultiPolygon", [[[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]]),
        shaped("Polygon", [[[178, 0], [-178, 0], [-178, 1], [179, 2], [178, 1], [178, 0]]]),
    ],
)  # fmt: skip
def test_shapes_across_180_uncut_are_kept_with_a_warning(
    geometry: dict[str, Any],
) -> None:
    """Steps of more than half the globe are ambiguous: told, not guessed at."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] == geometry
    assert "180" in warnings_of(reading)[0]


def test_an_outline_sound_only_across_180_is_not_called_broken() -> None:
    """Numbers that cross on paper may be a sound outline on the globe."""
    ring = [[170, 0], [-170, 1], [175, 2], [-170, 3], [-170, 5], [170, 5], [170, 0]]
    reading = parse_geojson(collection(feature(shaped("Polygon", [ring]))), "x")
    crossed = [[179, 0], [-179, 1], [-179, 0], [179, 1], [179, 0]]

    assert len(reading.faults) == 1
    assert refused(collection(feature(shaped("Polygon", [crossed]))))


def test_a_line_without_length_is_warned_of() -> None:
    """Two equal positions are no line, but do no harm."""
    reading = parse_geojson(
        collection(feature(shaped("LineString", [[1, 2], [1, 2]]))), "x"
    )

    assert "no length" in warnings_of(reading)[0]


def test_heights_given_only_in_part_are_left_out_with_a_warning() -> None:
    """A geometry has heights throughout or not at all."""
    reading = parse_geojson(
        collection(feature(shaped("LineString", [[1, 2], [3, 4, 5]]))), "x"
    )

    assert reading.features[0]["geometry"]["coordinates"] == [[1, 2], [3, 4]]
    assert "height" in warnings_of(reading)[0]


def test_a_collection_within_a_collection_is_warned_of() -> None:
    """Nested geometry collections are read, with a warning."""
    inner = {"type": "GeometryCollection", "geometries": [shaped("Point", [1, 2])]}
    outer = {"type": "GeometryCollection", "geometries": [inner]}
    reading = parse_geojson(collection(feature(outer)), "x")

    assert reading.features[0]["geometry"] == outer
    assert "within a collection" in warnings_of(reading)[0]


# --- coordinate reference systems ---------------------------------------------


def named(name: object) -> dict[str, Any]:
    """Return a ``crs`` member of the 2008 form."""
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    "crs",
    [
        None,
        named("urn:ogc:def:crs:OGC:1.3:CRS84"),
        named("urn:ogc:def:crs:OGC::CRS84"),
        named("http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        named("urn:ogc:def:crs:EPSG::4326"),
        named("EPSG:4326"),
        named("epsg:4326"),
        {"type": "EPSG", "properties": {"code": 4326}},
    ],
)
def test_a_crs_that_says_wgs84_is_warned_of_and_dropped(crs: object) -> None:
    """Names of WGS84 change nothing."""
    reading = parse_geojson(collection(feature(), crs=crs), "x")

    assert reading.features[0]["geometry"] == feature()["geometry"]
    assert len(reading.faults) == 1
    assert "crs" not in reading.members


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("EPSG:3857", [2277596.781546, 5591659.306165]),
        ("urn:ogc:def:crs:EPSG::32634", [457299.2, 4961986.2]),
        ("http://www.opengis.net/def/crs/EPSG/0/32634", [457299.2, 4961986.2]),
        ("urn:ogc:def:crs:EPSG:6.9:4258", [20.46, 44.81]),
    ],
)
@pytest.mark.parametrize("level", ["collection", "feature", "geometry"])
def test_a_named_projection_is_converted_with_a_warning(
    name: str, position: list[float], level: str
) -> None:
    """Projected coordinates become WGS84, whichever object names the system."""
    place = shaped("LineString", [position, [position[0] + 0.001, position[1]]])
    crs = {"crs": named(name)}
    data = {
        "collection": collection(feature(place, bbox=[*position, *position]), **crs),
        "feature": collection(feature(place, **crs)),
        "geometry": collection(feature(place | crs)),
    }[level]
    reading = parse_geojson(data, "x")
    found = reading.features[0]

    assert found["geometry"]["coordinates"][0] == pytest.approx(
        [20.46, 44.81], abs=1e-4
    )
    assert "converted" in warnings_of(reading)[0]
    assert "crs" not in found
    assert "crs" not in found["geometry"]
    assert "bbox" not in found


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs"}},
        {"type": "link", "properties": {"href": "file:///etc/passwd", "type": "proj4"}},
        {"type": "link"},
        named("http://127.0.0.1:9/crs"),
        named("/etc/passwd"),
        named("+proj=utm +zone=34"),
        named("bogus"),
        named("EPSG:999999"),
        named("EPSG:5773"),
        named(None),
        named(3857),
        {"type": "name"},
        "EPSG:3857",
        {},
    ],
)
def test_a_crs_that_is_no_known_code_is_refused_and_never_fetched(crs: object) -> None:
    """Links, paths and unknown names are refused; PROJ never sees their text."""
    assert refused(collection(feature(), crs=crs))[0].where == "crs"


def test_a_place_outside_its_projection_is_refused() -> None:
    """Coordinates a projection cannot have are not turned into some place."""
    data = collection(feature(shaped("Point", [9e9, 9e9])), crs=named("EPSG:3857"))

    assert "outside" in refused(data)[0].message


# --- swapped axes -------------------------------------------------------------


@pytest.mark.parametrize(
    ("geometry", "properties"),
    [
        (shaped("Point", [50.4, 30.5]), {"t": "Kyiv"}),
        (shaped("Point", [50.4, 30.5]), {"t": "Київ"}),
        (shaped("Point", [44.8, 20.46]), {"title": "A rally in Belgrade on Sunday"}),
        (shaped("Point", [44.8, 20.46]), {"country": "RS"}),
        (shaped("Point", [44.8, 20.46]), {"country": "Serbia"}),
        (shaped("Point", [44.8, 20.46]), {"iso_a3": "SRB"}),
        (shaped("Point", [40.7, -74.0]), {"city": "New York City"}),
        (shaped("LineString", [[50.4, 30.5], [50.5, 30.6]]), {"t": "Kyiv"}),
        (shaped("MultiPoint", [[50.4, 30.5]]), {"t": "Kyiv"}),
        (shaped("Polygon", [[[50.4, 30.5], [50.5, 30.5], [50.5, 30.6], [50.4, 30.5]]]), {"t": "Kyiv"}),
        (shaped("Point", [44.8, 20.46]), {"lat": 44.8, "lon": 20.46}),
        (shaped("Point", [44.8, 20.46]), {"Latitude": 44.8, "Longitude": 20.46}),
    ],
)  # fmt: skip
def test_swapped_axes_are_suspected_where_the_record_names_a_place(
    geometry: dict[str, Any], properties: dict[str, Any]
) -> None:
    """A named city, country or column elsewhere tells of swapped axes."""
    reading = parse_geojson(collection(feature(geometry, properties=properties)), "x")

    assert any("swapped" in text for text in warnings_of(reading))


@pytest.mark.parametrize(
    ("position", "properties"),
    [
        ([30.5, 50.4], {"t": "Kyiv"}),
        ([50.4, 30.5], {"t": "Isfahan"}),
        ([50.4, 30.5], {"n": 1}),
        ([20.46, 44.8], {"country": "RS", "lat": 44.8, "lon": 20.46}),
        ([-58.4, -34.6], {"city": "Buenos Aires"}),
        ([-74.0, 40.7], {"city": "New York"}),
        ([120.9, 14.6], {"city": "Manila"}),
        ([20.46, 44.8], {"t": "", "u": "…"}),
        ([0, 1], {"country": "nowhere"}),
    ],
)
def test_right_axes_are_not_suspected(
    position: list[float], properties: dict[str, Any]
) -> None:
    """A record where it says it is raises no suspicion."""
    data = collection(feature(shaped("Point", position), properties=properties))

    assert not parse_geojson(data, "x").faults


# --- reports ------------------------------------------------------------------


def test_errors_come_before_warnings_when_a_file_is_refused() -> None:
    """Why a file is refused is not hidden behind warnings."""
    unlocated: dict[str, Any] = {"type": "Feature", "geometry": None, "properties": {}}
    with pytest.raises(DataError) as caught:
        parse_geojson(collection(*[unlocated] * 30, None), "x")

    assert caught.value.faults[0].severity == "error"
    assert len(caught.value.faults) == 31


def test_notes_keep_a_limited_number_of_faults_and_count_the_rest() -> None:
    """A flood of faults is counted, and stays an error if any of it was."""
    notes = Notes("x", max_faults=2)
    for _ in range(4):
        notes.warn("a", "b", "c")
    only_warnings = notes.faults()
    for _ in range(3):
        notes.error("a", "b", "c")

    assert "2 more" in only_warnings[-1].message
    assert only_warnings[-1].severity == "warning"
    assert "3 more" in notes.faults()[-1].message
    assert notes.faults()[-1].severity == "error"


def test_a_flood_of_warnings_hides_no_error() -> None:
    """Each has its own measure, so that a record is refused by itself."""
    notes = Notes("x", max_faults=2)
    for _ in range(9):
        notes.warn("a", "b", "c")
    notes.error("here", "b", "c")

    assert [one.where for one in notes.faults() if one.severity == "error"] == ["here"]


def test_null_island_is_told() -> None:
    """A point at 0, 0 mostly stands for none; a line through it may well be one."""
    point = parse_geojson(collection(feature(shaped("Point", [0, 0.0, 5]))), "x")
    line = parse_geojson(
        collection(feature(shaped("LineString", [[0, 0], [1, 1]]))), "x"
    )

    assert any("Gulf of Guinea" in text for text in warnings_of(point))
    assert not line.faults


@pytest.mark.parametrize(
    "name",
    ["EPSG:900913", "EPSG:102100", "urn:ogc:def:crs:ESRI::102100", "ESRI:102113"],
)
def test_web_mercator_is_known_by_its_old_names(name: str) -> None:
    """As ArcGIS and old web maps write it."""
    crs = {"type": "name", "properties": {"name": name}}
    data = collection(feature(shaped("Point", [2271000, 5592000])), crs=crs)

    [found] = parse_geojson(data, "x").features

    assert found["geometry"]["coordinates"] == pytest.approx([20.4007, 44.8], abs=0.05)


def test_examining_keeps_features_aligned_with_the_file() -> None:
    """What is at fault stays in its place, so that further checks name it right."""
    reading = examine_geojson(
        collection(None, feature(shaped("Point", [1])), feature(id="c")), "x"
    )

    assert [one["id"] for one in reading.features] == [None, None, "c"]
    assert reading.misplaced == {0, 1}


# --- writing ------------------------------------------------------------------


def test_dumping_writes_one_feature_a_line_in_a_fixed_order() -> None:
    """The bytes are canonical: order, winding, floats, no crs, no empty id."""
    wrong = shaped("Polygon", [SQUARE[::-1]])
    features: list[dict[str, Any]] = [
        {"properties": {"b": 0.1, "a": "Š"}, "z": 1, "crs": {}, "geometry": wrong, "id": "i", "type": "Feature"},
        {"type": "Feature", "id": None, "geometry": None, "properties": {}},
    ]  # fmt: skip

    data = b"".join(
        dump_geojson(features, members={"title": "t", "crs": {}, "about": 1})
    )

    assert data.decode() == (
        '{"type":"FeatureCollection","about":1,"title":"t","features":[\n'
        '{"type":"Feature","id":"i","geometry":{"type":"Polygon","coordinates":'
        '[[[0,0],[1,0],[1,1],[0,1],[0,0]]]},"properties":{"b":0.1,"a":"Š"},"z":1},\n'
        '{"type":"Feature","geometry":null,"properties":{}}\n'
        "]}\n"
    )


def test_dumping_nothing_gives_an_empty_collection() -> None:
    """No features are still a file."""
    assert parse_geojson(b"".join(dump_geojson([])), "x").features == ()


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud83d"])
def test_dumping_refuses_what_json_cannot_hold(value: object) -> None:
    """NaN, infinity and half a character are named with their feature."""
    with pytest.raises(DataError, match=r"feature 0 \(a\)"):
        list(dump_geojson([feature(id="a", properties={"v": value})]))


finite_floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | finite_floats | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)
positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(list)
geometries = st.one_of(
    st.none(),
    st.builds(lambda spot: shaped("Point", spot), positions),
    st.builds(
        lambda spots: shaped("LineString", spots),
        st.lists(positions, min_size=2, max_size=5),
    ),
    st.builds(
        lambda x, y, w, h: shaped("Polygon", [[[x, y], [x, y + h], [x + w, y + h], [x + w, y], [x, y]]]),
        st.floats(-170, 150), st.floats(-80, 60), st.floats(0.01, 20), st.floats(0.01, 20),
    ),
)  # fmt: skip
features_given = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("Feature"),
            "geometry": geometries,
            "properties": st.dictionaries(texts, json_values, max_size=4),
        }
    ),
    max_size=4,
)


@settings(deadline=None)
@given(features_given)
def test_what_is_dumped_reads_back_equal(features: list[dict[str, Any]]) -> None:
    """Dump then parse gives the same features, and dumping them the same bytes."""
    numbered = [one | {"id": f"f-{number}"} for number, one in enumerate(features)]
    data = b"".join(dump_geojson(numbered))

    first = parse_geojson(data, "x")
    again = b"".join(dump_geojson(first.features, members=first.members))

    assert again == data
    assert [one["properties"] for one in first.features] == [
        one["properties"] for one in features
    ]
    assert parse_geojson(again, "x").features == first.features


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, nothing but DataError comes of them."""
    with suppress(DataError):
        parse_geojson(data, "x")


@settings(deadline=None)
@given(
    st.recursive(
        json_values
        | st.sampled_from(["Feature", "FeatureCollection", "Point", "Polygon"])
        | positions,
        lambda inner: st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(
                    ["Feature", "FeatureCollection", *GEOMETRY_TYPES]
                ),
                "id": inner,
                "geometry": inner,
                "properties": inner,
                "coordinates": st.lists(st.lists(positions, max_size=4), max_size=2)
                | st.lists(positions, max_size=4)
                | inner,
                "geometries": st.lists(inner, max_size=2),
                "features": st.lists(inner, max_size=2),
                "bbox": inner,
                "crs": inner,
            },
        ),
        max_leaves=6,
    )
)
def test_arbitrary_json_is_read_or_refused(value: object) -> None:
    """Whatever the JSON, near GeoJSON or far, nothing but DataError comes of it."""
    with suppress(DataError):
        parse_geojson(json.dumps(value).encode(), "x")


def test_the_package_offers_what_it_says_in_order() -> None:
    """The table of contents is sorted, and every name in it is there."""
    names = geojson.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(geojson, name) for name in names)
