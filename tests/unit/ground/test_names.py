"""Names on the ground: which countries and towns, from which zoom, how heavy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ground.drawn import Drawn
from geo.ground.names import country_names, town_names
from geo.model import geonames


@pytest.fixture(scope="module")
def countries() -> dict[str, Drawn]:
    """Return the names of countries, by themselves."""
    return {str(drawn.properties["name"]): drawn for drawn in country_names()}


@pytest.fixture(scope="module")
def towns() -> dict[str, Drawn]:
    """Return the names of larger towns, the heaviest of each."""
    drawn = list(town_names(geonames.read_towns(15_000)))
    return {str(each.properties["name"]): each for each in reversed(drawn)}


def test_names_of_countries_are_those_of_today_and_written_out(
    countries: dict[str, Drawn],
) -> None:
    """Natural Earth's package is older than one, and abbreviates others."""
    assert {"North Macedonia", "Kosovo", "Bosnia and Herzegovina"} <= set(countries)
    assert {name for name in countries if "." in name} <= {"U.S. Virgin Islands"}


def test_a_large_country_is_named_before_a_small_one(
    countries: dict[str, Drawn],
) -> None:
    """Each where its name has room."""
    zooms = [
        countries[name].from_zoom for name in ("Russia", "Serbia", "Kosovo", "Malta")
    ]
    assert zooms == sorted(zooms)
    assert zooms[0] < 3 < zooms[-1]


def test_a_name_stands_in_its_country(countries: dict[str, Drawn]) -> None:
    """Where there is most room, not in the middle of all islands."""
    lon, lat = countries["Serbia"].geometry.coords[0]
    assert (lon, lat) == pytest.approx((20.9, 44.0), abs=0.8)


def test_capitals_are_named_first(towns: dict[str, Drawn]) -> None:
    """Then towns by their people."""
    kinds = {name: towns[name].properties["kind"] for name in ("Belgrade", "Pristina")}
    assert kinds == {"Belgrade": "capital", "Pristina": "capital"}
    assert towns["Belgrade"].from_zoom < towns["Novi Sad"].from_zoom
    assert (
        towns["Novi Sad"].properties["weight"] > towns["Kikinda"].properties["weight"]
    )


def test_a_district_weighs_less_than_its_city(towns: dict[str, Drawn]) -> None:
    """GeoNames gives one of Mariupol's more people than the city."""
    assert (
        towns["Mariupol"].properties["weight"]
        > towns["Tsentralnyi"].properties["weight"]
    )


@given(st.integers(0, 40_000_000), st.integers(0, 60))
def test_who_has_more_people_is_never_named_later(people: int, names: int) -> None:
    """A law of all towns that are named alike."""
    town: geonames.TownRecord = {
        "geonameid": 1,
        "name": "A",
        "alternatenames": ["B"] * names,
        "countrycode": "RS",
        "admin1code": "",
        "population": people,
        "latitude": 44.0,
        "longitude": 21.0,
    }
    larger: geonames.TownRecord = {**town, "geonameid": 2, "population": people + 1}

    first, second = town_names([town, larger])

    assert first.properties["weight"] >= second.properties["weight"]
    assert first.from_zoom <= second.from_zoom
    assert list(town_names([])) == []
