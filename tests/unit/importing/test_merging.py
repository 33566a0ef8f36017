"""What comes takes the place of what is there; nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.importing.merging import Merging, StoredLayer, write_layer

TODAY = "2024-01-05"


def feature(incident_id: str, title: str = "A", **properties: object) -> dict[str, Any]:
    """Return a record with hardly anything in it."""
    return {
        "type": "Feature",
        "id": incident_id,
        "geometry": None,
        "properties": {"title": title, **properties},
    }


def merged(path: Path, coming: list[dict[str, Any]]) -> tuple[Merging, list[Any]]:
    """Merge records into a file; return the counts and the records then."""
    merging = Merging(TODAY)
    stored = StoredLayer.open(path)
    pairs = [(each["id"], each) for each in coming]
    ids = {each["id"] for each in coming}
    features = list(merging.merge(stored, pairs, ids))
    write_layer(path, features, stored.members)
    return merging, features


def test_new_records_follow_those_that_are_there(tmp_path: Path) -> None:
    """With the day of the import and the first version."""
    path = tmp_path / "incidents.geojson"
    merged(path, [feature("a"), feature("b")])

    merging, features = merged(path, [feature("c")])

    assert [each["id"] for each in features] == ["a", "b", "c"]
    assert features[-1]["properties"] == {"title": "A", "updated": TODAY, "version": 1}
    assert merging.counts["new"] == 1


def test_a_line_that_is_new_is_the_record_that_it_writes(tmp_path: Path) -> None:
    """With the day of the import and the first version behind its properties."""
    record = feature("a", title="Said: “}}”", killed={"of": {"them": 2}})
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()

    (made,) = Merging(TODAY).merge(
        StoredLayer(tmp_path / "none.geojson"), [("a", line)], {"a"}
    )

    assert isinstance(made, bytes)
    stamp = {"updated": TODAY, "version": 1}
    assert json.loads(made) == {**record, "properties": record["properties"] | stamp}


def test_a_record_that_says_something_else_counts_its_version_on(
    tmp_path: Path,
) -> None:
    """The day is that of the import."""
    path = tmp_path / "incidents.geojson"
    merged(path, [feature("a", updated="2020-01-01", version=3)])

    merging, features = merged(path, [feature("a", title="B")])

    assert features[0]["properties"] == {"title": "B", "updated": TODAY, "version": 4}
    assert merging.counts == {"changed": 1}


def test_a_record_that_is_refused_leaves_the_one_that_is_there(tmp_path: Path) -> None:
    """Nothing is lost by a worse table."""
    path = tmp_path / "incidents.geojson"
    merged(path, [feature("a")])
    stored = StoredLayer.open(path)

    features = list(Merging(TODAY).merge(stored, [("a", None)], {"a"}))

    assert [each["id"] for each in features] == ["a"]


def test_a_protected_place_is_not_refined(tmp_path: Path) -> None:
    """The words may change, the place may not."""
    path = tmp_path / "incidents.geojson"
    merged(path, [feature("a", protected=True, precision="city", place="Novi Sad")])
    finer = feature("a", title="B", precision="venue", place="A café")
    finer["geometry"] = {"type": "Point", "coordinates": [19.8, 45.2]}

    merging, (record,) = merged(path, [finer])

    assert record["geometry"] is None
    assert record["properties"]["precision"] == "city"
    assert record["properties"]["place"] == "Novi Sad"
    assert record["properties"]["title"] == "B"
    assert merging.counts["protected"] == 1


def test_a_layer_written_by_hand_is_read_whole(tmp_path: Path) -> None:
    """However its lines are broken; its own members stay."""
    path = tmp_path / "incidents.geojson"
    layer = {"type": "FeatureCollection", "name": "x", "features": [feature("a")]}
    path.write_text(json.dumps(layer, indent=2), "utf-8")

    stored = StoredLayer.open(path)

    assert list(stored.ids()) == ["a"]
    assert stored.get("a") == feature("a")
    assert stored.members == {"name": "x"}


@pytest.mark.parametrize("text", ["", "[]", '{"features":[{"type":"Feature"}]}', "{"])
def test_what_is_no_layer_is_refused(tmp_path: Path, text: str) -> None:
    """And stays as it is."""
    path = tmp_path / "incidents.geojson"
    path.write_text(text, "utf-8")

    with pytest.raises(DataError, match="validate"):
        StoredLayer.open(path)

    assert path.read_text("utf-8") == text


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.text(max_size=5)),
        unique_by=lambda each: each[0],
    )
)
def test_coming_again_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]]
) -> None:
    """Not a byte, not a count."""
    path = tmp_path_factory.mktemp("layer") / "incidents.geojson"
    coming = [feature(each, title) for each, title in records]
    merged(path, coming)
    before = path.read_bytes()

    merging, _ = merged(path, [feature(each, title) for each, title in records])

    assert merging.changes_nothing
    assert path.read_bytes() == before
