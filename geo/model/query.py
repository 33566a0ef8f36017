"""The query: one object for every way of asking which incidents.

The same names and values in the page's URL, the command line and the HTTP API::

    category  status  precision  country  source    several values, any of which
    from      to                                    ISO days, both inclusive
    dates     certain | possible                    which uncertain dates count
    q                                               words, all of which
    bbox      west,south,east,north                 degrees, WGS84

An extent leaves what is placed in it wholly or in part: points by their coordinates,
lines and areas by their shape. What has no place is in none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.model.folding import fold
from geo.model.vocabulary import Precision, Status

#: Parameters that take several values, in the order they are written to a URL.
SEVERAL: Final = ("category", "status", "precision", "country", "source")
SINGLE: Final = ("from", "to", "dates", "q", "bbox")
PARAMETERS: Final = (*SEVERAL, *SINGLE)
_LONGEST_TEXT: Final = 200
_MOST_VALUES: Final = 100


class Dates(StrEnum):
    """Which incidents with an uncertain date belong to a span of days."""

    #: Every day the date may mean lies in the span.
    CERTAIN = "certain"
    #: Some day the date may mean lies in the span.
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Query:
    """Which incidents are asked for; the empty query asks for all.

    Values of one parameter are alternatives; parameters add up. Build it with
    :func:`parse_query`, which checks each value.
    """

    category: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    precision: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    dates: Dates = Dates.POSSIBLE
    q: str = ""
    bbox: Bbox | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the free text, all of which must occur."""
        return tuple(dict.fromkeys(fold(self.q).split()))

    @property
    def by_date(self) -> bool:
        """Whether the query limits dates, and so leaves undated incidents out."""
        return self.since is not None or self.until is not None

    @property
    def is_empty(self) -> bool:
        """Whether the query asks for everything."""
        return self == Query(dates=self.dates)

    def undated(self) -> Query:
        """Return this query without its dates."""
        return replace(self, since=None, until=None)

    def parameters(self) -> dict[str, list[str]]:
        """Return the query as URL parameters, leaving out what is not limited."""
        written: dict[str, list[str]] = {
            name: list(getattr(self, name)) for name in SEVERAL
        }
        written["from"] = [self.since.isoformat()] if self.since else []
        written["to"] = [self.until.isoformat()] if self.until else []
        written["dates"] = [str(self.dates)] if self.dates != Dates.POSSIBLE else []
        written["q"] = [self.q] if self.q else []
        written["bbox"] = [str(self.bbox)] if self.bbox else []
        return {name: values for name, values in written.items() if values}

    def urlencode(self) -> str:
        """Return the query as a URL's query string; empty for the empty query."""
        return urlencode(self.parameters(), doseq=True)


def parse_query(
    parameters: Mapping[str, Sequence[str] | str],
    *,
    categories: Iterable[str] | None = None,
    sources: Iterable[str] | None = None,
) -> Query:
    """Build a query of parameters as written in a URL or on the command line.

    Parameters
    ----------
    parameters
        Text values by parameter name; several values as a sequence. Empty values
        count as not given.
    categories, sources
        The ids there are; given, any other value is refused.

    Raises
    ------
    QueryError
        For an unknown parameter, a repeated single one, or a value that is not
        accepted; the message names the parameter and what it takes.
    """
    given = {name: _values(name, value) for name, value in parameters.items()}
    for name in given:
        if name not in PARAMETERS:
            raise QueryError(
                name, f"not a filter. Filters are {', '.join(PARAMETERS)}."
            )
    for name in SINGLE:
        if len(given.get(name, ())) > 1:
            raise QueryError(
                name, f"given {len(given[name])} times; it takes one value."
            )
    _check_choices("category", given, categories)
    _check_choices("source", given, sources)
    _check_choices("status", given, [str(status) for status in Status])
    _check_choices("precision", given, [str(precision) for precision in Precision])
    _check_choices("dates", given, [str(meaning) for meaning in Dates])
    query = Query(
        category=given.get("category", ()),
        status=given.get("status", ()),
        precision=given.get("precision", ()),
        country=tuple(dict.fromkeys(map(_country, given.get("country", ())))),
        source=given.get("source", ()),
        since=_day("from", given),
        until=_day("to", given),
        dates=Dates(_first("dates", given) or Dates.POSSIBLE),
        q=_text(_first("q", given)),
        bbox=parse_bbox(_first("bbox", given)),
    )
    if query.since and query.until and query.since > query.until:
        message = f"{query.since} is after to={query.until}. Swap them."
        raise QueryError("from", message)
    return query


def parse_bbox(text: str) -> Bbox | None:
    """Read ``west,south,east,north`` in degrees; empty text is no extent.

    ``west`` greater than ``east`` crosses the antimeridian (RFC 7946, 5.2).

    Raises
    ------
    QueryError
        If it is not four finite numbers in range with south below north.
    """
    if not text:
        return None
    form = "Write four degrees, west,south,east,north, such as 20.3,44.7,20.6,44.9."
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError as error:
        raise QueryError("bbox", f"{text!r} is not four numbers. {form}") from error
    if len(numbers) != len(Bbox._fields) or not all(map(math.isfinite, numbers)):
        raise QueryError("bbox", f"{text!r} is not four finite numbers. {form}")
    bbox = Bbox(*numbers)
    if not (-180 <= bbox.west <= 180 and -180 <= bbox.east <= 180):  # noqa: PLR2004
        raise QueryError("bbox", f"{text!r} leaves longitudes -180 to 180. {form}")
    if not -90 <= bbox.south <= bbox.north <= 90:  # noqa: PLR2004
        message = (
            f"{text!r} leaves latitudes -90 to 90, or south is above north. {form}"
        )
        raise QueryError("bbox", message)
    return bbox


def _values(name: str, value: Sequence[str] | str) -> tuple[str, ...]:
    several = [value] if isinstance(value, str) else value
    kept = tuple(dict.fromkeys(text.strip() for text in several if text.strip()))
    if len(kept) > _MOST_VALUES:
        raise QueryError(name, f"{len(kept)} values; at most {_MOST_VALUES} are taken.")
    return kept


def _first(name: str, given: Mapping[str, tuple[str, ...]]) -> str:
    return next(iter(given.get(name, ())), "")


def _check_choices(
    name: str, given: Mapping[str, tuple[str, ...]], choices: Iterable[str] | None
) -> None:
    if choices is None:
        return
    known = list(choices)
    for value in given.get(name, ()):
        if value not in known:
            raise QueryError(name, f"{value!r} is not one of {', '.join(known)}.")


def _day(name: str, given: Mapping[str, tuple[str, ...]]) -> date | None:
    text = _first(name, given)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QueryError(name, f"{text!r} is not a day such as 2023-08-31.") from error


def _country(text: str) -> str:
    code = text.upper()
    if len(code) != 2 or not text.isascii() or not text.isalpha():  # noqa: PLR2004
        message = f"{text!r} is not a two-letter ISO 3166-1 code such as RS."
        raise QueryError("country", message)
    return code


def _text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        message = f"{len(text)} characters; at most {_LONGEST_TEXT} are searched."
        raise QueryError("q", message)
    if "\x00" in text:
        raise QueryError("q", "has a NUL character. Remove it.")
    if text and not fold(text):
        raise QueryError("q", f"{text!r} has no letter or digit to search for.")
    return text


#: Field names of the query, for callers that map them.
FIELDS: Final = tuple(field.name for field in fields(Query))
