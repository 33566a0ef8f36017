"""What a column may be by its name, in fifteen languages.

The words are in ``names.toml``. A header is cut into folded words, so that neither
script, case, accents and signs matter nor whether it is written ``eventDate``,
``event_date`` or ``EVENT DATE``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from geo.model.folding import fold

#: The least score with which a name says something.
LEAST_SCORE: Final = 25.0
#: Scores of a name that is a word of the list, and of one with neutral words beside.
_ALONE_SCORES: Final[Mapping[str, tuple[float, float]]] = {
    "": (100.0, 95.0),
    "alone": (90.0, 80.0),
    "weak": (60.0, 50.0),
}
_AT_END, _BEFORE_OF, _AT_START, _WITHIN = 60.0, 55.0, 35.0, 25.0
#: How much a word comes behind the one that stands before it in its list.
_STEP: Final = 0.2
_LISTS: Final = (
    "neutral",
    "attributes",
    "other_dates",
    "people",
    "media",
    "of_persons",
    "of_others",
    "starts",
    "ends",
)
#: Which lists make of a part of a date the first or the last of its record.
_ENDS: Final[Mapping[str, str]] = {"starts": "date", "ends": "date.end"}
_PARTS: Final = frozenset({"date.year", "date.month", "date.day"})
#: Which words beside make a column something else, by the beginning of its role.
_FORBIDDEN: Final[Mapping[str, str]] = {
    "date": "other_dates",
    "title": "people",
    "category": "people",
    "place": "people",
    "country": "people",
    "source": "media",
}
_OF: Final = frozenset(["of", "de", "del", "des", "du", "der", "do", "da", "dos"])
_CAMEL: Final = re.compile(
    r"(?<=[^\W\d_A-Z])(?=[A-ZА-ЯЁЂЈЉЊЋЏ])|(?<=[A-Z])(?=[A-Z][a-z])"
)
_DIGITS: Final = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
#: "Case #".
_NUMBER_SIGN: Final = re.compile(r"(?<=\w)\s*#$")
#: What programs put around the names of a form's questions, or of an object's parts.
_WRAPPERS: Final = re.compile(
    r"^(?:(?:group|grp|section|begin_group)\w*[-/.:]|(?:attributes|properties|fields|data|form"
    r"|record|incident|event|meta|tags|_source)[-/.:])+(?=[\w@])",
    re.IGNORECASE,
)
#: What is said of a thing by its name: a part of an object, maybe in several languages
#: ("title.sr"), or Wikidata's "countryLabel".
_NAME_OF: Final = re.compile(
    r"(?<=\w)(?:[./:](?:name|label|title|value|text|en|de|fr|es|pt|it|pl|ru|uk|sr|hr|bs"
    r"|tr|ar|fa|zh)|(?<=[a-z])Label)$"
)
#: "UTM_33N_easting".
_ZONE_OF_UTM: Final = re.compile(
    r"(?<![^\W_])(utm)[\W_]*\d{1,2}[a-z]?(?![^\W_])", re.IGNORECASE
)
#: Hebrew begins here; Latin, Greek and Cyrillic come before.
_EASTERN: Final = 0x0590
_IN_BRACKETS: Final = re.compile(r"[(\[{].*?[)\]}]")
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'’ʼ`´_/", " "))
_ORDERS: Final[Mapping[str, str]] = {
    "d": "d",
    "t": "d",
    "j": "d",
    "g": "d",
    "m": "m",
    "y": "y",
    "a": "y",
    "i": "y",
}


class _Word(NamedTuple):
    role: str
    level: str
    position: int
    is_eastern: bool = False


class _Names(NamedTuple):
    words: Mapping[str, Sequence[_Word]]
    glued: Mapping[str, Sequence[_Word]]
    lists: Mapping[str, frozenset[str]]


@lru_cache(maxsize=4096)
def words_of(header: str) -> tuple[str, ...]:
    """Return the folded words of a header, without what it says in brackets.

    Parameters
    ----------
    header
        A column's name as written. Brackets count where nothing stands beside them.
    """
    header = _NUMBER_SIGN.sub(" number", _WRAPPERS.sub("", header) or header)
    header = _ZONE_OF_UTM.sub(r"\1", header)
    outside = _IN_BRACKETS.sub(" ", header).strip()
    text = outside if fold(outside) else header
    if not any(char.isspace() for char in text.strip()):
        text = _CAMEL.sub(" ", text)
    folded = fold(text.translate(_APOSTROPHES))
    return tuple(_DIGITS.sub(" ", folded).split())


@lru_cache(maxsize=1)
def _names() -> _Names:
    path = Path(__file__).with_name("names.toml")
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {
        name: frozenset(
            " ".join(words_of(word))
            for words in written[name].values()
            for word in words
        )
        for name in _LISTS
    }
    words: dict[str, list[_Word]] = {}
    glued: dict[str, list[_Word]] = {}
    for folded, word in _listed(written):
        words.setdefault(folded, []).append(word)
        glued.setdefault(fold(folded.replace(" ", "")), []).append(word)
    return _Names(words, glued, lists)


def _listed(written: Mapping[str, Any]) -> Iterator[tuple[str, _Word]]:
    """Yield each word of each role, folded."""
    for role, languages in written.items():
        if role in _LISTS:
            continue
        levels = {
            "": {k: v for k, v in languages.items() if k not in _ALONE_SCORES},
            "alone": languages.get("alone", {}),
            "weak": languages.get("weak", {}),
        }
        for level, by_language in levels.items():
            for language, names in by_language.items():
                for position, name in enumerate(names):
                    word = _Word(role, level, position, _is_eastern(name))
                    yield " ".join(words_of(name)), word
                    if role in _PARTS and not position:
                        yield from _parts_of_ends(written, language, name, role)


def _is_eastern(name: str) -> bool:
    """Tell whether a name has letters that folding leaves hardly anything of.

    Of Arabic and Hebrew it keeps the consonants: a street becomes "sr", which in
    Latin letters is the number of a row.
    """
    return any(ord(letter) >= _EASTERN for letter in name)


def _parts_of_ends(
    written: Mapping[str, Any], language: str, name: str, role: str
) -> Iterator[tuple[str, _Word]]:
    """Yield what the year, month or day of a start or an end is called."""
    for ends, whole in _ENDS.items():
        role_of_end = f"{whole}.{role.partition('.')[2]}"
        word = _Word(role_of_end, "", 0, _is_eastern(name))
        for end in written[ends].get(language, ()):
            for phrase in (
                f"{end} {name}",
                f"{name} {end}",
                f"{name} of {end}",
                f"{end}{name}",  # as Chinese writes it, and is folded otherwise
            ):
                yield " ".join(words_of(phrase)), word


@lru_cache(maxsize=4096)
def roles_by_name(header: str) -> Mapping[str, float]:
    """Return how well a header fits each role that it may name.

    Parameters
    ----------
    header
        A column's name as written.

    Returns
    -------
    Mapping of str to float
        Scores from :data:`LEAST_SCORE` to 100, which only a word for the role itself
        has; empty for names that say nothing.
    """
    there = words_of(header)
    scores: dict[str, float] = {}
    for start, end, word in _phrases(there):
        if word.is_eastern and not _is_eastern(header):
            continue
        score = _score(there, start, end, word)
        if score >= LEAST_SCORE:
            scores[word.role] = max(score, scores.get(word.role, 0.0))
    if _NAME_OF.search(header):
        thing = _NAME_OF.sub("", _WRAPPERS.sub("", header))
        beside = _ALONE_SCORES[""][1]
        for role, score in roles_by_name(thing).items():
            scores[role] = max(min(score, beside), scores.get(role, 0.0))
    return scores


def _phrases(there: Sequence[str]) -> Iterator[tuple[int, int, _Word]]:
    """Yield known words in a header, and where they stand in it."""
    names = _names()
    for start in range(len(there)):
        for end in range(start + 1, len(there) + 1):
            for word in names.words.get(" ".join(there[start:end]), ()):
                yield start, end, word
    together = fold("".join(there))
    for word in names.glued.get(together, ()):
        yield 0, len(there), word
    if len(there) == 1:
        # "crashdate": a neutral word and a known one, written as one.
        for cut in range(3, len(together) - 2):
            if together[:cut] in names.lists["neutral"]:
                # Of two letters that meet, folding leaves one: "incidentitle".
                for known in (together[cut:], together[cut - 1 :]):
                    for word in names.glued.get(known, ()):
                        yield 0, 0, word


def _score(there: Sequence[str], start: int, end: int, word: _Word) -> float:
    lists = _names().lists
    rest = [*there[:start], *there[end:]] if end else []
    alone, beside = _ALONE_SCORES[word.level]
    step = word.position * _STEP
    if not rest:
        return (alone if end else beside) - step
    if all(one in lists["neutral"] or one.isdigit() for one in rest):
        return beside - step
    forbidden = _FORBIDDEN.get(word.role.partition(".")[0])
    if (
        word.level
        or any(one in lists["attributes"] for one in rest)
        or (forbidden and any(one in lists[forbidden] for one in rest))
    ):
        return 0.0
    if end == len(there):
        return _AT_END - step
    if start == 0:
        return (_BEFORE_OF if there[end] in _OF else _AT_START) - step
    return _WITHIN


def speaks_of(header: str, subject: str) -> bool:
    """Tell whether a header has a word of one of the lists of ``names.toml``.

    Parameters
    ----------
    header
        A column's name as written.
    subject
        ``other_dates``, ``people``, ``media``, ``of_persons``, ``of_others``.
    """
    there, listed = words_of(header), _names().lists[subject]
    return " ".join(there) in listed or any(word in listed for word in there)


def date_order_of(header: str) -> str:
    """Return the order of day, month and year that a header states, or nothing.

    ``Date (month/day/year)``, ``date_dd_mm_yyyy`` and ``Datum (TT.MM.JJJJ)`` do.
    """
    stated = re.findall(
        r"\b(d{1,2}|t{1,2}|j{1,2}|m{1,2}|[yaj]{4}|[yaj]{2}|day|month|year)\b",
        header.lower().replace("_", " "),
    )
    letters = ["y" if part in {"yyyy", "jjjj", "aaaa"} else part[0] for part in stated]
    order = "".join(_ORDERS.get(letter, "") for letter in letters)[-3:]
    return order if order in {"dmy", "mdy", "ymd"} else ""
