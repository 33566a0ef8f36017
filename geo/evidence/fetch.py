"""Fetching a source from the web, without being led astray by what it answers.

An address given by a person, or by a redirect, may point into this server's own
network (server-side request forgery). So each hop's host is resolved once, every
address it has must be public, and the connection goes to the very address that was
checked, while the name still serves TLS (SNI, certificate) and the Host header: a
DNS answer that changes between check and connection (DNS rebinding) changes
nothing. Proxies of the environment are not used, since a proxy would resolve the
name itself. Bodies are unpacked here, counting, so that a small answer that unpacks
into gigabytes stops early.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from geo.errors import ArchiveError
from geo.evidence.capture import Capture, Hop
from geo.settings import Settings
from geo.sources import is_web_address

_PORTS: Final = frozenset({80, 443})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: Networks that the standard library calls global though no publisher is there.
_CLOSED: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
            "168.63.129.16/32",  # a cloud's platform address
            "192.0.0.0/24",  # IETF protocol assignments
            "192.88.99.0/24",  # 6to4 relays, deprecated
            "::/96",  # IPv4-compatible, deprecated
            "64:ff9b:1::/48",  # local translation, RFC 8215
            "2001::/23",  # IETF protocol assignments, with Teredo
            "2002::/16",  # 6to4
            "fec0::/10",  # site-local, deprecated
        ),
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
#: What a publisher's answer means for who asked.
_STATUS: Final = {
    401: "asks for a password",
    402: "asks for payment",
    403: "refuses to give the page to this server",
    404: "has no such page",
    410: "has removed the page",
    429: "is asked too often",
    451: "may not give the page for legal reasons",
}
_BY_HAND: Final = (
    "Open it in a browser, save it as HTML, PDF or plain text, and add the file: "
    "incidents archive add SOURCE_ID FILE"
)
_NOT_KEPT: Final = frozenset({b"set-cookie", b"set-cookie2"})


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How a source is fetched.

    Parameters
    ----------
    user_agent
        How this server names itself, contact included.
    connect_timeout_s, read_timeout_s
        Seconds to wait for a connection, and for the next bytes.
    deadline_s
        Seconds that all of it may take: names, redirects and body.
    size_bytes
        The largest body, unpacked.
    max_redirects
        The most redirects followed.
    allow_loopback
        Whether this machine itself may be asked, on any port; for tests.
    """

    user_agent: str = "incident-map"
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0
    deadline_s: float = 90.0
    size_bytes: int = 20_000_000
    max_redirects: int = 5
    allow_loopback: bool = False


def rules_of(given: Settings) -> FetchRules:
    """Return how a deployment's settings say to fetch."""
    contact = f" (+{given.fetch_contact})" if given.fetch_contact else ""
    return FetchRules(
        user_agent=given.fetch_user_agent + contact,
        connect_timeout_s=min(10.0, given.fetch_timeout_s),
        read_timeout_s=given.fetch_timeout_s,
        deadline_s=given.fetch_deadline_s,
        size_bytes=given.fetch_size_bytes,
        allow_loopback=given.fetch_allow_loopback,
    )


def fetch(url: str, *, rules: FetchRules | None = None) -> Capture:
    """Fetch a web address.

    Parameters
    ----------
    url
        An address beginning with http:// or https://, on the usual port, without
        a user name. A fragment is not sent.
    rules
        Waits and limits; by default those of :class:`FetchRules`.

    Raises
    ------
    ArchiveError
        If the address or one it redirects to is refused, nothing answers in time,
        the answer is not 200, too large, torn or empty. Names the address and the
        remedy. Nothing is ever written.
    """
    rules = rules or FetchRules()
    route = _Route(rules, time.monotonic() + rules.deadline_s)
    headers = {
        "User-Agent": rules.user_agent,
        "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.1",
        "Accept-Language": "*",
        "Accept-Encoding": "gzip, deflate",
    }
    with httpx.Client(
        transport=_Transport(route), headers=headers, trust_env=False
    ) as client:
        return _follow(client, url, rules, route)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet may ask.

    Private, loopback, link-local (cloud metadata among them), multicast, reserved,
    unspecified and carrier-grade NAT addresses are not; nor are IPv6 addresses that
    stand for such an IPv4 one (mapped, or translated by NAT64, RFC 6052).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
        and not any(ip in closed for closed in _CLOSED if closed.version == ip.version)
    )


