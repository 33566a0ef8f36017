"""CSV and its like: one encoding, one separator, or a clear no."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError, QueryError
from geo.formats.input_file import ReadOptions
from tests.bringing import brought, written
from tests.bringing import told as said
from tests.unit.formats.reading import read, rows


@pytest.mark.parametrize(
    ("separator", "told"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_other_separators_are_read_and_told(
    separator: str, told: str, tmp_path: Path
) -> None:
    """The caller sees what was taken for the separator."""
    text = "title,lat,lon\nx,44.8,20.4\n".replace(",", separator)

    found = brought(written(tmp_path, "a.csv", text))

    assert len(found.incidents) == 1
    assert told in said(found)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (",,\n1,2,3\n", "values where the names"),
        ('title,lat\n"open,1\n', "cannot be read"),
        ("title\na\x00b\n", "NUL"),
        (b"\xff\xfet\x00\x00\xd8", "written in utf-16, and is damaged"),
        (" \n", "empty"),
        ("title\n" + "x" * 1_100_000 + "\n", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_told_is_refused_whole(
    content: str | bytes, reason: str, tmp_path: Path
) -> None:
    """With what to do about it."""
    with pytest.raises(DataError, match=reason):
        brought(written(tmp_path, "a.csv", content))


def test_another_encoding_is_read_when_it_is_said(tmp_path: Path) -> None:
    """And an unknown one is an error of the call."""
    path = written(tmp_path, "a.csv", "title\nКиев\n".encode("cp1251"))

    found = brought(path, opening=ReadOptions(encoding="cp1251"))

    assert found.incidents[0].title == "Киев"
    for wrong in ("klingon", "rot13", "base64"):
        with pytest.raises(QueryError, match="encoding"):
            brought(path, opening=ReadOptions(encoding=wrong))


@pytest.mark.parametrize(
    ("content", "rows_"),
    [
        (
            "title;lat;lon\na, b, c;44,8;20,4\n",
            [{"title": "a, b, c", "lat": "44,8", "lon": "20,4"}],
        ),
        (
            "title|note\na, b|c\nd, e|f\n",
            [{"title": "a, b", "note": "c"}, {"title": "d, e", "note": "f"}],
        ),
        ("# made, by us\n# in 2023\ntitle,n\na,1\n", [{"title": "a", "n": "1"}]),
        ("#title,n\na,1\n", [{"title": "a", "n": "1"}]),
        (
            "Report 2023,,\n,,\ntitle,place,n\na,Niš,1\n",
            [{"title": "a", "place": "Niš", "n": "1"}],
        ),
        ("title,n\n\n  ,\na,1\n", [{"title": "a", "n": "1"}]),
        ("title,,n\na,b,1\n", [{"title": "a", "column_2": "b", "n": "1"}]),
        ("title,x,x\na,1,2\n", [{"title": "a", "x": "1", "x_2": "2"}]),
        ("x,x_2,x\n1a,b,c\n", [{"x": "1a", "x_2": "b", "x_3": "c"}]),
        ("title,n,m\na\n", [{"title": "a"}]),
    ],
)
def test_what_people_do_to_tables_is_read(
    content: str, rows_: list[dict[str, str]], tmp_path: Path
) -> None:
    """Titles, comments, gaps, names twice or none, rows that end early."""
    assert rows(tmp_path, "a.csv", content) == rows_


def test_rows_of_another_width_are_told_each(tmp_path: Path) -> None:
    """A short one is filled up, one with further values refused, with its line."""
    path = written(tmp_path, "a.csv", "title,n\na,1,,\nb\nc,1,2\n")

    features, said = read(path)

    assert [one["properties"].get("title") for one in features] == ["a", "b", "c"]
    assert "warning: line 3: has 1 cells" in said
    assert "error: line 4: has 3 cells" in said


def test_coordinates_stay_in_their_columns(tmp_path: Path) -> None:
    """Whoever knows the whole table reads them."""
    path = written(tmp_path, "a.csv", "title,lat,lon\na,44.8,20.4\n")

    [feature] = read(path)[0]

    assert feature["properties"] == {"title": "a", "lat": "44.8", "lon": "20.4"}
    assert feature["geometry"] is None


def test_hashtags_of_hxl_are_no_comment(tmp_path: Path) -> None:
    """They stay a row, for whoever knows them."""
    content = "title,n\n#event,#affected\na,1\n"

    assert len(rows(tmp_path, "a.csv", content)) == 2
