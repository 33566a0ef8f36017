"""Nothing is recorded that could harm people: numbers, channels, dwellings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from geo.base.characters import unprintable
from geo.base.errors import Code
from geo.layer.case import Case, Problem
from geo.layer.geojson import brief
from geo.layer.places import POINT_ONLY
from geo.layer.texts import CODED
from geo.model.vocabulary import SPOTS


class Harm(StrEnum):
    """What could lead to somebody, and is never recorded."""

    TELEPHONE = "telephone"
    PLATE = "plate"
    CHANNEL = "channel"
    EMAIL = "email"
    HANDLE = "handle"


HARM_WORDS: Final[Mapping[str, str]] = {
    Harm.TELEPHONE: "a telephone number",
    Harm.PLATE: "a vehicle's number plate",
    Harm.CHANNEL: "a link to a Telegram channel",
    Harm.EMAIL: "an e-mail address",
    Harm.HANDLE: "an account's handle",
}


class Find(NamedTuple):
    """Where a text holds what is never recorded: ``text[start:end]``."""

    start: int
    end: int
    harm: Harm


_SEPARATOR: Final = r"[ \u00a0().\-/]"
#: A degree with its sign, alone or before the other (ISO 6709): no telephone number.
_DEGREE: Final = (
    r"(?:1[0-7]\d|180|\d{1,2})\.\d{4,9}"
    rf"(?:[+\-]\d{{1,3}}\.\d|(?!\d|{_SEPARATOR}{{1,2}}\d))"
)
_PHONES: Final = re.compile(
    # International: +381 64 123-45-67. No code begins with 0, but UTC's "+0000 2023" does.
    rf"(?<![\w+])\+(?!{_DEGREE})[1-9](?:{_SEPARATOR}{{0,2}}\d){{7,14}}(?!\d)"
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
    # Serbian and its like: BG 1234-AB. Not a state and its zip code: AL 36054 US.
    r"(?<![\w-])[A-ZČĆŠŽĐ]{2}(?! \d{5} US\b)[ \-]?\d{3,5}[ \-][A-ZČĆŠŽĐ]{2}(?![\w-])"
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
    (_PHONES, Harm.TELEPHONE),
    (_PLATES, Harm.PLATE),
    (_CHANNELS, Harm.CHANNEL),
    (_EMAILS, Harm.EMAIL),
    (_HANDLES, Harm.HANDLE),
)
#: Evidence where it is the source of a record.
OF_SOURCES: Final = frozenset({Harm.CHANNEL, Harm.HANDLE})
#: Of these a pattern finds only the telling part; the rest of the word goes with it.
_WHOLE_WORDS: Final = frozenset({Harm.CHANNEL, Harm.EMAIL, Harm.HANDLE})
_WORD_END: Final = re.compile(r"[\s<>\"'()\[\],;]|$")
_WORD_BEGINNING: Final = re.compile(r"[^\s<>\"'()\[\],;]*$")
_LONGEST_BEGINNING: Final = 100
_REMEDY: Final = "Remove it, or write around it."
_NESTS: Final = frozenset({dict, list})
#: Where a citation says at which address its record is.
_ADDRESS: Final = re.compile(r"citations\[\d+\]\.url")
_CALLS: Final = re.compile(
    r"//(?:www\.)?wa\.me/\+?\d|[?&]phone=\+?\d|/t\.me/\+\d|tel:\+?\d", re.IGNORECASE
)
#: One of these stands in all that any pattern finds, and in few other texts.
_MARKS: Final = ("@", ".me/", "tg:", "phone=", "tel:")
#: Seven digits with signs between them, or three behind a letter of a plate; both begin
#: with a digit, for which a text is searched fastest.
_NUMBERS: Final = re.compile(
    r"\d(?:[ \u00a0().\-/\d]{5,}\d"
    rf"|(?<=[A-ZČĆŠŽĐ{_PLATE_LETTERS}]\d)\d\d"
    rf"|(?<=[A-ZČĆŠŽĐ{_PLATE_LETTERS}][ \-]\d)\d\d)"
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
#: Children, whose ways and days nobody is to learn of.
_CHILD: Final = re.compile(
    r"\b(?:child(?:ren)?|kids?|sons?|daughters?|toddlers?|schoolchild(?:ren)?"
    r"|schoolboys?|schoolgirls?|pupils?|kindergartens?"
    r"|dete(?:ta|tu)?|dec[aeiu]|decom|sin(?:a|u|ovi|om)?|(?:k?ć|k)er(?:ka|ke|ki|ku)?|vrtić\w*"
    r"|реб[её]н\w+|дет(?:и|ей|ям|ьми|ях)|детск\w+|сын(?:а|у|ом|е|овья|овей)?|доч(?:ь|ери|ка|ки|ке|ку)"
    r"|школьни\w+|дец[аеиу]|дете(?:та|ту)?|ћерк\w+)\b",
    re.IGNORECASE,
)


def is_plain(properties: Mapping[str, Any]) -> bool:
    """Tell whether texts and names surely print and hold nothing that may do harm.

    All are looked at as one text, many times faster than one by one; what is doubtful
    then is gone through, and told.
    """
    coded = [value for name in CODED if type(value := properties.get(name)) is str]
    free = {name: properties[name] for name in properties if name not in CODED}
    return _are_plain(coded, *_gathered(free))


def are_plain(name: str, values: list[Any]) -> bool:
    """Tell the same of one property's values, of any number of records."""
    if name in CODED:
        coded = [value for value in values if type(value) is str]
        return _are_plain([name, *coded], [], [])
    return _are_plain([], *_gathered({name: values}))


