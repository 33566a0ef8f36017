"""Relative dates: "last month" counted from publication, "a year earlier" from the text.

Rules are tables by language; what they compute is the same for all. Every answer is
as coarse as its words: a year earlier is a year, not a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from geo.evidence.drafting.date_words import (
    FEW,
    number_of,
    number_words,
    season_number,
    season_words,
)
from geo.model.dates import Bounds, bounds, day_words

#: What a phrase is read as: EDTF, or None; and how it was read.
Answer = tuple[str | None, str]


class Told(NamedTuple):
    """A date the text has told, and where: its paragraph, or an aside in parentheses."""

    edtf: str
    text: str
    paragraph: int
    aside: bool


class Rule(NamedTuple):
    """A way of telling a relative date, and how to read it."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], date, Sequence[Told], Told], Answer]


#: Units by their beginnings, in every language here.
_UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"day": "day", "week": "week", "month": "month", "year": "year"},
    "ru": {
        **dict.fromkeys(("день", "дня", "дней", "днями", "днем", "днём"), "day"),
        **dict.fromkeys(
            ("неделя", "недели", "недель", "неделей", "неделями", "неделю", "неделе"),
            "week",
        ),
        **dict.fromkeys(
            ("месяц", "месяца", "месяцев", "месяцем", "месяцами", "месяце", "месяцы"),
            "month",
        ),
        **dict.fromkeys(
            ("год", "года", "годом", "году", "лет", "годами", "годы"), "year"
        ),
    },
    "sr": {
        **dict.fromkeys(("dan", "dana", "dane"), "day"),
        **dict.fromkeys(
            ("nedelja", "nedelje", "nedelju", "nedelja dana", "sedmice", "sedmicu"),
            "week",
        ),
        **dict.fromkeys(("mesec", "meseca", "meseci", "mjesec", "mjeseca"), "month"),
        **dict.fromkeys(("godina", "godine", "godinu", "godini"), "year"),
    },
}
_LAST: Final = re.compile(r"last|past|прошл\w+|prošl\w+", re.IGNORECASE)
_EARLIER: Final = re.compile(
    r"earlier|before|ранее|раньше|до этого|ranije", re.IGNORECASE
)
_FEW_WORDS: Final = {
    "en": "a few|few|several|some|recent|a couple of|couple of",
    "ru": "несколько|нескольких|несколькими",
    "sr": "nekoliko",
}
_SHORT_FEW: Final = 3
_WEEKDAYS: Final = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
]


