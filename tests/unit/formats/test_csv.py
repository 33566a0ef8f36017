"""CSV and its like: one encoding, one separator, or a clear no."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError, QueryError
from geo.importing import ReadOptions
from tests.bringing import brought, written


@pytest.mark.parametrize(
    ("separator", "told"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_other_separators_are_read_and_told(
    separator: str, told: str, tmp_path: Path
) -> None:
    """The caller sees what was taken for the separator."""
    text = "title,lat,lon\nx,44.8,20.4\n".replace(",", separator)

    found = brought(written(tmp_path, "a.csv", text))

    assert len(found.layer.incidents) == 1
    assert any(told in fault.message for fault in found.changed)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (",,\n1,2,3\n", "values where the names"),
        ('title,lat\n"open,1\n', "cannot be read"),
        ("title\na\x00b\n", "NUL"),
        (b"\xff\xfet\x00\x00\xd8", "written in utf-16, and is damaged"),
        (" \n", "empty"),
        ("lat,latitude,lon\n1,2,3\n", "several columns"),
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

    assert found.layer.incidents[0].title == "Киев"
    for wrong in ("klingon", "rot13", "base64"):
        with pytest.raises(QueryError, match="encoding"):
            brought(path, opening=ReadOptions(encoding=wrong))
