"""Uploads: closed, unless a page takes them; then few, small, soon and forgotten.

Streamlit takes a file from anybody who has a session, whether a page asks for one or
not, under any name, and keeps it as long as the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.base.hosts import header_of
from geo.web.doors.refusals import refusal

_LENGTH_DIGITS: Final = 12
_RETRY_LATER: Final = {"Retry-After": "60"}


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one page with an uploader takes.

    Parameters
    ----------
    files
        Files that a session may keep at a time.
    size_bytes
        Largest request, which is a file and a little around it.
    total_bytes
        What all sessions together may keep.
    timeout_s
        Seconds that one upload may take.
    """

    files: int
    size_bytes: int
    total_bytes: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class UploadStore:
    """Where the app keeps uploads: whether a session lives, and how to forget its files."""

    is_open: Callable[[str], bool]
    forget: Callable[[str], None]


class Uploads:
    """Middleware (plain ASGI) before the path of uploads, ``{below}{session}/{file}``.

    Parameters
    ----------
    app
        Who takes them.
    below
        The beginning of their path, with a slash at its end.
    limits
        None where no page takes uploads: then nothing is there, and no body is read.
    store
        Of the app; needed where there are limits.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        below: str,
        limits: UploadLimits | None = None,
        store: UploadStore | None = None,
    ) -> None:
        self.app = app
        self._below = below
        self._limits = limits
        self._store = store
        #: Sizes in bytes of the files that each session keeps.
        self._kept: dict[str, dict[str, int]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, but refuse uploads that nobody waits for."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(self._below):
            await self.app(scope, receive, send)
            return
        if self._limits is None or self._store is None:
            no = refusal(scope, 404, "No page here takes files.")
            await no(scope, receive, send)
            return
        session, _, name = path.removeprefix(self._below).partition("/")
        if scope["method"] == "PUT":
            upload = _Upload(session, name, self._limits, self._store)
            await self._take(upload, scope, receive, send)
            return
        if scope["method"] == "DELETE":
            self._release(session, name)
        await self.app(scope, receive, send)

    async def _take(
        self, upload: _Upload, scope: Scope, receive: Receive, send: Send
    ) -> None:
        for session in list(self._kept):
            if not upload.store.is_open(session):
                self._forget(session, upload.store)
        no = self._refusal(upload, scope)
        if no is not None:
            await no(scope, receive, send)
            return
        size = int(header_of(scope, b"content-length") or 0)
        self._kept.setdefault(upload.session, {})[upload.name] = size
        status = 0

        async def send_seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            async with asyncio.timeout(upload.limits.timeout_s) as limit:
                await self.app(scope, receive, send_seen)
        except TimeoutError:
            if not limit.expired() or status:
                raise
            late = refusal(
                scope, 408, "The file took too long.", headers={"Connection": "close"}
            )
            await late(scope, receive, send)
        finally:
            if not 200 <= status < 300:  # noqa: PLR2004 - success (RFC 9110, 15.3)
                self._release(upload.session, upload.name)
            if not upload.store.is_open(upload.session):
                self._forget(upload.session, upload.store)

    def _refusal(self, upload: _Upload, scope: Scope) -> Response | None:
        """Return why an upload is not taken, known before its first byte is read."""
        limits = upload.limits
        if not upload.store.is_open(upload.session):
            return refusal(scope, 404, "There is no such session.")
        length = header_of(scope, b"content-length") or ""
        if not (length.isascii() and length.isdigit()):
            return refusal(scope, 411, "Say how long the file is.")
        if len(length) > _LENGTH_DIGITS or int(length) > limits.size_bytes:
            most = f"A file may have {limits.size_bytes:,} bytes at most."
            return refusal(scope, 413, most)
        others = self._kept.get(upload.session, {}).keys() - {upload.name}
        if len(others) >= limits.files:
            most = f"{limits.files} files at a time are taken. Remove others first."
            return refusal(scope, 413, most)
        total = sum(sum(sizes.values()) for sizes in self._kept.values())
        if total + int(length) > limits.total_bytes:
            full = "Others are uploading as well. Try again in a minute."
            return refusal(scope, 503, full, headers=_RETRY_LATER)
        return None

    def _release(self, session: str, name: str) -> None:
        self._kept.get(session, {}).pop(name, None)

    def _forget(self, session: str, store: UploadStore) -> None:
        self._kept.pop(session, None)
        store.forget(session)


@dataclass(frozen=True, slots=True)
class _Upload:
    session: str
    name: str
    limits: UploadLimits
    store: UploadStore
