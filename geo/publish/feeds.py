"""Feeds: what is new or changed, and what was corrected, as Atom (RFC 4287).

Summaries are HTML, so that their texts are escaped twice: once as HTML here, once as XML
by the template. The same records give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from geo.evidence.corrections import Correction, day_of
from geo.model.incident import Incident
from geo.model.wording import (
    claim_words,
    date_words,
    denial_words,
    headline_words,
    place_words,
)
from geo.publish.site import Site
from geo.publish.templating import templates_in

#: Media type of a feed.
ATOM: Final = "application/atom+xml"
#: Entries of a feed, the newest ones.
MOST_ENTRIES: Final = 50
#: What a feed without a day of its own says: it must say one.
_NO_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    Parameters
    ----------
    id
        An address that stays the same for ever.
    title
        What stands alone in a list.
    link
        The page it is about.
    updated
        The day it last changed.
    lines
        What is said of it, a paragraph each.
    categories
        What it is filed under.
    """

    id: str
    title: str
    link: str
    updated: date
    lines: tuple[str, ...]
    categories: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What is said of it, as HTML: a text like any other to the feed."""
        return str(Markup().join(map(Markup("<p>{}</p>").format, self.lines)))


def write_feed(
    entries: Iterable[Entry], site: Site, *, title: str, path: str, about: str = ""
) -> bytes:
    """Return a feed.

    Parameters
    ----------
    entries
        The newest first; none give a feed without entries.
    site
        The site. Its address should be known: readers of feeds need whole links.
    title, about
        What the feed is called, and a line on what it holds.
    path
        Where it is found below the root, with its query.
    """
    entries = list(entries)
    return (
        templates_in()
        .get_template("feed.xml")
        .render(
            site=site,
            title=title,
            about=about,
            home=site.absolute("") or "./",
            here=site.absolute(path) or path,
            updated=max((entry.updated for entry in entries), default=_NO_DAY),
            entries=entries,
        )
        .encode()
    )


def record_entry(
    incident: Incident,
    category_label: str,
    site: Site,
    corrections: Sequence[Correction] = (),
) -> Entry:
    """Return the entry of a new or changed record.

    Parameters
    ----------
    incident
        The record.
    category_label
        What readers see for its category.
    site
        The site that its page is a part of.
    corrections
        What was changed in it, the oldest first; of the last time, it is told.
    """
    path = site.record_path(incident.id)
    link = site.absolute(path) or path
    return Entry(
        id=link,
        title=headline_words(incident),
        link=link,
        updated=day_of(incident.updated) or _NO_DAY,
        lines=tuple(filter(None, _lines(incident, corrections))),
        categories=(category_label,),
    )


def correction_entry(
    correction: Correction, title: str, site: Site, *, is_gone: bool = False
) -> Entry:
    """Return the entry of one correction.

    Parameters
    ----------
    correction
        What was changed.
    title
        The record's, as it stands alone; of one that is gone, its id.
    site
        The site that the record's page is a part of.
    is_gone
        Whether there is no such record any more.
    """
    path = site.record_path(correction.id)
    link = site.absolute(path) or path
    version = f"-{correction.version}" if correction.version else ""
    return Entry(
        id=f"{link}#changed-{correction.day}{version}",
        title=f"{'No longer there' if is_gone else 'Changed'}: {title}",
        link=link,
        updated=correction.day,
        lines=correction.lines,
    )


def _lines(incident: Incident, corrections: Sequence[Correction]) -> Iterator[str]:
    yield claim_words(incident)
    yield denial_words(incident.denied_by)
    yield f"{date_words(incident.date)}. {place_words(incident)}."
    yield incident.summary
    for correction in corrections[-1:]:
        yield f"What has changed: {' '.join(correction.lines)}"
