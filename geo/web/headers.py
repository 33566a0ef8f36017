"""Response headers that keep the page to itself.

A Content-Security-Policy (W3C CSP 3) lets the browser load nothing from elsewhere,
so that a slip in the code cannot tell a third party of a visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.base.settings import settings


class SafeHeaders:
    """Middleware (plain ASGI) that adds the headers to every answer.

    Parameters
    ----------
    app
        Whose answers.
    early
        Addresses of scripts (ES modules) that the page itself will ask for late: the
        browser is told of them with the page (RFC 8288, ``modulepreload`` of HTML).
    """

    def __init__(self, app: ASGIApp, early: Sequence[str] = ()) -> None:
        self.app = app
        self._headers = safe_headers(settings().tiles_url)
        self._early = ", ".join(f"<{path}>; rel=modulepreload" for path in early)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers added to HTTP answers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if self._early and _is_page(scope["path"], headers):
                    headers["Link"] = self._early
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_page(path: str, headers: MutableHeaders) -> bool:
    """Tell whether an answer is Streamlit's page, not a component's or one of ours."""
    is_html = headers.get("content-type", "").startswith("text/html")
    return is_html and "link" not in headers and not path.startswith("/component/")


def safe_headers(tiles_url: str) -> dict[str, str]:
    """Return the headers; pictures may come from the host of *tiles_url* as well.

    ``'unsafe-eval'`` is there for streamlit-folium, which evaluates the change of a
    map; ``'unsafe-inline'`` for the map's own script, made by folium. Neither ever
    holds text of a record.
    """
    parts = urlsplit(tiles_url.replace("{s}.", "*."))
    tiles = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    policy = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob:{tiles}",
        "font-src": "'self' data:",
        "connect-src": "'self' ws: wss:",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {value}" for name, value in policy.items()
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
