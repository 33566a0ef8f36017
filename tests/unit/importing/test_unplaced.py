"""Records that only name a place: looked up, or listed for a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.base.errors import DataError, GeocodingError
from geo.importing.place_texts import PlaceText
from geo.importing.unplaced import Choice, Geocode, GeocodedRows, geocode_rows
from geo.importing.unplaced_file import read_unplaced, write_unplaced
from geo.places.candidate import NOMINATIM, Candidate
from geo.places.geocoder import geocode, geonames_geocoder

ROLES = {
    "town": "place",
    "street": "place.address",
    "quarter": "place.district",
    "area": "place.region",
}


def offline(
    text: str, *, country: str | None = None, limit: int = 5
) -> Sequence[Candidate]:
    """Ask the world's towns only."""
    return geocode(text, country=country, limit=limit, chain=(geonames_geocoder,))


def looked_up(
    rows: list[dict[str, str]],
    *,
    by: Geocode = offline,
    **options: Any,  # noqa: ANN401 - as geocode_rows
) -> GeocodedRows:
    """Look up records that give their country as a code."""
    frame = pd.DataFrame([{name: row.get(name, "") for name in ROLES} for row in rows])
    codes = pd.Series([row.get("country") for row in rows], dtype=object)
    return geocode_rows(frame, ROLES, codes, geocode=by, **options)


def venue(name: str, **changes: Any) -> Candidate:  # noqa: ANN401 - any field
    """Return what a server knows of a house or a hall."""
    values: dict[str, Any] = {
        "name": name,
        "country": "RS",
        "source": NOMINATIM,
        "precision": "venue",
        "radius_m": 30.0,
        "lon": 20.456789,
        "lat": 44.812345,
        "origin": "Nominatim at host, way 12345, © OpenStreetMap contributors, ODbL 1.0",
    }
    return Candidate(**(values | changes))


def test_a_town_is_placed_as_exactly_as_a_town_is_known() -> None:
    """With its radius, its name and what the point rests on."""
    read = looked_up(
        [{"town": "Нови Сад", "country": "RS"}, {"town": "Novi Sad, Serbia"}]
    )

    assert read.points[0] == read.points[1]
    assert (read.precision[0], read.place[0]) == ("city", "Novi Sad")
    assert read.radius_m[0] > 1_000
    assert "GeoNames" in read.note[0]
    assert read.candidates == ()
    assert [(remark.code, remark.rows) for remark in read.remarks] == [
        ("place.geocoded", (0, 1))
    ]


def test_each_text_is_asked_for_once_and_progress_is_told() -> None:
    """However many records have it."""
    questions: list[str] = []
    steps: list[tuple[int, int]] = []

    def counting(
        text: str, *, country: str | None = None, limit: int = 5
    ) -> Sequence[Candidate]:
        questions.append(text)
        return offline(text, country=country, limit=limit)

    read = looked_up(
        [{"town": "Zrenjanin"}] * 50 + [{"town": "Kragujevac"}] * 50,
        by=counting,
        progress=lambda done, total: steps.append((done, total)),
    )

    assert questions == ["Zrenjanin", "Kragujevac"]
    assert steps == [(1, 2), (2, 2)]
    assert read.points.notna().all()


def test_namesakes_stay_unplaced_with_their_candidates() -> None:
    """Unless a state, a country, or being by far the largest decides."""
    read = looked_up(
        [
            {"town": "Springfield", "country": "US"},
            {"town": "Springfield, IL"},
            {"town": "Portland", "area": "Maine", "country": "US"},
            {"town": "Paris"},
            {"town": "Tbilisi, Georgia"},
            {"town": "Atlanta, Georgia"},
        ]
    )

    assert read.points.isna().tolist() == [True, False, False, False, False, False]
    assert read.points[2].x == pytest.approx(-70.26, abs=0.01)
    assert read.points[4].x == pytest.approx(44.83, abs=0.01)
    [unplaced] = read.candidates
    assert unplaced.rows == (0,)
    assert len(unplaced.candidates) == 5


