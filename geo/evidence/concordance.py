"""The concordance: which incidents rest on which words of a source.

The other way round from a record: not "what does this incident stand on" but "what
does the layer make of this text", paragraph by paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from geo.evidence.anchor import find
from geo.model.incident import Incident
from geo.model.text import paragraphs


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of a paragraph's text, and the ids of the incidents that cite all of it."""

    text: str
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitedParagraph:
    """A paragraph cut into stretches, in reading order; joined they are its text."""

    stretches: tuple[Stretch, ...]

    @property
    def incidents(self) -> tuple[str, ...]:
        """Ids of the incidents that cite any of it, in reading order."""
        names = (name for stretch in self.stretches for name in stretch.incidents)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Concordance:
    """A source's paragraphs with what is cited, and the ids whose quote is not there."""

    paragraphs: tuple[CitedParagraph, ...]
    missing: tuple[str, ...]


def concordance(
    text: str,
    source_id: str,
    incidents: Iterable[Incident],
    *,
    reference: str | None = None,
) -> Concordance:
    """Mark in a text what incidents cite of it.

    Parameters
    ----------
    text
        The archived text; empty text has no paragraphs.
    source_id
        Citations of other sources are left aside.
    incidents
        Those whose citations are looked for.
    reference
        The text that the layer was coded from, as :func:`geo.evidence.anchor.find` takes it.

    Returns
    -------
    Concordance
        Only quotes that :func:`geo.evidence.anchor.find` may show are marked; the others'
        incidents are ``missing``.
    """
    spans: list[tuple[int, int, str]] = []
    missing: list[str] = []
    for incident in incidents:
        for citation in incident.citations:
            if citation.source != source_id or not citation.quote:
                continue
            anchor = find(citation, text, reference)
            if anchor.shows_passage and anchor.start is not None and anchor.end:
                spans.append((anchor.start, anchor.end, incident.id))
            else:
                missing.append(incident.id)
    cited = [
        CitedParagraph(_stretches(text, paragraph.start, paragraph.end, spans))
        for paragraph in paragraphs(text)
    ]
    return Concordance(tuple(cited), tuple(dict.fromkeys(missing)))


def _stretches(
    text: str, start: int, end: int, spans: Iterable[tuple[int, int, str]]
) -> tuple[Stretch, ...]:
    """Cut ``text[start:end]`` wherever a citation begins or ends."""
    inside = [
        (max(start, first), min(end, last), name)
        for first, last, name in spans
        if first < end and last > start
    ]
    edges = {start, end, *(edge for span in inside for edge in span[:2])}
    return tuple(
        Stretch(
            text[low:high],
            tuple(name for first, last, name in inside if first <= low < last),
        )
        for low, high in pairwise(sorted(edges))
    )
