"""The gate: what may not be published is found, and what may be is let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas import atlas
from geo.base.errors import Code, Fault
from geo.model.changes import Change, Journal, NewValue
from geo.model.incident import Actor, Citation, feature_of
from geo.model.query import Query
from geo.model.vocabulary import Vocabulary
from geo.publish.gate import gate
from tests.builders import VOCABULARY, make_incident

DAY = date(2024, 3, 1)
#: Categories of which attacks are about people, and murals are not.
CATEGORIES = Vocabulary(
    {
        category.id: replace(category, against_people=category.id == "attack")
        for category in VOCABULARY
    }
)
EXACT = {"category": "attack", "precision": "venue", "radius_m": 50}


def faults_of(
    *changes: Change,
    words: dict[str, str] | None = None,
    **values: Any,  # noqa: ANN401 - any field's value
) -> list[Fault]:
    """Return what the gate says of one record with some values and a history."""
    return gate(
        [feature_of(make_incident(**values))],
        vocabulary=CATEGORIES,
        journal=Journal(changes),
        words=words,
    )


def codes(faults: list[Fault]) -> set[Code]:
    """Return the kinds of all errors."""
    return {fault.code for fault in faults if fault.is_error}


def changed(name: str, before: object, after: object) -> Change:
    """Return a change of one value."""
    return Change("mural-2023", DAY, new_values=(NewValue(name, before, after),))


def test_our_own_map_may_be_published() -> None:
    """Its records, their history and nothing else."""
    ours = atlas()

    faults = gate(
        ours.engine.features(Query()), vocabulary=ours.vocabulary, journal=ours.journal
    )

    assert [str(fault) for fault in faults if fault.is_error] == []


def test_nothing_may_always_be_published() -> None:
    """As may a sound record."""
    assert gate([], vocabulary=CATEGORIES) == []
    assert faults_of() == faults_of(**EXACT) == []


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"summary": "Call +381 64 123 45 67."}, "summary"),
        ({"location_note": "Ask a.b@example.org"}, "location_note"),
        ({"extra": {"contact": "@somebody_there"}}, "contact"),
        ({"extra": {"seen": ["BG 1234-AB"]}}, "seen[0]"),
        ({"actors": (Actor("Ask @somebody", "with"),)}, "actors[0].name"),
        ({"citations": (Citation("daily", "call +381 64 123 45 67"),)}, None),
    ],
)
def test_what_leads_to_somebody_is_found_wherever_it_stands(
    values: dict[str, Any], where: str | None
) -> None:
    """In words, own fields, names and quotes; the find is not repeated."""
    (fault,) = faults_of(**values)

    assert fault.code == Code.HARM
    assert where is None or fault.where == where
    for secret in ("123 45 67", "somebody", "1234", "example.org"):
        assert secret not in str(fault)


def test_own_fields_are_held_back_as_an_import_does() -> None:
    """By their names: numbers to call, plates, addresses of people."""
    extra = {
        "Phone": "see below",
        "license plate": "unknown",
        "Victim name": "X",
        "Age": 44,
        "Street address": "Long Street",
    }

    faults = faults_of(extra=extra)

    assert codes(faults) == {Code.HARM}
    assert {fault.where for fault in faults} == {
        "Phone",
        "license plate",
        "Street address",
    }


def test_an_exact_place_at_a_dwelling_is_refused() -> None:
    """Where it is about people; a home spoken of elsewhere is for a look."""
    at_home = {**EXACT, "place": "Their flat", "place_as_written": "their flat"}

    assert codes(faults_of(**at_home)) == {Code.DWELLING}
    assert codes(faults_of(**{**at_home, "category": "mural"})) == set()
    (spoken,) = faults_of(**EXACT, summary="They fled from their apartment.")
    assert (spoken.code, spoken.is_error) == (Code.DWELLING, False)


@pytest.mark.parametrize(
    "text",
    [
        "A 7-year-old was hurt.",
        "A boy was hurt.",
        "Aged 12.",
        "Ранен мальчик.",
        "Dečak.",
        "Niño herido.",
    ],
)
def test_a_child_at_an_exact_place_is_refused(text: str) -> None:
    """Not at a city, where nobody is found by it."""
    assert Code.CHILD in codes(faults_of(**EXACT, summary=text))
    assert faults_of(category="attack", summary=text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Aged 45.",
        "A 70-year-old was hurt.",
        "In 12 years.",
        "Aged 1.5%",
        "Boyish.",
        "At the hospital Niño Jesús.",
    ],
)
def test_a_number_is_not_taken_for_a_child(text: str) -> None:
    """Nor a word that only looks like one, nor a quarter's name."""
    assert faults_of(**EXACT, summary=text) == []


