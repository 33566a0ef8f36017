"""Documents: what a resource says, as JSON for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from geo.base.errors import QueryError
from geo.publish.templating import templates_in
from geo.web.answers import (
    ASK_AGAIN,
    OPEN,
    accepted,
    not_modified,
    weak_tag_of,
    write_json,
)
from geo.web.ogc import links
from geo.web.ogc.links import Link

#: Every value is escaped: no text of the data is ever markup.
_TEMPLATES: Final = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Document:
    """An answer before it is written.

    Parameters
    ----------
    body
        The JSON document.
    media_type
        What it is as JSON.
    template
        Draws the body for people: a file of ``templates``.
    page
        What the template takes beside ``body`` and ``links``; see ``page.html``.
    links
        What the Link header tells; mostly those of the body.
    stamped
        Whether it carries the time it was made.
    crs
        The coordinate reference system of its coordinates, if it has any.
    """

    body: dict[str, Any]
    media_type: str
    template: str
    page: Mapping[str, Any]
    links: Sequence[Link] = ()
    stamped: bool = False
    crs: str = ""


def form_of(f: str | None, accept: str, media_type: str) -> str | None:
    """Return ``json`` or ``html``, or None where neither is accepted.

    Parameters
    ----------
    f
        The parameter of that name, which outweighs the header.
    accept
        The Accept header; empty accepts anything.
    media_type
        What the JSON document is; ``application/json`` is always meant as well.

    Raises
    ------
    QueryError
        If ``f`` is neither.
    """
    if f is not None:
        if f not in {"json", "html"}:
            raise QueryError("f", f"{f[:40]!r} is not json or html.")
        return f
    bare = media_type.split(";", maxsplit=1)[0]
    liked = accepted(accept, (bare, links.JSON, links.HTML))
    return None if liked is None else "html" if liked == links.HTML else "json"


def answer_document(request: Request, document: Document, form: str) -> Response:
    """Write a document as ``json`` or ``html``, or say that it has not changed."""
    is_json = form == "json"
    content = write_json(document.body) if is_json else _draw(document)
    headers = {
        **OPEN,
        "ETag": weak_tag_of(content),
        "Cache-Control": ASK_AGAIN,
        "Vary": "Accept",
    }
    if document.crs and is_json:
        headers["Content-Crs"] = f"<{document.crs}>"
    if document.links:
        headers["Link"] = links.link_header(document.links)
    unchanged = not_modified(request, headers)
    if unchanged is not None:
        return unchanged
    if document.stamped and is_json:
        # The time is no part of what the tag vouches for.
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        content = write_json({**document.body, "timeStamp": now})
    media_type = document.media_type if is_json else f"{links.HTML}; charset=utf-8"
    return Response(content, media_type=media_type, headers=headers)


def _draw(document: Document) -> bytes:
    """Return a document as a page of HTML."""
    page = (
        templates_in(_TEMPLATES)
        .get_template(document.template)
        .render(body=document.body, links=document.links, **document.page)
    )
    return page.encode()
