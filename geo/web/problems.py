"""Problem documents (RFC 9457): what every route answers where it cannot do as asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from geo.base.errors import (
    BusyError,
    EngineAwayError,
    IncidentMapError,
    NotFoundError,
    NotInstalledError,
    QueryError,
    StoppedError,
    TooLongError,
    WithdrawnError,
    told_readers,
)
from geo.web.answers import ASK_AGAIN

#: Media type of a problem document.
PROBLEM: Final = "application/problem+json"
#: Seconds after which to ask again where an error does not say (RFC 9110, 10.2.3).
_RETRY_AFTER_S: Final = 5
_LOG: Final = logging.getLogger(__name__)
_STATUS: Final[dict[type[IncidentMapError], tuple[int, str]]] = {
    QueryError: (400, "A parameter is wrong"),
    WithdrawnError: (410, "Withdrawn"),
    NotFoundError: (404, "Not found"),
    EngineAwayError: (503, "The database does not answer"),
    TooLongError: (503, "The answer took too long"),
    BusyError: (503, "The server is busy"),
    StoppedError: (503, "The server stops"),
    NotInstalledError: (501, "Not installed here"),
    IncidentMapError: (500, "The data cannot be read"),
}


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    parameter: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return what went wrong as a problem document."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if parameter is not None:
        body["parameter"] = parameter
    return Response(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status,
        media_type=PROBLEM,
        headers={"Cache-Control": ASK_AGAIN, **(headers or {})},
    )


def problem_of(
    error: IncidentMapError, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error of ours as a problem document.

    One that may pass by itself says after how many seconds to ask again.
    """
    status, title = next(
        answer for kind, answer in _STATUS.items() if isinstance(error, kind)
    )
    parameter = error.parameter if isinstance(error, QueryError) else None
    further = dict(headers or {})
    if status == 503:  # noqa: PLR2004 - as in the table
        wait_s = error.retry_after_s if isinstance(error, BusyError) else _RETRY_AFTER_S
        further["Retry-After"] = str(wait_s)
    if isinstance(error, EngineAwayError):
        _LOG.error("%s", error)
    return problem(
        status, title, told_readers(error), parameter=parameter, headers=further
    )
