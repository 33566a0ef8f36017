"""Layers in PostgreSQL, shared by several servers: the same tables, the same questions.

Tables are those of :mod:`geo.engine.store`, in the schema :data:`SCHEMA_NAME`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from geo.base.errors import EngineAwayError, QueryError, SettingsError
from geo.base.work import interruptible, too_long
from geo.engine.answers import Condition, PlaceView
from geo.engine.store import (
    FACT_NAMES,
    QUERY_TIMEOUT_S,
    STRETCH_ROWS,
    TABLES_VERSION,
    Dialect,
    Facts,
    named_safely,
)

#: The schema that the tables are in, so that they are replaced all at once.
SCHEMA_NAME: Final = "incident_map"
#: Seconds in which a free connection is usually there.
_USUAL_WAIT_S: Final = 0.25
_CONNECT_TIMEOUT_S: Final = 3
#: What PostgreSQL is to think that starting helpers costs, in reads of a page.
_HELPERS_COST: Final = 10_000
#: Seconds after which the pool's own try at connecting ends, and a new one may begin.
_RETRY_S: Final = 1.0
_MISSING: Final = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)

# The pool logs each failed try; we log one error per request.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class PostgresStore:
    """A layer's tables in PostgreSQL.

    Parameters
    ----------
    url
        ``postgresql://user@host:port/database``.
    connections
        At most so many are open.
    timeout_s
        Seconds to wait for a free connection.
    query_timeout_s
        Seconds that one statement may take.

    Raises
    ------
    EngineAwayError
        If the database does not answer.
    SettingsError
        If it has no layer, or one of another version of this program.
    """

    marks = "incident_mark"
    # Texts are compared by their bytes, as the columns are, whatever language the
    # database is in. "C" knows no letter case beyond ASCII, so ICU is asked for it.
    dialect = Dialect(
        member="((CAST(feature AS jsonb) #>> ARRAY['{0}', '{1}']) COLLATE \"C\")",
        own_member=(
            "((CAST(feature AS jsonb) #>> ARRAY['properties', CAST(? AS text)]) "
            'COLLATE "C")'
        ),
        holds="{1} = ANY({0})",
        is_empty="cardinality({0}) = 0",
        lower='(lower(CAST({0} AS text) COLLATE "und-x-icu") COLLATE "C")',
        unaccented=("regexp_replace(normalize({0}, NFD), '[\u0300-\u036f]', '', 'g')"),
    )

    def __init__(
        self,
        url: str,
        *,
        connections: int,
        timeout_s: float,
        query_timeout_s: float = QUERY_TIMEOUT_S,
    ) -> None:
        self._name = named_safely(url)
        self._timeout_s = timeout_s
        self._query_timeout_s = query_timeout_s
        self._conninfo = conninfo(url, timeout_s=query_timeout_s)
        self._pool = ConnectionPool(
            self._conninfo,
            min_size=1,
            max_size=connections,
            timeout=timeout_s,
            reconnect_timeout=_RETRY_S,
            check=ConnectionPool.check_connection,
            kwargs={"autocommit": True, "prepare_threshold": None},
            open=False,
        )
        self._pool.open()
        try:
            self.facts = self._facts()
        except BaseException:
            self.close()
            raise

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return every row; see :meth:`Store.ask`.

        Raises
        ------
        QueryError
            If a value is one that the database cannot hold.
        """
        with (
            self._telling(),
            self._connection() as connection,
            self._within(connection),
        ):
            cursor = connection.execute(_ours(_with_places(sql)), list(parameters))
            return cursor.fetchall()

    def stretches(
        self, sql: str, parameters: Sequence[Any] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Run one statement and go through its rows; see :meth:`Store.stretches`."""
        with (
            self._telling(),
            self._connection() as connection,
            self._within(connection),
            connection.transaction(),
            # Only a cursor of the server's keeps the rows there.
            connection.cursor(name="stretches") as cursor,
        ):
            cursor.execute(_ours(_with_places(sql)), list(parameters))
            while rows := cursor.fetchmany(STRETCH_ROWS):
                yield rows

    def named(self, ids: Sequence[str]) -> Condition:
        """Return the condition that an incident has one of these ids."""
        # PostgreSQL holds no NUL, so no id has one.
        return Condition("id = ANY(?)", ([one for one in ids if "\x00" not in one],))

    def at_places(self, places: Sequence[PlaceView]) -> Condition:
        """Return the condition that an incident is at one of these places."""
        return Condition("place_no = ANY(?)", ([place.number for place in places],))

    def numbered(self, numbers: Sequence[int]) -> Condition:
        """Return the condition that ``row_no`` is one of these."""
        return Condition("row_no = ANY(?)", (list(numbers),))

    def holding(self, word: str) -> Condition:
        """Return the condition that ``search`` holds a folded word, by its trigrams."""
        return Condition("search LIKE ?", (f"%{word}%",))

    def current_version(self) -> str:
        """Return the version of what the database has now."""
        return str(self.ask("SELECT version FROM incident_layer")[0][0])

    def close(self) -> None:
        """Close every connection."""
        self._pool.close(timeout=0)

    def _facts(self) -> Facts:
        remedy = "Fill it with 'incidents import FILE --to URL'."
        try:
            row = self.ask(f"SELECT {', '.join(FACT_NAMES)} FROM incident_layer")[0]
        except _MISSING as error:
            msg = f"{self._name} has no layer. {remedy}"
            raise SettingsError(msg) from error
        if row[0] != TABLES_VERSION:
            msg = (
                f"{self._name} was filled by another version of this program (tables "
                f"{row[0]}, not {TABLES_VERSION}). {remedy}"
            )
            raise SettingsError(msg)
        return Facts.of_row(row)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn errors of the database into ours."""
        try:
            yield
        except psycopg.errors.QueryCanceled as error:
            # The server's own clock ran out before ours.
            raise too_long(self._query_timeout_s) from error
        except psycopg.OperationalError as error:
            raise self._away(error) from error
        except psycopg.DataError as error:
            raise QueryError("filter", f"has an impossible value: {error}.") from error

    @contextmanager
    def _within(self, connection: Connection) -> Iterator[None]:
        """Cancel what a connection runs as soon as it is not wanted any more."""
        with interruptible(
            connection.cancel, within_s=self._query_timeout_s
        ) as statement:
            try:
                yield
            except psycopg.OperationalError as error:
                if statement.fault is None:
                    raise
                raise statement.fault from error
            finally:
                if statement.fault is not None:
                    # What cancels may come too late, and hit the next statement.
                    connection.close()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Give a connection; tell at once where the database is away.

        The pool itself would wait, in case it comes back.
        """
        try:
            connection = self._pool.getconn(timeout=_USUAL_WAIT_S)
        except PoolTimeout:
            psycopg.connect(self._conninfo).close()
            connection = self._patiently()
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def _patiently(self) -> Connection:
        try:
            return self._pool.getconn(timeout=self._timeout_s)
        except PoolTimeout as error:
            msg = f"{self._name} is busy: no connection was free in {self._timeout_s:g} s."
            raise EngineAwayError(msg) from error

    def _away(self, error: psycopg.OperationalError) -> EngineAwayError:
        reason = " ".join(str(error).split())
        return EngineAwayError(
            f"The database of the layer, {self._name}, does not answer. Try again soon. "
            f"({reason})"
        )


def conninfo(url: str, *, timeout_s: float | None) -> str:
    """Return the address and the manner of a connection.

    Raises
    ------
    SettingsError
        If it is not a database's address.
    """
    # Compiling a statement takes longer than the answer, so it is off. Starting
    # helpers takes some milliseconds, which only long answers win back.
    options = (
        f"-c search_path={SCHEMA_NAME},public -c jit=off "
        f"-c parallel_setup_cost={_HELPERS_COST}"
    )
    if timeout_s is not None:
        options += f" -c statement_timeout={round(timeout_s * 1000)}"
    try:
        return make_conninfo(
            url,
            connect_timeout=_CONNECT_TIMEOUT_S,
            options=options,
            application_name="incident-map",
        )
    except psycopg.ProgrammingError as error:
        msg = (
            f"{named_safely(url)!r} is not a database's address ({error}). "
            "Write postgresql://user@host:port/database."
        )
        raise SettingsError(msg) from error


def _with_places(text: str) -> str:
    """Return a statement with ``%s`` for each ``?``, as the driver wants it."""
    return text.replace("%", "%%").replace("?", "%s")


def _ours(text: str) -> sql.SQL:
    """Return a statement of ours as the driver wants it: no value ever stands in it."""
    return sql.SQL(text)
