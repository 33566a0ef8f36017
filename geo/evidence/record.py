"""The record: one incident as it is read, with its words and its passages.

Panel, popup and the map that stands alone lay out the parts of a record, and have no
words of their own. A passage is shown only where the citation's
quote stands in the archived copy of the source; otherwise the record says so and
gives the quote and a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.base.errors import ArchiveError
from geo.engine.vagueness import deepest_zoom
from geo.evidence.anchor import AnchorState, excerpt, find, text_fragment
from geo.evidence.archive import Archive
from geo.evidence.corrections import Correction, corrections_of, history_words
from geo.evidence.excerpts import around, endangers
from geo.model.changes import Change
from geo.model.dates import day_words
from geo.model.incident import Citation, Incident, incident_of
from geo.model.own_fields import OwnField
from geo.model.sources import Source, Sources
from geo.model.vocabulary import Kind, Status, Vocabulary
from geo.model.wording import (
    PROTECTED,
    Part,
    date_words,
    describe,
    dispute_words,
    line_words,
)

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

    ``state`` is one of :class:`geo.evidence.anchor.AnchorState`, ``no copy``,
    ``no passage`` where the citation gives only its source, or ``held back`` where the
    record is protected. With a passage, ``lead`` and ``rest`` are what stands around the
    quote as the copy has it; without one both are empty and ``note`` says why.
    ``before`` and ``after`` are further text around it, where whole texts are shown.
    ``proves`` is ``allegation``, ``denial`` or
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
    lead: str = ""
    words: str = ""
    rest: str = ""
    after: tuple[str, ...] = ()

    @property
    def marked(self) -> tuple[str, str, str]:
        """What stands before the quote, the quote, and what follows; or the quote alone.

        In pieces, because a browser counts letters otherwise than Python.
        """
        if not self.quote:
            return "", "", ""
        if not self.words:
            return "“", self.quote, "”"
        return self.lead, self.words, self.rest

    @property
    def credit(self) -> str:
        """Whose words it shows, and where its link leads."""
        said = f"Source: {self.publisher}, {self.published}"
        return f"{said} (opens at these words)" if self.url and self.quote else said

    @property
    def around(self) -> str:
        """What shows the text around it, if there is any to show."""
        has_more = self.before or self.after
        return "Show more of the text around it" if has_more else ""

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
    ``corrections`` are what was changed in it, the oldest first.
    """

    incident: Incident
    category_label: str
    passages: tuple[Passage, ...]
    witnesses: int
    lon: float | None
    lat: float | None
    own: tuple[OwnField, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def zoom(self) -> int:
        """The zoom level that shows its place, no closer than the place is known."""
        zoom = _ZOOM.get(self.incident.precision or "", _ZOOM_AREA)
        deepest = self.deepest
        # Closer up, its marker would have left the ground.
        return zoom if deepest is None else max(1, min(zoom, deepest))

    @property
    def deepest(self) -> int | None:
        """The closest zoom level at which its marker stands; None without a place."""
        shape = self.incident.geometry
        if shape is None or shape.is_empty:
            return None
        return deepest_zoom(shape, self.incident.radius_m)

    @property
    def basis(self) -> str:
        """How many independent sources it rests on, in words; empty for none cited."""
        if not self.witnesses:
            return ""
        if self.witnesses == 1:
            return "All of this rests on one source."
        return f"This rests on {self.witnesses} independent sources."

    @property
    def history(self) -> str:
        """How often it was changed and when last, in words; empty if that is not known."""
        return history_words(self.incident, self.corrections)

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
            "parts": [part.as_json() for part in self.parts],
            "history": {
                "said": self.history,
                # As the record's page lists them.
                "changes": [
                    {"when": one.when, "lines": one.lines}
                    for one in reversed(self.corrections)
                ],
            },
            "lon": self.lon,
            "lat": self.lat,
            "precision": incident.precision,
            "radius_m": incident.radius_m,
            "zoom": self.zoom,
            "deepest": self.deepest,
        }


