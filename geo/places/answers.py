"""Answers of a geocoding server, kept on disk so that it is asked once only.

``requests-cache`` keeps them for geopy: it knows ages, other processes that read the
same file, and how to ask the disk alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import requests_cache
from geopy.adapters import RequestsAdapter

#: How long an answer is kept.
KEPT: Final = timedelta(days=30)
_HTTP_OK: Final = 200
#: Whether a question may leave this machine; unset, only the disk is asked.
_MAY_ASK: Final = ContextVar("may_ask", default=False)


class NotKeptError(Exception):
    """The answer is not on disk, or too old."""


@contextmanager
def asking_the_server() -> Iterator[None]:
    """Let questions leave this machine, in this thread and meanwhile."""
    permission = _MAY_ASK.set(True)
    try:
        yield
    finally:
        _MAY_ASK.reset(permission)


class KeptAnswers(RequestsAdapter):
    """geopy's adapter over ``requests``, whose good answers are kept on disk.

    It asks the disk only, and raises :class:`NotKeptError`, unless
    :func:`asking_the_server`.

    Retries are left to the rate limiter: retries down here would at once ask a
    server again that is overloaded.
    """

    def __init__(self, *, proxies: Any, ssl_context: Any, file: Path) -> None:  # noqa: ANN401 - as geopy hands them over
        super().__init__(  # type: ignore[no-untyped-call]
            proxies=proxies, ssl_context=ssl_context, max_retries=0
        )
        plain: Any = self.session
        self.session: requests_cache.CachedSession = requests_cache.CachedSession(
            str(file),
            backend="sqlite",
            expire_after=KEPT,
            allowable_codes=(_HTTP_OK,),
            filter_fn=_is_answer,
        )
        self.session.trust_env = False
        self.session.proxies = plain.proxies
        for prefix, transport in plain.adapters.items():
            self.session.mount(prefix, transport)

    def get_json(
        self, url: str, *, timeout: float | None, headers: dict[str, str]
    ) -> object:
        """Return the answer on disk, or the server's where it may be asked."""
        if _MAY_ASK.get():
            return super().get_json(  # type: ignore[no-untyped-call]
                url, timeout=timeout, headers=headers
            )
        kept = self.session.request("GET", url, headers=headers, only_if_cached=True)
        if kept.status_code != _HTTP_OK:
            raise NotKeptError
        return kept.json()


def _is_answer(response: Any) -> bool:  # noqa: ANN401 - of requests
    """Tell whether a response is a list of places: a broken one must not be kept."""
    try:
        for place in response.json():
            float(place["lat"]), float(place["lon"])
    except (KeyError, TypeError, ValueError):
        return False
    return True
