"""The chain of geocoders: who is asked, in which order, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapely import Point

from geo.base.errors import QueryError
from geo.base.settings import Settings
from geo.places import geocoder as module
from geo.places.candidate import CURATED, GEONAMES, Candidate
from geo.places.gazetteer import Gazetteer, Place
from geo.places.geocoder import (
    Geocoder,
    curated_geocoder,
    default_chain,
    geocode,
    geonames_geocoder,
)
from geo.places.nominatim import NominatimGeocoder


def curated(*names: str) -> Geocoder:
    """Make a gazetteer of one place."""
    place = Place(
        id="here",
        name="Here",
        names=names,
        country="RS",
        precision="city",
        radius_m=2_000,
        geometry=Point(20.5, 44.5),
        origin="made for a test",
    )
    return curated_geocoder(Gazetteer((place,)))


def test_the_gazetteer_is_asked_first_and_ends_the_question() -> None:
    """Its answer carries source, precision, radius and origin, lon before lat."""
    [candidate] = geocode("Novi Sad", chain=[curated("Novi Sad"), geonames_geocoder])

    assert (candidate.name, candidate.source) == ("Here", CURATED)
    assert (candidate.lon, candidate.lat) == (20.5, 44.5)
    assert (candidate.precision, candidate.radius_m) == ("city", 2_000)
    assert candidate.origin == "made for a test"


def test_geonames_answers_where_the_gazetteer_does_not() -> None:
    """The second of the chain is asked, offline."""
    [candidate] = geocode("Нови Сад", chain=[curated(), geonames_geocoder])

    assert (candidate.name, candidate.source) == ("Novi Sad", GEONAMES)
    assert candidate.country == "RS"
    assert "CC BY 4.0" in candidate.origin
    assert (round(candidate.lon), round(candidate.lat)) == (20, 45)


def test_all_may_be_asked() -> None:
    """Answers come in the order of the chain."""
    found = geocode(
        "Novi Sad", chain=[curated("Novi Sad"), geonames_geocoder], ask_all=True
    )

    assert [candidate.source for candidate in found] == [CURATED, GEONAMES]


def test_a_limit_holds_for_each_geocoder() -> None:
    """The largest namesakes come first."""
    found = geocode("Springfield", limit=2, country="us", chain=[geonames_geocoder])

    assert len(found) == 2
    assert {candidate.country for candidate in found} == {"US"}


def test_a_place_nobody_knows_gives_nothing() -> None:
    """An empty list, not an error."""
    assert geocode("Nosuchtownatall", chain=[curated(), geonames_geocoder]) == []
    assert geocode("Here", country="HR", chain=[curated()]) == []


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", {}),
        ("!?", {}),
        ("a" * 201, {}),
        ("Here", {"country": "Serbia"}),
        ("Here", {"limit": 0}),
    ],
)
def test_a_wrong_question_is_refused(text: str, options: dict[str, Any]) -> None:
    """The message names the parameter."""
    with pytest.raises(QueryError):
        geocode(text, chain=[curated()], **options)


def test_any_function_of_a_name_is_a_geocoder() -> None:
    """It hears the country as a code and how much is wanted, and may answer more."""
    heard: list[tuple[str, str | None, int]] = []

    def parrot(name: str, *, country: str | None, limit: int) -> list[Candidate]:
        heard.append((name, country, limit))
        return [Candidate(name, country, "parrot", "city", 1_000, 0, 0, "")] * 9

    assert len(geocode("Here", country="rs", limit=3, chain=[parrot])) == 3
    assert heard == [("Here", "RS", 3)]


def test_the_default_chain_has_no_nominatim_unless_it_is_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Off by default; on with both settings."""
    monkeypatch.setattr(module, "settings", lambda: Settings(cache=tmp_path))
    assert len(default_chain()) == 2

    with_server = Settings(
        nominatim_url="http://127.0.0.1:9",
        nominatim_user_agent="incident-map-tests/1.0 (tests@example.org)",
        cache=tmp_path,
    )
    monkeypatch.setattr(module, "settings", lambda: with_server)
    last = default_chain()[-1]
    assert isinstance(last, NominatimGeocoder)
    assert default_chain()[-1] is last
    last.close()
    module._nominatim.cache_clear()
