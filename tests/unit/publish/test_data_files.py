"""The data files of a site: what lists tell of incidents, also where there are many."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from geo.model.query import Query
from geo.publish.data_files import data_files
from geo.publish.site import Site
from tests.builders import make_atlas, make_incident, unplaced

#: More than the first list has in a file of its own.
MANY = 450


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the data files of a layer with many incidents, read, and its newest ids."""
    made = [
        make_incident(id=f"wall-{number}", date=f"{1600 + number * 7 % MANY}")
        for number in range(MANY)
    ]
    atlas = make_atlas(tmp_path_factory.mktemp("many"), *made, unplaced(id="nowhere"))
    written = dict(data_files(atlas, Site("Many"), {}))
    content = {
        name: _json(script)
        for name, script in written.items()
        if name != "columns" and not name.startswith("search")
    }
    newest = atlas.engine.rows(Query(), order="newest", limit=400)
    return {**content, "newest ids": [row.id for row in newest]}


def _json(script: bytes) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(_bytes(script))


def _bytes(script: bytes) -> bytes:
    packed = script.decode().split('","')[1].partition('"')[0]
    return gzip.decompress(b64decode(packed))


def test_the_first_list_of_a_large_layer_is_in_one_file(files: dict[str, Any]) -> None:
    """Its newest incidents, with the lines that the other files have at their rows."""
    size = files["site"]["rows_a_file"]

    assert files["site"]["newest"] is True
    assert {line["id"] for line in files["newest"].values()} == set(files["newest ids"])
    for row, line in files["newest"].items():
        assert files[f"rows-{int(row) // size}"][int(row) % size] == line


def test_a_small_layer_needs_no_such_file(tmp_path: Path) -> None:
    """One file of lines has all."""
    atlas = make_atlas(tmp_path, make_incident())

    written = dict(data_files(atlas, Site("One"), {}))

    assert "newest" not in written
    assert _json(written["site"])["newest"] is False
    (line,) = _json(written["rows-0"])
    assert line["line"] == "August 2023. Somewhere in Belgrade. Reported."
    assert line["line_here"] == "August 2023. Reported."


def test_texts_to_search_in_are_lines_in_the_order_of_the_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parts, each of which ends with the end of a line."""
    monkeypatch.setattr("geo.publish.data_files._TEXTS_A_FILE", 2)
    titles = ("A mural", "Вучић", "Two\nlines")
    made = [
        make_incident(id=f"one-{number}", title=title)
        for number, title in enumerate(titles)
    ]
    atlas = make_atlas(tmp_path, *made)

    written = dict(data_files(atlas, Site("Three"), {}))

    assert _json(written["site"])["search_files"] == 2
    parts = [_bytes(written[f"search-{number}"]).decode() for number in range(2)]
    assert [part.count("\n") for part in parts] == [2, 1]
    lines = "".join(parts).splitlines()
    wanted = {"one-0": "a mural", "one-1": "vucic", "one-2": "tvo lines"}
    for (name,), line in zip(atlas.engine.columns(("id",)), lines, strict=True):
        assert line.startswith(wanted[name])
