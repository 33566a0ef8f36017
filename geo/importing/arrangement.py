"""Roles that only make sense together, and those that only contents tell.

Latitude and longitude are a pair; a day has a start and an end, or year, month and
day. What names leave open is looked for in the contents, and only where these are
plain.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from typing import Final

from geo.importing.candidates import Candidate, Table, names_persons
from geo.importing.cells import is_blank
from geo.importing.fitting import MOST_LIKELY_CATEGORIES, MOST_METRES
from geo.importing.likeness import Profile
from geo.importing.naming import speaks_of, words_of

#: Roles that say where a record lies.
#: Why a column of one axis is no place.
ALONE: Final = "There is no column for {} beside it."
_AXIS_NAMES: Final = {
    "lat": "latitude",
    "lon": "longitude",
    "easting": "the easting",
    "northing": "the northing",
}
PLACED: Final = frozenset({"lat", "lon", "point", "easting", "northing", "zone"})
_Roles = MutableMapping[str, str]
_MOST_DEGREES: Final = 90
_PARTS: Final = ("year", "month", "day")
#: How much of a column must be plain, to be known by its content alone.
_PLAIN: Final = 0.8
_LEAST_ROWS: Final = 10
_LONG_WORDS: Final = 9
#: A title is no longer than this, mostly.
_TITLE_CHARS: Final = 60
_AXIS_WORDS: Final = frozenset(
    {*("lat", "latitude", "lon", "lng", "long", "longitude", "latitud", "longitud")}
)


def arrange(
    table: Table, roles: _Roles, reasons: _Roles, candidates: Sequence[Candidate]
) -> None:
    """Bring roles that belong together into order; *roles* and *reasons* change.

    Parameters
    ----------
    table
        The table.
    roles, reasons
        Role and reason by column, so far.
    candidates
        What names and contents propose, the best first.
    """
    if table.has_geometry:
        for column, role in list(roles.items()):
            if role in PLACED:
                _keep(
                    column, roles, reasons, "The records have a geometry of their own."
                )
    else:
        _pair_axes(table, roles, reasons, candidates)
    _order_dates(table, roles, reasons)
    _name_by_summary(table, roles, reasons)


def _name_by_summary(table: Table, roles: _Roles, reasons: _Roles) -> None:
    """Make titles of the texts that say in a few words what happened, if none are."""
    summary = _column(roles, "summary")
    if summary is None or _column(roles, "title") or table.is_of_persons():
        return
    if 0 < table.profiles[summary].length <= _TITLE_CHARS:
        roles[summary] = "title"
        reasons[summary] = (
            "It says in a few words what happened, and nothing else does."
        )


def _keep(column: str, roles: _Roles, reasons: _Roles, reason: str) -> None:
    roles[column] = "own"
    reasons[column] = reason


def _column(roles: _Roles, role: str) -> str | None:
    return next((column for column, its in roles.items() if its == role), None)


def _choose_axes(
    table: Table, roles: _Roles, reasons: _Roles, candidates: Sequence[Candidate]
) -> None:
    """Choose one pair of latitude and longitude; one of them alone stays as it is."""
    axes = [each for each in candidates if each.role in {"lat", "lon"}]
    if not axes:
        return
    settled = {column: role for column, role in roles.items() if role in {"lat", "lon"}}
    free = [each for each in axes if each.column in settled or each.column not in roles]
    pairs = [
        (min(la.quality, lo.quality) + _kinship(la.column, lo.column), la, lo)
        for la in free
        if la.role == "lat"
        for lo in free
        if lo.role == "lon" and lo.column != la.column
    ]
    if not pairs:
        return
    for column in settled:
        roles.pop(column)
        reasons.pop(column, None)
    _, la, lo = max(pairs, key=lambda pair: pair[0])
    _set_axes(table, la.column, lo.column, roles, reasons)


def _pair_axes(
    table: Table, roles: _Roles, reasons: _Roles, candidates: Sequence[Candidate]
) -> None:
    """Choose one pair of latitude and longitude, or one column that holds both."""
    _choose_axes(table, roles, reasons, candidates)
    lat, point = _column(roles, "lat"), _column(roles, "point")
    if (lat or _column(roles, "easting")) and point:
        axis = lat or _column(roles, "easting") or ""
        if table.profiles[point].filled > table.profiles[axis].filled + 0.05:
            reason = "Another column has more of the places."
            for column in [
                c for c, role in roles.items() if role in PLACED - {"point"}
            ]:
                _keep(column, roles, reasons, reason)
        else:
            _keep(
                point, roles, reasons, "Latitude and longitude have columns of theirs."
            )
    for one, other in (("lat", "lon"), ("easting", "northing")):
        alone = [_column(roles, one), _column(roles, other)]
        if None in alone:
            for column in filter(None, alone):
                missing = other if alone[0] else one
                _keep(column, roles, reasons, ALONE.format(_AXIS_NAMES[missing]))


def _kinship(lat: str, lon: str) -> float:
    """Return how much two columns are called alike but for their axis."""
    left, right = ([w for w in words_of(c) if w not in _AXIS_WORDS] for c in (lat, lon))
    alike = (
        len(words_of(lat)[-1:][0]) - len(words_of(lon)[-1:][0]) if left == right else 9
    )
    return 15.0 - min(abs(alike), 5) if left == right else 0.0


def _set_axes(table: Table, lat: str, lon: str, roles: _Roles, reasons: _Roles) -> None:
    """Give two columns their axes: as they are called, unless that cannot be."""
    la, lo = table.profiles[lat], table.profiles[lon]
    reason = "Its name says so, and what is in it agrees."
    if la.texts and lo.texts and all(map(_has_metres, (la, lo))):
        axes, reason = ("northing", "easting"), "Its numbers are metres, not degrees."
    elif _beyond(la) and not _beyond(lo):
        axes = ("lon", "lat")
        reason = "Its name says the other axis, but no latitude is beyond 90 degrees."
    else:
        axes = ("lat", "lon")
    for column, axis in zip((lat, lon), axes, strict=True):
        roles[column] = axis
        reasons[column] = reason


def _has_metres(profile: Profile) -> bool:
    """Tell whether most numbers are none of degrees, nor of ten-millionths of them."""
    most = profile.share_of(lambda number: abs(number) > MOST_METRES)
    return profile.longitudes < 0.5 and most < 0.5


def _beyond(profile: Profile) -> bool:
    """Tell whether a column's angles are mostly beyond those of a latitude."""
    return profile.longitudes > 0.7 and profile.latitudes < 0.5


