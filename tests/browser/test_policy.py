"""The Content-Security-Policy in Chromium: nothing we need is refused, all else is."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

sys.path.insert(0, str(Path(__file__).parent))

from conftest import OpenPage, map_frame, served, wait_until_painted

#: Tells of everything that the policy refuses, in each frame of a page.
TELL = (
    "addEventListener('securitypolicyviolation', (event) =>"
    " refused(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"
)
#: What streamlit-folium evaluates when a message tells it to.
MESSAGE = {
    "type": "streamlit:render",
    "dfs": [],
    "args": {
        "feature_group": "window.top.name = 'an order was obeyed';",
        "layer_control": "",
        "height": 1,
    },
}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser of a reader's own."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield context
    context.close()


def telling(context: BrowserContext) -> tuple[Page, list[str]]:
    """Return a page, and the list of what is refused on it."""
    refused: list[str] = []

    def note(told: str) -> None:
        refused.append(told)

    context.expose_function("refused", note)
    context.add_init_script(TELL)
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page, refused


def test_no_page_needs_what_the_policy_refuses(
    context: BrowserContext, site: str
) -> None:
    """Neither at first nor after clicks: the policy is as narrow as it looks."""
    page, refused = telling(context)
    page.goto(f"{site}/?incident=belgrade-zernov-attack")
    wait_until_painted(page)
    frame = map_frame(page)
    expect(frame.locator(".panel .record")).to_be_visible()
    frame.get_by_text("Cite this record").click()
    expect(frame.locator(".copied").first).to_be_visible()
    frame.get_by_role("button", name="Back to the list").click()
    frame.get_by_text("without a place").click()
    frame.get_by_text("More filters").click()
    frame.locator("[data-country='XK']").click()
    wait_until_painted(page, 5)
    for name, shown in (
        ("table", "stHtml"),
        ("sources", "stExpander"),
        ("connect", "stCode"),
        ("about", "stHeading"),
    ):
        page.goto(f"{site}/{name}")
        page.get_by_test_id(shown).first.wait_for()
        page.wait_for_load_state("networkidle")
    page.goto(f"{site}/story/how-the-pressure-grew")
    page.get_by_role("button", name="Next").click()
    beside = page.frame_locator(".beside iframe")
    beside.locator("body[data-lit='belgrade-seminar-recordings']").wait_for()
    for path in ("/ogc/?f=html", "/favicon.png"):
        page.goto(f"{site}{path}")

    # A library of Streamlit's (long.js) would compute with it, and does without.
    assert {told for told in refused if "wasm-eval" not in told} == set()


@pytest.mark.parametrize("where", ["page", "frame"])
def test_what_slips_into_a_page_cannot_run_or_tell_anybody(
    context: BrowserContext, site: str, where: str
) -> None:
    """Handlers, inline scripts, scripts, pictures and sockets of elsewhere are refused."""
    page, refused = telling(context)
    page.goto(site)
    wait_until_painted(page)
    frame = page.main_frame if where == "page" else page.frames[-1]
    frame.evaluate(
        """() => {
          const node = document.createElement("div");
          node.innerHTML = "<img src=/none onerror='window.ran = 1'>"
            + "<img src=http://elsewhere.test/x.png><iframe src=http://elsewhere.test/>";
          document.body.append(node);
          for (const fill of [{ text: "window.ran = 1" }, { src: "http://elsewhere.test/x.js" }])
            document.body.append(Object.assign(document.createElement("script"), fill));
          fetch("http://elsewhere.test/").catch(() => {});
          new WebSocket("ws://elsewhere.test/");
          new WebSocket("ws://127.0.0.1:9/");
        }"""
    )
    page.wait_for_timeout(500)
    kinds = {told.partition(" ")[0] for told in refused}
    sockets = [told for told in refused if told.startswith("connect-src ws")]

    assert frame.evaluate("window.ran") is None
    assert kinds >= {"script-src-attr", "script-src-elem", "img-src", "connect-src"}
    assert len(sockets) == 2, "another host, and another port of this one"


def test_texts_are_evaluated_in_the_map_frame_only(
    context: BrowserContext, site: str
) -> None:
    """streamlit-folium needs it there; nothing does on the page around it."""
    page, _ = telling(context)
    page.goto(site)
    wait_until_painted(page)
    # In a timer: what the test itself evaluates is exempt.
    trial = """() => new Promise((tell) => setTimeout(() => {
      try { tell((0, eval)('1 + 1')); } catch (error) { tell(error.name); }
    }))"""

    assert page.frames[-1].evaluate(trial) == 2
    assert page.main_frame.evaluate(trial) == "EvalError"


def test_the_map_obeys_the_page_around_it_and_no_other_window(
    context: BrowserContext, site: str
) -> None:
    """A site that opens the map in a window cannot make its frame run anything."""
    context.route(
        "http://attacker.test/",
        lambda route: route.fulfill(body="<p>A site.", content_type="text/html"),
    )
    attacker = context.new_page()
    attacker.goto("http://attacker.test/")
    with context.expect_page() as opened:
        attacker.evaluate("(site) => { window.map = window.open(site); }", site)
    page = opened.value
    wait_until_painted(page)
    frames = attacker.evaluate(
        """(message) => {
          for (let i = 0; i < map.length; i += 1) map[i].postMessage(message, "*");
          return map.length;
        }""",
        MESSAGE,
    )
    page.wait_for_timeout(500)
    assert frames > 0, "the attacker reached no frame"
    assert page.evaluate("window.name") == ""

    # The order is one that is obeyed: so the page around the map may give it.
    page.evaluate(
        "(message) => document.querySelector('iframe').contentWindow.postMessage(message, '*')",
        MESSAGE,
    )
    page.wait_for_timeout(1_000)
    assert page.evaluate("window.name") == "an order was obeyed"


def test_a_frame_opened_by_itself_obeys_nobody(
    context: BrowserContext, open_page: OpenPage, site: str
) -> None:
    """Its address in a window of its own is no way around the page."""
    open_page()
    address = f"{site}/component/streamlit_folium.st_folium/index.html"
    context.route(
        "http://attacker.test/",
        lambda route: route.fulfill(body="<p>A site.", content_type="text/html"),
    )
    attacker = context.new_page()
    attacker.goto("http://attacker.test/")
    with context.expect_page() as opened:
        attacker.evaluate("(site) => { window.map = window.open(site); }", address)
    page = opened.value
    page.wait_for_function("window.Streamlit !== undefined")
    heard = page.evaluate_handle(
        "() => { const heard = []; addEventListener('message', (event) => heard.push(event));"
        " return heard; }"
    )
    attacker.evaluate("(message) => map.postMessage(message, '*')", MESSAGE)
    page.wait_for_timeout(300)

    assert heard.evaluate("(heard) => heard.length") == 0


class Paper(BaseHTTPRequestHandler):
    """A site that shows the map whose address it is asked with."""

    def do_GET(self) -> None:
        """Answer with a page that holds a frame."""
        map_address = parse_qs(urlsplit(self.path).query)["map"][0]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        frame = (
            f"<!doctype html><iframe src={map_address} width=1200 height=800></iframe>"
        )
        self.wfile.write(frame.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@pytest.fixture(scope="module")
def paper() -> Iterator[str]:
    """Serve another site on this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Paper)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_other_site_shows_the_map_by_default(
    context: BrowserContext, paper: str, site: str
) -> None:
    """Its frame stays empty."""
    page = context.new_page()
    page.goto(f"{paper}/?map={site}")
    page.wait_for_timeout(1_000)

    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]


def test_a_site_that_a_setting_names_shows_the_map(
    context: BrowserContext, paper: str
) -> None:
    """It is painted there, in the frame inside the frame."""
    with served(INCIDENTS_EMBED=paper) as site:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{paper}/?map={site}")
        inner = page.frame_locator("iframe").frame_locator(
            "iframe[data-testid='stCustomComponentV1']"
        )
        inner.locator("body[data-painted]").wait_for(state="attached")
