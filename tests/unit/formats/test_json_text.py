"""The text of a JSON file is read as far as it goes, and nothing is lost in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geo.base.errors import DataError
from geo.formats.input_file import InputFile
from geo.formats.records import Record, parts_of_records
from tests.bringing import brought, told, written
from tests.unit.formats.reading import read, rows

ONE, OTHER = {"title": "A", "n": 1}, {"title": "B", "n": 2}


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(ONE)}\n{json.dumps(OTHER)}",
        f"{json.dumps(ONE)}\r\n\r\n{json.dumps(OTHER)}\r\n",
        f"{json.dumps(ONE, indent=2)}\n{json.dumps(OTHER, indent=2)}\n",
        f"{json.dumps(ONE)}{json.dumps(OTHER)}",
    ],
)
def test_objects_that_follow_each_other_are_records(text: str, tmp_path: Path) -> None:
    """On lines of their own, on several, or without any between them."""
    assert rows(tmp_path, "a.jsonl", text) == [ONE, OTHER]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b"])
def test_only_a_line_feed_ends_a_line(sign: str, tmp_path: Path) -> None:
    """Other signs of line breaks may stand within a text as they are."""
    escaped = json.dumps({"title": f"A{sign}B"}, ensure_ascii=sign < " ")

    assert (
        rows(tmp_path, "a.jsonl", f"{escaped}\n{escaped}")
        == [{"title": f"A{sign}B"}] * 2
    )


@pytest.mark.parametrize("bad", ['{"title": "B", "n": 2', "not json", "7"])
def test_a_line_that_cannot_be_read_is_refused_by_itself(
    bad: str, tmp_path: Path
) -> None:
    """The others are taken, and the line is named."""
    text = "\n".join([json.dumps(ONE), bad, json.dumps(OTHER)])

    found = brought(written(tmp_path, "a.jsonl", text))

    assert [one.title for one in found.incidents] == ["A", "B"]
    assert [fault.where for fault in found.refused] == ["line 2"]


def test_a_line_of_a_sequence_of_features_that_cannot_be_read_is_named(
    tmp_path: Path,
) -> None:
    """The file is refused, as GeoJSON is by one error."""
    feature = '{"type": "Feature", "geometry": null, "properties": {}}'
    text = f"{feature}\nnot json\n{feature}"

    with pytest.raises(DataError, match=r"line 2, column 1: is not JSON"):
        read(written(tmp_path, "a.geojsonl", text))


def test_names_that_are_written_twice_are_both_kept_and_told(tmp_path: Path) -> None:
    """The second gets a number that is free."""
    text = '[{"a": 1, "a_2": 2, "a": 3}, {"a": 4, "b": 5, "b": 6}]'

    features, said = read(written(tmp_path, "a.json", text))

    assert [one["properties"] for one in features] == [
        {"a": 1, "a_2": 2, "a_3": 3},
        {"a": 4, "b": 5, "b_2": 6},
    ]
    assert "'a' is written twice" in said
    assert "'b' is written twice" in said


def test_half_a_character_is_replaced_and_told(tmp_path: Path) -> None:
    """A whole one written in two halves, and a backslash before a u, stay."""
    text = r'[{"title": "\ud83d wall \ud83d\ude00 \\ud83d", "n": 1}]'

    found = brought(written(tmp_path, "a.json", text))

    assert [one.title for one in found.incidents] == ["\ufffd wall 😀 \\ud83d"]
    assert "halves of characters" in told(found)
    assert "Latin-1" not in told(found)


def test_half_a_character_of_any_format_is_told_of_its_record(tmp_path: Path) -> None:
    """And not as an encoding that the file does not have."""
    file = InputFile(written(tmp_path, "a.x", "x"), "a.x")
    records = [Record({"title": "whole"}, None), Record({"title": "\ud83d"}, None)]

    parts = list(parts_of_records(records, file, kind="x", epsg=None))

    [fault] = [fault for part in parts for fault in part.faults]
    assert fault.index == 1
    assert "half of a character" in fault.message
