"""What the tests against real programs share: they run by ``make test-integration``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.programs import free_port, serving

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test beside this file, so that ``make test`` leaves them out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the real server on a free port; give its address, without a slash."""
    port = free_port()
    with serving(
        [sys.executable, "app.py"],
        f"http://127.0.0.1:{port}/healthz",
        tmp_path_factory.mktemp("server"),
        {**os.environ, "INCIDENTS_PORT": str(port)},
    ) as address:
        yield address.removesuffix("/healthz")
