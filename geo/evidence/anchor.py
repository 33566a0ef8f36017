"""Anchors: where in a text the quote of a citation stands, exactly or not at all.

A citation is a TextQuoteSelector of the W3C Web Annotation Data Model. Its quote is
searched in the folded text (:mod:`geo.model.text`), as whole words; there is no nearest
match, since a passage shown for a quote it does not contain would be false evidence.

Whether a quote has moved is told against a reference, the text that the citation was
taken from: the paragraphs that both texts have, in the order most of them keep, are
the fixed points, and a quote that stands between others of them than before has
moved. A paragraph added far above it moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import quote as percent_encoded

from geo.base.errors import DataError, Fault, NotFoundError, QueryError
from geo.model.incident import Citation
from geo.model.sources import is_web_address
from geo.model.text import Folded, folded, paragraphs


class AnchorState(StrEnum):
    """How a citation was found in a text."""

    #: The quote stands once between its prefix and its suffix.
    EXACT = "exact"
    #: Likewise, but in another place than in the text the citation was taken from.
    MOVED = "moved"
    #: The quote stands once, but prefix or suffix are other words now.
    CHANGED = "changed"
    #: The quote stands several times, and prefix and suffix do not tell which.
    AMBIGUOUS = "ambiguous"
    #: The words of the quote do not stand in the text, one after the other.
    ORPHAN = "orphan"


#: Each state as a reader would say it.
STATE_LABELS: Final = {
    AnchorState.EXACT: "Found",
    AnchorState.MOVED: "Found, but in another place than before",
    AnchorState.CHANGED: "Found, but the words around it have changed",
    AnchorState.AMBIGUOUS: "Found several times; which is meant is not clear",
    AnchorState.ORPHAN: "Not found as whole words",
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quote stands in one text.

    Parameters
    ----------
    state
        How it was found.
    occurrences
        How often the quote stands in the text, whatever is around it.
    start, end
        Where it stands: ``text[start:end]``; None if it is orphan or ambiguous.
    paragraph
        Index of the paragraph it begins in; None if it is missing.
    words
        ``text[start:end]``, the quote as this text prints it; empty if it is missing.
    """

    state: AnchorState
    occurrences: int = 0
    start: int | None = None
    end: int | None = None
    paragraph: int | None = None
    words: str = ""

    @property
    def shows_passage(self) -> bool:
        """Whether the passage may be shown as what the citation rests on."""
        return self.state in {AnchorState.EXACT, AnchorState.MOVED}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage with its neighbours, as printed.

    Parameters
    ----------
    before
        The paragraphs before it, in reading order.
    paragraph
        The paragraph the quote stands in; if it runs over several, all of them.
    mark
        Where the quote stands: ``paragraph[mark[0]:mark[1]]``.
    after
        The paragraphs after it.
    """

    before: list[str]
    paragraph: str
    mark: tuple[int, int]
    after: list[str]


def find(citation: Citation, text: str, reference: str | None = None) -> Anchor:
    """Find the quote of a citation in a text.

    The quote must stand there as whole words, apart from what :func:`geo.model.text.folded`
    makes equal. Prefix and suffix, where given, must stand right before and after
    it, with at most white space between. Where exactly one place has quote, prefix
    and suffix, that is the one, however often the quote stands elsewhere.

    Parameters
    ----------
    citation
        Its ``quote``, ``prefix`` and ``suffix`` are used. A quote without a visible
        character is orphan.
    text
        The text of the source; empty text has only orphans.
    reference
        The text that the citation was taken from, which is the first archived
        version. Without it, or where the quote is not exact in it, nothing can be
        said to have moved.

    Returns
    -------
    Anchor
        Never of a place whose words are not the quote's.
    """
    anchor = _anchor_in(citation, text)
    if anchor.state is not AnchorState.EXACT or reference is None or reference == text:
        return anchor
    before = _anchor_in(citation, reference)
    if before.state is not AnchorState.EXACT:
        return anchor
    if _stands_elsewhere(before, reference, anchor, text):
        return replace(anchor, state=AnchorState.MOVED)
    return anchor


def standing_there(anchor: Anchor, before: str, text: str) -> str:
    """Return what stands in another version where a passage stood.

    It is what lies between the nearest paragraphs that both versions have; it need
    not contain the quote and is no evidence for it.

    Parameters
    ----------
    anchor
        Where the quote stood, as :func:`find` returned it for *before*.
    before, text
        The two versions.

    Returns
    -------
    str
        The paragraphs, parted by blank lines; empty where nothing stands there or
        the anchor has no paragraph.
    """
    if anchor.paragraph is None:
        return ""
    pairs = _fixed(_common(before, text), anchor.paragraph)
    rank = bisect_left([old for old, _ in pairs], anchor.paragraph)
    ranges = paragraphs(text)
    first = pairs[rank - 1][1] + 1 if rank else 0
    last = pairs[rank][1] if rank < len(pairs) else len(ranges)
    return "\n\n".join(part.text for part in ranges[first:last])


def excerpt(anchor: Anchor, text: str, *, context: int = 1) -> Excerpt:
    """Return the passage an anchor stands in, to be shown with the quote marked.

    Parameters
    ----------
    anchor
        As :func:`find` returned it for this very text.
    text
        The text of the source.
    context
        How many paragraphs to give before and after; 0 gives none.

    Raises
    ------
    NotFoundError
        If the anchor shows no passage, or belongs to another text.
    QueryError
        If *context* is negative.
    """
    if context < 0:
        raise QueryError("context", f"{context} is negative. Give 0 or more.")
    if not anchor.shows_passage or anchor.start is None or anchor.end is None:
        msg = f"There is no passage to show: {STATE_LABELS[anchor.state].lower()}."
        raise NotFoundError(msg)
    if text[anchor.start : anchor.end] != anchor.words:
        msg = (
            "There is no passage to show: the quote was found in another version of "
            "the text. Find it again in this one."
        )
        raise NotFoundError(msg)
    ranges = paragraphs(text)
    starts = [paragraph.start for paragraph in ranges]
    first = bisect_right(starts, anchor.start) - 1
    last = bisect_right(starts, anchor.end - 1) - 1
    start = ranges[first].start
    return Excerpt(
        before=[part.text for part in ranges[max(0, first - context) : first]],
        paragraph=text[start : ranges[last].end],
        mark=(anchor.start - start, anchor.end - start),
        after=[part.text for part in ranges[last + 1 : last + 1 + context]],
    )


def text_fragment(url: str, citation: Citation) -> str:
    """Return a link that opens a page at the quote.

    The text directive of the WICG URL Fragment Text Directives:
    ``#:~:text=prefix-,quote,-suffix``, percent-encoded, the marks ``-``, ``,`` and
    ``&`` of the words included. A fragment the address has is kept before it. A
    browser that does not know the directive opens the page at its top.

    Parameters
    ----------
    url
        Where the source is published.
    citation
        Its ``quote``, ``prefix`` and ``suffix`` are used; without a quote the
        address is returned as it is.

    Raises
    ------
    DataError
        If the address is not http or https: it must not become a link.
    """
    if not is_web_address(url):
        fault = Fault(
            "the register of sources",
            f"{url!r} is not an address beginning with http:// or https://.",
            "Mend it in the register.",
            where=f"{citation.source}.url",
        )
        raise DataError([fault])
    quote, prefix, suffix = map(
        _directive_part, (citation.quote, citation.prefix, citation.suffix)
    )
    if not quote:
        return url
    parts = [f"{prefix}-"] if prefix else []
    parts.append(quote)
    if suffix:
        parts.append(f"-{suffix}")
    address, mark, fragment = url.partition("#")
    kept = fragment.partition(":~:")[0] if mark else ""
    return f"{address}#{kept}:~:text={','.join(parts)}"


def _directive_part(words: str) -> str:
    """Return words as a part of a text directive; white space becomes one space."""
    joined = " ".join(words.split())
    encoded = percent_encoded(joined, safe="", errors="replace")
    # A hyphen is unreserved in a URL, but a mark of its own in a text directive.
    return encoded.replace("-", "%2D")


def _anchor_in(citation: Citation, text: str) -> Anchor:
    """Find a quote in one text, whatever stood in another."""
    page = folded(text)
    words = folded(citation.quote).text
    places = list(_places(words, page))
    if not places:
        return Anchor(AnchorState.ORPHAN)
    prefix, suffix = folded(citation.prefix).text, folded(citation.suffix).text
    fitting = [
        (start, end)
        for start, end in places
        if _ends_with(page, start, prefix) and _begins_with(page, end, suffix)
    ]
    if len(fitting) == 1:
        return _anchor(AnchorState.EXACT, fitting[0], page, len(places))
    if len(places) == 1:
        return _anchor(AnchorState.CHANGED, places[0], page, len(places))
    return Anchor(AnchorState.AMBIGUOUS, len(places))


def _stands_elsewhere(before: Anchor, reference: str, now: Anchor, text: str) -> bool:
    """Tell whether a quote stands between other paragraphs than in the reference."""
    if before.paragraph is None or now.paragraph is None:
        return False
    pairs = _fixed(_common(reference, text), before.paragraph, now.paragraph)
    olds, news = [old for old, _ in pairs], [new for _, new in pairs]
    return bisect_left(olds, before.paragraph) != bisect_left(news, now.paragraph)


@lru_cache(maxsize=8)
def _common(reference: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return the paragraphs that stand once in each of two texts, as pairs of indices.

    In the order of the first text.
    """
    old, new = _by_words(reference), _by_words(text)
    return tuple((index, new[words]) for words, index in old.items() if words in new)


