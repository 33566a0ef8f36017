"""Features: pages of a collection, and single ones (Part 1, 7.15 and 7.16).

A page names the next one by the id it ended with. An edit between two pages therefore
neither repeats nor skips what has not been edited itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any, Final

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.engine import all_of
from geo.engine.pages import Pages
from geo.engine.queryables import QUERYABLES, queryables_of
from geo.model.incident import crosswalk
from geo.model.query import Query
from geo.model.sources import Source
from geo.web.ogc.collections import Collection
from geo.web.ogc.parameters import ItemsQuery, Parameters, read_items_query

Feature = dict[str, Any]
_ALL: Final = Query()


def page(
    collection: Collection, parameters: Parameters, atlas: Atlas
) -> tuple[list[Feature], int, str | None]:
    """Return the features of a page, how many match, and the id to go on after.

    The id is None on the last page.

    Raises
    ------
    QueryError
        As :func:`geo.web.ogc.parameters.read_items_query`.
    """
    kind = collection.kind
    wanted = read_items_query(
        parameters, atlas, queryables_of(kind, atlas.own), ours=kind in QUERYABLES
    )
    # One more than asked for tells whether there is another page.
    features, matched = _PAGES[kind](
        atlas, _placed(wanted, collection.geometry, atlas.engine.pages)
    )
    shown = features[: wanted.limit]
    more = len(features) > wanted.limit
    return shown, matched, shown[-1]["id"] if more else None


def single(collection: Collection, feature_id: str, atlas: Atlas) -> Feature:
    """Return one feature.

    Raises
    ------
    NotFoundError
        If the collection has none of that id.
    """
    if collection.kind == "incidents":
        feature = atlas.feature(feature_id)
        geometry = (feature["geometry"] or {}).get("type")
        if collection.geometry not in {"", geometry}:
            msg = f"{feature_id!r} is not placed so. It is in the collection of all."
            raise NotFoundError(msg)
        return _with_codes(feature)
    if collection.kind == "sources":
        source = atlas.sources.named(feature_id)
        return _source(source, atlas.engine.counts(_ALL, "source"))
    places, _ = atlas.engine.pages.places(_ALL, limit=1, place_id=feature_id)
    if not places:
        msg = f"No place has the id {feature_id[:60]!r}. Ids are in the list of places."
        raise NotFoundError(msg)
    return _with_codes(places[0])


def _placed(wanted: ItemsQuery, geometry: str, pages: Pages) -> ItemsQuery:
    """Return the request, limited to one type of geometry if the collection is."""
    if not geometry:
        return wanted
    of_type = pages.of_geometry(geometry)
    return replace(wanted, condition=all_of([wanted.condition, of_type]))


def _incidents(atlas: Atlas, wanted: ItemsQuery) -> tuple[list[Feature], int]:
    return _coded(atlas.engine.pages.features, wanted)


def _places(atlas: Atlas, wanted: ItemsQuery) -> tuple[list[Feature], int]:
    return _coded(atlas.engine.pages.places, wanted)


def _coded(
    ask: Callable[..., tuple[list[Feature], int]], wanted: ItemsQuery
) -> tuple[list[Feature], int]:
    """Ask the engine, for one feature more than the page holds."""
    features, matched = ask(
        wanted.query, wanted.condition, after=wanted.after, limit=wanted.limit + 1
    )
    return [_with_codes(feature) for feature in features], matched


def _sources(atlas: Atlas, wanted: ItemsQuery) -> tuple[list[Feature], int]:
    counts = atlas.engine.counts(_ALL, "source")
    matching = list(_matching(atlas, wanted))
    features = [
        _source(source, counts) for source in matching if source.id > wanted.after
    ]
    return features[: wanted.limit + 1], len(matching)


def _matching(atlas: Atlas, wanted: ItemsQuery) -> Iterator[Source]:
    """Go through the sources asked for by id; having no place, each is in any extent."""
    since, until = wanted.days
    for source in sorted(atlas.sources.values(), key=lambda source: source.id):
        day = source.published
        in_time = day is None or ((since or day) <= day <= (until or day))
        if in_time and all(
            getattr(source, name) in values
            for name, values in wanted.of_sources.items()
        ):
            yield source


def _with_codes(feature: Feature) -> Feature:
    """Return a feature with the precision codes of ACLED and UCDP behind ours."""
    properties: dict[str, Any] = {}
    for name, value in feature["properties"].items():
        # Clients take a column's type from the first page; 12000 would make it whole.
        properties[name] = float(value) if name == "radius_m" and value else value
        if name == "precision":
            properties.update(crosswalk(value))
    return {**feature, "properties": properties}


def _source(source: Source, counts: dict[str, int]) -> Feature:
    written = asdict(source)
    properties = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in written.items()
        if name != "id"
    }
    properties["published"] = source.published.isoformat() if source.published else None
    properties["incidents"] = counts.get(source.id, 0)
    return {
        "type": "Feature",
        "id": source.id,
        "geometry": None,
        "properties": properties,
    }


_PAGES: Final = {"incidents": _incidents, "places": _places, "sources": _sources}
