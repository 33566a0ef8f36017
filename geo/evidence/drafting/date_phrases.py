"""Date phrases in running text, read as EDTF: no finer than their words.

Absolute dates are checked by dateparser. Relative ones are counted from the day of
publication ("last month") or from the date told before ("four months earlier"); a
note says which. EDTF is that of :mod:`geo.model.dates`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final, NamedTuple

from geo.evidence.drafting.language import Language, month_name
from geo.evidence.drafting.languages import language_tagged, languages, words_of_all
from geo.evidence.drafting.relative_dates import (
    MentionedDate,
    from_mentioned,
    from_publication,
)
from geo.evidence.drafting.sentences import Phrase, Sentence
from geo.model.dates import DateFormatError, bounds, day_words

_OLDEST_YEAR: Final = 1500
#: How many years after publication a text may speak of.
_YEARS_AHEAD: Final = 50
_YEAR: Final = r"(?P<year>[12]\d{3})(?![\d.,]\d|\d|[-–]\w)"
_MONTH: Final = r"(?P<month>[^\W\d_]{3,}\.?)"
_GAP: Final = r"[\s\u00a0]+"


@dataclass(frozen=True, slots=True)
class DatePhrase(Phrase):
    """Words of a text that tell a date.

    Parameters
    ----------
    edtf
        The date; None where the words count from a date that the text does not tell.
    note
        How it was read; empty for a date that is written out.
    """

    edtf: str | None
    note: str = ""


class _Pattern(NamedTuple):
    """A way of writing a date, and how to read it."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Language, date], tuple[str, str] | None]


def date_phrases(
    text: str, sentences: Sequence[Sentence], *, published: date, language: str
) -> list[list[DatePhrase]]:
    """Return the dates that each sentence tells.

    Parameters
    ----------
    text
        The whole text: dates are counted from those told before.
    sentences
        Its sentences.
    published
        The day of publication.
    language
        BCP 47 tag; one that :mod:`geo.evidence.drafting.languages` does not have is
        read as English.

    Returns
    -------
    list
        One list a sentence, in the order of the text; no two phrases overlap. Each
        ``edtf`` is one that :func:`geo.model.dates.bounds` accepts.
    """
    tongue = language_tagged(language)
    page = tongue.readable(text)
    earlier: list[MentionedDate] = []
    rows = []
    for sentence in sentences:
        row = []
        for phrase in _in_sentence(page, sentence, published, tongue, earlier):
            shown = replace(phrase, text=text[phrase.start : phrase.end])
            row.append(shown)
            if shown.edtf is not None:
                aside = _is_aside(page, sentence.start, phrase.start)
                earlier.append(
                    MentionedDate(shown.edtf, shown.text, sentence.paragraph, aside)
                )
        rows.append(row)
    return rows


def _in_sentence(
    page: str,
    sentence: Sentence,
    published: date,
    tongue: Language,
    earlier: list[MentionedDate],
) -> Iterator[DatePhrase]:
    """Go through the dates of a sentence; *earlier* grows as they are read."""
    absolute = _absolute(page, sentence, published, tongue)
    used = [(phrase.start, phrase.end) for phrase in absolute]
    relative = [
        (match, rule)
        for rule in (*from_publication(tongue), *from_mentioned(tongue))
        for match in rule.pattern.finditer(page, sentence.start, sentence.end)
    ]
    relative_spans: list[tuple[int, int, object]] = []
    for match, rule in sorted(
        relative, key=lambda entry: (entry[0].start(), -entry[0].end())
    ):
        start, end = match.span()
        if all(end <= low or high <= start for low, high in used):
            used.append((start, end))
            relative_spans.append((start, end, (match, rule)))
    for start, end, how in sorted(
        [*((entry.start, entry.end, entry) for entry in absolute), *relative_spans],
        key=lambda entry: entry[:2],
    ):
        if isinstance(how, DatePhrase):
            yield how
            continue
        match, rule = how  # type: ignore[misc]
        aside = _is_aside(page, sentence.start, start)
        here = MentionedDate("", "", sentence.paragraph, aside)
        edtf, note = rule.read(match, published, earlier, here)
        if edtf is not None and not _is_sound(edtf):
            edtf, note = None, f"{note} That leaves the calendar.".strip()
        yield DatePhrase(start, end, match[0], edtf, note)


def _is_aside(page: str, begins: int, at: int) -> bool:
    """Tell whether a place in a sentence stands in parentheses."""
    return page.count("(", begins, at) > page.count(")", begins, at)


def _is_sound(edtf: str) -> bool:
    try:
        bounds(edtf)
    except DateFormatError:
        return False
    return True


# --- dates written out -------------------------------------------------------


