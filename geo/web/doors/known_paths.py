"""Paths: what is here is answered, anything else is not found.

Streamlit answers any path with its page. A reader with a mistyped address then sees
the map instead of a word that it is wrong, and search engines keep what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.base.hosts import query_of, without_last_slash
from geo.web.doors.refusals import refusal

_NOTHING_HERE: Final = (
    "There is no page at this address. It may be mistyped, or the link may be old."
)


class KnownPaths:
    """Middleware (plain ASGI) that lets through requests for what is here.

    Parameters
    ----------
    app
        Who answers them.
    routes
        The routes that the app has beside its pages.
    pages
        Gives the names of the pages, asked once: the first is that of ``/``.
    files
        Paths of single files and endpoints that the pages need.
    below
        Beginnings of paths, each with a slash at its end, under which the app itself
        knows what is not there.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Sequence[BaseRoute],
        pages: Callable[[], Sequence[str]],
        files: Collection[str] = (),
        below: Sequence[str] = (),
    ) -> None:
        self.app = app
        self._routes = tuple(routes)
        home, *others = pages()
        self._home = f"/{home}"
        self._pages = frozenset({"/", *(f"/{name}" for name in others)})
        self._files = frozenset(files)
        self._below = tuple(below)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or say that there is nothing."""
        if scope["type"] == "http" and not self._knows(scope, _path_of(scope)):
            await self._elsewhere(scope)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _knows(self, scope: Scope, path: str) -> bool:
        prefix = scope.get("root_path", "").rstrip("/")
        inner = {**scope, "path": f"{prefix}{path}"}
        return (
            path in self._pages
            or path in self._files
            or path.startswith(self._below)
            or any(route.matches(inner)[0] is not Match.NONE for route in self._routes)
        )

    def _elsewhere(self, scope: Scope) -> Response:
        """Send on what only has a slash too many, and refuse the rest."""
        path = _path_of(scope)
        where = None
        if path == self._home:
            where = f"./{query_of(scope)}"
        elif self._knows(scope, path.rstrip("/")) or path.rstrip("/") == self._home:
            where = without_last_slash(scope)
        if where is None:
            return refusal(scope, 404, _NOTHING_HERE)
        return Response(
            status_code=308, headers={"Location": where, "Cache-Control": "no-cache"}
        )


def _path_of(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "").rstrip("/"))
