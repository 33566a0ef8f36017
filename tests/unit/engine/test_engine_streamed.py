"""Large GeoJSON is checked as it streams by, as strictly as a small file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geo.base.errors import DataError
from geo.engine import Engine, Storage, open_engine
from geo.layer import dump_collection
from geo.model.query import Query
from tests.builders import make_incident, make_layer, scattered
from tests.unit.engine.samples import CROWD, FEATURE, GIVEN, assert_same, opened

pytestmark = pytest.mark.usefixtures("everything_is_large")


def test_a_large_geojson_layer_is_read_in_stretches(tmp_path: Path) -> None:
    """With foreign members, in file order, and once."""
    layer = replace(make_layer(*scattered(CROWD)), members={"note": ["as it was", 1]})
    path = tmp_path / "layer.geojson"
    path.write_bytes(b"".join(dump_collection(layer)))
    told: list[int] = []

    found = open_engine(
        str(path), **GIVEN, storage=Storage(tmp_path / "cache"), progress=told.append
    )
    again = open_engine(
        str(path), **GIVEN, storage=Storage(tmp_path / "cache"), progress=pytest.fail
    )

    assert_same(found, Engine(layer))
    assert told[-1] == CROWD
    assert found.members == again.members == {"note": ["as it was", 1]}
    assert found.version == again.version


def test_every_fault_of_a_large_geojson_layer_is_told_by_its_feature(
    tmp_path: Path,
) -> None:
    """Features are counted through the whole file, not through a stretch."""
    incidents = [
        *scattered(150),
        make_incident(id="one", category="nonsense"),
        *(replace(one, id=f"more-{one.id}") for one in scattered(150)),
        make_incident(id="two", citations=()),
    ]
    path = tmp_path / "layer.geojson"
    path.write_bytes(b"".join(dump_collection(make_layer(*incidents))))

    with pytest.raises(DataError) as caught:
        opened(path, tmp_path / "cache")

    errors = [fault for fault in caught.value.faults if fault.severity == "error"]
    assert {(fault.index, fault.feature_id) for fault in errors} == {
        (150, "one"),
        (301, "two"),
    }
    assert not list((tmp_path / "cache").iterdir())


def test_an_id_used_twice_far_apart_is_refused(tmp_path: Path) -> None:
    """Stretches are checked together as well."""
    again = make_incident(id="incident-0")
    path = tmp_path / "layer.geojson"
    path.write_bytes(b"".join(dump_collection(make_layer(*scattered(300), again))))

    with pytest.raises(DataError, match="'incident-0' is used 2 times"):
        opened(path, tmp_path / "cache")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"type": "FeatureCollection"}',
        '{"type": "Feature", "features": []}',
        '{"type": "FeatureCollection", "features": {}}',
        '{"type": "FeatureCollection", "features": [',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE} {FEATURE}]}}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}]}} 1',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}], "crs": {{}}}}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE}], "features": []}}',
        f'{{"note": 1, "note": 2, "features": [{FEATURE}]}}',
        f'{{"type": "FeatureCollection", "features": [{FEATURE},]}}',
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": ' + "[" * 5_000,
    ],
    ids=range(16),
)
def test_what_is_not_a_collection_is_refused(tmp_path: Path, text: str) -> None:
    """A large file that breaks off is not read as a small one."""
    path = tmp_path / "layer.geojson"
    path.write_text(text + " " * 20)

    with pytest.raises(DataError):
        opened(path, tmp_path / "cache")


@pytest.mark.parametrize(
    "text",
    [
        f'\ufeff{{"type":"FeatureCollection","features":[{FEATURE}]}}',
        f'{{ "note" : 12 , "features" : [ {FEATURE} ] , "type":"FeatureCollection" }}\n',
        f'{{"type":"FeatureCollection","bbox":[0,0,90,90],"features":[{FEATURE}]}}',
        f'{{"type":"FeatureCollection","features":[{FEATURE}],"bbox":[0,0,90,90]}}',
        '{"type":"FeatureCollection","features":[]}',
    ],
    ids=range(5),
)
def test_collections_may_be_written_in_many_ways(tmp_path: Path, text: str) -> None:
    """Spaces, a byte order mark, members before and behind."""
    path = tmp_path / "layer.geojson"
    path.write_text(text + " " * 20)

    assert opened(path, tmp_path / "cache").count(Query()) == text.count("mural-2023")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    path = tmp_path / "layer.geojson"
    path.write_bytes('{"note": "Čačak"}'.encode("utf-16"))

    with pytest.raises(DataError, match="UTF-8"):
        opened(path, tmp_path / "cache")
