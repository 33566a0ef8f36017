"""Place names in running text: which words name a place, and which place.

The longest name wins. Names come from the curated gazetteer and from GeoNames'
larger cities, in Latin and Cyrillic, inflected forms included.

Most words that are some town's name somewhere name no town here. A name of GeoNames
counts only with a capital, with signs of being a place around it, and outside longer
names of people and organisations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from geo.evidence.drafting.known_names import (
    KnownName,
    KnownNames,
    plain,
    without_possessive,
)
from geo.evidence.drafting.languages import words_of_all
from geo.evidence.drafting.sentences import Phrase, Sentence
from geo.places.candidate import Candidate
from geo.places.gazetteer import Gazetteer

#: Inhabitants of a city that is believed without a preposition before its name.
_LEAST_UNSIGNED: Final = 500_000
#: A sentence with a larger share of capitals is a headline: capitals say nothing.
_HEADLINE_SHARE: Final = 0.6
_HEADLINE_WORDS: Final = 4

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’.\-\u2010\u2011][^\W_]+)*")
#: What parts a word from one before it that ended a sentence.
_OPENING: Final = re.compile(r"[.!?…:\n“„«]")
_INSIDE: Final = re.compile(r"[\s\u00a0]+|[.,]?[\s\u00a0]*[«“\"„]?|[-\u2010-\u2013]")


class _Token(NamedTuple):
    """One word of a sentence; ``bare`` is without an English possessive."""

    start: int
    end: int
    bare: str
    possessive: bool

    @property
    def capital(self) -> bool:
        # "Russian-occupied" is an adjective, however it begins.
        return self.bare[:1].isupper() and self.bare.split("-")[-1][:1].isupper()


@dataclass(frozen=True, slots=True)
class Mention(Phrase):
    """Words of a text that may name a place.

    Parameters
    ----------
    candidates
        Which places they may mean, the curated gazetteer's first.
    """

    candidates: tuple[Candidate, ...]


class _Hit(NamedTuple):
    """A name found at tokens ``first`` to ``last`` (exclusive) of a sentence.

    ``weak`` hits are believed only if another sentence proves the name.
    """

    sentence: int
    first: int
    last: int
    name: KnownName
    key: str
    weak: bool = False


@dataclass
class _Signs:
    """What the whole text says of its words."""

    lower: set[str] = field(default_factory=set)
    in_longer_names: set[str] = field(default_factory=set)


def place_mentions(
    text: str, sentences: Sequence[Sentence], gazetteer: Gazetteer, *, language: str
) -> list[list[Mention]]:
    """Return the places that each sentence names.

    Parameters
    ----------
    text
        The whole text: a name proved in one sentence is believed in the others.
    sentences
        Its sentences.
    gazetteer
        The curated places. These need no further sign than a capital letter.
    language
        BCP 47 tag of the text; names are found in its inflected forms.

    Returns
    -------
    list
        One list a sentence, in the order of the text; no two mentions overlap.
    """
    rows = [_tokens(text, sentence) for sentence in sentences]
    names = KnownNames(
        gazetteer,
        language,
        {token.bare[:3].casefold() for row in rows for token in row if token.capital},
    )
    signs = _Signs(
        {token.bare.casefold() for row in rows for token in row if not token.capital}
    )
    hits = [
        hit
        for index, row in enumerate(rows)
        for hit in _hits(text, index, row, names, signs)
    ]
    kept = _believed(text, rows, hits, signs)
    mentions: list[list[Mention]] = [[] for _ in sentences]
    for hit in kept:
        row = rows[hit.sentence]
        start, end = row[hit.first].start, row[hit.last - 1].end
        last = row[hit.last - 1]
        if last.possessive:
            end = last.start + len(last.bare)
        mention = Mention(start, end, text[start:end], names.candidates(hit.name))
        mentions[hit.sentence].append(mention)
    return mentions


def _tokens(text: str, sentence: Sentence) -> list[_Token]:
    """Return the words of a sentence, possessives told apart."""
    tokens = []
    for match in _TOKEN.finditer(text, sentence.start, sentence.end):
        bare = without_possessive(match[0])
        after = text[match.end() : match.end() + 1]
        plural = after in {"'", "’"} and match[0].endswith("s")
        tokens.append(
            _Token(match.start(), match.end(), bare, bare != match[0] or plural)
        )
    return tokens


# --- the names in a sentence -------------------------------------------------


def _hits(
    text: str, sentence: int, row: Sequence[_Token], names: KnownNames, signs: _Signs
) -> Iterator[_Hit]:
    """Go through the names in a sentence, longest first, and note longer names."""
    headline = _is_headline(row)
    first = 0
    while first < len(row):
        hit = _longest(text, sentence, row, first, names)
        if hit is None:
            first += 1
            continue
        before = row[first - 1].bare.casefold() if first else ""
        in_longer = _in_longer_name(text, row, hit, signs)
        if in_longer and not (headline and before in words_of_all("at")):
            signs.in_longer_names.add(hit.name.about)
            first += 1
            continue
        opened = in_longer is None
        yield hit._replace(weak=headline or opened)
        first = hit.last


def _longest(
    text: str, sentence: int, row: Sequence[_Token], first: int, names: KnownNames
) -> _Hit | None:
    for last in range(min(len(row), first + names.most_words), first, -1):
        tokens = row[first:last]
        capitals = [token.capital for token in tokens]
        if not any(capitals) or not _together(text, tokens):
            continue
        words = " ".join(token.bare for token in tokens)
        name = names.find(words)
        if name is None:
            continue
        if name.place is not None or (capitals[0] and capitals[-1]):
            return _Hit(sentence, first, last, name, plain(words))
    return None


def _together(text: str, tokens: Sequence[_Token]) -> bool:
    """Tell whether nothing stands between words but what a name may have inside."""
    return all(
        _INSIDE.fullmatch(text, token.end, following.start)
        for token, following in pairwise(tokens)
    )


def _is_headline(row: Sequence[_Token]) -> bool:
    words = [token for token in row if token.bare[0].isalpha()]
    capitals = sum(token.capital for token in words)
    return len(words) >= _HEADLINE_WORDS and capitals / len(words) > _HEADLINE_SHARE


def _in_longer_name(
    text: str, row: Sequence[_Token], hit: _Hit, signs: _Signs
) -> bool | None:
    """Tell whether a capitalised word right beside makes the name a longer one.

    None where only the capital of the sentence's first word may say so.
    """
    last = row[hit.last - 1]
    if hit.last < len(row) and not last.possessive:
        after = row[hit.last]
        if after.capital and text[last.end : after.start] in {" ", "\u00a0", "-"}:
            return True
    if hit.first == 0:
        return False
    before, first = row[hit.first - 1], row[hit.first]
    gap = text[before.end : first.start]
    beside = gap in {" ", "\u00a0", "-"} or (gap == ". " and len(before.bare) == 1)
    if not beside or not before.capital or before.possessive:
        return False
    word = before.bare.casefold()
    if word in words_of_all("beside"):
        return False
    opens = hit.first == 1 or _OPENING.search(
        text, row[hit.first - 2].end, before.start
    )
    if not opens:
        return True
    return False if word in _openers() or word in signs.lower else None


# --- which to believe --------------------------------------------------------


def _believed(
    text: str, rows: Sequence[Sequence[_Token]], hits: Sequence[_Hit], signs: _Signs
) -> list[_Hit]:
    """Return the hits that are places: curated, signed, or signed elsewhere."""
    proved: set[str] = set()
    kept: set[_Hit] = set()
    before: _Hit | None = None
    for hit in hits:
        row = rows[hit.sentence]
        doubtful = (
            hit.weak
            or hit.name.about in signs.in_longer_names
            or (hit.key in signs.lower and hit.last - hit.first == 1)
        )
        listed = (
            before is not None
            and before in kept
            and before.sentence == hit.sentence
            and _joins(text, row, before, hit)
        )
        if hit.name.place is not None or _is_signed(
            row, hit, doubtful=doubtful, listed=listed
        ):
            kept.add(hit)
            if not doubtful:
                proved.add(hit.name.about)
        before = hit
    return [
        hit
        for hit in hits
        if hit in kept
        or (hit.name.about in proved and hit.name.about not in signs.in_longer_names)
    ]


def _is_signed(
    row: Sequence[_Token], hit: _Hit, *, doubtful: bool, listed: bool
) -> bool:
    """Tell whether the words around a name of GeoNames say that it is a place."""
    if hit.last - hit.first > 1 and (hit.weak or not doubtful):
        return True  # two words are hardly a place's name by chance
    if hit.first == 0:
        return False
    before = row[hit.first - 1].bare.casefold()
    if before in words_of_all("beside") and hit.first > 1:
        before = row[hit.first - 2].bare.casefold()
    if before in words_of_all("articles"):
        return False  # "the Republic" is a thing, not the town of that name
    if before in words_of_all("at"):
        return True
    if doubtful:
        return False
    return (
        listed
        or before in words_of_all("to_place")
        or hit.name.population >= _LEAST_UNSIGNED
    )


def _joins(text: str, row: Sequence[_Token], first: _Hit, second: _Hit) -> bool:
    """Tell whether two names stand in one list: "Mariupol, Donetsk and Luhansk"."""
    between = row[first.last : second.first]
    if not between:
        gap = text[row[first.last - 1].end : row[second.first].start]
        return gap.strip() == ","
    return len(between) == 1 and between[0].bare.casefold() in words_of_all("and_")


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    """Return the words that begin sentences, capital or not."""
    kinds = ("openers", "at", "to_place", "and_", "beside")
    return frozenset[str]().union(*map(words_of_all, kinds))
