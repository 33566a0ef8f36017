"""Bytes become values of JSON, or are refused in words that tell what they are."""

from __future__ import annotations

import json

import pytest

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import collection, feature, refused


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


def test_a_syntax_error_is_shown_with_line_and_column() -> None:
    """The place of a JSON error is told as an editor counts it."""
    (fault,) = refused(b'{\n "type": "Feature",\n "id": oops}')

    assert fault.where == "line 3, column 8"


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
