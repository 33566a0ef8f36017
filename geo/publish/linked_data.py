"""What search engines are told of a record, in the words of schema.org, as JSON-LD.

Machines repeat what is marked up without its doubts, so that only what truly fits is:

- an ``Event`` is what a source reports as fact, or several do: one event that happened at
  a place, on a date of the calendar, with nothing of it alleged or denied;
- a ``Claim`` is what somebody says and the source does not vouch for. Its text begins
  with who says so and who denies it, and cannot be had without;
- never a ``ClaimReview``: that is the verdict of a newsroom which has checked the claim
  itself. A record only tells what its sources report;
- everything else is a page, with what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urldefrag

from geo.evidence.corrections import day_of
from geo.evidence.record import Record
from geo.model.incident import Incident
from geo.model.vocabulary import SPOTS, Kind, PlaceRole, Precision, Status
from geo.model.wording import PROTECTED, dispute_words, headline_words
from geo.publish.site import Site

#: A date without doubts, or a stretch between two: EDTF level 0.
_CERTAIN_DATE: Final = re.compile(
    r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?)(?:/(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?))?",
    re.ASCII,
)
_EXACT: Final = frozenset({Precision.VENUE, Precision.STREET})
_REPORTED: Final = frozenset({Status.REPORTED, Status.CORROBORATED})


def linked_data(record: Record, site: Site) -> dict[str, Any]:
    """Return what a record's page says in JSON-LD.

    Parameters
    ----------
    record
        The record.
    site
        The site that its page is a part of.

    Returns
    -------
    dict
        A ``WebPage``; its ``mainEntity`` is an ``Event`` or a ``Claim`` where one fits.
    """
    incident = record.incident
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": headline_words(incident),
        "isPartOf": {"@type": "WebSite", "name": site.title},
        "citation": list(_sources(record)),
    }
    address = site.absolute(site.record_path(incident.id))
    if address:
        page |= {"@id": address, "url": address}
        page["isPartOf"]["url"] = f"{site.address}/"
    if day_of(incident.updated):
        page["dateModified"] = incident.updated
    if site.licence.startswith(("https://", "http://")):
        page["license"] = site.licence
    entity = _event(incident) or _claim(incident)
    return {**page, "mainEntity": entity} if entity else page


def _sources(record: Record) -> Iterator[dict[str, Any]]:
    """Go through the sources that a record rests on, each once."""
    seen = set()
    for passage in record.passages:
        if passage.source in seen:
            continue
        seen.add(passage.source)
        source = {
            "@type": "CreativeWork",
            "name": passage.title,
            "publisher": {"@type": "Organization", "name": passage.publisher},
        }
        url = urldefrag(passage.url).url
        yield {**source, "url": url} if url else source


def _event(incident: Incident) -> dict[str, Any] | None:
    """Return a record as an event, None for what is none beyond doubt."""
    dates = _CERTAIN_DATE.fullmatch(incident.date or "")
    is_certain = (
        incident.kind == Kind.EVENT
        and incident.status in _REPORTED
        and not incident.alleged_by
        and not incident.denied_by
        and incident.place_role == PlaceRole.OCCURRED
    )
    if dates is None or not is_certain or not incident.place:
        return None
    start, end = dates.groups()
    event = {
        "@type": "Event",
        "name": incident.title,
        "startDate": start,
        "location": _location(incident),
    }
    if end:
        event["endDate"] = end
    if incident.summary:
        event["description"] = incident.summary
    return event


def _location(incident: Incident) -> dict[str, Any]:
    """Return the place; its coordinates only where they are those of the place itself."""
    place: dict[str, Any] = {"@type": "Place", "name": incident.place}
    if incident.country:
        place["address"] = {
            "@type": "PostalAddress",
            "addressCountry": incident.country,
        }
    is_held = incident.generalised or incident.extra.get(PROTECTED) is True
    shape = incident.geometry
    if incident.precision in _EXACT and not is_held and shape is not None:
        point = shape.representative_point()
        if shape.geom_type in SPOTS:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": point.y,
                "longitude": point.x,
            }
    return place


def _claim(incident: Incident) -> dict[str, Any] | None:
    """Return what somebody claims, with who denies it; None for what is no claim."""
    if incident.status != Status.ALLEGED or not incident.alleged_by:
        return None
    about = (dispute_words(incident), f"{incident.title}.", incident.summary)
    return {
        "@type": "Claim",
        "name": headline_words(incident),
        "text": " ".join(filter(None, about)),
    }
