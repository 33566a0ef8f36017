"""Quoting: a few words of a sentence that find it again, and nothing else.

The quote is a TextQuoteSelector (W3C Web Annotation Data Model) within the limits of
the layer, checked with :func:`geo.evidence.anchor.find` before it is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from geo.base.characters import printable, unprintable
from geo.evidence.anchor import AnchorState, find
from geo.evidence.drafting.sentences import Phrase, Sentence
from geo.layer import MOST_CONTEXT_WORDS, MOST_QUOTE_WORDS
from geo.model.incident import Citation
from geo.model.text import count_words, paragraphs

#: As the layer's schema limits them.
_LONGEST_QUOTE: Final = 300
_LONGEST_CONTEXT: Final = 100
#: A sentence of more words than this is never quoted whole.
_SHORT_SENTENCE: Final = 4
_WORD: Final = re.compile(r"\S+")
#: Marks that a quote neither begins nor ends with.
_EDGE: Final = " \t\r\n\u00a0.,;:!?…()[]\"'“”„‘«»–—-•·*"


class _Span(NamedTuple):
    start: int
    end: int


def anchored_quote(
    text: str,
    source: str,
    sentence: Sentence,
    marks: Sequence[Phrase],
) -> tuple[Citation, AnchorState]:
    """Return a quote around marked words of a sentence, and how it is found again.

    Parameters
    ----------
    text
        The whole text.
    source
        The source's id in the register.
    sentence
        The sentence to quote from; never quoted whole unless it is very short.
    marks
        The parts of it that the quote is about, at least one: around the first
        ones, if possible.

    Returns
    -------
    tuple
        A citation with a quote of at most 12 words, prefix and suffix of at most 4,
        and its state. Where no such quote is the only one of the text, the last one
        tried, with the state that says so.
    """
    home = paragraphs(text)[sentence.paragraph]
    limits = (_Span(home.start, home.end), _Span(0, len(text)))
    citation, state = Citation(source, ""), AnchorState.ORPHAN
    for quote in _quotes(text, sentence, marks):
        for limit in limits:
            citation = Citation(
                source,
                _visible(text[quote.start : quote.end]),
                _visible(_before(text, quote.start, limit.start)),
                _visible(_after(text, quote.end, limit.end)),
            )
            anchor = find(citation, text)
            state = anchor.state
            if anchor.shows_passage and anchor.start == quote.start:
                return citation, state
            if anchor.shows_passage:
                state = AnchorState.AMBIGUOUS
    return citation, state


def _quotes(text: str, sentence: Sentence, marks: Sequence[Phrase]) -> Iterator[_Span]:
    """Go through the quotes to try: around several marks, around one, the mark."""
    tokens = [
        _Span(*match.span())
        for match in _WORD.finditer(text, sentence.start, sentence.end)
    ]
    ordered = sorted(marks, key=lambda mark: mark.start)
    for mark in ordered:
        first = next(i for i, token in enumerate(tokens) if token.end > mark.start)
        last = next(i for i, token in enumerate(tokens) if token.end >= mark.end) + 1
        for other in reversed(ordered):
            end = (
                next(i for i, token in enumerate(tokens) if token.end >= other.end) + 1
            )
            if other.start > mark.start and end - first <= MOST_QUOTE_WORDS:
                last = max(last, end)
                break
        yield from _grown(text, tokens, first, last)


def _grown(text: str, tokens: list[_Span], first: int, last: int) -> Iterator[_Span]:
    """Go through the widest quotes around some words, then these words alone."""
    most = MOST_QUOTE_WORDS
    if len(tokens) > _SHORT_SENTENCE:
        most = min(most, len(tokens) - 1)
    wide = [first, last]
    while wide[1] - wide[0] < most and (wide[0] > 0 or wide[1] < len(tokens)):
        # What follows first: it tells what happened at the place or date.
        before = wide[0] > 0 and (first - wide[0] < wide[1] - last)
        if before or wide[1] == len(tokens):
            wide[0] -= 1
        else:
            wide[1] += 1
    for begin, most_end in ((wide[0], wide[1]), (first, last)):
        for end in range(most_end, begin, -1):
            span = _trimmed(text, tokens[begin].start, tokens[end - 1].end)
            if span.start < span.end and _fits(
                text[span.start : span.end], MOST_QUOTE_WORDS, _LONGEST_QUOTE
            ):
                yield span
                break


def _visible(words_: str) -> str:
    """Return words without what does not print; they are found again all the same."""
    if unprintable(words_) is None:
        return words_
    return printable(" ".join(words_.split()))


def _fits(words_: str, most_words: int, most_letters: int) -> bool:
    return count_words(words_) <= most_words and len(words_) <= most_letters


def _trimmed(text: str, start: int, end: int) -> _Span:
    """Return a slice without marks at its ends."""
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    return _Span(start, end)


def _before(text: str, at: int, least: int) -> str:
    """Return at most four words right before a place in a text."""
    starts = [match.start() for match in _WORD.finditer(text, least, at)]
    for start in starts[-MOST_CONTEXT_WORDS:]:
        words = text[start:at].strip()
        if _fits(words, MOST_CONTEXT_WORDS, _LONGEST_CONTEXT):
            return words
    return ""


def _after(text: str, at: int, most: int) -> str:
    """Return at most four words right after a place in a text."""
    reach = min(most, at + 2 * _LONGEST_CONTEXT)
    ends = [match.end() for match in _WORD.finditer(text, at, reach)]
    for end in reversed(ends[: MOST_CONTEXT_WORDS + 1]):
        words = text[at:end].strip()
        if _fits(words, MOST_CONTEXT_WORDS, _LONGEST_CONTEXT):
            return words
    return ""
