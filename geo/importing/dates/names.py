"""Names of months, weekdays and other words of dates, in many languages.

:func:`mark_words` turns a date in words into a line of marks that mean the same in
each language: "16 de mayo de 2025" becomes ``16 M05 2025``, "до 2014 года" becomes
``TO 2014``. Months and weekdays come from CLDR (Babel), those of the Islamic and
Persian calendars from the libraries that convert them, all others from
``words.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale

from geo.base.extras import has_extra

#: The most important language first: where two write different months alike, the
#: first keeps the word.
_LOCALES: Final = (
    *("en", "sr_Latn", "sr_Cyrl", "ru", "uk", "es", "fr", "de", "pt", "ar", "tr"),
    *("ar_SY", "ar_DZ", "ar_MA", "bs", "bs_Cyrl", "hr", "it", "nl", "bg", "fa", "id"),
    *("pl", "th"),
)
#: Endings that Slavic names of months take, which CLDR does not list for all.
_SERBIAN_ENDINGS: Final = (
    *("a", "u", "om", "em"),
    *("а", "у", "ом", "ем"),
)
_RUSSIAN_ENDINGS: Final = ("е", "ю", "ем", "у", "ом", "і")
_MARKS: Final = {
    "about": "ABOUT",
    "maybe": "MAYBE",
    "before": "BEFORE",
    "after": "AFTER",
    "from": "FROM",
    "to": "TO",
    "and": "AND",
    "or": "OR",
    "early": "EARLY",
    "mid": "MID",
    "late": "LATE",
    "spring": "S21",
    "summer": "S22",
    "autumn": "S23",
    "winter": "S24",
    "decade": "DECADE",
    "decade_before": "DECADE",
    "century": "CENTURY",
    "century_before": "CENTURY",
    "now": "NOW",
    "quarter": "QUARTER",
    "half": "HALF",
    "first": "N1",
    "second": "N2",
    "third": "N3",
    "fourth": "N4",
    "fiscal": "FY",
    "islamic": "AH",
    "persian": "AP",
    "buddhist": "BE",
    "noise": "",
}
_SHORTEST: Final = 3
_WORDS_FILE: Final = Path(__file__).with_name("words.toml")
_TOKENS: Final = re.compile(r"[^\W\d_]+|\d+|\s+|[^\w\s]|_")
#: "1990er" is German for a decade; "er" alone makes first days in French.
_TENS: Final = re.compile(r"(?<=\d0)er\b")
_EAST_ASIAN: Final = re.compile(r"(?<=\d)\s*([年月日년월일])\s*")
_ROMAN: Final = re.compile(
    r"(?<=\d)[.\s/-]+(i{1,3}|iv|vi{0,3}|ix|xi{0,2})[.\s/-]+(?=\d{4}\b)"
)
_ROMAN_MONTHS: Final = (
    "i ii iii iv v vi vii viii ix x xi xii".split()  # noqa: SIM905 - reads as a row
)
#: "1º de março", which is no "1 o": in Portuguese "or".
_ORDINAL: Final = re.compile(r"(?<=\d)\.?\s?[ºª°˚](?!\w)")
_MONTH: Final = re.compile(r"M\d\d")
_STILL: Final = re.compile(r"(?:(?:still|TO|FROM) )?NOW")
#: A weekday, shortened, where some language has another word spelt alike.
_LEADING_DAY: Final = re.compile(r"^([^\W\d_]{2,4})[.,]\s*(?=\S)")
#: "mar." is Tuesday in French and Spanish where a month follows, else March.
_LEADING_MARCH: Final = re.compile(r"^M03[ .,]+(?=\d+[ .]*M\d\d)")
_SPACES: Final = re.compile(r"\s+")
_UNPRINTED: Final = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff")
)
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("’‘ʼ`´′", "'"),
        "ı": "i",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": "",
        "٫": ".",
        "،": ",",
        "⁄": "/",
    }
)


@cache
def _digits() -> dict[int, str]:
    """Return the decimal digits of all scripts, as ASCII."""
    return {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(0x80, 0x20000)
        if unicodedata.category(chr(code)) == "Nd"
    }


def fold(text: str) -> str:
    """Return a text in small letters without accents, with ASCII digits and dashes."""
    if text.isascii():
        return text.lower()
    wide = unicodedata.normalize("NFKC", text).translate(_digits())
    apart = unicodedata.normalize("NFD", wide.lower())
    letters = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    whole = unicodedata.normalize("NFC", letters)
    return whole.translate(_UNPRINTED).translate(_ALIKE)


@cache
def month_names() -> dict[str, str]:
    """Return the mark of each folded name of a month: ``M05``, ``I09``, ``P01``.

    ``M`` is the Gregorian calendar, ``I`` the Islamic, ``P`` the Persian one.
    """
    names: dict[str, str] = {}
    for word, mark in (*_exact_months(), *_other_calendars(), *_derived_months()):
        for written in (_key(word), _key(word.replace("'", ""))):
            if written:
                names.setdefault(written, mark)
    return names


def _exact_months() -> Iterator[tuple[str, str]]:
    """Yield the names that CLDR has, languages in order, long ones first."""
    for code in _LOCALES:
        months = Locale.parse(code).months
        # Without its vowel signs, Thai shortens January and March alike.
        for width in ("wide",) if code == "th" else ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in months[context][width].items():
                    yield name, f"M{number:02}"
    yield "sept", "M09"


def _derived_months() -> Iterator[tuple[str, str]]:
    """Yield cases of Slavic names, and the beginnings that people shorten names to."""
    for code in ("sr_Latn", "sr_Cyrl", "bs", "bs_Cyrl", "hr", "bg"):
        for name, mark in _wide_months(code, "format"):
            for stem in (name, re.sub(r"[aа](?=[rр]$)", "", name)):
                yield from ((stem + ending, mark) for ending in _SERBIAN_ENDINGS)
    for code in ("ru", "uk"):
        for name, mark in _wide_months(code, "format"):
            yield from ((name[:-1] + ending, mark) for ending in _RUSSIAN_ENDINGS)
    for code in _LOCALES[:-1]:
        yield from _beginnings(dict(_wide_months(code, "stand-alone")))


def _wide_months(code: str, context: str) -> Iterator[tuple[str, str]]:
    """Yield the folded long names of months in a language, with their marks."""
    for number, name in Locale.parse(code).months[context]["wide"].items():
        yield fold(name), f"M{number:02}"


def _beginnings(marks: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the beginnings of names that only one month of the language has."""
    for name, mark in marks.items():
        for start in (name[:length] for length in range(_SHORTEST, len(name))):
            if sum(other.startswith(start) for other in marks) == 1:
                yield start, mark


