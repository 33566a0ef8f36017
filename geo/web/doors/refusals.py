"""How a door says no: a page for browsers, a problem document for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from geo.base.hosts import header_of
from geo.base.settings import settings
from geo.web.answers import ASK_AGAIN, accepted
from geo.web.problems import PROBLEM, problem

#: A page for whoever does not rather want a problem document.
_OFFERED: Final = ("text/html", PROBLEM, "application/json")
_PAGE = Markup(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="{home}assets/own/icon.png">
<link rel="stylesheet" href="{home}assets/own/plain.css">
</head><body>
<main><h1>{title}</h1>
<p>{detail}</p>
<p><a href="{home}">To the map</a></p>
</main></body></html>
"""
)


def refusal(
    scope: Scope, status: int, detail: str, *, headers: dict[str, str] | None = None
) -> Response:
    """Return an answer that says no.

    Parameters
    ----------
    scope
        The request: browsers get a page, programs that ask for JSON a problem
        document (RFC 9457).
    status
        The status code.
    detail
        One sentence for the reader. Nothing of the request may stand in it.
    headers
        What else the answer tells.
    """
    title = HTTPStatus(status).phrase.capitalize()
    prefix = urlsplit(settings().public_url).path or scope.get("root_path", "")
    home = f"{prefix.rstrip('/')}/"
    headers = {
        "Cache-Control": ASK_AGAIN,
        "Link": f'<{home}>; rel="index"',
        **(headers or {}),
    }
    if accepted(header_of(scope, b"accept") or "", _OFFERED) != _OFFERED[0]:
        return problem(status, title, detail, headers=headers)
    written = _PAGE.format(title=title, detail=detail, home=home)
    return HTMLResponse(written, status, headers=headers)
