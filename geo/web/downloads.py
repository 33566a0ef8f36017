"""Downloads: the incidents that a query leaves as a file, sent while it is being made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from geo.atlas import Atlas, atlas
from geo.atlas.exports import PACKAGES, file_name, file_stem, media_type, pieces
from geo.atlas.selections import select
from geo.base.errors import IncidentMapError, QueryError
from geo.base.grid import Bbox
from geo.base.settings import settings
from geo.base.stamps import SIZE, stamp_of
from geo.base.work import Work
from geo.formats.registry import FORMATS
from geo.formats.selection import licence_address
from geo.model.query import Query
from geo.publish.pictures import PICTURES, THEMES, picture_of
from geo.web.answers import ASK_AGAIN, not_modified, tag_of
from geo.web.api import read_extent, read_query
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
#: Parameters beside format and filters: of data, and of pictures.
_OWN_OF: Final = {False: ("package",), True: ("theme", "frame")}


class _Asked(NamedTuple):
    """A file of data with its package, or a picture with its theme and its frame."""

    name: str
    package: str = ""
    theme: str = ""
    frame: Bbox | None = None

    @property
    def is_picture(self) -> bool:
        return self.name in PICTURES

    @property
    def parts(self) -> tuple[str, ...]:
        """What its bytes depend on beside layer, query and format."""
        if not self.is_picture:
            return (self.package,)
        deployment = settings()
        # Size and time of modification, which a copy for another server keeps.
        streets = [
            numbers[SIZE : SIZE + 2]
            for numbers in stamp_of(filter(None, [deployment.ground]))
        ]
        words = deployment.title, deployment.subtitle
        return self.theme, str(self.frame), *words, str(streets)


async def download(request: Request) -> Response:
    """Answer ``/export`` with the filtered incidents as a file."""
    work = Work(gives_way=True)
    give_back = _nothing_to_give_back
    try:
        current = await HEALTH.answer(request, atlas)
        name = _choice(request, "format", (*FORMATS, *PICTURES), "geojson")
        wanted = _file_asked_for(request, name)
        query = read_query(
            request, current, also=("format", *_OWN_OF[wanted.is_picture])
        )
        # The same query of the same version gives the same bytes.
        parts = (current.version, query.urlencode(), name, *wanted.parts)
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
        called = (
            f"{stem}.{name}"
            if wanted.is_picture
            else file_name(name, package=wanted.package, stem=stem)
        )
        headers["Content-Disposition"] = f'attachment; filename="{called}"'
        made: Iterator[bytes] = iter(())
        if request.method != "HEAD":
            give_back = _SLOTS.take(address_of(request.scope))
            async with stopped_with(work, request.receive):
                made = await EXPORTS.run(work, _pieces, current, query, wanted)
    except BaseException as error:
        give_back()
        if isinstance(error, IncidentMapError):
            return problem_of(error)
        raise
    return Download(
        made,
        work=work,
        over=give_back,
        media_type=PICTURES.get(name) or media_type(name, package=wanted.package),
        headers=headers,
    )


def _nothing_to_give_back() -> None:
    """Give back nothing, where no slot was taken."""


def _pieces(current: Atlas, query: Query, wanted: _Asked) -> Iterator[bytes]:
    """Return the pieces of a file; the first is made here, so that it may fail."""
    if wanted.is_picture:
        bbox, is_dark = wanted.frame, wanted.theme == "dark"
        return iter(
            (picture_of(current, query, wanted.name, bbox=bbox, is_dark=is_dark),)
        )
    selection = select(
        current.engine, query, vocabulary=current.vocabulary, sources=current.sources
    )
    made = pieces(selection, wanted.name, package=wanted.package)
    return _beginning_with(next(made, b""), made)


def _file_asked_for(request: Request, name: str) -> _Asked:
    """Read what a request asks of a file beside the filters."""
    if name not in PICTURES:
        return _Asked(name, package=_choice(request, "package", PACKAGES, "plain"))
    theme = _choice(request, "theme", THEMES, "light")
    return _Asked(name, theme=theme, frame=read_extent(request, "frame"))


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
