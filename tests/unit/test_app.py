"""The server as a whole: what a stranger can and cannot make it do."""

from __future__ import annotations

import itertools
import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving import (
    answer_to,
    handshake_for,
    line_to,
    read_until_closed,
    request_for,
    send_until_cut_off,
    served,
)

PAGES = ("/", "/table", "/sources", "/connect", "/about")
PUBLIC = "https://map.example.org/sub/path"
FOREIGN = "https://evil.example"


@pytest.fixture(scope="module")
def network() -> Iterator[socket.socket]:
    """Listen where a server under test would go if it went out to the network."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@contextmanager
def watched(network: socket.socket, **environment: str) -> Iterator[int]:
    """Serve the app with all its ways out leading to *network*; give its port."""
    proxy = f"http://127.0.0.1:{network.getsockname()[1]}"
    ways = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY"), proxy)
    with served(**environment, **ways, no_proxy="", NO_PROXY="") as url:
        yield urlsplit(url).port or 0


@pytest.fixture(scope="module")
def port(network: socket.socket) -> Iterator[int]:
    """Serve the app as it is."""
    with watched(network, INCIDENTS_CONNECTION_TIMEOUT_S="2") as port:
        yield port


@pytest.fixture(scope="module")
def public_port(network: socket.socket) -> Iterator[int]:
    """Serve the app where readers reach it by another address."""
    with watched(network, INCIDENTS_PUBLIC_URL=PUBLIC) as port:
        yield port


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_here(port: int, path: str, method: str) -> None:
    """With a query, too; a slash at the end leads to them."""
    asked = f"{path}?category=mural"
    status, headers, body = answer_to(port, request_for(asked, method=method))
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert bool(body) is (method == "GET")
    if path != "/":
        status, headers, _ = answer_to(port, request_for(f"{path}/?q=a", method=method))
        assert status == 308
        assert urljoin(f"{path}/", headers["location"]) == f"{path}?q=a"


@pytest.mark.parametrize(
    "path", ["/draft", "/desk", "/nothing", "/wp-admin/", "/static/js/x.js"]
)
def test_what_is_not_here_is_not_found(port: int, path: str) -> None:
    """In a page for browsers, under the headers of all pages."""
    status, headers, body = answer_to(port, request_for(path))
    assert status == 404
    assert headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "modulepreload" not in headers["link"]
    assert b'<a href="/">' in body


@pytest.mark.parametrize("path", ["/api/nothing", "/ogc/nothing", "/api", "/ogc/a/b"])
def test_programs_are_told_in_json(port: int, path: str) -> None:
    """Under the paths that are theirs."""
    status, headers, body = answer_to(port, request_for(path))
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(body)["status"] == 404


def test_search_engines_find_their_file(port: int) -> None:
    """What it costs the server to answer is not for them."""
    status, headers, body = answer_to(port, request_for("/robots.txt"))
    assert (status, headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert b"User-agent: *" in body
    assert b"Disallow: /export" in body


@pytest.mark.parametrize(
    ("path", "begins"),
    [("/favicon.ico", b"\x00\x00\x01\x00"), ("/favicon.png", b"\x89PNG")],
)
def test_browsers_find_our_icon(port: int, path: str, begins: bytes) -> None:
    """Not Streamlit's."""
    status, headers, body = answer_to(port, request_for(path))
    assert (status, headers["content-type"].partition("/")[0]) == (200, "image")
    assert body.startswith(begins)


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/metrics?families=session_events",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/_stcore/bidi-components/x/y",
        "/auth/login",
        "/oauth2callback",
        "/_stcore/stream",
        "/_stcore",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_streamlit_shows_strangers_no_more_than_the_page_needs(
    port: int, path: str, method: str
) -> None:
    """Neither its metrics nor its other doors."""
    assert answer_to(port, request_for(path, method=method))[0] == 404


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config"])
def test_streamlit_tells_its_page_what_it_needs(port: int, path: str) -> None:
    """Without which it would not start."""
    assert answer_to(port, request_for(path))[0] == 200


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", ["/_stcore/upload_file/session/1", "/_stcore/upload_file/", "/", "/table"]
)
def test_nobody_takes_files(port: int, path: str, method: str) -> None:
    """The answer does not wait for the body, however long it shall be."""
    asked = request_for(path, method=method, Content_Length="50000000")
    assert answer_to(port, asked)[0] in {404, 405}


def test_an_upload_with_all_that_streamlit_asks_for_is_refused(port: int) -> None:
    """Its token is had for nothing."""
    cookie = answer_to(port, request_for("/_stcore/health"))[1]["set-cookie"]
    token = re.findall(r"_streamlit_xsrf=([^;]+)", cookie)[0]
    file = b'Content-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body = b"--x\r\n" + file + b"x" * 100_000 + b"\r\n--x--\r\n"
    asked = request_for(
        "/_stcore/upload_file/any/any",
        method="PUT",
        Content_Type="multipart/form-data; boundary=x",
        Content_Length=str(len(body)),
        X_Xsrftoken=token,
        Cookie=f"_streamlit_xsrf={token}",
    )
    assert answer_to(port, asked + body)[0] == 404


