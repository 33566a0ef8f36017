"""What the tests against real programs share."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of tests that need programs from outside."""
    config.addinivalue_line(
        "markers", "integration: needs programs that make test-integration installs"
    )
