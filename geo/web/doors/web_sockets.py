"""Web sockets: one path, from our own pages only, not too many from one address.

Streamlit would ask other servers for its own address to judge an ``Origin`` that is
not plainly its own; here it is judged without the network, before Streamlit hears of it.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from geo.base.hosts import header_of, is_own_origin
from geo.base.listening import address_of_server
from geo.base.settings import settings
from geo.web.serving import address_of

_LOG: Final = logging.getLogger(__name__)
_POLICY_VIOLATION: Final = 1008


class OwnWebSockets:
    """Middleware (plain ASGI) that refuses foreign and unneeded web sockets.

    Parameters
    ----------
    app
        Who speaks through them.
    path
        The only path that has one.
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self.app = app
        self._path = path
        deployment = settings()
        # The desk is open to pages of this machine only, whatever name leads here.
        own = (
            address_of_server(deployment.host, deployment.port)
            if deployment.desk
            else ""
        )
        self._public_url = deployment.public_url or own
        self._most = deployment.sessions_per_address
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a web socket of ours through, with its host as the page calls it."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        customer = address_of(scope)
        is_own = self._is_own(scope)
        if not is_own or self._open[customer] >= self._most:
            # Whose it was stays out of the log, as everything of a visitor does.
            why = "its address has many open" if is_own else "it is not of our pages"
            _LOG.warning("A web socket was refused: %s.", why)
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        self._open[customer] += 1
        try:
            await self.app(_with_host_of_origin(scope), receive, send)
        finally:
            self._open[customer] -= 1
            if not self._open[customer]:
                del self._open[customer]

    def _is_own(self, scope: Scope) -> bool:
        prefix = scope.get("root_path", "").rstrip("/")
        if scope["path"].removeprefix(prefix) != self._path:
            return False
        if not any(name.lower() == b"origin" for name, _ in scope["headers"]):
            return True  # No browser; a browser always says it.
        origin = header_of(scope, b"origin") or ""
        host = header_of(scope, b"host") or ""
        return is_own_origin(origin, host, self._public_url)


def _with_host_of_origin(scope: Scope) -> Scope:
    """Return a connection whose host is that of its page, where a proxy changed it.

    Streamlit compares the two, and asks the network where they differ.
    """
    origin = header_of(scope, b"origin")
    if origin is None:
        return scope
    host = origin.partition("//")[2].encode("latin-1")
    kept = [pair for pair in scope["headers"] if pair[0].lower() != b"host"]
    return {**scope, "headers": [(b"host", host), *kept]}
