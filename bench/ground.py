"""The ground below the markers: its bytes and its time on a cold visit.

Run by itself: ``python -m bench.ground``. The markers are what a reader waits for, so
it also tells when they were painted: no ground may make that later.
"""

from __future__ import annotations

import statistics
import time
from typing import Any, Final

from playwright.sync_api import Browser, Frame, Page

from bench.browser import chromium
from bench.servers import layer_of, serve_ours

_VISITS: Final = 5
#: Parts of the addresses that only the ground asks for.
_ADDRESSES: Final = ("/basemap/", "/ground/")
#: What is looked at: the first view, then what a reader may go to (lat, lon, zoom).
_VIEWS: Final = {
    "first view": None,
    "Balkans": (43.5, 20.5, 7),
    "Belgrade": (44.81, 20.46, 12),
    "Pacific": (-15.0, 180.0, 3),
}
_PAINTED: Final = """
window.addEventListener("incidents-painted", () => {
  window.markersAt ??= performance.timeOrigin + performance.now();
});
window.addEventListener("ground-painted", () => {
  window.groundAt = performance.timeOrigin + performance.now();
});
"""
#: Without an answer for so long, the ground is there.
_QUIET_S: Final = 1.0


def main() -> None:
    """Measure and print one line for each view."""
    with serve_ours(layer_of(50)) as server, chromium() as browser:
        measured = [_visit(browser, server.port) for _ in range(_VISITS)]
    print(f"{'view':12} {'requests':>9} {'bytes':>9} {'ground s':>9} {'markers s':>9}")
    for view in _VIEWS:
        rows = [visit[view] for visit in measured]
        middle = [statistics.median(column) for column in zip(*rows, strict=True)]
        print("{:12} {:9.0f} {:9,.0f} {:9.2f} {:9.2f}".format(view, *middle))


def _visit(browser: Browser, port: int) -> dict[str, tuple[float, ...]]:
    """Return requests, bytes, seconds to the ground and to the markers by view."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(_PAINTED)
    page = context.new_page()
    wire = _Ground(page)
    readings: dict[str, tuple[float, ...]] = {}
    start = time.time()
    page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
    frame = _map_frame(page)
    for view, at in _VIEWS.items():
        if at is not None:
            wire.start()
            start = time.time()
            frame.evaluate("() => { delete window.markersAt; delete window.groundAt; }")
            frame.evaluate(
                "([lat, lon, zoom]) => window.map.setView([lat, lon], zoom)", at
            )
        frame.wait_for_function("() => window.markersAt")
        wire.wait(page)
        markers, ground = frame.evaluate("() => [window.markersAt, window.groundAt]")
        ended = max(wire.ended_s, (ground or 0) / 1000)
        readings[view] = (
            wire.requests,
            wire.bytes,
            ended - start,
            markers / 1000 - start,
        )
    context.close()
    return readings


class _Ground:
    """What the browser receives for the ground alone."""

    def __init__(self, page: Page) -> None:
        self._asked: set[str] = set()
        self.start()
        session: Any = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.loadingFinished", self._finish)

    def start(self) -> None:
        """Count from nothing."""
        self.requests, self.bytes, self.ended_s = 0, 0, time.time()

    def wait(self, page: Page) -> None:
        """Wait until nothing has come for a while."""
        began = time.time()
        while time.time() < max(self.ended_s, began) + _QUIET_S:
            page.wait_for_timeout(50)

    def _ask(self, event: dict[str, Any]) -> None:
        if any(part in event["request"]["url"] for part in _ADDRESSES):
            self._asked.add(event["requestId"])

    def _finish(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self.requests += 1
            self.bytes += int(event["encodedDataLength"])
            self.ended_s = time.time()


def _map_frame(page: Page) -> Frame:
    page.wait_for_selector("iframe")
    while True:
        for frame in page.frames[1:]:
            if frame.evaluate("() => Boolean(window.map && window.incidentLayer)"):
                return frame
        page.wait_for_timeout(20)


if __name__ == "__main__":
    main()
