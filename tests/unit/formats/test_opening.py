"""A file is what its bytes say; nothing it points at is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError
from tests.bringing import brought, written


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
