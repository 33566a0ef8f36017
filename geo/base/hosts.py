"""Hosts as clients write them: which are valid, which are ours, where redirects lead.

Whatever stands in a request's ``Host`` or ``Origin`` was written by a stranger. It is
repeated only where it is a host at all, and nowhere if the deployment says its address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    # Every command reads settings, and few serve.
    from starlette.types import Scope

#: Lengths and letters of names of hosts (RFC 1123, 2.1); underscores occur as well.
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_LONGEST_NAME: Final = 253
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?", re.ASCII)
_HIGHEST_PORT: Final = 65_535
_ORIGIN: Final = re.compile(r"https?://([^/?#@\\]+)", re.ASCII)
_PUBLIC: Final = re.compile(
    r"https?://([^/?#@\\\s]+)((?:/[A-Za-z0-9._~-]+)*)/?", re.ASCII
)
_SLASHES: Final = re.compile(r"(?:/|%2[Ff])+$", re.ASCII)
#: This machine's own names: who asks from here may always do so.
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_host(text: str) -> bool:
    """Tell whether a text is a host as RFC 9110 writes it: name or address, and port."""
    parts = _HOST.fullmatch(text)
    if parts is None:
        return False
    name, port = parts.groups()
    if port is not None and int(port) > _HIGHEST_PORT:
        return False
    if name.startswith("["):
        try:
            IPv6Address(name[1:-1])
        except AddressValueError:
            return False
        return True
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def is_loopback(host: str) -> bool:
    """Tell whether who listens on a host hears this very machine only.

    Parameters
    ----------
    host
        A name or an address, IPv6 with or without brackets. Of names, only
        ``localhost`` is known to lead nowhere else.
    """
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def public_address(text: str) -> str:
    """Return a public address without a slash at its end; nothing for an empty one.

    Raises
    ------
    ValueError
        If it is not ``http(s)://host[:port][/path]`` in plain letters.
    """
    if not text:
        return ""
    parts = _PUBLIC.fullmatch(text)
    if parts is None or not is_host(parts[1]):
        msg = (
            "give an address such as https://map.example.org or https://example.org/map"
        )
        raise ValueError(msg)
    return text.rstrip("/")


def root_of(scope: Scope, public_url: str) -> str:
    """Return the address of this server's root for links, without a slash at its end.

    Parameters
    ----------
    scope
        The request, as ASGI describes it.
    public_url
        The address that the deployment gives. Without one it is the host that the
        client wrote, and ``localhost`` where that is no host.
    """
    if public_url:
        return public_url
    host = header_of(scope, b"host") or ""
    prefix = scope.get("root_path", "").rstrip("/")
    return f"{scope['scheme']}://{host if is_host(host) else 'localhost'}{prefix}"


def is_own_origin(origin: str, host: str, public_url: str) -> bool:
    """Tell whether a page of an origin (RFC 6454) is one that this server gave.

    Parameters
    ----------
    origin
        The ``Origin`` header.
    host
        The ``Host`` header of the same request.
    public_url
        The deployment's address. With one, pages from elsewhere are foreign even if
        their name leads here (DNS rebinding), save those that this machine opens.
    """
    parts = _ORIGIN.fullmatch(origin)
    if parts is None or not is_host(parts[1]):
        return False
    if public_url:
        here = urlsplit(public_url)
        if _plain(origin) == _plain(f"{here.scheme}://{here.netloc}"):
            return True
        if parts[1].rpartition(":")[0] not in _LOOPBACK and parts[1] not in _LOOPBACK:
            return False
    return parts[1].lower() == host.lower()


def without_last_slash(scope: Scope) -> str | None:
    """Return where a request leads whose path has a slash too many, or more encoded.

    As a relative reference, which names no host and keeps any prefix and the query.
    None if it has none, nothing else, or what programs read differently: segments
    that are empty or lead elsewhere (``..``).
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("ascii", "replace").partition("?")[0]
    kept = _SLASHES.sub("", path)
    segments = re.split(r"/|%2[Ff]", kept)[1:]
    if kept == path or {"", ".", ".."} & {_dots(part) for part in segments}:
        return None
    steps = path.count("/") - kept.count("/")
    if not segments or steps > 1:
        return None
    up = "../" if steps else "./"
    return f"{up}{kept.rpartition('/')[2]}{query_of(scope)}"


def query_of(scope: Scope) -> str:
    """Return the query of a request with its question mark, or nothing."""
    query: bytes = scope.get("query_string", b"")
    return f"?{query.decode('latin-1')}" if query else ""


def header_of(scope: Scope, name: bytes) -> str | None:
    """Return a header of a request; None if it is not there, or there twice."""
    values: Sequence[bytes] = [
        value for key, value in scope["headers"] if key.lower() == name
    ]
    return values[0].decode("latin-1") if len(values) == 1 else None


def _dots(segment: str) -> str:
    return re.sub("%2[Ee]", ".", segment)


def _plain(origin: str) -> str:
    """Return an origin in small letters and without the port that goes without saying."""
    text = origin.lower()
    return text.removesuffix(":443" if text.startswith("https:") else ":80")
