"""Chromium: how long until the map is painted, and how many bytes it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    Error,
    Frame,
    Locator,
    Page,
    sync_playwright,
)

from bench.wire import Wire

#: A peer that takes longer is recorded as such.
CAP_S = 60.0
#: 1.6 Mbit/s and 150 ms there and back, as Chromium's protocol takes it: bytes a second.
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 94_000,
}
#: Lets a page remember when its map was painted, and how often.
LISTEN = """
window.addEventListener("incidents-painted", (event) => {
  // Painted is what two frames of the screen have passed over, here as for the peers.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    window.paintedTotal = String(event.detail);
    window.paintedTimes = (window.paintedTimes ?? 0) + 1;
    window.paintedAt = performance.timeOrigin + performance.now();
  }));
});
window.addEventListener("pointerdown", () => {
  window.clickedAt = performance.timeOrigin + performance.now();
}, true);
"""
#: What a change of filters passes through, told to the page from its frame.
_PHASES = """
window.mark = (phase) => { (top.marks ??= {})[phase] = performance.timeOrigin + performance.now(); };
if (window !== top) {
  window.addEventListener("message", (event) => {
    if (event.data?.type === "streamlit:render") window.mark("told");
  }, true);
  const asking = window.fetch;
  window.fetch = (path, ...rest) => {
    const answer = asking(path, ...rest);
    if (String(path).startsWith("/api/view")) answer.then(() => window.mark("answered"));
    return answer;
  };
}
"""
#: Ours counts as painted for a filter when the number of incidents has changed.
_OURS = """before => window.paintedTotal !== before && window.paintedAt || null"""
_TIMES = """() => window.paintedTimes ?? 0"""
_TOTAL = """() => window.paintedTotal ?? null"""
_THEIRS = """token => {
  const done = document.querySelector("#done");
  const found = document.body?.dataset.filter ?? done?.dataset.filter;
  return found === token ? performance.timeOrigin + performance.now() : null;
}"""
_FRAMES = """() => new Promise((done) => requestAnimationFrame(
  () => requestAnimationFrame(() => done(performance.timeOrigin + performance.now()))))"""
_MAP = """Object.entries(window).find(([name]) => /^map_/.test(name) || name === "map")[1]"""


class TooSlowError(Exception):
    """Nothing was painted within :data:`CAP_S`."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and close it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--use-gl=swiftshader"],
        )
        yield browser
        browser.close()


#: Where the ground and its letters are.
_KEPT = ("/ground/", "/assets/font/")


