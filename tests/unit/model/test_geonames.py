"""Codes and names of countries."""

from __future__ import annotations

import pytest

from geo.model.geonames import country_code, country_codes, country_name, read_towns


def test_codes_are_those_in_force_and_kosovos() -> None:
    """States that are gone, and words that are no code, are not among them."""
    codes = country_codes()

    assert {"RS", "XK", "UA"} <= codes
    assert not {"AN", "CS", "YU", "", "rs"} & codes
    assert all(len(code) == 2 and code.isupper() for code in codes)


@pytest.mark.parametrize(
    ("code", "name"), [("RS", "Serbia"), ("XK", "Kosovo"), ("QQ", "QQ")]
)
def test_a_code_has_a_name(code: str, name: str) -> None:
    """An unknown code stands for itself."""
    assert country_name(code) == name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Serbia", "RS"),
        (" SRB ", "RS"),
        ("rs", "RS"),
        ("Kosovo", "XK"),
        ("Serb", None),
        ("", None),
    ],
)
def test_a_country_is_read_as_people_write_it(written: str, code: str | None) -> None:
    """By its name or its codes, in any case; nothing near is taken for one."""
    assert country_code(written) == code


def test_towns_are_listed_from_a_number_of_inhabitants() -> None:
    """Each once, with the fields that are read."""
    towns = read_towns(15_000)

    assert len({town["geonameid"] for town in towns}) == len(towns) > 20_000
    (belgrade,) = [town for town in towns if town["geonameid"] == 792680]
    assert (belgrade["name"], belgrade["countrycode"]) == ("Belgrade", "RS")
    assert "Београд" in belgrade["alternatenames"]
