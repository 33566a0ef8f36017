"""Geocoding: a place's name to candidates, each with its source and uncertainty.

Geocoders are asked in this order until one answers:

1. the curated gazetteer of the layer (:mod:`geo.places.gazetteer`);
2. GeoNames, offline (:mod:`geo.places.towns`);
3. Nominatim, off unless it is set up (:mod:`geo.places.nominatim`).

A geocoder is a function; another one is added to :func:`default_chain`, with a name in
:mod:`geo.places.candidate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from geo.base.errors import QueryError
from geo.base.extras import require_extra
from geo.base.settings import Settings, settings
from geo.model.folding import fold
from geo.model.query import parse_query
from geo.model.vocabulary import Precision
from geo.places.candidate import CURATED, GEONAMES, Candidate
from geo.places.gazetteer import Gazetteer, Place, read_gazetteer
from geo.places.towns import Town, city_radius_m, towns_in_state, towns_named

_LONGEST_NAME: Final = 200


class Geocoder(Protocol):
    """What finds places by their name."""

    def __call__(
        self, name: str, *, country: str | None, limit: int
    ) -> Sequence[Candidate]:
        """Return the places of a name, best first; none where there are none.

        Parameters
        ----------
        name
            As people write it, with a letter or digit at least.
        country
            ISO 3166-1 alpha-2, XK for Kosovo; None for all.
        limit
            How many answers are wanted; the caller leaves out what is more.
        """


def geocode(
    text: str,
    *,
    country: str | None = None,
    limit: int = 5,
    ask_all: bool = False,
    chain: Sequence[Geocoder] | None = None,
) -> list[Candidate]:
    """Return where a place may be: the answers of the first geocoder that knows it.

    Parameters
    ----------
    text
        A place's name in any script; for Nominatim, an address as well.
    country
        ISO 3166-1 alpha-2 code in any case, to leave out places elsewhere.
    limit
        How many answers to take of one geocoder, at least 1.
    ask_all
        Ask every geocoder, not only until one answers.
    chain
        The geocoders to ask; None for those of the settings.

    Returns
    -------
    list of Candidate
        Best first, in the order of the chain; empty where nobody knows the place.

    Raises
    ------
    QueryError
        If the text is empty or too long, or the country is not such a code.
    SettingsError
        If Nominatim is set up by half, or its extra is not installed.
    DataError
        If the curated gazetteer is at fault.
    GeocodingError
        If Nominatim was asked and failed.
    """
    if not fold(text):
        raise QueryError("place", f"{text!r} has no letter or digit to look for.")
    if len(text) > _LONGEST_NAME:
        message = f"{len(text)} characters; at most {_LONGEST_NAME} are looked up."
        raise QueryError("place", message)
    if limit < 1:
        raise QueryError("limit", f"{limit} is less than 1.")
    code = next(iter(parse_query({"country": country or ""}).country), None)
    candidates: list[Candidate] = []
    for geocoder in default_chain() if chain is None else chain:
        candidates += geocoder(text, country=code, limit=limit)[:limit]
        if candidates and not ask_all:
            break
    return candidates


def default_chain() -> tuple[Geocoder, ...]:
    """Return the geocoders that the settings ask for, in order.

    Raises
    ------
    SettingsError
        If Nominatim is set up by half, or its extra is not installed.
    DataError
        If the curated gazetteer is at fault.
    """
    return chain_of(settings().places)


def chain_of(places: Path) -> tuple[Geocoder, ...]:
    """Return the chain of a map with a gazetteer of its own.

    Parameters
    ----------
    places
        Its curated gazetteer; GeoNames and Nominatim follow as in
        :func:`default_chain`.

    Raises
    ------
    DataError
        If the gazetteer is not sound.
    """
    offline = (curated_geocoder(read_gazetteer(places)), geonames_geocoder)
    nominatim = _nominatim(settings())
    return (*offline, nominatim) if nominatim else offline


@lru_cache(maxsize=1)
def _nominatim(chosen: Settings) -> Geocoder | None:
    """Return the process's one client, so that its rate limit holds for all."""
    if not chosen.nominatim_url and not chosen.nominatim_user_agent:
        return None
    require_extra("nominatim", "Asking Nominatim")
    from geo.places.nominatim import nominatim_of  # noqa: PLC0415 - an extra

    return nominatim_of(chosen)


def curated_geocoder(gazetteer: Gazetteer) -> Geocoder:
    """Return a geocoder over a gazetteer, which answers in file order."""

    def find(name: str, *, country: str | None, limit: int) -> list[Candidate]:
        return [_curated(place) for place in gazetteer.find(name, country)[:limit]]

    return find


def _curated(place: Place) -> Candidate:
    spot = place.spot
    return Candidate(
        name=place.name,
        country=place.country,
        source=CURATED,
        precision=place.precision,
        radius_m=place.radius_m,
        lon=round(spot.x, 6),
        lat=round(spot.y, 6),
        origin=place.origin,
    )


def geonames_geocoder(name: str, *, country: str | None, limit: int) -> list[Candidate]:
    """Return GeoNames' towns of a name, offline, the most populous first.

    Names match exactly, but for case, accents and script; see
    :func:`geo.places.towns.towns_named`. Streets, regions and countries are not known,
    but for the states of the United States behind a comma: ``Springfield, IL``.
    """
    towns = towns_named(name, country=country)
    if not towns and country in {None, "US"}:
        towns = towns_in_state(name)
    return [_town(town) for town in towns[:limit]]


def _town(town: Town) -> Candidate:
    return Candidate(
        name=town.name,
        country=town.country,
        source=GEONAMES,
        precision=str(Precision.CITY),
        radius_m=city_radius_m(town.population),
        lon=town.lon,
        lat=town.lat,
        origin=f"GeoNames {town.geonameid} (geonames.org), CC BY 4.0",
    )
