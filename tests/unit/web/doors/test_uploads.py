"""Uploads: closed where no page takes them, bounded where one does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.web.doors import UploadLimits, Uploads
from geo.web.doors.uploads import UploadStore
from tests.serving import answer_to, line_to, read_until_closed, served_here

BELOW = "/uploads/"
LIMITS = UploadLimits(files=2, size_bytes=100, total_bytes=350, timeout_s=2)


class Shelf:
    """An app that keeps the files of its sessions, as Streamlit does."""

    def __init__(self) -> None:
        self.sessions = {"anna", "boris", "vera"}
        self.files: dict[str, dict[str, bytes]] = {}
        self.requests = 0
        self.ends_early = False

    async def handle(self, request: Request) -> Response:
        """Keep a file, or drop it."""
        self.requests += 1
        session, name = request.path_params["session"], request.path_params["name"]
        files = self.files.setdefault(session, {})
        if request.method == "DELETE":
            files.pop(name, None)
            return Response(status_code=204)
        body = await request.body()
        if body.startswith(b"bad"):
            return PlainTextResponse("no", status_code=400)
        if body.startswith(b"slow"):
            await asyncio.sleep(60)
        if self.ends_early:
            self.sessions.discard(session)
        files[name] = body
        return Response(status_code=204)

    def forget(self, session: str) -> None:
        """Drop all files of a session."""
        self.files.pop(session, None)

    @contextmanager
    def served(self, limits: UploadLimits | None) -> Iterator[int]:
        """Serve behind the middleware."""
        app = Starlette(
            routes=[
                Route(
                    BELOW + "{session}/{name}", self.handle, methods=["PUT", "DELETE"]
                )
            ]
        )
        store = UploadStore(is_open=self.sessions.__contains__, forget=self.forget)
        with served_here(
            Uploads(app, below=BELOW, limits=limits, store=store), timeout_s=5
        ) as port:
            yield port


@pytest.fixture
def shelf() -> Shelf:
    """Return an empty shelf."""
    return Shelf()


@pytest.fixture
def port(shelf: Shelf) -> Iterator[int]:
    """Serve the shelf with :data:`LIMITS`."""
    with shelf.served(LIMITS) as port:
        yield port


def send(
    port: int, path: str, body: bytes = b"", *, method: str = "PUT", length: str = ""
) -> int:
    """Send a file; return the status of the answer."""
    head = (
        f"{method} {BELOW}{path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
        f"Content-Length: {length or len(body)}\r\n\r\n"
    )
    return answer_to(port, head.encode() + body)[0]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "GET", "OPTIONS"])
def test_where_no_page_takes_files_there_is_nothing(shelf: Shelf, method: str) -> None:
    """Answered before the body is there, and nothing reaches the app."""
    with shelf.served(None) as port:
        assert send(port, "anna/1", method=method, length="50000000") == 404
    assert shelf.requests == 0


def test_a_page_with_an_uploader_takes_files(shelf: Shelf, port: int) -> None:
    """And gives them back."""
    assert send(port, "anna/1", b"text") == 204
    assert shelf.files["anna"] == {"1": b"text"}
    assert send(port, "anna/1", method="DELETE") == 204
    assert shelf.files["anna"] == {}


def test_a_session_keeps_few_files(shelf: Shelf, port: int) -> None:
    """Another name needs room; the same one does not."""
    assert [send(port, f"anna/{name}", b"x") for name in "12"] == [204, 204]
    assert send(port, "anna/3", b"x") == 413
    assert send(port, "anna/2", b"y") == 204
    assert send(port, "anna/2", method="DELETE") == 204
    assert send(port, "anna/3", b"x") == 204
    assert set(shelf.files["anna"]) == {"1", "3"}


def test_a_file_that_was_refused_takes_no_room(port: int) -> None:
    """Whatever the app has against it."""
    assert [send(port, f"anna/{name}", b"bad") for name in range(4)] == [400] * 4
    assert send(port, "anna/1", b"x") == 204


@pytest.mark.parametrize(
    ("length", "status"),
    [("101", 413), ("9" * 20, 413), ("-1", 400), ("1e3", 400), ("x", 400)],
)
def test_a_file_that_is_too_large_is_not_read(
    shelf: Shelf, port: int, length: str, status: int
) -> None:
    """Its length is told first; one that is no number never gets here."""
    assert send(port, "anna/1", length=length) == status
    assert shelf.requests == 0


def test_a_file_must_say_its_length(shelf: Shelf, port: int) -> None:
    """Browsers do."""
    with line_to(port) as line:
        line.sendall(
            f"PUT {BELOW}anna/1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".encode()
        )
        assert read_until_closed(line).startswith(b"HTTP/1.1 411")
    assert shelf.requests == 0


def test_all_sessions_together_keep_no_more_than_the_server_has(port: int) -> None:
    """Many sessions are no way around the limits of one."""
    body = b"x" * 100
    paths = ["anna/1", "anna/2", "boris/1", "boris/2"]
    assert [send(port, path, body) for path in paths] == [204, 204, 204, 503]
    assert send(port, "anna/1", method="DELETE") == 204
    assert send(port, "vera/1", body) == 204


def test_an_upload_that_takes_too_long_is_ended(shelf: Shelf, port: int) -> None:
    """And its room is free again."""
    assert send(port, "anna/1", b"slow") == 408
    assert [send(port, f"anna/{name}", b"x") for name in "23"] == [204, 204]
    assert set(shelf.files["anna"]) == {"2", "3"}


def test_only_sessions_that_live_take_files(shelf: Shelf, port: int) -> None:
    """Made-up names are refused."""
    assert send(port, "nobody/1", b"x") == 404
    assert shelf.files == {}


def test_nothing_is_kept_of_a_session_that_ended_meanwhile(
    shelf: Shelf, port: int
) -> None:
    """Neither its last file nor those before."""
    assert send(port, "anna/1", b"x") == 204
    shelf.ends_early = True
    assert send(port, "anna/2", b"x") == 204
    assert shelf.files == {}


def test_the_room_of_sessions_that_ended_is_free_again(shelf: Shelf, port: int) -> None:
    """Their files are forgotten at the latest when the next one comes."""
    body = b"x" * 100
    for path in ["anna/1", "anna/2", "boris/1"]:
        assert send(port, path, body) == 204
    shelf.sessions.discard("anna")
    assert [send(port, path, body) for path in ["vera/1", "vera/2"]] == [204, 204]
    assert set(shelf.files) == {"boris", "vera"}
