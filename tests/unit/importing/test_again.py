"""The same table next week: nothing twice, nothing lost, what people changed stays."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas import read_atlas
from geo.base.errors import WithdrawnError
from geo.base.map_folder import read_map_folder
from geo.base.settings import Settings, read_settings
from geo.commands.cli import main
from geo.importing.edits import join_edits
from tests.bringing import brought_into, told, written

WEEK = date(2024, 1, 12)
HEAD = "id,title,date,lat,lon,killed\n"
ROWS = "a,Shelling,2023-05-01,44.8,20.4,1\nb,Raid,2023-05-02,44.9,20.5,2\n"
VALUES = st.dictionaries(
    st.sampled_from(["title", "date", "killed", "status", "place"]),
    st.sampled_from(["x", "y", "z"]),
)


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the records of a map's folder by id."""
    layer = json.loads((folder / "incidents.geojson").read_bytes())
    return {each["id"]: each for each in layer["features"]}


def changes(folder: Path) -> list[dict[str, Any]]:
    """Return the changes of a map, oldest first."""
    path = folder / "changes.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def edit(folder: Path, incident_id: str, **properties: object) -> None:
    """Change a record as a person does, in the layer's file."""
    path = folder / "incidents.geojson"
    layer = json.loads(path.read_bytes())
    for feature in layer["features"]:
        if feature["id"] == incident_id:
            feature["properties"] |= properties
    path.write_text(json.dumps(layer, indent=1), "utf-8")


def bring(folder: Path, rows: str, *, retire: bool = False, head: str = HEAD) -> Any:  # noqa: ANN401 - a report
    """Bring a table of these rows into a map."""
    path = written(folder.parent, "events.csv", head + rows)
    return brought_into(folder, path, today=WEEK, retire=retire)


def settings_of(folder: Path) -> Settings:
    """Return the settings of a map, whatever the environment says."""
    return read_settings(read_map_folder(folder), over_environment=True)


def test_the_same_table_twice_adds_nothing(tmp_path: Path) -> None:
    """Not a byte of the layer is another one, and no change is noted."""
    folder = tmp_path / "map"
    bring(folder, ROWS)
    layer = (folder / "incidents.geojson").read_bytes()

    report = bring(folder, ROWS)

    assert report.counts == {"same": 2}
    assert (folder / "incidents.geojson").read_bytes() == layer
    assert changes(folder) == []


def test_a_changed_row_changes_its_record(tmp_path: Path) -> None:
    """Under the same id, a version on, and the changes say what was and what is."""
    folder = tmp_path / "map"
    bring(folder, ROWS)

    report = bring(
        folder, ROWS.replace("Raid", "Raid on a depot").replace("5,2", "5,3")
    )

    assert report.counts == {"same": 1, "changed": 1}
    record = records(folder)["b"]["properties"]
    assert record["title"] == "Raid on a depot"
    assert (record["version"], record["updated"]) == (2, "2024-01-12")
    [change] = changes(folder)
    assert change["id"] == "b"
    assert change["values"] == [
        {"property": "title", "from": "Raid", "to": "Raid on a depot"},
        {"property": "killed", "from": 2, "to": 3},
    ]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("title,date,lat,lon", "{},2023-05-01,44.8,20.4"),
        ("title,date,link", "{},2023-05-01,https://example.org/a"),
        ("title,link", "{},https://example.org/a"),
    ],
)
def test_without_ids_a_row_with_a_new_title_keeps_its_id(
    head: str, row: str, tmp_path: Path
) -> None:
    """It is known by its address, or by place, date and category."""
    folder = tmp_path / "map"
    other = row.replace("44.8", "45.8").replace("/a", "/b").format("Another thing")
    bring(folder, f"{row.format('Shelling')}\n{other}\n", head=f"{head}\n")

    report = bring(folder, f"{row.format('Fire')}\n{other}\n", head=f"{head}\n")

    assert report.counts == {"same": 1, "changed": 1}
    assert records(folder)["shelling"]["properties"]["title"] == "Fire"
    assert bring(
        folder, f"{row.format('Fire')}\n{other}\n", head=f"{head}\n"
    ).counts == {"same": 2}


def test_rows_that_are_alike_are_not_taken_for_each_other(tmp_path: Path) -> None:
    """Two rows of one place and day with new titles are new records."""
    folder, head = tmp_path / "map", "title,date,lat,lon\n"
    bring(folder, "A,2023-05-01,44.8,20.4\nB,2023-05-01,44.8,20.4\n", head=head)

    report = bring(
        folder, "C,2023-05-01,44.8,20.4\nD,2023-05-01,44.8,20.4\n", head=head
    )

    assert report.counts == {"new": 2}
    assert set(records(folder)) == {"a", "b", "c", "d"}


