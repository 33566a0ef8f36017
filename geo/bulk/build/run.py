"""A build from raw dumps to a layer, step by step, each done once.

Every step writes files that appear when they are whole; a step whose files are there is
not done again, so that a build which failed goes on where it stopped. The working
folder's name holds what the build was asked for: asked for something else, it begins
anew. The layer is made in there too, and takes the place of the last one when it is
whole, so that whoever reads that one meanwhile sees no half of the new one.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from geo.base.errors import Code, DataError, Fault
from geo.base.files import only_writer, refuse_foreign, whole_file, whole_folder
from geo.base.settings import settings
from geo.bulk.build import rows
from geo.bulk.build.apart import dumps_in, groups_of, take_in_apart
from geo.bulk.build.dumps import Dump
from geo.bulk.build.layers import PartTask, seal_file, write_part
from geo.bulk.build.lookups import date_table, place_table
from geo.bulk.build.machines import Machine
from geo.formats.guarded import Guard
from geo.layer.seal import LAYER_FOLDER, LAYOUT, ContentDigest, Seal, write_seal
from geo.model.vocabulary import Vocabulary
from geo.places.gazetteer import Gazetteer

#: Files of one partition of the cleaning: restarting does at most these again.
_FILES_A_BATCH: Final = 16
#: What differs between rows that are refused for the same reason: values, positions.
_OWN_TO_ROW: Final = re.compile(r"'[^']*'|\([-+.\de]+, [-+.\de]+\)|-?\d+\.\d[\de+-]*")
#: The layer, the summaries, the refused rows and the report in the output folder.
LAYER: Final = "layer"
CELLS: Final = "cells.parquet"
REFUSED: Final = "refused.csv"
REPORT: Final = "report.json"
#: The folder of the steps in the output folder, and what is in there for each build.
_DESK: Final = ".work"
_WORK_NAME: Final = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a build that has moved on: its name, and how much of it is done."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has made.

    Parameters
    ----------
    read, kept, refused
        Rows of the dumps.
    unplaced, undated
        Kept rows without a place, or without a date.
    partitions
        Files of the layer.
    version
        The layer's version.
    reasons
        How many rows were refused for each reason, most first.
    """

    read: int
    kept: int
    refused: int
    unplaced: int
    undated: int
    partitions: int
    version: str
    reasons: dict[str, int] = field(default_factory=dict)


def build_layer(  # noqa: PLR0913 - what a build needs and no more
    inputs: Sequence[Path],
    output: Path,
    *,
    machine: Machine,
    mapping: Mapping[str, str],
    source: str | None,
    updated: str,
    vocabulary: Vocabulary,
    sources: Collection[str],
    gazetteer: Gazetteer,
    watch: Callable[[Stage], None] = lambda _: None,
) -> Built:
    """Build a layer of raw dumps.

    Parameters
    ----------
    inputs
        CSV or GeoParquet files, or folders of them.
    output
        The folder to fill: ``layer/`` (GeoParquet in partitions), ``cells.parquet``
        (what each cell of the grid holds), ``refused.csv`` and ``report.json``.
    machine
        Where it runs.
    mapping
        Property by column, for columns that have other names.
    source
        The source of rows that name none; None refuses them.
    updated
        The day to write as the last change of every row, ISO.
    vocabulary, sources
        What rows may name.
    gazetteer
        The curated places; GeoNames' towns come after them.
    watch
        Called whenever something is done.

    Raises
    ------
    DataError
        If there is no file to read, or one cannot be read at all, or within what the
        deployment's settings let reading files of others take.
    OSError
        If *output* cannot be written, another build is filling it, or its ``layer``
        is not one that a build may replace.
    """
    chosen = settings()
    guard = Guard(chosen.import_memory_mb, chosen.import_timeout_s)
    dumps = dumps_in(inputs, mapping, guard)
    refuse_foreign(output / LAYER, LAYER_FOLDER)
    categories = [(category.id, category.against_people) for category in vocabulary]
    key: list[Any] = [LAYOUT, updated, source, sorted(sources), categories]
    key += [[dump.stamp() for dump in dumps], [repr(p) for p in gazetteer.places]]
    desk = output / _DESK
    desk.mkdir(parents=True, exist_ok=True)
    with only_writer(desk):
        work = _working_folder(desk, key)
        steps = _Steps(machine, work, watch)
        intake = steps.take_in(dumps, guard)
        looked_up = steps.look_up(intake, gazetteer)
        clean = steps.clean(intake, looked_up, source)
        if not clean:
            remedy = "Give files with rows below the header."
            shown = ", ".join(map(str, inputs))
            raise DataError([Fault(shown, "has no row.", remedy, code=Code.EMPTY)])
        again = steps.write("repeated", lambda: rows.repeated(machine.read(clean)))
        refused = steps.write(
            "refused", lambda: rows.refused(machine.read(clean), machine.read(again))
        )
        parts = steps.parts(clean, again, updated, vocabulary, frozenset(sources))
        # Not every row that could be read became an incident.
        left_out = [*again, steps.unfit(parts)]
        cells = steps.write(
            "cells", lambda: rows.summarised(_kept(machine, clean, left_out))
        )
        summary = _whole(cells).sort_by(_CELL_ORDER)
        return _finish(output, dumps, intake, refused, parts, summary)


