"""A language as drafting reads it: its words for dates and places, as tables.

Months are those of dateparser's locale data; other forms of them, and of names, are
found by Snowball's stemmers (https://snowballstem.org).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

_MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


def words(text: str) -> frozenset[str]:
    """Return the words of a text, parted by blanks, as a table of a language."""
    return frozenset(text.split())


@dataclass(frozen=True, eq=False, kw_only=True)
class Language:
    """One language: tables of words, and how they are put together.

    Words are in small letters. Patterns are regular expressions; a blank in them
    stands for any white space.

    Parameters
    ----------
    code, also
        ISO 639 code, and the codes of languages that are read as this one.
    locales
        Names of dateparser's locales with the months' names.
    stemmer
        Name of Snowball's stemmer; empty where words are not inflected.
    letters
        By script (``latin``, ``cyrillic``): letters that tell the language from
        others of that script; empty for the one that is guessed without.
    transliteration
        Letters read as others, one as one, as ``str.translate`` takes them: dates are
        then written in one script.
    months_have_capitals
        Whether a month is told from other words by its capital.

    seasons
        EDTF's number (21 to 24) of each word for a season.
    counting
        The numbers from one, parted by blanks; forms of one number by strokes.
    units
        ``day``, ``week``, ``month`` or ``year`` of each word for it.
    unit_ending
        Pattern of what may follow a unit's word.
    few
        Pattern of words for an unclear number.
    weekdays
        From Monday; empty where "on Monday" is not read.
    last, earlier
        Patterns of what says that a unit is over, and that a span counts back.
    year_word
        Pattern of the word after a year, with the blank before it; empty for none.
    before_year, before_month
        Patterns that make a number a year, and a word a month (as group ``cue``), with
        the blank after them.
    day_ending, decade_ending
        Patterns of what follows the number of a day, and a decade's year.
    since, until, after, between
        Patterns of words that open or close a span.
    edge
        Pattern of what may stand between such a word and the date.
    about, to, month_to, of, season_of
        Words that make a date unsure, that join two dates, that join two months, and
        that stand between a day and its month or a season and its year.
    from_publication, from_told
        Ways of telling a date relative to the day of publication, and to a date told
        before: a pattern, and which reading of
        :mod:`geo.evidence.drafting.relative_dates` it has. They may name ``{unit}``,
        ``{units}``, ``{count}``, ``{season}`` and ``{weekday}``.

    at, to_place, and_, beside, articles, openers
        Words around places: prepositions that go with places and hardly with people;
        those with both; what joins names; what may stand before a place's name
        without making it a longer one; articles; and further words that begin
        sentences.
    abbreviations
        Words whose point does not end a sentence.
    """

    code: str
    also: tuple[str, ...] = ()
    locales: tuple[str, ...]
    stemmer: str = ""
    letters: Mapping[str, str]
    transliteration: Mapping[int, int] = field(default_factory=lambda: _NOTHING)
    months_have_capitals: bool = False

    seasons: Mapping[str, int]
    counting: str
    units: Mapping[str, str]
    unit_ending: str = ""
    few: str
    weekdays: tuple[str, ...] = ()
    last: str
    earlier: str
    year_word: str = ""
    before_year: str
    before_month: str
    day_ending: str = ""
    decade_ending: str = ""
    since: str
    until: str
    after: str
    between: str
    edge: str = ""
    about: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()
    month_to: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    season_of: frozenset[str] = frozenset()
    from_publication: tuple[tuple[str, str], ...]
    from_told: tuple[tuple[str, str], ...]

    at: frozenset[str]
    to_place: frozenset[str]
    and_: frozenset[str]
    beside: frozenset[str]
    articles: frozenset[str] = frozenset()
    openers: frozenset[str]
    abbreviations: frozenset[str]

    def readable(self, text: str) -> str:
        """Return a text in the script that its dates are read in; as long as before."""
        return text.translate(self.transliteration) if self.transliteration else text

    def month_number(self, word: str) -> int | None:
        """Return a month's number, 1 to 12; None for any other word."""
        if self.months_have_capitals and not word[:1].isupper():
            return None
        small = word.casefold().rstrip(".")
        number = _months(self).get(small)
        if number is None and self.stemmer:
            number = _stemmed_months(self).get(self.stem(small))
        return number

    def number_of(self, word: str) -> int | None:
        """Return a number written in digits or as a word; None for any other word."""
        return int(word) if word.isdecimal() else self.numbers.get(word.casefold())

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers by their words."""
        return _numbers(self)

    def stem(self, word: str) -> str:
        """Return the stem of a word in small letters; the word where there is none."""
        if not self.stemmer:
            return word
        import snowballstemmer  # noqa: PLC0415 - an extra

        stemmed: str = snowballstemmer.stemmer(self.stemmer).stemWord(word)
        return stemmed


def month_name(number: int) -> str:
    """Return the English name of a month, 1 to 12, as dateparser reads it."""
    return _MONTHS[number - 1].capitalize()


@lru_cache(maxsize=16)
def _months(language: Language) -> Mapping[str, int]:
    """Return dateparser's names of the months, small letters."""
    names: dict[str, int] = {}
    for locale in language.locales:
        module = import_module(f"dateparser.data.date_translation_data.{locale}")
        for number, month in enumerate(_MONTHS, start=1):
            for name in module.info[month]:
                names.setdefault(name, number)
    return names


@lru_cache(maxsize=16)
def _stemmed_months(language: Language) -> Mapping[str, int]:
    return {language.stem(name): number for name, number in _months(language).items()}


@lru_cache(maxsize=16)
def _numbers(language: Language) -> Mapping[str, int]:
    return {
        word: number
        for number, forms in enumerate(language.counting.split(), start=1)
        for word in forms.split("/")
    }
