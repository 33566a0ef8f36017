"""What may endanger somebody is held back and told; the record stays."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.columns import propose_mapping
from geo.importing.withheld import Withheld, dwellings, hold_back
from geo.layer.harm import harm_in
from tests.shared import SHARED

DATASETS = SHARED / "datasets"


def held_back(head: list[str] | None = None, **cells: object) -> Withheld:
    """Return one record without what may endanger somebody."""
    return hold_back(
        pd.DataFrame({name: [cell] for name, cell in cells.items()}, dtype=object),
        words=("title", "summary"),
        sources=("source",),
        head=head,
    )


def test_in_words_only_the_part_is_replaced() -> None:
    """And the value is not repeated in what is told."""
    held = held_back(summary="Call +381 64 123 45 67, car BG 1234-AB")

    assert held.records["summary"][0] == "Call [withheld], car [withheld]"
    codes = [remark.code for remark in held.remarks]
    assert codes == ["withheld.telephone", "withheld.plate"]
    assert "123" not in str(held.remarks)


def test_words_of_which_nothing_is_left_are_gone() -> None:
    """A title can then be made."""
    assert held_back(title="064/123-4567").records["title"][0] is None


@pytest.mark.parametrize(
    "value",
    ["someone@example.org", "064/123-4567", ["a", "+381641234567"], {"a": "BG 123-AB"}],
)
def test_an_own_value_is_removed(value: object) -> None:
    """However deep it holds what it should not."""
    held = held_back(title="A", notes=value)

    assert held.records["notes"][0] is None
    assert held.records["title"][0] == "A"
    assert held.remarks[0].rows == (0,)


@pytest.mark.parametrize("value", ["https://t.me/somechannel/12", "@some_agency"])
def test_a_channel_is_evidence_where_it_is_the_source(value: str) -> None:
    """Elsewhere it is held back, with the advice to call it a source."""
    held = held_back(source=value, contact=value)

    assert held.records["source"][0] == value
    assert held.records["contact"][0] is None
    assert "role source" in held.remarks[0].remedy


@pytest.mark.parametrize(
    "value",
    [2125550123, 44.812512, "24,803", "2020-01-02", "44.812512, 20.456123", "10-15"],
)
def test_numbers_of_data_are_no_telephones(value: object) -> None:
    """Populations, ids, days and coordinates stay."""
    held = held_back(population=value)

    assert held.records["population"][0] == value
    assert not held.remarks


@pytest.mark.parametrize("name", ["Phone", "contact_phone", "Телефон", "license plate"])
def test_a_column_of_numbers_of_people_is_held_back_whole(name: str) -> None:
    """However they are written."""
    held = hold_back(pd.DataFrame({name: ["5550123", None]}, dtype=object))

    assert held.records[name].isna().all()
    assert held.remarks[0].rows == (0,)


def test_addresses_of_people_are_held_back_and_numbers_of_houses() -> None:
    """The head tells whether the records are people; of events the street stays."""
    people = held_back(streetaddress="12 Iris Drive", age="27", gender="Male")
    events = held_back(streetaddress="12 Iris Drive", title="March")

    assert people.records["streetaddress"][0] is None
    assert people.records["age"][0] == "27"
    assert people.remarks[0].code == "withheld.address"
    assert events.records["streetaddress"][0] == "Iris Drive"


@pytest.mark.parametrize(
    "column", ["home address", "Wohnanschrift", "домашний адрес", "Kućna adresa"]
)
def test_where_people_live_is_held_back_whatever_else_there_is(column: str) -> None:
    """Even a town: the column says whose it is."""
    assert held_back(title="March", **{column: "Salem"}).records[column][0] is None


def test_an_own_value_that_tells_of_a_home_is_removed_and_a_story_is_not() -> None:
    """Of a longer text only the number goes; records with numbers are told."""
    story = "The officers came to a home at 12 Iris Drive. " + "They waited. " * 20
    held = held_back(title="A", note="her flat at 12 Iris Drive", story=story)

    assert held.records["note"][0] is None
    assert held.records["story"][0].startswith("The officers came to a home at Iris")
    assert held.housed == {0}
    assert "12" not in str(held.remarks)


def test_records_that_speak_of_a_home_are_found() -> None:
    """In any of the columns handed in."""
    places = pd.Series(["her apartment", "a bar", None], dtype=object)
    notes = pd.Series([None, "next to his home", None], dtype=object)

    assert list(dwellings([places, notes])) == [True, True, False]


@given(st.lists(st.text("0123456789+@()-/. ABPTatme", max_size=24), max_size=8))
def test_what_is_left_passes_the_rule_book(cells: list[str]) -> None:
    """In words and in own values, and no record is lost."""
    column = pd.Series(cells, dtype=object)
    held = hold_back(pd.DataFrame({"title": column, "own": column}), words=("title",))

    assert len(held.records) == len(cells)
    for cell in (*held.records["title"].dropna(), *held.records["own"].dropna()):
        assert not harm_in(cell)


@pytest.mark.parametrize(
    ("name", "encoding", "columns"),
    [
        ("538_police_killings.csv", "latin-1", ["streetaddress"]),
        ("nasa_glc.csv", "cp1252", ["nearest_places"]),
        ("missing_migrants.csv", "utf-8", []),
    ],
)
def test_real_tables_lose_addresses_of_people_and_handles_only(
    name: str, encoding: str, columns: list[str]
) -> None:
    """Numbers in them are numbers."""
    if not DATASETS.exists():
        pytest.skip("shared/datasets is not on this machine")
    frame = pd.read_csv(DATASETS / name, encoding=encoding, dtype=object)

    held = hold_back(frame, sources=["source", "source_name", "source_link"])

    changed = [
        column
        for column in frame
        if not held.records[column].fillna("").equals(frame[column].fillna(""))
    ]
    assert changed == columns


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *((name, "withheld.birth") for name in ("Date of birth", "DOB", "birthdate")),
        *((name, "withheld.birth") for name in ("Дата рождения", "Doğum tarihi")),
        *((name, "withheld.birth") for name in ("出生日期", "data_nascimento")),
        *((name, "withheld.teller") for name in ("Your name", "Email Address")),
        *((name, "withheld.teller") for name in ("Respondent's name", "Witness name")),
    ],
)
def test_a_column_is_held_back_by_its_header(name: str, code: str) -> None:
    """Who was born when, and who told of it."""
    held = hold_back(pd.DataFrame({name: ["1988-05-04", None]}, dtype=object))

    assert held.records[name].isna().all()
    assert [remark.code for remark in held.remarks] == [code]


@pytest.mark.parametrize(
    "name", ["Births", "Place of birth", "reborn", "Newspaper name", "Contact"]
)
def test_other_headers_hold_nothing_back(name: str) -> None:
    """Though they have a word of those in them."""
    held = hold_back(pd.DataFrame({name: ["a"]}, dtype=object))

    assert held.records[name][0] == "a"


@pytest.mark.parametrize("name", ["Home address", "Email address", "Date of birth"])
def test_a_column_that_is_held_back_has_no_other_role(name: str) -> None:
    """So that nothing is looked up by it, nor listed as a place."""
    frame = pd.DataFrame({"title": ["A"], name: ["12 Elm Street"]}, dtype=object)

    proposal = propose_mapping(
        frame, format="csv", name="a", has_geometry=False, today=date(2024, 1, 5)
    )

    assert proposal.mapping.columns[name] == "own"
