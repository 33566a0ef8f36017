"""What all answers share: tags, 304, the Accept header, JSON, and who may read them.

HTTP semantics are those of RFC 9110; problem documents are in :mod:`geo.web.problems`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response

#: Web GIS clients run on pages of other origins (Fetch standard, CORS).
OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Content-Type",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Crs, Retry-After",
}
#: Values of Cache-Control: under its address an answer never changes, hardly ever
#: does, or may at any time.
FOREVER: Final = "public, max-age=31536000, immutable"
A_DAY: Final = "public, max-age=86400"
ASK_AGAIN: Final = "no-cache"
#: An entity tag (8.8.3), its mark of weakness left aside.
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")(?=\s*(?:,|$))')


def write_json(body: Mapping[str, Any]) -> bytes:
    """Return a body as JSON without spaces, its text as it is in UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def tag_of(*parts: bytes) -> str:
    """Return a strong entity tag of all that an answer is made of."""
    digest = hashlib.sha256(b"\n".join(parts))
    return f'"{digest.hexdigest()[:24]}"'


def weak_tag_of(content: bytes) -> str:
    """Return a tag of an answer that may be compressed on its way."""
    return f"W/{tag_of(content)}"


def answer(
    request: Request,
    content: bytes,
    media_type: str,
    *,
    headers: Mapping[str, str],
) -> Response:
    """Return some content, or nothing where the client has it: its ETag is a header."""
    return not_modified(request, headers) or Response(
        content, media_type=media_type, headers=headers
    )


def answer_file(
    request: Request,
    path: Path,
    media_type: str | None = None,
    *,
    headers: Mapping[str, str],
) -> Response:
    """Return a file, or nothing where the client has it.

    Parameters
    ----------
    request
        What is answered.
    path
        The file; it must be there.
    media_type
        What it is; by default what its name says.
    headers
        Beside those that tell its size and age.
    """
    response = FileResponse(path, media_type=media_type, headers=dict(headers))
    response.set_stat_headers(path.stat())
    validators = {**headers, "ETag": response.headers["etag"]}
    return not_modified(request, validators) or response


def not_modified(request: Request, headers: Mapping[str, str]) -> Response | None:
    """Return a 304 with these headers if the client has what their ETag names (13.1.2).

    If-None-Match holds any number of tags, or ``*`` for any; they are compared weakly.
    """
    known = ",".join(request.headers.getlist("if-none-match"))
    tags = _TAG.findall(headers["ETag"])
    if known.strip() == "*" or set(tags) & set(_TAG.findall(known)):
        return Response(status_code=304, headers=headers)
    return None


def accepted(accept: str, offered: Sequence[str]) -> str | None:
    """Return which media type a client likes best, or None for none of them (12.5.1).

    Parameters
    ----------
    accept
        The Accept header; empty accepts anything.
    offered
        Media types without parameters. Of two that weigh the same, the one that is
        named is taken before one that ``*`` stands for, then the earlier one.
    """
    weights = _weights(accept or "*/*")
    liked = max(offered, key=lambda media_type: _welcome(weights, media_type))
    return liked if _welcome(weights, liked) > (0, 0) else None


def _weights(accept: str) -> dict[str, float]:
    """Return the weight of each media range of an Accept header."""
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    weight = 0.0
        weights[name] = max(weight, weights.get(name, 0.0))
    return weights


def _welcome(weights: Mapping[str, float], media_type: str) -> tuple[float, int]:
    """Return the weight of a media type, and how closely it is named.

    The most specific range decides.
    """
    ranges = (media_type, f"{media_type.split('/', maxsplit=1)[0]}/*", "*/*")
    named = next((name for name in ranges if name in weights), None)
    if named is None or not weights[named]:
        return 0.0, 0
    return weights[named], len(ranges) - ranges.index(named)
