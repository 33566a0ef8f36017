"""Drafts: the passages of a text that name places or dates, ready for an editor.

A draft is a proposal, never a record: which words, already anchored as a citation;
which places they may mean; which dates they tell. Whether it is an incident, of what
kind and category, is for the editor to say. :func:`accept` makes of one what a layer
takes; nothing here writes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo.base.errors import DataError, QueryError
from geo.base.extras import require_extra
from geo.evidence.anchor import AnchorState
from geo.evidence.drafting.date_phrases import DatePhrase, date_phrases
from geo.evidence.drafting.languages import language_of
from geo.evidence.drafting.place_names import Mention, place_mentions
from geo.evidence.drafting.quoting import anchored_quote
from geo.evidence.drafting.sentences import Sentence, sentences
from geo.layer import check
from geo.model.dates import bounds, words
from geo.model.incident import Citation, Incident, feature_of
from geo.model.sources import is_slug
from geo.model.vocabulary import Kind, LocationBasis, PlaceRole, Status, Vocabulary
from geo.places.candidate import CURATED, Candidate
from geo.places.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence that names a place or a date.

    Parameters
    ----------
    source
        Id of the source in the register.
    paragraph
        Index of its paragraph, from 0.
    start, end
        Where the sentence stands: ``text[start:end]``.
    citation
        A quote of at most 12 words, with at most 4 before and after it.
    state
        How the quote is found in the text; only an exact one can be accepted.
    places
        The places named, in reading order, each with its candidates; may be empty.
    dates
        The dates told, in reading order; may be empty.
    """

    source: str
    paragraph: int
    start: int
    end: int
    citation: Citation
    state: AnchorState
    places: tuple[Mention, ...]
    dates: tuple[DatePhrase, ...]

    @property
    def id(self) -> str:
        """A slug for the record to be: its source and where the sentence begins."""
        written = f"draft-{self.source}-{self.start}"
        return written if is_slug(written) else f"draft-{self.start}"

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every place the sentence may mean, each once, in reading order."""
        return tuple(
            dict.fromkeys(
                candidate for place in self.places for candidate in place.candidates
            )
        )

    def as_json(self) -> dict[str, Any]:
        """Return the draft as JSON values; the sentence itself is not in it."""
        return {
            "id": self.id,
            "source": self.source,
            "paragraph": self.paragraph,
            "start": self.start,
            "end": self.end,
            "quote": self.citation.quote,
            "prefix": self.citation.prefix,
            "suffix": self.citation.suffix,
            "state": str(self.state),
            "places": [asdict(place) for place in self.places],
            "dates": [asdict(phrase) for phrase in self.dates],
            "kind": None,
            "category": None,
        }


def draft(
    text: str,
    source: str,
    gazetteer: Gazetteer,
    *,
    published: date,
    language: str | None = None,
) -> list[Draft]:
    """Return the passages of a text that name places or dates, in reading order.

    Parameters
    ----------
    text
        The text of a source, as archived. Empty text has no drafts.
    source
        The source's id in the register.
    gazetteer
        The curated places, preferred to GeoNames'.
    published
        The day of publication, from which relative dates are counted.
    language
        BCP 47 tag of the text; None to guess it from the letters.

    Raises
    ------
    SettingsError
        If the extra ``drafting`` is not installed.
    """
    require_extra("drafting", "Drafting")
    in_order = sentences(text)
    tongue = language or language_of(text)
    dates = date_phrases(text, in_order, published=published, language=tongue)
    places = place_mentions(text, in_order, gazetteer, language=tongue)
    drafts = []
    for sentence, phrases, named in zip(in_order, dates, places, strict=True):
        # "March" in a date is a month, not the town.
        kept = [
            place
            for place in named
            if all(
                place.end <= phrase.start or phrase.end <= place.start
                for phrase in phrases
            )
        ]
        if kept or phrases:
            drafts.append(_draft(text, source, sentence, kept, phrases))
    return drafts


def _draft(
    text: str,
    source: str,
    sentence: Sentence,
    places: Sequence[Mention],
    dates: Sequence[DatePhrase],
) -> Draft:
    citation, state = anchored_quote(text, source, sentence, [*places, *dates])
    return Draft(
        source=source,
        paragraph=sentence.paragraph,
        start=sentence.start,
        end=sentence.end,
        citation=citation,
        state=state,
        places=tuple(places),
        dates=tuple(dates),
    )


# --- accepting ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What an editor decides about a draft.

    Parameters
    ----------
    category
        A category of the layer's vocabulary.
    candidate
        The place chosen; None leaves the incident without one.
    edtf
        The date chosen; None leaves it undated.
    kind, status, alleged_by, denied_by
        As in the incident model; an allegation must name who makes it.
    place_role
        What the place is to the incident; None for ``occurred``, or ``target`` of a
        plan.
    title, summary
        In the editor's own words; empty ones are filled with what is known.
    """

    category: str
    candidate: Candidate | None = None
    edtf: str | None = None
    kind: str = Kind.EVENT
    status: str = Status.REPORTED
    alleged_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    place_role: str | None = None
    title: str = ""
    summary: str = ""


