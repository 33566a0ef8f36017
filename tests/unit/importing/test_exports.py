"""Exports of this project come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from geo.formats.registry import FORMATS
from geo.model.incident import Incident, feature_of
from tests.bringing import brought, brought_into, told, written
from tests.builders import make_incident, make_layer, read_again, scattered
from tests.strategies import several
from tests.unit.formats.samples import file_of, selection_of

FEW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


def features(incidents: tuple[Incident, ...]) -> dict[str, Any]:
    """Return incidents as JSON has them, by id."""
    made = json.loads(json.dumps([feature_of(each) for each in incidents]))
    return {each["id"]: each for each in made}


def kept(name: str, value: Any) -> Any:  # noqa: ANN401 - of JSON
    """Return a value without what a format may lose: dBase pads texts with blanks."""
    if name != "shp":
        return value
    if isinstance(value, dict):
        return {key: kept(name, part) for key, part in value.items()}
    if isinstance(value, list):
        return [kept(name, part) for part in value]
    return value.strip(" ") if isinstance(value, str) else value


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(made=several(most=5))
def test_an_export_of_any_layer_gives_it_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, made: list[Incident]
) -> None:
    """In every format, each record with all that it says."""
    layer = read_again(make_layer(*made))
    if not layer.incidents:
        return
    folder = tmp_path_factory.mktemp("export")
    content = file_of(selection_of(*layer.incidents), name)

    found = brought(written(folder, f"a.{FORMATS[name].suffix}", content))

    assert found.refused == ()
    assert kept(name, features(found.incidents)) == kept(
        name, features(layer.incidents)
    )


@pytest.mark.parametrize("name", FORMATS)
def test_blanks_around_a_quote_are_kept_but_in_a_shapefile(
    tmp_path: Path, name: str
) -> None:
    """README says so of the Shapefile."""
    made = make_incident()
    cited = replace(made.citations[0], quote="A ", prefix="x ", suffix=" y ")
    note = "" if name == "shapefile" else " "
    layer = read_again(
        make_layer(replace(made, citations=(cited,), location_note=note))
    )
    content = file_of(selection_of(*layer.incidents), name)

    found = brought(written(tmp_path, f"a.{FORMATS[name].suffix}", content))

    assert kept(name, features(found.incidents)) == kept(
        name, features(layer.incidents)
    )


def test_an_export_brought_into_a_map_is_its_layer(tmp_path: Path) -> None:
    """With the versions it had; coming again it changes nothing."""
    incidents = scattered(20)
    path = written(tmp_path, "a.csv", file_of(selection_of(*incidents), "csv"))

    first = brought_into(tmp_path / "map", path)
    before = (tmp_path / "map" / "incidents.geojson").read_bytes()
    again = brought_into(tmp_path / "map", path)

    assert (first.counts, again.counts) == ({"new": 20}, {"same": 20})
    assert (tmp_path / "map" / "incidents.geojson").read_bytes() == before


def test_an_export_that_was_changed_since_is_told(tmp_path: Path) -> None:
    """By the checksum it carries."""
    content = file_of(selection_of(*scattered(3)), "geojson")
    same = brought(written(tmp_path, "a.geojson", content))
    other = brought(
        written(tmp_path, "b.geojson", content.replace(b"painted", b"scrawled"))
    )

    assert "checksum" not in told(same)
    assert "checksum" in told(other)
    assert "about" not in same.layer.members


def test_a_part_of_an_export_is_a_table_like_any(tmp_path: Path) -> None:
    """Without its citations it is not refused: it cites itself."""
    content = file_of(selection_of(make_incident()), "geojson")
    collection = json.loads(content)
    del collection["features"][0]["properties"]["citations"]

    found = brought(written(tmp_path, "a.geojson", json.dumps(collection)))

    [incident] = found.incidents
    assert incident.title == "Mural painted over"
    assert [each.source for each in incident.citations] == ["a-table"]
