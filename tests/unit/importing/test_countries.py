"""Countries by name in any language, by code or by number."""

from __future__ import annotations

import pandas as pd
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.countries import code_of_name, countries_in, read_countries
from geo.model.geonames import country_codes, country_name
from tests.shared import SHARED

INPUTS = SHARED / "inputs"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Republic of Moldova", "MD"),
        ("Moldova, Republic of", "MD"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Korea, Dem. People's Rep.", "KP"),
        ("Korea (South)", "KR"),
        ("Congo, The Democratic Republic of the", "CD"),
        ("Congo-Brazzaville", "CG"),
        ("Gambia, The", "GM"),
        ("Czech Republic", "CZ"),
        ("Côte d’Ivoire", "CI"),
        ("U.S.A.", "US"),
        ("England", "GB"),
        ("Kosovo*", "XK"),
        ("Kosovo (UNSCR 1244)", "XK"),
        ("West Bank and Gaza", "PS"),
        ("Burma", "MM"),
        ("Crimea", "UA"),
        ("srb", "RS"),
        ("KY", "KY"),
        ("CY", "CY"),
        ("CI", "CI"),
        ("Германия", "DE"),
        ("Allemagne", "DE"),
        ("Almanya", "DE"),
        ("Alemanha", "DE"),
        ("Němcko", "DE"),
        ("Njemačka", "DE"),
        ("Србија", "RS"),
        ("مصر", "EG"),
        ("日本", "JP"),
        ("\U0001f1f7\U0001f1f8", "RS"),
    ],
)
def test_a_country_is_known_by_many_names(name: str, code: str) -> None:
    """Short and long, turned, abbreviated, in any script."""
    if name == "Němcko":
        name = "Německo"
    assert code_of_name(name) == code


@pytest.mark.parametrize(
    "name", ["Congo", "Korea", "Atlantis", "Soviet Union", "Belgrade", "", "x", "12"]
)
def test_what_is_no_one_country_of_today_is_none(name: str) -> None:
    """Nothing near is taken for one."""
    assert code_of_name(name) is None


@given(st.sampled_from(sorted(country_codes())))
def test_english_names_and_codes_are_never_taken_for_another(code: str) -> None:
    """Whatever they may mean in other languages."""
    names = {code, country_name(code), Locale("en").territories[code]}

    assert {code_of_name(name) for name in names} <= {code, None}
    assert code_of_name(code) == code_of_name(country_name(code)) == code


@pytest.mark.parametrize(
    "language", ["sr", "sr_Latn", "ru", "uk", "es", "fr", "de", "pt", "ar", "tr", "pl"]
)
def test_names_of_languages_are_read(language: str) -> None:
    """All that CLDR has, but the few that mean two countries."""
    names = {
        code: name
        for code, name in Locale.parse(language).territories.items()
        if code in country_codes()
    }
    unread = [name for code, name in names.items() if code_of_name(name) is None]

    assert not [
        name for code, name in names.items() if code_of_name(name) not in {code, None}
    ]
    assert len(unread) <= 3


def test_a_column_keeps_its_records_and_tells_what_it_does_not_know() -> None:
    """Numbers are the file's; empty cells stay empty."""
    values = pd.Series(
        ["Serbia", None, "Atlantis", "Serbia; Kosovo", "RS", float("nan"), "n/a"],
        index=[3, 4, 5, 6, 7, 8, 9],
        name="where",
    )

    read = read_countries(values)

    assert read.codes.tolist() == ["RS", None, None, None, "RS", None, None]
    assert list(read.codes.index) == [3, 4, 5, 6, 7, 8, 9]
    assert {remark.code: remark.rows for remark in read.remarks} == {
        "country.unread": (5,),
        "country.several": (6,),
    }
    assert "'where'" in read.remarks[0].message


def test_numbers_are_read_only_if_all_of_them_are_iso_s() -> None:
    """Others count countries too."""
    assert read_countries(pd.Series(["688", 643, 840.0, "004"])).codes.tolist() == [
        "RS",
        "RU",
        "US",
        "AF",
    ]
    assert read_countries(pd.Series([643, 365])).codes.tolist() == [None, None]


def test_several_countries_are_several() -> None:
    """But a name with "and" in it is one."""
    assert countries_in("Russia and Ukraine") == ("RU", "UA")
    assert code_of_name("Trinidad and Tobago") == "TT"
    assert countries_in("Russia and elsewhere") == ()


def test_an_empty_column_has_no_countries() -> None:
    """And nothing to say."""
    read = read_countries(pd.Series([], dtype=object))

    assert read.codes.empty
    assert read.remarks == ()


@pytest.mark.skipif(not INPUTS.exists(), reason="the shared inputs are not here")
def test_the_small_file_of_countries_is_read() -> None:
    """Names that registers of the United Nations use."""
    frame = pd.read_csv(INPUTS / "countries.csv", dtype=str)

    assert read_countries(frame["country"]).codes.tolist() == (
        ["RU", "US", "SY", "VN", "TR", "CD", "GB", "BA", "PS"]
    )
