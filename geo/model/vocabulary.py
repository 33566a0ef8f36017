"""The vocabulary: categories from a file, and the words of the model.

Categories belong to a layer and are data. The enumerations belong to the model
and are code; their plain-language labels are here too, so that the page, the
exports and the documentation cannot disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from geo.base.characters import unprintable
from geo.base.errors import Code, DataError, Fault
from geo.model.symbols import SYMBOLS


class Kind(StrEnum):
    """What an incident record stands for."""

    EVENT = "event"
    SERIES = "series"
    SITE = "site"
    PLAN = "plan"


class Status(StrEnum):
    """How sure the source is of the claim."""

    REPORTED = "reported"
    ALLEGED = "alleged"
    UNVERIFIED = "unverified"
    CORROBORATED = "corroborated"
    FALSE = "false"


class Precision(StrEnum):
    """How finely the source places an incident, finest first."""

    VENUE = "venue"
    STREET = "street"
    NEIGHBOURHOOD = "neighbourhood"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"
    LINE = "line"


class PlaceRole(StrEnum):
    """What the place is to the incident."""

    OCCURRED = "occurred"
    TARGET = "target"
    SUBJECT = "subject"


class LocationBasis(StrEnum):
    """What the placing rests on."""

    STATED = "stated"
    CAPTION = "caption"
    INFERRED = "inferred"
    #: By the table that was brought in.
    GIVEN = "given"
    #: The place was looked up by its name.
    GEOCODED = "geocoded"


class ActorRole(StrEnum):
    """What part an actor has."""

    BY = "by"
    AGAINST = "against"
    WITH = "with"


KIND_LABELS: Final[Mapping[str, str]] = {
    Kind.EVENT: "Event",
    Kind.SERIES: "Several events",
    Kind.SITE: "Place or object",
    Kind.PLAN: "Plan",
}
STATUS_LABELS: Final[Mapping[str, str]] = {
    Status.REPORTED: "Reported",
    Status.ALLEGED: "Alleged",
    Status.UNVERIFIED: "Unverified",
    Status.CORROBORATED: "Corroborated",
    Status.FALSE: "Shown to be false",
}
PRECISION_LABELS: Final[Mapping[str, str]] = {
    Precision.VENUE: "Placed at a venue",
    Precision.STREET: "Placed at street level",
    Precision.NEIGHBOURHOOD: "Placed at neighbourhood level",
    Precision.CITY: "Placed at city level",
    Precision.REGION: "Placed at region level",
    Precision.COUNTRY: "Placed at country level",
    Precision.LINE: "Placed along a line",
}
ROLE_LABELS: Final[Mapping[str, str]] = {
    PlaceRole.OCCURRED: "Where it happened",
    PlaceRole.TARGET: "Where it is aimed at",
    PlaceRole.SUBJECT: "What it is about; it did not happen here",
}
BASIS_LABELS: Final[Mapping[str, str]] = {
    LocationBasis.STATED: "stated in the text",
    LocationBasis.CAPTION: "from a photo caption",
    LocationBasis.INFERRED: "inferred",
    LocationBasis.GIVEN: "as given in the data",
    LocationBasis.GEOCODED: "looked up by its name",
}

#: The uncertainty each precision may claim, in metres: (least, most).
RADIUS_RANGE_M: Final[Mapping[str, tuple[float, float]]] = {
    Precision.VENUE: (0, 1_000),
    Precision.STREET: (50, 2_000),
    Precision.NEIGHBOURHOOD: (200, 5_000),
    Precision.CITY: (1_000, 40_000),
    Precision.REGION: (5_000, 600_000),
    Precision.COUNTRY: (10_000, 5_000_000),
    Precision.LINE: (0, 50_000),
}
#: What an incident may be drawn as, in the words of GeoJSON.
SHAPES: Final = (
    *("Point", "LineString", "Polygon"),
    *("MultiPoint", "MultiLineString", "MultiPolygon"),
)
#: Those that are positions, as exact as a coordinate.
SPOTS: Final = frozenset({"Point", "MultiPoint"})
_SPOTS_AND_AREAS: Final = SPOTS | {"Polygon", "MultiPolygon"}
#: What may stand for a place of each precision.
SHAPES_OF: Final[Mapping[str, frozenset[str]]] = {
    Precision.VENUE: SPOTS,
    Precision.STREET: SPOTS,
    Precision.NEIGHBOURHOOD: _SPOTS_AND_AREAS,
    Precision.CITY: _SPOTS_AND_AREAS,
    Precision.REGION: _SPOTS_AND_AREAS,
    Precision.COUNTRY: _SPOTS_AND_AREAS,
    Precision.LINE: frozenset({"LineString", "MultiLineString"}),
}
#: ACLED's geo_precision codes (1 exact, 2 near, 3 larger region).
ACLED_GEO_PRECISION: Final[Mapping[str, int]] = {
    Precision.VENUE: 1,
    Precision.STREET: 1,
    Precision.NEIGHBOURHOOD: 1,
    Precision.CITY: 1,
    Precision.LINE: 2,
    Precision.REGION: 3,
    Precision.COUNTRY: 3,
}
#: UCDP GED's where_prec codes (1 exact to 7 international waters).
UCDP_WHERE_PREC: Final[Mapping[str, int]] = {
    Precision.VENUE: 1,
    Precision.STREET: 1,
    Precision.NEIGHBOURHOOD: 1,
    Precision.CITY: 1,
    Precision.REGION: 4,
    Precision.LINE: 5,
    Precision.COUNTRY: 6,
}
#: Ids stand in URLs and in lists of counts.
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a layer.

    Parameters
    ----------
    id
        The value in the data: ``state-pressure``.
    label
        What readers see.
    definition
        One sentence that decides what belongs.
    color
        ``#rrggbb``, from a palette that colour-blind readers can tell apart.
    symbol
        One of :data:`geo.model.symbols.SYMBOLS`, so that colour is never the only sign.
    against_people
        Whether its incidents are done to people, so that none may be placed exactly
        at somebody's home. True is the safe side, and stands where a file is silent.
    words
        The words that imported tables use for it, as written. They stay when people
        change the label, so that the next import finds the category again.
    """

    id: str
    label: str
    definition: str
    color: str
    symbol: str
    against_people: bool = True
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The categories of a layer, in the order the legend shows them."""

    categories: Mapping[str, Category]

    def __contains__(self, category: object) -> bool:
        """Tell whether *category* is a known id."""
        return category in self.categories

    def __getitem__(self, category: str) -> Category:
        """Return the category of that id."""
        return self.categories[category]

    def __iter__(self) -> Iterator[Category]:
        """Go through the categories in legend order."""
        return iter(self.categories.values())

    def ids(self) -> tuple[str, ...]:
        """Return the ids in legend order."""
        return tuple(self.categories)

    def as_json(self) -> dict[str, Any]:
        """Return the categories as :func:`read_vocabulary` reads them."""
        entries = []
        for category in self:
            entry: dict[str, Any] = {name: getattr(category, name) for name in _TEXTS}
            entry["against_people"] = category.against_people
            if category.words:
                entry["words"] = list(category.words)
            entries.append(entry)
        return {"categories": entries}

    def marks(self) -> dict[str, dict[str, Any]]:
        """Return label, color, symbol and its outline by id, for the map's scripts."""
        return {
            category.id: {
                "label": category.label,
                "color": category.color,
                "symbol": category.symbol,
                "outline": SYMBOLS[category.symbol].outline,
            }
            for category in self
        }


