"""How often one address may ask: a limit in front of the APIs, where one is set."""

from __future__ import annotations

import math
import time
from typing import Final

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.base.errors import SettingsError
from geo.base.settings import settings
from geo.web.answers import OPEN
from geo.web.problems import problem
from geo.web.serving import address_of

_APIS: Final = ("/api", "/ogc")
#: What is made for those who ask, and takes its time.
_MADE: Final = ("/export", "/card", "/card.png")


class RateLimits:
    """Middleware (plain ASGI) that refuses who asks too often with 429.

    Parameters
    ----------
    app
        What answers all others.

    Raises
    ------
    SettingsError
        If a limit in the settings cannot be read; names it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        deployment = settings()
        self._of_apis = _limits("rate_limit", deployment.rate_limit)
        self._of_exports = _limits("export_rate_limit", deployment.export_rate_limit)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or with a problem document."""
        if scope["type"] == "http":
            wait_s = await self._wait_s(scope)
            if wait_s is not None:
                refused = problem(
                    429,
                    "Too many requests",
                    f"Your address asks too often. Try again in {wait_s} s.",
                    headers={**OPEN, "Retry-After": str(wait_s)},
                )
                await refused(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _wait_s(self, scope: Scope) -> int | None:
        """Return the seconds that a client is to wait; None where it may ask."""
        name, limits = self._limits_of(scope["path"])
        for limit in limits:
            identity = (name, address_of(scope))
            if not await self._limiter.hit(limit, *identity):
                stats = await self._limiter.get_window_stats(limit, *identity)
                return max(1, math.ceil(stats.reset_time - time.time()))
        return None

    def _limits_of(self, path: str) -> tuple[str, list[RateLimitItem]]:
        if any(_is_below(path, made) for made in _MADE):
            return "export", self._of_exports
        if any(_is_below(path, api) for api in _APIS):
            return "api", self._of_apis
        return "", []


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def _limits(name: str, text: str) -> list[RateLimitItem]:
    if not text.strip():
        return []
    try:
        return parse_many(text)
    except ValueError as error:
        msg = (
            f"INCIDENTS_{name.upper()}={text!r} is not a limit. Write it like "
            "600/minute or 50/second;5000/hour."
        )
        raise SettingsError(msg) from error
