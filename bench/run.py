"""Measure the map beside what a user would pick instead, all in one run.

``python -m bench.run [--quick] [--sizes 50,1000] [--measures browser,questions]``
writes ``bench/results.json`` and the table in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Error

from bench.bars import readme
from bench.browser import CAP_S, TooSlowError, Visit, chromium
from bench.figures import (
    ASIDE_MS,
    BRUSH,
    BYTES,
    CLEAR_MS,
    CLUSTERS,
    COLD_BYTES,
    CROWD_S,
    FAST,
    FILTER_MS,
    FIRST_S,
    FLOOR,
    FRESH_READY_S,
    IDLE,
    MARKERS,
    MEMORY_MB,
    MOVE_BYTES,
    OURS,
    PAN_MS,
    PHASES,
    READER_P95,
    READY_S,
    SLOW_S,
    SMALL,
    SUPERCLUSTER,
    ZOOM_MS,
    Book,
    Result,
)
from bench.load import measure as measure_load
from bench.serve import CLUSTER, ROOT
from bench.servers import (
    LAYERS,
    Server,
    environment,
    layer_of,
    serve_ours,
    serve_peer,
)
from bench.viewers import filtering, idle

RESULTS = ROOT / "bench" / "results.json"
TABLE = ROOT / "bench" / "README.md"
SIZES = (50, 1_000, 10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 100_000, 1_000_000)
#: A peer sends all its markers: no more of them over a slow line.
SLOW_SIZE = 1_000
#: Asked the engine's questions only: no page is opened over it.
LARGEST = 10_000_000
MEASURES = ("browser", "peers", "phases", "questions", "clusters", "viewers", "load")
PEERS: Mapping[str, str] = {
    MARKERS: "markers.py",
    FAST: "fast.py",
    "folium GeoJson": "geojson.py",
    "st.pydeck_chart": "deck.py",
    "st.map": "stmap.py",
}
CLUSTERED = (MARKERS, FAST)
#: Sizes above which a peer is known to take far over the cap; not tried.
HOPELESS = {
    MARKERS: 1_000,
    "folium GeoJson": 10_000,
    FAST: 100_000,
}
FILTERS = ("attack", "mural", "politics")


def main() -> int:
    """Run what was asked for, and write the results."""
    options = _arguments()
    LAYERS.mkdir(parents=True, exist_ok=True)
    book = Book()
    started = time.monotonic()
    layers = {size: layer_of(size) for size in options.sizes}
    if "browser" in options.measures or "peers" in options.measures:
        _pages(layers, book, options)
    if "phases" in options.measures:
        with chromium() as browser:
            _phases(browser, layers, book, options.repeats)
    if "questions" in options.measures:
        for size in (*layers, *([] if options.quick else [LARGEST])):
            _questions(size, layer_of(size), book, options.times)
    if "clusters" in options.measures:
        size = max(layers)
        _clusters(size, layers[size], book, options.times)
    if "viewers" in options.measures:
        size = max(layers)
        _viewers(size, layers[size], book, options)
    if "load" in options.measures:
        _load(max(layers), book, options.load_s)
    results = _with_kept(book.results(), keep=options.keep)
    RESULTS.write_text(json.dumps([asdict(one) for one in results], indent=1) + "\n")
    minutes = (time.monotonic() - started) / 60
    TABLE.write_text(readme(results, minutes, kept=options.keep), "utf-8")
    print(f"{len(results)} figures in {minutes:.1f} minutes: {RESULTS}, {TABLE}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sizes and repeats")
    parser.add_argument("--sizes", type=_numbers, help="such as 50,1000,1000000")
    parser.add_argument("--measures", type=_names, default=MEASURES, help=str(MEASURES))
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep the last run's figures of what this one does not measure",
    )
    options = parser.parse_args()
    options.sizes = options.sizes or (QUICK_SIZES if options.quick else SIZES)
    options.repeats = 2 if options.quick else 6
    options.times = 20 if options.quick else 100
    options.changes = 1 if options.quick else 3
    options.load_s = 8.0 if options.quick else 20.0
    options.hold_s = 5.0 if options.quick else 30.0
    options.peer_cap = 10_000 if options.quick else max(SIZES)
    return options


def _with_kept(results: list[Result], *, keep: bool) -> list[Result]:
    """Return the figures of the last run, those measured now in place of theirs."""
    if not keep:
        return results
    measured = {(one.measure, one.method, one.incidents) for one in results}
    last = [Result(**one) for one in json.loads(RESULTS.read_text("utf-8"))]
    kept = [
        one for one in last if (one.measure, one.method, one.incidents) not in measured
    ]
    return [*kept, *results]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not set(names) <= set(MEASURES):
        msg = f"measures are {', '.join(MEASURES)}"
        raise argparse.ArgumentTypeError(msg)
    return names


def _pages(layers: Mapping[int, Path], book: Book, options: argparse.Namespace) -> None:
    """Measure our page in a browser, in turn with an empty map's, and the peers'."""
    with chromium() as browser:
        for size, layer in layers.items():
            _ours(browser, size, layer, book, options.repeats)
            if "peers" in options.measures:
                _peers(browser, size, layer, book, options)


def _ours(browser: Browser, size: int, layer: Path, book: Book, repeats: int) -> None:
    """Measure our page over one layer, and the floor: an empty map, rerun and painted.

    Machines change their pace within minutes, so that each is measured in turn.
    """

    def empty() -> AbstractContextManager[Server]:
        return serve_peer("empty.py", layer)

    try:
        with (
            TemporaryDirectory(dir=LAYERS) as cache,
            serve_ours(layer, {"INCIDENTS_CACHE": cache}) as server,
        ):
            book.note(FRESH_READY_S, OURS, size, server.ready_s, "s", "")
        few = max(2, repeats // 2)
        # What is kept of a layer between starts may be another version's the first time.
        starts = {
            OURS: lambda: _ready_s(serve_ours(layer)),
            FLOOR: lambda: _ready_s(empty()),
        }
        for method, seconds in _in_turn(starts, few).items():
            book.note(READY_S, method, size, median(seconds), "s")
        with serve_ours(layer) as ours, empty() as floor:
            servers = {OURS: ours, FLOOR: floor}
            _first_paints(browser, servers, book, size, few)
            if size <= SLOW_SIZE:
                for method, server in servers.items():
                    _slow_visit(browser, server, book, method, size)
            visits = {
                method: Visit(browser, server.port, ours=method == OURS)
                for method, server in servers.items()
            }
            _changes(visits, book, size, repeats)
            visits[FLOOR].close()
            _moves(visits[OURS], book, size, repeats)
            _asides(visits[OURS], book, size, repeats)
            visits[OURS].close()
            memory_mb = {name: server.memory_mb() for name, server in servers.items()}
            for method, megabytes in memory_mb.items():
                book.note("server memory", method, size, megabytes, "MB")
            above_mb = memory_mb[OURS] - memory_mb[FLOOR]
            book.note(MEMORY_MB, OURS, size, above_mb, "MB", "")
    except (TooSlowError, Error) as error:
        book.note(FILTER_MS, OURS, size, None, "ms", note=str(error)[:300])


def _in_turn(
    runs: Mapping[str, Callable[[], float]], times: int
) -> dict[str, list[float]]:
    """Do each thing in turn, some times; the first time of each is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(1 + times):
        for name, run in runs.items():
            taken[name].append(run())
    return {name: each[1:] for name, each in taken.items()}