def _other_calendars() -> Iterator[tuple[str, str]]:
    """Yield the names of Persian and Islamic months that the converters know, if any."""
    if not has_extra("calendars"):
        return
    import hijridate  # noqa: PLC0415 - an extra
    import jdatetime  # noqa: PLC0415

    for names in (jdatetime.date.j_months_en, jdatetime.date.j_months_fa):
        for number, name in enumerate(names, 1):
            yield name, f"P{number:02}"
    for language in ("en", "ar"):
        for number in range(1, 13):
            name = hijridate.Hijri(1443, number, 1).month_name(language)
            yield name, f"I{number:02}"


@cache
def _weekdays() -> frozenset[str]:
    """Return the folded names of weekdays, in one word each."""
    return frozenset(
        part
        for code in _LOCALES
        for width in ("wide", "abbreviated")
        for name in Locale.parse(code).days["format"][width].values()
        for part in re.split(r"[\W_]+", fold(name))
        if part
    )


def _key(phrase: str) -> str:
    """Return a phrase as its folded words, apart by one space."""
    return " ".join(re.findall(r"[^\W\d_]+", fold(phrase)))


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return all phrases by their first word, the longest first."""
    marks: dict[str, str] = {}
    for section in tomllib.loads(_WORDS_FILE.read_text("utf-8")).values():
        for role in _MARKS:
            for word in section.get(role, ()):
                marks.setdefault(_key(word), _MARKS[role])
    #: Words of one meaning at the beginning of a date and another in the middle:
    #: the grammar tells them apart, so the one of the middle is kept.
    for section in tomllib.loads(_WORDS_FILE.read_text("utf-8")).values():
        for role in ("from", "to"):
            for word in section.get(role, ()):
                marks[_key(word)] = _MARKS[role]
    marks["a"] = "A"
    for day in _weekdays():
        marks.setdefault(day, "")
    marks.update(month_names())
    grouped: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase in sorted(marks, key=len, reverse=True):
        parts = tuple(phrase.split())
        if parts:
            grouped.setdefault(parts[0], []).append((parts, marks[phrase]))
    return grouped


def mark_words(text: str) -> str:
    """Return a date with each word that is known as a mark, folded and evenly spaced.

    Parameters
    ----------
    text
        As written, in any of the languages known.

    Returns
    -------
    str
        Digits, signs and marks in capitals; words that are not known stay, in small
        letters.
    """
    folded = fold(_ORDINAL.sub("", text)).strip()
    if folded.isdecimal():
        return folded
    leading = _LEADING_DAY.match(folded)
    if leading and leading[1] in _weekdays() and leading[1] not in month_names():
        folded = folded[leading.end() :]
    folded = _EAST_ASIAN.sub(lambda sign: "" if sign[1] in "日일" else "-", folded)
    folded = _ROMAN.sub(
        lambda sign: f" M{_ROMAN_MONTHS.index(sign[1]) + 1:02} ", folded
    )
    tokens = _TOKENS.findall(_TENS.sub(" DECADE ", folded))
    marked = _SPACES.sub(" ", "".join(_marked(tokens))).strip(" ,;-.'")
    return _LEADING_MARCH.sub("", marked)


def says_now(text: str) -> bool:
    """Tell whether a text says that something goes on: "present", "still ongoing"."""
    return bool(_STILL.fullmatch(mark_words(text)))


def names_month(text: str) -> bool:
    """Tell whether a text is the name of a month in any of the languages known."""
    return bool(_MONTH.fullmatch(mark_words(text)))


def _marked(tokens: list[str]) -> Iterator[str]:
    """Yield tokens, known phrases as their marks."""
    phrases = _phrases()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        choices = phrases.get(token, ()) if token[0].isalpha() else ()
        for parts, mark in choices:
            width = 2 * len(parts) - 1
            if len(parts) == 1 or (
                tuple(tokens[at : at + width : 2]) == parts
                and not any(gap.isalnum() for gap in tokens[at + 1 : at + width : 2])
            ):
                yield f" {mark} "
                at += width
                break
        else:
            yield token
            at += 1
