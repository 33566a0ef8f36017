"""Tests of reading a layer of incidents: whole or not at all."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo import settings as settings_module
from geo.errors import DataError, Fault, MissingAssetError, SettingsError
from geo.incident import PROPERTIES, Incident, feature_of
from geo.layer import (
    SCHEMA,
    Layer,
    check_layer,
    dump_layer,
    parse_layer,
    read_layer,
)
from geo.layer import reading as reading_module
from geo.layer import schema as schema_module
from geo.sources import Source, Sources
from geo.vocabulary import (
    RADIUS_RANGE_M,
    ActorRole,
    Category,
    Kind,
    LocationBasis,
    PlaceRole,
    Precision,
    Status,
    Vocabulary,
)

NAMES = ("attack", "harassment", "mural")
VOCABULARY = Vocabulary(
    {name: Category(name, name, "It is.", "#0072b2", "circle") for name in NAMES}
)
SOURCES = ("paper-2023", "weekly-2023")


def properties(**changes: object) -> dict[str, Any]:
    """Return the properties of a sound incident at a city, with changes."""
    citation = {"source": "paper-2023", "quote": "a wall was painted over"}
    made: dict[str, Any] = {
        "title": "Mural painted over",
        "summary": "Unknown people painted over a mural.",
        "category": "mural",
        "kind": "event",
        "date": "2023-08",
        "date_earliest": "2023-08-01",
        "date_latest": "2023-08-31",
        "place": "Belgrade",
        "country": "RS",
        "place_role": "occurred",
        "precision": "city",
        "radius_m": 12000,
        "location_basis": "stated",
        "status": "reported",
        "citations": [citation],
        "updated": "2024-01-05",
        "version": 1,
    }
    made.update(changes)
    return {name: value for name, value in made.items() if value != "ABSENT"}


def feature(geometry: object = "point", /, **changes: object) -> dict[str, Any]:
    """Return a sound feature with changed properties."""
    place = {"type": "Point", "coordinates": [20.46, 44.81]}
    return {
        "type": "Feature",
        "id": "mural-2023",
        "geometry": place if geometry == "point" else geometry,
        "properties": properties(**changes),
    }


def data_of(*features: object, **members: object) -> bytes:
    """Return the bytes of a layer."""
    made = {"type": "FeatureCollection", "features": features, **members}
    return json.dumps(made, ensure_ascii=False).encode()


def parsed(*features: object, **members: object) -> Layer:
    """Return a layer read with the vocabulary and sources of these tests."""
    return parse_layer(
        data_of(*features, **members),
        "x.geojson",
        vocabulary=VOCABULARY,
        known_sources=SOURCES,
    )


def faults_of(*features: object, severity: str = "error") -> list[Fault]:
    """Return the faults of one severity in a layer."""
    _, faults = reading_module._examined(
        data_of(*features), "x.geojson", VOCABULARY, SOURCES
    )
    found = [fault for fault in faults if fault.severity == severity]

    assert all(fault.message for fault in found)
    return found


def wheres(*features: object) -> list[str]:
    """Return where the errors of a layer are."""
    return [fault.where for fault in faults_of(*features)]


def test_a_sound_layer_is_read_with_everything_in_it() -> None:
    """Incidents, members, foreign members and extra properties are kept."""
    one = feature(weather="rain") | {"by": {"x": 1}}

    found = parsed(
        one, feature(None, precision=None, radius_m=None) | {"id": "b"}, name="L"
    )

    first, second = found.incidents
    assert first.id == "mural-2023"
    assert first.date_earliest == date(2023, 8, 1)
    assert first.extra == {"weather": "rain"}
    assert second.geometry is None
    assert found.members == {"name": "L"}
    assert found.foreign == {"mural-2023": {"by": {"x": 1}}}
    assert len(found.version) == 12
    assert [fault.where for fault in found.warnings] == ["geometry"]


def test_an_empty_layer_is_a_layer() -> None:
    """No incidents is nothing wrong."""
    assert parsed().incidents == ()


def test_what_a_layer_writes_reads_back_equal() -> None:
    """Dump then parse gives the same incidents, members and version."""
    found = parsed(feature(weather="rain") | {"by": 1}, name="L")
    data = b"".join(dump_layer(found))

    again = parse_layer(data, "x", vocabulary=VOCABULARY, known_sources=SOURCES)

    assert (again.incidents, again.members) == (found.incidents, found.members)
    assert (again.version, again.foreign) == (found.version, found.foreign)
    assert b"".join(dump_layer(again)) == data


def test_the_version_tells_layers_apart_and_not_their_layout() -> None:
    """Equal content has an equal version; any change another."""
    base = parsed(feature(version=1)).version

    assert parsed(feature(version=1.0)).version == base
    assert parsed(dict(reversed(feature().items()))).version == base
    assert parsed(feature(title="Other")).version != base
    assert parsed(feature(), name="L").version != base


def test_a_bad_layer_never_half_loads() -> None:
    """One bad feature refuses all, naming file, feature, id and property."""
    with pytest.raises(DataError) as caught:
        parsed(feature(), feature(category="bogus") | {"id": "second"})

    (fault,) = caught.value.faults
    assert (fault.file, fault.index, fault.feature_id) == ("x.geojson", 1, "second")
    assert fault.where == "category"
    assert "'bogus'" in fault.message
    assert "mural" in fault.remedy


def test_every_fault_is_found_in_one_reading() -> None:
    """Faults of JSON values, schema and rules come together, feature by feature."""
    broken_place = feature({"type": "Point", "coordinates": [20, 95]}, kind="bogus")
    faults = faults_of(
        broken_place | {"id": "a"}, feature(country="QQ") | {"id": "b"}, None
    )

    assert [(fault.index, fault.where) for fault in faults[:3]] == [
        (0, "geometry.coordinates"),
        (0, "kind"),
        (1, "country"),
    ]
    assert faults[3].index == 2


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "ABSENT"}, "title"),
        ({"title": 1}, "title"),
        ({"title": ""}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"summary": None}, "summary"),
        ({"category": "ABSENT"}, "category"),
        ({"kind": "rumour"}, "kind"),
        ({"status": "true"}, "status"),
        ({"status": "ABSENT"}, "status"),
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
        ({"citations": [{"source": "paper-2023"}]}, "citations[0].quote"),
        ({"citations": [{"source": "paper-2023", "quote": "a", "page": 1}]}, "citations[0].page"),
        ({"updated": "ABSENT"}, "updated"),
        ({"updated": "5 January"}, "updated"),
        ({"updated": "2024-13-01"}, "updated"),
        ({"updated": "2024-01-05\n"}, "updated"),
        ({"version": 0}, "version"),
        ({"version": True}, "version"),
        ({"version": "ABSENT"}, "version"),
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
        ({"date_latest": None}, "date_latest"),
        ({"date_latest": "ABSENT"}, "date_latest"),
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


def test_messages_are_short_whatever_the_data() -> None:
    """No message repeats a whole record or a long value."""
    long = {"a": ["x" * 5000] * 10}
    faults = faults_of(
        feature(
            title=long,
            category="y" * 3000,
            citations=[long, {"source": "z" * 5000, "quote": "w " * 400}],
            actors=long,
        )
        | {"id": "Q" * 3000}
    )

    assert len(faults) > 5
    assert max(len(str(fault)) for fault in faults) < 700


def test_the_expected_days_are_shown() -> None:
    """A derived date that disagrees is shown with what it should be."""
    (fault,) = faults_of(feature(date_earliest="2023-08-02"))

    assert "'2023-08-01'" in fault.message


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022-22", "2022-06-01", "2022-08-31"),
        ("../2023-12", None, "2023-12-31"),
        ("2022-12~", "2022-11-01", "2023-01-31"),
        ("2022-02-24/2022-03-18", "2022-02-24", "2022-03-18"),
        (None, None, None),
    ],
)
def test_uncertain_dates_are_accepted_with_their_days(
    text: str | None, earliest: str | None, latest: str | None
) -> None:
    """Every kind of date of the model is accepted with its derived days."""
    one = feature(date=text, date_earliest=earliest, date_latest=latest)

    assert not faults_of(one)


@pytest.mark.parametrize(
    "found",
    [None, 7, "", "Mural", "mural 1", "mural_1", "мурал", "a\n", "-a", "a" * 101],
)
def test_an_id_that_is_no_slug_is_refused(found: object) -> None:
    """Ids are readable slugs."""
    one = feature()
    if found is None:
        del one["id"]
    else:
        one["id"] = found

    assert wheres(one) == ["id"]


LINE = {"type": "LineString", "coordinates": [[20.4, 42.8], [21.0, 43.1]]}
AREA = {"type": "Polygon", "coordinates": [[[20, 42], [21, 42], [21, 43], [20, 42]]]}
POINT = {"type": "Point", "coordinates": [20.46, 44.81]}


@pytest.mark.parametrize(
    ("geometry", "changes", "where"),
    [
        (POINT, {"precision": None}, "precision"),
        (POINT, {"precision": "ABSENT"}, "precision"),
        (POINT, {"radius_m": None}, "radius_m"),
        (POINT, {"precision": "line", "radius_m": 100}, "precision"),
        (LINE, {}, "precision"),
        (AREA, {"precision": "venue", "radius_m": 10}, "precision"),
        (AREA, {"precision": "street", "radius_m": 100}, "precision"),
        (None, {"radius_m": None}, "precision"),
        (None, {"precision": None}, "radius_m"),
        (POINT, {"radius_m": 100}, "radius_m"),
        (POINT, {"precision": "venue", "radius_m": 1_100}, "radius_m"),
        ({"type": "MultiPoint", "coordinates": [[20, 44]]}, {}, "geometry"),
        ({"type": "GeometryCollection", "geometries": [POINT]}, {}, "geometry"),
    ],
)
def test_place_precision_and_radius_must_fit(
    geometry: object, changes: dict[str, object], where: str
) -> None:
    """Geometry, precision and radius come together and agree."""
    assert wheres(feature(geometry, **changes)) == [where]


@pytest.mark.parametrize("precision", list(Precision))
def test_each_precision_takes_the_ends_of_its_radii(precision: Precision) -> None:
    """The range of radii is inclusive."""
    geometry = LINE if precision == Precision.LINE else POINT
    for radius_m in RADIUS_RANGE_M[precision]:
        one = feature(geometry, precision=str(precision), radius_m=radius_m)

        assert not faults_of(one)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"status": "alleged"}, "alleged_by"),
        ({"status": "alleged", "alleged_by": []}, "alleged_by"),
        ({"status": "alleged", "alleged_by": [" "]}, "alleged_by"),
        ({"status": "corroborated"}, "status"),
        ({"kind": "plan"}, "place_role"),
        ({"kind": "plan", "place_role": None}, "place_role"),
        ({"count": 3}, "count"),
        ({"category": "bogus"}, "category"),
    ],
)
def test_claims_and_kinds_must_hold_together(
    changes: dict[str, object], where: str
) -> None:
    """Allegations, corroborations, plans and counts follow their rules."""
    assert wheres(feature(**changes)) == [where]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "alleged", "alleged_by": ["A man"]},
        {"kind": "plan", "place_role": "target"},
        {"kind": "plan", "place_role": "subject"},
        {"kind": "series", "count": 3},
        {"country": "XK"},
        {"country": None},
        {"denied_by": ["The ministry"], "actors": [{"name": "A", "role": "by"}]},
        {"generalised": True, "location_note": "Made coarser."},
    ],
)
def test_sound_claims_and_kinds_are_accepted(changes: dict[str, object]) -> None:
    """What the rules ask for is enough."""
    assert not faults_of(feature(**changes))


def test_a_plan_without_a_place_needs_no_role() -> None:
    """A plan that the source places nowhere is fine."""
    one = feature(None, kind="plan", place_role=None, precision=None, radius_m=None)

    assert not faults_of(one)


def test_a_translation_does_not_corroborate_its_original() -> None:
    """Two sources, one derived from the other, are one witness."""
    original = Source("paper-2023", "T", "P", "ru", None, None, "none")
    translated = Source(
        "weekly-2023", "T", "P", "en", None, None, "none", derived_from="paper-2023"
    )
    cited = [{"source": name, "quote": "a wall"} for name in SOURCES]
    data = data_of(feature(status="corroborated", citations=cited))
    register = Sources({"paper-2023": original, "weekly-2023": translated})

    assert parsed(feature(status="corroborated", citations=cited)).incidents
    with pytest.raises(DataError, match="one independent source"):
        parse_layer(data, "x", vocabulary=VOCABULARY, known_sources=register)


@pytest.mark.parametrize(
    ("citation", "where"),
    [
        ({"source": "elsewhere"}, "source"),
        ({"quote": " "}, "quote"),
        ({"quote": "—"}, "quote"),
        ({"quote": "one two three four five six seven eight nine ten eleven twelve thirteen"}, "quote"),
        ({"prefix": "one two three four five"}, "prefix"),
        ({"suffix": "one two three four five"}, "suffix"),
        ({"supports": ["colour"]}, "supports"),
        ({"supports": ["date", "date"]}, "supports"),
    ],
)  # fmt: skip
def test_citations_follow_their_rules(citation: dict[str, object], where: str) -> None:
    """Sources are known, quotes short, supports real."""
    made = {"source": "paper-2023", "quote": "a wall"} | citation

    assert wheres(feature(citations=[made])) == [f"citations[0].{where}"]


def test_a_citation_at_its_limits_is_accepted() -> None:
    """Twelve words, four before and four after, supporting real properties."""
    made = {
        "source": "paper-2023",
        "quote": "one two three four five six seven eight nine ten eleven twelve",
        "prefix": "one two three four",
        "suffix": "one two three four",
        "supports": ["date", "geometry"],
    }

    assert not faults_of(feature(citations=[made]))


def test_a_quote_like_a_whole_sentence_is_warned_of() -> None:
    """A capital, several words and a full stop look like a copied sentence."""
    made = {"source": "paper-2023", "quote": "They painted over the old mural."}
    faults = faults_of(feature(citations=[made]), severity="warning")

    assert [fault.where for fault in faults] == ["citations[0].quote"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "a\tb"}, "title"),
        ({"summary": "a\nb"}, "summary"),
        ({"place": "\x1b[31m"}, "place"),
        ({"place": "a\u202eb"}, "place"),
        ({"alleged_by": ["a\x00"]}, "alleged_by[0]"),
        ({"notes": {"deep": ["\x07"]}}, "notes.deep[0]"),
    ],
)
def test_what_does_not_print_is_refused(changes: dict[str, object], where: str) -> None:
    """Control characters and direction overrides are refused in any text."""
    assert where in wheres(feature(**changes))


@pytest.mark.parametrize(
    "text",
    [
        "Call +381 64 123 45 67 now",
        "call +381641234567",
        "(+7) or +7 (916) 123-45-67",
        "phone 064/123-4567",
        "phone 011 123 4567",
        "8 (916) 123-45-67",
        "(212) 555-0123",
        "a car, BG 1234-AB, left",
        "a car NS-123-XY",
        "машина \u0410123\u0412\u0421 77",
        "see t.me/somechannel",
        "https://telegram.me/somechannel",
        "tg://resolve?domain=x",
        "wrote @some_handle there",
        "write to someone@example.org",
    ],
)
@pytest.mark.parametrize("name", ["summary", "location_note", "remarks"])
def test_what_could_harm_people_is_never_recorded(text: str, name: str) -> None:
    """Telephones, plates, channels, handles and addresses are refused, unrepeated."""
    (fault,) = faults_of(feature(**{name: text}))

    assert fault.where == name
    assert "never recorded" in fault.message
    assert text not in str(fault)


@pytest.mark.parametrize(
    "text",
    [
        "Between 2022-02-24 and 2022-03-18, or 24.02.2022.",
        "About 200,000 to 1 000 000 people, 10-15 at 5:30.",
        "The 2023/24 season; law no. 123/2019; 0.5 to 44.8178, 20.4569.",
        "A bar at 12 Some Street, 11000 Belgrade; the E75 road; MH17.",
        "https://example.org/2023/12/18/story-123456",
        "Paid 100 000 EUR in the AK-47 case; 555 people.",
        "Painted at t. me said; 3 @ 5 pm.",
    ],
)
def test_ordinary_numbers_and_addresses_are_left_alone(text: str) -> None:
    """Dates, sums, streets and coordinates are no telephone numbers or plates."""
    assert not faults_of(feature(summary=text))


@pytest.mark.parametrize(
    "changes",
    [
        {"place": "An apartment in Zemun"},
        {"place": "His home"},
        {"place_as_written": "квартира на окраине"},
        {"place_as_written": "u stanu"},
        {"location_note": "the flat they rented"},
    ],
)
@pytest.mark.parametrize("category", ["attack", "harassment"])
@pytest.mark.parametrize(("precision", "radius_m"), [("venue", 50), ("street", 200)])
def test_homes_of_people_attacked_are_not_placed_exactly(
    changes: dict[str, object], category: str, precision: str, radius_m: float
) -> None:
    """An attack at a dwelling is placed no finer than neighbourhood."""
    exact = {"category": category, "precision": precision, "radius_m": radius_m}
    coarse = {"category": category, "precision": "neighbourhood", "radius_m": 1500}

    assert wheres(feature(**changes, **exact)) == list(changes)
    assert not faults_of(feature(**changes, **coarse))


def test_a_place_without_role_or_basis_is_warned_of() -> None:
    """What the place is, and what the placing rests on, should be said."""
    one = feature(POINT | {"colour": "red"}, place_role=None, location_basis="ABSENT")
    faults = faults_of(one, severity="warning")

    assert [fault.where for fault in faults] == [
        "place_role",
        "location_basis",
        "geometry.colour",
    ]


# --- the deployment's own files -----------------------------------------------


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a deployment with a layer, a vocabulary and a register of sources."""
    entry = {"label": "M", "definition": "D.", "color": "#0072b2", "symbol": "circle"}
    source = {"title": "T", "publisher": "P", "language": "en", "licence": "none"}
    categories = [entry | {"id": name} for name in NAMES]
    sources = [
        {**source, "id": name, "published": None, "url": None} for name in SOURCES
    ]
    files = {
        "vocabulary": {"categories": categories},
        "sources": {"sources": sources},
    }
    for name, content in files.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        monkeypatch.setenv(f"INCIDENTS_{name.upper()}", str(path))
    (tmp_path / "layer.geojson").write_bytes(data_of(feature()))
    monkeypatch.setenv("INCIDENTS_LAYER", str(tmp_path / "layer.geojson"))
    settings_module.settings.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def fresh_settings() -> Any:  # noqa: ANN401 - a generator fixture
    """Forget settings read under a test's environment."""
    yield
    settings_module.settings.cache_clear()


