"""Features as flat rows, and cells as values again, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from geo.formats.rows import names_of, names_text, value_of
from geo.formats.wkt import read_wkt, wkt
from geo.model.fields import field_named, fields
from geo.model.incident import Incident, feature_of
from tests.strategies import incidents


@given(st.lists(st.text(max_size=8), max_size=4))
def test_names_in_one_text_are_read_back_as_they_were(names: list[str]) -> None:
    """Semicolons, brackets, blanks and line breaks in names do not matter."""
    assert names_of(names_text(names)) == names


def test_plain_names_are_plain() -> None:
    """People read these cells."""
    assert names_text(["Ana", "Иван"]) == "Ana; Иван"


@given(incidents())
def test_well_known_text_keeps_every_digit(incident: Incident) -> None:
    """What is read back is equal, not close."""
    geometry = feature_of(incident)["geometry"]

    assert read_wkt(wkt(geometry) or "") == geometry
    if geometry:
        assert shape(geometry).equals_exact(
            shape(read_wkt(wkt(geometry) or "") or {}), 0
        )


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("count", "2.5"),
        ("count", "many"),
        ("count", float("nan")),
        ("radius_m", "inf"),
        ("radius_m", True),
        ("generalised", "maybe"),
        ("updated", "yesterday"),
        ("alleged_by", [1]),
        ("alleged_by", "[1]"),
        ("actors", "{"),
    ],
)
def test_a_cell_of_the_wrong_kind_says_so(kind: str, cell: object) -> None:
    """The message is put after the column's name."""
    field = field_named(kind)
    assert field is not None

    with pytest.raises(ValueError, match=r"is not|Expecting"):
        value_of(field, cell)


def test_an_empty_cell_is_what_the_column_means_by_it() -> None:
    """Unknown is null where the model knows null."""
    empties = {field.name: value_of(field, "") for field in fields()}

    assert empties["place"] == ""
    assert empties["country"] is None
    assert empties["alleged_by"] == []
    assert empties["generalised"] is False
