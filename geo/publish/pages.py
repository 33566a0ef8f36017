"""What a map publishes beside the map itself: its pages, feeds and lists, of an atlas.

A server answers with these, and a site of files is written of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from geo.atlas import Atlas
from geo.base.errors import DataError, NotFoundError
from geo.base.extras import has_extra
from geo.evidence.corrections import Correction, corrections_of
from geo.model.changes import Change
from geo.model.dates import day_words
from geo.model.incident import Incident, incident_of
from geo.model.query import Query
from geo.model.wording import headline_words
from geo.publish.feeds import (
    MOST_ENTRIES,
    correction_entry,
    record_entry,
    write_feed,
)
from geo.publish.record_page import render_gone, render_record
from geo.publish.site import Site
from geo.publish.sitemap import (
    MOST_ADDRESSES,
    parts_of,
    write_sitemap,
    write_sitemap_index,
)
from geo.publish.stories import Story, read_story, story_files
from geo.publish.story_page import render_story

#: Records of the journal looked at for the newest corrections: some are of records that
#: are not there, and of which nothing is told.
_LOOKED_AT: Final = 10 * MOST_ENTRIES


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or what stands in its place.

    Parameters
    ----------
    html
        Its text; empty where it has moved.
    is_gone
        Whether it says that what was there is gone.
    moved_to
        Id of the record that tells of it now; empty for none.
    """

    html: str
    is_gone: bool = False
    moved_to: str = ""


def page_of_record(atlas: Atlas, incident_id: str, site: Site) -> Page:
    """Return the page of a record, or what became of it.

    Raises
    ------
    NotFoundError
        If there never was such a record, as far as the map tells.
    """
    try:
        record = atlas.record(incident_id)
    except NotFoundError:
        fate = atlas.journal.fate_of(incident_id)
        if fate is None:
            raise
        return _page_of_fate(atlas, fate, site)
    return Page(render_record(record, site))


def page_of_story(atlas: Atlas, story: Story, site: Site) -> str:
    """Return the page of a story."""
    return render_story(story, _incidents(atlas, story.incidents), site)


def feed_of(atlas: Atlas, query: Query, site: Site) -> bytes:
    """Return the feed of new and changed records among those that a query asks for."""
    rows = atlas.engine.rows(query, order="updated", limit=MOST_ENTRIES)
    incidents = _incidents(atlas, [row.id for row in rows])
    entries = (
        record_entry(
            incident,
            atlas.vocabulary[incident.category].label,
            site,
            _corrections(atlas, name, incident),
        )
        for name, incident in incidents.items()
    )
    filters = query.parameters()
    chosen = "; ".join(f"{name}: {', '.join(each)}" for name, each in filters.items())
    return write_feed(
        entries,
        site,
        title=f"{site.title}: new and changed records",
        path=f"feed.xml{'?' if filters else ''}{urlencode(filters, doseq=True)}",
        about=f"Filtered by {chosen}" if chosen else site.subtitle,
    )


def corrections_feed(atlas: Atlas, site: Site) -> bytes:
    """Return the feed of corrections, of records that are there or that are gone."""
    latest = sorted(atlas.journal.changes, key=lambda change: change.day, reverse=True)
    ids = list(dict.fromkeys(change.id for change in latest))[:_LOOKED_AT]
    incidents = _incidents(atlas, ids)
    corrections = [
        correction
        for name in ids
        if name in incidents or atlas.journal.fate_of(name)
        for correction in _corrections(atlas, name, incidents.get(name))
    ]
    corrections.sort(key=lambda correction: correction.day, reverse=True)
    entries = (
        correction_entry(
            correction,
            headline_words(incidents[correction.id])
            if correction.id in incidents
            else correction.id,
            site,
            is_gone=correction.id not in incidents,
        )
        for correction in corrections[:MOST_ENTRIES]
    )
    return write_feed(
        entries,
        site,
        title=f"{site.title}: corrections",
        path="corrections.xml",
        about="What was changed in records once published, when and why.",
    )


