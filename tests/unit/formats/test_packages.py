"""What goes along with a file explains it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from geo.atlas.exports import media_type
from geo.formats.registry import FORMATS
from tests.unit.formats.samples import AWKWARD, file_of, selection_of


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
    assert members["fields.csv"].startswith(
        b"\xef\xbb\xbfname,type,title,description,values\r\n"
    )
    assert b"daily" in members["sources.csv"]
    drawn = points | {"incidents_areas.qml"}
    if name == "xlsx":
        # A list of rows, in whatever colours.
        assert not any(one.endswith((".qml", ".sld")) for one in members)
        assert ".qml" not in members["README.txt"].decode()
    else:
        assert drawn <= set(members)
    assert dates == {(2024, 1, 5, 0, 0, 0)}
    assert media_type(name, package="zip") == "application/zip"
