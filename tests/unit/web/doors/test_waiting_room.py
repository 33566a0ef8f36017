"""Who comes while the map is being loaded is told so, and then let in."""

from __future__ import annotations

import http.client
import json
import socket
import struct
from collections.abc import Iterator

import pytest

from geo.base.listening import listen_at
from geo.web.doors import waiting_room


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """Return a socket that listens at a free port of the loopback."""
    (opened,) = listen_at("127.0.0.1", 0)
    yield opened
    opened.close()


def answer_of(
    door: socket.socket, path: str, *, method: str = "GET", accept: str = "*/*"
) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask whoever is behind the door."""
    caller = http.client.HTTPConnection(*door.getsockname(), timeout=30)
    caller.request(method, path, headers={"Accept": accept})
    answer = caller.getresponse()
    content = answer.read()
    caller.close()
    return answer, content


@pytest.mark.parametrize("path", ["/healthz", "/api/view", "/", "/nothing"])
def test_programs_are_told_to_ask_again(door: socket.socket, path: str) -> None:
    """Whatever they ask for, as a problem document (RFC 9457)."""
    with waiting_room([door]):
        answer, content = answer_of(door, path)

    assert answer.status == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert json.loads(content)["status"] == 503


def test_browsers_get_a_page_that_asks_again(door: socket.socket) -> None:
    """In plain words, without a script, and never from a cache."""
    with waiting_room([door]):
        answer, content = answer_of(door, "/?category=attack", accept="text/html,*/*")

    assert answer.status == 503
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"The map is being loaded" in content
    assert b'<meta http-equiv="refresh"' in content
    assert b"<script" not in content


def test_a_head_has_no_body(door: socket.socket) -> None:
    """As HTTP wants it (RFC 9110, 9.3.2)."""
    with waiting_room([door]):
        answer, content = answer_of(door, "/", method="HEAD")

    assert (answer.status, content) == (503, b"")


def test_who_comes_afterwards_waits_for_the_server(door: socket.socket) -> None:
    """The socket listens on, so that nobody is refused in between."""
    with waiting_room([door]):
        pass
    with socket.create_connection(door.getsockname(), timeout=30) as caller:
        caller.sendall(b"hello")
        taken, _ = door.accept()

        assert taken.recv(5) == b"hello"
        taken.close()


def test_who_leaves_at_once_is_let_go(
    door: socket.socket, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is told to nobody, and others are answered."""
    with waiting_room([door]):
        for _ in range(3):
            with socket.create_connection(door.getsockname()) as caller:
                linger = struct.pack("ii", 1, 0)
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                caller.sendall(b"GET / HTTP/1.1\r\n\r\n")
        answer, _ = answer_of(door, "/healthz")

    assert answer.status == 503
    assert capfd.readouterr().err == ""


def test_somebody_who_says_nothing_keeps_nobody_waiting(door: socket.socket) -> None:
    """A browser opens connections before it knows what to ask."""
    with waiting_room([door]), socket.create_connection(door.getsockname()):
        answer, _ = answer_of(door, "/healthz")

    assert answer.status == 503
