"""Measure the map beside what a user would pick instead, all in one run.

``python -m bench.run [--quick] [--sizes 50,1000] [--measures browser,questions]``
writes ``bench/results.json`` and the table in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, Error

from bench.browser import CAP_S, TooSlowError, Visit, chromium
from bench.serve import CLUSTER, ROOT
from bench.viewers import filtering, idle

LAYERS = ROOT / ".cache" / "bench"
RESULTS = ROOT / "bench" / "results.json"
TABLE = ROOT / "bench" / "README.md"
SIZES = (50, 1_000, 10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 100_000, 1_000_000)
#: Asked the engine's questions only: no page is opened over it.
LARGEST = 10_000_000
MEASURES = ("browser", "peers", "phases", "questions", "viewers")
OURS = "ours"
FLOOR = "empty st_folium map"
SMALL = "ours at 1,000"
PEERS: Mapping[str, str] = {
    "folium Marker in MarkerCluster": "markers.py",
    "FastMarkerCluster": "fast.py",
    "folium GeoJson": "geojson.py",
    "st.pydeck_chart": "deck.py",
    "st.map": "stmap.py",
}
CLUSTERED = ("folium Marker in MarkerCluster", "FastMarkerCluster")
#: Sizes above which a peer is known to take far over the cap; not tried.
HOPELESS = {
    "folium Marker in MarkerCluster": 1_000,
    "folium GeoJson": 10_000,
    "FastMarkerCluster": 100_000,
}
FILTERS = (("attack", "Attack"), ("mural", "Mural"), ("politics", "Politics"))
FILTER_MS = "filter change to painted map"
PAN_MS = "pan to painted"
ZOOM_MS = "zoom to painted"
BYTES = "bytes to the browser per change"
MOVE_BYTES = "bytes to the browser per pan or zoom"
PHASES = {
    "told": "until Streamlit has told the map",
    "answered": "until our server has answered the map",
    "painted": "until painted",
}
BRUSH = "dragging over the bars of time"
FIRST_S = "first paint of a cold page"
MEMORY_MB = "memory above an empty app"
READY_S = "start to ready"


@dataclass(frozen=True)
class Result:
    """One figure: ``ratio`` is value by the baseline's value; null where not measured."""

    measure: str
    method: str
    incidents: int
    value: float | None
    unit: str
    baseline: str
    ratio: float | None
    note: str = ""


