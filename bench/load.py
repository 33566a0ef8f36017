"""How readers fare while the server is under load, beside the same server idle.

``python -m bench.load [--rows 100000] [--seconds 20]``: a reader asks one question after
another, always others, while nothing else runs; while 60 exports are begun and left
after two seconds, over and over; while 8 exports run; and under the worst CQL2 filter
that is allowed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import multiprocessing
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event as EventType

import httpx
import numpy as np

from bench.figures import LOADS, OURS, READER_P50, READER_P95, Book
from bench.servers import layer_of, serve_ours

ABANDONED = 60
ABANDONED_AFTER_S = 2.0
RUNNING = 8
#: Everything that the bars allow at once comes from one machine here.
SETTINGS = {"INCIDENTS_EXPORTS_PER_CLIENT": str(RUNNING)}
FORMATS = ("geojson", "csv", "gpkg", "geoparquet", "kml", "xlsx", "fgb", "shp")
CATEGORIES = ("attack", "mural", "politics")
#: A reader thinks between two questions; so does a server's queue.
PAUSE_S = 0.05
_TIMEOUT_S = 120.0
Load = Callable[[httpx.AsyncClient, asyncio.Event, dict[str, int]], Awaitable[None]]


@dataclass
class Readings:
    """Seconds that each question of a reader took, and what load there was meanwhile."""

    seconds: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    load: dict[str, int] = field(default_factory=dict)

    def ms(self, percent: float) -> float:
        """Return the milliseconds that so many of 100 answers took at most."""
        if not self.seconds:
            return float("inf")
        return float(np.percentile(self.seconds, percent)) * 1000


def main() -> None:
    """Measure under each load, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="incidents")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each load")
    options = parser.parse_args()
    book = Book()
    measure(options.rows, options.seconds, book)
    for result in book.results():
        if result.ratio is not None:
            print(f"{result.measure:36} {result.method:31} {result.ratio:.2f} x idle")


def measure(rows: int, seconds: float, book: Book) -> None:
    """Write down how long a reader waits under each load."""
    with serve_ours(layer_of(rows), SETTINGS) as server:
        base = f"http://127.0.0.1:{server.port}"
        # The first questions of all load modules and columns.
        _under(base, _nothing, min(5.0, seconds))
        for name, load in _LOADS.items():
            readings = _under(base, load, seconds)
            counts = ", ".join(f"{n} {what}" for what, n in readings.load.items())
            note = "; ".join([counts, *sorted(set(readings.failures))[:2]]).strip("; ")
            idle = "" if name == OURS else OURS
            for measured, percent in ((READER_P50, 50), (READER_P95, 95)):
                ms = readings.ms(percent)
                book.note(measured, name, rows, ms, "ms", OURS, note)
            worst_ms = max(readings.health, default=math.inf) * 1000
            book.note("/healthz, slowest", name, rows, worst_ms, "ms", idle)
            book.note(
                "server memory under load", name, rows, server.memory_mb(), "MB", idle
            )


def _under(base: str, load: Load, seconds: float) -> Readings:
    """Read while a load lasts; it has a process of its own, as other clients do."""
    spawned = multiprocessing.get_context("spawn")
    over, answers = spawned.Event(), spawned.Queue()
    loading = spawned.Process(target=_load, args=(load, base, over, answers))
    loading.start()
    readings = Readings()
    try:
        answers.get(timeout=_TIMEOUT_S)
        time.sleep(1)
        asyncio.run(_read(base, seconds, readings))
        over.set()
        readings.load = answers.get(timeout=_TIMEOUT_S)
    finally:
        loading.join(_TIMEOUT_S)
        loading.kill()
    # What was left behind is not the next one's load.
    time.sleep(1)
    return readings


def _load(
    load: Load, base: str, over: EventType, answers: Queue[dict[str, int]]
) -> None:
    """Be the load until it is over, in a process of its own."""

    async def run() -> None:
        ended, counts = asyncio.Event(), dict[str, int]()
        async with _client(base) as client:
            loading = asyncio.create_task(load(client, ended, counts))
            answers.put({})
            await asyncio.to_thread(over.wait)
            ended.set()
            await loading
        answers.put(counts)

    asyncio.run(run())


async def _read(base: str, seconds: float, readings: Readings) -> None:
    """Ask one question after another, none of them twice."""
    async with _client(base) as client:
        ids = await _ids(client)
        questions = _questions(ids)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for address, kept in (
                (next(questions), readings.seconds),
                ("/healthz", readings.health),
            ):
                begun = time.perf_counter()
                try:
                    answer = await client.get(address)
                    answer.raise_for_status()
                except httpx.HTTPError as error:
                    readings.failures.append(repr(error)[:80])
                kept.append(time.perf_counter() - begun)
            await asyncio.sleep(PAUSE_S)