def _order_dates(table: Table, roles: _Roles, reasons: _Roles) -> None:
    """Leave one way of saying when it happened."""
    date, start, end = (_column(roles, r) for r in ("date", "date.start", "date.end"))
    filled = {c: table.profiles[c].filled for c in (date, start, end) if c}
    if date and start and _take_turns(table, date, start):
        return
    if date and start:
        if filled[date] > filled[start] + 0.05:
            _keep(start, roles, reasons, f"The date is in {date!r}.")
            start = None
        else:
            _keep(date, roles, reasons, f"The dates are in {start!r} and after it.")
            date = None
    if start and not end:
        roles[start], date = "date", start
    elif end and date and not start:
        roles[date] = "date.start"
    elif end and not start:
        _keep(end, roles, reasons, "There is no column that says when it began.")
        end = None
    _order_parts(roles, reasons, is_whole=bool(date or start))


def _order_parts(roles: _Roles, reasons: _Roles, *, is_whole: bool) -> None:
    """Leave years, months and days that say something beside each other."""
    has_year = _column(roles, "date.year") is not None
    for whole in ("date", "date.end"):
        year, month, day = (_column(roles, f"{whole}.{part}") for part in _PARTS)
        if is_whole or year is None or not has_year:
            for column in filter(None, (year, month, day)):
                _keep(column, roles, reasons, "The whole date is in another column.")
        elif month is None and day:
            _keep(day, roles, reasons, "There is no month beside the day.")


def _take_turns(table: Table, one: str, other: str) -> bool:
    """Tell whether of two columns nearly every row fills one, as KML's times do."""
    left, right = (
        ~table.rows.iloc[:, table.head.index(column)].map(is_blank).astype(bool)
        for column in (one, other)
    )
    both, only = float((left & right).mean()), float((left & ~right).mean())
    return only > 0 and both <= 0.05


