"""Corrections: said in plain words, and without what they were to take away."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.evidence.corrections import MADE_LESS_EXACT, corrections_of, history_words
from geo.model.changes import Change, NewValue
from geo.model.incident import Incident
from geo.model.own_fields import OwnField
from tests.builders import PAYLOADS, VOCABULARY, make_incident

DAY = date(2024, 3, 1)


def told(
    incident: Incident | None, *changes: Change, own: tuple[OwnField, ...] = ()
) -> list[str]:
    """Return all that a reader is told of some changes."""
    made = corrections_of(changes, incident, VOCABULARY, own)
    return [line for correction in made for line in correction.lines]


def changed(name: str, before: Any, after: Any) -> Change:  # noqa: ANN401 - any value
    """Return a change of one value."""
    return Change("mural-2023", DAY, new_values=(NewValue(name, before, after),))


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("place", "Niš", "Belgrade", "Place: from “Niš” to “Belgrade”."),
        ("date", "2023-07", "2023-08", "Date: from July 2023 to August 2023."),
        ("date", None, "2023-08", "Date: August 2023; it was not known before."),
        ("country", "RS", "XK", "Country or territory: from Serbia to Kosovo."),
        ("status", "alleged", "reported", "Status: from alleged to reported."),
        ("category", "mural", "attack", "Category: from Mural to Attack."),
        (
            "denied_by",
            [],
            ["A", "B"],
            "Who denies it: A and B; it was not known before.",
        ),
        ("alleged_by", ["A"], [], "Who alleges it: no longer given; it was A."),
        (
            "radius_m",
            500,
            12_000,
            "How far the place may be off: from about 500 m to about 12 km.",
        ),
        ("actors", [{"name": "A", "role": "by"}], [], "People and groups: changed."),
        ("citations", [], [{"source": "x"}], "What it rests on: changed."),
        ("summary", "a" * 400, "b", "Summary: changed."),
        ("killed", 3, 4, "killed: from 3 to 4."),
        ("status", "a word of old", "reported", "Status: from “a word of old” to"),
        ("date", "not a date", "2023", "Date: from “not a date” to 2023."),
    ],
)
def test_a_value_is_told_by_its_property_in_plain_words(
    name: str,
    before: Any,  # noqa: ANN401 - of JSON
    after: Any,  # noqa: ANN401
    said: str,
) -> None:
    """As readers see it elsewhere."""
    (line,) = told(make_incident(), changed(name, before, after))

    assert line.startswith(said)


def test_what_follows_from_others_is_not_told() -> None:
    """Nor does it make a correction of nothing."""
    assert told(make_incident(), changed("date_earliest", "2023-01-01", None)) == []
    assert told(make_incident(), changed("version", 1, 2)) == []


def test_a_declared_field_is_told_by_its_label() -> None:
    """As the record shows it."""
    own = (OwnField("killed", "People killed"),)

    assert told(make_incident(), changed("killed", 3, 4), own=own) == [
        "People killed: from 3 to 4."
    ]


def test_changes_of_one_time_are_one_correction_with_their_reasons() -> None:
    """Day by day, the oldest first."""
    changes = (
        Change("a", DAY, "The date is another.", "The source says so.", 2),
        Change("a", DAY, "The title is shorter.", "", 2),
        Change("a", date(2024, 4, 2), "A passage was added.", "", 3),
    )

    first, second = corrections_of(changes, make_incident(), VOCABULARY)

    assert first.when == "1 March 2024, version 2"
    assert first.lines == (
        "The date is another. The source says so.",
        "The title is shorter.",
    )
    assert second.when == "2 April 2024, version 3"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([date(2024, 5, 3)], "Changed once, on 3 May 2024"),
        (
            # Lines of a journal may be out of order.
            [date(2024, 5, 3), date(2024, 3, 1)],
            "Changed 2 times, last on 3 May 2024",
        ),
    ],
)
def test_a_history_is_told_in_a_line(days: list[date], said: str) -> None:
    """How often it was changed, and when last."""
    changes = [Change("a", day, "The title is shorter.") for day in days]
    incident = make_incident()

    assert (
        history_words(incident, corrections_of(changes, incident, VOCABULARY)) == said
    )


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        (make_incident(version=1), "Unchanged since 5 January 2024"),
        (make_incident(version=3), "Version 3, last changed on 5 January 2024"),
        (make_incident(updated=""), ""),
    ],
)
def test_a_record_without_corrections_says_since_when_it_is_so(
    incident: Incident, said: str
) -> None:
    """As far as that is known."""
    assert history_words(incident, ()) == said


HOME = "12 Oak Lane"
GUARDED = (
    make_incident(extra={"protected": True}),
    make_incident(generalised=True),
    None,
)


@pytest.mark.parametrize("incident", GUARDED)
@pytest.mark.parametrize(
    "name",
    ["place", "place_as_written", "location_note", "title", "summary", "own", "actors"],
)
def test_what_was_taken_from_a_protected_record_is_not_told(
    incident: Incident | None, name: str
) -> None:
    """Neither what stood there before, nor what was there once."""
    changes = changed(name, "before", HOME), changed(name, HOME, "Belgrade")

    lines = told(incident, *changes)

    assert lines
    assert HOME not in " ".join(lines)
    assert "Belgrade" not in " ".join(lines)


@pytest.mark.parametrize("incident", GUARDED)
def test_of_a_place_made_coarser_only_that_is_told(incident: Incident | None) -> None:
    """And not from what to what."""
    lines = told(
        incident,
        changed("geometry", {"type": "Point", "coordinates": [20.1, 44.1]}, None),
        changed("precision", "street", "city"),
    )

    assert lines == [MADE_LESS_EXACT]


def test_a_record_once_made_coarser_keeps_its_places_to_itself() -> None:
    """Also those that a change before told."""
    lines = told(
        make_incident(),
        changed("place", "Belgrade", HOME),
        changed("precision", "venue", "city"),
        changed("place", HOME, "Belgrade"),
    )

    assert set(lines) == {MADE_LESS_EXACT}


def test_a_change_that_protects_is_told_without_its_words() -> None:
    """Whoever wrote them."""
    change = Change("a", DAY, f"{HOME} was taken out.", "They live there.", 2)
    protects = Change(
        **{**{f: getattr(change, f) for f in change.__slots__}, "protects": True}
    )

    assert told(make_incident(), protects) == [MADE_LESS_EXACT]


@pytest.mark.parametrize(
    "text", ["Call +381 64 123 45 67.", "Write to a.b@example.org.", "Ask @somebody."]
)
def test_what_is_never_recorded_is_not_told_of_either(text: str) -> None:
    """Where a text was changed because of it."""
    for change in (changed("summary", text, "It happened."), Change("a", DAY, text)):
        lines = told(make_incident(), change)
        assert lines
        assert text not in " ".join(lines)


def test_a_home_is_not_told_of(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Even where nothing says that the record is protected."""
    del tmp_path_factory
    lines = told(make_incident(), changed("location_note", "At their flat.", ""))

    assert lines == ["About the place: changed."]


