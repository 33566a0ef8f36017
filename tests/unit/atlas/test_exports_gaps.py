"""Layers with gaps and own fields: exported to every format, and the same again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    box,
)

from geo.atlas.exports import file_name
from geo.base import settings as settings_module
from geo.formats.registry import FORMATS
from geo.formats.shapefile_limits import short_names
from geo.layer import check
from geo.model.fields import own_columns
from geo.model.incident import Citation, Incident, feature_of, incident_of
from geo.model.own_fields import parse_own_fields
from tests.builders import SOURCES, VOCABULARY
from tests.unit.formats.samples import (
    FEW,
    features_of,
    file_of,
    read_back,
    selection_of,
)

DECLARED: Final = {
    "killed": {"label": "People killed", "type": "integer", "show": ["popup"]},
    "Weapon used in the attack": {"label": "Weapon"},
    "оружие": {"label": "Оружие"},
    "share": {"type": "number"},
    "seen": {"type": "date"},
    "verified": {"type": "truth"},
    "photo": {"type": "link", "label": "Photograph"},
}
OWN: Final[dict[str, Any]] = {
    "killed": 3,
    "Weapon used in the attack": "=paint",
    "оружие": "краска",
    "share": 0.25,
    "seen": "2023-08-02",
    "verified": False,
    "photo": "https://pictures.example/1?a=b&c=d",
    "undeclared": {"deep": [1, None, "x"]},
}


def needed(name: str, **changes: Any) -> Incident:  # noqa: ANN401 - any field's value
    """Return an incident that has what is needed of a record, and no more."""
    feature = feature_of(
        Incident(
            name, "Wall painted", "mural", citations=(Citation("daily"),), **changes
        )
    )
    # As a layer has it once it was read: with the default of its role.
    return incident_of(feature)


GAPS: Final = (
    needed("nowhere"),
    needed("point", geometry=Point(20.5, 44.8)),
    needed("near", geometry=Point(20.5, 44.8), radius_m=700.5, place="Belgrade"),
    needed("line", geometry=LineString([(20, 44), (21, 45)])),
    needed("points", geometry=MultiPoint([(20, 44), (21, 45)])),
    needed(
        "lines", geometry=MultiLineString([[(20, 44), (21, 45)], [(22, 44), (23, 45)]])
    ),
    needed("areas", geometry=MultiPolygon([box(20, 44, 21, 45), box(22, 44, 23, 45)])),
    needed("plan", kind="plan", geometry=Point(20.5, 44.8)),
    needed("claim", status="alleged", date="2023-08"),
    needed("own", extra=OWN),
    needed("other", extra={"killed": "about five", "seen": "in May", "photo": "none"}),
    incident_of(
        feature_of(
            Incident(
                "post",
                "Wall painted",
                "mural",
                citations=(Citation("daily", url="https://t.me/somebody/12"),),
            )
        )
    ),
)


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare own fields as a deployment does."""
    deployment = settings_module.settings().model_copy(update={"fields": DECLARED})
    for module in ("geo.atlas.selections", "geo.importing.exports"):
        monkeypatch.setattr(f"{module}.settings", lambda: deployment)


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("name", FORMATS)
def test_records_with_gaps_and_own_fields_come_back_as_they_were(
    name: str, tmp_path: Path
) -> None:
    """What is not known stays not known; own fields keep name, type and value."""
    content = file_of(selection_of(*GAPS), name)

    found = read_back(content, file_name(name), tmp_path)
    checked = check(found, vocabulary=VOCABULARY, sources=SOURCES)

    assert [fault for fault in checked.faults if fault.is_error] == []
    assert found == features_of(GAPS)


@pytest.mark.parametrize("name", ["csv", "geoparquet", "kml"])
@FEW
@given(
    made=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "summary": st.just("Painted over."),
                "date": st.sampled_from(("2023", "../2023-08", "2022-12~")),
                "precision": st.just("city"),
                "radius_m": st.just(12_000),
                "status": st.sampled_from(("alleged", "unverified")),
                "country": st.just("RS"),
                "location_basis": st.sampled_from(("given", "geocoded")),
                "updated": st.just("2024-01-05"),
            },
        ),
        max_size=4,
    )
)
def test_whatever_a_record_lacks_it_comes_back_the_same(
    name: str, made: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any gaps, in any combination."""
    chosen = tuple(
        needed(f"record-{index}", geometry=Point(20, 44), **changes)
        for index, changes in enumerate(made)
    )
    content = file_of(selection_of(*chosen), name)

    found = read_back(content, file_name(name), tmp_path_factory.mktemp("back"))

    assert found == features_of(chosen)


@pytest.mark.usefixtures("declared")
def test_own_fields_are_columns_and_stand_in_the_data_dictionary() -> None:
    """Whoever downloads a file sees them, with their label."""
    selection = selection_of(*GAPS)
    head = file_of(selection, "csv").decode().splitlines()[0]
    described = {entry["name"]: entry for entry in selection.about.as_json()["fields"]}

    assert head.endswith("wkt," + ",".join(DECLARED))
    assert described["killed"]["title"] == "People killed"
    assert described["killed"]["type"] == "integer, may be missing"


def test_names_of_own_fields_are_told_apart_in_ten_letters() -> None:
    """A Shapefile has no room for more, and keeps no case."""
    written = ("weapon type one", "weapon type two", "a", "ж")
    own = own_columns(parse_own_fields({name: {} for name in written}))
    names = short_names(own)

    short = [names.get(field.name, field.name) for field in own]
    assert len({name.lower() for name in short}) == len(own)
    assert all(name.isascii() and len(name) <= 10 for name in short)
