"""Cards: what others show of a page before it is opened, as PNG of few colours.

Whoever sees a card sees nothing else. So how sure a report is, who alleges it and who
denies it stand on the card of a record in the same letters as its title, and none of
that is ever cut for room. A place is shown no finer than the record knows it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

import shapely
from cachetools import LRUCache
from shapely.geometry.base import BaseGeometry

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.base.grid import Bbox, Group
from geo.base.settings import settings
from geo.base.stamps import Stamp, stamp_of
from geo.engine import Engine, PlaceView
from geo.engine.vagueness import deepest_zoom
from geo.model.incident import Incident, incident_of
from geo.model.query import Query
from geo.model.vocabulary import Kind, Status
from geo.model.wording import (
    claim_words,
    date_words,
    denial_words,
    headline_words,
    place_words,
)
from geo.publish.pictures.canvas import Canvas, drawing, wrap
from geo.publish.pictures.contents import contents_of
from geo.publish.pictures.frame import Frame, Panel, fit
from geo.publish.pictures.ground import draw_ground
from geo.publish.pictures.look import LIGHT, Look
from geo.publish.pictures.marks import draw_disc, draw_marker, draw_shape, room_of
from geo.publish.pictures.names import draw_names
from geo.publish.pictures.palette import Palette
from geo.publish.pictures.sheet import draw_map
from geo.publish.pictures.streets import credit_of, streets_in

#: A card is drawn larger than on the map: most are shown as small as a thumb.
_LARGER: Final = 1.6
#: 1200 pixels wide and 630 high, as those who show it want it.
WIDTH: Final = 1200 / _LARGER
HEIGHT: Final = 630 / _LARGER
_DPI: Final = 96 * _LARGER
#: Beside those that mean something, as few as keep the letters smooth: each card is a
#: file of a site.
_COLORS: Final = 8
_MOST_COLORS: Final = 256
_EDGE: Final = 32.0
_PANEL: Final = Panel(445.0, 0.0, 305.0, HEIGHT)
_GAP: Final = 22.0
#: Sizes of the words that count, the largest that fits is taken; pixels.
_SIZES: Final = (28.0, 25.0, 22.5, 20.0, 17.5, 15.5, 13.5, 11.5, 10.0)
_LEAD: Final = 1.22
_INSET: Final = 10.0
_TOP: Final = 58.0
_BOTTOM: Final = 318.0
#: Nearer there is nothing on the ground but the marker, unless there are streets.
_CLOSEST: Final = 9
_CLOSEST_IN_STREETS: Final = 13
_EDGE_DEG: Final = 179.99
#: Cards kept, some kilobytes each: those who show one page ask for it many times.
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class _Statement:
    """Words of a card in large letters: on a ground of a colour, or on the paper."""

    text: str
    ink: str
    fill: str = ""
    may_be_cut: bool = False


#: Title and subtitle of the map, the file of its streets, the record or nothing.
_CardName: TypeAlias = tuple[str, str, Stamp, str]


def card_of_record(atlas: Atlas, incident_id: str) -> bytes:
    """Return the card of a record as PNG.

    Raises
    ------
    NotFoundError
        If there is no such record.
    WithdrawnError
        If there was one.
    MissingAssetError
        If the ground's tiles are not installed.
    """
    incident = incident_of(atlas.feature(incident_id))
    place = atlas.engine.where_is(incident_id)
    with drawing(WIDTH, HEIGHT, LIGHT.paper) as canvas:
        if place is not None and incident.geometry is not None:
            _draw_place(canvas, atlas, incident, place, LIGHT)
            room = _PANEL.x - _EDGE - _GAP
        else:
            room = WIDTH - 2 * _EDGE
        _draw_words(canvas, atlas, incident, room, LIGHT)
        title = headline_words(incident)
        return canvas.png(title, dpi=_DPI, palette=_palette(atlas, LIGHT))


def card_of_map(atlas: Atlas) -> bytes:
    """Return the card of a whole map as PNG; in words alone where nothing is placed.

    Raises
    ------
    MissingAssetError
        If the ground's tiles are not installed.
    """
    deployment, look = settings(), LIGHT
    total = atlas.engine.count(Query())
    lines = [f"{total:,} incident{'' if total == 1 else 's'}"]
    with drawing(WIDTH, HEIGHT, look.paper) as canvas:
        try:
            contents = contents_of(atlas, Query(), _PANEL)
        except NotFoundError:
            room = WIDTH - 2 * _EDGE
        else:
            room = _PANEL.x - _EDGE - _GAP
            draw_map(canvas, atlas, contents, look)
            _draw_credit(canvas, look, credit_of(contents.streets))
            for count, verb in (
                (contents.dispute.alleged, "alleged"),
                (contents.dispute.denied, "denied"),
            ):
                if count:
                    lines.append(f"{count:,} {verb}, in whole or in part")
            lines.append(contents.sources)
        title = _Statement(deployment.title, look.ink, may_be_cut=True)
        y = _draw_large(canvas, [title], room, _TOP, 200.0)
        for line in wrap(deployment.subtitle, room, 15.5, most=3):
            canvas.write(_EDGE, y + 15, line, size=15.5, color=look.soft)
            y += 21
        y = max(y + 28, 240.0)
        for text in lines:
            for line in wrap(text, room, 15, most=2):
                canvas.write(_EDGE, y, line, size=15, color=look.ink)
                y += 21
        return canvas.png(deployment.title, dpi=_DPI, palette=_palette(atlas, look))


def kept_card(atlas: Atlas, incident_id: str = "") -> bytes:
    """Return the card of a record, or of the map, drawn once for each layer.

    Raises
    ------
    NotFoundError, WithdrawnError, MissingAssetError
        As :func:`card_of_record`.
    """
    deployment = settings()
    streets = stamp_of(filter(None, [deployment.ground]))
    name = deployment.title, deployment.subtitle, streets, incident_id
    with _lock:
        cards = _cards.setdefault(atlas.engine, LRUCache(_KEPT))
        card = cards.get(name)
    if card is None:
        card = card_of_record(atlas, incident_id) if incident_id else card_of_map(atlas)
        with _lock:
            cards[name] = card
    return card


#: The cards of each engine, which a changed layer has anew.
_cards: Final[WeakKeyDictionary[Engine, LRUCache[_CardName, bytes]]] = (
    WeakKeyDictionary()
)
_lock: Final = threading.Lock()


def _palette(atlas: Atlas, look: Look) -> Palette:
    """Return the colours of a card: no category must look like another."""
    categories = [category.color for category in atlas.vocabulary]
    words = (look.paper, look.ink, look.soft)
    ground = (look.sea, look.land, look.street, look.green, look.label, look.vague)
    cards = (look.claim, look.claim_ink, look.denial, look.denial_ink)
    named = tuple(dict.fromkeys((*words, *ground, *cards, *categories)))
    return Palette(named[:_MOST_COLORS], min(_MOST_COLORS, len(named) + _COLORS))


def _draw_words(
    canvas: Canvas, atlas: Atlas, incident: Incident, room: float, look: Look
) -> None:
    """Write what is reported, how sure it is, when and where, and on which map."""
    kicker = (
        atlas.vocabulary[incident.category].label
        if incident.category in atlas.vocabulary
        else incident.category
    )
    for line in wrap(kicker, room, 14.5, most=1):
        canvas.write(_EDGE, 42, line, size=14.5, color=look.soft)
    is_certain = incident.kind != Kind.PLAN and incident.status in {
        Status.REPORTED,
        Status.CORROBORATED,
    }
    is_disputed = bool(incident.alleged_by or incident.denied_by) or not is_certain
    statements = [_Statement(headline_words(incident), look.ink, may_be_cut=True)]
    if is_disputed:
        statements.append(_Statement(claim_words(incident), look.claim_ink, look.claim))
    if incident.denied_by:
        denial = denial_words(incident.denied_by)
        statements.append(_Statement(denial, look.denial_ink, look.denial))
    _draw_large(canvas, statements, room, _TOP, _BOTTOM)
    facts = f"{date_words(incident.date)}. {place_words(incident)}."
    if not is_disputed:
        facts = f"{claim_words(incident)} {facts}"
    y = 337.0
    for line in wrap(facts, room, 13.5, most=2):
        canvas.write(_EDGE, y, line, size=13.5, color=look.ink)
        y += 18
    for line in wrap(settings().title, room, 12, bold=True, most=1):
        canvas.write(_EDGE, 379, line, size=12, color=look.soft, bold=True)


def _draw_large(
    canvas: Canvas,
    statements: Sequence[_Statement],
    room: float,
    top: float,
    bottom: float,
) -> float:
    """Write texts in the same letters, as large as they fit; return where they end.

    Only what may be cut is, and only in the smallest letters.
    """
    for size in _SIZES:
        lines = [_lines(one, room, size) for one in statements]
        if top + _height(statements, lines, size) <= bottom:
            break
    else:
        over = top + _height(statements, lines, size) - bottom
        for number, one in enumerate(statements):
            if one.may_be_cut:
                most = max(1, len(lines[number]) - int(over / (size * _LEAD)) - 1)
                lines[number] = _lines(one, room, size, most)
    y = top
    for one, rows in zip(statements, lines, strict=True):
        inset = _INSET if one.fill else 0.0
        tall = len(rows) * size * _LEAD
        if one.fill:
            canvas.box(_EDGE, y, room, tall + 2 * inset, one.fill)
        for number, line in enumerate(rows):
            base = y + inset + number * size * _LEAD + size * 0.92
            canvas.write(_EDGE + inset, base, line, size=size, color=one.ink, bold=True)
        y += tall + 2 * inset + _INSET
    return y


def _lines(statement: _Statement, room: float, size: float, most: int = 0) -> list[str]:
    inset = 2 * _INSET if statement.fill else 0.0
    return wrap(statement.text, room - inset, size, bold=True, most=most)


def _height(
    statements: Sequence[_Statement], lines: Sequence[list[str]], size: float
) -> float:
    return sum(
        len(rows) * size * _LEAD + (2 * _INSET if one.fill else 0.0) + _INSET
        for one, rows in zip(statements, lines, strict=True)
    )


def _draw_place(
    canvas: Canvas, atlas: Atlas, incident: Incident, place: PlaceView, look: Look
) -> None:
    """Draw where it was, no closer than the place is known."""
    shape = incident.geometry
    if shape is None:
        return
    frame = _frame_of(place, shape, incident.radius_m)
    if streets_in(frame):
        frame = _frame_of(place, shape, incident.radius_m, _CLOSEST_IN_STREETS)
    streets = streets_in(frame)
    marker = Group(
        lon=place.lon,
        lat=place.lat,
        count=1,
        incident_id=incident.id,
        place_no=place.number,
        mix=((incident.category, 1),),
        status=incident.status,
        plan=incident.kind == Kind.PLAN,
        extent=Bbox(place.lon, place.lat, place.lon, place.lat),
    )
    with canvas.within(*frame.panel):
        draw_ground(canvas, frame, look, streets)
        if place.area:
            draw_shape(canvas, frame, look, place, shape)
        else:
            draw_disc(canvas, frame, look, place)
        draw_names(canvas, frame, look, [room_of(frame, marker, place)], streets)
        draw_marker(canvas, frame, look, marker, place, atlas.vocabulary)
    _draw_credit(canvas, look, credit_of(streets))


def _draw_credit(canvas: Canvas, look: Look, names: str) -> None:
    """Write whom the ground is owed to, all of them, along the map's lower edge."""
    lines = wrap(f"Ground: {names}", _PANEL.width - 10, 8)
    right, tall = _PANEL.x + _PANEL.width, 3 + 10 * len(lines)
    canvas.box(_PANEL.x, HEIGHT - tall, _PANEL.width, tall, look.paper, opacity=0.8)
    for below, line in zip(reversed(range(len(lines))), lines, strict=True):
        base = HEIGHT - 3.5 - 10 * below
        canvas.write(right - 5, base, line, size=8, color=look.soft, align="right")


def _frame_of(
    place: PlaceView,
    shape: BaseGeometry,
    radius_m: float | None,
    nearest: int = _CLOSEST,
) -> Frame:
    """Return what a card shows of a place: no closer than it is known, nor *nearest*."""
    closest = min(nearest, max(0, deepest_zoom(shape, radius_m)))
    if not place.area:
        spot = Bbox(place.lon, place.lat, place.lon, place.lat)
        return fit(spot, _PANEL, closest=closest)
    west, south, east, north = shape.bounds
    if west <= -_EDGE_DEG and east >= _EDGE_DEG:
        # It was cut at the antimeridian (RFC 7946, 3.1.9).
        lons = shapely.get_coordinates(shape)[:, 0]
        west, east = lons[lons > 0].min(), lons[lons < 0].max()
    return fit(Bbox(west, south, east, north), _PANEL, closest=closest, margin=0.14)
