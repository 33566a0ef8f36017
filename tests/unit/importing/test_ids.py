"""Ids are the file's own where they can be, and stay the same."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.ids import Ids, identify_rows
from geo.model.ids import is_incident_id


def identified(
    titles: list[object],
    given_ids: list[object] | None = None,
    dates: list[object] | None = None,
    **options: object,
) -> Ids:
    """Return the ids of rows."""
    column = None if given_ids is None else pd.Series(given_ids, dtype=object)
    return identify_rows(
        column,
        pd.Series(titles, dtype=object),
        pd.Series(dates or [None] * len(titles), dtype=object),
        **options,
    )


def test_ids_that_can_stand_in_an_address_are_kept() -> None:
    """Numbers as a person would write them."""
    ids = identified(["a"] * 4, ["7", "SOM123", "nc73919986", 7100.0])

    assert list(ids.ids) == ["7", "SOM123", "nc73919986", "7100"]
    assert ids.given_id.isna().all()
    assert not ids.remarks


def test_an_id_that_cannot_is_kept_beside_its_slug() -> None:
    """Whoever knows the table finds the record by it."""
    ids = identified(["a", "b"], ["Случай 7", "uuid:ab/1"])

    assert list(ids.ids) == ["sluchay-7", "uuid-ab-1"]
    assert list(ids.given_id) == ["Случай 7", "uuid:ab/1"]
    assert ids.remarks[0].code == "id.changed"
    assert ids.remarks[0].rows == (0, 1)


def test_an_id_that_comes_twice_is_made_distinct_and_told() -> None:
    """No record is lost for it."""
    ids = identified(["A", "B"], ["7", "7"])

    assert list(ids.ids) == ["7", "7-2"]
    assert ids.given_id[1] == "7"
    assert ids.remarks[0].code == "id.duplicate"
    assert ids.remarks[0].rows == (1,)


def test_without_a_column_ids_are_titles_then_dates_then_numbers() -> None:
    """Readable, and as short as can be."""
    dates = ["2020-01-01", "2020-01-02", "2020-01-02", None, None]

    ids = identified(["Protest", "Protest", "Protest", "Protest", "!"], dates=dates)

    assert list(ids.ids) == [
        "protest",
        "protest-2020-01-02",
        "protest-2020-01-02-2",
        "protest-2",
        "record",
    ]
    assert not ids.remarks


def test_ids_of_other_records_are_not_used() -> None:
    """Two tables of one map may both have a 7."""
    assert list(identified(["A"], ["7"], taken={"7"}).ids) == ["7-2"]


def test_many_equal_titles_have_ids_of_their_own() -> None:
    """Counted on, never counted through."""
    ids = identified(["Protest"] * 20_000, dates=["2020-01-01"] * 20_000).ids

    assert ids.is_unique
    assert ids.iloc[-1] == "protest-2020-01-01-19999"


texts = st.lists(st.text("ab-. 2Aж", max_size=4) | st.none(), max_size=30)


@given(texts, texts)
def test_rows_that_are_appended_change_no_id(first: list[str], more: list[str]) -> None:
    """Ids are good, no two alike, and those of the file's beginning stay."""
    whole = identified(["t"] * (len(first) + len(more)), [*first, *more]).ids

    assert list(identified(["t"] * len(first), first).ids) == list(whole[: len(first)])
    assert whole.is_unique
    assert all(map(is_incident_id, whole))