def months_later(day: date, months: int) -> date:
    """Return the first day of the month so many months later; earlier if negative."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


# --- counted from the day of publication -------------------------------------


@lru_cache(maxsize=4)
def from_publication(tongue: str) -> tuple[Rule, ...]:
    """Return the rules for dates counted from publication, in a language."""
    units = _either(_UNITS[tongue])
    plural = "s?" if tongue == "en" else ""
    few, numbers = _FEW_WORDS[tongue], _either(number_words(tongue))
    count = rf"(?P<count>\d{{1,3}}|{numbers}|{few})"
    unit = rf"(?P<unit>{units}){plural}"
    seasons = f"(?P<season>{_either(season_words(tongue))})"
    ways = {
        "en": [
            (r"(?P<which>yesterday)", _yesterday),
            (rf"(?P<which>last|this|past) {unit}", _that_unit),
            (rf"(?P<which>last|this|past) {seasons}", _that_season),
            (rf"(?:on |last |this past ){_weekday()}", _on_weekday),
            (rf"{count} {unit} ago", _ago),
            (
                rf"(?:(?:in|over|during|for) )?(?:the )?(?:past|last) (?:{count} )?{unit}",
                _lately,
            ),
            (rf"(?:in|over|during) recent {unit}", _lately),
            (r"recently", _recently),
        ],
        "ru": [
            (r"(?P<which>вчера)", _yesterday),
            (rf"(?:в )?(?P<which>прошл\w+|эт\w+) {unit}", _that_unit),
            (rf"(?P<which>прошл\w+|эт\w+) {seasons}", _that_season),
            (rf"(?:{count} )?{unit} назад", _ago),
            (rf"(?:за|в) последн\w+ (?:{count} )?{unit}", _lately),
            (r"недавно", _recently),
        ],
        "sr": [
            (r"(?P<which>juče|jučer)", _yesterday),
            (rf"(?P<which>prošl\w+|ov\w+) {unit}", _that_unit),
            (rf"(?P<which>prošl\w+|ov\w+) {seasons}", _that_season),
            (rf"pre (?:{count} )?{unit}", _ago),
            (rf"(?:u )?poslednj?ih (?:{count} )?{unit}", _lately),
            (r"nedavno", _recently),
        ],
    }[tongue]
    return tuple(Rule(_compiled(way), _bound(read, tongue)) for way, read in ways)


def _yesterday(match: re.Match[str], published: date, tongue: str) -> Answer:
    del match, tongue
    day = published - timedelta(days=1)
    return day.isoformat(), _since_publication(published)


def _that_unit(match: re.Match[str], published: date, tongue: str) -> Answer:
    last = bool(_LAST.match(match["which"]))
    unit = _UNITS[tongue][match["unit"].casefold()]
    note = _since_publication(published)
    if unit == "year":
        return f"{published.year - last}", note
    if unit == "month":
        return f"{months_later(published, -last):%Y-%m}", note
    if unit == "week":
        monday = published - timedelta(days=published.weekday() + 7 * last)
        return f"{monday}/{min(monday + timedelta(days=6), published)}", note
    return (published - timedelta(days=int(last))).isoformat(), note


def _that_season(match: re.Match[str], published: date, tongue: str) -> Answer:
    """Read "last summer": the last that was over; "this": the last that had begun."""
    season = season_number(match["season"], tongue) or 0
    last = bool(_LAST.match(match["which"]))
    for year in range(published.year, published.year - 3, -1):
        edtf = f"{year}-{season}"
        days = bounds(edtf)
        edge = days.latest if last else days.earliest
        if edge is not None and edge < published:
            return edtf, _since_publication(published)
    return None, ""  # pragma: no cover - one of three years always is


def _on_weekday(match: re.Match[str], published: date, tongue: str) -> Answer:
    del tongue
    days = (published.weekday() - _WEEKDAYS.index(match["weekday"].casefold())) % 7 or 7
    return (published - timedelta(days=days)).isoformat(), _since_publication(published)


def _ago(match: re.Match[str], published: date, tongue: str) -> Answer:
    low, high = _count(match, tongue)
    unit = _UNITS[tongue][match["unit"].casefold()]
    return (
        _shifted(Bounds(published, published), -low, -high, unit),
        _since_publication(published),
    )


def _lately(match: re.Match[str], published: date, tongue: str) -> Answer:
    """Read "the past few months": from about so long before publication to it."""
    groups = match.groupdict()
    low, high = _count(match, tongue) if groups.get("count") else (_SHORT_FEW,) * 2
    number = low if low == high else _SHORT_FEW
    unit = _UNITS[tongue][match["unit"].casefold()]
    if unit == "year":
        begins = f"{published.year - number}~"
    elif unit == "month":
        begins = f"{months_later(published, -number):%Y-%m}~"
    else:
        days = number * (7 if unit == "week" else 1)
        begins = f"{published - timedelta(days=days)}~"
    few = "" if low == high and groups.get("count") else f" A few is read as {number}."
    return f"{begins}/{published}", f"{_since_publication(published)}{few}"


def _recently(match: re.Match[str], published: date, tongue: str) -> Answer:
    del match, tongue
    begins = f"{months_later(published, -_SHORT_FEW):%Y-%m}~"
    note = f"{_since_publication(published)} Recently is read as {_SHORT_FEW} months."
    return f"{begins}/{published}", note


def _since_publication(published: date) -> str:
    return f"Counted from the day of publication, {day_words(published)}."


# --- counted from a date told before -----------------------------------------


@lru_cache(maxsize=4)
def from_told(tongue: str) -> tuple[Rule, ...]:
    """Return the rules for dates counted from one told before, in a language."""
    units = _either(_UNITS[tongue])
    few, numbers = _FEW_WORDS[tongue], _either(number_words(tongue))
    count = rf"(?P<count>\d{{1,3}}|{numbers}|{few})"
    plural = "s?" if tongue == "en" else ""
    unit = rf"(?P<unit>{units}){plural}"
    ways = {
        "en": [
            (rf"(?:later |earlier )?(?:in |on )?(?:that|the) same {unit}", _same),
            (rf"(?:later|earlier|in|during|by the end of) that {unit}", _same),
            (rf"that {unit}(?=[,.;])", _same),
            (rf"{count} {unit} (?P<way>earlier|later|afterwards?)", _apart),
            (rf"(?P<unit>{units})s (?P<way>earlier|later)", _apart),
            (rf"the (?P<way>next|following|previous) {unit}", _beside),
            (r"afterwards?|since then|after that", _after),
        ],
        "ru": [
            (rf"(?:позже |позднее )?(?:в |на )?(?:том|той|тот|ту) же {unit}", _same),
            (rf"(?:{count} )?{unit} (?P<way>ранее|раньше|спустя|позже)", _apart),
            (rf"(?P<way>спустя|через) (?:{count} )?{unit}", _apart),
            (r"с тех пор|после этого|впоследствии", _after),
        ],
        "sr": [
            (rf"(?:kasnije )?(?:ist\w+) {unit}", _same),
            (rf"(?:{count} )?{unit}(?: dana)? (?P<way>ranije|kasnije)", _apart),
            (r"od tada|nakon toga|posle toga", _after),
        ],
    }[tongue]
    return tuple(Rule(_compiled(way), _counted(read, tongue)) for way, read in ways)


def _same(match: re.Match[str], days: Bounds, tongue: str) -> str | None:
    unit = _UNITS[tongue][match["unit"].casefold()]
    return _shifted(days, 0, 0, unit)


def _apart(match: re.Match[str], days: Bounds, tongue: str) -> str | None:
    low, high = _count(match, tongue)
    unit = _UNITS[tongue][match["unit"].casefold()]
    if _EARLIER.match(match["way"]):
        low, high = -low, -high
    return _shifted(days, low, high, unit)


def _beside(match: re.Match[str], days: Bounds, tongue: str) -> str | None:
    step = -1 if match["way"].casefold() == "previous" else 1
    return _shifted(days, step, step, _UNITS[tongue][match["unit"].casefold()])


def _after(match: re.Match[str], days: Bounds, tongue: str) -> str | None:
    """Read "afterward": open here, closed by the day of publication."""
    del match, tongue
    return f"{days.earliest}/{date.max}" if days.earliest else None


def _counted(
    read: Callable[[re.Match[str], Bounds, str], str | None], tongue: str
) -> Callable[[re.Match[str], date, Sequence[Told], Told], Answer]:
    """Return a rule's reading that counts from the date told before it."""

    def answer(
        match: re.Match[str], published: date, told: Sequence[Told], here: Told
    ) -> Answer:
        base = _base(told, here)
        if base is None:
            return None, "Counted from a date that the text does not tell."
        edtf = read(match, bounds(base.edtf), tongue)
        if edtf is None:
            return None, f"Counted from “{base.text}”, which is open."
        note = f"Counted from “{base.text}”, told before it."
        days = bounds(edtf)
        open_end = days.earliest and days.earliest <= published
        if open_end and days.latest and days.latest > published and "/" in edtf:
            edtf = f"{edtf.partition('/')[0]}/{published}"
            note += " No later than the day of publication."
        return edtf, note

    return answer


