"""Excerpts: as much of an archived text around cited words as readers are shown.

An archived text is somebody else's, and may tell of homes and children what the layer
refuses to record. So readers see the cited words in the middle of a few lines, which end
where such a sentence begins. Whole texts are for a deployment to choose
(``INCIDENTS_FULL_TEXT``).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from geo.evidence.concordance import CitedParagraph, Stretch
from geo.layer.harm import harm_in, private_in

#: Letters of an excerpt, its quote included.
_LETTERS: Final = 300
#: Letters around a quote at least, however long it is.
_LEAST: Final = 60
_ELLIPSIS: Final = "…"
_SENTENCE_END: Final = re.compile(r"[.!?…][\"”’»)\]]*\s+")
_SPACE: Final = re.compile(r"\s")


class Around(NamedTuple):
    """What stands around a quote; the four, with the quote in the middle, in order.

    Parameters
    ----------
    before, after
        What is cut off, as the text has it.
    lead, rest
        What is shown next to the quote, with an ellipsis where something is cut off.
    """

    before: str
    lead: str
    rest: str
    after: str


def around(paragraph: str, start: int, end: int) -> Around:
    """Return what is shown around the quote ``paragraph[start:end]``, and what is not.

    It is cut between words, and where a sentence begins that tells of a home or a child. A
    short paragraph that does not is shown whole.
    """
    lead, rest = paragraph[:start], paragraph[end:]
    room = max(_LEAST, _LETTERS - (end - start))
    # What one side does not need is the other's.
    first = _shown_from(lead, max(room // 2, room - len(rest)))
    last = _shown_until(rest, max(room // 2, room - len(lead)))
    return Around(lead[:first], _end(lead, first), _beginning(rest, last), rest[last:])


def shortened(
    paragraph: CitedParagraph, held_back: Collection[str] = ()
) -> CitedParagraph:
    """Return a cited paragraph with its marks, and of the rest what stands near them.

    Parameters
    ----------
    paragraph
        A paragraph; of one that nobody cites nothing is left.
    held_back
        Ids of incidents whose passages are not shown: what only they cite is left out.
    """
    stretches = [
        Stretch(
            one.text, tuple(name for name in one.incidents if name not in held_back)
        )
        for one in paragraph.stretches
    ]
    cited = [index for index, one in enumerate(stretches) if one.incidents]
    if not cited:
        return CitedParagraph(())
    kept = []
    for index, (stretch, as_cited) in enumerate(
        zip(stretches, paragraph.stretches, strict=True)
    ):
        text = stretch.text
        if not stretch.incidents:
            after, before = index > cited[0], index < cited[-1]
            text = _next_to(text, after=after, before=before)
            if as_cited.incidents:
                text = f" {_ELLIPSIS} "
        kept.append(Stretch(text, stretch.incidents))
    return CitedParagraph(tuple(kept))


def endangers(text: str) -> bool:
    """Tell whether a text tells of a home, a child or a way to reach somebody."""
    return bool(_telling(text))


def _next_to(text: str, *, after: bool, before: bool) -> str:
    """Return what is shown of a text after a quote, before one, or between two."""
    each = _LETTERS // 2
    last = _shown_until(text, each) if after else 0
    first = _shown_from(text, each) if before else len(text)
    if after and before:
        if not endangers(text) and last >= first:
            return text
        shown = text[:last].rstrip(), text[max(first, last) :].lstrip()
        return f"{shown[0]} {_ELLIPSIS} {shown[1]}"
    return _beginning(text, last) if after else _end(text, first)


def _beginning(text: str, end: int) -> str:
    return text if end >= len(text) else f"{text[:end].rstrip()} {_ELLIPSIS}"


def _end(text: str, start: int) -> str:
    return text if start <= 0 else f"{_ELLIPSIS} {text[start:].lstrip()}"


def _shown_until(text: str, most: int) -> int:
    """Return where the beginning of a text ends that readers see."""
    end = len(text)
    if end > most:
        spaces = [space.start() for space in _SPACE.finditer(text, 0, most + 1)]
        end = spaces[-1] if spaces else most
    starts = [start for start, _ in _telling(text) if start < end]
    if not starts:
        return end
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, min(starts))]
    return ends[-1] if ends else 0


def _shown_from(text: str, most: int) -> int:
    """Return where the end of a text begins that readers see."""
    start = max(0, len(text) - most)
    if start:
        space = _SPACE.search(text, start - 1)
        start = space.end() if space else start
    ends = [end for _, end in _telling(text) if end > start]
    if not ends:
        return start
    sentence = _SENTENCE_END.search(text, max(ends))
    return sentence.end() if sentence else len(text)


def _telling(text: str) -> list[tuple[int, int]]:
    """Return where a text tells what the layer refuses to record."""
    return [*private_in(text), *((find.start, find.end) for find in harm_in(text))]
