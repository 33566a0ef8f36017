"""Countries of a column: names in the languages of CLDR, codes and numbers.

What a name means is looked up in English first, so that no name of another language
that happens to be written alike can take its place. Names are CLDR's
(https://cldr.unicode.org, through Babel) and GeoNames'; they take no position on
anybody's status.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd
from babel import Locale, localedata

from geo.formats.coordinates import is_empty
from geo.importing.cells import map_distinct, without_nesting
from geo.importing.country_names import AMBIGUOUS, FORMAL, further_names
from geo.importing.remarks import Remark
from geo.model.folding import fold
from geo.model.geonames import country_code, country_code_of_number, country_codes

_NUMBER: Final = re.compile(r"\d{1,3}(?:\.0)?")
_INVERTED: Final = re.compile(r"(?P<name>[^,(]+?)\s*(?:,|\()\s*(?P<rest>[^)]*)\)?")
_SEVERAL: Final = re.compile(
    r"\s*[;/|+\n]\s*|\s*,\s*|\s+(?:and|und|et|y|e|и|i)\s+|\s*&\s*"
)
_FLAG_START: Final = 0x1F1E6
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_MOST_EXAMPLES: Final = 3
#: Of ten languages that have a name, so many mean the same country.
_AGREEMENT: Final = 0.8
#: A language of CLDR, in one of its scripts; its regions name countries alike.
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?")
_DOTTED: Final = re.compile(r"(?:\w\.\s?){2,}")


@dataclass(frozen=True, slots=True)
class CountriesRead:
    """Countries of a column.

    Parameters
    ----------
    codes
        ISO 3166-1 alpha-2, XK for Kosovo, or None; object, index of the column.
    remarks
        What was not understood, and what names several countries.
    """

    codes: pd.Series
    remarks: tuple[Remark, ...] = ()


def read_countries(values: pd.Series) -> CountriesRead:
    """Read countries by name in any language of CLDR, by code or by number.

    Parameters
    ----------
    values
        Texts or numbers, None or NaN where there is none; an empty series is fine.
        Numbers are those of ISO 3166-1 and only read if all of the column are: other
        lists of countries have numbers too.

    Notes
    -----
    A cell that names several countries gets none, since an incident has one; it is
    told, as is a name that stands for more than one country (``Congo``).
    """
    values = without_nesting(values)
    distinct = [value for value in pd.unique(values) if not _is_nothing(value)]
    texts = {value: _text(value) for value in distinct}
    codes: dict[object, str | None] = {}
    numbers = [value for value in distinct if _NUMBER.fullmatch(texts[value])]
    by_number = {
        value: country_code_of_number(int(float(texts[value]))) for value in numbers
    }
    if all(by_number.values()):
        codes |= by_number
    several: set[object] = set()
    for value in distinct:
        if value in codes:
            continue
        codes[value] = code_of_name(texts[value])
        if codes[value] is None and len(countries_in(texts[value])) > 1:
            several.add(value)
    unread = {value for value in distinct if codes[value] is None} - several
    remarks = []
    for code, which, what, remedy in (
        (
            "country.unread",
            unread,
            "is no country that is known by this name, and was left out",
            "Write its English name or its ISO 3166-1 code, such as RS.",
        ),
        (
            "country.several",
            several,
            "names several countries, and none was taken",
            "Write the one in which the place lies.",
        ),
    ):
        if which:
            rows = values.index[values.isin(list(which))]
            shown = tuple(texts[value] for value in distinct if value in which)
            message = f"{values.name!r}: {shown[0]!r} {what}."
            if len(shown) > 1:
                message = f"{values.name!r}: {shown[0]!r} and {len(shown) - 1} more: each {what}."
            remarks.append(
                Remark(
                    code, message, tuple(map(int, rows)), shown[:_MOST_EXAMPLES], remedy
                )
            )
    return CountriesRead(map_distinct(values, codes.get), tuple(remarks))


@lru_cache(maxsize=8_192)
def code_of_name(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of one country; None if there is no one such.

    Parameters
    ----------
    text
        A name in any language of CLDR, short or in full, with its parts in any order
        (``Korea, Republic of``); a code of two or three letters; or a flag.
    """
    if _FLAG.fullmatch(text.strip()):
        letters = (chr(ord(sign) - _FLAG_START + ord("A")) for sign in text.strip())
        flag = "".join(letters)
        return flag if flag in country_codes() else None
    if text.strip() in country_codes():
        # "SA" folds like the Russian letters of the United States.
        return text.strip()
    for form in _forms(text):
        key = _key(form)
        if key in AMBIGUOUS:
            return None
        code = _further().get(key) or country_code(form) or _english().get(key)
        if code in country_codes():
            return code
    written, folded = _worldwide()
    for form in _forms(text):
        code = written.get(form.strip().casefold()) or folded.get(fold(form))
        if code:
            return code
    shorter = " ".join(word for word in _words(text) if word not in FORMAL)
    key = _key(shorter)
    return None if key in AMBIGUOUS else _further().get(key) or _english().get(key)


def _key(name: str) -> str:
    """Return what names are compared by: folded, and without an article."""
    return " ".join(word for word in fold(name).split() if word != "the")


def countries_in(text: str) -> tuple[str, ...]:
    """Return the codes of all countries that a text lists; none if any part is none."""
    parts = [part for part in _SEVERAL.split(text) if part]
    codes = [code_of_name(part) for part in parts]
    known = [code for code in codes if code is not None]
    return tuple(dict.fromkeys(known)) if len(known) == len(codes) else ()


def _is_nothing(value: object) -> bool:
    return is_empty(value) or (isinstance(value, float) and pd.isna(value))


def _text(value: object) -> str:
    return str(value).strip()


def _forms(text: str) -> Iterator[str]:
    """Go through the ways in which a name may be put: whole, turned, dots out."""
    yield text
    if _DOTTED.search(text):
        yield text.replace(".", "")
    match = _INVERTED.fullmatch(text.strip().rstrip("*"))
    if match:
        yield f"{match['rest']} {match['name']}"
        yield f"{match['name']} {match['rest']}"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("'", "").replace("’", ""))


@lru_cache(maxsize=1)
def _further() -> Mapping[str, str]:
    return {_key(name): code for name, code in further_names().items()}


@lru_cache(maxsize=1)
def _english() -> Mapping[str, str]:
    return {
        _key(name): code
        for code, name in Locale("en").territories.items()
        if code in country_codes()
    }


@lru_cache(maxsize=1)
def _worldwide() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return codes by name in all languages: as written, and folded.

    What means several countries is left out, unless nearly all languages agree:
    folding makes names of distant languages alike. Reading CLDR takes about a
    second, once, and only where English did not do.
    """
    written: dict[str, Counter[str]] = {}
    folded: dict[str, Counter[str]] = {}
    for locale in filter(_LANGUAGE.fullmatch, localedata.locale_identifiers()):
        for code, name in localedata.load(locale).get("territories", {}).items():
            if code in country_codes():
                written.setdefault(name.casefold(), Counter())[code] += 1
    for name, counts in written.items():
        folded.setdefault(fold(name), Counter()).update(counts)
    return _agreed(written), _agreed(folded)


def _agreed(meanings: Mapping[str, Counter[str]]) -> dict[str, str]:
    agreed = {}
    for name, counts in meanings.items():
        [(code, most)] = counts.most_common(1)
        if name and most >= _AGREEMENT * counts.total():
            agreed[name] = code
    return agreed
