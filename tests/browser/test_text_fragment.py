"""The link of a citation, followed in Chromium: it scrolls to the quoted words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from geo.evidence.anchor import text_fragment
from geo.model.incident import Citation

CITATION = Citation(
    "made-up", "the quoted words, as printed", "right before", "and after"
)
FILLER = "<p>Some paragraph of the test that fills the page.</p>" * 200
PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title>
<body>{FILLER}<p id="here">Some words right before the quoted words, as printed and
after it more.</p>{FILLER}<p>Elsewhere: the quoted words, as printed.</p></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    """Serve one long page."""

    def do_GET(self) -> None:
        """Answer every address with the page."""
        body = PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@pytest.fixture
def article() -> Iterator[str]:
    """Serve the page; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/article"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_link_scrolls_to_the_quoted_words(browser: Browser, article: str) -> None:
    """Prefix and suffix pick the passage meant, far down the page, into sight."""
    page = browser.new_page(viewport={"width": 900, "height": 600})
    page.goto(text_fragment(article, CITATION))
    page.wait_for_function("window.scrollY > 0")
    box = page.locator("#here").bounding_box()
    page.close()

    assert box is not None
    assert 0 <= box["y"] <= 600
