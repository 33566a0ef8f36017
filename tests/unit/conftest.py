"""How unit tests run: few enough examples to be fast, no deadline, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from geo.web import api

settings.register_profile(
    "unit",
    max_examples=30,
    # The machines that run this are slow now and then, which is not a fault.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unit")


@pytest.fixture(autouse=True)
def _nothing_answered_lately() -> Iterator[None]:
    """Made-up layers share a version, by which answers are known again."""
    api._RECENT.clear()
    yield
    api._RECENT.clear()
