"""What speaks for an order of day and month where no row of a column decides it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from babel import Locale, UnknownLocaleError

from geo.importing.dates.names import fold
from geo.importing.dates.numerals import Triple, is_after, read_triple
from geo.importing.dates.style import ORDER_WORDS, DateStyle, Order
from geo.model.geonames import country_name

#: Letters and words that stand for day, month and year in the head of a column.
_DAY: Final = r"(?:dd?|jj?|tt?|дд|gg|day|dia|jour|tag|dan|gun|день|дан)"
_MONTH: Final = r"(?:mm?|мм|aa|mmm|month|mes|mois|monat|mesec|ay|месяц|месец)"
_YEAR: Final = r"(?:yyyy|yy|aaaa|jjjj|гггг|гг|year|ano|annee|jahr|godina|yil|год)"
_SIGN: Final = r"\W{1,3}"
_NAMED: Final[dict[Order, re.Pattern[str]]] = {
    "dmy": re.compile(rf"\b{_DAY}{_SIGN}{_MONTH}{_SIGN}{_YEAR}\b"),
    "mdy": re.compile(rf"\b{_MONTH}{_SIGN}{_DAY}{_SIGN}{_YEAR}\b"),
    "ymd": re.compile(rf"\b{_YEAR}{_SIGN}{_MONTH}{_SIGN}{_DAY}\b"),
    "ydm": re.compile(rf"\b{_YEAR}{_SIGN}{_DAY}{_SIGN}{_MONTH}\b"),
}
#: Words for a date by language, of the head of a column; "date" is also English.
_HEADS: Final = {
    "sr": "datum vreme датум време",
    "ru": "дата",
    "uk": "дата",
    "es": "fecha",
    "de": "datum tag",
    "pt": "data",
    "ar": "تاريخ",
    "tr": "tarih tarihi",
}


def named_order(name: str) -> Order:
    """Return the order that a column's name spells: "Date (dd/mm/yyyy)"."""
    folded = fold(name).replace("_", " ")
    for order, pattern in _NAMED.items():
        if pattern.search(folded):
            return order
    return ""


def proposed_order(
    triples: Counter[Triple],
    choices: tuple[Order, ...],
    style: DateStyle,
    *,
    language: str,
    countries: Iterable[str],
) -> tuple[Order, str]:
    """Return the likeliest of the orders that fit equally well, and why.

    Parameters
    ----------
    triples
        Those that two orders read differently, with their rows.
    choices
        The orders that fit most rows, equally many.
    style
        Of the column, as far as it is known.
    language
        Of the table's head, a code such as ``es``; empty for not known.
    countries
        Of the records, ISO 3166-1 alpha-2, as often as they stand there.
    """
    past = [order for order in choices if not _lands_ahead(triples, order, style)]
    if len(past) == 1:
        return past[0], "otherwise some dates would lie in the future"
    choices = tuple(past) or choices
    signs = {triple.group[0] for triple in triples}
    if signs == {"."} and "dmy" in choices:
        return "dmy", "dates with dots usually have the day first"
    common = Counter(code.upper() for code in countries if code).most_common(1)
    if common:
        order = _usual_order(f"und_{common[0][0]}")
        if order in choices:
            return order, f"it is usual in {country_name(common[0][0])}"
    spoken = language or _language_of(style.name)
    # English alone says nothing: Americans put the month first, others the day.
    if spoken and not spoken.startswith("en"):
        order = _usual_order(spoken)
        if order in choices:
            return order, f"it is usual in the language of the table ({spoken})"
    order = next((one for one in ("dmy", "mdy", "ymd") if one in choices), choices[0])
    return order, f"{ORDER_WORDS[order]} is usual in most countries"


def _lands_ahead(triples: Counter[Triple], order: Order, style: DateStyle) -> bool:
    """Tell whether an order puts a date with a whole year after today."""
    today: date = style.today
    return any(
        is_after(read_triple(triple, order, style), today)
        for triple in triples
        if not triple.group.endswith("2")
    )


def _usual_order(code: str) -> Order:
    """Return the order of short dates in a locale, by CLDR; empty if not known."""
    try:
        pattern = Locale.parse(code).date_formats["short"].pattern.lower()
    except (UnknownLocaleError, ValueError):
        return ""
    letters = "".join(dict.fromkeys(re.sub(r"[^dmy]", "", pattern)))
    known: tuple[Order, ...] = ("dmy", "mdy", "ymd", "ydm")
    return next((order for order in known if order == letters), "")


def _language_of(name: str) -> str:
    """Return the language of which a column's name has the word for a date."""
    words = set(re.findall(r"[^\W\d_]+", fold(name)))
    return next(
        (code for code, heads in _HEADS.items() if words & set(fold(heads).split())), ""
    )
