"""An incident is a feature and back again."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from shapely.geometry import Point, box

from geo.model.incident import (
    PROPERTIES,
    Citation,
    Incident,
    crosswalk,
    feature_of,
    geometry_json,
    incident_of,
)
from geo.model.vocabulary import Precision
from tests.builders import make_incident, unplaced
from tests.strategies import incidents


@given(incidents())
def test_a_feature_read_again_is_the_same_incident(incident: Incident) -> None:
    """Nothing is lost or changed on the way through JSON."""
    written = json.loads(json.dumps(feature_of(incident)))

    assert incident_of(written) == incident


def test_a_feature_holds_every_property_in_order() -> None:
    """Properties come in the model's order, further ones after them."""
    feature = feature_of(make_incident(extra={"weather": "rain"}))

    assert tuple(feature["properties"]) == (*PROPERTIES, "weather")
    assert feature["type"] == "Feature"
    assert feature["id"] == "mural-2023"


def test_days_are_written_as_iso_dates() -> None:
    """JSON has no days of its own."""
    properties = feature_of(make_incident(date="2023-08"))["properties"]

    assert properties["date_earliest"] == "2023-08-01"
    assert properties["date_latest"] == "2023-08-31"


def test_a_bare_feature_gets_the_defaults() -> None:
    """Only what every incident has is needed."""
    needed = {"title": "T", "category": "c", "citations": [{"source": "daily"}]}
    feature = {"id": "a", "geometry": None, "properties": needed}

    found = incident_of(feature)

    assert found == Incident("a", "T", "c", citations=(Citation("daily"),))
    assert (found.kind, found.status, found.summary) == ("event", "reported", "")
    assert not found.dated
    assert found.sources == ("daily",)


def test_null_is_the_same_as_absent() -> None:
    """A table writes null where it has nothing."""
    nothing = dict.fromkeys(PROPERTIES)
    needed = {"title": "T", "category": "c", "citations": [{"source": "daily"}]}

    found = incident_of({"id": "a", "geometry": None, "properties": nothing | needed})

    assert found == Incident("a", "T", "c", citations=(Citation("daily"),))


def test_days_are_derived_where_they_are_not_written() -> None:
    """The date says them."""
    feature = feature_of(make_incident(date="2023-08"))
    del feature["properties"]["date_earliest"]
    feature["properties"]["date_latest"] = None

    found = incident_of(feature)

    assert (found.date_earliest, found.date_latest) == (
        date(2023, 8, 1),
        date(2023, 8, 31),
    )


@pytest.mark.parametrize(("kind", "role"), [("event", "occurred"), ("plan", None)])
def test_what_is_on_the_map_occurred_there_unless_it_is_a_plan(
    kind: str, role: str | None
) -> None:
    """The default is never said of what has not happened."""
    made = make_incident(kind=kind, place_role=None)

    assert incident_of(feature_of(made)).place_role == role


def test_sources_are_named_once_in_the_order_cited() -> None:
    """Two passages of one source are one source."""
    cited = [Citation(source, "words") for source in ("weekly", "daily", "weekly")]

    assert make_incident(citations=tuple(cited)).sources == ("weekly", "daily")


@pytest.mark.parametrize(
    ("written", "dated"),
    [("2023", True), ("../2023", True), ("2023/..", True), ("../..", False)],
)
def test_a_date_open_at_both_ends_is_no_date(written: str, *, dated: bool) -> None:
    """It says nothing about when."""
    assert make_incident(date=written).dated is dated


def test_geometries_are_lists_of_lon_and_lat() -> None:
    """GeoJSON has lists where shapely has tuples."""
    assert geometry_json(None) is None
    assert geometry_json(Point(20.5, 44.8)) == {
        "type": "Point",
        "coordinates": [20.5, 44.8],
    }
    area = geometry_json(box(0, 0, 1, 1))
    assert area is not None
    assert isinstance(area["coordinates"][0][0], list)


@pytest.mark.parametrize("precision", Precision)
def test_each_precision_has_codes(precision: Precision) -> None:
    """GIS users compare with ACLED and UCDP."""
    assert None not in crosswalk(precision).values()


def test_no_precision_has_no_codes() -> None:
    """What is not placed has no precision to translate."""
    assert set(crosswalk(None).values()) == {None}


def test_days_of_an_unplaced_incident_are_kept() -> None:
    """A place is not needed for a date."""
    assert unplaced(date="2023").date_latest == date(2023, 12, 31)
