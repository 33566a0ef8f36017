"""Files that browsers load: packed once, kept in memory, answered without a thread.

Streamlit serves its scripts as they are, three times their size on the wire, and what
it does compress it compresses anew for every visitor.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from geo.web.answers import A_DAY, FOREVER, answer, weak_tag_of

#: The digest of its content that a bundler writes into a file's name.
_DIGEST: Final = re.compile(r"\.[\w-]{8}\.\w+$")
#: Endings of what is text, and gets smaller.
_TEXTS: Final = frozenset(
    {".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".ttf", ".wasm"}
)
_LEVEL: Final = 9
#: A reader's browser asks for some 90 files; those of all pages are some 200.
_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class _Packed:
    """A file as it travels: plain, compressed or empty where that saves nothing."""

    plain: bytes
    compressed: bytes
    tag: str
    media_type: str


async def nothing_else(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer that there is nothing: for a mount that has files only."""
    raise HTTPException(HTTPStatus.NOT_FOUND)


class PackedFiles:
    """Middleware (plain ASGI) that answers requests for files by itself.

    Parameters
    ----------
    app
        Who answers all other requests.
    files
        The files by their paths below where this is mounted. They do not change while
        the server runs.

    Notes
    -----
    A file may be kept for ever where its address changes with its content: by a digest
    in its name, or by a version behind a question mark; others for a day.
    """

    def __init__(self, app: ASGIApp, files: Mapping[str, Path]) -> None:
        self.app = app
        self._files = dict(files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, or as the app does."""
        file = self._file_of(scope)
        if file is None:
            await self.app(scope, receive, send)
            return
        packed = await run_in_threadpool(_pack, file)
        request = Request(scope)
        is_forever = _DIGEST.search(file.name) or scope.get("query_string")
        headers = {
            "Cache-Control": FOREVER if is_forever else A_DAY,
            "ETag": packed.tag,
            "Vary": "Accept-Encoding",
        }
        content = packed.plain
        if packed.compressed and _takes_gzip(request):
            content = packed.compressed
            headers["Content-Encoding"] = "gzip"
        response = answer(request, content, packed.media_type, headers=headers)
        await response(scope, receive, send)

    def _file_of(self, scope: Scope) -> Path | None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return None
        prefix = scope.get("root_path", "").rstrip("/")
        return self._files.get(scope["path"].removeprefix(prefix))


def files_below(folder: Path, path: str) -> dict[str, Path]:
    """Return the files in a folder and those in it, by the paths they are served at.

    Parameters
    ----------
    folder
        Where they are. A folder that is not there has none.
    path
        Its own path, without a slash at its end.
    """
    return {
        f"{path}/{file.relative_to(folder).as_posix()}": file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@lru_cache(maxsize=_KEPT)
def _pack(file: Path) -> _Packed:
    plain = file.read_bytes()
    compressed = b""
    if file.suffix in _TEXTS:
        compressed = gzip.compress(plain, _LEVEL, mtime=0)
    if len(compressed) >= len(plain):
        compressed = b""
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return _Packed(plain, compressed, weak_tag_of(plain), media_type)


def _takes_gzip(request: Request) -> bool:
    """Tell whether a client takes gzip (RFC 9110, 12.5.3)."""
    codings = ",".join(request.headers.getlist("accept-encoding")).lower()
    for coding in codings.split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
