"""Equal incidents have one version, whatever holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.engine import opening
from geo.layer import IncidentCollection, dump_collection
from geo.layer.seal import LAYOUT, read_seal
from tests.builders import make_incident, make_layer, read_again
from tests.unit.engine.samples import crowd, opened, write_folder, write_parquet


def test_equal_incidents_have_one_version_in_every_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GeoJSON read whole or in stretches, GeoParquet sealed or not, a folder."""
    incidents = crowd()
    layer = read_again(make_layer(*incidents))
    plain, turned = tmp_path / "layer.geojson", tmp_path / "turned.geojson"
    plain.write_bytes(b"".join(dump_collection(layer)))
    around = IncidentCollection(
        tuple(reversed(incidents)), {"name": "Another way round"}, ""
    )
    turned.write_bytes(b"".join(dump_collection(around)))
    sealed, unsealed = tmp_path / "a.parquet", tmp_path / "b.parquet"
    write_parquet(sealed, incidents)
    write_parquet(unsealed, incidents, seal_it=False)
    write_folder(tmp_path / "folder", incidents)
    containers = [plain, turned, sealed, unsealed, tmp_path / "folder"]

    versions = {opened(path, tmp_path / "cache").version for path in containers}
    monkeypatch.setattr(opening, "LARGE_BYTES", 1)
    versions.add(opened(plain, tmp_path / "streamed").version)

    assert versions == {layer.version}
    other = read_again(make_layer(*incidents[1:], make_incident(id="another")))
    assert other.version != layer.version


def test_the_seal_of_another_layout_is_none() -> None:
    """What an earlier program has sealed or cached is made anew."""
    seal = '{"rows": 1, "digest": "0f", "layout": %d}'

    assert read_seal(seal % LAYOUT) is not None
    assert read_seal(seal % (LAYOUT - 1)) is None