_CELL_ORDER: Final = [
    ("cx", "ascending"),
    ("cy", "ascending"),
    ("category", "ascending"),
]


class _Steps:
    """The steps of one build, each done once."""

    def __init__(
        self, machine: Machine, work: Path, watch: Callable[[Stage], None]
    ) -> None:
        self._machine = machine
        self._work = work
        self._watch = watch

    def take_in(self, dumps: Sequence[Dump], guard: Guard) -> list[Path]:
        """Write every dump as columns of text; return the files."""
        targets = [self._work / f"taken-{dump.number:05}.parquet" for dump in dumps]
        todo = [
            (dump, str(target))
            for dump, target in zip(dumps, targets, strict=True)
            if not target.exists()
        ]
        done = len(dumps) - len(todo)
        self._watch(Stage("Reading", done, len(dumps)))
        for read in self._machine.each(take_in_apart, groups_of(todo, guard)):
            done += read
            self._watch(Stage("Reading", done, len(dumps)))
        return targets

    def look_up(
        self, intake: Sequence[Path], gazetteer: Gazetteer
    ) -> tuple[list[Path], list[Path]]:
        """Write what the distinct dates and places of the dumps mean."""

        def clean() -> Any:  # noqa: ANN401 - an ibis table
            return rows.cleaned(self._machine.read(intake))

        dates = self.write("asked-dates", lambda: rows.distinct_dates(clean()))
        places = self.write("asked-places", lambda: rows.distinct_places(clean()))

        def asked_places() -> pa.Table:
            table = _whole(places)
            pairs = zip(
                table["place_key"].to_pylist(),
                table["country_key"].to_pylist(),
                strict=True,
            )
            return place_table(pairs, gazetteer)

        return (
            [
                self._table(
                    "dates", lambda: date_table(_whole(dates)["date"].to_pylist())
                )
            ],
            [self._table("places", asked_places)],
        )

    def clean(
        self,
        intake: Sequence[Path],
        looked_up: tuple[list[Path], list[Path]],
        source: str | None,
    ) -> list[Path]:
        """Clean, place and date the rows, some files at a time."""
        batches = [
            intake[first : first + _FILES_A_BATCH]
            for first in range(0, len(intake), _FILES_A_BATCH)
        ]
        files = []
        for number, batch in enumerate(batches):

            def placed(batch: Sequence[Path] = batch) -> Any:  # noqa: ANN401
                located = rows.cleaned(self._machine.read(batch))
                if source is not None:
                    located = located.mutate(source=located.source.fill_null(source))
                located = rows.placed_and_dated(
                    located, *(self._machine.read(table) for table in looked_up)
                )
                return rows.gridded(rows.read(located))

            files += self.write(f"clean-{number:05}", placed, by="tile")
            self._watch(Stage("Cleaning and placing", number + 1, len(batches)))
        return files

    def parts(
        self,
        clean: Sequence[Path],
        again: Sequence[Path],
        updated: str,
        vocabulary: Vocabulary,
        sources: frozenset[str],
    ) -> list[Path]:
        """Write the layer's partitions; return the files."""
        by_tile: dict[str, list[Path]] = {}
        for file in clean:
            tile = file.parent.name.partition("=")[2]
            by_tile.setdefault(tile, []).append(file)
        targets, todo = [], []
        for tile in sorted(by_tile, key=_part_name):
            target = self._work / LAYER / f"{_part_name(tile)}.parquet"
            targets.append(target)
            if seal_file(target).exists() and target.exists():
                continue
            files = by_tile[tile]
            made = self.write(
                f"tile-{tile}",
                lambda files=files: _kept(self._machine, files, again),  # type: ignore[misc]
            )
            todo.append(
                PartTask(
                    tuple(map(str, made)), str(target), updated, vocabulary, sources
                )
            )
        for _ in self._each("Writing", write_part, todo, len(targets)):
            pass
        return targets

    def unfit(self, parts: Sequence[Path]) -> Path:
        """Write which rows the checks have refused: (file_no, row_no, id)."""
        bad = [row[:3] for part in parts for row in _read_beside(part)[1]]
        columns = list(zip(*bad, strict=True)) or [(), (), ()]
        kinds = (pa.int32(), pa.int64(), pa.string())
        arrays = [
            pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)
        ]
        names = ["file_no", "row_no", "id"]
        return self._table("unfit", lambda: pa.table(arrays, names=names))

    def write(
        self, name: str, table: Callable[[], Any], *, by: str | None = None
    ) -> list[Path]:
        """Write what an expression says, unless it is there; return the files."""
        folder = self._work / name
        if not folder.exists():
            self._machine.write(table(), folder, by=by)
        return sorted(folder.rglob("*.parquet"))

    def _table(self, name: str, table: Callable[[], pa.Table]) -> Path:
        """Write a table, unless it is there; return the file."""
        path = self._work / f"{name}.parquet"
        if not path.exists():
            with whole_file(path) as draft:
                pq.write_table(table(), draft)
        return path

    def _each(
        self, name: str, function: Callable[[Any], Any], todo: Sequence[Any], total: int
    ) -> Iterator[Any]:
        done = total - len(todo)
        self._watch(Stage(name, done, total))
        for answer in self._machine.each(function, todo):
            done += 1
            self._watch(Stage(name, done, total))
            yield answer


