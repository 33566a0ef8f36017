"""What a picture tells: the view, and in words the filters, the doubts and the sources."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.base.grid import Bbox
from geo.base.settings import settings
from geo.base.work import check_work
from geo.engine import Engine, View
from geo.model.dates import day_words
from geo.model.query import CODED, DATES_LABELS, Dates, Query
from geo.model.sources import publishers_of
from geo.model.vocabulary import Category, Status
from geo.publish.pictures.frame import CLOSEST_ZOOM, Frame, Panel, fit
from geo.publish.pictures.streets import Streets, credit_of, streets_in

#: How a feature's text tells that somebody alleges or denies something.
_DISPUTED: Final = ('"denied_by":["', '"alleged_by":["', '"status":"alleged"')
_IN_BRACKETS: Final = re.compile(r"\s*\([^()]*\)\s*$")
_LOOK_EVERY: Final = 2_000
#: Publishers that are named; of the others, that there are more.
_MOST_PUBLISHERS: Final = 6


@dataclass(frozen=True, slots=True)
class Dispute:
    """How many incidents are alleged or denied, and by whom, in order of how often."""

    alleged: int
    denied: int
    alleging: tuple[str, ...]
    denying: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a picture of a map tells.

    Parameters
    ----------
    title, subtitle
        The map's.
    filters
        What is filtered, in a sentence.
    shown
        How many incidents there are, and how many of them are not in the picture.
    sources, credits
        What they rest on, and whose ground, data and licence it is.
    view, frame
        What is seen, and where.
    streets
        The newsroom's extract, if the frame shows it.
    categories
        Those of the incidents that the filters leave, with their numbers.
    dispute
        Who alleges and who denies.
    """

    title: str
    subtitle: str
    filters: str
    shown: str
    sources: str
    credits: str
    view: View
    frame: Frame
    streets: Streets | None
    categories: tuple[tuple[Category, int], ...]
    dispute: Dispute


def contents_of(
    atlas: Atlas, query: Query, panel: Panel, bbox: Bbox | None = None
) -> Contents:
    """Return what a picture of a map tells.

    Parameters
    ----------
    atlas
        The map.
    query
        The filters.
    panel
        Where the map is on the sheet.
    bbox
        What to show at least, degrees. None: the area that the filters ask for, or else
        where most of what they leave is.

    Raises
    ------
    NotFoundError
        If the filters leave nothing that could be drawn.
    DataError
        If the newsroom's streets cannot be read.
    """
    engine = atlas.engine
    check_drawable(engine, query)
    frame = frame_of(engine, query, panel, bbox)
    streets = streets_in(frame)
    view = engine.view(query, frame.bbox, frame.zoom)
    deployment = settings()
    numbers = engine.counts(query, "category")
    return Contents(
        title=deployment.title,
        subtitle=deployment.subtitle,
        filters=filter_words(atlas, query),
        shown=shown_words(view, engine.count(query, missing="place")),
        sources=sources_words(atlas, query),
        credits=credits_words(engine.updated, credit_of(streets)),
        view=view,
        frame=frame,
        streets=streets,
        categories=tuple(
            (category, numbers[category.id])
            for category in atlas.vocabulary
            if category.id in numbers
        ),
        dispute=_dispute_of(engine, query),
    )


def check_drawable(engine: Engine, query: Query) -> None:
    """Check that there is something to draw.

    Raises
    ------
    NotFoundError
        If the filters leave no incident, or none with a place.
    """
    total = engine.count(query)
    remedy = "Ask for more, or take a filter away."
    if not total:
        what = (
            "The map has no incident yet"
            if query.is_empty
            else "No incident is left by these filters"
        )
        advice = (
            remedy if not query.is_empty else "Bring some in with 'incidents import'."
        )
        msg = f"There is nothing to draw. {what}. {advice}"
        raise NotFoundError(msg)
    if engine.count(query, missing="place") == total:
        those = (
            "The one incident that is"
            if total == 1
            else f"All {total:,} incidents that are"
        )
        verb = "has" if total == 1 else "have"
        msg = f"There is nothing to draw. {those} left {verb} no place on the map. {remedy}"
        raise NotFoundError(msg)


def frame_of(
    engine: Engine, query: Query, panel: Panel, bbox: Bbox | None = None
) -> Frame:
    """Return what a picture shows, as :func:`contents_of` says.

    The query leaves something that has a place.
    """
    extent = bbox or query.bbox
    if extent is not None:
        return fit(extent, panel, closest=22.0, margin=0.0)
    focus = engine.focus(query)
    if focus is None:
        return fit(Bbox(-180, -60, 180, 75), panel)
    return fit(focus.extent, panel, closest=min(float(focus.zoom), CLOSEST_ZOOM))


