"""A layer is read whole or not at all, and every fault is told in one reading."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo.base import settings as settings_module
from geo.base.errors import DataError, Fault, SettingsError
from geo.layer import (
    check,
    check_collection,
    dump_collection,
    parse_collection,
    read_collection,
)
from geo.model.incident import PROPERTIES, Incident, feature_of
from tests.unit.layer.samples import (
    NAMES,
    SOURCES,
    VOCABULARY,
    data_of,
    faults_of,
    feature,
    parsed,
    wheres,
)


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
    data = b"".join(dump_collection(found))

    again = parse_collection(data, "x", vocabulary=VOCABULARY, known_sources=SOURCES)

    assert (again.incidents, again.members) == (found.incidents, found.members)
    assert (again.version, again.foreign) == (found.version, found.foreign)
    assert b"".join(dump_collection(again)) == data


def test_the_version_tells_layers_apart_and_not_their_layout() -> None:
    """Equal content has an equal version; any change another."""
    base = parsed(feature(version=1)).version

    assert parsed(feature(version=1.0)).version == base
    assert parsed(dict(reversed(feature().items()))).version == base
    assert parsed(feature(title="Other")).version != base
    assert parsed(feature(), name="L").version == base
    assert parsed(feature(), feature() | {"id": "b"}).version != base


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


@pytest.mark.parametrize(
    "found",
    [None, 7, "", "mural 1", "a/b", "..", "мурал", "a\n", "-a", "a.", "a" * 101],
)
def test_an_id_that_cannot_stand_in_an_address_is_refused(found: object) -> None:
    """Nor one that could leave a folder, or be written in two ways."""
    one = feature()
    if found is None:
        del one["id"]
    else:
        one["id"] = found

    assert wheres(one) == ["id"]


@pytest.mark.parametrize("found", ["7", "SOM123", "nc73919986", "mural_1", "GED-22.1"])
def test_an_id_of_others_is_taken_as_it_is(found: str) -> None:
    """Whoever knows the table finds the record by it."""
    assert not faults_of(feature() | {"id": found})


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
    assert [one.id for one in read_collection().incidents] == ["mural-2023"]
    assert check_collection() == []
    assert check_collection(deployment / "layer.geojson") == []


@pytest.mark.parametrize("name", ["vocabulary.json", "sources.json", "layer.geojson"])
def test_a_missing_file_of_the_deployment_is_a_fault(
    deployment: Path, name: str
) -> None:
    """A missing file is told by its name, by reading and by checking."""
    (deployment / name).unlink()

    assert name in check_collection()[0].file
    with pytest.raises(DataError, match=name):
        read_collection()


def test_checking_never_raises_for_what_a_file_holds(deployment: Path) -> None:
    """What is not GeoJSON at all gives faults, not exceptions."""
    path = deployment / "page.geojson"
    path.write_bytes(b"<html>")

    assert "web page" in check_collection(path)[0].message


def test_a_database_is_not_read_as_a_file() -> None:
    """A database address is a wrong setting here, not a missing file."""
    with pytest.raises(SettingsError, match="database"):
        read_collection("postgresql://localhost/incidents")


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
    checked = check([one], vocabulary=VOCABULARY, sources=SOURCES)

    assert all(isinstance(fault, Fault) for fault in checked.faults)
    assert len(list(checked.incidents())) == (not checked.wrong)
