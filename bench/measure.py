"""How good drafts are: what of a layer coded by hand they would have proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.evidence.anchor import find
from geo.evidence.drafting.drafts import Draft
from geo.model.incident import Incident


@dataclass(frozen=True, slots=True)
class Measure:
    """How drafts compare with a layer coded by hand from the same text.

    Parameters
    ----------
    proposed, missed
        Ids of the located incidents of which a cited passage lies in a draft's
        sentence, and of those of which none does.
    cited, uncited
        Drafts in whose sentence some incident's citation lies, and the others.
    missed_paragraphs
        Those of the missed of which no cited paragraph has a draft at all.
    """

    proposed: tuple[str, ...]
    missed: tuple[str, ...]
    cited: tuple[Draft, ...]
    uncited: tuple[Draft, ...]
    missed_paragraphs: tuple[str, ...] = ()

    @property
    def recall_by_paragraph(self) -> float:
        """The share of located incidents with a draft in a cited paragraph."""
        located = len(self.proposed) + len(self.missed)
        rest = len(self.missed_paragraphs)
        return _share(located - rest, rest)

    @property
    def recall(self) -> float:
        """The share of located incidents proposed; 1 where there is none."""
        return _share(len(self.proposed), len(self.missed))

    @property
    def precision(self) -> float:
        """The share of drafts that are cited by some incident; 1 without drafts."""
        return _share(len(self.cited), len(self.uncited))


def _share(good: int, rest: int) -> float:
    return good / (good + rest) if good + rest else 1.0


def measure(
    drafts: Sequence[Draft], incidents: Iterable[Incident], text: str
) -> Measure:
    """Compare drafts with the incidents that cite the same text.

    Parameters
    ----------
    drafts
        Of one text.
    incidents
        Of a layer. For recall those with a geometry count that cite the drafts'
        source in a passage found exactly; for precision all citations do.
    text
        The text the drafts were made of.
    """
    source = drafts[0].source if drafts else ""
    proposed: list[str] = []
    missed: list[str] = []
    missed_paragraphs: list[str] = []
    cited: set[Draft] = set()
    drafted = {one.paragraph for one in drafts}
    for incident in incidents:
        anchors = [
            find(citation, text)
            for citation in incident.citations
            if citation.source == source
        ]
        starts = [one.start for one in anchors if one.shows_passage]
        if not starts:
            continue
        hits = [
            one
            for one in drafts
            if any(
                start is not None and one.start <= start < one.end for start in starts
            )
        ]
        cited.update(hits)
        if incident.geometry is not None:
            (proposed if hits else missed).append(incident.id)
            if drafted.isdisjoint(one.paragraph for one in anchors):
                missed_paragraphs.append(incident.id)
    return Measure(
        tuple(proposed),
        tuple(missed),
        tuple(one for one in drafts if one in cited),
        tuple(one for one in drafts if one not in cited),
        tuple(missed_paragraphs),
    )
