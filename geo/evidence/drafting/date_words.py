"""Words of dates in English, Russian and Serbian: months, seasons, units, numbers.

Month names are those of dateparser's locale data; other forms of them are found by
Snowball's stemmers. Serbian Cyrillic is read as Serbian Latin, letter by letter, so
that every offset stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Final

import snowballstemmer

_LOCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("en",),
    "ru": ("ru",),
    "sr": ("sr-Latn", "hr"),
}
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
_STEMMERS: Final[Mapping[str, str]] = {"ru": "russian", "sr": "serbian"}
_SEASONS: Final[Mapping[str, Mapping[str, int]]] = {
    "en": {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24},
    "ru": {
        **dict.fromkeys(("весна", "весны", "весной", "весну", "весне"), 21),
        **dict.fromkeys(("лето", "лета", "летом", "лету", "лете"), 22),
        **dict.fromkeys(("осень", "осени", "осенью"), 23),
        **dict.fromkeys(("зима", "зимы", "зимой", "зиму", "зиме"), 24),
    },
    "sr": {
        **dict.fromkeys(("proleće", "proleća", "proleću", "proljeće", "proljeća"), 21),
        **dict.fromkeys(("leto", "leta", "letu", "ljeto", "ljeta"), 22),
        **dict.fromkeys(("jesen", "jeseni"), 23),
        **dict.fromkeys(("zima", "zime", "zimu", "zimi"), 24),
    },
}
#: Forms of the numbers from one; forms of one number stand together.
_COUNTING: Final[Mapping[str, str]] = {
    "en": "a/an/one two three four five six seven eight nine ten eleven twelve",
    "ru": (
        "один/одну/одним два/две/двумя три/тремя четыре/четырьмя пять/пятью "
        "шесть/шестью семь/семью восемь/восемью девять/девятью десять/десятью"
    ),
    "sr": "jedan/jednu dva/dve tri četiri pet šest sedam osam devet deset",
}
_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    language: {
        word: number
        for number, forms in enumerate(counting.split(), start=1)
        for word in forms.split("/")
    }
    for language, counting in _COUNTING.items()
}
#: "A few" as a span: no fewer, no more.
FEW: Final = (2, 6)
_SERBIAN: Final = str.maketrans(
    "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ",
    "abvgdđežzijkllmnnoprstćufhcčdšABVGDĐEŽZIJKLLMNNOPRSTĆUFHCČDŠ",
)


def primary(language: str) -> str:
    """Return ``en``, ``ru`` or ``sr`` for a language tag; ``en`` for any other."""
    tag = language.split("-", maxsplit=1)[0]
    if tag in {"hr", "bs", "cnr", "sh"}:
        return "sr"
    return tag if tag in _LOCALES else "en"


def readable(text: str, language: str) -> str:
    """Return a text in the script that its dates are read in; as long as before."""
    return text.translate(_SERBIAN) if language == "sr" else text


def month_number(word: str, language: str) -> int | None:
    """Return a month's number, 1 to 12; None for any other word.

    In English a month has a capital: "may" and "march" are verbs.
    """
    if language == "en" and not word[:1].isupper():
        return None
    small = word.casefold().rstrip(".")
    found = _months(language).get(small)
    if found is None and language in _STEMMERS:
        found = _stems(language).get(_stemmed(small, language))
    return found


def month_name(number: int) -> str:
    """Return the English name of a month, 1 to 12."""
    return _MONTHS[number - 1].capitalize()


def season_number(word: str, language: str) -> int | None:
    """Return EDTF's number of a season, 21 to 24; None for any other word."""
    return _SEASONS[language].get(word.casefold())


def season_words(language: str) -> tuple[str, ...]:
    """Return every form of the seasons' names, small letters."""
    return tuple(_SEASONS[language])


def number_of(word: str, language: str) -> int | None:
    """Return a number written in digits or as a word; None for any other word."""
    return int(word) if word.isdecimal() else _NUMBERS[language].get(word.casefold())


def number_words(language: str) -> tuple[str, ...]:
    """Return every word for a number, small letters."""
    return tuple(_NUMBERS[language])


@lru_cache(maxsize=len(_LOCALES))
def _months(language: str) -> Mapping[str, int]:
    """Return dateparser's names of the months, small letters."""
    names: dict[str, int] = {}
    for locale in _LOCALES[language]:
        module = import_module(f"dateparser.data.date_translation_data.{locale}")
        for number, month in enumerate(_MONTHS, start=1):
            for name in module.info[month]:
                names.setdefault(name, number)
    return names


@lru_cache(maxsize=len(_STEMMERS))
def _stems(language: str) -> Mapping[str, int]:
    return {
        _stemmed(name, language): number for name, number in _months(language).items()
    }


def _stemmed(word: str, language: str) -> str:
    stemmed: str = snowballstemmer.stemmer(_STEMMERS[language]).stemWord(word)
    return stemmed
