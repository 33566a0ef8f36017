"""Work ends when nobody waits for it any more, or when its time is over."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator

import duckdb
import pytest
from starlette.concurrency import run_in_threadpool

from geo.atlas import Atlas
from geo.base import work as work_module
from geo.base.errors import BusyError, StoppedError, TooLongError
from geo.base.work import Work, check_work, doing, interruptible, reading, stop_all
from geo.engine.duckdb_store import DuckDBStore
from geo.engine.duckdb_tables import store_of_layer
from geo.model.query import Query
from tests.builders import make_incident, make_layer
from tests.live import PATIENCE_S, synthetic_atlas

#: A statement that no machine answers within a test.
ENDLESS = (
    "SELECT sum(a.range * b.range) FROM range(100_000_000) a, range(100_000_000) b"
)


@pytest.fixture
def store() -> Iterator[DuckDBStore]:
    """Return a store of one incident."""
    made = store_of_layer(make_layer(make_incident()), timeout_s=3600)
    yield made
    made.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Return an atlas of some thousand incidents."""
    return synthetic_atlas(tmp_path_factory.mktemp("large"), 6_000)


def test_a_statement_ends_when_its_work_is_stopped(store: DuckDBStore) -> None:
    """And the store answers the next one."""
    work = Work()
    threading.Timer(0.3, work.stop).start()

    with doing(work), pytest.raises(StoppedError):
        store.ask(ENDLESS)

    assert store.ask("SELECT 1") == [(1,)]


def test_a_statement_ends_when_it_takes_too_long() -> None:
    """Whoever asks, a request, a page's script or a command."""
    store = store_of_layer(make_layer(make_incident()), timeout_s=0.3)

    with pytest.raises(TooLongError, match=r"longer than 0\.3 s"):
        store.ask(ENDLESS)
    with pytest.raises(TooLongError):
        list(store.stretches(ENDLESS))

    assert store.ask("SELECT 1") == [(1,)]
    store.close()


def test_a_statement_ends_when_the_time_of_its_work_is_over(store: DuckDBStore) -> None:
    """Several statements of one answer share its time."""
    with doing(Work(within_s=0.3)), pytest.raises(TooLongError):
        store.ask(ENDLESS)
    with doing(Work(within_s=0)), pytest.raises(TooLongError):
        store.ask("SELECT 1")


def test_only_the_statement_that_is_not_wanted_ends(store: DuckDBStore) -> None:
    """Others of the same store go on."""
    work, ended = Work(), list[str]()

    def other() -> None:
        sql = "SELECT count(*) FROM range(30_000_000) a WHERE a.range % 7 = 3"
        store.ask(sql)
        ended.append("well")

    thread = threading.Thread(target=other)
    thread.start()
    work.stop()
    with doing(work), pytest.raises(StoppedError):
        store.ask(ENDLESS)
    thread.join(PATIENCE_S)

    assert ended == ["well"]


def test_a_statement_that_is_over_is_not_interrupted() -> None:
    """What its connection does next is somebody else's."""
    interrupted = threading.Event()
    work = Work()
    with doing(work), interruptible(interrupted.set, within_s=3600) as statement:
        pass
    work.stop()
    statement.look()

    assert not interrupted.is_set()


def test_an_error_of_the_database_itself_stays_one(store: DuckDBStore) -> None:
    """It is not taken for the end of some work."""
    with doing(Work()), pytest.raises(duckdb.BinderException):
        store.ask("SELECT nothing")


def test_memory_that_does_not_suffice_is_said_in_our_words(store: DuckDBStore) -> None:
    """Not a traceback, and the store goes on."""
    store.ask("SET memory_limit = '40MB'")
    store.ask("SET temp_directory = ''")

    with pytest.raises(BusyError, match="more memory"):
        store.ask("SELECT list(range) FROM range(50_000_000)")

    assert store.ask("SELECT 1") == [(1,)]


def test_going_through_a_layer_ends_when_it_is_not_wanted(large: Atlas) -> None:
    """Between two features, not only between two statements."""
    work = Work()
    with doing(work):
        lines = large.engine.feature_lines(Query())
        next(lines)
        work.stop()
        with pytest.raises(StoppedError):
            list(lines)


def test_work_goes_along_into_the_threads_of_a_request() -> None:
    """A thread that Starlette starts belongs to the same work."""
    work = Work()
    work.stop()

    async def run() -> None:
        with doing(work):
            await run_in_threadpool(check_work)

    with pytest.raises(StoppedError):
        asyncio.run(run())


def test_what_belongs_to_no_work_goes_on() -> None:
    """Such as a command."""
    check_work()


def test_work_that_gives_way_goes_on_after_the_reader() -> None:
    """But not never: readers may come without end."""
    work, passed = Work(gives_way=True), threading.Event()

    def look() -> None:
        work.check()
        passed.set()

    with reading():
        thread = threading.Thread(target=look)
        thread.start()
        assert passed.wait(PATIENCE_S)
    thread.join()
    work.check()


def test_a_server_that_stops_ends_all_work(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of its pages' scripts too, which belongs to no request."""
    monkeypatch.setattr(work_module, "_stopping", work_module._Stopping())
    threading.Timer(0.3, stop_all).start()

    with pytest.raises(StoppedError):
        store.ask(ENDLESS)
    with pytest.raises(StoppedError):
        Work().check()


def test_an_answer_is_gone_through_in_stretches(store: DuckDBStore) -> None:
    """All rows come, in order, in pieces."""
    rows = list(store.stretches("SELECT range FROM range(25_000)"))

    assert [len(stretch) for stretch in rows] == [10_000, 10_000, 5_000]
    assert rows[2][-1] == (24_999,)
    assert not list(store.stretches("SELECT 1 WHERE FALSE"))


def test_nobody_holds_the_connection_of_a_statement_that_is_over() -> None:
    """It would still be open when the program ends, and its library complain."""

    class Connection:
        def interrupt(self) -> None:
            """Do nothing: the statement ends by itself."""

    connection = Connection()
    held = weakref.ref(connection)
    with interruptible(connection.interrupt, within_s=60):
        time.sleep(0.5)  # long enough to be looked at
    del connection

    deadline_s = time.monotonic() + 30
    while held() is not None and time.monotonic() < deadline_s:
        gc.collect()
        time.sleep(0.05)
    assert held() is None