def _follow(
    client: httpx.Client, url: str, rules: FetchRules, route: _Route
) -> Capture:
    """Ask an address and those it redirects to, until one answers."""
    hops: list[Hop] = []
    current = url
    while True:
        current = _checked_address(current, rules, asked_by=hops)
        answer = _ask(client, current, rules, route)
        if answer.location is None:
            return Capture(
                url=url.partition("#")[0],
                final_url=current,
                content=answer.content,
                fetched=datetime.now(UTC).replace(microsecond=0),
                status=answer.status,
                headers=answer.headers,
                redirects=tuple(hops),
            )
        target = _target(current, answer.location)
        hops.append(Hop(current, answer.status, target))
        if len(hops) > rules.max_redirects:
            seen = {hop.url for hop in hops}
            fault = (
                "redirects in a loop"
                if target in seen or len(seen) < len(hops)
                else f"redirects more than {rules.max_redirects} times"
            )
            msg = f"{url}: {fault}, last to {target}. {_BY_HAND}"
            raise ArchiveError(msg)
        current = target


def _target(current: str, location: str) -> str:
    """Return the absolute address of a Location header, as a browser would read it."""
    try:
        return urljoin(current, location.strip().replace(" ", "%20"))
    except ValueError as error:
        msg = f"{current}: redirects to {location!r}, which is no address. {_BY_HAND}"
        raise ArchiveError(msg) from error


def _checked_address(url: str, rules: FetchRules, *, asked_by: list[Hop]) -> str:
    """Return an address without its fragment, refusing all but a plain web address."""
    via = f", to which {asked_by[-1].url} redirects," if asked_by else ""
    bare = url.partition("#")[0]
    if not is_web_address(bare):
        msg = (
            f"{url}{via}: is not an address beginning with http:// or https://. "
            "Give the article's own address."
        )
        raise ArchiveError(msg)
    parts = urlsplit(bare)
    if parts.username is not None or parts.password is not None:
        msg = (
            f"{parts.scheme}://...@{parts.hostname}{via}: has a user name or password "
            "in it. Give the address without."
        )
        raise ArchiveError(msg)
    usual = {"http": 80, "https": 443}
    port = parts.port or usual[parts.scheme]
    if port not in _PORTS and not rules.allow_loopback:
        msg = (
            f"{url}{via}: asks port {port}; only 80 and 443, where publishers serve "
            "pages, are asked. Give the article's public address."
        )
        raise ArchiveError(msg)
    return bare


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer: with a location it is a redirect and has no content."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes = b""
    location: str | None = None


def _ask(client: httpx.Client, url: str, rules: FetchRules, route: _Route) -> _Answer:
    """Ask one address once."""
    try:
        with client.stream("GET", url, follow_redirects=False) as response:
            return _read(url, response, rules)
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        msg = (
            f"{url}: gave no answer in time ({rules.read_timeout_s:g} seconds for the "
            f"next bytes, {rules.deadline_s:g} in all). Try again later, or: {_BY_HAND}"
        )
        raise ArchiveError(msg) from error
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpx.HTTPError,
        httpx.InvalidURL,
        ssl.SSLError,
        UnicodeError,
    ) as error:
        if isinstance(error, httpcore.ConnectError) and route.refusal:
            msg = f"{url}: {route.refusal}"
            raise ArchiveError(msg) from error
        said = str(error) or type(error).__name__
        msg = f"{url}: could not be fetched: {said}. Try again later, or: {_BY_HAND}"
        raise ArchiveError(msg) from error


