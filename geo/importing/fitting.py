"""Whether what is in a column fits a role: the judge of what names propose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from geo.importing.claims import MEANS
from geo.importing.dates import names_month, says_now
from geo.importing.likeness import Profile
from geo.model.folding import fold
from geo.model.vocabulary import Kind, Precision, Status

#: Values that a category may have, in a column that is plainly called so, and in others.
MOST_CATEGORIES: Final = 300
MOST_LIKELY_CATEGORIES: Final = 40
_STATUSES: Final = frozenset(map(fold, (*Status, *MEANS)))
_KINDS: Final = frozenset(fold(kind) for kind in Kind)
_PRECISIONS: Final = frozenset(fold(precision) for precision in Precision)
#: What programs call the parts of a map, which is nothing that happened.
_PARTS_OF_MAPS: Final = frozenset(
    {"node", "way", "relation", "feature", "point", "linestring", "polygon"}
)
_LONG_TEXT: Final = 160
_SMALL_TABLE: Final = 20
_MOST: Final = 0.5
#: 180 degrees in ten-millionths, as telephones keep them.
_MOST_E7: Final = 1_800_000_000
#: The edge of Web Mercator is at 20 million.
MOST_METRES: Final = 21_000_000


def fits(role: str, profile: Profile, score: float) -> float:
    """Return how well a column's content fits a role that its name proposes.

    Parameters
    ----------
    role
        One of :data:`geo.importing.mapping.ROLES`.
    profile
        What its values look like.
    score
        How well the name fits: the better, the less is asked of the content.

    Returns
    -------
    float
        From 0 (does not fit) to 1.
    """
    if not profile.texts:
        # An empty column is what it is called: the next file may fill it.
        return 0.3 if score >= 80 else 0.0
    judge = _JUDGES.get(role)
    return judge(profile, score) if judge else 1.0


def numeric_dates(profile: Profile) -> float:
    """Return the share of numbers that may be years, days of Excel or times since 1970."""
    return profile.share_of(
        lambda number: (
            1000 <= number <= 2200
            or 15_000 <= number <= 80_000
            or 1e8 <= abs(number) <= 5e9
            or 1e11 <= abs(number) <= 5e12
            or 1e14 <= abs(number) <= 5e15
        )
    )


def _date(profile: Profile, score: float) -> float:
    likeness = max(profile.dates, numeric_dates(profile) if score >= 60 else 0.0)
    least = 0.2 if score >= 90 else 0.5
    return 0.5 + likeness / 2 if likeness >= least else 0.0


def _end(profile: Profile, score: float) -> float:
    """Judge ends of dates, of which some may say that it goes on."""
    going = sum(map(says_now, profile.texts)) / len(profile.texts)
    return _date(replace(profile, dates=min(1.0, profile.dates + going)), score)


def _year(profile: Profile, score: float) -> float:
    # Two digits are a year only where the name says so plainly.
    least = 0 if score >= 80 else 1000
    share = profile.share_of(
        lambda n: n.is_integer() and (1000 <= n <= 2600 or least <= n <= 99)
    )
    return share if share >= 0.5 else 0.0


def _month(profile: Profile, _: float) -> float:
    numbers = profile.share_of(lambda n: n.is_integer() and 0 <= n <= 12)
    words = 1.0 if profile.numbers == 0 and profile.words < 2 else 0.0
    # Some editors write months in words, some in numbers.
    named = sum(map(names_month, profile.texts)) / len(profile.texts)
    share = min(1.0, max(numbers + named, words))
    return share if share >= 0.7 else 0.0


def _day(profile: Profile, _: float) -> float:
    share = profile.share_of(lambda n: n.is_integer() and 0 <= n <= 31)
    return share if share >= 0.7 else 0.0


def _latitude(profile: Profile, score: float) -> float:
    # Swapped axes, and metres under the names of degrees, are for the pair to decide.
    share = max(
        profile.longitudes,
        0.6 * profile.share_of(lambda n: 1_000 < abs(n) <= _MOST_E7),
    )
    return share if share >= (0.3 if score >= 90 else 0.5) else 0.0


def _metres(profile: Profile, _: float) -> float:
    share = profile.share_of(lambda n: 1_000 < abs(n) <= MOST_METRES)
    return share if share >= 0.5 else 0.0


def _point(profile: Profile, score: float) -> float:
    least = 0.3 if score >= 95 else 0.5
    return profile.points if profile.points >= least else 0.0


def _title(profile: Profile, score: float) -> float:
    if profile.addresses > 0.5 or profile.points > 0.5 or profile.days > 0.5:
        return 0.0
    if profile.numbers > 0.9 and score < 95:
        return 0.0
    if score <= 60 and profile.repeats > 0.5 and profile.rows >= _SMALL_TABLE:
        return 0.0
    return 1.0 if profile.length <= _LONG_TEXT else 0.4


def _summary(profile: Profile, score: float) -> float:
    if profile.addresses > 0.5 or profile.points > 0.5:
        return 0.0
    if profile.numbers > 0.9 and profile.rows >= _SMALL_TABLE:
        return 0.0
    if score < 80 and profile.words < 4:
        return 0.0
    return min(1.0, 0.85 + profile.words / 100)


def _category(profile: Profile, score: float) -> float:  # noqa: PLR0911 - reasons not to
    if profile.addresses > 0.3 or profile.points > 0.3 or profile.days > 0.5:
        return 0.0
    if profile.length > 60 or profile.fine > 0.3:
        return 0.0
    if all(fold(text) in _PARTS_OF_MAPS for text in profile.texts):
        return 0.0
    plain = score >= 94
    most = MOST_CATEGORIES if plain else MOST_LIKELY_CATEGORIES
    if profile.distinct > most and not (plain and profile.repeats > 0.5):
        return 0.0
    if not plain and (profile.truths > 0.9 or profile.numbers > 0.5):
        return 0.0
    if not plain and profile.rows >= _SMALL_TABLE and profile.repeats < 0.5:
        return 0.0
    if score <= 60 and profile.distinct < 2:
        return 0.0
    return 1.0


def _only(words: frozenset[str]) -> Callable[[Profile, float], float]:
    """Return a judge of columns that may say certain words and no other."""

    def judge(profile: Profile, _: float) -> float:
        return 1.0 if all(fold(text) in words for text in profile.texts) else 0.0

    return judge


def _status(profile: Profile, _: float) -> float:
    """Judge by most of the words: one that nobody knows does not undo the others."""
    known = sum(fold(text) in _STATUSES for text in profile.texts)
    share = known / len(profile.texts)
    return share if share > _MOST else 0.0


def _place(profile: Profile, _: float) -> float:
    if profile.numbers > 0.5 or profile.addresses > 0.3 or profile.points > 0.4:
        return 0.0
    return 1.0 if profile.length <= _LONG_TEXT else 0.0


def _country(profile: Profile, score: float) -> float:
    if profile.numbers > 0.5 or profile.points > 0.4 or profile.length > 60:
        return 0.0
    return 0.9 if score <= 60 else 1.0


def _source(profile: Profile, _: float) -> float:
    return 0.0 if profile.numbers > 0.5 or profile.points > 0.5 else 1.0


def _address(profile: Profile, score: float) -> float:
    # Pictures show what happened; who says so is told by a column that is called so.
    # Links of maps show where.
    if (profile.pictures > 0.5 and score < 94) or profile.points > 0.5:
        return 0.0
    share = profile.addresses + profile.handles
    return share if share >= (0.3 if score >= 95 else 0.5) else 0.0


def _source_name(profile: Profile, _: float) -> float:
    if profile.numbers > 0.5 or profile.addresses > 0.5:
        return 0.0
    return 1.0 if profile.length <= 120 else 0.0


def _id(profile: Profile, _: float) -> float:
    if profile.fine > 0.1 or profile.words > 3 or profile.length > 100:
        return 0.0
    if profile.points > 0.5 or profile.filled < 0.5:
        return 0.0
    few = profile.repeats > 0.3 and profile.rows >= 10
    return 0.0 if few else 1.0


def _radius(profile: Profile, _: float) -> float:
    share = profile.share_of(lambda n: n >= 0)
    return share if share >= 0.8 else 0.0


def _zone(profile: Profile, _: float) -> float:
    return 1.0 if profile.length <= 4 else 0.0


def _text(profile: Profile, _: float) -> float:
    return 0.0 if profile.numbers > 0.5 else 1.0


_JUDGES: Final[Mapping[str, Callable[[Profile, float], float]]] = {
    "id": _id,
    "title": _title,
    "summary": _summary,
    "category": _category,
    "status": _status,
    "kind": _only(_KINDS),
    "precision": _only(_PRECISIONS),
    "date": _date,
    "date.start": _date,
    "date.end": _end,
    "date.year": _year,
    "date.month": _month,
    "date.day": _day,
    "date.end.year": _year,
    "date.end.month": _month,
    "date.end.day": _day,
    "lat": _latitude,
    "lon": _latitude,
    "point": _point,
    "easting": _metres,
    "northing": _metres,
    "zone": _zone,
    "place": _place,
    "place.address": _place,
    "place.district": _place,
    "place.region": _place,
    "country": _country,
    "radius_m": _radius,
    "source": _source,
    "source.url": _address,
    "source.name": _source_name,
    "alleged_by": _text,
    "denied_by": _text,
    "actor.by": _text,
    "actor.against": _text,
    "date_note": _text,
    "location_note": _text,
    "quote": _text,
}
