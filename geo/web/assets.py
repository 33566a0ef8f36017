"""Our own files for the browser: scripts and styles, several in one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from geo.web.answers import ASK_AGAIN, FOREVER, answer, tag_of

#: Where they are.
STATIC: Final = Path(__file__).with_name("static")


def joined(
    names: Iterable[str], media_type: str
) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of a route that answers with several files joined into one."""
    content = b"\n".join((STATIC / name).read_bytes() for name in names)
    tag = tag_of(content)

    async def handle(request: Request) -> Response:
        # Pages ask with what tells this version from others.
        kept = FOREVER if request.url.query else ASK_AGAIN
        headers = {"ETag": tag, "Cache-Control": kept}
        return answer(request, content, media_type, headers=headers)

    return handle
