"""What a reader is told, in plain English."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from shapely.geometry import Point, box

from geo.model.incident import Incident
from geo.model.vocabulary import Kind, PlaceRole, Precision, Status
from geo.model.wording import (
    basis_words,
    date_words,
    distance_words,
    headline_words,
    listed,
    place_words,
    precision_words,
    somewhere,
    wording,
)
from tests.builders import make_incident, unplaced
from tests.strategies import incidents

#: Values of the model that are codes, not words.
CODES = ("precision=", "place_role", "radius_m", "None", "_", "occurred")


def test_an_allegation_names_who_makes_it_and_who_denies_it() -> None:
    """The denial is a sentence of its own, as prominent as the allegation."""
    said = wording(
        make_incident(status="alleged", alleged_by=("Ilya",), denied_by=("A", "B", "C"))
    )

    assert said.claim == "Alleged by Ilya."
    assert said.denial == "Denied by A, B and C."


@pytest.mark.parametrize("status", Status)
def test_a_plan_is_said_to_be_a_plan_first(status: Status) -> None:
    """Whatever the report is worth, nothing is known to have happened."""
    plan = make_incident(
        kind="plan", status=str(status), place_role="target", alleged_by=("X",)
    )

    said = wording(plan).claim

    assert said.startswith("Planned or feared, not known to have happened.")
    assert "X" in said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("reported", "Reported."),
        ("unverified", "Unverified."),
        ("corroborated", "Corroborated by independent sources."),
        ("false", "Shown to be false."),
        ("alleged", "Alleged."),
    ],
)
def test_each_status_has_its_words(status: str, said: str) -> None:
    """Without anybody named, the status stands alone."""
    assert wording(make_incident(status=status)).claim == said


def test_a_claim_in_part_is_said_to_be_in_part() -> None:
    """A report with one claim in it is not all alleged."""
    said = wording(make_incident(alleged_by=("X",))).claim

    assert said == "Reported. In part alleged by X."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"status": "alleged", "alleged_by": ("A",), "denied_by": ("B",)},
            "Alleged, denied",
        ),
        (
            {"alleged_by": ("A",), "denied_by": ("B",)},
            "In part alleged, in part denied",
        ),
        ({"denied_by": ("B",)}, "In part denied"),
        ({"kind": "plan", "place_role": "target"}, "Planned"),
    ],
)
def test_a_title_that_stands_alone_says_what_is_not_vouched_for(
    changes: dict[str, Any], said: str
) -> None:
    """A denial of a part is not told as one of the whole."""
    assert headline_words(make_incident(title="Fire", **changes)) == f"{said}: Fire"


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        (Precision.VENUE, "Belgrade"),
        (Precision.STREET, "Somewhere on Belgrade"),
        (Precision.NEIGHBOURHOOD, "Somewhere in Belgrade"),
        (Precision.CITY, "Somewhere in Belgrade"),
        (Precision.REGION, "Somewhere in Belgrade"),
        (Precision.COUNTRY, "Somewhere in Belgrade"),
    ],
)
def test_a_vague_place_is_said_vaguely(precision: Precision, said: str) -> None:
    """Only a venue is said without "somewhere"."""
    assert somewhere("Belgrade", precision) == said


def test_a_line_is_somewhere_along_it() -> None:
    """The name of a line begins small within the sentence."""
    said = somewhere("Boundary between two", Precision.LINE)

    assert said == "Somewhere along the boundary between two"


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (PlaceRole.TARGET, "Aimed at Belgrade"),
        (PlaceRole.SUBJECT, "About Belgrade; it is not said to have happened there"),
        (PlaceRole.OCCURRED, "Somewhere in Belgrade"),
    ],
)
def test_a_place_only_talked_about_is_not_where_it_happened(
    role: PlaceRole, said: str
) -> None:
    """The words tell the role."""
    assert place_words(make_incident(place_role=str(role))) == said


def test_no_place_is_said_plainly() -> None:
    """An incident without a place is still an incident."""
    said = wording(unplaced())

    assert said.place == "No place given by the source"
    assert said.precision == "Not placed on the map"


@pytest.mark.parametrize(
    ("precision", "radius_m", "said"),
    [
        ("city", 12_000, "Placed at city level, within about 12 km"),
        ("venue", 50, "Placed at a venue, within about 50 m"),
        ("venue", 0, "Placed at a venue"),
        ("country", 260_000, "Placed at country level"),
        ("line", 5_000, "Placed along a line"),
    ],
)
def test_precision_is_said_with_its_distance(
    precision: str, radius_m: float, said: str
) -> None:
    """Areas and lines show their extent themselves."""
    assert precision_words(precision, radius_m) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (50, "50 m"),
        (996, "1 km"),
        (1_000, "1 km"),
        (1_500, "1.5 km"),
        (12_000, "12 km"),
    ],
)
def test_distances_are_said_as_people_do(metres: float, said: str) -> None:
    """Neither 1000 m nor a distance rounded by a third."""
    assert distance_words(metres) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a and b"),
        (("a", "b", "c"), "a, b and c"),
        (
            ("the police", "Smith, his lawyer, and a guard"),
            "the police; Smith, his lawyer, and a guard",
        ),
        (("a paper and a station", "a guard"), "a paper and a station; a guard"),
    ],
)
def test_names_are_listed_as_in_a_sentence(names: tuple[str, ...], said: str) -> None:
    """A list of one or none needs no joining."""
    assert listed(names) == said


def test_dates_begin_with_a_capital() -> None:
    """They stand at the beginning of a line."""
    assert date_words("../2023-12") == "By December 2023"
    assert date_words(None) == "Date unknown"


def test_a_basis_is_said_in_words() -> None:
    """Nothing is said where nothing is placed."""
    assert basis_words("caption") == "from a photo caption"
    assert basis_words(None) == ""


def test_a_series_says_how_many_and_that_they_are_not_drawn() -> None:
    """A reader must not take one marker for one event."""
    said = wording(make_incident(kind="series", count=12))

    assert said.kind == "12 events in one record"
    assert any("does not show them one by one" in caution for caution in said.cautions)
    assert wording(make_incident(kind="series")).kind == "Several events"


def test_a_generalised_point_is_said_to_be() -> None:
    """Readers are told that somebody is protected."""
    (caution,) = wording(make_incident(generalised=True)).cautions

    assert "less exact than is known" in caution


@given(incidents())
def test_every_sound_incident_has_words_without_codes(incident: Incident) -> None:
    """Whatever a layer may hold can be said."""
    plain = ("P", ("A",), ("D",))
    bare = make_incident(
        kind=incident.kind,
        status=incident.status,
        date=incident.date,
        place=plain[0] if incident.place else "",
        place_role=incident.place_role,
        precision=incident.precision,
        radius_m=incident.radius_m,
        count=incident.count,
        alleged_by=plain[1] if incident.alleged_by else (),
        denied_by=plain[2] if incident.denied_by else (),
        generalised=incident.generalised,
    )

    said = wording(bare)

    for text in astuple(said):
        for part in (text,) if isinstance(text, str) else text:
            assert not any(code in part for code in CODES)
    assert said.date
    assert said.place
    assert said.claim.endswith(".")
    assert bool(said.denial) == bool(incident.denied_by)
    assert (incident.kind == Kind.PLAN) == ("Planned" in said.claim)


@pytest.mark.parametrize(
    ("geometry", "radius_m", "said"),
    [
        (None, None, "Not placed on the map"),
        (Point(20, 44), None, "Given as a point; nobody said how exact it is"),
        (Point(20, 44), 700, "Given as a point, within about 700 m"),
        (box(20, 44, 21, 45), None, "Given as an area; nobody said how exact it is"),
    ],
)
def test_a_place_of_unknown_exactness_is_said_to_be_one(
    geometry: Any,  # noqa: ANN401 - shapely geometries
    radius_m: float | None,
    said: str,
) -> None:
    """Nothing is said that nobody knows."""
    shown = make_incident(
        geometry=geometry, precision=None, radius_m=radius_m, place=""
    )

    assert wording(shown).precision == said


def test_what_a_place_is_to_a_plan_may_be_unknown() -> None:
    """A plan did not occur anywhere."""
    plan = make_incident(kind="plan", place_role=None)

    assert "is not known" in place_words(plan)
    assert "protected" in " ".join(
        wording(make_incident(extra={"protected": True})).cautions
    )
