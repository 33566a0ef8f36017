"""The OGC API over a layer made for it, asked without a server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette

from geo.atlas import Atlas
from geo.web.ogc import ogc_routes, routes
from tests.client import ask
from tests.unit.web.ogc.samples import FEATURES, Get, atlas_of


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return an atlas of :data:`FEATURES`."""
    return atlas_of(FEATURES)


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> Get:
    """Return a way to ask the API without a server."""
    monkeypatch.setattr(routes, "atlas", lambda: atlas)
    app = Starlette(routes=ogc_routes())

    def get(address: str, method: str = "GET", **options: Any) -> httpx.Response:  # noqa: ANN401
        whole = urljoin("http://example.org/", address)
        return ask(app, whole, method=method, **options)

    return get
