"""Asking an ASGI app in the test's own process, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.types import ASGIApp

from geo.atlas import Atlas
from geo.web import api, downloads, publications, routes
from geo.web.ogc import routes as ogc_routes


def answer_of(patch: pytest.MonkeyPatch, atlas: Callable[[], Atlas]) -> None:
    """Let all routes answer of this atlas."""
    for module in (api, downloads, publications, routes, ogc_routes):
        patch.setattr(module, "atlas", atlas)


def ask(
    app: ASGIApp,
    address: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str | list[str]] | None = None,
) -> httpx.Response:
    """Return an app's answer; what it raises is raised, as nothing should."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://map.example"
        ) as client:
            return await client.request(method, address, headers=headers, params=params)

    # In a thread of its own: Playwright keeps a loop running in the main one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(answer())).result()