def _ready_s(serving: AbstractContextManager[Server]) -> float:
    """Start a server and stop it; return the seconds until it was ready."""
    with serving as server:
        return server.ready_s


def _first_paints(
    browser: Browser, servers: Mapping[str, Server], book: Book, size: int, times: int
) -> None:
    """Ask for the page of each server in turn, until its map is painted."""

    def visit_s(method: str, server: Server) -> float:
        visit = Visit(browser, server.port, ours=method == OURS)
        visit.close()
        return visit.first_s

    # The first visit of all loads modules of the server.
    runs = {one: partial(visit_s, one, server) for one, server in servers.items()}
    for method, seconds in _in_turn(runs, times).items():
        book.note(FIRST_S, method, size, median(seconds), "s")


def _slow_visit(
    browser: Browser, server: Server, book: Book, method: str, size: int
) -> None:
    """Visit over a slow line: what is sent in all, and when markers are there."""
    visit = Visit(browser, server.port, ours=method == OURS, slow=True)
    book.note(SLOW_S, method, size, visit.first_s, "s", MARKERS)
    book.note(COLD_BYTES, method, size, visit.rest(), "bytes", MARKERS)
    visit.close()


def _asides(visit: Visit, book: Book, size: int, repeats: int) -> None:
    """Choose a folded filter, there and back; the first time is not counted."""
    taken_ms = [visit.choose_aside(0) for _ in range(2 * (repeats + 1))]
    book.note(ASIDE_MS, OURS, size, median(taken_ms[2:]), "ms", "")