def test_the_deployment_says_which_layer_vocabulary_and_sources(
    deployment: Path,
) -> None:
    """Without arguments, everything comes from the settings."""
    assert [one.id for one in read_layer().incidents] == ["mural-2023"]
    assert check_layer() == []
    assert check_layer(deployment / "layer.geojson") == []


@pytest.mark.parametrize("name", ["vocabulary.json", "sources.json", "layer.geojson"])
def test_a_missing_file_of_the_deployment_is_a_fault(
    deployment: Path, name: str
) -> None:
    """A missing file is told by its name, by reading and by checking."""
    (deployment / name).unlink()

    assert name in check_layer()[0].file
    with pytest.raises(DataError, match=name):
        read_layer()


def test_checking_never_raises_for_what_a_file_holds(deployment: Path) -> None:
    """What is not GeoJSON at all gives faults, not exceptions."""
    path = deployment / "page.geojson"
    path.write_bytes(b"<html>")

    assert "web page" in check_layer(path)[0].message


def test_a_database_is_not_read_as_a_file() -> None:
    """A database address is a wrong setting here, not a missing file."""
    with pytest.raises(SettingsError, match="database"):
        read_layer("postgresql://localhost/incidents")


# --- the schema ---------------------------------------------------------------


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
    whole = json.loads(data_of(feature(), feature(LINE), feature(AREA), feature(None)))

    assert validator.is_valid(whole)
    assert not validator.is_valid(json.loads(data_of(feature({"type": "Point"}))))


