"""Answers of a geocoding server, kept on disk so that it is asked once only.

``requests-cache`` keeps them for geopy: it knows ages, other processes that read the
same file, and how to ask the disk alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import requests_cache
from geopy.adapters import RequestsAdapter
from geopy.exc import GeocoderServiceError

from geo.base.errors import SettingsError

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
        self._file = file
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
        """Return the answer on disk, or the server's where it may be asked.

        Raises
        ------
        SettingsError
            If the file of answers is damaged, or the disk is full.
        """
        try:
            if _MAY_ASK.get():
                answer = super().get_json(  # type: ignore[no-untyped-call]
                    url, timeout=timeout, headers=headers
                )
                is_lost = not self.session.cache.contains(url=url)
                if is_lost and _is_places(answer):
                    # The library says nothing, and would ask the server each time.
                    raise self._unusable("an answer could not be kept")
                return answer
            kept = self.session.request(
                "GET", url, headers=headers, only_if_cached=True
            )
        except (GeocoderServiceError, sqlite3.Error) as error:
            # geopy makes every error of a session one of the service.
            cause = error if isinstance(error, sqlite3.Error) else error.__context__
            if not isinstance(cause, sqlite3.Error):
                raise
            raise self._unusable(str(cause)) from error
        if kept.status_code != _HTTP_OK:
            raise NotKeptError
        return kept.json()

    def _unusable(self, reason: str) -> SettingsError:
        msg = (
            f"{self._file} cannot be read or written: {reason}. Free space on its "
            "disk, delete it, or set INCIDENTS_CACHE to another folder."
        )
        return SettingsError(msg)


def check_writable(file: Path) -> None:
    """Write to the file of answers; the library would try for ever where it cannot.

    Raises
    ------
    sqlite3.Error
        If it is damaged, or may not be written.
    """
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()


def _is_answer(response: Any) -> bool:  # noqa: ANN401 - of requests
    """Tell whether a response is a list of places: a broken one must not be kept."""
    try:
        return _is_places(response.json())
    except ValueError:
        return False


def _is_places(answer: Any) -> bool:  # noqa: ANN401 - of JSON
    try:
        for place in answer:
            float(place["lat"]), float(place["lon"])
    except (KeyError, TypeError, ValueError):
        return False
    return True
