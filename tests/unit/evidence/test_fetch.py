"""Fetching takes a page from the public web, and nothing else from anywhere."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpcore
import pytest

from geo.errors import ArchiveError, NotFoundError
from geo.evidence import intake
from geo.evidence.archive import Archive
from geo.evidence.capture import Capture, Hop, plain_address
from geo.evidence.fetch import FetchRules, fetch, is_public, rules_of
from geo.evidence.intake import (
    archive_file,
    archive_url,
    fetch_missing,
    source_at,
    start_fetching,
)
from geo.incident import Citation
from geo.settings import Settings
from geo.sources import Source, Sources

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


def bomb() -> bytes:
    """Return a gzip of 100 MB of nothing."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(bytes(10**7)) for _ in range(10))
    return body + packer.flush()


BOMB = bomb()


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
        self.answer(200, BOMB, Content_Encoding="gzip")

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


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    """Return the address of the server."""
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


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


def test_a_page_is_fetched_with_its_answer(root: str) -> None:
    """Body, headers, addresses and time; cookies stay out."""
    before = datetime.now(UTC).replace(microsecond=0)
    capture = fetch(f"{root}/good?a=b#part", rules=RULES)
    assert capture.content == PAGE.encode()
    assert capture.url == capture.final_url == f"{root}/good?a=b"
    assert (capture.status, capture.redirects) == (200, ())
    assert before <= capture.fetched <= datetime.now(UTC)
    headers = dict(capture.headers)
    assert headers["X-A"] == "y"
    assert "Set-Cookie" not in headers
    assert (capture.content_type, capture.charset) == ("text/html", "utf-8")
    assert Handler.asked[-1] == ("/good?a=b", "tests (+mailto:desk@paper.example)")


@pytest.mark.parametrize("path", ["packed", "deflated"])
def test_a_packed_body_is_unpacked(root: str, path: str) -> None:
    """What is kept is the page."""
    assert fetch(f"{root}/{path}", rules=RULES).content == PAGE.encode()


def test_redirects_are_followed_and_kept(root: str) -> None:
    """Five are; relative ones as well, and the way is kept."""
    capture = fetch(f"{root}/hop/4", rules=RULES)
    assert capture.final_url == f"{root}/good"
    assert len(capture.redirects) == 5
    assert capture.redirects[0] == Hop(f"{root}/hop/4", 301, f"{root}/hop/3")
    assert fetch(f"{root}/cookie-wall", rules=RULES).content == PAGE.encode()


REFUSED = [
    ("hop/5", "redirects more than 5 times"),
    ("loop-a", "redirects in a loop"),
    ("status/404", "has no such page (HTTP 404)"),
    ("status/403", "refuses to give the page to this server (HTTP 403)"),
    ("status/402", "asks for payment (HTTP 402)"),
    ("status/429", "is asked too often (HTTP 429)"),
    ("status/500", "cannot answer now (HTTP 500)"),
    ("status/503", "cannot answer now (HTTP 503)"),
    ("status/202", "gives no page (HTTP 202)"),
    ("status/302", "gives no page (HTTP 302)"),
    ("bomb", "is larger than 100,000 bytes"),
    ("large", "is larger than 100,000 bytes"),
    ("endless", "is larger than 100,000 bytes"),
    ("twice-packed", "is packed as 'gzip, gzip'"),
    ("torn", "ends too early"),
    ("damaged", "its packed body is damaged"),
    ("cut", "could not be fetched"),
    ("no-http", "could not be fetched"),
    ("silent", "gave no answer in time"),
    ("drip", "gave no answer in time"),
    ("drip-headers", "gave no answer in time"),
    ("empty", "is empty"),
    ("blank", "is empty"),
    ("binary", "is a picture (PNG)"),
    ("wrong-charset", "is not UTF-8"),
    ("consent", "looks like a paywall, a consent page"),
    ("paywall", "is a paywall or consent page"),
    ("to/http://10.0.0.1/", "is at 10.0.0.1, which is not a public address"),
    ("to/http://169.254.169.254/latest", "is at 169.254.169.254"),
    ("to/http://[::ffff:10.0.0.1]/", "is at ::ffff:10.0.0.1"),
    ("to/http://0xa000001/", "is at 10.0.0.1"),
    ("to/file:///etc/passwd", "is not an address beginning with"),
    ("to/gopher://a/", "is not an address beginning with"),
    ("to/javascript:alert(1)", "could not be fetched"),
    ("to/http://a:b@example.org/", "has a user name or password"),
    ("to/http://[", "is no address"),
]


