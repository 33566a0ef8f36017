"""Sentences: a text cut where its sentences end, by rules that hold for news prose.

A cut too few is the lesser harm: two sentences in one
passage still show what was said, half a sentence may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from geo.evidence.drafting.languages import words_of_all
from geo.model.text import Paragraph, count_words, paragraphs

_END: Final = re.compile(
    r"[.!?…]+[)\]\"'”’»]*(?P<gap>\s+)(?=[(\[\"'“„«‘•—–-]*\s?[^\W\d_a-zа-яё]|[(\[\"'“„«‘]*\d)"
)
_LAST_WORD: Final = re.compile(r"[^\s(\[\"'“„«‘]+$")
_LINE_END: Final = re.compile(r"[ \t]*\n\s*")
_NEW_LINE_BEGINS: Final = re.compile(r"[•·*‣–—-]\s|[\"'“„«(\[]*[^\W\d_a-zа-яё]")
#: A paragraph of at least so many lines about equally long was wrapped by a machine.
_WRAPPED_LINES: Final = 3
_WRAPPED_SHARE: Final = 0.7
_WRAPPED_WIDTH: Final = 120
#: A line of at most so many words is a caption or a heading, and kept whole.
_CAPTION_WORDS: Final = 25


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text: ``text[start:end]``.

    Parameters
    ----------
    start, end
        Where they stand, in characters from the beginning; *end* is exclusive.
    text
        The words as printed.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``text[start:end]``, in the paragraph of that index."""

    paragraph: int
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences.

    A line of its own, such as an item of a list, is a sentence even without a point,
    and a short one, such as a caption, is kept whole. The lines of a hard-wrapped
    paragraph are not lines of their own.

    Parameters
    ----------
    text
        Any text; paragraphs are those of :func:`geo.model.text.paragraphs`. Empty text has
        no sentence.
    """
    result = []
    for paragraph in paragraphs(text):
        start = 0
        for cut, begins in [
            *_cuts(paragraph),
            (len(paragraph.text), len(paragraph.text)),
        ]:
            if paragraph.text[start:cut].strip():
                offset = paragraph.start
                result.append(Sentence(paragraph.index, offset + start, offset + cut))
            start = begins
    return result


def _cuts(paragraph: Paragraph) -> list[tuple[int, int]]:
    """Return where sentences end and the next begin, in order."""
    text = paragraph.text
    lines = list(_line_cuts(text))
    begins = [0, *(begin for _, begin in lines)]
    ends = [*(end for end, _ in lines), len(text)]
    long = [
        (begin, end)
        for begin, end in zip(begins, ends, strict=True)
        if count_words(text[begin:end]) > _CAPTION_WORDS
    ]
    points = [
        (match.start("gap"), match.end("gap"))
        for begin, end in long
        for match in _END.finditer(text, begin, end)
        if not _is_abbreviation(text[begin : match.start()])
    ]
    return sorted([*lines, *points])


def _is_abbreviation(before: str) -> bool:
    """Tell whether the point after *before* belongs to its last word."""
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match[0].casefold()
    is_initial = len(word) == 1 and word.isalpha()
    return is_initial or "." in word.strip(".") or word in words_of_all("abbreviations")


def _line_cuts(text: str) -> Iterator[tuple[int, int]]:
    """Go through the line ends that part captions and items of a list."""
    lines = [len(line.strip()) for line in text.split("\n")]
    widest = max(lines)
    wrapped = (
        len(lines) >= _WRAPPED_LINES
        and widest <= _WRAPPED_WIDTH
        and min(lines[:-1]) >= _WRAPPED_SHARE * widest
    )
    if wrapped:
        return
    for match in _LINE_END.finditer(text):
        if _NEW_LINE_BEGINS.match(text, match.end()):
            yield match.start(), match.end()
