"""The curated gazetteer: reading it, finding in it, checking a layer against it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from shapely import LineString, Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geo.base.errors import DataError, NotFoundError
from geo.base.settings import DATA
from geo.model.vocabulary import RADIUS_RANGE_M
from geo.places.gazetteer import (
    Gazetteer,
    read_gazetteer,
)
from tests.unit.places.samples import feature, place

#: What the layer needs, by id.
NEEDED = {
    "belgrade",
    "belgrade-downtown",
    "belgrade-king-milutin-street",
    "aleksinac",
    "serbia",
    "kosovo",
    "serbia-kosovo-boundary",
    "montenegro",
    "ukraine",
    "donbas",
    "mariupol",
    "donetsk",
    "luhansk",
    "saint-petersburg",
    "st-petersburg-wagner-center",
    "moscow",
    "krasnogorsk",
    "zorky-stadium",
}


def write(folder: Path, *features: dict[str, Any]) -> Path:
    """Write places to a file and return its path."""
    path = folder / "places.geojson"
    collection = {"type": "FeatureCollection", "features": list(features)}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def curated() -> Gazetteer:
    """Return the project's own gazetteer."""
    return read_gazetteer(DATA / "places.geojson")


def test_a_sound_file_gives_its_places_in_order(tmp_path: Path) -> None:
    """Every property arrives, and nothing is left out."""
    near = feature("new-town", name="New Town", names=[], within="old-town")

    gazetteer = read_gazetteer(write(tmp_path, feature(), near))

    assert [found.id for found in gazetteer.places] == ["old-town", "new-town"]
    assert gazetteer.places[0] == place()
    assert gazetteer.place("new-town").within == "old-town"


def test_an_empty_collection_gives_no_places(tmp_path: Path) -> None:
    """An empty gazetteer is sound, and knows nothing."""
    gazetteer = read_gazetteer(write(tmp_path))

    assert gazetteer.places == ()
    assert gazetteer.find("Old Town") == ()


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"name": " "}, "name", "not a text"),
        ({"name": "!?"}, "names", "no letter or digit"),
        ({"names": "Old"}, "names", "not a list"),
        ({"names": [7]}, "names", "not a list"),
        ({"name": "Old\U000e0041Town"}, "name", "does not print"),
        ({"names": ["Old\u2060Town"]}, "names", "does not print"),
        ({"note": "a\u202eb"}, "note", "does not print"),
        ({"country": "Serbia"}, "country", "two-letter"),
        ({"country": 7}, "country", "two-letter"),
        ({"precision": "near"}, "precision", "venue, street"),
        ({"precision": None}, "precision", "not a precision"),
        ({"radius_m": 50_000}, "radius_m", "200 to 5000"),
        ({"radius_m": "1500"}, "radius_m", "does not fit"),
        ({"radius_m": True}, "radius_m", "does not fit"),
        ({"radius_m": None}, "radius_m", "does not fit"),
        ({"precision": "line", "radius_m": 0}, "geometry", "LineString"),
        ({"origin": ""}, "origin", "not a text"),
        ({"note": None}, "note", "not a text"),
        ({"within": "nowhere"}, "within", "not the id of another place"),
        ({"within": "old-town"}, "within", "not the id of another place"),
        ({"within": 7}, "within", "not an id"),
        ({"colour": "red"}, "colour", "not a property"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], where: str, words: str
) -> None:
    """The fault names the file, the place, the property and what is expected."""
    with pytest.raises(DataError) as refused:
        read_gazetteer(write(tmp_path, feature(**changes)))

    faults = [fault for fault in refused.value.faults if fault.where == where]
    assert faults
    assert words in str(faults[0])
    assert faults[0].index == 0
    assert faults[0].feature_id == "old-town"
    assert "places.geojson" in faults[0].file


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    """Faults of the geometry, of a property and of the whole come in one report."""
    bad = feature(country="Serbia")
    bad["geometry"]["coordinates"] = [20.46, 95]
    bare = feature("Bad Id")
    del bare["properties"]["origin"]

    with pytest.raises(DataError) as refused:
        read_gazetteer(write(tmp_path, bad, bare))

    found = {(fault.index, fault.where) for fault in refused.value.faults}
    assert {(0, "country"), (1, "id"), (1, "origin")} <= found
    assert any(index == 0 and where.startswith("geometry") for index, where in found)


def test_a_place_without_a_geometry_is_refused(tmp_path: Path) -> None:
    """A gazetteer is there to place things."""
    nowhere = feature()
    nowhere["geometry"] = None

    with pytest.raises(DataError, match="no geometry does not fit"):
        read_gazetteer(write(tmp_path, nowhere))


def test_one_name_cannot_stand_for_two_places_of_a_country(tmp_path: Path) -> None:
    """Namesakes are told apart by country, in whatever script they are written."""
    namesake = feature("other", name="Stari grad", names=[])

    with pytest.raises(DataError, match="is a name of 'old-town'"):
        read_gazetteer(write(tmp_path, feature(), namesake))

    abroad = copy.deepcopy(namesake)
    abroad["properties"]["country"] = "HR"
    gazetteer = read_gazetteer(write(tmp_path, feature(), abroad))
    assert [found.id for found in gazetteer.find("stari GRAD")] == ["old-town", "other"]
    assert [found.id for found in gazetteer.find("stari grad", "HR")] == ["other"]


def test_an_id_cannot_be_used_twice(tmp_path: Path) -> None:
    """Ids are what other places refer to."""
    again = feature(name="Elsewhere", names=[])

    with pytest.raises(DataError, match="old-town"):
        read_gazetteer(write(tmp_path, feature(), again))