async def _ids(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/api/incidents")
    return [row["id"] for row in answer.json()["incidents"]]


def _questions(ids: list[str]) -> Iterator[str]:
    """Go through what the map asks for: views, counts, lists and records."""
    chance = random.Random(7)  # noqa: S311 - a benchmark, no secrets
    while True:
        category = chance.choice(CATEGORIES)
        zoom = chance.randint(2, 7)
        wide = 360 / 2**zoom
        west, south = chance.uniform(-180, 180 - wide), chance.uniform(-50, 45)
        box = f"{west:.3f},{south:.3f},{west + wide:.3f},{south + wide / 3:.3f}"
        year = chance.randint(2019, 2023)
        days = f"from={year}-01-{chance.randint(1, 28):02}"
        yield f"/api/view?viewport={box}&zoom={zoom}&category={category}"
        yield f"/api/view?viewport={box}&zoom={zoom}&{days}"
        yield f"/api/summary?category={category}&{days}"
        yield f"/api/incidents?within={box}"
        yield f"/api/incidents/{chance.choice(ids)}"


async def _nothing(
    _client: httpx.AsyncClient, over: asyncio.Event, _counts: dict[str, int]
) -> None:
    await over.wait()


async def _abandoned(
    client: httpx.AsyncClient, over: asyncio.Event, counts: dict[str, int]
) -> None:
    """Begin 60 exports and leave each after two seconds, over and over."""

    async def leave_one(number: int) -> None:
        name = FORMATS[number % len(FORMATS)]
        address = f"/export?format={name}&category={CATEGORIES[number % 3]}"
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(ABANDONED_AFTER_S):
                code = await _take(client, address)
                counts[f"answered {code}"] = counts.get(f"answered {code}", 0) + 1
                return
        counts["left"] = counts.get("left", 0) + 1

    while not over.is_set():
        await asyncio.gather(
            asyncio.sleep(ABANDONED_AFTER_S), *map(leave_one, range(ABANDONED))
        )


async def _running(
    client: httpx.AsyncClient, over: asyncio.Event, counts: dict[str, int]
) -> None:
    """Keep 8 exports running."""

    async def download(number: int) -> None:
        while not over.is_set():
            name = FORMATS[number % len(FORMATS)]
            code = await _take(client, f"/export?format={name}")
            counts[f"answered {code}"] = counts.get(f"answered {code}", 0) + 1
            number += 1
            if code != 200:
                await asyncio.sleep(0.5)

    tasks = [asyncio.create_task(download(number)) for number in range(RUNNING)]
    await over.wait()
    counts["running at the end"] = sum(not task.done() for task in tasks)
    await _cancel(tasks)


async def _filtered(
    client: httpx.AsyncClient, over: asyncio.Event, counts: dict[str, int]
) -> None:
    """Ask with the worst filter that is allowed, in four clients at once."""

    async def ask(number: int) -> None:
        while not over.is_set():
            text = json.dumps(worst_filter(number))
            parameters = {"filter-lang": "cql2-json", "filter": text}
            answer = await client.get(
                "/ogc/collections/incidents/items", params=parameters
            )
            code = answer.status_code
            counts[f"answered {code}"] = counts.get(f"answered {code}", 0) + 1
            number += 4

    tasks = [asyncio.create_task(ask(number)) for number in range(4)]
    await over.wait()
    await _cancel(tasks)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def worst_filter(number: int) -> object:
    """Return a filter of as many and as large areas as there may be.

    Each is a thin frame round the world, so that all places are near and few in it.
    """
    terms = []
    for index in range(8):
        west = -179.9 + 0.01 * (index + 8 * number % 100)
        outer = _ring(west, -80, 179.5, 84, 18)
        inner = _ring(west + 0.1, -79.9, 179.4, 83.9, 18)
        area = {"type": "Polygon", "coordinates": [outer, inner]}
        terms.append({"op": "s_within", "args": [{"property": "geometry"}, area]})
    return {"op": "or", "args": terms}


def _ring(
    west: float, south: float, east: float, north: float, corners: int
) -> list[list[float]]:
    """Return a closed rectangle with some corners more along its south."""
    step = (east - west) / corners
    along = [[round(west + step * n, 4), south] for n in range(corners)]
    ring = [*along, [east, south], [east, north], [west, north]]
    return [*ring, ring[0]]


async def _take(client: httpx.AsyncClient, address: str) -> int:
    """Take a download to its end; return the status."""
    async with client.stream("GET", address) as answer:
        async for _piece in answer.aiter_raw():
            pass
        return answer.status_code


def _client(base: str) -> httpx.AsyncClient:
    anything = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(
        base_url=base, timeout=_TIMEOUT_S, trust_env=False, limits=anything
    )


_LOADS = dict(zip(LOADS, (_nothing, _abandoned, _running, _filtered), strict=True))


if __name__ == "__main__":
    main()
