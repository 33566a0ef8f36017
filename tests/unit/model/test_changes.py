"""The journal: what it may say, and what became of a record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.model.changes import (
    NO_CHANGES,
    Change,
    Journal,
    NewValue,
    change_line,
    read_changes,
)

DAY = date(2024, 3, 1)


def journal_of(folder: Path, *lines: str) -> Journal:
    """Return the journal of some lines."""
    path = folder / "changes.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_changes(path)


def line(**changes: Any) -> str:  # noqa: ANN401 - any value
    """Return a sound line, with changes."""
    sound = {"id": "a-raid", "day": "2024-03-01", "what": "The date is another."}
    return json.dumps({**sound, **changes})


WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)
VALUES = st.none() | st.booleans() | st.integers() | WORDS | st.lists(WORDS)
CHANGES = st.builds(
    Change,
    id=st.from_regex(r"[a-z]{1,9}(-[a-z]{1,9})?", fullmatch=True),
    day=st.dates(),
    what=WORDS,
    why=WORDS,
    version=st.none() | st.integers(1, 99),
    new_values=st.lists(
        st.builds(NewValue, WORDS, VALUES, VALUES), unique_by=lambda one: one.property
    ).map(tuple),
    protects=st.booleans(),
    withdrawn=st.booleans(),
    into=st.just("") | st.just("another"),
)


@given(st.lists(CHANGES, max_size=4))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Change]
) -> None:
    """Line by line, in the same order."""
    written = (change_line(change) for change in changes)

    read = journal_of(tmp_path_factory.mktemp("journal"), *written)

    assert read == Journal(tuple(changes))


def test_a_map_without_a_journal_has_no_changes(tmp_path: Path) -> None:
    """Nor has one with blank lines only."""
    assert read_changes(tmp_path / "changes.jsonl") == NO_CHANGES
    assert journal_of(tmp_path, "", " ") == NO_CHANGES


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "nested too deep"),
        (line(id="../up"), "not the id of a record"),
        (line(id=7), "not the id of a record"),
        (line(day="1 March"), "not a day"),
        (line(day=None), "not a day"),
        (line(what=["x"]), "not a text"),
        (line(into="a b"), "into names"),
        (line(withdrawn="yes"), "not true or false"),
        (line(version=0), "not a number from 1"),
        (line(values=[{"property": "date"}]), "property, from and to"),
        (line(what=""), "it has no what"),
        (line(why="a\u202eb"), "U+202E"),
        (
            line(values=[{"property": "x", "from": ["\x00"], "to": None}]),
            "U+0000",
        ),
        (line(colour="red"), "'colour' is not known"),
    ],
)
def test_a_line_that_is_no_change_is_named(
    tmp_path: Path, written: str, said: str
) -> None:
    """With its number, so that it can be mended."""
    with pytest.raises(DataError, match="line 2") as raised:
        journal_of(tmp_path, line(), written)

    assert said in str(raised.value)


def test_a_journal_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """With what to do about it."""
    path = tmp_path / "changes.jsonl"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(DataError, match="UTF-8"):
        read_changes(path)


def test_what_became_of_a_record_is_its_last_change() -> None:
    """A record that was merged into one that was merged too is in the last one."""
    journal = Journal(
        (
            Change("a", DAY, into="b"),
            Change("b", DAY, what="Another date."),
            Change("b", DAY, into="c"),
            Change("gone", DAY, withdrawn=True),
            Change("back", DAY, withdrawn=True),
            Change("back", DAY, what="It is here again."),
            Change("turn", DAY, into="about"),
            Change("about", DAY, into="turn"),
        )
    )

    assert [journal.fate_of(name) for name in ("c", "back", "never")] == [None] * 3
    gone = journal.fate_of("gone")
    assert gone is not None
    assert gone.withdrawn
    for name in ("a", "b"):
        fate = journal.fate_of(name)
        assert fate is not None
        assert fate.into == "c"
    assert journal.fate_of("turn") is not None
