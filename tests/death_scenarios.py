"""What is killed while it writes, and what a reader must find afterwards."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from geo.atlas.exports import write_selection
from geo.atlas.selections import select
from geo.base import files
from geo.base.stamps import stamp_of
from geo.bulk.build.machines import open_machine
from geo.bulk.build.run import build_layer
from geo.engine import Storage, open_engine
from geo.engine.duckdb_tables import store_in_file
from geo.engine.store import Facts
from geo.evidence.archive import Archive
from geo.importing.destination import open_destination
from geo.importing.importer import bring_in
from geo.importing.looking import look_through
from geo.layer import dump_collection
from geo.layer.seal import ContentDigest
from geo.layer.table import batch_of
from geo.model.query import Query
from geo.places.gazetteer import Gazetteer
from tests.builders import (
    SOURCES,
    VOCABULARY,
    make_engine,
    make_layer,
    scattered,
)
from tests.deaths import Scenario

#: Sizes of what is written in odd and even turns.
_SIZES: Final = (60, 61)


def drafts_in(folder: Path) -> list[Path]:
    """Return the drafts that lie in a folder."""
    return [path for path in folder.iterdir() if files.is_draft(path)]


def _one_draft_at_most(folder: Path, *, most: int = 1) -> None:
    """Expect what one death left to be gone when the next begins to write."""
    assert len(drafts_in(folder)) <= most, drafts_in(folder)


def _file(folder: Path) -> Scenario:
    target = folder / "file"

    def act(turn: int) -> None:
        with files.whole_file(target) as draft:
            draft.write_text(str(turn) * 9999)

    def check() -> None:
        text = target.read_text()
        assert len(text) >= 9999
        assert len(set(text.split(text[: len(text) // 9999]))) == 1
        _one_draft_at_most(folder)

    return Scenario(act, check)


def _write_numbers(target: Path, turn: int) -> None:
    kind = files.FolderKind("_marker", ".txt")
    with files.whole_folder(target, kind=kind) as draft:
        for name in ("one", "two", "three"):
            (draft / f"{name}.txt").write_text(str(turn))
        (draft / "_marker").write_text(str(turn))


def _folder(folder: Path) -> Scenario:
    target = folder / "folder"

    def check() -> None:
        found = [path.read_text() for path in target.iterdir()]
        assert len(found) == 4
        assert len(set(found)) == 1
        _one_draft_at_most(folder)

    return Scenario(lambda turn: _write_numbers(target, turn), check)


def _folder_by_two_renames(folder: Path) -> Scenario:
    """As on a file system that cannot exchange two names."""
    files._RENAMEAT2 = None
    plain = _folder(folder)

    def check() -> None:
        if not (folder / "folder").exists():
            files.tidy(folder)  # as whoever opens a layer does
        plain.check()

    return Scenario(plain.act, check)


def _export(folder: Path) -> Scenario:
    target = folder / "out.geojson"

    def act(turn: int) -> None:
        engine = make_engine(*scattered(_SIZES[turn % 2]))
        selection = select(engine, Query(), vocabulary=VOCABULARY, sources=SOURCES)
        write_selection(selection, "geojson", target)

    def check() -> None:
        assert len(json.loads(target.read_bytes())["features"]) in _SIZES
        _one_draft_at_most(folder)

    return Scenario(act, check)


def _import(folder: Path) -> Scenario:
    """Into a map, whose layer names what is in files of their own beside it."""
    home = folder / "map"
    table = folder / "table.csv"
    rows = (f"{row},Title {row},attack,0\n" for row in range(60))
    table.write_text(f"id,title,category,n\n{''.join(rows)}")
    look = look_through(table, folder=None, today=date(2024, 1, 5))

    def act(turn: int) -> None:
        # It says something else each time: nothing is written for what is there.
        frame = look.table.frame.assign(n=str(turn))
        said = replace(look, table=replace(look.table, frame=frame))
        bring_in(said, open_destination(home), today="2024-01-05")

    def check() -> None:
        layer = json.loads((home / "incidents.geojson").read_bytes())
        made = [each["properties"]["n"] for each in layer["features"]]
        assert len(made) == 60
        # All records are of one turn.
        assert len(set(made)) == 1
        open_destination(home)
        # The journal of changes is written while the layer is.
        _one_draft_at_most(home, most=2)

    return Scenario(act, check)


def _archive(folder: Path) -> Scenario:
    archive = Archive(folder / "archive")

    def act(turn: int) -> None:
        paper = folder / f"paper-{turn}.txt"
        paper.write_text(f"The paper said so {turn} times. " * 99)
        archive.add("paper-2024", paper)

    def check() -> None:
        for copy in archive.versions("paper-2024"):
            assert archive.text(copy).startswith("The paper said so")
        faults = archive.verify()
        assert all("interrupted" in fault.message for fault in faults), faults
        assert len(faults) <= 1, faults

    return Scenario(act, check)


def _cache(folder: Path) -> Scenario:
    """Engines' files of large layers, which are filled once for each content."""
    layer, cache = folder / "layer.parquet", folder / "cache"
    incidents = scattered(_SIZES[0])
    batch = batch_of(incidents)
    digest = ContentDigest()
    digest.add(batch.column("feature").to_pylist())
    marker = digest.seal()
    import pyarrow.parquet as pq  # noqa: PLC0415

    pq.write_table(pa.Table.from_batches([batch]), layer)

    def act(turn: int) -> None:
        facts = Facts(marker.version, marker.rows)
        path = cache / f"{turn}.duckdb"
        path.unlink(missing_ok=True)
        store_in_file(path, [layer], facts, stamp=stamp_of([layer]), sort=True).close()

    def check() -> None:
        _one_draft_at_most(cache)
        facts = Facts(marker.version, marker.rows)
        for path in cache.glob("*.duckdb"):
            store = store_in_file(
                path, [layer], facts, stamp=stamp_of([layer]), sort=True
            )
            assert store.ask("SELECT count(*) FROM incident") == [(marker.rows,)]
            store.close()

    return Scenario(act, check)


