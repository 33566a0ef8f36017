"""A capture: what a web address answered, as it was received.

Fetching makes captures, web archives bring and take them, the archive keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Final
from urllib.parse import urlsplit, urlunsplit

#: How a capture came here.
FETCHED: Final = "fetched"
IMPORTED: Final = "imported"


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the address asked, its status, and where it pointed to.

    Parameters
    ----------
    url
        The address that answered with a redirect.
    status
        301, 302, 303, 307 or 308.
    location
        The absolute address it pointed to.
    """

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Capture:
    """What a web address answered.

    Parameters
    ----------
    url
        The address as asked.
    final_url
        The address that answered, after redirects.
    content
        The body, unpacked (no transfer or content encoding).
    fetched
        When, aware, UTC.
    status
        The HTTP status of the last answer.
    headers
        Its headers as received, in order; cookies are left out, since they are
        this client's and say nothing about the page.
    redirects
        The way from ``url`` to ``final_url``; empty where they are the same.
    origin
        ``fetched`` by this installation, or ``imported`` from a web archive.
    """

    url: str
    final_url: str
    content: bytes = field(repr=False)
    fetched: datetime
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    redirects: tuple[Hop, ...] = ()
    origin: str = FETCHED

    @property
    def content_type(self) -> str:
        """The declared media type in lower case; empty where none is declared."""
        return self._content_type().get_content_type() if self._declared() else ""

    @property
    def charset(self) -> str | None:
        """The character encoding that the header declares, None without one."""
        return self._content_type().get_content_charset()

    def _declared(self) -> str:
        lowered = {name.lower(): value for name, value in reversed(self.headers)}
        return lowered.get("content-type", "")

    def _content_type(self) -> Message:
        """Return the header as the standard library parses it (RFC 2045)."""
        message = Message()
        if self._declared():
            message["Content-Type"] = self._declared().replace("\n", " ")
        return message


def plain_address(url: str) -> str:
    """Return an address without what does not tell pages apart, for comparing only.

    That is the fragment, ``www.``, the scheme, a usual port and a last slash. What is
    no address gives itself.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    if port not in {None, 80, 443}:
        host = f"{host}:{port}"
    return urlunsplit(("", host, parts.path.rstrip("/"), parts.query, ""))