def filter_words(atlas: Atlas, query: Query) -> str:
    """Return the filters in words, as a sentence; that there are none, too."""
    parts = []
    for kind in CODED:
        values = getattr(query, kind.name)
        if values:
            labels = atlas.choices(kind.name)
            chosen = " or ".join(labels.get(value, value) for value in values)
            parts.append(f"{kind.label}: {chosen}")
    if query.since or query.until:
        first = f"from {day_words(query.since)}" if query.since else ""
        last = f"until {day_words(query.until)}" if query.until else ""
        within = DATES_LABELS[Dates(query.dates)].lower()
        parts.append(f"Dates {within} {' '.join(filter(None, (first, last)))}")
    if query.q:
        parts.append(f"Words: “{query.q}”")
    if query.bbox:
        parts.append(f"Area: {_box_words(query.bbox)}")
    return f"Filtered. {'; '.join(parts)}." if parts else "Nothing is filtered out."


def shown_words(view: View, unplaced: int) -> str:
    """Return how many incidents there are, and what of them is not in the picture."""
    noun = "incident" if view.total == 1 else "incidents"
    parts = [f"{view.total:,} {noun}"]
    if view.outside:
        verb = "lies" if view.outside == 1 else "lie"
        parts.append(f"{view.outside:,} of them {verb} outside this picture")
    if unplaced:
        verb = "has" if unplaced == 1 else "have"
        parts.append(f"{unplaced:,} {verb} no place on the map")
    return f"{'; '.join(parts)}."


def sources_words(atlas: Atlas, query: Query) -> str:
    """Return what the incidents rest on: who has published it."""
    cited = atlas.engine.counts(query, "source")
    chosen = [source for name, source in atlas.sources.items() if name in cited]
    publishers = publishers_of(chosen, most=_MOST_PUBLISHERS)
    if not publishers:
        return ""
    number = f"{len(chosen):,} sources" if len(chosen) > 1 else "one source"
    return f"Coded from {number}, published by {publishers}."


def credits_words(updated: str, ground: str) -> str:
    """Return the day of the last change, licence, address and the ground's makers.

    Parameters
    ----------
    updated
        The day, ISO 8601; empty where there is none.
    ground
        Whom the ground is owed to.
    """
    deployment = settings()
    address = (deployment.public_url or "").rstrip("/")
    parts = [
        f"Last changed on {day_words(date.fromisoformat(updated))}" if updated else "",
        f"Licence of the data: {deployment.licence}" if deployment.licence else "",
        address,
        f"Ground: {ground}",
    ]
    return f"{'. '.join(filter(None, parts))}."


def _dispute_of(engine: Engine, query: Query) -> Dispute:
    """Count who alleges and who denies among what a query asks for."""
    alleging: Counter[str] = Counter()
    denying: Counter[str] = Counter()
    alleged = denied = 0
    for number, line in enumerate(engine.feature_lines(query)):
        if number % _LOOK_EVERY == 0:
            check_work()
        if not any(sign in line for sign in _DISPUTED):
            continue
        properties = json.loads(line)["properties"]
        claimants, deniers = (
            dict.fromkeys(map(_name, properties.get(name) or ()))
            for name in ("alleged_by", "denied_by")
        )
        alleging.update(claimants.keys())
        denying.update(deniers.keys())
        alleged += bool(claimants) or properties.get("status") == Status.ALLEGED
        denied += bool(deniers)
    return Dispute(alleged, denied, _most_first(alleging), _most_first(denying))


def _name(entry: str) -> str:
    """Return a name without what a record adds to it in brackets, of its own matter."""
    return _IN_BRACKETS.sub("", entry) or entry


def _most_first(names: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-names[name], name)))


def named_words(names: Sequence[str], most: int) -> str:
    """Return names as a list in a sentence: "a; b and c", "a; b; c and 16 others".

    Names have commas in them.
    """
    if len(names) > most + 1:
        return f"{'; '.join(names[:most])} and {len(names) - most:,} others"
    return " and ".join(filter(None, ("; ".join(names[:-1]), *names[-1:])))


def _box_words(box: Bbox) -> str:
    """Return an area in words: "20.3°E to 20.6°E, 44.7°N to 44.9°N"."""

    def degrees(value: float, signs: str) -> str:
        return f"{abs(value):.4g}°{signs[value < 0]}"

    west, east = degrees(box.west, "EW"), degrees(box.east, "EW")
    return f"{west} to {east}, {degrees(box.south, 'NS')} to {degrees(box.north, 'NS')}"
