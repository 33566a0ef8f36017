"""GeoNames offline: towns by name, and how far a city reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.folding import fold
from geo.model.geonames import read_towns
from geo.model.vocabulary import RADIUS_RANGE_M, Precision
from geo.places.towns import (
    _towns,
    city_radius_m,
    towns_named,
    towns_of_all,
)


def test_a_town_is_found_in_latin_and_cyrillic() -> None:
    """One city, four ways to write it."""
    for written in ("Novi Sad", "novi sad", "Нови Сад", "Újvidék"):
        first = towns_named(written)[0]
        assert (first.name, first.country) == ("Novi Sad", "RS"), written


def test_namesakes_come_by_population() -> None:
    """Donetsk in Ukraine is larger than its namesake in Russia."""
    towns = towns_named("Donetsk")

    assert [town.country for town in towns[:2]] == ["UA", "RU"]
    populations = [town.population for town in towns]
    assert populations == sorted(populations, reverse=True)


def test_a_country_leaves_namesakes_elsewhere_out() -> None:
    """The smaller namesake is found by its country."""
    assert {town.country for town in towns_named("Донецк", country="RU")} == {"RU"}
    assert towns_named("Belgrade", country="XK") == []


def test_a_small_town_is_found_where_no_larger_one_has_the_name() -> None:
    """GeoNames does not know the population of Aleksinac: it comes second, not never."""
    [town] = towns_named("Алексинац")

    assert (town.geonameid, town.country) == (793138, "RS")


@pytest.mark.parametrize(
    "name",
    ["", "!?", "Nosuchtownatall", "8080808", "9090909", "zzzqq", "zzzzz"],
)
def test_an_unknown_name_gives_no_town(name: str) -> None:
    """Nothing is guessed, and the marks of the index are not names."""
    assert towns_named(name) == []


def test_many_names_are_answered_as_each_would_be_alone() -> None:
    """In any script, with and without a country, found and not found."""
    names = ("Novi Sad", "Донецк", "Алексинац", "donetsk", "!?", "8080808", "Nosuch")
    asked = [(name, country) for name in names for country in (None, "RS", "RU")]
    # A small town in Russia, which larger ones elsewhere must not hide.
    asked += [("Paris", country) for country in ("FR", "RU", "US")]
    alone = {pair: towns_named(pair[0], country=pair[1]) for pair in asked}

    assert towns_of_all(asked) == {
        pair: towns for pair, towns in alone.items() if towns
    }
    assert ("Новосад", None) not in towns_of_all(asked)
    assert towns_of_all([]) == {}


def test_the_index_folds_each_name_as_it_would_be_folded_alone() -> None:
    """Folding half a million names at once must not change any of them."""
    cities = read_towns(5000)
    index = _towns(5_000)

    for city in cities[::997]:
        found = index.named(fold(city["name"]))
        assert city["geonameid"] in {town.geonameid for town in found}, city["name"]


@pytest.mark.parametrize(
    ("population", "radius_m"),
    [(0, 3_000), (500, 1_000), (10_000, 2_000), (1_273_651, 10_900)],
)
def test_a_citys_reach_follows_its_population(population: int, radius_m: float) -> None:
    """The rule of the docstring, at its ends."""
    assert city_radius_m(population) == radius_m


@given(st.integers(1, 50_000_000), st.integers(1, 50_000_000))
def test_a_larger_city_never_reaches_less_far(one: int, other: int) -> None:
    """The rule grows, and stays within what a city may claim."""
    least_m, most_m = RADIUS_RANGE_M[Precision.CITY]
    smaller, larger = sorted((one, other))

    assert least_m <= city_radius_m(smaller) <= city_radius_m(larger) <= most_m
