"""Connections go to the address that was checked, or nowhere."""

from __future__ import annotations

import socket
import time

import httpcore
import pytest

from geo.base.errors import ArchiveError
from geo.evidence.fetch import fetch
from geo.evidence.fetch_rules import FetchRules
from tests.unit.evidence.web import RULES


class Recorder(httpcore.MockBackend):
    """Remembers where connections go."""

    def __init__(self) -> None:
        super().__init__(
            [b"HTTP/1.1 200 OK\r\n", b"Content-Length: 4\r\n\r\n", b"text"]
        )
        self.went_to: list[str] = []

    def connect_tcp(
        self, host: str, *args: object, **more: object
    ) -> httpcore.NetworkStream:
        """Connect nowhere, and remember."""
        self.went_to.append(host)
        return super().connect_tcp(host, *args, **more)  # type: ignore[arg-type]


def resolving(
    monkeypatch: pytest.MonkeyPatch, *answers: list[str]
) -> tuple[Recorder, list[str]]:
    """Let names resolve to these addresses, one list a question."""
    asked: list[str] = []
    left = list(answers)
    backend = Recorder()

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(
        httpcore.SyncBackend,
        "connect_tcp",
        lambda _, *a, **k: backend.connect_tcp(*a, **k),
    )
    return backend, asked


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name is resolved once: a second answer (DNS rebinding) is never asked for."""
    backend, asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert fetch("http://rebind.example/").content == b"text"
    assert backend.went_to == ["93.184.216.34"]
    assert asked == ["rebind.example"]


def test_one_private_address_among_many_refuses_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No connection is made, whichever address comes first."""
    backend, _ = resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(ArchiveError, match=r"host mixed.example is at 10\.0\.0\.1"):
        fetch("http://mixed.example/")
    assert backend.went_to == []


def test_loopback_for_tests_opens_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Private networks stay closed with it."""
    resolving(monkeypatch, ["192.168.0.1"])
    with pytest.raises(ArchiveError, match="not a public address"):
        fetch("http://router.example:8080/", rules=RULES)


def test_tls_is_spoken_with_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is asked for the host's name, not for its address."""
    names: list[str | None] = []
    backend, _ = resolving(monkeypatch, ["93.184.216.34"])
    whole = httpcore.MockStream.start_tls

    def start_tls(
        self: httpcore.MockStream,
        ssl_context: object,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        names.append(server_hostname)
        return whole(self, ssl_context, server_hostname, timeout)  # type: ignore[arg-type]

    monkeypatch.setattr(httpcore.MockStream, "start_tls", start_tls)
    assert fetch("https://paper.example/").content == b"text"
    assert names == ["paper.example"]
    assert backend.went_to == ["93.184.216.34"]


def test_a_name_that_does_not_resolve_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unknown names, and resolvers that never answer."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ArchiveError, match=r"name paper\.example was not found"):
        fetch("http://paper.example/")

    def sleeping(*_: object, **__: object) -> list[object]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", sleeping)
    with pytest.raises(ArchiveError, match="gave no answer in time"):
        fetch("http://paper.example/", rules=FetchRules(connect_timeout_s=0.1))


def test_a_port_where_nothing_listens_is_an_error() -> None:
    """Refused connections are said, with the remedy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(ArchiveError, match=r"could not be fetched.*Try again"):
            fetch(f"http://127.0.0.1:{port}/", rules=RULES)