@dataclass
class Server:
    """A server that runs: its port, the seconds it took to be ready, its process."""

    port: int
    ready_s: float
    process: psutil.Process

    def memory_mb(self) -> float:
        """Return the resident memory of the server and its children."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 1e6


def main() -> int:
    """Run what was asked for, and write the results."""
    asked = _arguments()
    LAYERS.mkdir(parents=True, exist_ok=True)
    book = Book()
    started = time.monotonic()
    layers = {size: _layer(size) for size in asked.sizes}
    if "browser" in asked.measures or "peers" in asked.measures:
        with chromium() as browser:
            floor = _floor(browser, layers, book, asked.repeats)
            for size, layer in layers.items():
                if "browser" in asked.measures:
                    _ours(browser, size, layer, book, asked.repeats, floor)
                if "peers" in asked.measures:
                    _peers(browser, size, layer, book, asked)
    if "phases" in asked.measures:
        with chromium() as browser:
            _phases(browser, layers, book, asked.repeats)
    if "questions" in asked.measures:
        for size in (*layers, *([] if asked.quick else [LARGEST])):
            _questions(size, _layer(size), book, asked.times)
    if "viewers" in asked.measures:
        size = max(layers)
        _viewers(size, layers[size], book, asked)
    results = book.results()
    if asked.keep:
        results = _with_kept(results)
    RESULTS.write_text(json.dumps([asdict(one) for one in results], indent=1) + "\n")
    minutes = (time.monotonic() - started) / 60
    TABLE.write_text(_readme(results, minutes, kept=asked.keep), "utf-8")
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
    asked = parser.parse_args()
    asked.sizes = asked.sizes or (QUICK_SIZES if asked.quick else SIZES)
    asked.repeats = 2 if asked.quick else 6
    asked.times = 20 if asked.quick else 100
    asked.changes = 1 if asked.quick else 3
    asked.hold_s = 5.0 if asked.quick else 30.0
    asked.peer_cap = 10_000 if asked.quick else max(SIZES)
    return asked


def _with_kept(results: list[Result]) -> list[Result]:
    """Return the figures of the last run, those measured now in place of theirs."""
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


class Book:
    """Keeps the figures of a run, and makes ratios of them at the end."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, int, float | None, str, str, str]] = []

    def note(  # noqa: PLR0913, PLR0917 - a figure has these
        self,
        measure: str,
        method: str,
        incidents: int,
        value: float | None,
        unit: str,
        baseline: str = FLOOR,
        note: str = "",
    ) -> None:
        """Write one figure down, and tell it."""
        shown = "not measured" if value is None else f"{value:,.1f} {unit}"
        print(f"{measure:36} {method:31} {incidents:>9,} {shown} {note}", flush=True)
        self._rows.append((measure, method, incidents, value, unit, baseline, note))

    def results(self) -> list[Result]:
        """Return the figures, each with its ratio to the baseline's."""
        known = {(row[0], row[1], row[2]): row[3] for row in self._rows}
        floors = {(row[0], row[1]): row[3] for row in self._rows}
        results = []
        for measure, method, incidents, value, unit, baseline, note in self._rows:
            base = known.get((measure, baseline, incidents))
            base = base or floors.get((measure, baseline))
            if baseline == SMALL:
                base = known.get((measure, OURS, 1_000))
            ratio = value / base if value is not None and base else None
            results.append(
                Result(measure, method, incidents, value, unit, baseline, ratio, note)
            )
        return results


# --- layers and servers ------------------------------------------------------


def _layer(size: int) -> Path:
    """Return the synthetic layer of that size, made at the first run."""
    path = LAYERS / f"incidents-{size}.parquet"
    library = ROOT / "geo"
    made_by = (*(library / "synthesis").glob("*.py"), library / "layer_table.py")
    if not path.exists() or any(
        module.stat().st_mtime > path.stat().st_mtime for module in made_by
    ):
        call = [
            "synthesize",
            "--count",
            str(size),
            "--seed",
            "1",
            "--output",
            str(path),
        ]
        subprocess.run([sys.executable, "-m", "geo.cli", *call], cwd=ROOT, check=True)
    return path


def _ours_env(layer: Path, port: int) -> dict[str, str]:
    return {
        "INCIDENTS_LAYER": str(layer),
        "INCIDENTS_SOURCES": f"{layer}.sources.json",
        "INCIDENTS_PORT": str(port),
        "INCIDENTS_FETCH_SOURCES": "false",
    }


@contextmanager
def _app(layer: Path) -> Iterator[Server]:
    """Serve our own page over a layer."""
    port = _free_port()
    with _process(["app.py"], _ours_env(layer, port), port, "/healthz") as server:
        yield server


@contextmanager
def _peer(script: str, layer: Path) -> Iterator[Server]:
    """Serve a peer's page over the same incidents."""
    port = _free_port()
    call = ["-m", "bench.serve", script, str(port)]
    with _process(call, {"BENCH_DATA": str(layer)}, port, "/_stcore/health") as server:
        yield server


@contextmanager
def _process(
    call: list[str], env: Mapping[str, str], port: int, health: str
) -> Iterator[Server]:
    # What the last server of each kind said stays, for looking up errors.
    log = (LAYERS / f"server-{Path(call[0]).stem}.log").open("w+")
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *call],
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
        stdout=log,
        stderr=log,
    )
    try:
        while not _answers(port, health):
            if process.poll() is not None or time.monotonic() - start > 5 * CAP_S:
                log.seek(0)
                msg = f"the server did not start: {log.read()[-400:]}"
                raise TooSlowError(msg)
            time.sleep(0.02)
        ready_s = time.monotonic() - start
        yield Server(port, ready_s, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=60
        ) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# --- the browser -------------------------------------------------------------