def test_vanished_rows_are_told_and_kept(tmp_path: Path) -> None:
    """With the option that withdraws them."""
    folder = tmp_path / "map"
    bring(folder, ROWS)

    report = bring(folder, ROWS.splitlines()[0] + "\n")

    assert set(records(folder)) == {"a", "b"}
    assert "1 record that this table had before is no longer in it" in told(report)
    assert "--retire" in told(report)


def test_withdrawn_rows_leave_and_their_address_says_so(tmp_path: Path) -> None:
    """Until they come back."""
    folder = tmp_path / "map"
    bring(folder, ROWS)

    report = bring(folder, ROWS.splitlines()[0] + "\n", retire=True)

    assert report.counts == {"same": 1, "withdrawn": 1}
    assert set(records(folder)) == {"a"}
    [change] = changes(folder)
    assert change["id"] == "b"
    assert change["withdrawn"]
    with pytest.raises(WithdrawnError, match="taken out of the map on 2024-01-12"):
        read_atlas(settings_of(folder)).record("b")
    assert bring(folder, ROWS).counts == {"same": 1, "new": 1}
    assert read_atlas(settings_of(folder)).record("b").incident.title == "Raid"
    _, back = changes(folder)
    assert (back["id"], back["what"], back["version"]) == (
        "b",
        "The record is back.",
        2,
    )
    assert "has it again" in back["why"]
    assert records(folder)["b"]["properties"]["version"] == 2
    assert bring(folder, ROWS).counts == {"same": 2}
    assert len(changes(folder)) == 2


def test_the_words_of_an_import_that_was_killed_are_the_tables(tmp_path: Path) -> None:
    """The layer was written and what the table said was not: nobody changed the record."""
    folder = tmp_path / "map"
    bring(folder, ROWS)
    (remembered,) = (folder / "mappings").glob("*.said.geojson")
    before = remembered.read_bytes()
    bring(folder, ROWS.replace("Raid", "Raid on a depot"))
    remembered.write_bytes(before)

    report = bring(folder, ROWS.replace("Raid", "Raid on a bridge"))

    assert report.counts == {"same": 1, "changed": 1}
    assert records(folder)["b"]["properties"]["title"] == "Raid on a bridge"


def test_what_a_person_changed_stays(tmp_path: Path) -> None:
    """What only the table changed is taken; against both, the person is right."""
    folder = tmp_path / "map"
    bring(folder, ROWS)
    edit(folder, "b", title="A raid, as witnesses say", note="Asked on 3 May.")

    same = bring(folder, ROWS)
    report = bring(folder, ROWS.replace("5,2", "5,3").replace("Raid", "Attack"))

    record = records(folder)["b"]["properties"]
    assert same.counts == {"same": 2}
    assert record["title"] == "A raid, as witnesses say"
    assert record["note"] == "Asked on 3 May."
    assert record["killed"] == 3
    assert "the map's words stay: title" in told(report)
    assert report.counts == {"same": 1, "changed": 1}


def test_a_place_that_a_person_moved_stays_as_a_whole(tmp_path: Path) -> None:
    """Its point is theirs as well when only its precision is."""
    folder = tmp_path / "map"
    bring(folder, ROWS)
    edit(folder, "b", precision="city", radius_m=5000.0)

    bring(folder, ROWS.replace("44.9,20.5", "44.95,20.55"))

    record = records(folder)["b"]
    assert record["geometry"]["coordinates"] == [20.5, 44.9]
    assert record["properties"]["precision"] == "city"


def test_the_command_withdraws_only_from_a_map(tmp_path: Path) -> None:
    """And says how."""
    path = written(tmp_path, "a.csv", HEAD + ROWS)

    result = CliRunner().invoke(main, ["import", str(path), "--retire"])

    assert result.exit_code == 2
    assert "--into" in result.output


def record(values: dict[str, str]) -> dict[str, Any]:
    """Return a record of these properties."""
    return {"type": "Feature", "id": "a", "geometry": None, "properties": dict(values)}


@given(VALUES, VALUES)
def test_without_a_persons_change_the_table_is_taken(
    said: dict[str, str], new: dict[str, str]
) -> None:
    """Whatever it says now."""
    joined = join_edits(record(said), record(said), record(new))

    assert joined.feature["properties"] == new
    assert joined.kept == ()


@given(VALUES, VALUES)
def test_a_table_that_says_the_same_changes_nothing(
    said: dict[str, str], old: dict[str, str]
) -> None:
    """Whatever a person made of it."""
    joined = join_edits(record(said), record(old), record(said))

    assert joined.feature["properties"] == old
    assert joined.kept == ()


@given(VALUES, VALUES, VALUES)
def test_no_value_is_anybody_elses(
    said: dict[str, str], old: dict[str, str], new: dict[str, str]
) -> None:
    """Each is the person's or the table's; what is told to be kept is the person's."""
    joined = join_edits(record(said), record(old), record(new))

    for name, value in joined.feature["properties"].items():
        assert value in (old.get(name), new.get(name))
    for name in joined.kept:
        assert joined.feature["properties"].get(name) == old.get(name)
