"""Work: what is done for somebody, and ends when they leave or its time is over.

Whoever begins some work hands it on in a context variable (threads that Starlette starts
have it too). Engines and exports look between two pieces whether it is still wanted,
and a statement that a database runs is interrupted from outside.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from geo.base.errors import IncidentMapError, StoppedError, TooLongError

#: Seconds between two looks at whether running statements are still wanted.
_LOOK_EVERY_S: Final = 0.05
#: Seconds that a piece of work waits for readers at most before it goes on.
_GIVE_WAY_S: Final = 0.2


class Work:
    """Something that is done for somebody.

    Safe to share between threads.

    Parameters
    ----------
    within_s
        Seconds after which it has taken too long; None for no limit.
    gives_way
        Whether it pauses between two pieces while a reader waits for an answer.
    """

    def __init__(
        self, *, within_s: float | None = None, gives_way: bool = False
    ) -> None:
        self.within_s = within_s
        self._until_s = None if within_s is None else time.monotonic() + within_s
        self._gives_way = gives_way
        self._stopped = False

    def stop(self) -> None:
        """Let it end: nobody waits for it any more."""
        self._stopped = True

    def fault(self) -> IncidentMapError | None:
        """Return why it must end, or None while it is still wanted."""
        if self._stopped:
            return StoppedError("Nobody waits for this answer any more.")
        if _stopping.has_begun:
            return _stopped()
        if self._until_s is not None and time.monotonic() > self._until_s:
            return too_long(self.within_s)
        return None

    def check(self) -> None:
        """Go on, after readers where it gives way to them.

        Raises
        ------
        StoppedError
            If nobody waits for it any more, or the server ends.
        TooLongError
            If its time is over.
        """
        fault = self.fault()
        if fault is not None:
            raise fault
        if self._gives_way:
            _readers.wait_until_none()


class _Readers:
    """Counts the readers who wait for an answer."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        with self._changed:
            self._number += 1
        try:
            yield
        finally:
            with self._changed:
                self._number -= 1
                if not self._number:
                    self._changed.notify_all()

    def wait_until_none(self) -> None:
        if self._number:
            with self._changed:
                self._changed.wait_for(lambda: not self._number, _GIVE_WAY_S)


@dataclass(eq=False)
class Statement:
    """A statement that a database runs; see :func:`interruptible`."""

    interrupt: Callable[[], None]
    work: Work | None
    within_s: float
    until_s: float
    #: Why it was interrupted, or None.
    fault: IncidentMapError | None = None
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """Interrupt it if it is no longer wanted, again and again until it is over."""
        with self.lock:
            if self.is_over:
                return
            if self.fault is None:
                self.fault = self.work.fault() if self.work else _stopped()
            if self.fault is None and time.monotonic() > self.until_s:
                self.fault = too_long(self.within_s)
            if self.fault is not None:
                # It may have begun only after the last time.
                self.interrupt()


class _Stopping:
    """Whether the process ends. No lock: a handler of signals sets it."""

    has_begun = False


class _Watch:
    """A thread that looks at the statements which run; it sleeps while nothing runs."""

    def __init__(self) -> None:
        self._running: set[Statement] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, statement: Statement) -> None:
        with self._changed:
            self._running.add(statement)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._look, daemon=True, name="statements"
                )
                self._thread.start()
            elif len(self._running) == 1:
                self._changed.notify()

    def remove(self, statement: Statement) -> None:
        with self._changed:
            self._running.discard(statement)

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._running)
            # In a call of its own: a thread that sleeps must hold no connection.
            self._look_once()
            time.sleep(_LOOK_EVERY_S)

    def _look_once(self) -> None:
        with self._changed:
            running = list(self._running)
        for statement in running:
            statement.look()


_current: Final[ContextVar[Work | None]] = ContextVar("work", default=None)
_stopping: Final = _Stopping()
_readers: Final = _Readers()
_watch: Final = _Watch()


@contextmanager
def doing(work: Work) -> Iterator[Work]:
    """Let what is called inside belong to a piece of work."""
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


def check_work() -> None:
    """Go on with the work that this belongs to, if any; see :meth:`Work.check`."""
    work = _current.get()
    if work is not None:
        work.check()
    elif fault := _stopped():
        raise fault


@contextmanager
def reading() -> Iterator[None]:
    """Count a reader who waits for an answer: other work gives way meanwhile."""
    with _readers.one_more():
        yield


@contextmanager
def interruptible(
    interrupt: Callable[[], None], *, within_s: float
) -> Iterator[Statement]:
    """Run a statement of a database that is interrupted when it is not wanted.

    Parameters
    ----------
    interrupt
        Makes the statement end with an error of the database; called in another
        thread, several times, and never after the statement is over.
    within_s
        Seconds that it may take.

    Yields
    ------
    Statement
        Its ``fault`` tells why it was interrupted.
    """
    check_work()
    until_s = time.monotonic() + within_s
    statement = Statement(interrupt, _current.get(), within_s, until_s)
    _watch.add(statement)
    try:
        yield statement
    finally:
        _watch.remove(statement)
        with statement.lock:
            statement.is_over = True


def stop_all() -> None:
    """Let all work of this process end, that to come too: the server stops."""
    _stopping.has_begun = True


def _stopped() -> StoppedError | None:
    """Return the error that the server stops, or None while it does not."""
    return StoppedError("The server stops.") if _stopping.has_begun else None


def too_long(within_s: float | None) -> TooLongError:
    """Return the error that some work took longer than it may."""
    msg = (
        f"The answer took longer than {within_s:g} s and was given up. Ask for less: "
        "fewer conditions, a smaller area, a shorter time."
    )
    return TooLongError(msg)
