"""Where a build runs: DuckDB on this machine, or Apache Spark on many.

A machine reads Parquet files as an ibis table, writes what an ibis expression says to
Parquet files, and runs functions over lists. ibis carries the expressions to each
engine, so nothing here knows what they mean.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import ibis

from geo.base.errors import SettingsError
from geo.base.files import whole_folder

ENGINES: Final = ("duckdb", "spark")
#: What DuckDB takes of the memory unless something else is asked for, in megabytes.
ENGINE_MEMORY_MB: Final = 4_000
_INSTALL: Final = "Install it with 'uv sync --extra spark' and Java 17 or later."
_T = TypeVar("_T")
_R = TypeVar("_R")


class Machine(Protocol):
    """What a build asks of an engine."""

    def read(self, files: Sequence[Path]) -> Any:  # noqa: ANN401 - an ibis table
        """Return Parquet files of one schema as an ibis table."""

    def write(self, rows: Any, folder: Path, *, by: str | None = None) -> None:  # noqa: ANN401
        """Write an ibis table to a folder, which appears when it is whole.

        With *by*, each value of that column has a folder of its own, ``by=value``,
        and the files lack the column.
        """

    def each(self, function: Callable[[_T], _R], items: Sequence[_T]) -> Iterator[_R]:
        """Go through the function's answers for each item, in the order given."""


class _DuckDB:
    """One machine: DuckDB in this process."""

    def __init__(self, memory_mb: int) -> None:
        # By itself it would write into the folder that the command is run in.
        self._overflow = tempfile.TemporaryDirectory(prefix="incidents-build-")
        self._backend = ibis.duckdb.connect(
            memory_limit=f"{memory_mb}MB", temp_directory=self._overflow.name
        )

    def read(self, files: Sequence[Path]) -> Any:  # noqa: ANN401
        return self._backend.read_parquet(
            [str(file) for file in files], hive_partitioning=False
        )

    def write(self, rows: Any, folder: Path, *, by: str | None = None) -> None:  # noqa: ANN401
        sql = ibis.to_sql(rows, dialect="duckdb")
        with whole_folder(folder) as draft:
            target = draft if by else draft / "part-0.parquet"
            how = f", PARTITION_BY ({by})" if by else ""
            # The path is ours; quotes in it are doubled as SQL asks.
            name = str(target).replace("'", "''")
            self._backend.raw_sql(f"COPY ({sql}) TO '{name}' (FORMAT parquet{how})")

    def each(self, function: Callable[[_T], _R], items: Sequence[_T]) -> Iterator[_R]:
        yield from map(function, items)

    def close(self) -> None:
        self._backend.disconnect()
        self._overflow.cleanup()


class _Spark:
    """A Spark cluster, or Spark on this machine.

    Files must lie where every executor reaches them, and executors need this package.
    """

    def __init__(self, master: str) -> None:
        if importlib.util.find_spec("pyspark") is None or not shutil.which("java"):
            msg = f"--engine spark needs pyspark and Java. {_INSTALL}"
            raise SettingsError(msg)
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

        if master.startswith("local"):
            # Nothing listens beyond this machine.
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # Executors on this machine run the Python that runs here.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder: Any = SparkSession.builder
        self._session = (
            builder.master(master)
            .appName("incidents build")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "16")
            .config("spark.sql.parquet.compression.codec", "zstd")
            .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
        self._backend = ibis.pyspark.connect(self._session)

    def read(self, files: Sequence[Path]) -> Any:  # noqa: ANN401
        name = f"files_{abs(hash(tuple(map(str, files))))}"
        self._session.read.parquet(*map(str, files)).createOrReplaceTempView(name)
        return self._backend.table(name)

    def write(self, rows: Any, folder: Path, *, by: str | None = None) -> None:  # noqa: ANN401
        frame = self._session.sql(ibis.to_sql(rows, dialect="pyspark"))
        with whole_folder(folder) as draft:
            # Spark writes into what is there and empty only when told to.
            writer = frame.write.mode("append")
            if by is not None:
                writer = writer.partitionBy(by)
            writer.parquet(str(draft))

    def each(self, function: Callable[[_T], _R], items: Sequence[_T]) -> Iterator[_R]:
        if not items:
            return
        spread = self._session.sparkContext.parallelize(items, len(items))
        # Answers come as their items are done, in order, a partition at a time.
        yield from spread.map(function).toLocalIterator(prefetchPartitions=True)

    def close(self) -> None:
        self._session.stop()


@contextmanager
def open_machine(
    engine: str, master: str, *, memory_mb: int = ENGINE_MEMORY_MB
) -> Iterator[Machine]:
    """Start an engine, and stop it afterwards.

    Parameters
    ----------
    engine
        One of :data:`ENGINES`.
    master
        Where Spark runs, such as ``local[*]`` or ``spark://host:7077``.
    memory_mb
        What DuckDB may take of the memory, in megabytes; what it needs beyond that
        goes to ``TMPDIR``. A Spark cluster has limits of its own.

    Raises
    ------
    SettingsError
        If Spark is asked for, and it or Java is not installed.
    """
    machine = _Spark(master) if engine == "spark" else _DuckDB(memory_mb)
    try:
        yield machine
    finally:
        machine.close()