def _changes(visits: Mapping[str, Visit], book: Book, size: int, repeats: int) -> None:
    """Choose a filter and clear it some times, in turn; the first is not counted."""
    chosen: dict[str, list[tuple[float, int]]] = {method: [] for method in visits}
    cleared: dict[str, list[tuple[float, int]]] = {method: [] for method in visits}
    for number in range(repeats + 1):
        category = FILTERS[number % len(FILTERS)]
        for method, visit in visits.items():
            chosen[method].append(visit.choose(category, category))
            cleared[method].append(visit.choose(category, "all"))
    for method in visits:
        both = chosen[method][1:], cleared[method][1:]
        for measure, runs in zip((FILTER_MS, CLEAR_MS), both, strict=True):
            book.note(measure, method, size, median(ms for ms, _ in runs), "ms")
        most = max(median(count for _, count in runs) for runs in both)
        book.note(BYTES, method, size, most, "bytes")


def _moves(visit: Visit, book: Book, size: int, repeats: int) -> None:
    """Pan and zoom there and back."""
    pans = [
        visit.move(f"panBy([{240 if number % 2 else -240}, 0], {{animate: false}})")
        for number in range(repeats)
    ]
    zooms = [
        visit.move(f"setZoom(({'3' if number % 2 else '5'}), {{animate: false}})")
        for number in range(repeats)
    ]
    book.note(PAN_MS, OURS, size, median(ms for ms, _ in pans), "ms", SMALL)
    book.note(ZOOM_MS, OURS, size, median(ms for ms, _ in zooms), "ms", SMALL)
    most = max(count for _, count in [*pans, *zooms])
    book.note(MOVE_BYTES, OURS, size, most, "bytes", "")
    drawn = visit.ground
    book.note(
        "ground, whole visit, kept by the browser", OURS, size, drawn, "bytes", ""
    )


def _peers(
    browser: Browser, size: int, layer: Path, book: Book, options: argparse.Namespace
) -> None:
    """Measure each peer with the same filter over the same incidents."""
    for name, script in PEERS.items():
        if name in CLUSTERED and not CLUSTER.is_dir():
            why = "not measurable here: node_modules/leaflet.markercluster is missing"
            book.note(FILTER_MS, name, size, None, "ms", note=why)
            continue
        limit = HOPELESS.get(name, max(SIZES))
        if size > limit or (size > options.peer_cap and name != "FastMarkerCluster"):
            why = "not tried: over 60 s or left out of a quick run"
            book.note(FILTER_MS, name, size, None, "ms", note=why)
            continue
        _one_peer(browser, name, script, size, layer, book, options.repeats)


def _one_peer(  # noqa: PLR0913, PLR0917 - one run needs these
    browser: Browser,
    name: str,
    script: str,
    size: int,
    layer: Path,
    book: Book,
    repeats: int,
) -> None:
    try:
        with serve_peer(script, layer) as server:
            # The first visit of all loads modules of the server.
            Visit(browser, server.port, ours=False).close()
            if size <= SLOW_SIZE:
                _slow_visit(browser, server, book, name, size)
            visit = Visit(browser, server.port, ours=False)
            book.note(FIRST_S, name, size, visit.first_s, "s")
            _changes({name: visit}, book, size, 1 if size >= 10_000 else repeats)
            visit.close()
            book.note("server memory", name, size, server.memory_mb(), "MB")
    except (TooSlowError, Error) as error:
        why = f"over {CAP_S:g} s, or failed: {str(error)[:120]}"
        book.note(FILTER_MS, name, size, None, "ms", note=why)


