"""Codes and names of countries."""

from __future__ import annotations

import pytest

from geo.model.countries import country_codes, country_name


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
