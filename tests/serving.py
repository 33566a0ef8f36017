"""Real servers on the loopback, and talking to them byte by byte."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from geo.web.doors import connection_bounds

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 120
#: A connection that is still open after so long would stay for ever.
HANGS_S = 30


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers, or fail with its own words."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with exit code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer within {START_TIMEOUT_S} s")


@contextmanager
def served(**environment: str) -> Iterator[str]:
    """Serve the app with these settings on a port of its own; give its address."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={
            **os.environ,
            "INCIDENTS_FETCH_SOURCES": "false",
            # On a busy machine the map takes its time; the page waits for it here.
            "INCIDENTS_MAP_FIRST_S": "10",
            **environment,
            "INCIDENTS_PORT": str(port),
        },
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextmanager
def served_here(app: ASGIApp, *, timeout_s: int = 1) -> Iterator[int]:
    """Serve an app in this process, with our bounds on connections; give its port."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=port,
            log_level="critical",
            lifespan="off",
            **connection_bounds(timeout_s),
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(HANGS_S)


@contextmanager
def line_to(port: int) -> Iterator[socket.socket]:
    """Open a connection; reading from it fails where the server leaves it open."""
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS_S) as line:
        yield line


def read_until_closed(line: socket.socket) -> bytes:
    """Return all that the server says until it closes the connection."""
    said = bytearray()
    try:
        while piece := line.recv(65_536):
            said += piece
    except ConnectionResetError:
        pass
    return bytes(said)


def send_until_cut_off(
    line: socket.socket, piece: bytes, *, pause_s: float = 0
) -> None:
    """Send a piece again and again; fails where the server takes it for ever."""
    deadline = time.monotonic() + HANGS_S
    while time.monotonic() < deadline:
        try:
            line.sendall(piece)
        except ConnectionError:
            return
        time.sleep(pause_s)
    pytest.fail(f"the connection was still open after {HANGS_S} s")


def answer_to(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to one request, sent as it is."""
    with line_to(port) as line:
        line.sendall(request)
        said = read_until_closed(line)
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (text.partition(":") for text in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return int(first.split()[1]), headers, body


def request_for(
    path: str, *, method: str = "GET", host: str = "127.0.0.1", **headers: str
) -> bytes:
    """Return a request as it goes over the line; underscores are hyphens."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def handshake_for(path: str, *, host: str, origin: str | None = None) -> bytes:
    """Return the request that asks for a web socket (RFC 6455, 4.1)."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    if origin is not None:
        lines.append(f"Origin: {origin}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