def _absolute(
    page: str, sentence: Sentence, published: date, tongue: Language
) -> list[DatePhrase]:
    """Return the dates of a sentence that are written out, in order."""
    kept: list[DatePhrase] = []
    for pattern, read in _patterns(tongue):
        for match in pattern.finditer(page, sentence.start, sentence.end):
            start, end = match.span()
            if any(start < phrase.end and phrase.start < end for phrase in kept):
                continue
            answer = read(match, tongue, published)
            if answer is not None and _is_sound(answer[0]):
                kept.append(DatePhrase(start, end, match[0], *answer))
    kept.sort(key=lambda phrase: phrase.start)
    return [
        _operated(page, sentence, phrase, published, tongue)
        for phrase in _joined(page, sentence, kept, tongue)
    ]


def _operated(
    page: str, sentence: Sentence, phrase: DatePhrase, published: date, tongue: Language
) -> DatePhrase:
    """Read "since", "until", "after" and "about" before a date."""
    if phrase.edtf is None or "/" in phrase.edtf:
        return phrase
    for kind in ("since", "until", "after"):
        start = _operator(page, sentence, phrase, getattr(tongue, kind), tongue.edge)
        if start is not None:
            return _since_or_until(replace(phrase, start=start), kind, published)
    about = _about().search(page, sentence.start, phrase.start)
    if about and phrase.edtf[-1].isdecimal() and "[" not in phrase.edtf:
        return replace(phrase, start=about.start(), edtf=f"{phrase.edtf}~")
    return phrase


def _operator(
    page: str, sentence: Sentence, phrase: DatePhrase, words: str, edge: str
) -> int | None:
    """Return where a word like "since" begins, before a date or as its first word."""
    before = re.search(
        rf"\b(?:{words})\s+{edge}$",
        page[sentence.start : phrase.start],
        re.IGNORECASE,
    )
    if before:
        return sentence.start + before.start()
    within = re.match(rf"(?:{words})\b", page[phrase.start : phrase.end], re.IGNORECASE)
    return phrase.start if within else None


def _since_or_until(phrase: DatePhrase, kind: str, published: date) -> DatePhrase:
    edtf = str(phrase.edtf)
    if kind == "until":
        return replace(phrase, edtf=f"../{edtf}", note="No later than this.")
    if (bounds(edtf).earliest or published) > published:
        return phrase
    note = f"From then to the day of publication, {day_words(published)}."
    return replace(phrase, edtf=f"{edtf}/{published}", note=note)


def _joined(
    page: str, sentence: Sentence, phrases: list[DatePhrase], tongue: Language
) -> list[DatePhrase]:
    """Join "between June and August 2022" style pairs into one interval."""
    opening = tongue.between
    joined: list[DatePhrase] = []
    for phrase in phrases:
        last = joined[-1] if joined else None
        if last and last.edtf and phrase.edtf and "/" not in last.edtf:
            opened = re.search(
                rf"\b(?:{opening})\s+$",
                page[sentence.start : last.start],
                re.IGNORECASE,
            ) or re.match(rf"(?:{opening})\b", page[last.start :], re.IGNORECASE)
            both = f"{last.edtf}/{phrase.edtf}"
            if (
                opened
                and _to().fullmatch(page, last.end, phrase.start)
                and _is_sound(both)
            ):
                joined[-1] = replace(
                    last, end=phrase.end, text=page[last.start : phrase.end], edtf=both
                )
                continue
        joined.append(phrase)
    return joined


@lru_cache(maxsize=1)
def _about() -> re.Pattern[str]:
    """Return the pattern of "about" before a date, in any language."""
    return re.compile(rf"(?:{_any_word('about')})\s+$", re.IGNORECASE)


@lru_cache(maxsize=1)
def _to() -> re.Pattern[str]:
    """Return the pattern of what joins two dates, in any language."""
    return re.compile(rf"\s*(?:{_any_word('to')}|–|—|-)\s*", re.IGNORECASE)


