"""Relative dates: "last month" counted from publication, "a year earlier" from the text.

Rules are tables of a language; what they compute is the same for all. Every answer is
as coarse as its words: a year earlier is a year, not a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from geo.evidence.drafting.language import Language
from geo.model.dates import Bounds, bounds, day_words

#: What a phrase is read as: EDTF, or None; and how it was read.
Answer = tuple[str | None, str]


class MentionedDate(NamedTuple):
    """A date that the text names: its paragraph, and whether it stands in parentheses."""

    edtf: str
    text: str
    paragraph: int
    aside: bool


class Rule(NamedTuple):
    """A way of telling a relative date, and how to read it."""

    pattern: re.Pattern[str]
    read: Callable[
        [re.Match[str], date, Sequence[MentionedDate], MentionedDate], Answer
    ]


#: "A few" as a span: no fewer, no more.
_FEW: Final = (2, 6)
_SHORT_FEW: Final = 3


def months_later(day: date, months: int) -> date:
    """Return the first day of the month so many months later; earlier if negative."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


# --- counted from the day of publication -------------------------------------


@lru_cache(maxsize=16)
def from_publication(language: Language) -> tuple[Rule, ...]:
    """Return the rules for dates counted from publication, in a language."""
    readings = {
        "yesterday": _yesterday,
        "that unit": _that_unit,
        "that season": _that_season,
        "weekday": _on_weekday,
        "ago": _ago,
        "lately": _lately,
        "recently": _recently,
    }
    return tuple(
        Rule(_compiled(way, language), _bound(readings[name], language))
        for way, name in language.from_publication
    )


def _yesterday(match: re.Match[str], published: date, language: Language) -> Answer:
    del match, language
    day = published - timedelta(days=1)
    return day.isoformat(), _since_publication(published)


def _that_unit(match: re.Match[str], published: date, language: Language) -> Answer:
    last = bool(re.match(language.last, match["which"], re.IGNORECASE))
    unit = language.units[match["unit"].casefold()]
    note = _since_publication(published)
    if unit == "year":
        return f"{published.year - last}", note
    if unit == "month":
        return f"{months_later(published, -last):%Y-%m}", note
    if unit == "week":
        monday = published - timedelta(days=published.weekday() + 7 * last)
        return f"{monday}/{min(monday + timedelta(days=6), published)}", note
    return (published - timedelta(days=int(last))).isoformat(), note


def _that_season(match: re.Match[str], published: date, language: Language) -> Answer:
    """Read "last summer": the last that was over; "this": the last that had begun."""
    season = language.seasons[match["season"].casefold()]
    last = bool(re.match(language.last, match["which"], re.IGNORECASE))
    for year in range(published.year, published.year - 3, -1):
        edtf = f"{year}-{season}"
        days = bounds(edtf)
        edge = days.latest if last else days.earliest
        if edge is not None and edge < published:
            return edtf, _since_publication(published)
    return None, ""  # pragma: no cover - one of three years always is


def _on_weekday(match: re.Match[str], published: date, language: Language) -> Answer:
    days = (
        published.weekday() - language.weekdays.index(match["weekday"].casefold())
    ) % 7 or 7
    return (published - timedelta(days=days)).isoformat(), _since_publication(published)


def _ago(match: re.Match[str], published: date, language: Language) -> Answer:
    low, high = _count(match, language)
    unit = language.units[match["unit"].casefold()]
    return (
        _shifted(Bounds(published, published), -low, -high, unit),
        _since_publication(published),
    )


def _lately(match: re.Match[str], published: date, language: Language) -> Answer:
    """Read "the past few months": from about so long before publication to it."""
    groups = match.groupdict()
    low, high = _count(match, language) if groups.get("count") else (_SHORT_FEW,) * 2
    number = low if low == high else _SHORT_FEW
    unit = language.units[match["unit"].casefold()]
    if unit == "year":
        begins = f"{published.year - number}~"
    elif unit == "month":
        begins = f"{months_later(published, -number):%Y-%m}~"
    else:
        days = number * (7 if unit == "week" else 1)
        begins = f"{published - timedelta(days=days)}~"
    few = "" if low == high and groups.get("count") else f" A few is read as {number}."
    return f"{begins}/{published}", f"{_since_publication(published)}{few}"


