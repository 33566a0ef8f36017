"""Connections: closed where the other side sends or reads nothing.

uvicorn closes a connection that is idle after an answer. It waits for ever for a
request that never ends, and for a reader that never reads.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import (
    WebSocketsSansIOProtocol,
)

#: Slower is taken for standing still: what Apache's mod_reqtimeout takes for it.
_SLOWEST_BYTES_PER_S: Final = 500
#: What a browser sends at a time: the state of its widgets, texts of editors included.
_MESSAGE_BYTES: Final = 4_000_000


class PatientWriting(asyncio.Protocol):
    """A protocol of uvicorn that gives up on a peer that does not read.

    What stays unsent must shrink by 500 bytes a second.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    patience_s: float
    _unsent_bytes = 0
    _unsent_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hear at once of anything that the peer does not take."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._stop_watching_reader()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to watch the peer, which leaves something unread."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """Stop watching a peer that has read everything."""
        self._stop_watching_reader()
        super().resume_writing()

    def _watch_reader(self) -> None:
        self._unsent_bytes = self.transport.get_write_buffer_size()
        self._unsent_timer = self.loop.call_later(self.patience_s, self._judge_reader)

    def _judge_reader(self) -> None:
        read = self._unsent_bytes - self.transport.get_write_buffer_size()
        if read < _SLOWEST_BYTES_PER_S * self.patience_s:
            # Closing would wait until everything is sent, which is for ever.
            self.transport.abort()
        else:
            self._watch_reader()

    def _stop_watching_reader(self) -> None:
        if self._unsent_timer is not None:
            self._unsent_timer.cancel()
            self._unsent_timer = None


class Connection(PatientWriting, H11Protocol):
    """HTTP: a request must be there in full after ``timeout_keep_alive`` seconds.

    Counted from when the connection is made, later from a request's first byte. A body
    that the app waits for has a second more for each 500 bytes.
    """

    _begun_s = 0.0
    _body_bytes = 0
    _request_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request, but not for ever."""
        self.patience_s = float(self.timeout_keep_alive)
        super().connection_made(transport)
        self._watch_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_watching_request()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, and wait for the rest if it is not all."""
        if self._lacks_body():
            self._body_bytes += len(data)
        super().data_received(data)
        if self.transport.get_protocol() is self:
            self._wait_for_rest()

    def on_response_complete(self) -> None:
        """Wait for the rest of a request that was answered early, or came behind one."""
        super().on_response_complete()
        if self._lacks_body():
            self._wait_for_rest()

    def handle_websocket_upgrade(self, event: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Leave the connection to the web socket, which watches it by itself."""
        self._stop_watching_request()
        self._stop_watching_reader()
        super().handle_websocket_upgrade(event)

    def _lacks_body(self) -> bool:
        """Tell whether a request's head is there, and its body not all."""
        return self.cycle is not None and self.cycle.more_body

    def _wait_for_rest(self) -> None:
        lacks_head = self.cycle is None or self.cycle.response_complete
        if self.transport.is_closing() or not (lacks_head or self._lacks_body()):
            self._stop_watching_request()
        elif self._request_timer is None:
            self._watch_request()

    def _watch_request(self) -> None:
        self._begun_s = self.loop.time()
        self._body_bytes = 0
        self._request_timer = self.loop.call_later(self.patience_s, self._judge_request)

    def _judge_request(self) -> None:
        allowed_s = self.patience_s
        if self.cycle is not None and not self.cycle.response_started:
            allowed_s += self._body_bytes / _SLOWEST_BYTES_PER_S
        left_s = self._begun_s + allowed_s - self.loop.time()
        if left_s > 0:
            self._request_timer = self.loop.call_later(left_s, self._judge_request)
        elif self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _stop_watching_request(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None


class WebSocketConnection(PatientWriting, WebSocketsSansIOProtocol):
    """A web socket: its peer must answer a ping within ``ws_ping_timeout`` seconds."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over from HTTP."""
        self.patience_s = float(self.ping_timeout or 0)
        super().connection_made(transport)

    def keepalive_timeout(self) -> None:
        """Give up on a peer that is gone: what it has not read is lost."""
        super().keepalive_timeout()
        self.transport.abort()


def connection_bounds(timeout_s: int) -> dict[str, Any]:
    """Return the settings of uvicorn by which no connection stays for nothing.

    Parameters
    ----------
    timeout_s
        Seconds that a connection may stay without a full request, without reading its
        answer, idle, or as a web socket without answering a ping.
    """
    return {
        "http": Connection,
        "ws": WebSocketConnection,
        "timeout_keep_alive": timeout_s,
        "ws_max_size": _MESSAGE_BYTES,
        "ws_ping_interval": timeout_s,
        "ws_ping_timeout": timeout_s,
    }