def guess_by_content(table: Table, roles: _Roles, reasons: _Roles) -> None:
    """Give roles to columns whose content is plain where no name said one."""
    there = set(roles.values())
    free = [c for c in table.head if c not in roles and table.profiles[c].texts]
    guesses: tuple[tuple[str, bool, Callable[[str], float]], ...] = (
        ("point", _no_place(there), lambda c: table.profiles[c].points),
        (
            "date",
            not any(r.startswith("date") for r in there),
            lambda c: _day(table, c),
        ),
        ("source.url", not _has_source(there), lambda c: _address(table, c)),
        ("summary", "summary" not in there, lambda c: _long(table.profiles[c])),
        ("category", "category" not in there, lambda c: _sort(table, c)),
        ("id", "id" not in there, lambda c: _key(table, c)),
    )
    for role, wanted, rate in guesses:
        rated = [(rate(c), c) for c in free if c not in roles] if wanted else []
        if rated and max(rated, key=lambda r: r[0])[0] >= _PLAIN:
            column = max(rated, key=lambda r: r[0])[1]
            roles[column] = role
            reasons[column] = "What is in it says so; its name does not."
    if _no_place(set(roles.values())):
        _guess_axes(table, roles, reasons)


def _no_place(there: set[str]) -> bool:
    return not there & {"lat", "point", "easting"}


def _has_source(there: set[str]) -> bool:
    return any(role.startswith("source") for role in there)


def _day(table: Table, column: str) -> float:
    return 0.0 if speaks_of(column, "other_dates") else table.profiles[column].days


def _address(table: Table, column: str) -> float:
    profile = table.profiles[column]
    if speaks_of(column, "media") or profile.pictures > 0.5:
        return 0.0
    return profile.addresses


def _long(profile: Profile) -> float:
    """Rate a column as a text that tells what happened."""
    if profile.words < _LONG_WORDS or profile.addresses > 0.3 or profile.points > 0.3:
        return 0.0
    return (1 - profile.repeats / 2) * min(1.0, 0.7 + profile.words / 50)


def _sort(table: Table, column: str) -> float:
    """Rate a column as one of categories: few words that come again."""
    profile = table.profiles[column]
    few = 2 <= profile.distinct <= MOST_LIKELY_CATEGORIES
    if (
        not few
        or profile.rows < _LEAST_ROWS
        or profile.repeats < 0.5
        or max(profile.numbers, profile.truths, profile.days) > 0.3
        or profile.length > 40
        or max(profile.addresses, profile.points, profile.handles) > 0.1
        or any(speaks_of(column, s) for s in ("of_persons", "people", "other_dates"))
    ):
        return 0.0
    return profile.filled


def _key(table: Table, column: str) -> float:
    """Rate a column as ids: short, unlike each other, letters and digits."""
    profile = table.profiles[column]
    if (
        profile.rows < _LEAST_ROWS
        or profile.repeats
        or profile.words > 1
        or profile.filled < 1
        or max(profile.numbers, profile.dates, profile.addresses, profile.points) > 0
        or names_persons(table, column)
    ):
        return 0.0
    mixed = [any(map(str.isdigit, text)) and len(text) <= 40 for text in profile.texts]
    return sum(mixed) / len(mixed)


def _guess_axes(table: Table, roles: _Roles, reasons: _Roles) -> None:
    """Take two neighbours with fine degrees for latitude and longitude, if just two."""
    fine = [
        (number, column)
        for number, column in enumerate(table.head)
        if column not in roles
        and table.profiles[column].fine >= _PLAIN
        and table.profiles[column].longitudes == 1
    ]
    if len(fine) != 2 or fine[1][0] - fine[0][0] != 1:
        return
    first, second = (column for _, column in fine)
    if (
        max(abs(table.profiles[first].low), abs(table.profiles[first].high))
        > _MOST_DEGREES
    ):
        first, second = second, first
    profile = table.profiles[first]
    if max(abs(profile.low), abs(profile.high)) <= _MOST_DEGREES:
        for column, axis in ((first, "lat"), (second, "lon")):
            roles[column] = axis
            reasons[column] = "What is in it says so; its name does not."
