"""A web of our own: a server that answers well or badly, and sources on it."""

from __future__ import annotations

import gzip
import time
import zlib
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from geo.evidence.fetch_rules import FetchRules
from geo.model.sources import Source

WORDS = "The group painted over a mural in the centre of the city, residents said. "
PAGE = f"<html><head><title>T</title></head><body><p>{WORDS * 8}</p></body></html>"
HTML = "text/html; charset=utf-8"
RULES = FetchRules(
    user_agent="tests (+mailto:desk@paper.example)",
    connect_timeout_s=1,
    read_timeout_s=0.4,
    deadline_s=1.5,
    size_bytes=100_000,
    allow_loopback=True,
)


@cache
def bomb() -> bytes:
    """Return a gzip of 100 MB of nothing."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(bytes(10**7)) for _ in range(10))
    return body + packer.flush()


class Handler(BaseHTTPRequestHandler):
    """Answers each path as its name says, well or badly."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        """Answer."""
        Handler.asked.append((self.path, self.headers["User-Agent"]))
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.answer(302, b"", Location=path.removeprefix("/to/"))
        elif path.startswith("/hop/"):
            left = int(path.removeprefix("/hop/"))
            self.answer(301, b"", Location=f"/hop/{left - 1}" if left else "/good")
        elif path in {"/loop-a", "/loop-b"}:
            self.answer(307, b"", Location=f"/loop-{'b' if path[-1] == 'a' else 'a'}")
        elif path.startswith("/status/"):
            self.answer(int(path.removeprefix("/status/")), b"<html>no")
        else:
            getattr(self, path.strip("/").replace("-", "_"))()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send one whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def good(self) -> None:
        """Give the article, with a cookie."""
        self.answer(200, PAGE.encode(), Content_Type=HTML, Set_Cookie="a=b", X_A="y")

    def packed(self) -> None:
        """Give the article, packed."""
        self.answer(200, gzip.compress(PAGE.encode()), Content_Encoding="gzip")

    def deflated(self) -> None:
        """Give the article as deflate without its header, as some servers do."""
        packer = zlib.compressobj(wbits=-15)
        body = packer.compress(PAGE.encode()) + packer.flush()
        self.answer(200, body, Content_Encoding="deflate")

    def bomb(self) -> None:
        """Give few bytes that unpack to 100 MB."""
        self.answer(200, bomb(), Content_Encoding="gzip")

    def twice_packed(self) -> None:
        """Name two packings, of which the outer hides a bomb."""
        self.answer(200, b"x", Content_Encoding="gzip, gzip")

    def torn(self) -> None:
        """Give half a packed body."""
        self.answer(200, gzip.compress(PAGE.encode())[:60], Content_Encoding="gzip")

    def damaged(self) -> None:
        """Give a packed body that is none."""
        self.answer(200, b"no gzip at all", Content_Encoding="gzip")

    def cut(self) -> None:
        """Promise more than is given."""
        self.send_response(200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"<html>")

    def empty(self) -> None:
        """Give nothing."""
        self.answer(200, b"")

    def blank(self) -> None:
        """Give white space."""
        self.answer(200, b" \n\n ")

    def binary(self) -> None:
        """Give a picture that calls itself a page."""
        self.answer(200, b"\x89PNG\r\n\x1a\n\x00\x00", Content_Type=HTML)

    def wrong_charset(self) -> None:
        """Give windows-1251 that calls itself UTF-8."""
        body = f"<html><body><p>{'Жители говорят. ' * 60}".encode("cp1251")
        self.answer(200, body, Content_Type=HTML)

    def consent(self) -> None:
        """Give a page that is not the article."""
        self.answer(200, b"<html><body><p>We value your privacy.</p></body></html>")

    def paywall(self) -> None:
        """Give the article's beginning and ask for money."""
        body = f"<html><body><p>{WORDS * 6}</p><p>Subscribe to continue reading.</p>"
        self.answer(200, body.encode())

    def large(self) -> None:
        """Announce 200 MB."""
        self.send_response(200)
        self.send_header("Content-Length", "200000000")
        self.end_headers()
        self.wfile.write(b"<html>")

    def endless(self) -> None:
        """Never stop giving."""
        self.send_response(200)
        self.end_headers()
        while self.given(b"<p>word</p>" * 1_000):
            pass

    def silent(self) -> None:
        """Take the question and say nothing."""
        time.sleep(1)

    def drip(self) -> None:
        """Give a byte at a time, each in time."""
        self.send_response(200)
        self.end_headers()
        while self.given(b"x"):
            time.sleep(0.1)

    def drip_headers(self) -> None:
        """Likewise, without ever ending the headers."""
        self.given(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while self.given(b"x"):
            time.sleep(0.1)

    def cookie_wall(self) -> None:
        """Redirect to itself until a cookie comes back."""
        if "seen=1" in self.headers.get("Cookie", ""):
            self.good()
        else:
            self.answer(302, b"", Location="/cookie-wall", Set_Cookie="seen=1")

    def no_http(self) -> None:
        """Speak another language."""
        self.wfile.write(b"220 smtp ready\r\n\r\n")

    def given(self, content: bytes) -> bool:
        """Give some bytes; False once nobody takes them."""
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            return False
        return True

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """A server whose broken connections are part of the tests."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Keep quiet."""


def source(url: str | None, fetched_from: str | None = None) -> Source:
    """Return a source at an address."""
    return Source(
        id="paper-2024",
        title="A title",
        publisher="Paper",
        language="en",
        published=None,
        url=url,
        licence="none",
        fetched_from=fetched_from,
    )
