"""Own fields: their declarations, and which values are theirs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import SettingsError
from geo.base.settings import Settings
from geo.model.incident import PROPERTIES
from geo.model.own_fields import (
    OwnField,
    OwnType,
    own_words,
    parse_own_fields,
    split_own,
)
from geo.model.wording import describe
from tests.builders import make_incident

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_declaration_says_label_type_and_where_it_is_shown() -> None:
    """Each part may be left out."""
    said = {"label": "People killed", "type": "integer", "show": ["table", "popup"]}
    own = parse_own_fields({"killed": said, "weapon": {}})

    assert own == (
        OwnField("killed", "People killed", OwnType.INTEGER, ("popup", "table")),
        OwnField("weapon", "weapon", OwnType.TEXT, ("record",)),
    )
    assert parse_own_fields(Settings().fields) == ()


@pytest.mark.parametrize(
    "written",
    [
        {"title": {}},
        {"Title": {}},
        {"wkt": {}},
        {"": {}},
        {"killed": {}, "Killed": {}},
        {"killed": "integer"},
        {"killed": {"type": "whole"}},
        {"killed": {"show": ["legend"]}},
        {"killed": {"show": "record"}},
        {"killed": {"labels": "Killed"}},
        {"killed": {"label": 3}},
    ],
)
def test_a_wrong_declaration_is_refused_by_name(written: dict[str, Any]) -> None:
    """Whoever wrote it learns which one and what it takes."""
    with pytest.raises(SettingsError, match="The own field"):
        parse_own_fields(written)


@pytest.mark.parametrize(
    ("kind", "fitting", "others"),
    [
        ("text", ["red"], [1, True, [], ""]),
        ("integer", [0, -3], [True, 1.5, "3", 2**60]),
        ("number", [0, 1.5], [True, "1.5"]),
        ("date", ["2023-08-02"], ["2023-08", "2 August", 20230802]),
        ("truth", [True, False], [0, "true"]),
        (
            "link",
            ["https://a.example/1"],
            ["javascript:alert(1)", "a.example", "ftp://a"],
        ),
    ],
)
def test_only_a_value_of_its_type_is_a_fields(
    kind: str, fitting: list[Any], others: list[Any]
) -> None:
    """What somebody wrote is never bent into what was expected."""
    (field,) = parse_own_fields({"own": {"type": kind}})

    assert all(map(field.fits, fitting))
    assert not any(map(field.fits, others))


@given(st.dictionaries(st.text(min_size=1), JSON), st.sampled_from(OwnType))
def test_nothing_is_lost_when_fields_are_parted(
    extra: dict[str, Any], kind: OwnType
) -> None:
    """Each value is in one of the two, as it was."""
    own = tuple(OwnField(name, name, kind) for name in list(extra)[:2])

    fitting, rest = split_own(extra, own)

    assert {**fitting, **rest} == extra
    assert fitting.keys().isdisjoint(rest)


def test_readers_see_own_fields_under_their_label_and_others_under_their_name() -> None:
    """A declared field only where it is to be shown; an address as a link."""
    own = parse_own_fields(
        {
            "killed": {"label": "People killed", "type": "integer", "show": ["popup"]},
            "hidden": {"show": ["table"]},
            "photo": {"type": "link", "label": "Photograph"},
        }
    )
    extra = {
        "weapon": "<b>",
        "photo": "https://a.example/1",
        "hidden": "x",
        "killed": "about 5",
        "none": None,
    }

    parts = describe(make_incident(extra=extra), "Mural", own)[-3:]

    assert [(part.kind, part.label, part.text, part.brief) for part in parts] == [
        ("fact", "People killed", "about 5", True),
        ("link", "Photograph", "https://a.example/1", False),
        ("fact", "weapon", "<b>", False),
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (3.0, "3"),
        (None, "not known"),
        (["a", 1], "a; 1"),
        ({"a": {"b": False}}, "a: b: no"),
    ],
)
def test_values_are_told_in_words(value: object, words: str) -> None:
    """No reader sees the words of a programming language."""
    assert own_words(value) == words


def test_every_property_of_the_model_is_taken() -> None:
    """An own field cannot stand in for one."""
    for name in PROPERTIES:
        with pytest.raises(SettingsError):
            parse_own_fields({name: {}})
