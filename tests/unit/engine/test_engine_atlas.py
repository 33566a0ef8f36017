"""The atlas over large layers: read anew when they change, with nobody left waiting."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from geo.atlas.exports import export_file
from geo.atlas.shelf import Atlas, _Shelf, read_atlas
from geo.base.errors import DataError
from geo.base.settings import Settings
from geo.engine import Engine, is_known
from geo.layer.seal import SEAL_FILE, ContentDigest, feature_text, write_seal
from geo.model.query import Query
from tests.builders import (
    SOURCES,
    VOCABULARY,
    make_incident,
    make_layer,
    scattered,
    unplaced,
)
from tests.unit.engine.samples import CROWD, crowd, write_folder, write_parquet

pytestmark = pytest.mark.usefixtures("everything_is_large")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings that name a layer, and the words of the tests."""
    monkeypatch.setattr("geo.atlas.shelf.read_vocabulary", lambda _: VOCABULARY)
    monkeypatch.setattr("geo.atlas.shelf.read_sources", lambda _: SOURCES)
    made = Settings(layer=str(tmp_path / "layer.parquet"), cache=tmp_path / "cache")
    monkeypatch.setattr("geo.atlas.shelf.settings", lambda: made)
    return made


def test_a_flatgeobuf_layer_is_read_as_import_reads_it(
    tmp_path: Path, settings: Settings
) -> None:
    """Every incident comes back, whatever order the format has them in."""
    incidents = [*scattered(30), unplaced(id="nowhere")]
    engine = Engine(make_layer(*incidents))
    path = tmp_path / "layer.fgb"
    path.write_bytes(
        export_file(engine, Query(), "fgb", vocabulary=VOCABULARY, sources=SOURCES)
    )

    found = read_atlas(settings.model_copy(update={"layer": str(path)})).engine

    assert not is_known(str(path))
    assert sorted(found.ids(Query())) == sorted(engine.ids(Query()))
    for one in incidents:
        assert found.feature(one.id) == engine.feature(one.id)


def test_a_large_layer_that_changes_drops_no_viewer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the new one is read, the old one answers; who still asks it, may."""
    monkeypatch.setattr("geo.atlas.shelf._LARGE_BYTES", 10)
    path = Path(settings.layer)
    write_parquet(path, crowd())
    shelf = _Shelf()
    before = shelf.get()
    go_on = threading.Event()

    def slowly(given: Settings) -> Atlas:
        assert go_on.wait(10)
        return read_atlas(given)

    monkeypatch.setattr("geo.atlas.shelf.read_atlas", slowly)
    write_parquet(path, [make_incident(id="new"), *crowd()], is_sorted=False)
    os.utime(path, (1, 1))

    assert all(shelf.get() is before for _ in range(5))
    go_on.set()
    deadline = time.monotonic() + 20
    while shelf.get() is before and time.monotonic() < deadline:
        time.sleep(0.02)

    assert shelf.get().engine.count(Query()) == CROWD + 1
    assert before.engine.count(Query()) == CROWD


def test_a_folder_is_read_anew_when_its_seal_changes(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seal is written last: a folder that is being written is left alone."""
    folder = tmp_path / "layer"
    write_folder(folder, crowd())
    given = settings.model_copy(update={"layer": str(folder)})
    monkeypatch.setattr("geo.atlas.shelf.settings", lambda: given)
    shelf = _Shelf()
    assert shelf.get().engine.count(Query()) == CROWD

    write_parquet(folder / "part=9" / "0.parquet", [make_incident()], seal_it=False)
    assert shelf.get().engine.count(Query()) == CROWD
    digest = ContentDigest()
    digest.add([feature_text(one) for one in [*crowd(), make_incident()]])
    write_seal(folder, digest.seal())
    os.utime(folder / SEAL_FILE, (1, 1))

    assert shelf.get().engine.count(Query()) == CROWD + 1


def test_files_replaced_under_the_same_promise_are_not_mixed_in(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A promise names the files that it is for: the last good layer stays."""
    folder = tmp_path / "layer"
    write_folder(folder, crowd())
    given = settings.model_copy(update={"layer": str(folder)})
    monkeypatch.setattr("geo.atlas.shelf.settings", lambda: given)
    shelf = _Shelf()
    known = shelf.get()
    part = folder / "part=0" / "0.parquet"
    times = part.stat()

    others = [make_incident(id=f"other-{row}") for row in range(250)]
    write_parquet(part, others, seal_it=False)
    os.utime(part, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert shelf.get() is known
    with pytest.raises(DataError, match=r"part=0/0.parquet: is not the file that"):
        read_atlas(given)
    write_folder(folder, [*others, *crowd()[250:]])
    assert "other-0" in shelf.get().engine.ids(Query())