def read_vocabulary(path: Path) -> Vocabulary:
    """Read a layer's categories.

    Parameters
    ----------
    path
        JSON: ``{"categories": [{"id", "label", "definition", "color", "symbol",
        "against_people", "words"}]}``, the last two as wanted.

    Raises
    ------
    DataError
        If the file is missing, is not JSON, or a category is incomplete, repeated
        or asks for an unknown symbol; every fault is named.
    """
    try:
        written = list(json.loads(path.read_text(encoding="utf-8"))["categories"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        remedy = "Give a JSON file with a list called 'categories'."
        fault = Fault(
            str(path), f"cannot be read: {error}.", remedy, code=Code.UNREADABLE
        )
        raise DataError([fault]) from error
    faults: list[Fault] = []
    categories: dict[str, Category] = {}
    for index, entry in enumerate(written):
        problem = _category_problem(entry, categories)
        if problem:
            remedy = "See data/README.md, 'Vocabulary'."
            faults.append(Fault(str(path), problem, remedy, index=index))
        else:
            texts = {name: entry[name] for name in _TEXTS}
            against_people = entry.get("against_people", True)
            words = tuple(entry.get("words", ()))
            category = Category(**texts, against_people=against_people, words=words)
            categories[category.id] = category
    if faults:
        raise DataError(faults)
    return Vocabulary(categories)


#: The keys of a category that are texts.
_TEXTS: Final = ("id", "label", "definition", "color", "symbol")


def _category_problem(entry: object, categories: Mapping[str, Category]) -> str | None:
    """Return what is wrong with one category as written, or None."""
    if not isinstance(entry, dict):
        return f"{entry!r} is not an object."
    for name in _TEXTS:
        value = entry.get(name)
        if not isinstance(value, str) or not value or unprintable(value):
            return f"{name}={value!r} is not a text, or holds what does not print."
    if not _ID.fullmatch(entry["id"]) or entry["id"] in categories:
        return (
            f"id {entry['id']!r} is used twice, or not of letters, digits, hyphens "
            "and underscores."
        )
    if entry["symbol"] not in SYMBOLS:
        return f"symbol {entry['symbol']!r} is not one of {', '.join(sorted(SYMBOLS))}."
    return _wanted_problem(entry) or _color_problem(entry["color"])


def _wanted_problem(entry: Mapping[str, Any]) -> str | None:
    """Return what is wrong with what a category need not have, or None."""
    if not isinstance(entry.get("against_people", True), bool):
        return f"against_people={entry['against_people']!r} is not true or false."
    words = entry.get("words", [])
    if not isinstance(words, list) or not all(map(_is_word, words)):
        return f"words={words!r} is not a list of texts of which all prints."
    return None


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not unprintable(value)


def _color_problem(color: str) -> str | None:
    if len(color) != len("#rrggbb") or color[0] != "#" or not _is_hex(color[1:]):
        return f"color {color!r} is not like #0072b2."
    return None


def _is_hex(digits: str) -> bool:
    return all(digit in "0123456789abcdefABCDEF" for digit in digits)
