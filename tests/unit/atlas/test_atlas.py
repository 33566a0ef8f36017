"""The atlas reads the deployment's data, and keeps the last good layer."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.atlas.shelf import _Shelf, _watched, read_atlas
from geo.base.errors import DataError, NotFoundError, QueryError
from geo.base.settings import Settings
from geo.layer import dump_collection
from geo.model.incident import Incident
from geo.model.query import Query
from tests.builders import (
    SOURCES,
    VOCABULARY,
    make_atlas,
    make_incident,
    make_layer,
    unplaced,
)


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    """Return settings that name files of the test's own."""
    categories = [
        {name: getattr(category, name) for name in type(category).__slots__}
        for category in VOCABULARY
    ]
    sources = [
        {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "language": source.language,
            "published": str(source.published),
            "url": source.url,
            "licence": source.licence,
        }
        for source in SOURCES.values()
    ]
    (tmp_path / "categories.json").write_text(json.dumps({"categories": categories}))
    (tmp_path / "sources.json").write_text(json.dumps({"sources": sources}))
    made = Settings(
        layer=str(tmp_path / "layer.geojson"),
        vocabulary=tmp_path / "categories.json",
        sources=tmp_path / "sources.json",
        archive=tmp_path / "archive",
    )
    write(made, make_incident())
    return made


@pytest.fixture
def shelf(given: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Return a shelf's reading of the ids in its layer."""
    monkeypatch.setattr("geo.atlas.shelf.settings", lambda: given)
    made = _Shelf()
    return lambda: made.get().engine.ids(Query())


def write(given: Settings, *incidents: Incident, content: bytes | None = None) -> None:
    """Write the layer, as if a while after the last time."""
    path = Path(given.layer)
    before = path.stat().st_mtime if path.exists() else 0.0
    path.write_bytes(content or b"".join(dump_collection(make_layer(*incidents))))
    os.utime(path, (before + 10, before + 10))


def test_everything_the_settings_name_is_read(given: Settings) -> None:
    """Layer, categories, sources and archive."""
    found = read_atlas(given)

    assert found.engine.ids(Query()) == ["mural-2023"]
    assert found.vocabulary.ids() == VOCABULARY.ids()
    assert list(found.sources) == list(SOURCES)
    assert found.version == found.engine.version
    assert len(found.version) == 12


def test_a_changed_layer_is_read_anew(
    given: Settings, shelf: Callable[[], list[str]]
) -> None:
    """An editor saves, and the next question is answered from the new file."""
    assert shelf() == ["mural-2023"]

    write(given, make_incident(id="other"))

    assert shelf() == ["other"]


def test_a_layer_that_has_not_changed_is_not_read_again(
    shelf: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions do not pay for reading files."""
    shelf()
    monkeypatch.setattr("geo.atlas.shelf.read_atlas", pytest.fail)

    assert shelf() == ["mural-2023"]


def test_while_the_new_layer_is_wrong_the_last_good_one_stays(
    given: Settings,
    shelf: Callable[[], list[str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Readers see no half-saved file; the fault is told; mending it is enough."""
    shelf()

    write(given, content=b"{ half")

    assert shelf() == ["mural-2023"]
    assert "last good one stays" in caplog.text
    write(given, make_incident(id="mended"))
    assert shelf() == ["mended"]


def test_a_layer_that_was_never_good_is_refused(
    given: Settings, shelf: Callable[[], list[str]]
) -> None:
    """There is nothing to show instead, so every fault is raised, each time."""
    write(given, content=b"{}")

    for _ in range(2):
        with pytest.raises(DataError):
            shelf()


def test_a_layer_that_vanishes_leaves_the_last_good_one(
    given: Settings, shelf: Callable[[], list[str]]
) -> None:
    """A file being replaced is gone for a moment."""
    shelf()
    Path(given.layer).unlink()

    assert shelf() == ["mural-2023"]


def test_a_query_is_checked_against_this_atlas(tmp_path: Path) -> None:
    """Categories and sources are those of its own files."""
    atlas = make_atlas(tmp_path, make_incident())

    assert atlas.query({"category": ["mural"], "source": ["daily"]}).source
    for name in ("category", "source"):
        with pytest.raises(QueryError, match=f"{name}: 'nonsense'"):
            atlas.query({name: ["nonsense"]})


def test_a_record_is_found_by_its_id(tmp_path: Path) -> None:
    """With its marker if it has one."""
    atlas = make_atlas(tmp_path, make_incident(), unplaced(id="nowhere"))

    assert atlas.record("mural-2023").lon == 20.46
    assert atlas.record("nowhere").lon is None
    with pytest.raises(NotFoundError, match="nobody"):
        atlas.record("nobody")


@pytest.mark.parametrize("way", ["in place", "by another file"])
def test_a_layer_replaced_with_its_time_kept_is_read_anew(
    given: Settings, shelf: Callable[[], list[str]], tmp_path: Path, way: str
) -> None:
    """As ``cp -p`` and ``rsync -t`` do, here even with the same size."""
    path = Path(given.layer)
    write(given, make_incident(id="one"))
    assert shelf() == ["one"]
    before = path.stat()
    new = tmp_path / "new"
    new.write_bytes(b"".join(dump_collection(make_layer(make_incident(id="two")))))
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))

    if way == "in place":
        shutil.copy2(new, path)
    else:
        new.replace(path)

    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert shelf() == ["two"]


@pytest.mark.parametrize("name", ["sources", "vocabulary"])
def test_a_register_replaced_with_its_time_kept_is_read_anew(
    given: Settings, shelf: Callable[[], list[str]], name: str
) -> None:
    """One that has lost what the layer uses is not taken; one that is mended is."""
    assert shelf() == ["mural-2023"]
    path: Path = getattr(given, name)
    good, times = path.read_bytes(), path.stat()
    path.write_bytes(b" " * len(good))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    write(given, make_incident(id="other"))
    assert shelf() == ["mural-2023"]

    path.write_bytes(good)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert shelf() == ["other"]


def test_a_shapefile_is_read_anew_when_its_table_changes(
    given: Settings, tmp_path: Path
) -> None:
    """The texts are in another file than the one that is named."""
    watched = _watched(given.model_copy(update={"layer": str(tmp_path / "a.shp")}))

    assert {path.suffix for path in watched} >= {".shp", ".dbf", ".shx", ".prj", ".cpg"}
