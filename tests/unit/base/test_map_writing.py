"""map.toml is made and extended; what people wrote in it stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.base.map_folder import read_map_folder
from geo.base.map_writing import extended, write_map_file

PEOPLES = """# Our floods. Ask Ana before you change this.
title = 'Floods'   # short on purpose

[fields.deaths]
label = "Died"  # not "killed"
"""


def test_a_new_file_explains_itself_and_says_what_is_known(tmp_path: Path) -> None:
    """Its keys stand where the comments show them."""
    assert write_map_file(tmp_path / "map", title='Floods of "2024"', licence=None)

    text = (tmp_path / "map" / "map.toml").read_text(encoding="utf-8")
    assert read_map_folder(tmp_path / "map").title == 'Floods of "2024"'
    assert text.index("# What this map is") < text.index("title =")
    assert text.index("title =") < text.index("# subtitle =")
    assert "# licence =" in text


def test_what_people_wrote_stays(tmp_path: Path) -> None:
    """Their values, comments and order; only what is missing is added."""
    (tmp_path / "map.toml").write_text(PEOPLES, encoding="utf-8")
    fields = {"deaths": {"label": "Deaths", "type": "number"}, "river": {"label": "R"}}

    assert write_map_file(tmp_path, title="Other", subtitle="New", fields=fields)

    text = (tmp_path / "map.toml").read_text(encoding="utf-8")
    for line in PEOPLES.splitlines():
        assert line in text
    assert tomllib.loads(text) == {
        "title": "Floods",
        "subtitle": "New",
        "fields": {
            "deaths": {"label": "Died", "type": "number"},
            "river": {"label": "R"},
        },
    }


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    """Not even the file's time."""
    values = {"title": "Floods", "fields": {"river": {"label": "River"}}}
    write_map_file(tmp_path, **values)
    before = (tmp_path / "map.toml").stat()

    assert not write_map_file(tmp_path, **values)
    assert (tmp_path / "map.toml").stat().st_mtime_ns == before.st_mtime_ns
    assert (tmp_path / "map.toml").stat().st_ino == before.st_ino


def test_a_value_that_no_map_may_have_is_not_written(tmp_path: Path) -> None:
    """And nothing is left behind."""
    with pytest.raises(DataError, match="titel"):
        write_map_file(tmp_path, titel="Floods")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    """It holds what somebody meant."""
    (tmp_path / "map.toml").write_text("title = ", encoding="utf-8")

    with pytest.raises(DataError, match="TOML"):
        write_map_file(tmp_path, title="Floods")

    assert (tmp_path / "map.toml").read_text(encoding="utf-8") == "title = "


def test_a_comment_within_a_text_is_no_place_for_a_key() -> None:
    """A text of several lines may hold what looks like one."""
    text = 'about = """\n# title = "x"\n"""\n'

    made = extended(text, {"title": "Floods"})

    assert tomllib.loads(made) == {"about": '# title = "x"\n', "title": "Floods"}


KEYS = st.text("abcdef_-", min_size=1, max_size=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = TEXTS | st.integers(-(10**9), 10**9) | st.booleans() | st.lists(TEXTS)
TABLES = st.dictionaries(
    KEYS, SCALARS | st.dictionaries(KEYS, SCALARS, max_size=3), max_size=4
)


@given(TABLES, TABLES)
def test_extending_adds_what_is_missing_and_is_done_once(
    first: dict[str, object], second: dict[str, object]
) -> None:
    """What was there wins, everything new is there, and again adds nothing."""
    before = extended("# of people\n", first)

    after = extended(before, second)

    assert tomllib.loads(before) == first
    there = tomllib.loads(after)
    for name, value in {**second, **first}.items():
        both = (first.get(name), second.get(name))
        if all(isinstance(each, dict) for each in both):
            assert there[name] == {**second[name], **first[name]}  # type: ignore[dict-item]
        else:
            assert there[name] == value
    assert "# of people" in after
    assert extended(after, second) == after
