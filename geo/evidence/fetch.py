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

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from geo.base.errors import ArchiveError
from geo.evidence.capture import Capture, Hop
from geo.evidence.connecting import Route, Transport
from geo.evidence.fetch_rules import BY_HAND, FetchRules
from geo.evidence.unpacking import unpacker
from geo.model.sources import is_web_address

_PORTS: Final = frozenset({80, 443})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
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
_NOT_KEPT: Final = frozenset({b"set-cookie", b"set-cookie2"})


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
    route = Route(rules, time.monotonic() + rules.deadline_s)
    headers = {
        "User-Agent": rules.user_agent,
        "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.1",
        "Accept-Language": "*",
        "Accept-Encoding": "gzip, deflate",
    }
    with httpx.Client(
        transport=Transport(route), headers=headers, trust_env=False
    ) as client:
        return _follow(client, url, rules, route)


def _follow(client: httpx.Client, url: str, rules: FetchRules, route: Route) -> Capture:
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
            msg = f"{url}: {fault}, last to {target}. {BY_HAND}"
            raise ArchiveError(msg)
        current = target


def _target(current: str, location: str) -> str:
    """Return the absolute address of a Location header, as a browser would read it."""
    try:
        return urljoin(current, location.strip().replace(" ", "%20"))
    except ValueError as error:
        msg = f"{current}: redirects to {location!r}, which is no address. {BY_HAND}"
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


def _ask(client: httpx.Client, url: str, rules: FetchRules, route: Route) -> _Answer:
    """Ask one address once."""
    try:
        with client.stream("GET", url, follow_redirects=False) as response:
            return _read(url, response, rules)
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        msg = (
            f"{url}: gave no answer in time ({rules.read_timeout_s:g} seconds for the "
            f"next bytes, {rules.deadline_s:g} in all). Try again later, or: {BY_HAND}"
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
        msg = f"{url}: could not be fetched: {said}. Try again later, or: {BY_HAND}"
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
        msg = f"{url}: the publisher {reason} (HTTP {status}). {BY_HAND}"
        raise ArchiveError(msg)
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > rules.size_bytes:
        raise ArchiveError(_too_large(url, rules))
    unpack = unpacker(url, response.headers.get("content-encoding", ""))
    body = bytearray()
    for piece in unpack(response.iter_raw(), rules.size_bytes + 1):
        body += piece
        if len(body) > rules.size_bytes:
            raise ArchiveError(_too_large(url, rules))
    if not body:
        msg = f"{url}: is empty: the publisher answered without a page. {BY_HAND}"
        raise ArchiveError(msg)
    return _Answer(status, kept, content=bytes(body))


def _too_large(url: str, rules: FetchRules) -> str:
    return (
        f"{url}: is larger than {rules.size_bytes:,} bytes, the most that is fetched "
        "(INCIDENTS_FETCH_SIZE_BYTES). Save the article's text and add that file."
    )