def accept(  # noqa: PLR0913 - a draft, what is decided, and what it is held against
    accepted: Draft,
    choices: Choices,
    *,
    gazetteer: Gazetteer,
    vocabulary: Vocabulary,
    sources: Collection[str],
    updated: date,
) -> dict[str, Any]:
    """Make of a draft a feature that a layer takes, for an editor to complete.

    Parameters
    ----------
    accepted
        A draft whose quote is found exactly.
    choices
        What the editor decides about it.
    gazetteer
        Where the geometry of a curated place comes from.
    vocabulary, sources
        The categories, and the ids of the sources, that a layer may have.
    updated
        The day of accepting.

    Returns
    -------
    dict
        A GeoJSON Feature (RFC 7946, WGS84, lon before lat).

    Raises
    ------
    QueryError
        If the quote is not found exactly, or an allegation names nobody.
    DateFormatError
        If the date is not EDTF.
    DataError
        If no layer would take it.
    """
    if accepted.state is not AnchorState.EXACT:
        message = (
            f"its quote is {accepted.state} in the text. Quote other words by hand."
        )
        raise QueryError("draft", message)
    if choices.status == Status.ALLEGED and not choices.alleged_by:
        raise QueryError("alleged_by", "is empty. Say who alleges it.")
    candidate, edtf = choices.candidate, choices.edtf
    days = bounds(edtf) if edtf else None
    date_phrase = next(
        (phrase for phrase in accepted.dates if phrase.edtf == edtf), None
    )
    usual = PlaceRole.TARGET if choices.kind == Kind.PLAN else PlaceRole.OCCURRED
    role = choices.place_role or usual
    summary = ", ".join(
        part for part in (candidate.name if candidate else "", words(edtf)) if part
    )
    feature = feature_of(
        Incident(
            id=accepted.id,
            title=choices.title.strip() or f"Draft: {summary}",
            summary=choices.summary.strip()
            or "A draft; its summary is still to be written.",
            category=choices.category,
            kind=choices.kind,
            status=choices.status,
            alleged_by=choices.alleged_by,
            denied_by=choices.denied_by,
            date=edtf or None,
            date_earliest=days.earliest if days else None,
            date_latest=days.latest if days else None,
            date_note=date_phrase.note if date_phrase else "",
            citations=(_cited(accepted, candidate, edtf),),
            updated=updated.isoformat(),
            **(_placed(accepted, candidate, gazetteer, role) if candidate else {}),
        )
    )
    checked = check([feature], vocabulary=vocabulary, sources=sources, name="the draft")
    if checked.wrong:
        raise DataError([fault for fault in checked.faults if fault.is_error])
    return feature


def _cited(accepted: Draft, candidate: Candidate | None, edtf: str | None) -> Citation:
    supports = (("place",) if candidate else ()) + (("date",) if edtf else ())
    citation = accepted.citation
    return Citation(
        citation.source, citation.quote, citation.prefix, citation.suffix, supports
    )


def _placed(
    accepted: Draft, candidate: Candidate, gazetteer: Gazetteer, role: str
) -> dict[str, Any]:
    """Return the properties of a place chosen; a curated one has its own outline."""
    geometry: BaseGeometry = Point(candidate.lon, candidate.lat)
    if candidate.source == CURATED:
        (place,) = gazetteer.find(candidate.name, candidate.country)[:1]
        geometry = place.geometry
    written = next(
        (
            mention.text
            for mention in accepted.places
            if candidate in mention.candidates
        ),
        "",
    )
    return {
        "place": candidate.name,
        "place_as_written": written,
        "country": candidate.country,
        "place_role": str(role),
        "precision": candidate.precision,
        "radius_m": candidate.radius_m,
        "location_basis": str(LocationBasis.STATED),
        "location_note": "" if candidate.source == CURATED else candidate.origin,
        "generalised": candidate.generalised,
        "geometry": geometry,
    }