def test_a_large_town_does_not_go_before_its_namesakes_in_an_unknown_region() -> None:
    """The region may be that of a small one."""
    read = looked_up([{"town": "Paris", "area": "Somewhere"}])

    assert read.points.tolist() == [None]
    assert read.candidates[0].candidates


def test_a_place_in_another_country_is_only_proposed() -> None:
    """The record may be wrong in either."""
    read = looked_up([{"town": "Belgrade", "country": "HR"}, {"town": "Xyzzyville"}])

    assert read.points.tolist() == [None, None]
    assert read.candidates[0].candidates[0].country == "RS"
    assert "Croatia" in read.candidates[0].reason
    assert {remark.code for remark in read.remarks} == {
        "place.doubtful",
        "place.unknown",
    }


def test_a_region_is_not_placed_at_the_town_of_its_name() -> None:
    """A person may choose it."""
    read = looked_up([{"area": "Kharkiv", "country": "UA"}])

    assert read.points.tolist() == [None]
    assert "region" in read.candidates[0].reason


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({"street": "Main Street 5", "town": "X"}, venue("5, Main Street, X")),
        (
            {"street": "Main Street 5", "town": "X"},
            venue("Corner Shop, 5, Main Street"),
        ),
        (
            {"street": "Main Street", "town": "X"},
            venue("Main Street", precision="street"),
        ),
        ({"street": "Residence Rose", "town": "X"}, venue("Residence Rose, X")),
    ],
)
def test_an_address_is_placed_no_finer_than_its_neighbourhood(
    row: dict[str, str], answer: Candidate
) -> None:
    """Neither point, nor name, nor note tells the house."""
    read = looked_up([row], by=lambda *_, **__: [answer])

    assert read.precision[0] == "neighbourhood"
    assert read.radius_m[0] >= 1_000
    assert (read.points[0].x, read.points[0].y) == (20.46, 44.81)
    assert read.place[0] == "X"
    assert row["street"] not in read.note[0]
    assert "12345" not in read.note[0]


def test_no_choice_places_an_address_more_exactly(tmp_path: Path) -> None:
    """Neither by the number of a candidate, nor by coordinates."""
    path = tmp_path / "unplaced.csv"
    rows = [{"street": "Main Street 5", "town": "X"}]
    answers = [venue("5, Main Street, X"), venue("5, Main Street, Y", lon=21.987654)]
    unplaced = looked_up(rows, by=lambda *_, **__: answers).candidates
    for answer in ("2", "44.812345, 21.987654"):
        write_unplaced(path, unplaced)
        assert "21.987654" not in path.read_text(encoding="utf-8-sig")
        answered(path, {"X": answer})

        read = looked_up(rows, choices=read_unplaced(path))

        assert (read.points[0].x, read.points[0].y) == (21.99, 44.81)
        assert read.precision[0] == "neighbourhood"


def test_a_named_venue_is_placed_as_one() -> None:
    """A theatre is nobody's home."""
    read = looked_up(
        [{"street": "National Theatre", "town": "X"}],
        by=lambda *_, **__: [venue("National Theatre, Square, X")],
    )

    assert read.precision[0] == "venue"
    assert read.points[0].x == 20.456789


def test_a_server_that_fails_is_not_asked_for_ever() -> None:
    """What was not asked is told, and no answer is made up."""
    questions: list[str] = []

    def away(
        text: str, *, country: str | None = None, limit: int = 5
    ) -> Sequence[Candidate]:
        questions.append(text)
        message = f"{text} in {country}: no server, {limit} wanted."
        raise GeocodingError(message)

    read = looked_up([{"town": f"Town {number}"} for number in range(20)], by=away)

    assert len(questions) == 3
    [remark] = read.remarks
    assert (remark.code, len(remark.rows)) == ("place.not_asked", 20)


def test_records_without_a_place_are_left_alone() -> None:
    """So is an empty table."""
    assert looked_up([{"country": "RS"}]).points.tolist() == [None]
    empty = geocode_rows(
        pd.DataFrame({"town": []}), ROLES, pd.Series([], dtype=object), geocode=offline
    )
    assert empty.points.empty
    assert empty.candidates == ()


