"""A published site: how long it takes to write, how large it is, how quick in Chromium.

``python -m bench.site [--rows 100000]`` publishes a made-up layer without pages of records,
serves the folder as plain files, and prints what it measured as JSON. Of each click it
gives the least and the median of ten, from the press to two frames of the screen after
the map has painted, as :mod:`bench.browser` counts for all contenders.

``--site FOLDER`` measures one that is published already.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from bench.browser import CAP_S, LISTEN, chromium
from bench.intake import timed
from bench.servers import layer_of
from bench.wire import Wire

_TIMES: Final = 10
#: Without an answer for so long, all of the first view is there.
_QUIET_MS: Final = 1_500
#: A word that many of the made-up records have.
_WORD: Final = "synthetic"
_PAINTED: Final = "() => window.paintedTimes ?? 0"
_WAIT: Final = "before => (window.paintedTimes ?? 0) > before && window.paintedAt"
#: What a reader does, as a script; done twice, all is as before.
_ACTS: Final = {
    "category": "document.querySelector('.filters [data-category]:not([hidden])').click()",
    "status": "document.querySelector('.filters [data-status]:not([hidden])').click()",
    # What is typed is asked for when the writing rests; the key Enter asks at once.
    "dates": """(() => {
        const form = document.querySelector("form.asking"), { from } = form.elements;
        from.value = from.value ? "" : "2019-06-01";
        form.requestSubmit();
    })()""",
    "words": f"""(() => {{
        const form = document.querySelector("form.asking"), {{ q }} = form.elements;
        q.value = q.value ? "" : "{_WORD} 7";
        form.requestSubmit();
    }})()""",
}


def main() -> None:
    """Publish, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.site", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--site", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = options.site or Path(folder) / "site"
        figures: dict[str, Any] = {}
        if options.site is None:
            figures["publish"] = publish(options.rows, site)
        sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
        figures |= {"files": len(sizes), "size_mb": round(sum(sizes) / 1e6, 1)}
        with hosted(site) as port, chromium() as browser:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.add_init_script(LISTEN)
            figures |= visit(context.new_page(), port)
    print(json.dumps(figures, indent=1))


def publish(rows: int, site: Path) -> dict[str, float]:
    """Publish a made-up layer; return what it took."""
    layer = layer_of(rows)
    return timed(
        *("-m", "geo.commands.cli", "publish", "--no-pages", "--output", str(site)),
        INCIDENTS_LAYER=str(layer),
        INCIDENTS_SOURCES=f"{layer}.sources.json",
    )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@contextmanager
def hosted(folder: Path) -> Iterator[int]:
    """Serve a folder's files; give the port."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def visit(page: Page, port: int) -> dict[str, Any]:
    """Return what a reader's first visit takes, and each thing that one does."""
    page.set_default_timeout(CAP_S * 1000)
    with Wire(port) as wire:
        start = time.time() * 1000
        page.goto(f"http://127.0.0.1:{wire.port}/index.html", wait_until="commit")
        painted = _painted(page, 0)
        markers = wire.received
        before = -1
        while before != wire.received:
            before = wire.received
            page.wait_for_timeout(_QUIET_MS)
        report: dict[str, Any] = {
            "first_markers_s": round((painted - start) / 1000, 2),
            "bytes_until_markers": markers,
            "bytes_of_the_first_view": wire.received,
            "memory_mb": round(_heap_mb(page), 1),
        }
        for name, act in _ACTS.items():
            if name == "words":
                report["first_words_ms"] = round(_time(page, act))
                _time(page, act)
            took = [_time(page, act) for _ in range(_TIMES)]
            report[f"{name}_ms"] = [round(min(took)), round(statistics.median(took))]
        report["bytes_with_words"] = wire.received
        report["memory_with_words_mb"] = round(_heap_mb(page), 1)
    return report


def _time(page: Page, act: str) -> float:
    """Return the milliseconds from an act to its painted map."""
    page.wait_for_timeout(700)
    before = page.evaluate(_PAINTED)
    since = page.evaluate(
        f"() => {{ const at = performance.timeOrigin + performance.now(); {act}; return at; }}"
    )
    return _painted(page, before) - since


def _painted(page: Page, before: int) -> float:
    handle = page.wait_for_function(_WAIT, arg=before, polling=5)
    return float(handle.json_value())


def _heap_mb(page: Page) -> float:
    """Return what the page's scripts hold, columns and texts too."""
    session: Any = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return float(usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6


if __name__ == "__main__":
    main()
