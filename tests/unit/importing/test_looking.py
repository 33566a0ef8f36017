"""A file is looked through once; what it does not tell is asked once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geo.base.errors import QueryError
from geo.importing.looking import answer_questions, look_through
from geo.importing.mapping import ROLES
from tests.bringing import TODAY, brought, brought_into, decided, written

EITHER = "title,date\nx,03/01/2022\n"


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_objects_are_cells_of_any_column(role: str, tmp_path: Path) -> None:
    """JSON has them; two dates in a list are an interval."""
    cells = [["2023-05-14", "2023-05-16"], {"a": [1]}, [1, [2]], [], {}, 7, None]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [20, 44]},
            "properties": {"title": "A fire", "thing": cell},
        }
        for cell in cells
    ]
    whole = {"type": "FeatureCollection", "features": features}
    path = written(tmp_path, "a.geojson", json.dumps(whole))

    layer = brought(path, columns={"thing": role})

    assert len(layer.incidents) == len(cells)
    assert not any("['" in each.title for each in layer.incidents)
    if role == "date":
        assert str(layer.incidents[0].date) == "2023-05-14/2023-05-16"


@pytest.mark.parametrize("choice", ["", "dmy", "mdy"])
def test_the_order_of_dates_is_asked_once(choice: str, tmp_path: Path) -> None:
    """Also if nobody knows it."""
    look = look_through(written(tmp_path, "a.csv", EITHER), folder=None, today=TODAY)
    asked: list[str] = []

    def choose(question: object) -> str:
        asked.append(getattr(question, "key"))  # noqa: B009 - any question
        return choice

    answered = answer_questions(look, choose, TODAY)

    assert asked == ["source", "date_order"]
    assert answered.mapping.date_order == choice
    assert answered.questions == ()


def test_what_a_caller_says_is_not_asked(tmp_path: Path) -> None:
    """And a role that one column may have leaves the other."""
    path = written(tmp_path, "a.csv", "title,date,day\nx,03/01/2022,04/01/2022\n")

    look, decisions = decided(path, date_order="dmy", columns={"day": "date"})

    assert [each.question.key for each in decisions] == ["source"]
    assert (look.mapping.columns["day"], look.mapping.columns["date"]) == (
        "date",
        "own",
    )


@pytest.mark.parametrize(
    "wrong", [{"drop": ("none",)}, {"columns": {"title": "no-role"}}]
)
def test_what_a_file_has_not_is_an_error_of_the_call(
    wrong: dict[str, object], tmp_path: Path
) -> None:
    """With what it has."""
    with pytest.raises(QueryError, match="title"):
        decided(written(tmp_path, "a.csv", EITHER), **wrong)


def test_a_map_remembers_how_a_table_was_read(tmp_path: Path) -> None:
    """The next with the same columns is not asked about."""
    path = written(tmp_path, "a.csv", EITHER)
    brought_into(tmp_path / "map", path, date_order="mdy")

    look, decisions = decided(path, folder=tmp_path / "map")

    assert look.is_remembered
    assert look.mapping.date_order == "mdy"
    assert decisions == ()
