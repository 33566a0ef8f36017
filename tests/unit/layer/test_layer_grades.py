"""Grades of records: what is needed, what is wanted, and what is lacking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.layer import Grade, check, read_collection
from geo.layer.grades import lacking
from geo.model.incident import feature_of
from tests.unit.layer.samples import (
    POINT,
    SOURCES,
    VOCABULARY,
    feature,
    needed,
    parsed,
    properties,
)

_BARE = frozenset(needed()["properties"])
#: What may be left out of a record.
_REST = sorted(frozenset(properties()) - _BARE)


@given(st.sets(st.sampled_from(_REST)), st.sampled_from(("absent", "null")))
def test_whatever_is_only_wanted_may_be_missing(left_out: set[str], how: str) -> None:
    """Any record with id, title, category and a source stands, and is read again."""
    if not left_out.isdisjoint({"date"}):
        left_out |= {"date_earliest", "date_latest"}
    gone = dict.fromkeys(left_out, "ABSENT" if how == "absent" else None)

    layer = parsed(feature(**gone))

    assert parsed(*map(feature_of, layer.incidents)).incidents == layer.incidents


def test_a_record_of_four_things_stands_and_says_what_it_lacks() -> None:
    """Nothing is filled in that nobody said."""
    (one,) = parsed(needed(POINT)).incidents

    assert (one.summary, one.date, one.precision, one.radius_m) == (
        "",
        None,
        None,
        None,
    )
    assert list(lacking(needed(POINT))) == [
        *("summary", "kind", "status", "updated", "version", "date"),
        *("place", "country", "place_role", "precision", "radius_m"),
        *("location_basis", "citations[0].quote"),
    ]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, []),
        ({"date": None, "date_earliest": None, "date_latest": None}, ["date"]),
        (
            {
                **dict.fromkeys(("date", "date_earliest", "date_latest")),
                "date_note": "The source gives no day.",
            },
            [],
        ),
        ({"date_latest": None}, ["date_latest"]),
        ({"date": "2023/..", "date_earliest": "2023-01-01", "date_latest": None}, []),
        ({"status": "alleged"}, ["alleged_by"]),
        ({"status": "alleged", "alleged_by": ["A man"]}, []),
        ({"precision": None, "radius_m": None}, ["precision", "radius_m"]),
    ],
)
def test_what_is_wanted_depends_on_the_record(
    changes: dict[str, object], names: list[str]
) -> None:
    """A source may give no date; an allegation is somebody's."""
    assert list(lacking(feature(**changes))) == names


def test_lacking_things_are_errors_only_where_all_is_asked_for() -> None:
    """Both grades come from one rule book."""
    both = [needed(), feature()]
    lax = check(both, vocabulary=VOCABULARY, sources=SOURCES)
    strict = check(both, vocabulary=VOCABULARY, sources=SOURCES, grade=Grade.WANTED)

    assert lax.wrong == frozenset()
    assert (lax.grades().needed, lax.grades().wanted) == (2, 1)
    assert strict.wrong == {0}
    assert {str(one.code) for one in strict.faults if one.is_error} == {"lacking"}


def test_our_own_layer_has_all_that_is_wanted() -> None:
    """It is the example that others look at."""
    features = list(map(feature_of, read_collection().incidents))

    assert [
        (one["id"], list(lacking(one))) for one in features if [*lacking(one)]
    ] == []