def test_a_missing_schema_names_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its schema the project is broken, and says how to mend it."""
    monkeypatch.setattr(schema_module, "SCHEMA", Path("nowhere.json"))
    schema_module.property_schema.cache_clear()

    with pytest.raises(MissingAssetError, match="nowhere"):
        parsed(feature())

    schema_module.property_schema.cache_clear()


def test_a_feature_made_of_an_incident_is_a_sound_feature() -> None:
    """What the code writes of a minimal incident passes the reading."""
    (one,) = parsed(feature()).incidents
    minimal = Incident(
        **{name: getattr(one, name) for name in ("id", "title", "summary", "category")},
        kind="event",
        status="reported",
        citations=one.citations,
        updated="2024-01-05",
    )

    assert parsed(feature_of(minimal)).incidents == (minimal,)


@hypothesis_settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(PROPERTIES),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["source", "quote", "name", "role", "supports"]),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=5,
        ),
        max_size=5,
    )
)
def test_any_properties_are_read_or_refused(changes: dict[str, object]) -> None:
    """Whatever the values, nothing but DataError comes of them."""
    one = feature()
    one["properties"] |= changes
    _, faults = reading_module._examined(
        json.dumps({"type": "FeatureCollection", "features": [one]}).encode(),
        "x",
        VOCABULARY,
        SOURCES,
    )

    assert all(isinstance(fault, Fault) for fault in faults)


@pytest.mark.parametrize(
    "text", ["a" * 900_000, "+1" * 400_000, "@a" * 400_000, "AB1" * 300_000]
)
def test_a_huge_text_is_checked_in_one_pass(text: str) -> None:
    """Looking for telephones and the like stays linear in the text's length."""
    started_s = time.perf_counter()
    faults_of(feature(remarks=text))

    assert time.perf_counter() - started_s < 5