def _any_word(kind: str) -> str:
    return "|".join(sorted(words_of_all(kind), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=16)
def _patterns(tongue: Language) -> tuple[_Pattern, ...]:
    """Return the ways of writing dates out in a language, most telling first."""
    word, gap = tongue.year_word, _GAP
    endings = [
        language.day_ending for language in languages().values() if language.day_ending
    ]
    decades = [
        language.decade_ending
        for language in languages().values()
        if language.decade_ending
    ]
    day = rf"(?P<day>\d{{1,2}})(?:{'|'.join(endings)})?\.?"
    of, season_of = (
        rf"(?:(?:{_any_word(kind)}){gap})?" for kind in ("of", "season_of")
    )
    seasons = f"(?P<season>{'|'.join(tongue.seasons)})"
    ways: list[tuple[str, Callable[..., tuple[str, str] | None]]] = [
        (rf"\b{_MONTH}{gap}{day},?{gap}{_YEAR}", _read_day),
        (rf"(?<!\d)\b{day}{gap}{of}{_MONTH},?{gap}{_YEAR}{word}?", _read_day),
        (
            r"(?<![\w-])(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?![\w-])",
            _read_day,
        ),
        (rf"\b{seasons},?{gap}{season_of}{_YEAR}{word}?", _read_season),
        (
            (
                rf"\b{_MONTH}(?:{gap}(?:{_any_word('month_to')}){gap}|\s?[-–—]\s?)"
                rf"(?P<last>[^\W\d_]{{3,}}),?{gap}{_YEAR}{word}?"
            ),
            _read_months,
        ),
        (rf"\b{_MONTH},?{gap}{of}{_YEAR}{word}?", _read_month),
        (rf"\b(?:the\s)?(?P<decade>[12]\d{{2}})0(?:{'|'.join(decades)})", _read_decade),
        (rf"\b{tongue.before_year}{_YEAR}{word}?", _read_year),
        (rf"\(\s*{_YEAR}(?=\s*\))", _read_year),
        (rf"\b{day}{gap}{of}{_MONTH}\b", _read_day_of_no_year),
        (rf"\b{_MONTH}{gap}{day}(?!\d)", _read_day_of_no_year),
        (rf"\b{tongue.before_month}{_MONTH}\b(?!{gap}\d)", _read_month_of_no_year),
    ]
    if word:
        ways.insert(-4, (rf"\b{_YEAR}{word}", _read_year))
        ways.insert(
            0,
            (
                r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
                _read_day,
            ),
        )
    return tuple(
        _Pattern(re.compile(way, re.IGNORECASE | re.UNICODE), read)
        for way, read in ways
    )


def _month_of(match: re.Match[str], tongue: Language) -> int | None:
    groups = match.groupdict()
    if groups.get("number"):
        return int(groups["number"])
    return tongue.month_number(match["month"])


def _year_of(match: re.Match[str], published: date) -> int | None:
    year = int(match["year"])
    return year if _OLDEST_YEAR <= year <= published.year + _YEARS_AHEAD else None


def _read_day(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    month, year = _month_of(match, tongue), _year_of(match, published)
    if month is None or not 1 <= month <= 12 or year is None:  # noqa: PLR2004 - months
        return None
    written = f"{match['day']} {month_name(month)} {year}"
    day = calendar_day(written, published)
    return (day.isoformat(), "") if day else None


def _read_month(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    month, year = _month_of(match, tongue), _year_of(match, published)
    return (f"{year}-{month:02}", "") if month and year else None


def _read_months(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    first, year = _month_of(match, tongue), _year_of(match, published)
    last = tongue.month_number(match["last"])
    if first is None or last is None or year is None or first >= last:
        return None
    return f"{year}-{first:02}/{year}-{last:02}", ""


def _read_season(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    season, year = (
        tongue.seasons.get(match["season"].casefold()),
        _year_of(match, published),
    )
    if season is None or year is None:
        return None
    if season == 24:  # noqa: PLR2004 - winter
        note = "A winter named by one year may be the one that ends or begins in it."
        return f"{year - 1}-12/{year + 1}-02", note
    return f"{year}-{season}", ""


def _read_decade(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    del tongue, published
    return f"{match['decade']}X", ""


def _read_year(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    del tongue
    year = _year_of(match, published)
    return (f"{year}", "") if year else None


def _read_day_of_no_year(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    month = tongue.month_number(match["month"])
    if month is None:
        return None
    day = calendar_day(f"{match['day']} {month_name(month)}", published)
    return (day.isoformat(), _no_year(published)) if day else None


def _read_month_of_no_year(
    match: re.Match[str], tongue: Language, published: date
) -> tuple[str, str] | None:
    month = tongue.month_number(match["month"])
    if month is None:
        return None
    last = match["cue"].casefold() == "last"
    before = month >= published.month if last else month > published.month
    return f"{published.year - before}-{month:02}", _no_year(published)


def _no_year(published: date) -> str:
    return f"No year is told; the last such before {day_words(published)} is taken."


def calendar_day(written: str, published: date) -> date | None:
    """Return the day that English words tell, by dateparser; None for no such day.

    Parameters
    ----------
    written
        Such as "24 February 2022", or "5 August": then the last before publication.
    published
        The day of publication.
    """
    parsed = _parser(published).get_date_data(written)
    if parsed.date_obj is None or parsed.period != "day":
        return None
    day: date = parsed.date_obj.date()
    return day


@lru_cache(maxsize=4)
def _parser(published: date) -> Any:  # noqa: ANN401 - an extra, without types
    from dateparser.date import DateDataParser  # noqa: PLC0415 - an extra

    base = datetime.combine(published, time())
    return DateDataParser(
        languages=["en"],
        settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"},
    )
