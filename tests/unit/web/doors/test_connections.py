"""Connections that stand still are closed; those that move are left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.serving import (
    handshake_for,
    line_to,
    read_until_closed,
    request_for,
    send_until_cut_off,
    served_here,
)

#: More than the buffers of both ends of a connection hold.
LARGE = 64_000_000


async def hello(_request: Request) -> Response:
    """Answer at once, whatever the body."""
    return PlainTextResponse("hello")


async def take(request: Request) -> Response:
    """Answer when the body is there."""
    return PlainTextResponse(str(len(await request.body())))


async def pour(_request: Request) -> Response:
    """Answer with more than anybody's buffers hold."""
    return StreamingResponse(iter([b"x" * 1_000_000] * (LARGE // 1_000_000)))


async def lump(_request: Request) -> Response:
    """Answer with as much, in one piece."""
    return PlainTextResponse("x" * LARGE)


async def listen(socket: WebSocket) -> None:
    """Accept a web socket, and hear whoever speaks."""
    await socket.accept()
    async for _ in socket.iter_bytes():
        pass


async def flood(socket: WebSocket) -> None:
    """Accept a web socket, and say more than anybody's buffers hold."""
    await socket.accept()
    for _ in range(LARGE // 1_000_000):
        await socket.send_bytes(b"x" * 1_000_000)
    await socket.receive()


def app() -> Starlette:
    """Return an app with what a connection may wait for."""
    return Starlette(
        routes=[
            Route("/hello", hello, methods=["GET", "POST"]),
            Route("/take", take, methods=["POST"]),
            Route("/pour", pour),
            Route("/lump", lump),
            WebSocketRoute("/listen", listen),
            WebSocketRoute("/flood", flood),
        ]
    )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve with a second of patience."""
    with served_here(app(), timeout_s=1) as port:
        yield port


@pytest.fixture(scope="module")
def patient_port() -> Iterator[int]:
    """Serve with more patience: a busy machine stands still for a second by itself."""
    with served_here(app(), timeout_s=3) as port:
        yield port


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"G",
        b"GET /hello HTTP/1.1\r\n",
        b"GET /hello HTTP/1.1\r\nHost: here\r\n",
        b"POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhal",
        b"POST /hello HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhal",
        b"POST /take HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
        b"GET /listen HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n",
        b"GET /hello HTTP/1.1\r\nHost: here\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: here\r\n\r\nGET /hello HTTP/1.1\r\nHo",
        (
            b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\nPOST /take HTTP/1.1\r\nHost: a\r\n"
            b"Content-Length: 9\r\n\r\nhal"
        ),
    ],
    ids=[
        "nothing",
        "a letter",
        "a line",
        "half the headers",
        "half a body that is waited for",
        "half a body that nobody reads",
        "half a body in chunks",
        "half a handshake",
        "idle after an answer",
        "half a second request",
        "half a second body",
    ],
)
def test_a_connection_without_a_full_request_is_closed(port: int, begun: bytes) -> None:
    """However far it came."""
    with line_to(port) as line:
        line.sendall(begun)
        read_until_closed(line)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /hello HTTP/1.1\r\nX: ",
        b"POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 9000\r\n\r\n",
        b"POST /hello HTTP/1.1\r\nHost: here\r\nContent-Length: 9000\r\n\r\n",
    ],
    ids=["headers", "a body that is waited for", "a body that nobody reads"],
)
def test_a_byte_now_and_then_does_not_keep_a_connection(port: int, head: bytes) -> None:
    """A drip is a way to hold a connection for ever."""
    with line_to(port) as line:
        line.sendall(head)
        send_until_cut_off(line, b"x", pause_s=0.1)


def test_an_endless_body_is_answered_and_then_cut_off(port: int) -> None:
    """However fast it comes, where nobody reads it."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with line_to(port) as line:
        line.sendall(
            b"POST /hello HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        assert line.recv(1000).startswith(b"HTTP/1.1 200")
        send_until_cut_off(line, chunk)


def test_a_body_that_moves_is_waited_for(patient_port: int) -> None:
    """Longer than the patience, as long as it does not stand still."""
    with line_to(patient_port) as line:
        line.sendall(
            b"POST /take HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
            b"Content-Length: 30000\r\n\r\n"
        )
        for _ in range(30):
            line.sendall(b"x" * 1000)
            time.sleep(0.15)
        assert read_until_closed(line).endswith(b"30000")


@pytest.mark.parametrize("path", ["/pour", "/lump"])
def test_who_never_reads_an_answer_is_cut_off(port: int, path: str) -> None:
    """Nor does the rest of it stay in memory."""
    with line_to(port) as line:
        line.sendall(request_for(path))
        time.sleep(4)
        assert len(read_until_closed(line)) < LARGE


@pytest.mark.parametrize("path", ["/pour", "/lump"])
def test_who_reads_slowly_gets_the_whole_answer(patient_port: int, path: str) -> None:
    """Slower than the patience, as long as it does not stand still."""
    said = 0
    with line_to(patient_port) as line:
        line.sendall(request_for(path))
        for _ in range(15):
            said += len(line.recv(4_000_000))
            time.sleep(0.3)
        said += len(read_until_closed(line))
    assert said >= LARGE


def test_a_web_socket_that_answers_no_ping_is_closed(port: int) -> None:
    """Its peer is gone, or does not read."""
    with line_to(port) as line:
        line.sendall(handshake_for("/listen", host="here"))
        assert line.recv(1000).startswith(b"HTTP/1.1 101")
        read_until_closed(line)


def test_a_web_socket_that_never_reads_is_closed(port: int) -> None:
    """What it should have read does not keep it."""
    with line_to(port) as line:
        line.sendall(handshake_for("/flood", host="here"))
        time.sleep(5)
        assert len(read_until_closed(line)) < LARGE


def test_a_message_that_is_too_large_closes_its_web_socket(port: int) -> None:
    """Its length is told first, so that nothing of it is kept."""
    with line_to(port) as line:
        line.sendall(handshake_for("/listen", host="here"))
        assert line.recv(1000).startswith(b"HTTP/1.1 101")
        line.sendall(b"\x82\xff" + (5_000_000).to_bytes(8) + b"mask" + b"x" * 1000)
        assert (1009).to_bytes(2) in read_until_closed(line)


def test_many_requests_may_come_one_after_another(patient_port: int) -> None:
    """A connection that is used stays."""
    with line_to(patient_port) as line:
        for _ in range(15):
            line.sendall(b"GET /hello HTTP/1.1\r\nHost: here\r\n\r\n")
            said = b""
            while not said.endswith(b"hello"):
                said += line.recv(1000) or pytest.fail("the connection was closed")
            time.sleep(0.3)