@dataclass
class Floor:
    """What the empty app takes."""

    memory_mb: float


def _floor(
    browser: Browser, layers: Mapping[int, Path], book: Book, repeats: int
) -> Floor:
    """Measure the floor: an empty map, rerun and painted."""
    with _peer("empty.py", layers[min(layers)]) as server:
        book.note(READY_S, FLOOR, 0, server.ready_s, "s")
        first = _first_paints(browser, server, repeats, ours=False)
        book.note(FIRST_S, FLOOR, 0, first, "s")
        visit = Visit(browser, server.port, ours=False)
        _changes(visit, book, FLOOR, 0, repeats)
        visit.close()
        memory_mb = server.memory_mb()
        book.note("server memory", FLOOR, 0, memory_mb, "MB")
    return Floor(memory_mb)


def _ours(  # noqa: PLR0913, PLR0917 - one run needs these
    browser: Browser, size: int, layer: Path, book: Book, repeats: int, floor: Floor
) -> None:
    """Measure our page over one layer."""
    try:
        with _app(layer) as server:
            book.note(READY_S, OURS, size, server.ready_s, "s")
            first = _first_paints(browser, server, repeats, ours=True)
            book.note(FIRST_S, OURS, size, first, "s")
            visit = Visit(browser, server.port, ours=True)
            _changes(visit, book, OURS, size, repeats)
            _moves(visit, book, size, repeats)
            visit.close()
            memory_mb = server.memory_mb()
            book.note("server memory", OURS, size, memory_mb, "MB")
            book.note(MEMORY_MB, OURS, size, memory_mb - floor.memory_mb, "MB", "")
    except (TooSlowError, Error) as error:
        book.note(FILTER_MS, OURS, size, None, "ms", note=str(error)[:300])


