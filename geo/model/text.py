"""Plain text: folded for finding a quote again, cut into paragraphs, counted.

Folding makes equal what a printer, a browser or a keyboard varies without changing
the words: quotation marks, dashes, soft hyphens, invisible characters, kinds of
space and Unicode forms (UAX #15). Every folded character knows where it stands in
the original, so that folding serves the search and the original is what is shown.
Letters, digits, case and accents are never folded: other words are other words.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_SINGLE_QUOTES: Final = (
    "`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201a\u201b\u2032\u2039\u203a"
)
_DOUBLE_QUOTES: Final = "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u301d\u301e\u301f"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63"
_MARKS: Final = {
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_DASHES, "-"),
}
#: Characters without a shape: soft hyphen, zero-width, direction and variation marks.
_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u180e\ufeff"
    + "".join(map(chr, range(0x200B, 0x2010)))
    + "".join(map(chr, range(0x202A, 0x202F)))
    + "".join(map(chr, range(0x2060, 0x2070)))
    + "".join(map(chr, range(0xFE00, 0xFE10)))
)
#: Compatibility forms whose folding would change what is said: 10² is not 102.
_MEANINGFUL_FORMS: Final = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")
_WORD: Final = re.compile(r"\S+")
_SENTENCE_DASH: Final = re.compile(r"[\s\u2012-\u2015\u2e3a\u2e3b]+")
#: Scripts written without spaces, where each character may stand as a word.
_UNSPACED: Final = re.compile(
    r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
#: What holds a word together as printed; a dash between words does not.
_HYPHENS: Final = frozenset("-\u2010\u2011")
#: What holds a number together, folded, and as printed between groups of digits.
_IN_NUMBERS: Final = frozenset("',.:/-")
_DIGIT_SPACES: Final = frozenset("\u00a0\u2007\u2009\u202f")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded for searching, and the way back to the original.

    Parameters
    ----------
    text
        The folded text; each run of white space is one space, none at the ends.
    offsets
        For each folded character, the index in the original where its source
        begins. As long as ``text``.
    ends
        Likewise, the index after the last character of its source.
    original
        The text as it was.
    """

    text: str
    offsets: array[int]
    ends: array[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the folded characters ``start`` to ``end`` are in the original.

        Both are slices, ``end`` exclusive and greater than ``start``.
        """
        return self.offsets[start], self.ends[end - 1]

    def within(self, start: int, end: int) -> str:
        """Return the fold of ``original[start:end]``; empty where nothing is visible.

        Both should be where words begin and end.
        """
        first, last = bisect_left(self.offsets, start), bisect_left(self.offsets, end)
        return self.text[first:last].strip()

    def cuts_word(self, index: int) -> bool:
        """Tell whether a cut before the folded character *index* splits a word.

        Words are taken whole: an apostrophe or hyphen between letters belongs to
        the word, and what stands inside a number to the number, so that "can" is
        not found in "can't", "Russian" not in "anti-Russian" and "200" not in
        "200,000". This follows UAX #29 (WB5 to WB12) with hyphens added. The two
        ends of the text cut nothing.
        """
        if not 0 < index < len(self.text):
            return False
        if self.offsets[index] == self.offsets[index - 1]:
            return True
        before, after = self.text[index - 1], self.text[index]
        if _is_letter(before) and _is_letter(after):
            return not (_UNSPACED.match(before) or _UNSPACED.match(after))
        return self._joins(index - 1) or self._joins(index)

    def _joins(self, index: int) -> bool:
        """Tell whether the mark at *index* ties what stands on its two sides."""
        if not 0 < index < len(self.text) - 1:
            return False
        before, mark, after = tuple(self.text[index - 1 : index + 2])
        printed = self.original[self.offsets[index] : self.ends[index]]
        if before.isdigit() and after.isdigit():
            return mark in _IN_NUMBERS or printed in _DIGIT_SPACES
        return (
            _is_letter(before)
            and _is_letter(after)
            and (mark == "'" or printed in _HYPHENS)
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a text: ``text == original[start:end]``.

    Parameters
    ----------
    index
        Its number in the text, from 0.
    start, end
        Where it stands in the original, without the white space around it.
    text
        The paragraph as printed; line breaks inside it are kept.
    """

    index: int
    start: int
    end: int
    text: str


@lru_cache(maxsize=8)
def folded(text: str) -> Folded:
    """Fold *text* for searching.

    Parameters
    ----------
    text
        Any text; empty text gives an empty fold. The last few are remembered,
        since one source is searched for many quotes.

    Returns
    -------
    Folded
        Two texts that differ only in quotation marks, dashes, soft hyphens,
        invisible characters, white space or Unicode form have equal ``text``.
    """
    letters: list[str] = []
    offsets, ends = array("q"), array("q")
    read = 0
    for match in _WORD.finditer(text):
        clusters = list(_clusters(match[0], match.start()))
        if clusters and letters:
            letters.append(" ")
            offsets.append(read)
            ends.append(match.start())
        for cluster, start, end in clusters:
            plain = _folded_cluster(cluster)
            letters.append(plain)
            offsets.extend([start] * len(plain))
            ends.extend([end] * len(plain))
        if clusters:
            read = match.end()
    return Folded("".join(letters), offsets, ends, text)


def paragraphs(text: str) -> list[Paragraph]:
    """Cut *text* into paragraphs at its blank lines.

    A text without any blank line inside is cut at each line end instead: then the
    lines are the paragraphs. Every visible character is in exactly one paragraph.

    Parameters
    ----------
    text
        Any text, with any line ends; text without visible characters gives none.
    """
    groups: list[list[tuple[int, int]]] = [[]]
    position = 0
    for line in text.splitlines(keepends=True):
        span = _visible(text, position, position + len(line))
        position += len(line)
        if span:
            groups[-1].append(span)
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    if len(groups) == 1:
        groups = [[line] for line in groups[0]]
    return [
        Paragraph(index, group[0][0], group[-1][1], text[group[0][0] : group[-1][1]])
        for index, group in enumerate(groups)
    ]


def count_words(text: str) -> int:
    """Count the words of *text*, as the limits on quoting do.

    A word has at least one letter or digit; white space and dashes part words,
    hyphens and apostrophes do not. A character of a script written without spaces
    (Chinese, Japanese) counts as one. Empty text has none.
    """
    if text.isascii():
        words = text.split()
        # Nearly every word begins or ends with a letter or digit.
        return sum(
            word[0].isalnum() or word[-1].isalnum() or any(map(str.isalnum, word))
            for word in words
        )
    unspaced = len(_UNSPACED.findall(text))
    rest = _SENTENCE_DASH.split(_UNSPACED.sub(" ", text))
    return unspaced + sum(any(map(str.isalnum, word)) for word in rest)


def first_words(text: str, most: int) -> str:
    """Return the first words of *text*, at most so many as :func:`count_words` counts.

    Only whole stretches between white space are taken; empty text where the first of
    them has more words already, or none of them has any.
    """
    kept, counted = [], 0
    for stretch in text.split():
        words = count_words(stretch)
        if counted + words > most:
            break
        kept.append(stretch)
        counted += words
    return " ".join(kept) if counted else ""


def _visible(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the part of a slice between its outermost visible characters."""
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return (start, end) if start < end else None


def _is_blank(char: str) -> bool:
    return char.isspace() or char in _INVISIBLE


def _is_letter(char: str) -> bool:
    """Tell whether a character is part of a word: letter, digit, mark or underscore."""
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def _clusters(word: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Cut a word into what reads as one character each: text, start and end.

    Invisible characters are left out; *start* is where the word begins.
    """
    if word.isascii():
        for index, char in enumerate(word, start):
            yield char, index, index + 1
        return
    cluster, begins, ends = "", start, start
    for index, char in enumerate(word, start):
        if char in _INVISIBLE:
            continue
        if cluster and not _continues(char):
            yield cluster, begins, ends
            cluster = ""
        if not cluster:
            begins = index
        cluster += char
        ends = index + 1
    if cluster:
        yield cluster, begins, ends


@lru_cache(maxsize=4096)
def _continues(char: str) -> bool:
    """Tell whether a character joins the one before it: an accent, a Hangul vowel."""
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=4096)
def _folded_cluster(cluster: str) -> str:
    canonical = unicodedata.normalize("NFC", cluster)
    return unicodedata.normalize("NFC", "".join(map(_folded_char, canonical)))


def _folded_char(char: str) -> str:
    """Return one character in its plain form, itself where that would say more."""
    if char in _MARKS:
        return _MARKS[char]
    plain = unicodedata.normalize("NFKC", char)
    if plain == char:
        return char
    adds_digit = not char.isdecimal() and any(map(str.isdecimal, plain))
    adds_space = any(map(str.isspace, plain))
    form = unicodedata.decomposition(char).split(" ", 1)[0]
    if adds_digit or adds_space or form in _MEANINGFUL_FORMS:
        return char
    return "".join(_MARKS.get(part, part) for part in plain)