def test_the_desk_takes_files_of_its_sessions_only(network: socket.socket) -> None:
    """Its page is there; whoever has no session there hands in nothing."""
    with watched(network, INCIDENTS_DESK="true") as port:
        assert answer_to(port, request_for("/desk"))[0] == 200
        path = "/_stcore/upload_file/session/1"
        long = request_for(path, method="PUT", Content_Length="50000000")
        status, _, body = answer_to(port, long)
        assert status == 404
        assert b"no such session" in body
        assert answer_to(port, request_for("/draft"))[0] == 404


def test_an_endless_body_is_answered_and_cut_off(port: int) -> None:
    """The one route that is posted to reads none."""
    asked = request_for("/api/turns/x", method="POST", Transfer_Encoding="chunked")
    with line_to(port) as line:
        line.sendall(asked.replace(b"Connection: close\r\n", b""))
        assert line.recv(1000).startswith(b"HTTP/1.1 204")
        send_until_cut_off(line, b"1000\r\n" + b"x" * 0x1000 + b"\r\n")


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_half_open_connections_are_closed(port: int, begun: bytes) -> None:
    """After the seconds that the deployment set."""
    with line_to(port) as line:
        line.sendall(begun)
        assert read_until_closed(line) == b""


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/ogc/a%2F", "/ogc/a"),
        ("/ogc/collections/?f=json", "/ogc/collections?f=json"),
        ("/ogc?f=html", "/ogc/?f=html"),
        ("/ogc/conformance%2f%2F", "/ogc/conformance"),
        ("/map?q=a", "/?q=a"),
    ],
)
def test_redirects_lead_somewhere_else(port: int, path: str, there: str) -> None:
    """With their query, and to an answer that is no redirect."""
    status, headers, _ = answer_to(port, request_for(path, host="evil.example"))
    assert status == 308
    assert urljoin(path, headers["location"]) == there
    assert answer_to(port, request_for(there))[0] in {200, 404}


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "//evil.example",
        "/\\evil.example/",
        "/%5Cevil.example/",
        "/%2Fevil.example/",
        "/ogc/%2F/evil.example/",
        "/ogc//evil.example/",
        "/ogc/\\evil.example/",
        "//ogc/a/",
        "/table//evil.example/",
        "/static//evil.example/",
        "/component//evil.example/",
        "/media//evil.example/",
        "http://evil.example/ogc/a/",
    ],
)
def test_no_redirect_leads_to_another_host(port: int, path: str) -> None:
    """Browsers read a backslash as a slash."""
    status, headers, _ = answer_to(port, request_for(path, host="evil.example"))
    assert status < 500
    where = headers.get("location", "./").replace("\\", "/")
    assert urlsplit(urljoin(f"http://here.example{path}", where)).netloc in {
        "here.example",
        "",
    } or where.startswith(("./", "../"))


def test_a_shared_address_has_a_card(port: int, public_port: int) -> None:
    """Those who show it run no script: the page itself names title and picture."""
    card = r'<meta property="og:image" content="([^"]*)">'
    for server, address in ((port, "card.png"), (public_port, f"{PUBLIC}/card.png")):
        status, _, body = answer_to(server, request_for("/?category=attack"))
        head, _, _ = body.decode().partition("</head>")

        assert status == 200
        assert re.findall(card, head) == [address]
        assert head.count("<title>") == 1
        assert "<title>Streamlit" not in head
    status, headers, _ = answer_to(port, request_for("/card.png"))
    assert (status, headers["content-type"]) == (200, "image/png")


@pytest.mark.parametrize("path", ["/ogc/", "/ogc/collections", "/ogc/api"])
@pytest.mark.parametrize("form", ["json", "html"])
def test_links_name_the_public_address(public_port: int, path: str, form: str) -> None:
    """Whatever host a request names."""
    asked = request_for(f"{path}?f={form}", host="evil.example")
    _, headers, body = answer_to(public_port, asked)
    said = body.decode() + json.dumps(headers)
    assert PUBLIC in said
    assert "evil.example" not in said
    assert "127.0.0.1" not in said


def test_a_host_that_is_none_is_not_repeated(port: int) -> None:
    """Nor is anything that it smuggles in."""
    _, _, body = answer_to(port, request_for("/ogc/", host="a<script>"))
    assert b"<script" not in body


def statuses_of_origins(port: int) -> dict[str, int]:
    """Return how a web socket is answered, by the origin of the page that wants it."""
    here = f"127.0.0.1:{port}"
    statuses = {}
    for origin in (FOREIGN, "null", "https://map.example.org", f"http://{here}"):
        with line_to(port) as line:
            line.sendall(handshake_for("/_stcore/stream", host=here, origin=origin))
            statuses[origin.replace(here, "here")] = int(line.recv(1000).split()[1])
    return statuses