@pytest.mark.parametrize(("path", "said"), REFUSED)
def test_a_bad_answer_is_refused_and_nothing_kept(
    root: str, tmp_path: Path, path: str, said: str
) -> None:
    """Each has its own words, in time, and the archive stays as it was."""
    archive = Archive(tmp_path / "archive")
    begun = time.monotonic()
    with pytest.raises(ArchiveError) as caught:
        archive_url(source(f"{root}/{path}"), archive, rules=RULES)
    assert said in str(caught.value)
    assert "http" in str(caught.value)
    assert time.monotonic() - begun < 4
    assert not archive.folder.exists()
    kept = archive_url(source(f"{root}/good"), archive, rules=RULES)
    with pytest.raises(ArchiveError):
        archive_url(source(f"{root}/{path}"), archive, rules=RULES)
    assert archive.versions("paper-2024") == [kept]
    assert archive.verify() == []


def test_a_redirect_loop_is_called_one(root: str) -> None:
    """Two pages that point to each other end after five steps."""
    with pytest.raises(ArchiveError, match="redirects in a loop"):
        fetch(f"{root}/loop-a", rules=RULES)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not an address"),
        ("paper.example/a", "is not an address"),
        ("file:///etc/passwd", "is not an address"),
        ("ftp://paper.example/", "is not an address"),
        ("http:///a", "is not an address"),
        ("http://paper.example:8080/", "asks port 8080"),
        ("https://paper.example:22/", "asks port 22"),
        ("https://desk:secret@paper.example/", "has a user name or password"),
        ("http://127.0.0.1/", "is not a public address"),
        ("http://localhost/", "is not a public address"),
        ("http://2130706433/", "is not a public address"),
        ("http://0/", "is not a public address"),
        ("http://[::1]/", "is not a public address"),
        ("http://[fe80::1]/", "is not a public address"),
        ("http://192.168.0.1/", "is not a public address"),
        ("http://100.64.0.1/", "is not a public address"),
    ],
)
def test_an_address_that_is_not_on_the_public_web_is_refused(
    url: str, said: str
) -> None:
    """Before anything is asked; a password is not repeated."""
    with pytest.raises(ArchiveError) as caught:
        fetch(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        ("::ffff:93.184.216.34", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("100.100.100.200", False),
        ("168.63.129.16", False),
        ("192.0.0.192", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::7f00:1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("no address", False),
    ],
)
def test_only_addresses_that_anybody_may_ask_are_public(
    address: str, *, public: bool
) -> None:
    """Private ones in every dress are not."""
    assert is_public(address) is public


class Recorder(httpcore.MockBackend):
    """Remembers where connections go."""

    def __init__(self) -> None:
        super().__init__(
            [b"HTTP/1.1 200 OK\r\n", b"Content-Length: 4\r\n\r\n", b"text"]
        )
        self.went_to: list[str] = []

    def connect_tcp(
        self, host: str, *args: object, **more: object
    ) -> httpcore.NetworkStream:
        """Connect nowhere, and remember."""
        self.went_to.append(host)
        return super().connect_tcp(host, *args, **more)  # type: ignore[arg-type]


def resolving(
    monkeypatch: pytest.MonkeyPatch, *answers: list[str]
) -> tuple[Recorder, list[str]]:
    """Let names resolve to these addresses, one list a question."""
    asked: list[str] = []
    left = list(answers)
    backend = Recorder()

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(
        httpcore.SyncBackend,
        "connect_tcp",
        lambda _, *a, **k: backend.connect_tcp(*a, **k),
    )
    return backend, asked


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name is resolved once: a second answer (DNS rebinding) is never asked for."""
    backend, asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert fetch("http://rebind.example/").content == b"text"
    assert backend.went_to == ["93.184.216.34"]
    assert asked == ["rebind.example"]


def test_one_private_address_among_many_refuses_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No connection is made, whichever address comes first."""
    backend, _ = resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(ArchiveError, match=r"host mixed.example is at 10\.0\.0\.1"):
        fetch("http://mixed.example/")
    assert backend.went_to == []


def test_loopback_for_tests_opens_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Private networks stay closed with it."""
    resolving(monkeypatch, ["192.168.0.1"])
    with pytest.raises(ArchiveError, match="not a public address"):
        fetch("http://router.example:8080/", rules=RULES)


def test_tls_is_spoken_with_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is asked for the host's name, not for its address."""
    names: list[str | None] = []
    backend, _ = resolving(monkeypatch, ["93.184.216.34"])
    whole = httpcore.MockStream.start_tls

    def start_tls(
        self: httpcore.MockStream,
        ssl_context: object,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        names.append(server_hostname)
        return whole(self, ssl_context, server_hostname, timeout)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore.MockStream, "start_tls", start_tls)
    assert fetch("https://paper.example/").content == b"text"
    assert names == ["paper.example"]
    assert backend.went_to == ["93.184.216.34"]


def test_a_name_that_does_not_resolve_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unknown names, and resolvers that never answer."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ArchiveError, match=r"name paper\.example was not found"):
        fetch("http://paper.example/")

    def sleeping(*_: object, **__: object) -> list[object]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", sleeping)
    with pytest.raises(ArchiveError, match="gave no answer in time"):
        fetch("http://paper.example/", rules=FetchRules(connect_timeout_s=0.1))


def test_a_port_where_nothing_listens_is_an_error() -> None:
    """Refused connections are said, with the remedy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(ArchiveError, match=r"could not be fetched.*Try again"):
            fetch(f"http://127.0.0.1:{port}/", rules=RULES)


def test_the_settings_say_how_to_fetch() -> None:
    """User agent with its contact, waits and limits."""
    rules = rules_of(
        Settings(
            fetch_contact="desk@paper.example", fetch_timeout_s=3, fetch_size_bytes=9
        )
    )
    assert rules.user_agent.endswith("(+desk@paper.example)")
    assert (rules.connect_timeout_s, rules.read_timeout_s) == (3, 3)
    assert rules.size_bytes == 9
    assert not rules.allow_loopback
    assert "+" not in rules_of(Settings(fetch_contact="")).user_agent


def test_an_archived_page_keeps_its_answer(root: str, tmp_path: Path) -> None:
    """Bytes, hash, redirects and addresses are in the archive."""
    archive = Archive(tmp_path / "archive")
    copy = archive_url(source(f"{root}/to/{root}/good"), archive, rules=RULES)
    assert copy.is_new
    assert archive.content(copy) == PAGE.encode()
    assert copy.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert copy.final_url == f"{root}/good"
    assert len(copy.redirects) == 1
    assert archive.verify() == []
    again = archive_url(source(f"{root}/good"), archive, rules=RULES)
    assert (again.is_new, again.version) == (False, 1)


def test_a_page_without_any_of_the_quotes_is_refused_unless_told(
    root: str, tmp_path: Path
) -> None:
    """It may be another page; who knows better may keep it."""
    archive = Archive(tmp_path / "archive")
    at = source(f"{root}/good")
    lost = [Citation(at.id, "not there"), Citation(at.id, "nor this")]
    with pytest.raises(ArchiveError, match=r"none of the 2 quotes.*--anyway"):
        archive_url(at, archive, citations=lost, rules=RULES)
    kept = archive_url(at, archive, citations=lost, rules=RULES, keep_anyway=True)
    assert kept.version == 1
    there = [*lost, Citation(at.id, "painted over a mural")]
    assert archive_url(at, archive, citations=there, rules=RULES).version == 1


def test_the_other_address_is_tried_where_the_first_fails(
    root: str, tmp_path: Path
) -> None:
    """``fetched_from`` is the second choice; if both fail, both are told."""
    archive = Archive(tmp_path / "archive")
    bad, good = f"{root}/status/403", f"{root}/good"
    with pytest.raises(ArchiveError, match=r"(?s)HTTP 403.*\n.*HTTP 404"):
        archive_url(source(bad, f"{root}/status/404"), archive, rules=RULES)
    copy = archive_url(source(bad, good), archive, rules=RULES)
    assert copy.url == good
    with pytest.raises(ArchiveError, match="has no address in the register"):
        archive_url(source(None), archive, rules=RULES)


@pytest.mark.parametrize(
    ("page", "is_wall"),
    [
        ("<html><p>The first lines.</p><p>Subscribe to continue.</p>", True),
        ("<html><p>Первые строки.</p><p>Оформите подписку сейчас.</p>", True),
        ('<html><script>{"isAccessibleForFree": "False"}</script><p>Lines.</p>', True),
        ("<html><p>404. Page not found.</p>", True),
        ("<html><p>Страница не найдена.</p>", True),
        ("<html><p>A short but whole page.</p>", False),
        (f"<html><p>{WORDS * 30}</p><p>Subscribe to continue.</p>", False),
        ("A text. Subscribe to continue.", False),
    ],
)
def test_a_saved_paywall_is_refused(
    tmp_path: Path, page: str, *, is_wall: bool
) -> None:
    """Short pages that ask for a subscription are; other files are not."""
    archive, path = Archive(tmp_path / "archive"), tmp_path / "a"
    path.write_text(page, encoding="utf-8")
    if not is_wall:
        assert archive_file(source(None), archive, path).is_new
        return
    with pytest.raises(ArchiveError, match=f"{path}: is a paywall or consent page"):
        archive_file(source(None), archive, path)
    assert not archive.folder.exists()
    assert archive_file(source(None), archive, path, keep_anyway=True).is_new


def test_a_source_is_found_by_its_address() -> None:
    """Fragment, scheme, www and last slash make no difference; the query does."""
    one = source("https://www.paper.example/a/?id=1")
    sources = Sources({one.id: one})
    assert source_at(sources, "http://paper.example/a?id=1#part") == one
    for url in ("https://paper.example/a/?id=2", "https://paper.example:8443/a?id=1"):
        with pytest.raises(NotFoundError, match="incidents archive add SOURCE_ID URL"):
            source_at(sources, url)
    assert plain_address("http://[") == "http://["


def several(*urls: str | None) -> Sources:
    """Return a register of sources at these addresses."""
    made = {}
    for number, url in enumerate(urls):
        values = {name: getattr(source(url), name) for name in Source.__slots__}
        made[f"s{number}"] = Source(**{**values, "id": f"s{number}"})
    return Sources(made)


def test_missing_sources_are_fetched_once(
    root: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails is logged and not asked again within a day; copies are left alone."""
    archive = Archive(tmp_path / "archive")
    sources = several(f"{root}/good", f"{root}/status/404", None, f"{root}/packed")
    Handler.asked.clear()
    with caplog.at_level("INFO"):
        added = fetch_missing(sources, archive, rules=RULES, pause_s=0)
    assert [copy.source_id for copy in added] == ["s0", "s3"]
    assert [path for path, _ in Handler.asked] == ["/good", "/status/404", "/packed"]
    assert "Archived s0, version 1." in caplog.text
    assert "s1 was not fetched: " in caplog.text
    assert "HTTP 404" in caplog.text
    assert fetch_missing(sources, archive, rules=RULES, pause_s=0) == []
    assert len(Handler.asked) == 3
    assert archive.verify() == []


def test_a_failed_attempt_is_repeated_after_a_day(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note that is torn or a day old does not stop the next attempt."""
    archive = Archive(tmp_path / "archive")
    sources = several(f"{root}/status/500")

    def asked() -> int:
        Handler.asked.clear()
        fetch_missing(sources, archive, rules=RULES, pause_s=0)
        return len(Handler.asked)

    note = archive.folder / ".attempts" / "s0.json"
    assert (asked(), asked()) == (1, 0)
    for torn in ("", "[]", "{}", '{"at": 1}', '{"at": "2024-01-01T00:00:00"}'):
        note.write_text(torn, encoding="utf-8")
        assert (asked(), asked()) == (1, 0), torn
    monkeypatch.setattr(intake, "_RETRY_AFTER", timedelta(seconds=-1))
    assert asked() == 1


def test_a_damaged_or_unwritable_archive_stops_nothing(
    root: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Fetching in the background never raises."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    sources = several(f"{root}/good")
    assert fetch_missing(sources, Archive(blocked), rules=RULES) == []
    assert "s0 was not fetched" in caplog.text
    thread = start_fetching(
        sources, Archive(tmp_path / "archive"), rules=RULES, pause_s=0
    )
    assert thread.daemon
    thread.join(10)
    assert Archive(tmp_path / "archive").latest("s0") is not None


def test_sources_are_asked_one_after_another(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a pause between, and none before the first."""
    pauses: list[float] = []
    pause: Callable[[float], None] = pauses.append
    monkeypatch.setattr("geo.evidence.intake.time.sleep", pause)
    fetch_missing(
        several(f"{root}/good", f"{root}/packed"),
        Archive(tmp_path / "archive"),
        rules=RULES,
        pause_s=7,
    )
    assert pauses.count(7) == 1


def test_a_capture_without_a_type_declares_none() -> None:
    """Headers may be missing or odd."""
    bare = Capture("http://a", "http://a", b"x", datetime.now(UTC))
    assert (bare.content_type, bare.charset) == ("", None)
    odd = Capture(
        "http://a",
        "http://a",
        b"x",
        datetime.now(UTC),
        headers=(("content-type", ";"),),
    )
    assert odd.charset is None
