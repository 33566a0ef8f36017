"""Serving: each kind of request has threads of its own, and ends with its client.

A lane is the threads of one kind of request. Who asks for the map never waits behind
downloads or filters, and whether the server is well is told before all of them.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from geo.base.errors import BusyError, IncidentMapError, StoppedError
from geo.base.settings import settings
from geo.base.work import Work, doing, reading

_LOG: Final = logging.getLogger(__name__)
#: Seconds that a client may take for one piece of a download.
_STALLED_S: Final = 60.0
_T = TypeVar("_T")


class Lane:
    """The threads of one kind of request.

    Parameters
    ----------
    threads
        How many run at a time; further requests wait for one. Starlette has 40 for
        all that runs in threads, more than all lanes together.
    first
        Whether other work gives way while somebody waits here.
    """

    def __init__(self, *, threads: int, first: bool = False) -> None:
        self._threads = threads
        self._first = first
        # A semaphore belongs to an event loop.
        self._free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    async def answer(
        self, request: Request, function: Callable[..., _T], *args: object
    ) -> _T:
        """Run a function in a thread, as long as the client waits and time is left.

        Raises
        ------
        StoppedError
            If the client leaves, or the server stops.
        TooLongError
            If it takes longer than :attr:`Settings.query_timeout_s`, waiting included.
        """
        within_s = settings().query_timeout_s
        work = Work(within_s=within_s, gives_way=not self._first)
        with reading() if self._first else nullcontext():
            async with stopped_with(work, request.receive):
                return await self.run(work, function, *args)

    async def run(self, work: Work, function: Callable[..., _T], *args: object) -> _T:
        """Run a function in a thread as part of some work."""
        loop = asyncio.get_running_loop()
        async with self._free.setdefault(loop, asyncio.Semaphore(self._threads)):
            return await run_in_threadpool(_run, work, function, *args)


#: Whether the server is well.
HEALTH: Final = Lane(threads=2)
#: What the map and its readers ask.
READERS: Final = Lane(threads=16, first=True)
#: Filters of any shape, which may take long.
FILTERS: Final = Lane(threads=2)
#: Downloads, one piece at a time: Python runs one thread at a time, so more would only
#: take turns, with each other and with the readers.
EXPORTS: Final = Lane(threads=1)


def _run(work: Work, function: Callable[..., _T], *args: object) -> _T:
    with doing(work):
        work.check()
        return function(*args)


@asynccontextmanager
async def stopped_with(work: Work, receive: Receive) -> AsyncIterator[None]:
    """Stop some work when its client leaves, or when this is left itself."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        work.stop()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def address_of(scope: Scope) -> str:
    """Return by what a client is counted: its address, or its network in IPv6.

    One customer of a provider has at least 2**64 addresses of IPv6 (RFC 6177). An
    IPv4 address is the same however the socket that it comes through writes it.
    """
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class Slots:
    """Counts downloads: at most so many at once, of all and of each address."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str) -> Callable[[], None]:
        """Take a slot; return what gives it back, once however often it is called.

        Raises
        ------
        BusyError
            If there is none.
        """
        most, most_each = settings().exports_at_once, settings().exports_per_client
        with self._lock:
            if self._taken.total() >= most:
                msg = f"{most} downloads run already. Try again later."
                raise BusyError(msg, retry_after_s=30)
            if self._taken[address] >= most_each:
                msg = (
                    f"{most_each} downloads to your address run already. Try again "
                    "when one of them is done."
                )
                raise BusyError(msg, retry_after_s=30)
            self._taken[address] += 1
        held = [address]

        def give_back() -> None:
            with self._lock:
                if held:
                    self._taken.subtract([held.pop()])
                    self._taken += Counter()

        return give_back


class Download(Response):
    """A file sent while it is made, no longer than its client takes it.

    Parameters
    ----------
    made
        The pieces; made one by one in a thread of :data:`EXPORTS`.
    work
        What they belong to.
    over
        Called when nothing more is sent.
    media_type, headers
        As for any answer.
    """

    def __init__(
        self,
        made: Iterator[bytes],
        *,
        work: Work,
        over: Callable[[], None],
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.init_headers(headers)
        self._made = made
        self._work = work
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces; what goes wrong on the way leaves the file incomplete."""
        try:
            async with stopped_with(self._work, receive):
                await send(
                    {
                        "type": "http.response.start",
                        "status": self.status_code,
                        "headers": self.raw_headers,
                    }
                )
                while piece := await EXPORTS.run(self._work, next, self._made, b""):
                    async with asyncio.timeout(_STALLED_S):
                        await send(
                            {
                                "type": "http.response.body",
                                "body": piece,
                                "more_body": True,
                            }
                        )
                await send({"type": "http.response.body", "body": b""})
        except (StoppedError, TimeoutError):
            _LOG.info("A download of %s was left.", scope["path"])
        except IncidentMapError as error:
            # Its head is sent: that the body ends too early tells the client.
            _LOG.error("A download broke off: %s", error)
        finally:
            self._work.stop()
            self._over()
            # Files made aside go with the pieces, whoever is cancelled meanwhile.
            asyncio.get_running_loop().run_in_executor(None, _close, self._made)


def _close(made: Iterator[bytes]) -> None:
    close = getattr(made, "close", None)
    if close is not None:
        close()