def _base(told: Sequence[Told], here: Told) -> Told | None:
    """Return the date a phrase counts from: the last one told.

    What an aside in parentheses tells is not gone on from elsewhere.
    """
    for one in reversed(told):
        if not one.aside or (here.aside and one.paragraph == here.paragraph):
            return one
    return None


# --- what both share ---------------------------------------------------------


def _count(match: re.Match[str], tongue: str) -> tuple[int, int]:
    """Return how many units a phrase says: the fewest and the most."""
    groups = match.groupdict()
    if "count" not in groups:
        return FEW
    written = groups["count"]
    if written is None:
        return 1, 1
    number = number_of(written, tongue)
    return (number, number) if number is not None else FEW


def _shifted(days: Bounds, low: int, high: int, unit: str) -> str | None:
    """Return days moved by so many units, as coarse as the unit and the days are.

    *low* and *high* are the least and the most; None where the days are open.
    """
    first, last = sorted((low, high))
    if days.earliest is None or days.latest is None:
        return None
    if unit == "year":
        return _span(f"{days.earliest.year + first}", f"{days.latest.year + last}")
    if unit == "month":
        begin = months_later(days.earliest, first)
        return _span(f"{begin:%Y-%m}", f"{months_later(days.latest, last):%Y-%m}")
    step = timedelta(days=7 if unit == "week" else 1)
    begins, ends = days.earliest + first * step, days.latest + last * step
    exact = days.earliest == days.latest
    if exact and unit == "day":
        return _span(begins.isoformat(), ends.isoformat())
    if exact:
        return f"{begins}~" if begins == ends else f"{begins}/{ends}"
    return _span(f"{begins:%Y-%m}", f"{ends:%Y-%m}")


def _span(begins: str, ends: str) -> str:
    return begins if begins == ends else f"{begins}/{ends}"


def _bound(
    read: Callable[[re.Match[str], date, str], Answer], tongue: str
) -> Callable[[re.Match[str], date, Sequence[Told], Told], Answer]:
    def answer(
        match: re.Match[str], published: date, told: Sequence[Told], here: Told
    ) -> Answer:
        del told, here
        return read(match, published, tongue)

    return answer


def _either(words: Sequence[str] | Mapping[str, object]) -> str:
    """Return a pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _weekday() -> str:
    return f"(?P<weekday>{'|'.join(_WEEKDAYS)})"


def _compiled(way: str) -> re.Pattern[str]:
    spaced = way.replace(" ", r"[\s\u00a0]+")
    return re.compile(rf"\b(?:{spaced})\b", re.IGNORECASE)
