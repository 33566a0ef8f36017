"""Who asks too often is told so, by its own address and where a limit is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from geo.base.errors import SettingsError
from geo.base.settings import settings
from geo.web.rates import RateLimits
from tests.client import ask

PATHS = ("/api/view", "/ogc", "/export", "/healthz", "/apiary")


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ASGIApp]]:
    """Return a way to make an app with these limits."""

    def make(**given: str) -> Starlette:
        for name, value in given.items():
            monkeypatch.setenv(f"INCIDENTS_{name.upper()}", value)
        settings.cache_clear()
        routes = [Route(path, _well) for path in PATHS]
        return Starlette(routes=routes, middleware=[Middleware(RateLimits)])

    yield make
    monkeypatch.undo()
    settings.cache_clear()


async def _well(_request: Request) -> Response:
    return PlainTextResponse("well")


def asked(app: ASGIApp, path: str, times: int, **headers: str) -> list[int]:
    """Return the status of each of some answers."""
    return [ask(app, path, headers=headers).status_code for _ in range(times)]


def test_nothing_is_limited_unless_it_is_set(limited: Callable[..., ASGIApp]) -> None:
    """A newsroom's own map needs none."""
    app = limited()

    assert {code for path in PATHS for code in asked(app, path, 30)} == {200}


def test_who_asks_too_often_is_told_when_to_come_again(
    limited: Callable[..., ASGIApp],
) -> None:
    """As a problem document, on both APIs alike; other paths are free."""
    app = limited(rate_limit="3/hour")

    assert asked(app, "/api/view", 2) == [200, 200]
    assert asked(app, "/ogc", 2) == [200, 429]
    answer: httpx.Response = ask(app, "/api/view")
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert answer.json()["status"] == 429
    assert "asks too often" in answer.json()["detail"]
    assert asked(app, "/healthz", 5) == asked(app, "/apiary", 5) == [200] * 5


def test_downloads_have_a_limit_of_their_own(limited: Callable[..., ASGIApp]) -> None:
    """Since one costs as much as a thousand questions."""
    app = limited(export_rate_limit="1/hour;2/day")

    assert asked(app, "/export", 3) == [200, 429, 429]
    assert asked(app, "/api/view", 5) == [200] * 5


def test_an_address_from_a_header_is_believed_only_of_a_named_proxy(
    limited: Callable[..., ASGIApp],
) -> None:
    """Else anybody would be a new visitor each time."""
    app = limited(rate_limit="1/hour")
    codes = [
        asked(app, "/api/view", 1, **{"X-Forwarded-For": f"192.0.2.{n}"})[0]
        for n in range(3)
    ]
    assert codes == [200, 429, 429]

    behind = ProxyHeadersMiddleware(limited(rate_limit="1/hour"), "127.0.0.1")  # type: ignore[arg-type]
    codes = [
        asked(behind, "/api/view", 1, **{"X-Forwarded-For": f"192.0.2.{n % 2}"})[0]  # type: ignore[arg-type]
        for n in range(3)
    ]
    assert codes == [200, 200, 429]


def test_the_server_believes_no_proxy_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even one on its own machine, whom uvicorn would."""
    from pages.start.server import _config  # noqa: PLC0415 - it reads the settings

    settings.cache_clear()
    assert _wraps(_config(settings())) is False
    monkeypatch.setenv("INCIDENTS_TRUSTED_PROXIES", "10.0.0.0/8")
    settings.cache_clear()
    assert _wraps(_config(settings())) is True
    settings.cache_clear()


def _wraps(config: uvicorn.Config) -> bool:
    return config.proxy_headers


@pytest.mark.parametrize("text", ["often", "10", "10/fortnight"])
def test_a_limit_that_is_none_is_refused_by_name(
    limited: Callable[..., ASGIApp], text: str
) -> None:
    """Before the server starts to answer."""
    app = limited(rate_limit=text)

    with pytest.raises(SettingsError, match="INCIDENTS_RATE_LIMIT"):
        ask(app, "/healthz")
