"""Which addresses are public, and which a host name has."""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Final

import httpcore

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


def resolve(host: str, port: int, wait_s: float) -> list[str]:
    """Return the addresses of a host, in the system's order, or give up in time."""
    sources: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failed.append(error)
        else:
            sources.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

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
    return list(sources)
