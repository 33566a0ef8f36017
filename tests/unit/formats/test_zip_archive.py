"""Zip archives are looked through before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from geo.base.errors import DataError
from tests.bringing import brought, written, zipped


@pytest.mark.parametrize(
    "name",
    [
        "../a.geojson",
        "/a.geojson",
        "..\\a.geojson",
        "a\\..\\..\\b.csv",
        "\\a.csv",
        "C:a.csv",
    ],
)
def test_an_archive_may_not_leave_its_folder(name: str, tmp_path: Path) -> None:
    """No path of a member is ever used, and such archives are refused all the same."""
    with pytest.raises(DataError, match="leave the folder"):
        brought(zipped(tmp_path, {name: b"{}"}))


def test_folders_may_be_parted_as_on_windows(tmp_path: Path) -> None:
    """By backslashes, and folders themselves may be listed with one at their end."""
    members = {"data\\": b"", "data\\a.csv": b"title\nx\n", "data\\README.txt": b"a"}

    assert brought(zipped(tmp_path, members)).incidents[0].title == "x"


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

    assert brought(zipped(tmp_path, both)).incidents[0].title == "x"
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
