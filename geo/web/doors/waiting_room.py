"""The waiting room: what a server says while its layer is being read.

A layer of a million incidents takes seconds, the first time more. Whoever comes
meanwhile is told so and asked to come again, instead of being refused by the machine.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from geo.web.answers import write_json
from geo.web.problems import PROBLEM

#: Seconds after which to ask again.
_AGAIN_S: Final = 2
_TITLE: Final = "The map is being loaded"
_DETAIL: Final = "It will be here in a moment. This page asks again by itself."
_PAGE: Final = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="{_AGAIN_S}">
<title>{_TITLE}</title>
</head><body>
<main><h1>{_TITLE}</h1>
<p role="status">{_DETAIL}</p></main>
</body></html>
""".encode()
_PROBLEM: Final = write_json(
    {
        "type": "about:blank",
        "title": HTTPStatus.SERVICE_UNAVAILABLE.phrase,
        "status": int(HTTPStatus.SERVICE_UNAVAILABLE),
        "detail": "The map is being loaded. Ask again.",
    }
)
_HEADERS: Final = {
    "Retry-After": str(_AGAIN_S),
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}
#: Seconds between two looks at whether the room is still needed.
_LOOK_EVERY_S: Final = 0.02


class _Answer(BaseHTTPRequestHandler):
    """Says 503: to browsers in a page that asks again, to programs in JSON."""

    #: Seconds that a client may take to say what it wants.
    timeout = 5
    server_version = "incident-map"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer, whatever is asked for."""
        is_page = "text/html" in self.headers.get("Accept", "")
        content = _PAGE if is_page else _PROBLEM
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
        kind = "text/html; charset=utf-8" if is_page else PROBLEM
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - named by http.server

    def log_message(self, *_: object) -> None:
        """Tell nobody: they all come again."""


class _Room(ThreadingHTTPServer):
    """One door's waiting room."""

    daemon_threads = True

    def __init__(self, door: socket.socket) -> None:
        super().__init__(door.getsockname()[:2], _Answer, bind_and_activate=False)
        self.socket.close()
        self.socket = door

    def handle_error(self, *_: object) -> None:
        """Let go who leaves before the answer: it would be told at length."""


@contextmanager
def waiting_room(doors: Sequence[socket.socket]) -> Iterator[None]:
    """Answer who comes to these listening sockets, until the block is left.

    The sockets stay open: what comes to them afterwards waits for who takes them over.
    """
    rooms = [_Room(door) for door in doors]
    for room in rooms:
        threading.Thread(
            target=room.serve_forever, args=[_LOOK_EVERY_S], daemon=True, name="waiting"
        ).start()
    try:
        yield
    finally:
        for room in rooms:
            room.shutdown()