def _first_paints(
    browser: Browser, server: Server, repeats: int, *, ours: bool
) -> float:
    """Return the median seconds from asking for the page to the painted map."""
    seconds = []
    # The first visit of all loads modules of the server.
    for _ in range(1 + max(2, repeats // 2)):
        visit = Visit(browser, server.port, ours=ours)
        seconds.append(visit.first_s)
        visit.close()
    return median(seconds[1:])


def _changes(visit: Visit, book: Book, method: str, size: int, repeats: int) -> None:
    """Change the filter some times; the first change is not counted."""
    found = [
        visit.choose(label, token)
        for number in range(repeats + 1)
        for token, label in [FILTERS[number % len(FILTERS)]]
    ][1:]
    book.note(FILTER_MS, method, size, median(ms for ms, _ in found), "ms")
    book.note(BYTES, method, size, median(size_ for _, size_ in found), "bytes")


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
    drawn = visit.basemap
    book.note(
        "basemap, whole visit, kept by the browser", OURS, size, drawn, "bytes", ""
    )


def _peers(
    browser: Browser, size: int, layer: Path, book: Book, asked: argparse.Namespace
) -> None:
    """Measure each peer with the same filter over the same incidents."""
    for name, script in PEERS.items():
        if name in CLUSTERED and not CLUSTER.is_dir():
            why = "not measurable here: node_modules/leaflet.markercluster is missing"
            book.note(FILTER_MS, name, size, None, "ms", note=why)
            continue
        limit = HOPELESS.get(name, max(SIZES))
        if size > limit or (size > asked.peer_cap and name != "FastMarkerCluster"):
            why = "not tried: over 60 s or left out of a quick run"
            book.note(FILTER_MS, name, size, None, "ms", note=why)
            continue
        _one_peer(browser, name, script, size, layer, book, asked.repeats)


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
        with _peer(script, layer) as server:
            # The first visit of all loads modules of the server.
            Visit(browser, server.port, ours=False).close()
            visit = Visit(browser, server.port, ours=False)
            book.note(FIRST_S, name, size, visit.first_s, "s")
            _changes(visit, book, name, size, 1 if size >= 10_000 else repeats)
            visit.close()
            book.note("server memory", name, size, server.memory_mb(), "MB")
    except (TooSlowError, Error) as error:
        why = f"over {CAP_S:g} s, or failed: {str(error)[:120]}"
        book.note(FILTER_MS, name, size, None, "ms", note=why)


def _phases(
    browser: Browser, layers: Mapping[int, Path], book: Book, repeats: int
) -> None:
    """Measure where a change of filters spends its time, beside the floor."""
    with _peer("empty.py", layers[min(layers)]) as server:
        _note_phases(browser, server, book, FLOOR, 0, repeats)
    for size, layer in layers.items():
        with _app(layer) as server:
            _note_phases(browser, server, book, OURS, size, repeats)


def _note_phases(  # noqa: PLR0913, PLR0917 - one run needs these
    browser: Browser, server: Server, book: Book, method: str, size: int, repeats: int
) -> None:
    # The first visit of all loads modules of the server.
    Visit(browser, server.port, ours=method == OURS).close()
    visit = Visit(browser, server.port, ours=method == OURS)
    found = [
        visit.phases(label, token)
        for number in range(repeats + 1)
        for token, label in [FILTERS[number % len(FILTERS)]]
    ][1:]
    if method == OURS:
        painted = visit.drag_over_time()
        book.note(BRUSH, OURS, size, painted, "maps a second", SMALL)
    visit.close()
    for phase, words in PHASES.items():
        reached = [one[phase] for one in found if phase in one]
        if reached:
            book.note(f"filter change, {words}", method, size, median(reached), "ms")


# --- questions and viewers ---------------------------------------------------


def _questions(size: int, layer: Path, book: Book, times: int) -> None:
    """Ask the engine each kind of question."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.questions", str(times)],
        cwd=ROOT,
        env={**os.environ, **_ours_env(layer, 1)},
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


def _viewers(size: int, layer: Path, book: Book, asked: argparse.Namespace) -> None:
    """Let 50 viewers filter at once, and hold 200 who do nothing."""
    try:
        with _app(layer) as server:
            alone = filtering(server.port, 1, 3, [token for token, _ in FILTERS])
            crowd = filtering(
                server.port, 50, asked.changes, [token for token, _ in FILTERS]
            )
            held = idle(server.port, 200, asked.hold_s)
    except TooSlowError as error:
        book.note("50 viewers, p95", OURS, size, None, "s", note=str(error)[:300])
        return
    book.note("50 viewers, p95", "one viewer alone", size, alone.p95(), "s")
    note = "; ".join(sorted(set(crowd.errors))[:2])
    book.note("50 viewers, p95", OURS, size, crowd.p95(), "s", "one viewer alone", note)
    book.note("50 viewers, errors", OURS, size, len(crowd.errors), "errors", "")
    note = "; ".join(sorted(set(held.errors))[:2])
    book.note("idle viewers held of 200", OURS, size, held.held, "viewers", "", note)


# --- the table ---------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """What a figure must reach."""

    words: str
    figure: Callable[[Mapping[tuple[str, str, int], float]], float]
    most: float
    #: Why it is missed, where it is.
    why: str = ""


def _over(
    measure: str, size: int, *, by: tuple[str, int], method: str = OURS
) -> Callable[[Mapping[tuple[str, str, int], float]], float]:
    """Return the ratio of a figure of ours to another of the same measure."""
    return lambda known: known[measure, method, size] / known[measure, by[0], by[1]]


_MILLION = 1_000_000
_WHY_CHANGE = (
    "Most of it is Streamlit's: see the rows *filter change, until ...* below. The page "
    "has a sidebar of filters with counts, a header, a record panel and lists, all of "
    "which Streamlit sends and renders again before it tells the map's frame; the empty "
    "page has one widget. What our server and our script take is the rest, and hardly "
    "grows with the layer."
)
_WHY_CLUSTER = (
    "The filter leaves a quarter of the incidents, and this version of FastMarkerCluster "
    "paints 25,000 in under a second. It grows with the layer, ours does not."
)
_WHY_FIRST = (
    "Streamlit loads some 40 scripts more for a page with filters of four kinds than for "
    "one with a row of buttons; then the frame loads the style, the counts and the view, "
    "one after another because each hangs on the one before."
)
BARS = (
    Bar("filter change at 1M by an empty rerun, at most 1.3", _over(FILTER_MS, _MILLION, by=(FLOOR, 0)), 1.3, _WHY_CHANGE),
    Bar("filter change at 100k by FastMarkerCluster's, at most 1/40", _over(FILTER_MS, 100_000, by=("FastMarkerCluster", 100_000)), 1 / 40, _WHY_CLUSTER),
    Bar("pan at 1M by pan at 1k, at most 2", _over(PAN_MS, _MILLION, by=(OURS, 1_000)), 2),
    Bar("frames a second lacking of 10 while dragging over time at 1M, none", lambda known: 10 - known[BRUSH, OURS, _MILLION], 0),
    Bar("bytes per filter change, any size, at most 10 000", lambda known: max(value for (measure, method, _), value in known.items() if (measure, method) == (BYTES, OURS)), 10_000),
    Bar("bytes per pan or zoom, any size, at most 10 000", lambda known: max(value for (measure, method, _), value in known.items() if (measure, method) == (MOVE_BYTES, OURS)), 10_000),
    Bar("view p50 at 10M by that at 1M, at most 2", _over("view, p50", 10 * _MILLION, by=(OURS, _MILLION)), 2),
    Bar("memory above an empty app at 1M, at most 250 MB", lambda known: known[MEMORY_MB, OURS, _MILLION], 250),
    Bar("first paint at 1M by an empty map's, at most 1.3", _over(FIRST_S, _MILLION, by=(FLOOR, 0)), 1.3, _WHY_FIRST),
    Bar("50 viewers filtering at once, p95, under 2 s", lambda known: next(value for (measure, method, _), value in known.items() if (measure, method) == ("50 viewers, p95", OURS)), 2),
    Bar("of 200 idle viewers lost, none", lambda known: 200 - next(value for (measure, _, _), value in known.items() if measure.startswith("idle")), 0),
)  # fmt: skip


def _readme(results: list[Result], minutes: float, *, kept: bool = False) -> str:
    """Return the table of a run in Markdown."""
    known = {
        (one.measure, one.method, one.incidents): one.value
        for one in results
        if one.value is not None
    }
    lines = [
        "# Benchmark",
        "",
        "`make bench` measures this map beside what a user would pick instead, in one",
        f"run ({minutes:.0f} minutes, {os.cpu_count()} cores, Chromium without a graphics card), and",
        "writes this page. `results.json` has every figure. `ratio` is the value by the",
        "baseline's: the same question to an empty `st_folium` map, or to a numpy scan.",
        "Peers on a canvas (`st.map`, `st.pydeck_chart`) count as painted when Streamlit",
        "has drawn them, which flatters them. All are served with the same settings.",
        *(
            [
                "",
                "Not all figures are of that run: what it did not measure was kept from",
                "the one before, on the same machine. Each ratio is within one run.",
            ]
            if kept
            else []
        ),
        "",
        "## What it must reach",
        "",
        "| bar | here | |",
        "|---|---:|---|",
    ]
    reasons = []
    for bar in BARS:
        try:
            value = bar.figure(known)
        except (KeyError, StopIteration, ValueError):
            lines.append(f"| {bar.words} | | not measured in this run |")
            continue
        verdict = "reached" if value <= bar.most else "**missed**"
        lines.append(f"| {bar.words} | {value:,.3g} | {verdict} |")
        if value > bar.most and bar.why:
            reasons.append(f"- **{bar.words}.** {bar.why}")
    if reasons:
        lines += ["", "## What is missed, and why", "", *reasons]
    lines += [
        "",
        "## Figures",
        "",
        "| measure | method | incidents | value | unit | baseline | ratio |",
        "|---|---|---:|---:|---|---|---:|",
    ]
    for one in results:
        value = one.note if one.value is None else f"{one.value:,.4g}"
        ratio = "" if one.ratio is None else f"{one.ratio:,.3g}"
        text = value.replace("|", "/").replace("\n", " ")
        lines.append(
            f"| {one.measure} | {one.method} | {one.incidents:,} | {text} "
            f"| {one.unit} | {one.baseline} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