def test_a_child_is_never_named() -> None:
    """However vague the place is."""
    faults = faults_of(actors=(Actor("Ana, 7 years old", "against"),))

    assert codes(faults) == {Code.CHILD}
    assert codes(faults_of(**EXACT, extra={"age": 9})) == {Code.CHILD}
    assert faults_of(**EXACT, extra={"age": 19}) == []


@pytest.mark.parametrize(
    ("name", "is_person"),
    [
        ("Ilya Petrov", True),
        ("Ana-Marija Kovač", True),
        ("John von Neumann", True),
        ("Илья Петров", True),
        ("Four unidentified men", False),
        ("Democratic Society", False),
        ("Red Cross Hospital", False),
        ("Demonstrators", False),
        ("12 people", False),
    ],
)
def test_who_suffered_it_is_not_named_at_an_exact_place(
    name: str,
    is_person: bool,  # noqa: FBT001 - of a case
) -> None:
    """Bodies and crowds are; and so is who did it."""
    against = faults_of(**EXACT, actors=(Actor(name, "against"),))

    assert codes(against) == ({Code.VICTIM} if is_person else set())
    assert faults_of(**EXACT, actors=(Actor(name, "by"),)) == []
    assert faults_of(category="attack", actors=(Actor(name, "against"),)) == []


@pytest.mark.parametrize(
    "values", [{"generalised": True}, {"extra": {"protected": True}}]
)
def test_a_protected_record_is_no_finer_than_neighbourhood(
    values: dict[str, Any],
) -> None:
    """A point of which nobody said how exact it is may be exact."""
    for precision in ("venue", "street", None):
        found = faults_of(precision=precision, **values)
        assert codes(found) == {Code.REFINED}
    for precision in ("neighbourhood", "city"):
        assert faults_of(precision=precision, **values) == []


def test_what_protects_is_not_taken_back() -> None:
    """Neither the mark, nor how coarse the place was made."""
    protecting = changed("protected", None, True)
    coarser = changed("precision", "venue", "city")
    wider = changed("radius_m", 100, 20_000)
    kept: dict[str, Any] = {"extra": {"protected": True}}

    assert faults_of(protecting, coarser, **kept) == []
    assert codes(faults_of(protecting)) == {Code.REFINED}
    for history in ((protecting, coarser), (coarser, protecting)):
        found = faults_of(*history, precision="neighbourhood", **kept)
        assert codes(found) == {Code.REFINED}
    assert codes(faults_of(protecting, wider, **kept)) == {Code.REFINED}
    assert faults_of(protecting, wider, radius_m=20_000, **kept) == []


def test_a_record_that_was_never_protected_may_be_made_finer() -> None:
    """Who learns more says more."""
    changes = (
        changed("precision", "city", "region"),
        changed("precision", "region", "city"),
    )

    assert faults_of(*changes) == []


@given(
    st.lists(st.sampled_from(["street", "neighbourhood", "city", "region"]), min_size=1)
)
def test_a_protected_place_is_as_coarse_as_it_ever_was(levels: list[str]) -> None:
    """Whatever was changed in between."""
    order = ["street", "neighbourhood", "city", "region"]
    steps = zip([None, *levels], levels, strict=False)
    changes = [changed("precision", before, after) for before, after in steps]
    changes.insert(0, changed("protected", False, True))
    coarsest = max(levels, key=order.index)

    for level in order[1:]:
        found = faults_of(*changes, precision=level, extra={"protected": True})
        is_finer = order.index(level) < order.index(coarsest)
        assert (Code.REFINED in codes(found)) == is_finer


def test_the_history_is_looked_through() -> None:
    """What was taken out of a record still stands there."""
    in_words = Change("a", DAY, "The number +381 64 123 45 67 was taken out.")
    in_values = changed("summary", "Call +381 64 123 45 67.", "")

    faults = faults_of(in_words, in_values)

    assert codes(faults) == {Code.HARM}
    assert {fault.file for fault in faults} == {"changes.jsonl"}
    assert {fault.where for fault in faults} == {"what", "summary, from"}


def test_further_texts_are_looked_through() -> None:
    """Such as stories, by their file."""
    (fault,) = faults_of(words={"stories/a.md": "Ask @somebody.", "about": "Fine."})

    assert (fault.file, fault.code) == ("stories/a.md", Code.HARM)


def test_records_are_told_by_their_place_in_the_layer() -> None:
    """Also behind the first few thousand."""
    sound = feature_of(make_incident())
    wrong = feature_of(make_incident(id="wrong", summary="Ask @somebody."))

    (fault,) = gate([*[sound] * 2_500, wrong], vocabulary=CATEGORIES)

    assert (fault.index, fault.feature_id) == (2_500, "wrong")
