"""Files of a dump are read apart, and one made to harm is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.base.errors import DataError
from geo.bulk.build.apart import FileGroup, dumps_in, groups_of, take_in_apart
from geo.bulk.build.dumps import SCHEMA, Dump
from geo.formats.guarded import Guard

only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux holds the limit on memory"
)


def table_of(path: Path, rows: int = 1) -> Path:
    """Write a small table."""
    path.write_text("title\n" + "Something happened\n" * rows, encoding="utf-8")
    return path


def one_entry_many_times(path: Path) -> Path:
    """Write a small file of one long text, 60,000 times: over a gigabyte."""
    texts = pa.DictionaryArray.from_arrays(
        pa.array([0] * 60_000, pa.int32()), pa.array(["a" * 20_000])
    )
    pq.write_table(pa.table({"title": texts}), path, compression="zstd")
    return path


def jobs_of(folder: Path, *files: Path) -> list[tuple[Dump, str]]:
    """Return files with where to write each."""
    dumps = dumps_in(files, {}, Guard())
    return [(dump, str(folder / f"taken-{dump.number}.parquet")) for dump in dumps]


@only_linux
def test_a_dump_that_expands_is_refused_within_its_limit(tmp_path: Path) -> None:
    """It is named, though others share its process; those before it are written."""
    first = table_of(tmp_path / "a.csv")
    second = one_entry_many_times(tmp_path / "b.parquet")
    assert second.stat().st_size < 100_000
    jobs = jobs_of(tmp_path, first, second, table_of(tmp_path / "c.csv"))

    with pytest.raises(DataError, match="more than 300 MB of memory") as caught:
        take_in_apart(FileGroup(tuple(jobs), Guard(300)))

    assert {fault.file for fault in caught.value.faults} == {str(second)}
    assert [Path(target).exists() for _, target in jobs] == [True, False, False]


def test_a_dump_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """With the setting that says how long it may take."""
    jobs = jobs_of(tmp_path, table_of(tmp_path / "a.csv"))

    with pytest.raises(DataError, match=r"a\.csv: took more than .*IMPORT_TIMEOUT_S"):
        take_in_apart(FileGroup(tuple(jobs), Guard(timeout_s=0.05)))


def test_a_head_that_never_ends_is_refused(tmp_path: Path) -> None:
    """The names of columns are read within the same limits."""
    path = tmp_path / "a.csv"
    path.write_text(",".join(["a" * 100_000] * 600), encoding="utf-8")

    with pytest.raises(DataError, match=r"a\.csv: "):
        dumps_in([table_of(tmp_path / "b.csv"), path], {}, Guard(100))


def test_small_files_share_a_process_and_large_ones_do_not(tmp_path: Path) -> None:
    """In their order, each once."""
    files = [tmp_path / f"{number}.csv" for number in range(5)]
    for number, file in enumerate(files):
        table_of(file)
        if number == 2:
            with file.open("r+b") as opened:
                opened.truncate(70_000_000)  # a hole, which takes no room
    jobs = [(Dump(str(file), number, "a", ()), "") for number, file in enumerate(files)]

    groups = [
        [dump.number for dump, _ in group.jobs] for group in groups_of(jobs, Guard())
    ]

    assert groups == [[0, 1], [2], [3, 4]]
    assert groups_of([], Guard()) == []


def test_files_read_together_are_all_written(tmp_path: Path) -> None:
    """With as many rows as each has."""
    jobs = jobs_of(
        tmp_path, table_of(tmp_path / "a.csv", 2), table_of(tmp_path / "b.csv", 3)
    )

    assert take_in_apart(FileGroup(tuple(jobs), Guard())) == 2

    taken = [pq.read_table(target) for _, target in jobs]
    assert [table.num_rows for table in taken] == [2, 3]
    assert all(table.schema == SCHEMA for table in taken)