def read_record(  # noqa: PLR0913 - what a record is made of
    feature: Mapping[str, Any],
    point: tuple[float, float] | None,
    vocabulary: Vocabulary,
    sources: Sources,
    archive: Archive,
    *,
    own: tuple[OwnField, ...] = (),
    changes: Iterable[Change] = (),
    whole_texts: bool = False,
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
    changes
        What the map's journal tells of it, the oldest first.
    whole_texts
        Whether passages bring the paragraphs around them. Those of a protected record
        are held back in any case.
    """
    incident = incident_of(feature)
    is_protected = incident.extra.get(PROTECTED) is True
    lon, lat = point or (None, None)
    return Record(
        incident=incident,
        category_label=vocabulary[incident.category].label,
        witnesses=len(sources.witnesses(incident.sources)),
        passages=tuple(
            replace(
                read_passage(
                    citation,
                    sources[citation.source],
                    archive,
                    is_protected=is_protected,
                    whole_texts=whole_texts,
                ),
                proves=_proves(citation, incident.status),
            )
            for citation in incident.citations
        ),
        lon=lon,
        lat=lat,
        own=own,
        corrections=corrections_of(changes, incident, vocabulary, own),
    )


def _proves(citation: Citation, status: str) -> str:
    """Return what a passage is there for: a denial, an allegation, corroboration."""
    if "denied_by" in citation.supports:
        return "denial"
    if "alleged_by" in citation.supports:
        return "allegation"
    corroborates = status == Status.CORROBORATED and "status" in citation.supports
    return "corroboration" if corroborates else ""


def read_passage(
    citation: Citation,
    source: Source,
    archive: Archive,
    *,
    is_protected: bool = False,
    whole_texts: bool = False,
) -> Passage:
    """Return what a citation shows: its passage, or why there is none.

    Parameters
    ----------
    citation, source, archive
        The words, who printed them, and where copies are.
    is_protected
        Whether its record is to lead nobody to anybody: then the passage is held back,
        and so is a quote that names a home or a child.
    whole_texts
        Whether the paragraphs around it come along.
    """
    if is_protected and citation.quote:
        kept = "" if endangers(citation.quote) else citation.quote
        # What stands beside the quote would be part of its link.
        bare = replace(citation, quote=kept, prefix="", suffix="")
        return replace(_unread(bare, source), state=HELD_BACK, note=_HELD_BACK)
    shown = _unread(citation, source)
    if not citation.quote:
        return replace(shown, state=NO_PASSAGE, note=_NOT_GIVEN)
    try:
        copy = archive.latest(source.id)
        text = None if copy is None else archive.text(copy)
    except ArchiveError:
        return replace(shown, state="damaged copy", note=_DAMAGED)
    if text is None:
        return shown
    anchor = find(citation, text, archive.reference(source.id))
    if not anchor.shows_passage:
        return replace(shown, state=str(anchor.state), note=_NOT_FOUND[anchor.state])
    passage = excerpt(anchor, text, context=2)
    start, end = passage.mark
    beside = around(passage.paragraph, start, end)
    shown = replace(
        shown,
        state=str(anchor.state),
        note=_MOVED if anchor.state is AnchorState.MOVED else "",
        lead=beside.lead,
        words=passage.paragraph[start:end],
        rest=beside.rest,
    )
    if whole_texts:
        before = filter(str.strip, (*passage.before, beside.before))
        after = filter(str.strip, (beside.after, *passage.after))
        shown = replace(shown, before=tuple(before), after=tuple(after))
    return shown


def _unread(citation: Citation, source: Source) -> Passage:
    """Return what a citation shows where there is no copy to read in."""
    address = citation.url or source.url
    return Passage(
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


NO_PASSAGE: Final = "no passage"
HELD_BACK: Final = "held back"
_HELD_BACK: Final = "This passage is held back to protect somebody."
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
