"""How an answer leaves: negotiated, tagged, linked, open to web clients of any origin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from starlette.responses import Response

from geo.base.errors import IncidentMapError, QueryError
from geo.web import problems
from geo.web.ogc import links
from geo.web.ogc.links import Link

#: Web GIS clients run on pages of other origins (Fetch standard, CORS).
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Content-Type",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Crs, Retry-After",
}
METHODS: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Document:
    """An answer before it is written.

    Parameters
    ----------
    body
        The JSON document.
    media_type
        What it is as JSON.
    page
        Draws it for people.
    links
        What the Link header tells; mostly those of the body.
    stamped
        Whether it carries the time it was made.
    crs
        The coordinate reference system of its coordinates, if it has any.
    """

    body: dict[str, Any]
    media_type: str
    page: Callable[[], str]
    links: Sequence[Link] = ()
    stamped: bool = False
    crs: str = ""


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return what went wrong as a problem document, for web clients of any origin."""
    told = {**OPEN, **(headers or {})}
    return problems.problem(status, title, detail, headers=told)


def problem_of(error: IncidentMapError) -> Response:
    """Return an error of ours as a problem document."""
    return problems.problem_of(error, headers=OPEN)


def negotiated(asked: str | None, accept: str, media_type: str) -> str | None:
    """Return ``json`` or ``html``, or None where neither is accepted (RFC 9110, 12.5.1).

    Parameters
    ----------
    asked
        The parameter ``f``, which outweighs the header.
    accept
        The Accept header; empty accepts anything.
    media_type
        What the JSON document is; ``application/json`` is always meant as well.

    Raises
    ------
    QueryError
        If ``f`` is neither.
    """
    if asked is not None:
        if asked not in {"json", "html"}:
            raise QueryError("f", f"{asked[:40]!r} is not json or html.")
        return asked
    weights = _weights(accept or "*/*")
    bare = media_type.split(";", maxsplit=1)[0]
    json_weight = max(_weight(weights, kind) for kind in (bare, links.JSON))
    html_weight = _weight(weights, links.HTML)
    if json_weight == html_weight == 0:
        return None
    return "html" if html_weight > json_weight else "json"


def answer(document: Document, form: str, if_none_match: str) -> Response:
    """Write a document as JSON or as a page, or say that it has not changed."""
    body = document.body
    written = _json_bytes(body) if form == "json" else document.page().encode()
    tag = f'W/"{hashlib.sha256(written).hexdigest()[:24]}"'
    headers = {
        **OPEN,
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept",
    }
    if document.crs and form == "json":
        headers["Content-Crs"] = f"<{document.crs}>"
    if document.links:
        headers["Link"] = links.link_header(document.links)
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    if document.stamped and form == "json":
        # The time is no part of what the tag vouches for.
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        written = _json_bytes({**body, "timeStamp": now})
    kind = document.media_type if form == "json" else f"{links.HTML}; charset=utf-8"
    return Response(written, media_type=kind, headers=headers)


def _json_bytes(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _matches(if_none_match: str, tag: str) -> bool:
    """Tell whether a tag is among those of an If-None-Match header, compared weakly."""
    given = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in given or tag.removeprefix("W/") in given


def _weights(accept: str) -> dict[str, float]:
    """Return the weight of each media range of an Accept header."""
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    weight = 0.0
        found[name] = max(weight, found.get(name, 0.0))
    return found


def _weight(weights: Mapping[str, float], media_type: str) -> float:
    """Return how welcome a media type is; the most specific range decides."""
    for name in (media_type, f"{media_type.split('/', maxsplit=1)[0]}/*", "*/*"):
        if name in weights:
            return weights[name]
    return 0.0
