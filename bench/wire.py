"""A relay that counts what a server sends: bytes as they travel, compressed.

Chromium tells of web socket messages only after unpacking them, so the browser goes
through this relay. Whatever is measured, peers and we, goes through it.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

_PIECE_BYTES = 65_536


class Wire:
    """Relays connections of the loopback to a port, and counts what comes back."""

    def __init__(self, port: int) -> None:
        self.received = 0
        self._to = port
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        #: Where to connect instead of to the server.
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        """Return the relay, which works already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop relaying."""
        self.close()

    def close(self) -> None:
        """Stop relaying; connections end."""
        self._door.close()
        with self._lock:
            for end in self._open:
                _hang_up(end)

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._door.accept()
            except OSError:  # closed
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                browser.close()
                continue
            with self._lock:
                self._open += [browser, server]
            for end in (browser, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink, counted in (
                (browser, server, False),
                (server, browser, True),
            ):
                threading.Thread(
                    target=self._relay, args=(source, sink, counted), daemon=True
                ).start()

    def _relay(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:  # noqa: FBT001 - a thread's argument
        with suppress(OSError):
            while piece := source.recv(_PIECE_BYTES):
                if counted:
                    with self._lock:
                        self.received += len(piece)
                sink.sendall(piece)
        for end in (source, sink):
            _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
