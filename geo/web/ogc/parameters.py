"""The parameters of a request, read strictly (OGC API - Features Part 1, 7.15).

An unknown parameter, or a value that is not accepted, is refused by name. Our own
filters have the same names and meanings as in the page and on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from geo.atlas import Atlas
from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.engine import Condition, all_of
from geo.engine.cql2 import LANGUAGES, read_filter
from geo.engine.cql2_values import read_instant
from geo.engine.queryables import Queryable
from geo.model.query import PARAMETERS, Dates, Query, parse_bbox

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEFAULT_LIMIT: Final = 10
MOST: Final = 10_000
#: Parameters of every items resource; our own filters come on top.
PAGING: Final = ("bbox", "datetime", "limit", "after", "crs", "bbox-crs")
#: Properties of a source that can be asked for, each by any of several values.
OF_SOURCES: Final = ("publisher", "language")
FILTERING: Final = ("filter", "filter-lang", "filter-crs")
_LONGEST_ID: Final = 200
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)
Parameters = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class ItemsQuery:
    """What a request for items asks for.

    ``query`` holds our own filters; ``condition`` the standard's: ``bbox``,
    ``datetime`` and the CQL2 filter. For sources, ``days`` has ``datetime`` again, and
    ``of_sources`` which values of :data:`OF_SOURCES` they may have.
    """

    query: Query
    condition: Condition
    days: tuple[date | None, date | None]
    of_sources: Mapping[str, Sequence[str]]
    after: str
    limit: int


def refuse_unknown(parameters: Parameters, known: Collection[str]) -> None:
    """Refuse parameters that the resource does not know.

    Raises
    ------
    QueryError
        Names the first, and those there are.
    """
    for name in parameters:
        if name not in known:
            there = ", ".join(known)
            raise QueryError(name, f"is not a parameter here. There are: {there}.")


def read_items_query(
    parameters: Parameters,
    atlas: Atlas,
    queryables: Mapping[str, Queryable],
    *,
    ours: bool,
) -> ItemsQuery:
    """Read the parameters of a request for items.

    Parameters
    ----------
    parameters
        Text values by name, as in the URL.
    atlas
        The data, whose categories and sources are the only ones accepted.
    queryables
        What a CQL2 filter may ask for.
    ours
        Whether our own filters are taken.

    Raises
    ------
    QueryError
        For an unknown parameter or a value that is not accepted; names it.
    """
    own = tuple(name for name in PARAMETERS if name != "bbox") if ours else OF_SOURCES
    filtering = FILTERING if queryables else ()
    refuse_unknown(parameters, (*PAGING, *filtering, *own, "f"))
    for name in ("crs", "bbox-crs", "filter-crs"):
        check_crs(parameters, name)
    since, until = read_datetime(_value(parameters, "datetime"))
    limited = since is not None or until is not None
    if limited and (parameters.get("from") or parameters.get("to")):
        raise QueryError("datetime", "is given with from or to. Give one or the other.")
    filters = {name: parameters[name] for name in own if name in parameters}
    query = atlas.query(filters if ours else {})
    conditions = []
    pages = atlas.engine.pages
    if limited and query.dates == Dates.CERTAIN:
        query = replace(query, since=since, until=until)
    elif limited:
        conditions.append(pages.in_datetime(since, until))
    bbox = read_bbox(_value(parameters, "bbox"))
    if bbox:
        conditions.append(pages.in_bbox(bbox))
    text = _value(parameters, "filter")
    language = _language(_value(parameters, "filter-lang"))
    if text:
        conditions.append(read_filter(text, language, queryables, pages))
    return ItemsQuery(
        query=query,
        condition=all_of(conditions),
        days=(since, until),
        of_sources={} if ours else _known_values(filters, atlas),
        after=_after(_value(parameters, "after")),
        limit=read_limit(_value(parameters, "limit")),
    )


def values_of_sources(atlas: Atlas, name: str) -> list[str]:
    """Return which values a property of sources has, in order."""
    return sorted({str(getattr(source, name)) for source in atlas.sources.values()})


def _known_values(filters: Parameters, atlas: Atlas) -> Parameters:
    """Refuse values that no source has."""
    for name, values in filters.items():
        there = values_of_sources(atlas, name)
        for value in values:
            if value not in there:
                message = f"{value[:60]!r} is not one of {', '.join(there)}."
                raise QueryError(name, message)
    return filters


def read_bbox(text: str) -> Bbox | None:
    """Read an extent of 4 numbers, or of 6 with heights, which are left aside.

    Raises
    ------
    QueryError
        As :func:`geo.model.query.parse_bbox`; or if the lowest height is above the highest.
    """
    parts = text.split(",")
    if len(parts) != 6:  # noqa: PLR2004 - two corners with heights
        return parse_bbox(text)
    low, high = parts[2], parts[5]
    try:
        upright = float(low) <= float(high)
    except ValueError:
        upright = False
    if not upright:
        message = f"heights {low!r} and {high!r} are not two numbers, lowest first."
        raise QueryError("bbox", message)
    return parse_bbox(",".join((*parts[:2], *parts[3:5])))


def read_datetime(text: str) -> tuple[date | None, date | None]:
    """Read an instant or an interval as the first and the last day; None is open.

    Forms are those of Part 1, 7.15.4: ``2023-08-31``, ``2023-08-31T12:00:00Z``,
    ``start/end``, ``../end``, ``start/..``; an empty end is open as well. Incidents
    are dated by days, so an instant asks for its day in UTC.

    Raises
    ------
    QueryError
        If it is none of these, or runs backwards.
    """
    if not text:
        return None, None
    ends = text.split("/")
    open_ends = [end in {"", ".."} for end in ends]
    if len(ends) > 2 or all(open_ends):  # noqa: PLR2004 - start and end
        raise QueryError(
            "datetime", f"{text[:60]!r} is not an instant or an interval. {_FORM}"
        )
    try:
        days = [
            None if is_open else read_instant(end)
            for end, is_open in zip(ends, open_ends, strict=True)
        ]
    except ValueError as error:
        raise QueryError("datetime", f"{error}. {_FORM}") from error
    since, until = days[0], days[-1]
    if since and until and since > until:
        raise QueryError("datetime", f"{text!r} ends before it starts. Swap the ends.")
    return since, until


_FORM: Final = "Write 2023-08-31, 2022-02-24/2022-03-18, ../2023-12-31 or 2022-01-01/.."


def read_limit(text: str) -> int:
    """Read how many features a page may hold; more than :data:`MOST` means that many.

    Raises
    ------
    QueryError
        If it is not a whole number of at least 1.
    """
    if not text:
        return DEFAULT_LIMIT
    limit = int(text) if _WHOLE.fullmatch(text) else 0
    if limit < 1:
        message = f"{text[:40]!r} is not a whole number from 1 to {MOST}."
        raise QueryError("limit", message)
    return min(limit, MOST)


def _value(parameters: Parameters, name: str) -> str:
    """Return the value of a parameter that takes one; empty where not given."""
    values = parameters.get(name, [])
    if len(values) > 1:
        raise QueryError(name, f"is given {len(values)} times; it takes one value.")
    if values and not values[0].strip() and name != "after":
        raise QueryError(name, "is empty. Give a value or leave it out.")
    return values[0].strip() if values else ""


def check_crs(parameters: Parameters, name: str) -> None:
    """Refuse any coordinate reference system but CRS84.

    Raises
    ------
    QueryError
        Names the parameter.
    """
    text = _value(parameters, name)
    if text not in {"", CRS84}:
        raise QueryError(name, f"{text[:80]!r} is not served. There is only {CRS84}.")


def _language(text: str) -> str:
    if text and text not in LANGUAGES:
        message = f"{text[:40]!r} is not one of {', '.join(LANGUAGES)}."
        raise QueryError("filter-lang", message)
    return text or LANGUAGES[0]


def _after(text: str) -> str:
    if len(text) > _LONGEST_ID or not text.isprintable():
        raise QueryError("after", "is not an id. Follow the link called next.")
    return text
