"""Connections to public addresses only, each step of which ends by a deadline."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from geo.evidence.addresses import is_public, resolve
from geo.evidence.fetch_rules import FetchRules


@dataclass(slots=True)
class Route(httpcore.NetworkBackend):
    """Connects only to checked addresses, and only until a deadline.

    ``refusal`` says, after a failed connection, which address was refused and why.
    """

    rules: FetchRules
    until: float
    refusal: str = ""
    _plain: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve a host once, check all its addresses, connect to one of them."""
        self.refusal = ""
        failed: Exception = httpcore.ConnectError("the name has no address")
        for address in self._checked(host, port):
            try:
                stream = self._plain.connect_tcp(
                    address,
                    port,
                    timeout=_left(timeout, self.until, httpcore.ConnectTimeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Timed(stream, self.until)
        raise failed

    def sleep(self, seconds: float) -> None:
        """Wait, as httpcore does between tries."""
        self._plain.sleep(seconds)

    def _checked(self, host: str, port: int) -> list[str]:
        """Return a host's addresses, refusing it if any of them is not public."""
        wait_s = _left(
            self.rules.connect_timeout_s, self.until, httpcore.ConnectTimeout
        )
        addresses = resolve(host, port, wait_s)
        for address in addresses:
            if not is_public(address) and not self._is_allowed(address):
                self.refusal = (
                    f"its host {host} is at {address}, which is not a public address. "
                    "Sources are fetched from the public web only."
                )
                raise httpcore.ConnectError(self.refusal)
        return addresses

    def _is_allowed(self, address: str) -> bool:
        return self.rules.allow_loopback and ipaddress.ip_address(address).is_loopback


def _left(
    timeout_s: float | None, until: float, late: type[httpcore.TimeoutException]
) -> float:
    """Return how long one step may take; raise *late* where no time is left."""
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise late("the deadline has passed")
    return left_s if timeout_s is None else min(timeout_s, left_s)


class _Timed(httpcore.NetworkStream):
    """A connection whose every step ends by a deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._stream.read(
            max_bytes, _left(timeout, self._until, httpcore.ReadTimeout)
        )

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        self._stream.write(buffer, _left(timeout, self._until, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Begin TLS under the name that was asked for, not the address."""
        left_s = _left(timeout, self._until, httpcore.ConnectTimeout)
        return _Timed(
            self._stream.start_tls(ssl_context, server_hostname, left_s), self._until
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        """Tell about the connection."""
        return self._stream.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """httpx over connections of a :class:`Route`."""

    def __init__(self, route: Route) -> None:
        self._rules = route.rules
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_keepalive_connections=0,
            network_backend=route,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body of the answer is read by who asked."""
        url = request.url
        timeouts = {
            "connect": self._rules.connect_timeout_s,
            "read": self._rules.read_timeout_s,
            "write": self._rules.read_timeout_s,
            "pool": self._rules.connect_timeout_s,
        }
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme,
                    host=url.raw_host,
                    port=url.port,
                    target=url.raw_path,
                ),
                headers=request.headers.raw,
                extensions={"timeout": timeouts},
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer)
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, piece by piece."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        """Go through the pieces as they come."""
        yield from self._answer.iter_stream()

    def close(self) -> None:
        """Give the connection back."""
        self._answer.close()
