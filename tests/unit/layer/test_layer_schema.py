"""The schema refuses what is of the wrong kind, and is published documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import MissingAssetError
from geo.layer import SCHEMA
from geo.layer import schema as schema_module
from geo.model.incident import PROPERTIES
from geo.model.vocabulary import (
    ActorRole,
    Kind,
    LocationBasis,
    PlaceRole,
    Precision,
    Status,
)
from tests.unit.layer.samples import (
    AREA,
    AREAS,
    LINE,
    LINES,
    POINTS,
    data_of,
    faults_of,
    feature,
    needed,
    parsed,
)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "ABSENT"}, "title"),
        ({"title": 1}, "title"),
        ({"title": ""}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"summary": 1}, "summary"),
        ({"category": "ABSENT"}, "category"),
        ({"kind": "rumour"}, "kind"),
        ({"status": "true"}, "status"),
        ({"place_role": "nearby"}, "place_role"),
        ({"location_basis": "guess"}, "location_basis"),
        ({"precision": "exact"}, "precision"),
        ({"radius_m": "12 km"}, "radius_m"),
        ({"radius_m": -1}, "radius_m"),
        ({"generalised": "yes"}, "generalised"),
        ({"count": 1, "kind": "series"}, "count"),
        ({"count": 2.5, "kind": "series"}, "count"),
        ({"alleged_by": "him"}, "alleged_by"),
        ({"alleged_by": [1]}, "alleged_by[0]"),
        ({"actors": [{"name": "A", "role": "near"}]}, "actors[0].role"),
        ({"actors": [{"name": "A"}]}, "actors[0].role"),
        ({"actors": [{"name": "A", "role": "by", "age": 3}]}, "actors[0].age"),
        ({"citations": "ABSENT"}, "citations"),
        ({"citations": []}, "citations"),
        ({"citations": [{"quote": "a"}]}, "citations[0].source"),
        ({"citations": [{"source": "paper-2023", "quote": ""}]}, "citations[0].quote"),
        ({"citations": [{"source": "paper-2023", "url": "page 3"}]}, "citations[0].url"),
        ({"citations": [{"source": "paper-2023", "url": "javascript:x"}]}, "citations[0].url"),
        ({"citations": [{"source": "paper-2023", "quote": "a", "page": 1}]}, "citations[0].page"),
        ({"updated": "5 January"}, "updated"),
        ({"updated": "2024-13-01"}, "updated"),
        ({"updated": "2024-01-05\n"}, "updated"),
        ({"version": 0}, "version"),
        ({"version": True}, "version"),
        ({"country": "rs"}, "country"),
        ({"country": "Serbia"}, "country"),
        ({"country": "YU"}, "country"),
        ({"country": "CS"}, "country"),
        ({"date": "August 2023"}, "date"),
        ({"date": "2023-13"}, "date"),
        ({"date": "../2-"}, "date"),
        ({"date": "2023-0X"}, "date"),
        ({"date": 2023}, "date"),
        ({"date_earliest": "2023-08-02"}, "date_earliest"),
        ({"date_latest": "2023-09-01"}, "date_latest"),
        ({"date": None}, "date_earliest"),
    ],
)  # fmt: skip
def test_a_wrong_property_is_named_with_a_remedy(
    changes: dict[str, object], where: str
) -> None:
    """Each property of the wrong kind, form or value is refused at its place."""
    faults = faults_of(feature(**changes))

    assert where in [fault.where for fault in faults]
    assert all(fault.remedy for fault in faults)


def schema() -> dict[str, Any]:
    """Return the published schema."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def test_the_schema_is_valid_and_describes_each_property() -> None:
    """The schema is published documentation: every property has its words."""
    found = schema()
    jsonschema.Draft202012Validator.check_schema(found)
    described = found["$defs"]["properties"]["properties"]

    assert tuple(described) == PROPERTIES
    for part in (
        described,
        found["$defs"]["citation"]["properties"],
        described["actors"]["items"]["properties"],
    ):
        for name, one in part.items():
            assert one.get("title"), name
            assert one.get("description"), name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", Kind),
        ("status", Status),
        ("precision", Precision),
        ("place_role", PlaceRole),
        ("location_basis", LocationBasis),
    ],
)
def test_the_schema_has_the_words_of_the_model(name: str, values: Any) -> None:  # noqa: ANN401
    """Enumerations of the schema and the code cannot drift apart."""
    described = schema()["$defs"]["properties"]["properties"]
    listed = [value for value in described[name]["enum"] if value is not None]

    assert listed == [str(value) for value in values]


def test_the_schema_has_the_roles_of_actors() -> None:
    """The roles of actors are those of the code."""
    actors = schema()["$defs"]["properties"]["properties"]["actors"]

    assert actors["items"]["properties"]["role"]["enum"] == [
        str(one) for one in ActorRole
    ]


def test_a_sound_layer_fits_the_whole_published_schema() -> None:
    """Others may validate with the schema alone, geometries included."""
    validator = jsonschema.Draft202012Validator(schema())
    several = (feature(shape) for shape in (LINE, AREA, POINTS, LINES, AREAS, None))
    whole = json.loads(data_of(feature(), *several, needed()))

    assert validator.is_valid(whole)
    assert not validator.is_valid(json.loads(data_of(feature({"type": "Point"}))))


#: What JSON can hold, and what Python's reader of it lets through besides.
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from((10**400, "2023-01-01\n", "RS\n", "\ud800", "line", "mural-1")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from((*PROPERTIES, "of-their-own")), VALUES | st.just(...))
def test_another_reader_of_the_schema_finds_the_same_right(
    name: str, value: object
) -> None:
    """Whatever a property holds, or if it is missing, two libraries agree."""
    properties = dict(feature()["properties"])
    properties[name] = value
    if value is ...:
        del properties[name]

    found = list(schema_module.schema_problems(properties))

    another = jsonschema.Draft202012Validator(schema_module._schema())
    assert bool(found) == (not another.is_valid(properties))


def test_a_missing_schema_names_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its schema the project is broken, and says how to mend it."""
    monkeypatch.setattr(schema_module, "SCHEMA", Path("nowhere.json"))
    monkeypatch.setattr(schema_module, "_check", schema_module._check.__wrapped__)
    monkeypatch.setattr(
        schema_module, "_definitions", schema_module._definitions.__wrapped__
    )

    with pytest.raises(MissingAssetError, match="nowhere"):
        parsed(feature())
