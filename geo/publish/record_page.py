"""The page of one record: readable without scripts, printable, in the record's words.

It shows quotes, and nothing else of a source's copy: a page is kept and passed on by
others. It is the same on a server and in a site of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import urldefrag

from geo.evidence.record import HELD_BACK, Passage, Record
from geo.model.incident import Incident
from geo.model.wording import (
    date_words,
    dispute_words,
    headline_words,
    place_words,
)
from geo.publish.linked_data import linked_data
from geo.publish.site import Site
from geo.publish.templating import templates_in

#: Leads from the page of a record or a story to the root.
UP: Final = "../"
_LONGEST_DESCRIPTION: Final = 300
_CARDS: Final = frozenset({"claim", "uncertain", "denial"})
_FACTS: Final = frozenset({"fact", "link"})
#: A kind of block, and what it holds.
Block = tuple[str, object]


class _Source(NamedTuple):
    """A source as a page names it: its title, who published it and when, its address."""

    title: str
    credit: str
    url: str


class _Quote(NamedTuple):
    """What a page shows of a passage."""

    quote: str
    note: str
    url: str
    credit: str


def render_record(record: Record, site: Site) -> str:
    """Return the page of a record as HTML.

    Parameters
    ----------
    record
        The record; with or without passages of copies, which are left out.
    site
        The site that the page is a part of, two steps below whose root it lies.
    """
    incident = record.incident
    return (
        templates_in()
        .get_template("record.html")
        .render(
            site=site,
            up=UP,
            id=incident.id,
            heading=headline_words(incident),
            description=describe_briefly(incident),
            path=site.record_path(incident.id),
            card=site.card_path(incident.id),
            data=linked_data(record, site),
            blocks=list(_blocks(record)),
            sources=_sources_of(record),
            history=record.history,
            corrections=record.corrections,
        )
    )


def render_gone(heading: str, lines: Sequence[str], site: Site) -> str:
    """Return the page that stands where a record was, as HTML."""
    return (
        templates_in()
        .get_template("gone.html")
        .render(site=site, up=UP, heading=heading, lines=lines)
    )


def describe_briefly(incident: Incident) -> str:
    """Return a record in some lines: who says it and who denies it come first.

    Only the summary is cut where it is long, so that neither is ever lost.
    """
    said = dispute_words(incident)
    said = f"{said} {date_words(incident.date)}. {place_words(incident)}."
    room = max(0, _LONGEST_DESCRIPTION - len(said))
    return f"{said} {_cut(incident.summary, room)}".strip()


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut between words."""
    if len(text) <= most:
        return text
    kept = text[:most].rpartition(" ")[0].rstrip(" ,;:.")
    return f"{kept} …" if kept else ""


def _sources_of(record: Record) -> list[_Source]:
    """Return the sources that a record rests on, each once, in the order cited."""
    sources: dict[str, _Source] = {}
    for passage in record.passages:
        credit = ", ".join(filter(None, (passage.publisher, passage.published)))
        address = urldefrag(passage.url).url
        sources.setdefault(passage.source, _Source(passage.title, credit, address))
    return list(sources.values())


def _quote_of(passage: Passage) -> _Quote:
    """Return a passage without what stands around its quote, which no page shows."""
    is_told = passage.state != HELD_BACK or not passage.quote
    note = passage.note if is_told else ""
    return _Quote(passage.quote, note, passage.url, passage.credit)


def _blocks(record: Record) -> Iterator[Block]:
    """Go through what the page shows; claims and facts that follow each other are one."""
    cards: list[str] = []
    facts: list[tuple[str, str]] = []
    for part in record.parts:
        kind = "passage" if isinstance(part, Passage) else part.kind
        if cards and kind not in _CARDS:
            yield "cards", cards
            cards = []
        if facts and kind not in _FACTS:
            yield "facts", facts
            facts = []
        if isinstance(part, Passage):
            yield kind, _quote_of(part)
        elif kind in _CARDS:
            cards.append(part.text)
        elif kind in _FACTS:
            facts.append((part.label, part.text))
        else:
            yield kind, part.text
    if facts:
        yield "facts", facts