def answered(path: Path, answers: dict[str, str], separator: str = ",") -> None:
    """Write answers into the file as a person would, by the place's name."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame["choice"] = [answers.get(place, "") for place in frame["place"]]
    frame.to_csv(path, index=False, sep=separator, encoding="utf-8-sig")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_a_person_chooses_is_placed_next_time(
    tmp_path: Path, separator: str
) -> None:
    """By number, by coordinates, or not at all; and it is asked no more."""
    rows = [
        {"town": "Springfield", "country": "US"},
        {"town": "Xyzzyville"},
        {"town": "Plugh, =1+1"},
    ]
    path = tmp_path / "unplaced.csv"
    write_unplaced(path, looked_up(rows).candidates)
    answers = {"Springfield": "3", "Xyzzyville": "44,8; 20,4", "Plugh, =1+1": "none"}
    answered(path, answers, separator)

    choices = read_unplaced(path)
    read = looked_up(rows, choices=choices)

    assert read.points[0].x == pytest.approx(-89.64, abs=0.01)
    assert read.precision.tolist() == ["city", None, None]
    assert (read.points[1].x, read.points[1].y) == (20.4, 44.8)
    assert read.points[2] is None
    assert read.candidates == ()
    write_unplaced(path, read.candidates, choices)
    assert read_unplaced(path) == choices


def test_no_file_has_no_answers_and_neither_has_a_new_one(tmp_path: Path) -> None:
    """The column is there, and empty."""
    path = tmp_path / "unplaced.csv"

    assert read_unplaced(path) == {}
    write_unplaced(path, looked_up([{"town": "Xyzzyville"}]).candidates)
    assert read_unplaced(path) == {}


def test_an_answer_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    """All of them at once."""
    path = tmp_path / "unplaced.csv"
    rows = [{"town": "Xyzzyville"}, {"town": "Plughville"}]
    write_unplaced(path, looked_up(rows).candidates)
    answered(path, {"Xyzzyville": "7", "Plughville": "somewhere"})

    with pytest.raises(DataError) as refused:
        read_unplaced(path)

    assert [fault.message[:7] for fault in refused.value.faults] == [
        "line 2:",
        "line 3:",
    ]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """It is not taken for answers."""
    path = tmp_path / "unplaced.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(DataError, match="choice"):
        read_unplaced(path)


def test_a_formula_in_a_name_is_not_run_by_a_spreadsheet(tmp_path: Path) -> None:
    """And is read back as the name that it is."""
    path = tmp_path / "unplaced.csv"
    text = PlaceText(place="=SUM(A1)")

    write_unplaced(path, [], {text: Choice(None)})

    assert "'=SUM(A1)" in path.read_text(encoding="utf-8-sig")
    assert list(read_unplaced(path)) == [text]


@pytest.mark.parametrize(
    "town",
    ["Kharkiv, Izium and Bucha", "Kyiv / Lviv", "Odesa; Mykolaiv", "Obrenovac, Šabac"],
)
def test_a_text_of_several_places_is_none_of_them(town: str) -> None:
    """A person chooses; the first named is not where it happened."""
    found = looked_up([{"town": town}])

    assert found.points.isna().all()
    assert found.candidates[0].reason == "it names several places"
    assert len(found.candidates[0].candidates) >= 2


@pytest.mark.parametrize(
    ("town", "name"),
    [
        ("Novi Sad, Serbia", "Novi Sad"),
        ("Springfield, Illinois", "Springfield"),
        ("Zemun, Belgrade", "Zemun"),
        ("Recife, PE", "Recife"),
        ("Marabá/PA", "Marabá"),
        ("São Paulo - SP", "São Paulo"),
        ("Bethlehem (PA)", "Bethlehem"),
    ],
)
def test_a_town_with_what_it_lies_in_is_one_place(town: str, name: str) -> None:
    """Its state by name or code, its country, its city."""
    found = looked_up([{"town": town}])

    assert found.place.iloc[0].startswith(name)


@pytest.mark.parametrize("town", ["Unknown", "N/A", "n.n.", "Various", "Nationwide"])
def test_what_names_no_place_is_not_looked_up(town: str) -> None:
    """And nobody is asked where that may be."""
    found = looked_up([{"town": town, "country": "RS"}])

    assert found.points.isna().all()
    assert not found.candidates
