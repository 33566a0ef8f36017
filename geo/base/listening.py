"""Where a server listens, and whether it can."""

from __future__ import annotations

import errno
import socket
from typing import Final

from geo.base.errors import SettingsError

#: Connections that may wait to be taken, as uvicorn has it.
_WAITING: Final = 2048


def address_of_server(host: str, port: int) -> str:
    """Return the address at which this machine's browser finds a server.

    Parameters
    ----------
    host
        What it listens on; of an IPv6 address, without brackets. Where that is every
        address of the machine, the loopback is named.
    port
        Its port.
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - told, not opened
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{port}"


def require_free_port(host: str, port: int) -> None:
    """Raise unless a server could listen there now.

    Raises
    ------
    SettingsError
        As :func:`listen_at`.
    """
    for door in listen_at(host, port):
        door.close()


def listen_at(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at a port, one for each address of a host.

    Parameters
    ----------
    host
        A name, or an address, with or without the brackets of IPv6.
    port
        The port.

    Raises
    ------
    SettingsError
        If the port is taken or not for us to open, or the host is none of this
        machine; says which option mends it.
    """
    doors: list[socket.socket] = []
    try:
        places = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, kind, protocol, _, place in places:
            door = socket.socket(family, kind, protocol)
            doors.append(door)
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                # IPv4 has a socket of its own.
                door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            door.bind(place)
            door.listen(_WAITING)
    except OSError as error:
        for door in doors:
            door.close()
        raise SettingsError(_message(host, port, error)) from error
    return doors


def _message(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        free = free_port_near(port)
        return (
            f"port {port} is taken: another program listens there, perhaps another map. "
            f"Stop it, or choose another port: --port {free} (or INCIDENTS_PORT={free})."
        )
    if error.errno == errno.EACCES:
        return (
            f"port {port} is not for this user to open. Choose one above 1023: "
            "--port 8501 (or INCIDENTS_PORT=8501)."
        )
    return (
        f"host {host!r} is no address of this machine: {error.strerror or error}. "
        "Leave out --host for this machine alone, or give 0.0.0.0 for all its addresses."
    )


def free_port_near(port: int) -> int:
    """Return a port above another one that nobody listens on at the moment."""
    for near in range(port + 1, min(port + 100, 65_535) + 1):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", near))
            except OSError:
                continue
            return near
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
        return free