def _checked_copy(folder: Path) -> Scenario:
    """Large GeoJSON, checked once into the cache."""
    import geo.engine.opening as opening  # noqa: PLC0415, PLR0402

    opening.LARGE_BYTES = 1000
    cache = folder / "cache"
    cache.mkdir()

    for size in _SIZES:
        made = dump_collection(make_layer(*scattered(size)))
        (folder / f"{size}.geojson").write_bytes(b"".join(made))

    def open_it(size: int) -> None:
        engine = open_engine(
            str(folder / f"{size}.geojson"),
            vocabulary=VOCABULARY,
            sources=SOURCES,
            storage=Storage(cache),
        )
        assert engine.count(Query()) == size

    def act(turn: int) -> None:
        for copy in cache.glob("*.parquet"):
            copy.unlink()
        open_it(_SIZES[turn % 2])

    def check() -> None:
        _one_draft_at_most(cache)
        for size in _SIZES:
            open_it(size)

    return Scenario(act, check)


def _build(folder: Path) -> Scenario:
    """Over a folder that holds a layer: that one stays until the new one is whole."""
    output = folder / "built"
    for size in _SIZES:
        dumps = folder / str(size)
        dumps.mkdir()
        with (dumps / "feed.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["title", "category", "date", "lon", "lat"])
            for row in range(size):
                where = [row % 360 - 180, row % 170 - 85]
                writer.writerow([f"title {row}", "mural", "2023-08-01", *where])

    def act(turn: int) -> None:
        with open_machine("duckdb", "local[1]") as machine:
            build_layer(
                [folder / str(_SIZES[turn % 2])],
                output,
                machine=machine,
                mapping={},
                source="daily",
                updated=f"2024-01-{turn % 27 + 1:02}",
                vocabulary=VOCABULARY,
                sources=set(SOURCES),
                gazetteer=Gazetteer(()),
            )

    def check() -> None:
        engine = open_engine(
            str(output / "layer"),
            vocabulary=VOCABULARY,
            sources=SOURCES,
            storage=Storage(folder / "cache"),
        )
        assert engine.count(Query()) in _SIZES
        report = json.loads((output / "report.json").read_bytes())
        assert report["kept"] in _SIZES
        drafts = drafts_in(output)
        assert len(drafts) <= 4, drafts  # the layer and three files beside it

    return Scenario(act, check)


SCENARIOS: Final[Mapping[str, Callable[[Path], Scenario]]] = {
    "file": _file,
    "folder": _folder,
    "folder by two renames": _folder_by_two_renames,
    "export": _export,
    "import": _import,
    "archive": _archive,
    "cache": _cache,
    "checked copy": _checked_copy,
    "build": _build,
}