def _recently(match: re.Match[str], published: date, language: Language) -> Answer:
    del match, language
    begins = f"{months_later(published, -_SHORT_FEW):%Y-%m}~"
    note = f"{_since_publication(published)} Recently is read as {_SHORT_FEW} months."
    return f"{begins}/{published}", note


def _since_publication(published: date) -> str:
    return f"Counted from the day of publication, {day_words(published)}."


# --- counted from an earlier date -----------------------------------------


@lru_cache(maxsize=16)
def from_mentioned(language: Language) -> tuple[Rule, ...]:
    """Return the rules for dates that a language counts from an earlier one."""
    readings = {"same": _same, "apart": _apart, "beside": _beside, "after": _after}
    return tuple(
        Rule(_compiled(way, language), _counted(readings[name], language))
        for way, name in language.from_told
    )


def _same(match: re.Match[str], days: Bounds, language: Language) -> str | None:
    unit = language.units[match["unit"].casefold()]
    return _shifted(days, 0, 0, unit)


def _apart(match: re.Match[str], days: Bounds, language: Language) -> str | None:
    low, high = _count(match, language)
    unit = language.units[match["unit"].casefold()]
    if re.match(language.earlier, match["way"], re.IGNORECASE):
        low, high = -low, -high
    return _shifted(days, low, high, unit)


def _beside(match: re.Match[str], days: Bounds, language: Language) -> str | None:
    step = -1 if match["way"].casefold() == "previous" else 1
    return _shifted(days, step, step, language.units[match["unit"].casefold()])


def _after(match: re.Match[str], days: Bounds, language: Language) -> str | None:
    """Read "afterward": open here, closed by the day of publication."""
    del match, language
    return f"{days.earliest}/{date.max}" if days.earliest else None


def _counted(
    read: Callable[[re.Match[str], Bounds, Language], str | None], language: Language
) -> Callable[[re.Match[str], date, Sequence[MentionedDate], MentionedDate], Answer]:
    """Return a rule's reading that counts from the date named before it."""

    def answer(
        match: re.Match[str],
        published: date,
        earlier: Sequence[MentionedDate],
        here: MentionedDate,
    ) -> Answer:
        base = _base(earlier, here)
        if base is None:
            return None, "Counted from a date that the text does not tell."
        edtf = read(match, bounds(base.edtf), language)
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


def _base(
    earlier: Sequence[MentionedDate], here: MentionedDate
) -> MentionedDate | None:
    """Return the date a phrase counts from: the last one named before it.

    What an aside in parentheses tells is not gone on from elsewhere.
    """
    for day in reversed(earlier):
        if not day.aside or (here.aside and day.paragraph == here.paragraph):
            return day
    return None


# --- what both share ---------------------------------------------------------


def _count(match: re.Match[str], language: Language) -> tuple[int, int]:
    """Return how many units a phrase says: the fewest and the most."""
    groups = match.groupdict()
    if "count" not in groups:
        return _FEW
    written = groups["count"]
    if written is None:
        return 1, 1
    number = language.number_of(written)
    return (number, number) if number is not None else _FEW


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
    read: Callable[[re.Match[str], date, Language], Answer], language: Language
) -> Callable[[re.Match[str], date, Sequence[MentionedDate], MentionedDate], Answer]:
    def answer(
        match: re.Match[str],
        published: date,
        earlier: Sequence[MentionedDate],
        here: MentionedDate,
    ) -> Answer:
        del earlier, here
        return read(match, published, language)

    return answer


def _either(words: Sequence[str] | Mapping[str, object]) -> str:
    """Return a pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _compiled(way: str, language: Language) -> re.Pattern[str]:
    """Return the pattern of a way to tell a date, its names filled in."""
    units = _either(language.units)
    count = rf"\d{{1,3}}|{_either(language.numbers)}|{language.few}"
    named = way.format(
        units=units,
        unit=rf"(?P<unit>{units}){language.unit_ending}",
        count=f"(?P<count>{count})",
        season=f"(?P<season>{_either(language.seasons)})",
        weekday=f"(?P<weekday>{_either(language.weekdays)})",
    )
    spaced = named.replace(" ", r"[\s\u00a0]+")
    return re.compile(rf"\b(?:{spaced})\b", re.IGNORECASE)