def _phases(
    browser: Browser, layers: Mapping[int, Path], book: Book, repeats: int
) -> None:
    """Measure where a change of filters spends its time, beside the floor."""
    with serve_peer("empty.py", layers[min(layers)]) as server:
        _note_phases(browser, server, book, FLOOR, 0, repeats)
    for size, layer in layers.items():
        with serve_ours(layer) as server:
            _note_phases(browser, server, book, OURS, size, repeats)


def _note_phases(  # noqa: PLR0913, PLR0917 - one run needs these
    browser: Browser, server: Server, book: Book, method: str, size: int, repeats: int
) -> None:
    # The first visit of all loads modules of the server.
    Visit(browser, server.port, ours=method == OURS).close()
    visit = Visit(browser, server.port, ours=method == OURS)
    visits = [
        visit.phases(0, FILTERS[number % len(FILTERS)]) for number in range(repeats + 1)
    ][1:]
    if method == OURS:
        painted = visit.drag_over_time()
        book.note(BRUSH, OURS, size, painted, "maps a second", SMALL)
    visit.close()
    for phase, words in PHASES.items():
        reached = [one[phase] for one in visits if phase in one]
        if reached:
            book.note(words, method, size, median(reached), "ms")


# --- questions and viewers ---------------------------------------------------


def _questions(size: int, layer: Path, book: Book, times: int) -> None:
    """Ask the engine each kind of question."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.questions", str(times)],
        cwd=ROOT,
        env={**os.environ, **environment(layer, 1)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        book.note("question", OURS, size, None, "ms", note=done.stderr[-300:])
        return
    report = json.loads(done.stdout)
    book.note("layer loaded", OURS, size, report.pop("loaded_s"), "s", "")
    scan = report.pop("numpy scan")
    for part, floor_ms in scan.items():
        for name, parts in report.items():
            measure = f"{name}, {part}"
            book.note(measure, "numpy scan", size, floor_ms, "ms", "numpy scan")
            book.note(measure, OURS, size, parts[part], "ms", "numpy scan")


def _clusters(size: int, layer: Path, book: Book, times: int) -> None:
    """Ask supercluster and our engine the same views."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.clusters", str(times)],
        cwd=ROOT,
        env={**os.environ, **environment(layer, 1)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        book.note(
            CLUSTERS["index"], SUPERCLUSTER, size, None, "ms", note=done.stderr[-300:]
        )
        return
    report = json.loads(done.stdout)
    for name, words in CLUSTERS.items():
        for method in (SUPERCLUSTER, OURS):
            book.note(words, method, size, report[method][name], "ms", SUPERCLUSTER)


def _viewers(size: int, layer: Path, book: Book, options: argparse.Namespace) -> None:
    """Let 50 viewers filter at once, and hold 200 who do nothing."""
    try:
        with serve_ours(layer) as server:
            alone = filtering(server.port, 1, 3, list(FILTERS))
            crowd = filtering(server.port, 50, options.changes, list(FILTERS))
            held = idle(server.port, 200, options.hold_s)
    except TooSlowError as error:
        book.note(CROWD_S, OURS, size, None, "s", note=str(error)[:300])
        return
    book.note(CROWD_S, "one viewer alone", size, alone.p95(), "s")
    note = "; ".join(sorted(set(crowd.errors))[:2])
    book.note(CROWD_S, OURS, size, crowd.p95(), "s", "one viewer alone", note)
    book.note("50 viewers, errors", OURS, size, len(crowd.errors), "errors", "")
    note = "; ".join(sorted(set(held.errors))[:2])
    book.note(IDLE, OURS, size, held.held, "viewers", "", note)


def _load(size: int, book: Book, seconds: float) -> None:
    """Let a reader ask while others download and filter."""
    try:
        measure_load(size, seconds, book)
    except TooSlowError as error:
        book.note(READER_P95, OURS, size, None, "ms", note=str(error)[:300])


if __name__ == "__main__":
    sys.exit(main())