def _by_words(text: str) -> dict[str, int]:
    """Return the index of each paragraph that stands once in a text, by its fold."""
    page = folded(text)
    folds = [page.within(part.start, part.end) for part in paragraphs(text)]
    counts = Counter(folds)
    return {fold: index for index, fold in enumerate(folds) if counts[fold] == 1}


def _fixed(
    pairs: Sequence[tuple[int, int]], old: int, new: int | None = None
) -> list[tuple[int, int]]:
    """Return the most pairs that keep their order, without the two paragraphs asked for.

    The longest increasing subsequence, as patience diff takes it (Fredman 1975).
    """
    others = [pair for pair in pairs if pair[0] != old and pair[1] != new]
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, (_, position) in enumerate(others):
        rank = bisect_left(tails, position)
        tails[rank : rank + 1] = [position]
        ends[rank : rank + 1] = [index]
        previous.append(ends[rank - 1] if rank else -1)
    kept: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.append(others[index])
        index = previous[index]
    return kept[::-1]


def _places(words: str, page: Folded) -> Iterator[tuple[int, int]]:
    """Go through where folded words stand in a folded text, as whole words."""
    if not words:
        return
    start = page.text.find(words)
    while start >= 0:
        end = start + len(words)
        if not page.cuts_word(start) and not page.cuts_word(end):
            yield start, end
        start = page.text.find(words, start + 1)


def _ends_with(page: Folded, end: int, words: str) -> bool:
    """Tell whether folded words stand right before the folded character *end*."""
    if not words:
        return True
    end -= end > 0 and page.text[end - 1] == " "
    start = end - len(words)
    return start >= 0 and page.text[start:end] == words and not page.cuts_word(start)


def _begins_with(page: Folded, start: int, words: str) -> bool:
    """Tell whether folded words stand right at the folded character *start*."""
    if not words:
        return True
    start += page.text[start : start + 1] == " "
    end = start + len(words)
    return page.text[start:end] == words and not page.cuts_word(end)


def _anchor(
    state: AnchorState, place: tuple[int, int], page: Folded, occurrences: int
) -> Anchor:
    """Return the anchor of a place in a folded text."""
    start, end = page.span(*place)
    starts = [paragraph.start for paragraph in paragraphs(page.original)]
    return Anchor(
        state,
        occurrences,
        start,
        end,
        bisect_right(starts, start) - 1,
        page.original[start:end],
    )
