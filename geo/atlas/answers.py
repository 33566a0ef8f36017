"""What the map's scripts are told, as JSON values: by a server, or by files beside them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from geo.atlas.shelf import Atlas
from geo.base.extras import has_extra
from geo.base.settings import Settings
from geo.evidence.record import Record
from geo.model.incident import Incident
from geo.model.query import FILTERS, Filter, Query
from geo.model.sources import Sources, publishers_of
from geo.model.vocabulary import Kind
from geo.model.wording import LOOKS, date_words, dispute_words, line_words, somewhere


def style_of(
    atlas: Atlas,
    deployment: Settings,
    ground: Mapping[str, Any],
    *,
    is_preview: bool = False,
) -> dict[str, Any]:
    """Return how the map looks: categories, filters, tiles, credits, version.

    Parameters
    ----------
    atlas, deployment
        The map and its settings.
    ground
        Where the ground is, and whom it is owed to (``ground.js``).
    is_preview
        Whether it is a table that is being brought in, which has no first view: what
        is not there yet is shown whole.
    """
    publishers = publishers_of(atlas.sources.values(), most=3)
    return {
        "version": atlas.version,
        "title": deployment.title,
        # Whether pages of others may show it.
        "embed": deployment.embed not in {"self", "nowhere"},
        # Whether there is somebody to draw the view.
        "pictures": has_extra("pictures") and not is_preview,
        "categories": atlas.vocabulary.marks(),
        "looks": LOOKS,
        "filters": [_filter_words(kind) for kind in FILTERS],
        "ground": ground,
        "credit": f"Incidents coded from {publishers}" if publishers else "",
        "view": {} if is_preview else deployment.view,
        "tiles": {
            "url": deployment.tiles_url,
            "attribution": deployment.tiles_attribution,
            "default": deployment.tiles_default,
        },
    }


def _filter_words(kind: Filter) -> dict[str, Any]:
    """Return what readers see of a filter, and whether its values are buttons."""
    return {
        "name": kind.name,
        "label": kind.label,
        "labels": kind.labels,
        "several": kind.takes_several,
        "rare": kind.is_rare,
    }


def choices_of(
    atlas: Atlas, query: Query, kind: Filter, *, most: int | None = None
) -> list[tuple[str, str, int]]:
    """Return the values that a filter has here, each with its words and its number.

    Parameters
    ----------
    atlas
        The map.
    query
        The filters in force; this one is left aside, so that the numbers say what
        another choice would show.
    kind
        A filter that takes several values.
    most
        How many values, the most frequent ones; those that are chosen are always told.

    Returns
    -------
    list
        Value, words, and how many incidents have it, in the order of the vocabulary.
    """
    counts = atlas.engine.counts(query.without(kind.name), kind.name)
    chosen = getattr(query, kind.name)
    offered = {*islice(counts, most), *chosen}
    labels = atlas.choices(kind.name)
    labels |= {value: value for value in chosen if value not in labels}
    return [
        (value, _without_its_filter(label), counts.get(value, 0))
        for value, label in labels.items()
        if value in offered
    ]


def _without_its_filter(label: str) -> str:
    """Leave out what the name of the filter says already: "How exactly placed"."""
    short = label.removeprefix("Placed ")
    return f"{short[:1].upper()}{short[1:]}"


def line_of(
    incident: Incident, lon: float | None, lat: float | None, *, named: bool = True
) -> dict[str, Any]:
    """Return an incident as a list tells it, with who claims it and who denies it.

    Parameters
    ----------
    incident
        The incident.
    lon, lat
        Its marker, degrees; None without a place.
    named
        Whether its place is named: a list of one place need not.
    """
    place = incident.place if named else ""
    where = somewhere(place, incident.precision) if place else ""
    date, claim = date_words(incident.date), dispute_words(incident)
    return {
        "id": incident.id,
        "title": incident.title,
        "category": incident.category,
        "status": "plan" if incident.kind == Kind.PLAN else incident.status,
        "line": line_words(date, claim, where),
        "date": date,
        "place": where,
        "claim": claim,
        "lon": lon,
        "lat": lat,
    }


def answer_with(record: Record, page: str, feed: str) -> dict[str, Any]:
    """Return a record as it is read, with where more is told of its changes.

    Parameters
    ----------
    record
        The record.
    page
        The address of its own page; empty where it has none.
    feed
        The address of the feed of all corrections of the map.
    """
    parts = record.as_json()
    return {**parts, "history": {**parts["history"], "page": page, "feed": feed}}


def references_to(
    incident: Incident, sources: Sources, collection: str, link: str
) -> dict[str, Any]:
    """Return how an incident is cited: its address, and a reference in each form.

    Without the extra that writes references there is the address alone.

    Parameters
    ----------
    incident
        The incident.
    sources
        The register of what it cites.
    collection
        The title of the map.
    link
        The address at which readers find the incident.
    """
    if not has_extra("citing"):
        return {"link": link, "forms": {}}
    # Few readers cite, and what writes references takes its time to load.
    from geo.evidence.citing import FORMAT_LABELS, cite_record  # noqa: PLC0415

    forms = {
        label: cite_record(incident, sources, form, collection=collection, link=link)
        for form, (label, _, _) in FORMAT_LABELS.items()
    }
    return {"link": link, "forms": forms}