def test_a_missing_file_is_a_data_error_with_a_remedy(tmp_path: Path) -> None:
    """The message names the setting to mend."""
    with pytest.raises(DataError, match="INCIDENTS_PLACES"):
        read_gazetteer(tmp_path / "none.geojson")


def test_an_unknown_id_names_those_there_are() -> None:
    """Asking for a place by id fails with the ids to choose from."""
    with pytest.raises(NotFoundError, match="old-town"):
        Gazetteer((place(),)).place("new-town")


def test_places_are_found_in_any_script_case_and_accent() -> None:
    """One place, written four ways."""
    gazetteer = Gazetteer((place(names=("Дорћол",)),))

    for written in ("Dorćol", "dorcol", "ДОРЋОЛ", "old town"):
        assert gazetteer.find(written, "RS") == gazetteer.places
    assert gazetteer.find("Dorcol", "HR") == ()
    assert gazetteer.find("") == ()


@pytest.mark.parametrize(
    "geometry",
    [
        Point(20, 44),
        LineString([(20, 44), (21, 44), (21, 45)]),
        Polygon([(20, 44), (22, 44), (22, 46), (20, 46)]),
    ],
)
def test_the_spot_of_a_place_lies_on_it(geometry: BaseGeometry) -> None:
    """A point stands for lines and areas, and belongs to them."""
    spot = place(geometry=geometry).spot

    assert geometry.distance(spot) < 1e-9


def test_the_projects_gazetteer_has_every_place_the_layer_needs(
    curated: Gazetteer,
) -> None:
    """The file is sound, and complete."""
    assert {found.id for found in curated.places} >= NEEDED


@pytest.mark.parametrize(
    ("written", "country", "place_id"),
    [
        ("Зольная улица", "RU", "st-petersburg-wagner-center"),
        ("Zolnaya Street", "RU", "st-petersburg-wagner-center"),
        ("ЧВК Вагнер Центр", None, "st-petersburg-wagner-center"),
        ("Стадион Зоркий", "RU", "zorky-stadium"),
        ("Zorky Stadium", None, "zorky-stadium"),
        ("Kralja Milutina", "RS", "belgrade-king-milutin-street"),
        ("Краља Милутина", "RS", "belgrade-king-milutin-street"),
        ("border between Serbia and Kosovo", "XK", "serbia-kosovo-boundary"),
        ("Serbia's border with Kosovo", None, "serbia-kosovo-boundary"),
        ("the Donbas", "UA", "donbas"),
        ("Донецк", "UA", "donetsk"),
        ("St. Petersburg", "RU", "saint-petersburg"),
        ("Београд", None, "belgrade"),
    ],
)
def test_the_projects_places_are_found_as_people_write_them(
    curated: Gazetteer, written: str, country: str | None, place_id: str
) -> None:
    """Latin and Cyrillic, with and without a country."""
    assert [found.id for found in curated.find(written, country)] == [place_id]


def test_the_projects_outlines_are_small_valid_and_counter_clockwise(
    curated: Gazetteer,
) -> None:
    """Each geometry is a kind the incident model has, in at most 150 positions."""
    for found in curated.places:
        geometry = found.geometry
        assert geometry.is_valid
        assert geometry.geom_type in {"Point", "LineString", "Polygon"}
        if isinstance(geometry, Polygon):
            assert geometry.exterior.is_ccw, found.id
            assert len(geometry.exterior.coords) <= 151, found.id


def test_the_projects_coordinates_claim_no_more_decimals_than_they_have(
    curated: Gazetteer,
) -> None:
    """Four decimals for points, three for outlines."""
    for found in curated.places:
        decimals = 4 if isinstance(found.geometry, Point) else 3
        written = json.dumps(mapping(found.geometry)["coordinates"])
        numbers = written.replace("[", " ").replace("]", " ").replace(",", " ").split()
        longest = max(len(number.partition(".")[2]) for number in numbers)
        assert longest <= decimals, found.id


def test_the_projects_places_lie_within_what_they_say(curated: Gazetteer) -> None:
    """A place overlaps the one it is within, and is not coarser."""
    for found in curated.places:
        assert found.origin
        assert RADIUS_RANGE_M[found.precision][0] <= found.radius_m
        if found.within:
            container = curated.place(found.within)
            reach_deg = container.radius_m / 111_000
            assert found.geometry.distance(container.geometry) < reach_deg, found.id
            assert found.radius_m <= container.radius_m, found.id


def test_kosovo_and_serbia_share_the_boundary_and_nothing_else(
    curated: Gazetteer,
) -> None:
    """Each side is listed on its own; the line is the one both outlines have."""
    serbia, kosovo = curated.place("serbia"), curated.place("kosovo")
    boundary = curated.place("serbia-kosovo-boundary").geometry

    shared = serbia.geometry.intersection(kosovo.geometry)

    assert shared.area == 0
    assert shared.equals(boundary)
    assert "without prejudice to positions on status" in serbia.note
    assert "without prejudice to positions on status" in kosovo.note


def test_occupied_places_keep_their_country(curated: Gazetteer) -> None:
    """Crimea and the Donbas are in Ukraine here, with a note."""
    ukraine = curated.place("ukraine").geometry

    assert ukraine.contains(Point(34.1, 45.0))
    for place_id in ("mariupol", "donetsk", "luhansk"):
        found = curated.place(place_id)
        assert found.country == "UA"
        assert ukraine.contains(found.geometry)
        assert curated.place("donbas").geometry.contains(found.geometry)
        assert "the country remains Ukraine" in found.note