def test_values_outweigh_words() -> None:
    """Readers are told in words; of a record that is gone, nothing of what it was."""
    value = NewValue("date", "2023-07", "2023-08")
    changed = Change("a", DAY, "It is another.", "A table came.", new_values=(value,))
    gone = Change(
        "a",
        DAY,
        "Withdrawn.",
        "The table has it no more.",
        None,
        (value,),
        withdrawn=True,
    )

    assert told(make_incident(), changed) == [
        "Date: from July 2023 to August 2023. A table came."
    ]
    assert told(None, gone) == ["The record was withdrawn. The table has it no more."]


def test_what_became_of_a_record_is_told() -> None:
    """With the reason."""
    assert told(None, Change("a", DAY, "", "It was told twice.", into="b")) == [
        "The record was merged into another one. It was told twice."
    ]
    assert told(
        None, Change("a", DAY, "", "The source took it back.", withdrawn=True)
    ) == ["The record was withdrawn. The source took it back."]


@given(
    st.sampled_from(
        ["place", "title", "own", "date", "radius_m", "alleged_by", "kind"]
    ),
    st.sampled_from(PAYLOADS) | st.integers() | st.none() | st.lists(st.integers()),
)
def test_any_value_can_be_told(name: str, value: Any) -> None:  # noqa: ANN401 - of JSON
    """Values of former models and of other hands too, in one sentence."""
    for change in (changed(name, value, None), changed(name, None, value)):
        for line in told(make_incident(), change):
            assert line.endswith(".")
