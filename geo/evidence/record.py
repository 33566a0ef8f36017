"""The record: one incident as it is read, with its words and its passages.

Panel, popup and the map that stands alone lay out the parts of a record, and have no
words of their own. A passage is shown only where the citation's
quote stands in the archived copy of the source; otherwise the record says so and
gives the quote and a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from geo.base.errors import ArchiveError
from geo.evidence.anchor import AnchorState, excerpt, find, text_fragment
from geo.evidence.archive import Archive
from geo.model.dates import day_words
from geo.model.incident import Citation, Incident, incident_of
from geo.model.own_fields import OwnField
from geo.model.sources import Source, Sources
from geo.model.vocabulary import Kind, Status, Vocabulary
from geo.model.wording import Part, date_words, describe, dispute_words, line_words

#: How far a map zooms to show a place: finest for what is known exactly.
_ZOOM: Final = {"venue": 14, "street": 14, "neighbourhood": 12, "city": 9}
_ZOOM_AREA: Final = 6
#: What passages are there for, in the order shown, and the heading of each.
_PROOFS: Final = {
    "allegation": "The claim",
    "corroboration": "What corroborates it",
    "denial": "The denial",
    "": "Further passages",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """What one citation of a record shows.

    ``state`` is one of :class:`geo.evidence.anchor.AnchorState`, ``no copy``, or
    ``no passage`` where the citation gives only its source. With a
    passage, ``paragraph[mark[0]:mark[1]]`` is the quote; without one ``paragraph``
    is empty and ``note`` says why. ``proves`` is ``allegation``, ``denial`` or
    ``corroboration`` where the passage is there for that, else empty.
    """

    source: str
    publisher: str
    published: str
    title: str
    url: str
    quote: str
    supports: tuple[str, ...]
    proves: str
    state: str
    note: str
    before: tuple[str, ...] = ()
    paragraph: str = ""
    mark: tuple[int, int] = (0, 0)
    after: tuple[str, ...] = ()

    @property
    def marked(self) -> tuple[str, str, str]:
        """The paragraph before its quote, the quote, and the rest; or the quote alone.

        In pieces, because a browser counts letters otherwise than Python.
        """
        if not self.quote:
            return "", "", ""
        if not self.paragraph:
            return "“", self.quote, "”"
        start, end = self.mark
        return self.paragraph[:start], self.paragraph[start:end], self.paragraph[end:]

    @property
    def credit(self) -> str:
        """Whose words it shows, and where its link leads."""
        said = f"Source: {self.publisher}, {self.published}"
        return f"{said} (opens at these words)" if self.url and self.quote else said

    @property
    def around(self) -> str:
        """What shows the paragraphs around it, if there are any."""
        has_more = self.before or self.after
        return "Show the paragraphs around it" if has_more else ""

    def as_json(self) -> dict[str, Any]:
        """Return the passage as a part of a record."""
        return {
            "kind": "passage",
            "brief": True,
            "source": self.source,
            "state": self.state,
            "marked": self.marked,
            "before": self.before,
            "after": self.after,
            "around": self.around,
            "note": self.note,
            "credit": self.credit,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One incident with its passages; ``lat``, ``lon`` of its marker in degrees.

    ``own`` are the layer's declared own fields.
    ``witnesses`` counts independent sources: a translation and its original are one.
    """

    incident: Incident
    category_label: str
    passages: tuple[Passage, ...]
    witnesses: int
    lon: float | None
    lat: float | None
    own: tuple[OwnField, ...] = ()

    @property
    def zoom(self) -> int:
        """The zoom level that shows its place, no closer than the place is known."""
        return _ZOOM.get(self.incident.precision or "", _ZOOM_AREA)

    @property
    def basis(self) -> str:
        """How many independent sources it rests on, in words; empty for none cited."""
        if not self.witnesses:
            return ""
        if self.witnesses == 1:
            return "All of this rests on one source."
        return f"This rests on {self.witnesses} independent sources."

    @property
    def parts(self) -> tuple[Part | Passage, ...]:
        """All that is shown of it, in order."""
        parts: list[Part | Passage] = [
            *describe(self.incident, self.category_label, self.own),
            Part("heading", "What it rests on", brief=False),
        ]
        has_headings = any(passage.proves for passage in self.passages)
        for proves, heading in _PROOFS.items():
            if not proves and self.basis:
                parts.append(Part("note", self.basis))
            passages = [one for one in self.passages if one.proves == proves]
            if passages and has_headings:
                parts.append(Part("subheading", heading))
            parts += passages
        return tuple(parts)

    def as_json(self) -> dict[str, Any]:
        """Return the record as the API gives it."""
        incident = self.incident
        return {
            "id": incident.id,
            "title": incident.title,
            "category": incident.category,
            "status": "plan" if incident.kind == Kind.PLAN else incident.status,
            "line": line_words(date_words(incident.date), dispute_words(incident)),
            "parts": [
                asdict(part) if isinstance(part, Part) else part.as_json()
                for part in self.parts
            ],
            "lon": self.lon,
            "lat": self.lat,
            "zoom": self.zoom,
        }


