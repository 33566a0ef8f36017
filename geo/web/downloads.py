"""Downloads: the incidents that a query leaves as a file, sent while it is being made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from geo.atlas import Atlas, atlas
from geo.base.errors import IncidentMapError, QueryError
from geo.base.settings import settings
from geo.base.work import Work
from geo.export import (
    FORMATS,
    PACKAGES,
    file_name,
    file_stem,
    licence_address,
    media_type,
    pieces,
    select,
)
from geo.model.query import Query
from geo.web.answers import ASK_AGAIN, not_modified, tag_of
from geo.web.api import read_query
from geo.web.problems import problem_of
from geo.web.serving import (
    EXPORTS,
    HEALTH,
    Download,
    Slots,
    address_of,
    stopped_with,
)

_SLOTS: Final = Slots()


async def download(request: Request) -> Response:
    """Answer ``/export`` with the filtered incidents as a file."""
    work = Work(gives_way=True)
    give_back = _nothing_to_give_back
    try:
        current = await HEALTH.answer(request, atlas)
        query = read_query(request, current, also=("format", "package"))
        name = _choice(request, "format", tuple(FORMATS), "geojson")
        package = _choice(request, "package", PACKAGES, "plain")
        # The same query of the same version gives the same bytes.
        parts = (current.version, query.urlencode(), name, package)
        headers = {
            "ETag": tag_of(*map(str.encode, parts)),
            "Cache-Control": ASK_AGAIN,
        }
        if terms := licence_address(settings().licence):
            headers["Link"] = f'<{terms}>; rel="license"'
        unchanged = not_modified(request, headers)
        if unchanged is not None:
            return unchanged
        stem = file_stem(settings().title, query)
        called = file_name(name, package=package, stem=stem)
        headers["Content-Disposition"] = f'attachment; filename="{called}"'
        made: Iterator[bytes] = iter(())
        if request.method != "HEAD":
            give_back = _SLOTS.take(address_of(request.scope))
            async with stopped_with(work, request.receive):
                made = await EXPORTS.run(work, _pieces, current, query, name, package)
    except BaseException as error:
        give_back()
        if isinstance(error, IncidentMapError):
            return problem_of(error)
        raise
    return Download(
        made,
        work=work,
        over=give_back,
        media_type=media_type(name, package=package),
        headers=headers,
    )


def _nothing_to_give_back() -> None:
    """Give back nothing, where no slot was taken."""


def _pieces(current: Atlas, query: Query, name: str, package: str) -> Iterator[bytes]:
    """Return the pieces of a file; the first is made here, so that it may fail."""
    selection = select(
        current.engine, query, vocabulary=current.vocabulary, sources=current.sources
    )
    made = pieces(selection, name, package=package)
    return _beginning_with(next(made, b""), made)


def _beginning_with(first: bytes, made: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from made


def _choice(request: Request, name: str, choices: Sequence[str], default: str) -> str:
    values = request.query_params.getlist(name) or [default]
    if len(values) > 1:
        raise QueryError(name, f"given {len(values)} times; it takes one value.")
    if values[0] not in choices:
        raise QueryError(name, f"{values[0]!r} is not one of {', '.join(choices)}.")
    return values[0]