def sitemap_of(
    atlas: Atlas,
    stories: Sequence[Story],
    site: Site,
    part: int | None = None,
    *,
    most: int = MOST_ADDRESSES,
) -> bytes:
    """Return the list of all pages, or one part of it.

    Parameters
    ----------
    atlas
        The map.
    stories
        Its stories; with any, the page that lists them is there too.
    site
        The site; lists hold absolute addresses.
    part
        Which part, from 1. None: all of it where that is one part, else the list of
        the parts, ``sitemap-1.xml`` and so on.
    most
        Addresses of one part.

    Raises
    ------
    NotFoundError
        If there is no such part.
    """
    changed = atlas.engine.updated
    fixed = [(site.absolute(site.map_path()), changed)]
    fixed += [
        (site.absolute(path), day) for path, day in _story_addresses(stories, site)
    ]
    parts = parts_of(len(fixed) + atlas.engine.count(Query()), most)
    if part is None and parts > 1:
        numbers = range(1, parts + 1)
        return write_sitemap_index(
            (site.absolute(f"sitemap-{number}.xml"), changed) for number in numbers
        )
    number = 1 if part is None else part
    if not 1 <= number <= parts:
        msg = f"The list of pages has no part {number}; it has {parts}."
        raise NotFoundError(msg)
    stretch = range((number - 1) * most, number * most)
    return write_sitemap(_addresses(atlas, fixed, site, stretch))


def sitemap_parts(atlas: Atlas, stories: Sequence[Story], site: Site) -> int:
    """Return of how many parts the list of all pages is."""
    story_count = sum(1 for _ in _story_addresses(stories, site))
    return parts_of(1 + story_count + atlas.engine.count(Query()))


def stories_of(folder: Path | None) -> list[Story]:
    """Return the stories of a map that can be read, in order of their names.

    None where there is no folder, or not the extra that reads them. What is wrong with the others, ``incidents validate``
    tells their author.
    """
    stories: list[Story] = []
    if folder is None or not has_extra("publish"):
        return stories
    for file in story_files(folder):
        with suppress(DataError):
            stories.append(read_story(file))
    return stories


def _story_addresses(stories: Sequence[Story], site: Site) -> Iterator[tuple[str, str]]:
    """Go through the list of stories, if there are any, and the page of each."""
    days = [story.changed.isoformat() if story.changed else "" for story in stories]
    if stories:
        yield site.stories_path(), max(days)
    for story, day in zip(stories, days, strict=True):
        yield site.story_path(story.name), day


def _addresses(
    atlas: Atlas, fixed: Sequence[tuple[str, str]], site: Site, stretch: range
) -> Iterator[tuple[str, str]]:
    """Go through a stretch of all pages: the fixed ones come before the records."""
    here = fixed[stretch.start : stretch.stop]
    yield from here
    records = atlas.engine.pages.days_changed(
        limit=len(stretch) - len(here), offset=max(0, stretch.start - len(fixed))
    )
    for name, day in records:
        yield site.absolute(site.record_path(name)), day


def _page_of_fate(atlas: Atlas, fate: Change, site: Site) -> Page:
    """Return what stands where a record was."""
    if fate.into and atlas.engine.features_of([fate.into]):
        return Page("", moved_to=fate.into)
    corrections = corrections_of([fate], None, atlas.vocabulary, atlas.own)
    lines = [line for one in corrections for line in one.lines]
    day = day_words(fate.day)
    said = [f"It was taken out of this map on {day}.", *lines]
    return Page(render_gone("This record is no longer here", said, site), is_gone=True)


def _corrections(
    atlas: Atlas, incident_id: str, incident: Incident | None
) -> tuple[Correction, ...]:
    changes = atlas.journal.of(incident_id)
    return corrections_of(changes, incident, atlas.vocabulary, atlas.own)


def _incidents(atlas: Atlas, ids: Sequence[str]) -> Mapping[str, Incident]:
    """Return incidents by id, in the order asked for; unknown ones are left out."""
    features = atlas.engine.features_of(ids)
    return {name: incident_of(features[name]) for name in ids if name in features}
