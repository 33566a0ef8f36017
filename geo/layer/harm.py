"""Nothing is recorded that could harm people: numbers, channels, dwellings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from geo.base.characters import unprintable
from geo.base.errors import Code
from geo.geojson import brief
from geo.layer.case import Case, Problem
from geo.layer.places import POINT_ONLY
from geo.layer.texts import CODED
from geo.model.vocabulary import SPOTS

_SEPARATOR: Final = r"[ \u00a0().\-/]"
_PHONES: Final = re.compile(
    # International: +381 64 123-45-67.
    rf"(?<![\w+])\+\d(?:{_SEPARATOR}{{0,2}}\d){{7,14}}(?!\d)"
    # Serbian and its like: 064/123-4567, 011 123 45 67.
    r"|(?<![\w./-])0\d{1,2}[ /\-]\d{3}[ \-]?\d{2}[ \-]?\d{1,2}(?![\w-])"
    # Russian: 8 (916) 123-45-67.
    r"|(?<![\w./-])8[ \-]?\(?\d{3}\)?[ \-]\d{3}[ \-]?\d{2}[ \-]?\d{2}(?![\w-])"
    # North American: (212) 555-0123, 212-555-0123.
    r"|(?<![\w./-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"
)
#: The letters that look alike in Latin and Cyrillic, in both.
_PLATE_LETTERS: Final = (
    "ABEKMHOPCTYX"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
)
_PLATES: Final = re.compile(
    # Serbian and its like: BG 1234-AB.
    r"(?<![\w-])[A-ZČĆŠŽĐ]{2}[ \-]?\d{3,5}[ \-][A-ZČĆŠŽĐ]{2}(?![\w-])"
    # Russian: letter, three digits, two letters, region; in either script.
    rf"|(?<!\w)[{_PLATE_LETTERS}]\d{{3}}[{_PLATE_LETTERS}]{{2}} ?\d{{2,3}}(?!\w)"
)
_CHANNELS: Final = re.compile(
    r"(?<![\w.-])(?:t|telegram)\.me/|(?<![\w.-])tg://", re.IGNORECASE
)
_HANDLES: Final = re.compile(r"(?<![\w.@/+-])@[A-Za-z_]\w{2,}")
#: Anchored where a word begins, so that a long text without any is read once.
_EMAILS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w-]")
_HARM: Final = (
    (_PHONES, "a telephone number"),
    (_PLATES, "a vehicle's number plate"),
    (_CHANNELS, "a link to a Telegram channel"),
    (_EMAILS, "an e-mail address"),
    (_HANDLES, "an account's handle"),
)
_REMEDY: Final = "Remove it, or write around it."
_NESTS: Final = frozenset({dict, list})
#: Where a citation says at which address its record is.
_ADDRESS: Final = re.compile(r"citations\[\d+\]\.url")
_CALLS: Final = re.compile(
    r"//(?:www\.)?wa\.me/\+?\d|[?&]phone=\+?\d|/t\.me/\+\d|tel:\+?\d", re.IGNORECASE
)
#: One of these stands in all that any pattern finds, and in few other texts.
_MARKS: Final = ("@", ".me/", "tg:", "phone=", "tel:")
_NUMBERS: Final = re.compile(
    rf"\d[ \u00a0().\-/\d]{{5,}}\d|[A-ZČĆŠŽĐ{_PLATE_LETTERS}][ \-]?\d{{3}}"
)
#: All that is never recorded, in one: a joined text without any has none in a part.
_ANY_HARM: Final = re.compile(
    "|".join(
        f"(?i:{pattern.pattern})"
        if pattern.flags & re.IGNORECASE
        else f"(?:{pattern.pattern})"
        for pattern in (*(pattern for pattern, _ in _HARM), _CALLS)
    )
)
#: Parts joined texts: no pattern reaches over it, and before it a word ends.
_PART: Final = "\n"
_DWELLING: Final = re.compile(
    r"\b(?:apartments?|flats?|homes?|dwellings?|residences?|dormitor(?:y|ies)"
    r"|stan(?:u|a|ovi)?|kuć[aiue]|квартир\w*|общежити\w*|стан\w?|кућ[аиуе])\b",
    re.IGNORECASE,
)


def is_plain(properties: Mapping[str, Any]) -> bool:
    """Tell whether texts and names surely print and hold nothing that may do harm.

    All are looked at as one text, many times faster than one by one; what is doubtful
    then is gone through, and told.
    """
    coded = [value for name in CODED if type(value := properties.get(name)) is str]
    free = {name: properties[name] for name in properties if name not in CODED}
    names, texts = _gathered(free)
    joined = _PART.join(texts)
    if joined.count(_PART) >= max(1, len(texts)):
        return False  # a text has such a mark of its own
    if unprintable(" ".join((*names, *coded, joined.replace(_PART, " ")))):
        return False
    return not (is_suspect(joined) and _ANY_HARM.search(joined))


def _gathered(value: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return every name and every text in a value, however deep."""
    names: list[str] = []
    texts: list[str] = []
    stack: list[Any] = [value]
    while stack:
        part = stack.pop()
        if type(part) is dict:
            names.extend(part)
            part = part.values()
        for held in part:
            if type(held) is str:
                texts.append(held)
            elif type(held) in _NESTS:
                stack.append(held)
    return names, texts


def is_suspect(text: str) -> bool:
    """Tell whether a text may hold what is never recorded: most need no closer look."""
    lowered = text.lower()
    return any(mark in lowered for mark in _MARKS) or bool(_NUMBERS.search(text))


def harm_problems(case: Case) -> Iterator[Problem]:
    """Find what is never recorded: telephone numbers, plates, channels, handles."""
    for where, text in case.texts:
        if where in CODED or not is_suspect(text):
            continue
        if _ADDRESS.fullmatch(where):
            # A post or a channel is a source; a telephone number in a link is none.
            if _CALLS.search(text):
                yield Problem(Code.HARM, where, _held("a telephone number"), _REMEDY)
            continue
        for pattern, what in _HARM:
            if pattern.search(text):
                # The find itself is not repeated: reports are passed on.
                yield Problem(Code.HARM, where, _held(what), _REMEDY)


def _held(what: str) -> str:
    return f"seems to hold {what}, which is never recorded."


def dwelling_problems(case: Case) -> Iterator[Problem]:
    """Find what is done to people and placed exactly at their home.

    Which categories are about people is theirs to say, whatever they are called. A
    point of which nobody said how exact it is may be the very door.
    """
    properties = case.properties
    precision = properties.get("precision")
    if precision is None and "precision" not in case.faulty:
        if case.geometry is None or case.geometry["type"] not in SPOTS:
            return
        placed = "placed at a point that may be exact"
    elif precision in POINT_ONLY:
        placed = f"placed at {precision} level"
    else:
        return
    category = properties.get("category", "")
    if category in case.vocabulary and not case.vocabulary[category].against_people:
        return
    for name in ("place", "place_as_written", "location_note"):
        match = _DWELLING.search(properties.get(name) or "")
        if match:
            message = f"{brief(match[0])} tells of a dwelling, {placed}."
            remedy = (
                "Place it no finer than neighbourhood, and set generalised to true."
            )
            yield Problem(Code.DWELLING, name, message, remedy)