def _kept(machine: Machine, clean: Sequence[Path], again: Sequence[Path]) -> Any:  # noqa: ANN401
    return rows.kept(machine.read(clean), machine.read(again))


def _part_name(tile: str) -> str:
    """Return the name of a tile's file: rows without a place come first."""
    return "part-0-unplaced" if tile == rows.UNPLACED else f"part-1-{tile}"


def _whole(files: Sequence[Path]) -> pa.Table:
    """Return small files as one table."""
    return pa.concat_tables([pq.ParquetFile(file).read() for file in files])


def _working_folder(desk: Path, key: Sequence[Any]) -> Path:
    """Return the folder of this build's steps; those of other builds are removed."""
    digest = hashlib.sha256(json.dumps(key, default=list).encode()).hexdigest()[:16]
    work = desk / digest
    for other in desk.iterdir():
        if other != work and _WORK_NAME.fullmatch(other.name):
            shutil.rmtree(other, ignore_errors=True)
    work.mkdir(exist_ok=True)
    return work


def _finish(  # noqa: PLR0913, PLR0917 - what the steps made
    output: Path,
    dumps: Sequence[Dump],
    intake: Sequence[Path],
    refused: Sequence[Path],
    parts: Sequence[Path],
    summary: pa.Table,
) -> Built:
    """Write the layer, its summary, the refused rows and the report, each whole.

    All are finished before the first takes its place, and the layer does so last.
    """
    names = {dump.number: Path(dump.path).name for dump in dumps}
    bad = [
        (row["file_no"], row["row_no"], row["id"], row["reason"])
        for row in _whole(refused).to_pylist()
    ]
    digest = ContentDigest()
    for part in parts:
        seal, refused_here = _read_beside(part)
        digest.merge(seal)
        bad += refused_here
    bad.sort(key=lambda row: row[:2])
    seal = digest.seal()
    reasons: dict[str, int] = {}
    for *_, why in bad:
        plain = _OWN_TO_ROW.sub("'...'", why)
        reasons[plain] = reasons.get(plain, 0) + 1
    unplaced, undated = _without(parts)
    built = Built(
        read=sum(pq.read_metadata(file).num_rows for file in intake),
        kept=seal.rows,
        refused=len(bad),
        unplaced=unplaced,
        undated=undated,
        partitions=len(parts),
        version=seal.version,
        reasons=dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )
    # The first of these takes its place last.
    with (
        whole_folder(output / LAYER, kind=LAYER_FOLDER) as layer,
        whole_file(output / CELLS) as cells,
        whole_file(output / REFUSED) as listed,
        whole_file(output / REPORT) as report,
    ):
        for part in parts:
            _lay_out(part, layer / part.name)
        write_seal(layer, seal)
        pq.write_table(summary, cells)
        with listed.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["file", "row", "id", "reason"])
            writer.writerows(
                (names[file], row, _cell(row_id), _cell(why))
                for file, row, row_id, why in bad
            )
        report.write_text(json.dumps(asdict(built), indent=2) + "\n", "utf-8")
    return built


def _lay_out(part: Path, place: Path) -> None:
    """Put a finished partition into the layer, without a second copy where it can be."""
    try:
        os.link(part, place)
    except OSError:  # a file system without links, or a limit on them
        shutil.copyfile(part, place)


def _read_beside(part: Path) -> tuple[Seal, list[tuple[int, int, str, str]]]:
    """Return a partition's seal, and its rows that the checks have refused."""
    beside = json.loads(seal_file(part).read_text("utf-8"))
    return Seal(**beside["seal"]), [tuple(row) for row in beside["refused"]]


def _cell(text: str | None) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    text = text or ""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _without(parts: Sequence[Path]) -> tuple[int, int]:
    """Return how many rows of the layer have no place, and how many no date."""
    unplaced = undated = 0
    for part in parts:
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(columns=["mx", "dated"]):
                unplaced += batch["mx"].null_count
                undated += batch["dated"].to_pylist().count(False)
    return unplaced, undated
