"""Layers of hundreds stand for large ones."""

from __future__ import annotations

import pytest


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat layers of hundreds as the large ones they stand for."""
    monkeypatch.setattr("geo.engine.opening.LARGE_ROWS", 10)
    monkeypatch.setattr("geo.engine.opening.LARGE_BYTES", 10)
    monkeypatch.setattr("geo.engine.streamed._STRETCH", 97)
    monkeypatch.setattr("geo.engine.streamed._CHUNK_CHARS", 1_000)