def _are_plain(
    coded: Sequence[str], names: Sequence[str], texts: Sequence[str]
) -> bool:
    """Tell it of texts, and of names and codes, which only have to print."""
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
    for mark in _MARKS:
        if mark in lowered:
            return True
    return _NUMBERS.search(text) is not None


def harm_problems(case: Case) -> Iterator[Problem]:
    """Find what is never recorded: telephone numbers, plates, channels, handles."""
    for where, text in case.texts:
        if where in CODED or not is_suspect(text):
            continue
        if _ADDRESS.fullmatch(where):
            # A post or a channel is a source; a telephone number in a link is none.
            if _CALLS.search(text):
                yield Problem(
                    Code.HARM, where, _held(HARM_WORDS[Harm.TELEPHONE]), _REMEDY
                )
            continue
        harms = {find.harm for find in harm_in(text)}
        for harm in Harm:
            if harm in harms:
                # The find itself is not repeated: reports are passed on.
                yield Problem(Code.HARM, where, _held(HARM_WORDS[harm]), _REMEDY)


def _held(what: str) -> str:
    return f"seems to hold {what}, which is never recorded."


def harm_in(text: str) -> tuple[Find, ...]:
    """Return all that a text holds of what is never recorded, in its order.

    Links, addresses and handles are found as whole words. Finds do not overlap; where
    two do, the earlier and longer one stands. Most texts have none and are read once.
    """
    if not is_suspect(text):
        return ()
    spans = sorted(
        (find for pattern, harm in _HARM for find in _finds(text, pattern, harm)),
        key=lambda find: (find.start, -find.end),
    )
    kept: list[Find] = []
    for find in spans:
        if not kept or find.start >= kept[-1].end:
            kept.append(find)
    return tuple(kept)


def _finds(text: str, pattern: re.Pattern[str], harm: Harm) -> Iterator[Find]:
    """Go through the finds of one pattern; a word is searched once, however long."""
    match = pattern.search(text)
    while match:
        start, end = match.span()
        if harm in _WHOLE_WORDS:
            before = text[max(0, start - _LONGEST_BEGINNING) : start]
            beginning = _WORD_BEGINNING.search(before)
            start -= len(beginning[0]) if beginning else 0
            stop = _WORD_END.search(text, end)
            end = stop.start() if stop else len(text)
        # In the path of a web address, such as a mailing list's archive, it is none.
        if harm != Harm.EMAIL or not text.startswith(("http://", "https://"), start):
            yield Find(start, end, harm)
        match = pattern.search(text, end)


def names_dwelling(text: str) -> bool:
    """Tell whether a text tells of somebody's home: "the flat they rented"."""
    return _DWELLING.search(text) is not None


def private_in(text: str) -> Iterator[tuple[int, int]]:
    """Go through where a text tells of somebody's home or of a child.

    What may be said of a place in one record may lead to somebody in another: this is
    what is left out of other people's texts, not what a record is refused for.
    """
    for pattern in (_DWELLING, _CHILD):
        yield from (match.span() for match in pattern.finditer(text))


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
