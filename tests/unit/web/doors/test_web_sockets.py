"""Web sockets come from our own pages, on one path, and not without end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from starlette.types import Receive, Scope, Send

from geo.base.settings import settings
from geo.web.doors import OwnWebSockets
from tests.serving import handshake_for, line_to, served_here

PUBLIC = "https://map.example.org/sub"


class Seen:
    """An app that accepts every web socket, and remembers which host it was asked as."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept, and wait until the other side leaves."""
        hosts = [value.decode() for name, value in scope["headers"] if name == b"host"]
        self.hosts += hosts
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass


@pytest.fixture
def seen() -> Seen:
    """Return an app."""
    return Seen()


@pytest.fixture(params=["", PUBLIC], ids=["no public address", "public address"])
def port(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> Iterator[int]:
    """Serve the app behind the middleware, for three sessions from one address."""
    monkeypatch.setenv("INCIDENTS_PUBLIC_URL", request.param)
    monkeypatch.setenv("INCIDENTS_SESSIONS_PER_ADDRESS", "3")
    settings.cache_clear()
    try:
        with served_here(OwnWebSockets(seen, path="/stream"), timeout_s=20) as port:
            yield port
    finally:
        settings.cache_clear()


def status_of(port: int, handshake: bytes) -> int:
    """Return how a handshake is answered."""
    with line_to(port) as line:
        line.sendall(handshake)
        return int(line.recv(1000).split()[1])


@pytest.mark.parametrize("origin", [None, "http://{here}"])
def test_our_own_page_and_programs_are_let_in(port: int, origin: str | None) -> None:
    """A browser says where it comes from; programs need not."""
    here = f"127.0.0.1:{port}"
    origin = origin and origin.format(here=here)
    assert status_of(port, handshake_for("/stream", host=here, origin=origin)) == 101


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
    ],
)
def test_a_page_from_elsewhere_is_refused(port: int, seen: Seen, origin: str) -> None:
    """Before the app hears of it."""
    here = f"127.0.0.1:{port}"
    assert status_of(port, handshake_for("/stream", host=here, origin=origin)) == 403
    assert seen.hosts == []


def test_an_origin_said_twice_is_refused(port: int) -> None:
    """Nobody knows which is meant."""
    here = f"127.0.0.1:{port}"
    asked = handshake_for("/stream", host=here, origin=f"http://{here}")
    twice = asked.replace(b"Origin:", b"Origin: https://evil.example\r\nOrigin:")
    assert status_of(port, twice) in {400, 403}


@pytest.mark.parametrize("path", ["/", "/other", "/stream/", "/stream/x", "//stream"])
def test_other_paths_have_no_web_socket(port: int, path: str) -> None:
    """Refused, where the app would fail."""
    assert status_of(port, handshake_for(path, host=f"127.0.0.1:{port}")) == 403


@pytest.mark.parametrize("port", [PUBLIC], indirect=True)
def test_a_proxy_may_change_the_host(port: int, seen: Seen) -> None:
    """The app is told the host that the page has, and need not look it up."""
    asked = handshake_for(
        "/stream", host=f"127.0.0.1:{port}", origin="https://map.example.org"
    )
    assert status_of(port, asked) == 101
    assert seen.hosts == ["map.example.org"]


def test_one_address_has_few_sessions_at_a_time(port: int) -> None:
    """Who leaves makes room."""
    asked = handshake_for("/stream", host=f"127.0.0.1:{port}")
    with ExitStack() as stack:
        for _ in range(3):
            line = stack.enter_context(line_to(port))
            line.sendall(asked)
            assert line.recv(1000).startswith(b"HTTP/1.1 101")
        assert status_of(port, asked) == 403
        line.close()
        while status_of(port, asked) == 403:
            pass


def test_a_desk_is_for_pages_of_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    """A name of somebody else's that leads here (DNS rebinding) opens nothing."""
    monkeypatch.delenv("INCIDENTS_PUBLIC_URL", raising=False)
    monkeypatch.setenv("INCIDENTS_DESK", "true")
    settings.cache_clear()
    try:
        with served_here(OwnWebSockets(seen, path="/stream"), timeout_s=20) as port:
            answers = {
                name: status_of(
                    port,
                    handshake_for(
                        "/stream", host=f"{name}:{port}", origin=f"http://{name}:{port}"
                    ),
                )
                for name in ("127.0.0.1", "localhost", "rebound.example")
            }
    finally:
        settings.cache_clear()

    assert answers["127.0.0.1"] == answers["localhost"] == 101
    assert answers["rebound.example"] != 101
