"""Where a server listens, and how it is told that it cannot."""

from __future__ import annotations

import socket

import pytest

from geo.base.errors import SettingsError
from geo.base.listening import address_of_server, free_port_near, require_free_port


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        ("localhost", "http://localhost:8501"),
        ("0.0.0.0", "http://127.0.0.1:8501"),  # noqa: S104 - told, not opened
        ("::", "http://[::1]:8501"),
        ("::1", "http://[::1]:8501"),
        ("[::1]", "http://[::1]:8501"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host: str, address: str) -> None:
    """Also where the server listens everywhere."""
    assert address_of_server(host, 8501) == address


def test_a_taken_port_is_told_with_one_that_is_free() -> None:
    """The remedy works as printed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} is taken") as caught:
            require_free_port("127.0.0.1", port)
        free = int(str(caught.value).partition("--port ")[2].partition(" ")[0])

        require_free_port("127.0.0.1", free)


def test_a_port_just_left_is_free() -> None:
    """A server that was stopped can be started again at once."""
    with socket.create_server(("127.0.0.1", 0)) as before:
        port = before.getsockname()[1]

    require_free_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host"])
def test_a_host_of_somebody_else_is_told(host: str) -> None:
    """With what to give instead."""
    with pytest.raises(SettingsError, match="Leave out --host"):
        require_free_port(host, 8501)


def test_above_the_last_port_another_is_found() -> None:
    """There is none above 65535."""
    assert 0 < free_port_near(65_535) < 65_535
