"""``incidents geocode``: looking a place up, and checking a layer's places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from shapely import Point

from geo.base.settings import Settings
from geo.commands import geocode as module
from geo.commands.report import Commands
from geo.model.incident import Incident
from tests.unit.places.samples import feature


class _Layer:
    """What the command needs of a layer."""

    def __init__(self, *incidents: Incident) -> None:
        self.incidents = incidents


def incident(**changes: Any) -> Incident:  # noqa: ANN401
    """Make an incident in the old town."""
    given = {
        "id": "a",
        "title": "A",
        "summary": "A.",
        "category": "attack",
        "kind": "event",
        "status": "reported",
    }
    return Incident(**(given | changes))


def at_old_town(**changes: Any) -> Incident:  # noqa: ANN401
    """Make an incident that stands where the gazetteer has the old town."""
    given = {
        "place": "Old Town",
        "country": "RS",
        "precision": "neighbourhood",
        "radius_m": 1500,
        "geometry": Point(20.46, 44.81),
    }
    return incident(**(given | changes))


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the gazetteer to one of a single place."""
    path = tmp_path / "places.geojson"
    collection = {"type": "FeatureCollection", "features": [feature()]}
    path.write_text(json.dumps(collection), encoding="utf-8")
    chosen = Settings(places=path, cache=tmp_path / "cache")
    monkeypatch.setattr("geo.base.settings.settings", lambda: chosen)
    monkeypatch.setattr("geo.places.geocoder.settings", lambda: chosen)
    return path


def run(*arguments: str) -> Result:
    """Run the command as ``incidents`` does, wide enough for its tables."""
    group = Commands("incidents")
    group.add_command(module.geocode)
    return CliRunner(env={"COLUMNS": "250"}).invoke(group, ["geocode", *arguments])


def check(monkeypatch: pytest.MonkeyPatch, *incidents: Incident) -> None:
    """Let the layer be these incidents."""
    monkeypatch.setattr("geo.layer.read_collection", lambda _path: _Layer(*incidents))


def test_the_command_has_help_with_an_example() -> None:
    """The help shows how to ask."""
    result = run("--help")

    assert result.exit_code == 0
    assert 'incidents geocode "Зольная улица"' in result.stdout


def test_a_place_of_the_gazetteer_is_shown_in_plain_words() -> None:
    """Source, precision in words, distance and origin stand in one row."""
    result = run("Стари град")

    assert result.exit_code == 0
    assert "curated gazetteer" in result.stdout
    assert "Placed at neighbourhood level, within 1.5 km" in result.stdout
    assert "20.4600, 44.8100" in result.stdout
    assert "made for a test" in result.stdout


def test_a_machine_gets_json() -> None:
    """One document with every member of a candidate."""
    result = run("Old Town", "--country", "rs", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {
            "name": "Old Town",
            "country": "RS",
            "source": "curated gazetteer",
            "precision": "neighbourhood",
            "radius_m": 1500,
            "lon": 20.46,
            "lat": 44.81,
            "origin": "made for a test",
            "generalised": False,
        }
    ]


def test_geonames_is_asked_next() -> None:
    """A city that the gazetteer does not have is found offline."""
    result = run("Нови Сад", "--limit", "1")

    assert result.exit_code == 0
    assert "GeoNames" in result.stdout
    assert "Placed at city level, within 5.9 km" in result.stdout


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_unknown_place_exits_1_with_a_message(
    places: Path, options: tuple[str, ...]
) -> None:
    """The message names the place and the file to add it to."""
    result = run("Nosuchtownatall", "--country", "RS", *options)

    assert result.exit_code == 1
    assert "'Nosuchtownatall' in RS" in result.stderr
    assert str(places) in result.stderr
    assert result.stdout == ("[]\n" if options else "")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("Old Town", "--check"),
        ("--check", "--country", "RS"),
        ("--check", "--all"),
        ("Old Town", "--layer", "layer.geojson"),
        ("Old Town", "--country", "Serbia"),
        ("Old Town", "--limit", "0"),
        ("!?",),
    ],
)
def test_a_wrong_call_exits_2(arguments: tuple[str, ...]) -> None:
    """What does not go together is refused on stderr."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stderr
    assert not result.stdout


def test_a_bad_gazetteer_exits_1(places: Path) -> None:
    """The data is wrong, not the call."""
    places.write_text("[]")

    result = run("Old Town")

    assert result.exit_code == 1
    assert "places.geojson" in result.stderr


def test_nothing_moved_exits_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """Incidents without a place are counted, not checked."""
    check(monkeypatch, at_old_town(), incident(id="b"))

    result = run("--check")

    assert result.exit_code == 0
    assert "Incidents with a place on the map: 1." in result.stdout


def test_what_moved_is_listed_and_exits_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """The incident, its place and what differs."""
    check(monkeypatch, at_old_town(id="moved-one", radius_m=200))

    result = run("--check")

    assert result.exit_code == 1
    assert "moved-one" in result.stdout
    assert "the gazetteer says 1,500 m" in result.stdout
    assert "Moved from where the gazetteer has them: 1." in result.stderr


def test_what_moved_is_told_to_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, and each incident with its problems."""
    check(monkeypatch, at_old_town(place="Atlantis"), incident(id="b"))

    result = run("--check", "--json")

    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["checked"], report["without_place"]) == (1, 1)
    [moved] = report["moved"]
    assert (moved["incident"], moved["place_id"]) == ("a", None)
    assert "Atlantis" in moved["problems"][0]


def test_the_layer_to_check_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name, it is the deployment's."""
    read: list[object] = []

    def read_layer(path: object) -> _Layer:
        read.append(path)
        return _Layer()

    monkeypatch.setattr("geo.layer.read_collection", read_layer)

    assert run("--check", "--layer", "mine.geojson").exit_code == 0
    assert run("--check").exit_code == 0
    assert read == ["mine.geojson", Settings().layer]


def test_a_layer_that_is_not_there_exits_1(tmp_path: Path) -> None:
    """The real reader refuses it, with the file's name."""
    result = run("--check", "--layer", str(tmp_path / "none.geojson"))

    assert result.exit_code == 1
    assert "none.geojson" in result.stderr


def test_every_located_incident_of_the_projects_layer_stands_in_the_gazetteer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The project's own layer and gazetteer agree."""
    monkeypatch.setattr("geo.base.settings.settings", Settings)

    result = run("--check")

    assert result.exit_code == 0, result.stdout
