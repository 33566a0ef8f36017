"""The query: one object for every way of asking which incidents.

:data:`FILTERS` lists the ways: the same names and values in the page's URL, the command
line and the HTTP API, whose options, descriptions, widgets and SQL are made of it.

An extent leaves what is placed in it wholly or in part: points by their coordinates,
lines and areas by their shape. What has no place is in none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.model.folding import fold
from geo.model.vocabulary import PRECISION_LABELS, STATUS_LABELS

#: Characters that are searched for at most.
LONGEST_TEXT: Final = 200
_MOST_VALUES: Final = 100


class Dates(StrEnum):
    """Which incidents with an uncertain date belong to a span of days."""

    #: Every day the date may mean lies in the span.
    CERTAIN = "certain"
    #: Some day the date may mean lies in the span.
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Filter:
    """One way of asking which incidents.

    Parameters
    ----------
    name
        Its name in addresses, on the command line and in the HTTP API.
    label
        What readers see above it.
    help
        What it asks for, a sentence.
    column
        The column of the layer's table that is compared with the values
        (:mod:`geo.layer.table`). Empty where it takes one value, read by itself.
    labels
        What readers see for each value. Empty where the values are the layer's own:
        its categories, sources and countries.
    pattern
        The form of a value where there is no list of them (ECMA 262).
    of_lists
        Whether the column holds several values, parted by ``|``.
    takes_unknown
        Whether :data:`UNKNOWN` asks for incidents without a value.
    is_rare
        Whether readers find it under "More filters".
    """

    name: str
    label: str
    help: str
    column: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    of_lists: bool = False
    takes_unknown: bool = False
    is_rare: bool = False

    @property
    def takes_several(self) -> bool:
        """Whether it takes several values, any of which will do."""
        return bool(self.column)


DATES_LABELS: Final[Mapping[str, str]] = {
    Dates.POSSIBLE: "Possibly",
    Dates.CERTAIN: "Certainly",
}
#: The value of a filter that asks for what has none, and what readers see for it.
UNKNOWN: Final = "unknown"
_UNKNOWN_LABELS: Final[Mapping[str, str]] = {UNKNOWN: "Not known"}
#: Every filter, in the order in which an address has them.
FILTERS: Final = (
    Filter(
        "category",
        "What happened",
        "Only incidents of this category; several are alternatives.",
        column="category",
    ),
    Filter(
        "status",
        "How sure",
        "Only incidents of this status: reported, alleged, unverified ...",
        column="status",
        labels=STATUS_LABELS,
    ),
    Filter(
        "precision",
        "How exactly placed",
        "Only incidents placed this finely: venue, street, city ...; unknown for those "
        "of which nobody said it.",
        column="precision",
        labels={**PRECISION_LABELS, **_UNKNOWN_LABELS},
        takes_unknown=True,
        is_rare=True,
    ),
    Filter(
        "country",
        "Country or territory",
        "Only incidents in this country (ISO 3166-1 alpha-2, XK for Kosovo).",
        column="country",
        pattern="^[A-Za-z]{2}$",
        is_rare=True,
    ),
    Filter(
        "source",
        "Source",
        "Only incidents that rest on this source.",
        column="cited",
        of_lists=True,
        is_rare=True,
    ),
    Filter("from", "From", "First day, such as 2023-01-01."),
    Filter("to", "To", "Last day, such as 2023-12-31."),
    Filter(
        "dates",
        "Inside these dates",
        "Which uncertain dates count: those that may lie inside, or surely do.",
        labels=DATES_LABELS,
    ),
    Filter("q", "Search", "Words to search in title, summary, place and people."),
    Filter("bbox", "Area", "Extent as west,south,east,north in degrees."),
)
#: Those that take several values, any of which will do; counts are kept of each.
CODED: Final = tuple(kind for kind in FILTERS if kind.takes_several)
SEVERAL: Final = tuple(kind.name for kind in CODED)
PARAMETERS: Final = tuple(kind.name for kind in FILTERS)


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
        """The folded words of the free text, all of which must occur.

        Each may be a part of a word. One of which folding leaves a single letter
        ("SS", "KKK") stands between blanks and must be a whole word: as a part it
        would be nearly everywhere.
        """
        return tuple(
            dict.fromkeys(
                f" {word} " if len(word) == 1 < len(written) else word
                for written in self.q.split()
                for word in fold(written).split()
            )
        )

    @property
    def by_date(self) -> bool:
        """Whether the query limits dates, and so leaves undated incidents out."""
        return self.since is not None or self.until is not None

    @property
    def is_empty(self) -> bool:
        """Whether the query asks for everything."""
        return self == Query(dates=self.dates)

    @property
    def number_on(self) -> int:
        """How many filters are on; both ends of a span of days are one."""
        names = self.parameters().keys() - {"dates"}
        return len({"from" if name == "to" else name for name in names})

    def undated(self) -> Query:
        """Return this query without its dates."""
        return replace(self, since=None, until=None)

    def without(self, name: str) -> Query:
        """Return this query without one filter that takes several values."""
        cleared: dict[str, Any] = {name: ()}
        return replace(self, **cleared)

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
    values = {name: _values(name, value) for name, value in parameters.items()}
    for name in values:
        if name not in PARAMETERS:
            raise QueryError(
                name, f"not a filter. Filters are {', '.join(PARAMETERS)}."
            )
    choices: dict[str, Iterable[str] | None] = {
        kind.name: kind.labels or None for kind in FILTERS
    }
    choices |= {"category": categories, "source": sources}
    for kind in FILTERS:
        own = values.get(kind.name, ())
        if len(own) > 1 and not kind.takes_several:
            raise QueryError(kind.name, f"given {len(own)} times; it takes one value.")
        _check_choices(kind.name, own, choices[kind.name])
    codes = {name: values.get(name, ()) for name in SEVERAL}
    codes["country"] = tuple(dict.fromkeys(map(_country, codes["country"])))
    query = Query(
        **codes,
        since=_day("from", values),
        until=_day("to", values),
        dates=Dates(_first("dates", values) or Dates.POSSIBLE),
        q=_text(_first("q", values)),
        bbox=parse_bbox(_first("bbox", values)),
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


def _first(name: str, parameters: Mapping[str, tuple[str, ...]]) -> str:
    return next(iter(parameters.get(name, ())), "")


def _check_choices(
    name: str, values: Iterable[str], choices: Iterable[str] | None
) -> None:
    if choices is None:
        return
    accepted = list(choices)
    for value in values:
        if value not in accepted:
            raise QueryError(name, f"{value!r} is not one of {', '.join(accepted)}.")


def _day(name: str, parameters: Mapping[str, tuple[str, ...]]) -> date | None:
    text = _first(name, parameters)
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
    if len(text) > LONGEST_TEXT:
        message = f"{len(text)} characters; at most {LONGEST_TEXT} are searched."
        raise QueryError("q", message)
    if "\x00" in text:
        raise QueryError("q", "has a NUL character. Remove it.")
    if text and not fold(text):
        raise QueryError("q", f"{text!r} has no letter or digit to search for.")
    return text