def test_a_foreign_origin_is_refused_without_asking_the_network(
    network: socket.socket, port: int, public_port: int
) -> None:
    """Streamlit would ask a server of Amazon for its own address, however it is set."""
    refused = {FOREIGN: 403, "null": 403}
    ours = {"https://map.example.org": 403, "http://here": 101}

    assert statuses_of_origins(port) == refused | ours
    assert statuses_of_origins(public_port) == refused | dict.fromkeys(ours, 101)
    with watched(
        network,
        STREAMLIT_BROWSER_SERVER_ADDRESS="map.example.org",
        STREAMLIT_SERVER_ENABLE_CORS="false",
    ) as open_port:
        assert statuses_of_origins(open_port) == refused | ours
    with pytest.raises(BlockingIOError):
        network.accept()


METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY")
ODD_PATHS = (
    *PAGES,
    "/%",
    "/%zz",
    "/%00",
    "/%ff",
    "/%c0%af",
    "/%e2%82",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/own/..%2f..%2fsettings.py",
    "/assets/own/%00",
    "/assets/leaflet/",
    "/static/js/%2e%2e/",
    "/component/../x",
    "/component/streamlit_folium.st_folium/%2e%2e%2f",
    "/media/%ff",
    "/api/incidents/%ff%00",
    "/api/incidents/" + "x" * 5000,
    "/api/outlines?places=999999999999999999999",
    "/api/outlines?places=%d9%a1",
    "/api/view?viewport=nan,nan,inf,-inf&zoom=1e999",
    "/api/view?viewport=0,0,1,1&zoom=nan",
    "/api/summary?from=%ff&to=0000-00-00",
    "/api/summary?" + "&".join(["category=attack"] * 500),
    "/api/summary?bbox=1,2,3",
    "/api/turns/%ff",
    "/ogc/collections/%ff/items/%00",
    "/ogc/collections/incidents/items?limit=-1&bbox=a",
    "/ogc/collections/incidents/items?filter=((((",
    "/ogc/collections/incidents/items?datetime=%00",
    "/ogc/%2e%2e%2f",
    "/ground/99999999999999999999/world.pmtiles",
    "/ground/%ff/world.pmtiles",
    "/ground/0/streets.pmtiles",
    "/export?format=%00",
    "/export?format=csv&format=csv",
    "/schema/%2e%2e",
    "/healthz/",
    "/_stcore/health/x",
    "/?" + "a" * 8000,
    "*",
    "http://other.example/",
    "/;a=b",
    "/a//b",
    "/#x",
)
ODD_HEADERS = (
    {},
    {"Host2": "x"},
    {"Accept": "\xff\xfe, ;;q=a, */*;q=9"},
    {"Accept_Encoding": "gzip;q=x, \xff"},
    {"If_None_Match": '"' * 99, "If_Modified_Since": "yesterday"},
    {"Range": "bytes=9-1,--,a-b"},
    {"Cookie": "_streamlit_xsrf=2|x|y|z; _streamlit_session=\xff; =; ;"},
    {"Content_Length": "0", "Content_Type": "multipart/form-data"},
    {"X_Forwarded_For": "\xff, 1.2.3.4.5", "X_Forwarded_Proto": "gopher"},
    {"Origin": "\xff", "Access_Control_Request_Method": "\xff"},
    {"Upgrade": "h2c", "Connection2": "Upgrade", "Expect": "100-continue"},
)


@pytest.mark.parametrize("method", METHODS)
def test_odd_requests_are_no_fault_of_the_server(port: int, method: str) -> None:
    """Each path with each method, and each odd header with one of them in turn."""
    odd = itertools.cycle(ODD_HEADERS)
    wrong = []
    for path in ODD_PATHS:
        for headers in ({}, next(odd)):
            asked = request_for(path, method=method, **headers)
            status, _, _ = answer_to(port, asked)
            if status >= 500:
                wrong.append((status, path, headers))
    assert wrong == []


PIECES = (
    "/ // . .. % %2F %5c %00 %ff \\ ; : @ ? & = api ogc collections incidents items "
    "table _stcore static assets/own ground/0/world.pmtiles export f=json ü"
)


@given(
    st.lists(st.sampled_from(PIECES.split()), max_size=9).map("".join),
    st.sampled_from(METHODS),
)
@settings(max_examples=150)
def test_made_up_requests_are_no_fault_of_the_server(
    port: int, path: str, method: str
) -> None:
    """Nor does a redirect lead to itself."""
    asked = f"/{path}".encode().decode("latin-1")
    status, headers, _ = answer_to(port, request_for(asked, method=method))
    assert status < 500
    if "location" in headers:
        assert urljoin(asked, headers["location"]) != asked


@pytest.mark.parametrize(
    "asked",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n" * 100,
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n",
        b"CONNECT evil.example:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
    ids=range(16),
)
def test_what_is_hardly_a_request_is_no_fault_of_the_server(
    port: int, asked: bytes
) -> None:
    """Answered or not, it ends."""
    with line_to(port) as line:
        try:
            line.sendall(asked)
        except ConnectionError:
            return
        assert not read_until_closed(line).startswith(b"HTTP/1.1 5")
