"""The server that tests of fetching ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.unit.evidence.web import Handler, Server, bomb


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    """Return the address of the server."""
    bomb()  # Packed beforehand: a test waits for less long than that takes.
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
