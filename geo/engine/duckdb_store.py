"""Layers in DuckDB: in memory, in a file of its own, or over GeoParquet as it lies.

A small layer is in memory. A large one is put once into a DuckDB file in the cache,
whose columns are compressed and read as they are asked for: a million incidents cost
about 100 MB of memory, and opening it again costs nothing. A layer too large to copy is
asked where it is, with the summaries and an index in such a file. How these are made
is the affair of :mod:`geo.engine.duckdb_tables`.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from geo.base.errors import BusyError, EngineAwayError
from geo.base.grid import mercator
from geo.base.stamps import Stamp, stamp_of
from geo.base.work import interruptible
from geo.engine.answers import Condition, PlaceView
from geo.engine.store import (
    FACT_NAMES,
    QUERY_TIMEOUT_S,
    STRETCH_ROWS,
    Dialect,
    Facts,
)

#: A word is rare if at most this share of the incidents has it.
_RARE: Final = 0.1
Rows = list[tuple[Any, ...]]
#: What DuckDB raises where a disk is full or a file cannot be written, which no
#: ``OSError`` is: for those who let it write without asking it themselves.
DiskError = duckdb.IOException
#: What it raises where its memory is not enough, and cannot be made so by the disk.
MemoryLimitError = duckdb.OutOfMemoryException


class DuckDBStore:
    """A layer's tables in DuckDB.

    Parameters
    ----------
    connection
        Has the tables; each question runs on a cursor of its own.
    indexed
        Whether there is ``incident_name``, to find an id quickly.
    parts
        Number of the first row of each file, where incidents are asked in the files
        of a GeoParquet layer; empty where they are in tables.
    timeout_s
        Seconds that one statement may take.
    files, stamp
        Those files, and the stamp they had.
    """

    marks = "incident"
    dialect = Dialect(
        member="(feature ->> '$.{0}.{1}')",
        own_member=(
            "json_extract_string(feature, '/properties/' || "
            "replace(replace(CAST(? AS VARCHAR), '~', '~0'), '/', '~1'))"
        ),
        holds="list_contains({0}, {1})",
        is_empty="len({0}) = 0",
        lower="lcase({0})",
        unaccented="strip_accents({0})",
    )

    def __init__(  # noqa: PLR0913 - a connection, and what is known of its files
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        indexed: bool = False,
        parts: Sequence[int] = (),
        timeout_s: float = QUERY_TIMEOUT_S,
        files: Sequence[Path] = (),
        stamp: Stamp = (),
    ) -> None:
        self._connection = connection
        self._timeout_s = timeout_s
        self._files, self._stamp = tuple(files), stamp
        self._indexed = indexed
        self._parts = tuple(parts)
        names = ", ".join(FACT_NAMES)
        self.facts = Facts.of_row(self.ask(f"SELECT {names} FROM incident_layer")[0])
        self._tables: dict[str, str | None] = {}
        self._room = 2 * self.facts.rows
        self._lock = threading.Lock()

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        """Run one statement and return every row; see :meth:`Store.ask`."""
        with self._running(sql, parameters) as cursor:
            return cursor.fetchall()

    def stretches(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Rows]:
        """Run one statement and go through its rows; see :meth:`Store.stretches`."""
        with self._running(sql, parameters) as cursor:
            while rows := cursor.fetchmany(STRETCH_ROWS):
                yield rows

    @contextmanager
    def _running(
        self, sql: str, parameters: Sequence[Any]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor that has run a statement, interrupted when it is not wanted.

        Raises
        ------
        EngineAwayError
            If the files that are asked where they lie have been replaced.
        """
        cursor = self._connection.cursor()
        with interruptible(cursor.interrupt, within_s=self._timeout_s) as statement:
            try:
                yield cursor.execute(sql, list(parameters))
            except duckdb.InterruptException as error:
                if statement.fault is None:
                    raise
                raise statement.fault from error
            except duckdb.OutOfMemoryException as error:
                msg = "The answer needs more memory than there is for it. Ask for less."
                raise BusyError(msg) from error
            finally:
                self._refuse_replaced()

    def named(self, ids: Sequence[str]) -> Condition:
        """Return the condition that an incident has one of these ids."""
        these = Condition("id = ANY(?)", (list(ids),))
        if not self._indexed or not ids:
            return these
        # Sorted by hash, so that few stretches of the index are read, not every id.
        keys = ", ".join("hash(?)" for _ in ids)
        sql = f"SELECT row_no FROM incident_name WHERE key IN ({keys})"
        where = self.numbered([row[0] for row in self.ask(sql, ids)])
        sql = f"{where.sql} AND {these.sql}"
        return Condition(sql, (*where.parameters, *these.parameters))

    def at_places(self, places: Sequence[PlaceView]) -> Condition:
        """Return the condition that an incident is at one of these places."""
        spots = [mercator(place.lon, place.lat) for place in places]
        xs, ys = zip(*spots, strict=True)
        # Their marks lie close together, where the layer is read in part only.
        return Condition(
            "mx >= ? AND mx <= ? AND my >= ? AND my <= ? "
            "AND place_no IN (SELECT unnest(?))",
            (min(xs), max(xs), min(ys), max(ys), [place.number for place in places]),
        )

    def numbered(self, numbers: Sequence[int]) -> Condition:
        """Return the condition that ``row_no`` is one of these."""
        if not numbers:
            return Condition("FALSE")
        low, high = min(numbers), max(numbers)
        sql = "row_no >= ? AND row_no <= ?"
        parameters: list[Any] = [low, high]
        if len(numbers) <= high - low:
            sql += " AND row_no IN (SELECT unnest(?))"
            parameters.append(list(numbers))
        if not self._parts:
            return Condition(sql, tuple(parameters))
        # Only these two columns let a reader of GeoParquet skip what is not wanted.
        places = [self._in_part(number) for number in numbers]
        files = sorted({file for file, _ in places})
        spots = [spot for _, spot in places]
        sql += f" AND file_no IN ({', '.join(map(str, files))})"
        sql += " AND file_row_number >= ? AND file_row_number <= ?"
        return Condition(sql, (*parameters, min(spots), max(spots)))

    def holding(self, word: str) -> Condition:
        """Return the condition that ``search`` holds a folded word.

        In a large layer a word is looked for once: then its incidents are known.
        """
        table = self._table_of(word) if self._indexed else None
        if table is None:
            return Condition("strpos(search, ?) > 0", (word,))
        return Condition(f"row_no IN (SELECT row_no FROM {table})")

    def current_version(self) -> str:
        """Return the version; what is here does not change."""
        return self.facts.version

    def close(self) -> None:
        """Close the connection; the file, if any, stays in the cache."""
        self._connection.close()

    def _refuse_replaced(self) -> None:
        """Refuse answers that may be of other files than the index was made of."""
        if stamp_of(self._files) != self._stamp:
            folder = self._files[0].parent
            msg = f"{folder} has been replaced. Ask again when the new layer is read."
            raise EngineAwayError(msg)

    def _in_part(self, number: int) -> tuple[int, int]:
        """Return the file that a row is in, and its number there."""
        file = bisect_right(self._parts, number) - 1
        return file, number - self._parts[file]

    def _table_of(self, word: str) -> str | None:
        """Return the table of the incidents that hold a word; None for too many."""
        with self._lock:
            if word in self._tables or self._room <= 0:
                return self._tables.get(word)
            name = f"found_{len(self._tables)}"
            sql = "SELECT row_no FROM incident WHERE strpos(search, ?) > 0"
            self.ask(f"CREATE TABLE memory.main.{name} AS {sql}", (word,))
            rows = self.ask(f"SELECT count(*) FROM memory.main.{name}")[0][0]
            # Where many have it, looking is as quick as comparing numbers.
            rare = rows <= self.facts.rows * _RARE
            if not rare:
                self.ask(f"DROP TABLE memory.main.{name}")
            self._room -= rows if rare else 0
            self._tables[word] = f"memory.main.{name}" if rare else None
            return self._tables[word]
