"""Nominatim (https://nominatim.org): places by name, from a server, politely.

Off unless the settings name a server and a user agent. At most one question in
``nominatim_delay_s`` leaves this process, and answers are kept on disk
(:mod:`geo.places.answers`). geopy is the client; its points are (lat, lon), which
only its own reading of an answer sees: ours is of the answer itself
(:mod:`geo.places.nominatim_result`).
"""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import Any, Final, Self
from urllib.parse import urlsplit

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
from geopy.location import Location

from geo.base.errors import GeocodingError, SettingsError
from geo.base.settings import Settings
from geo.places.answers import (
    KeptAnswers,
    NotKeptError,
    asking_the_server,
    check_writable,
)
from geo.places.candidate import Candidate
from geo.places.nominatim_result import result_candidate

_TRIES: Final = 3
_WAIT_AFTER_ERROR_S: Final = 1.0
#: The longest pause a server may ask for before we give up instead of waiting.
_LONGEST_PAUSE_S: Final = 60.0
_LANGUAGE: Final = "en"
_CHECK_ADDRESS: Final = "Check that INCIDENTS_NOMINATIM_URL is a Nominatim server."
#: Failures that asking again cannot mend.
_FINAL: Final = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
)


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


class NominatimGeocoder:
    """A geocoder: geopy's Nominatim with a rate limit, retries, and answers kept.

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

    def __call__(
        self, name: str, *, country: str | None, limit: int
    ) -> list[Candidate]:
        """Return what the server knows, best first, in our own terms.

        Raises
        ------
        GeocodingError
            If the server cannot be reached, refuses, or answers something else
            than places; the message names the server and the remedy.
        """
        places = self._places(name, country=country, limit=limit)
        try:
            return [result_candidate(place.raw, host=self._host) for place in places]
        except (AttributeError, TypeError, ValueError) as error:
            raise self._not_places() from error

    def _places(self, name: str, *, country: str | None, limit: int) -> list[Location]:
        """Return the answer on disk, or else the server's."""
        options = {
            "exactly_one": False,
            "limit": limit,
            "country_codes": country.lower() if country else None,
            "addressdetails": True,
            "language": _LANGUAGE,
        }
        try:
            return self._service.geocode(name, **options) or []
        except NotKeptError:
            pass
        try:
            return self._limited(name, **options) or []
        except GeocoderServiceError as error:
            msg = (
                f"{self._name} failed {_TRIES} times: {_reason(error)} "
                "Try again later, raise INCIDENTS_NOMINATIM_TIMEOUT_S or "
                "INCIDENTS_NOMINATIM_DELAY_S, or unset INCIDENTS_NOMINATIM_URL."
            )
            raise GeocodingError(msg) from error

    def _ask(self, name: str, **options: object) -> list[Location] | None:
        """Ask the server once. What a new try may mend stays geopy's error."""
        time.sleep(max(0.0, self._not_before_s - time.monotonic()))
        try:
            with asking_the_server():
                places: list[Location] | None = self._service.geocode(name, **options)
        except GeocoderRateLimited as error:
            self._postpone(error)
            raise
        except _FINAL as error:
            msg = f"{self._name} did not answer: {_reason(error)} {_remedy(error)}"
            raise GeocodingError(msg) from error
        except SettingsError:
            raise
        except (AttributeError, TypeError, ValueError) as error:
            # What geopy's reading of an unexpected answer ends in.
            raise self._not_places() from error
        return places

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
        check_writable(file)
        return Nominatim(  # type: ignore[no-untyped-call]
            scheme=address.scheme,
            domain=address.netloc + address.path,
            user_agent=chosen.nominatim_user_agent,
            timeout=chosen.nominatim_timeout_s,
            adapter_factory=partial(KeptAnswers, file=file),
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