def read_record(  # noqa: PLR0913 - what a record is made of
    feature: Mapping[str, Any],
    point: tuple[float, float] | None,
    vocabulary: Vocabulary,
    sources: Sources,
    archive: Archive,
    *,
    own: tuple[OwnField, ...] = (),
) -> Record:
    """Put together the record of one feature.

    Parameters
    ----------
    feature
        A feature of a layer that validation has passed.
    point
        (lon, lat) of its marker, or None where it has no place.
    vocabulary, sources, archive
        Where its category, its sources and their copies are found.
    own
        The layer's declared own fields.
    """
    incident = incident_of(feature)
    lon, lat = point or (None, None)
    return Record(
        incident=incident,
        category_label=vocabulary[incident.category].label,
        witnesses=len(sources.witnesses(incident.sources)),
        passages=tuple(
            replace(
                read_passage(citation, sources[citation.source], archive),
                proves=_proves(citation, incident.status),
            )
            for citation in incident.citations
        ),
        lon=lon,
        lat=lat,
        own=own,
    )


def _proves(citation: Citation, status: str) -> str:
    """Return what a passage is there for: a denial, an allegation, corroboration."""
    if "denied_by" in citation.supports:
        return "denial"
    if "alleged_by" in citation.supports:
        return "allegation"
    corroborates = status == Status.CORROBORATED and "status" in citation.supports
    return "corroboration" if corroborates else ""


def read_passage(citation: Citation, source: Source, archive: Archive) -> Passage:
    """Return what a citation shows: its passage, or why there is none."""
    address = citation.url or source.url
    shown = Passage(
        source=source.id,
        publisher=source.publisher,
        published=day_words(source.published) if source.published else "undated",
        title=source.title,
        url=text_fragment(address, citation) if address else "",
        quote=citation.quote,
        supports=citation.supports,
        proves="",
        state="no copy",
        note="",
    )
    if not citation.quote:
        return replace(shown, state=NO_PASSAGE, note=_NOT_GIVEN)
    try:
        copy = archive.latest(source.id)
        if copy is None:
            return shown
        text = archive.text(copy)
    except ArchiveError:
        return replace(shown, state="damaged copy", note=_DAMAGED)
    anchor = find(citation, text, archive.reference(source.id))
    if not anchor.shows_passage:
        return replace(shown, state=str(anchor.state), note=_NOT_FOUND[anchor.state])
    passage = excerpt(anchor, text, context=2)
    return replace(
        shown,
        state=str(anchor.state),
        note=_MOVED if anchor.state is AnchorState.MOVED else "",
        before=tuple(passage.before),
        paragraph=passage.paragraph,
        mark=passage.mark,
        after=tuple(passage.after),
    )


NO_PASSAGE: Final = "no passage"
_NOT_GIVEN: Final = "No passage given."
_DAMAGED: Final = (
    "The archived copy of this source has been altered since it was stored, so no "
    "passage is shown."
)
_MOVED: Final = (
    "The source has changed since its first archived copy: these words stand in "
    "another place now."
)
_NOT_FOUND: Final = {
    AnchorState.CHANGED: (
        "The archived copy has these words, but other words around them, so the "
        "passage is not shown."
    ),
    AnchorState.AMBIGUOUS: (
        "The archived copy has these words in several places, so no passage is shown."
    ),
    AnchorState.ORPHAN: "These words were not found in the archived copy.",
}