def _read(url: str, response: httpx.Response, rules: FetchRules) -> _Answer:
    """Read an answer, refusing all but a page in limits or a redirect."""
    kept = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.headers.raw
        if name.lower() not in _NOT_KEPT
    )
    status = response.status_code
    location = response.headers.get("location")
    if status in _REDIRECTS and location:
        return _Answer(status, kept, location=location)
    if status != httpx.codes.OK:
        reason = _STATUS.get(
            status,
            "cannot answer now"
            if status >= httpx.codes.INTERNAL_SERVER_ERROR
            else "gives no page",
        )
        msg = f"{url}: the publisher {reason} (HTTP {status}). {_BY_HAND}"
        raise ArchiveError(msg)
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > rules.size_bytes:
        raise ArchiveError(_too_large(url, rules))
    unpack = _unpacker(url, response.headers.get("content-encoding", ""))
    body = bytearray()
    for piece in unpack(response.iter_raw(), rules.size_bytes + 1):
        body += piece
        if len(body) > rules.size_bytes:
            raise ArchiveError(_too_large(url, rules))
    if not body:
        msg = f"{url}: is empty: the publisher answered without a page. {_BY_HAND}"
        raise ArchiveError(msg)
    return _Answer(status, kept, content=bytes(body))


def _too_large(url: str, rules: FetchRules) -> str:
    return (
        f"{url}: is larger than {rules.size_bytes:,} bytes, the most that is fetched "
        "(INCIDENTS_FETCH_SIZE_BYTES). Save the article's text and add that file."
    )


_Unpacker = Callable[[Iterable[bytes], int], Iterator[bytes]]


def _unpacker(url: str, encoding: str) -> _Unpacker:
    """Return how to unpack a body; at most *limit* bytes come out."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return lambda pieces, _: iter(pieces)
    if name in {"gzip", "x-gzip", "deflate"}:
        return lambda pieces, limit: _inflated(url, pieces, name, limit)
    msg = f"{url}: is packed as {encoding!r}, which was not asked for. {_BY_HAND}"
    raise ArchiveError(msg)


def _inflated(
    url: str, pieces: Iterable[bytes], name: str, limit: int
) -> Iterator[bytes]:
    """Unpack gzip or deflate, never making more than *limit* bytes."""
    left = limit
    unpacker: Any = None
    try:
        for piece in pieces:
            data = piece
            if unpacker is None and data:
                unpacker = zlib.decompressobj(_window(name, data))
            while data and left > 0 and not unpacker.eof:
                out = unpacker.decompress(data, left)
                left -= len(out)
                yield out
                data = unpacker.unconsumed_tail
            if left <= 0:
                return
    except zlib.error as error:
        msg = f"{url}: its packed body is damaged: {error}. Try again later."
        raise ArchiveError(msg) from error
    if unpacker is not None and not unpacker.eof:
        msg = f"{url}: its packed body ends too early. Try again later."
        raise ArchiveError(msg)


def _window(name: str, beginning: bytes) -> int:
    """Return zlib's window bits; some servers send deflate without its header."""
    if name != "deflate":
        return 16 + zlib.MAX_WBITS
    has_header = beginning[0] & 0x0F == zlib.DEFLATED
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


@dataclass(slots=True)
class _Route(httpcore.NetworkBackend):
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
        addresses = _resolve(host, port, wait_s)
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


def _resolve(host: str, port: int, wait_s: float) -> list[str]:
    """Return the addresses of a host, in the system's order, or give up in time."""
    found: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failed.append(error)
        else:
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    # The system's resolver has no time-out of its own to set.
    resolver = threading.Thread(target=ask, daemon=True, name="resolve")
    resolver.start()
    resolver.join(wait_s)
    if failed:
        msg = f"the name {host} was not found ({failed[0]})"
        raise httpcore.ConnectError(msg) from failed[0]
    if resolver.is_alive():
        msg = f"the name {host} was not found in time"
        raise httpcore.ConnectTimeout(msg)
    return list(found)


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


class _Transport(httpx.BaseTransport):
    """httpx over connections of a :class:`_Route`."""

    def __init__(self, route: _Route) -> None:
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