class Visit:
    """One page of a server, opened in a browser without anything kept."""

    def __init__(
        self, browser: Browser, port: int, *, ours: bool, slow: bool = False
    ) -> None:
        self.ours = ours
        self._context = browser.new_context(viewport={"width": 1280, "height": 800})
        self._context.add_init_script(LISTEN)
        self._context.add_init_script(_PHASES)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(CAP_S * 1000)
        self._wire = Wire(port)
        #: Bytes of the ground's tiles and of the letters of its names: the browser keeps both.
        self.ground = 0
        session: Any = self._context.new_cdp_session(self.page)
        session.send("Network.enable")
        if slow:
            session.send("Network.emulateNetworkConditions", SLOW_LINE)
        self._count_ground(session)
        start = time.time() * 1000
        self.page.goto(f"http://127.0.0.1:{self._wire.port}/", wait_until="commit")
        #: Seconds from asking for the page to the painted map.
        self.first_s = (self._painted("all", since=start) - start) / 1000

    def close(self) -> None:
        """Leave the page."""
        self._context.close()
        self._wire.close()

    def rest(self) -> int:
        """Wait until nothing comes any more; return the bytes of the whole visit."""
        before = -1
        while before != self._wire.received:
            before = self._wire.received
            self.page.wait_for_timeout(1000)
        return before

    @property
    def received(self) -> int:
        """Bytes on the wire to the browser so far, without the ground's tiles."""
        return self._wire.received - self.ground

    def choose(self, category: str, shown: str) -> tuple[float, int]:
        """Click a category; return milliseconds to the painted map, and bytes.

        Parameters
        ----------
        category
            Its id. Ours is a button beside the map, a peer's one above it.
        shown
            What a peer says that it shows then: the category, or ``all``.
        """
        if self.ours:
            button = f"[data-category='{category}']"
            return self._click(self._map_frame().locator(button), shown)
        return self._click(self._pill(category), shown)

    def choose_aside(self, number: int) -> float:
        """Click a value of a folded filter; return milliseconds to the painted map."""
        return self._click(self._folded(number), "")[0]

    def _folded(self, number: int) -> Locator:
        """Return one of the values that are folded at first."""
        fold = self._map_frame().locator(".filters .rare")
        values = fold.locator(".values button")
        if not values.first.is_visible():
            fold.locator("summary").click()
            values.first.wait_for()
        return values.nth(number)

    def _pill(self, label: str) -> Locator:
        pills = self.page.locator("[data-testid='stButtonGroup'] button")
        return pills.filter(has_text=label)

    def _click(self, button: Locator, shown: str) -> tuple[float, int]:
        self._settle()
        before = self.received
        if self.ours:
            shown = str(self._map_frame().evaluate(_TOTAL))
        start = time.time() * 1000
        button.first.click()
        clicked = button.first.evaluate("() => window.clickedAt") or start
        painted = self._painted(shown, since=clicked)
        self.page.wait_for_timeout(200)
        return painted - clicked, self.received - before

    def phases(self, number: int, category: str) -> dict[str, float]:
        """Click a folded filter of ours, or a peer's category; return when what was reached.

        In milliseconds after the click.

        ``told``: Streamlit has run the script and rendered, and told the map's frame.
        ``answered``: our server has answered the frame what to show. ``painted``.
        """
        self.page.evaluate("() => { window.marks = {}; }")
        button = self._folded(number) if self.ours else self._pill(category)
        painted_ms, _ = self._click(button, category)
        clicked = button.first.evaluate("() => window.clickedAt")
        marks = self.page.evaluate("() => window.marks ?? {}")
        reached = {name: at - clicked for name, at in marks.items()}
        return {**reached, "painted": painted_ms}

    def drag_over_time(self) -> float:
        """Drag over the bars of time; return how often a second the map was painted.

        The pointer moves 20 times a second, so more than 20 is not to be had.
        """
        self._settle()
        frame = self._map_frame()
        box = frame.locator(".bars").first.bounding_box()
        if box is None:
            msg = "there are no bars of time"
            raise TooSlowError(msg)
        middle = box["y"] + box["height"] / 2
        moves = 60
        self.page.mouse.move(box["x"] + box["width"] * 0.3, middle)
        self.page.mouse.down()
        before, start = frame.evaluate(_TIMES), time.time()
        for number in range(moves):
            share = 0.3 + 0.6 * (number + 1) / moves
            self.page.mouse.move(box["x"] + box["width"] * share, middle)
            self.page.wait_for_timeout(
                max(0, start + (number + 1) / 20 - time.time()) * 1000
            )
        painted = frame.evaluate(_TIMES) - before
        seconds = time.time() - start
        self.page.mouse.up()
        return float(painted / seconds)

    def move(self, how: str) -> tuple[float, int]:
        """Run a Leaflet call such as ``panBy([200, 0])``; return as :meth:`choose`."""
        self._settle()
        before = self.received
        frame = self._map_frame()
        start = frame.evaluate(
            f"() => {{ const at = performance.timeOrigin + performance.now();"
            f" ({_MAP}).{how}; return at; }}"
        )
        painted = self._painted("", since=start)
        # The ground is drawn after the markers; its bytes are known once it is there.
        self._settle()
        return painted - start, self.received - before

    def _map_frame(self) -> Frame:
        for frame in self.page.frames[1:]:
            if frame.evaluate(
                "() => document.querySelector('.leaflet-container') !== null"
            ):
                return frame
        msg = "no frame has a map"
        raise TooSlowError(msg)

    def _settle(self) -> None:
        self.page.wait_for_timeout(700)

    def _painted(self, token: str, *, since: float) -> float:
        """Return when the map was painted after *since*, in ms since the epoch."""
        until = time.time() + CAP_S
        while time.time() < until:
            for frame in self.page.frames:
                try:
                    at = frame.evaluate(_OURS if self.ours else _THEIRS, token)
                    if at and at > since:
                        after = frame.evaluate(_FRAMES)
                        return float(at if self.ours else after)
                except Error:
                    # The frame went away while it was asked: a new map comes.
                    continue
            self.page.wait_for_timeout(5)
        msg = f"nothing was painted within {CAP_S:g} s"
        raise TooSlowError(msg)

    def _count_ground(self, session: Any) -> None:  # noqa: ANN401 - untyped
        tiles: set[str] = set()

        def requested(event: dict[str, Any]) -> None:
            if any(part in event["request"]["url"] for part in _KEPT):
                tiles.add(event["requestId"])

        def finished(event: dict[str, Any]) -> None:
            if event["requestId"] in tiles:
                self.ground += int(event["encodedDataLength"])

        session.on("Network.requestWillBeSent", requested)
        session.on("Network.loadingFinished", finished)
