"""What each column becomes, kept in a file that people can change."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.importing.mapping import (
    DATE_ORDERS,
    FOLDER,
    ROLES,
    SHARED_ROLES,
    TableMapping,
    mapping_for,
    read_mapping,
    write_mapping,
)

MAPPING = TableMapping(
    name="fires",
    head=("Fire", "When it was", 'a "b"\n'),
    columns={"Fire": "title", "When it was": "date", 'a "b"\n': "own"},
    values={"status": {"Perhaps?": "unverified"}},
    defaults={"category": "fire"},
    date_order="dmy",
    date_formats=("%d.%m.%y",),
    time_zone="Europe/Belgrade",
    labels={'a "b"\n': "A and b"},
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@st.composite
def mappings(draw: st.DrawFn) -> TableMapping:
    """Draw a mapping that can be followed."""
    head = draw(st.lists(TEXTS, unique=True, max_size=6))
    shared = st.sampled_from(sorted(SHARED_ROLES))
    columns = {column: draw(shared) for column in head}
    if head:
        columns[head[0]] = draw(st.sampled_from(sorted(ROLES)))
    return TableMapping(
        name=draw(TEXTS),
        head=tuple(head),
        columns=columns,
        values=draw(
            st.dictionaries(
                TEXTS, st.dictionaries(TEXTS, TEXTS, min_size=1), max_size=2
            )
        ),
        defaults=draw(st.dictionaries(TEXTS, TEXTS, max_size=2)),
        date_order=draw(st.sampled_from(("", *DATE_ORDERS))),
        date_formats=tuple(draw(st.lists(TEXTS, max_size=2))),
        source=draw(TEXTS),
        labels=draw(st.dictionaries(TEXTS, TEXTS, max_size=2)),
    )


@settings(max_examples=60, deadline=None)
@given(mapping=mappings())
def test_what_is_written_is_read_again(
    mapping: TableMapping, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever columns are called."""
    path = tmp_path_factory.mktemp("map") / FOLDER / "table.toml"

    write_mapping(path, mapping)

    assert read_mapping(path) == mapping


def test_the_file_explains_itself(tmp_path: Path) -> None:
    """A person sees what may be changed, and to what."""
    path = tmp_path / "fires.toml"

    write_mapping(path, MAPPING)

    text = path.read_text(encoding="utf-8")
    assert '"When it was" = "date"' in text
    assert "# What each column becomes." in text
    assert all(role in text for role in ROLES)
    assert text.index("[columns]") < text.index("[table]")


def test_the_next_file_with_the_same_head_finds_its_mapping(tmp_path: Path) -> None:
    """Also where its columns stand in another order."""
    write_mapping(tmp_path / FOLDER / "fires.toml", MAPPING)

    assert mapping_for(tmp_path, MAPPING.head) == MAPPING
    assert mapping_for(tmp_path, tuple(reversed(MAPPING.head))) == MAPPING


def test_the_same_order_comes_before_another(tmp_path: Path) -> None:
    """Two mappings may have the same columns."""
    turned = TableMapping(name="turned", head=tuple(reversed(MAPPING.head)))
    write_mapping(tmp_path / FOLDER / "a.toml", MAPPING)
    write_mapping(tmp_path / FOLDER / "b.toml", turned)

    assert mapping_for(tmp_path, turned.head) == turned


def test_another_head_finds_none(tmp_path: Path) -> None:
    """Nor does a folder without mappings, nor a table without columns."""
    assert mapping_for(tmp_path, MAPPING.head) is None
    write_mapping(tmp_path / FOLDER / "fires.toml", MAPPING)

    assert mapping_for(tmp_path, MAPPING.head[:2]) is None
    assert mapping_for(tmp_path, ()) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[columns]\na = "tittle"', "'tittle'"),
        ('[columns]\na = "title"\nb = "title"', "'a', 'b'"),
        ('date_order = "day first"', "'day first'"),
        ('time_zone = "Belgrade"', "'Belgrade'"),
        ("[columns]\na = 3", "columns"),
        ("head = 3", "list"),
        ("name = 3", "quotes"),
        ("[values]\nstatus = 3", "values.status"),
        ('colums = "x"', "colums"),
        ("table = 3", "table"),
        ("[columns", "TOML"),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(
    text: str, named: str, tmp_path: Path
) -> None:
    """People change it by hand."""
    path = tmp_path / "fires.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as caught:
        read_mapping(path)

    assert named in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_mapping_that_cannot_be_followed_is_not_written(tmp_path: Path) -> None:
    """The file that was there stays."""
    path = tmp_path / "fires.toml"
    write_mapping(path, MAPPING)

    with pytest.raises(DataError, match="is not a role"):
        write_mapping(path, TableMapping(columns={"a": "nonsense"}))

    assert read_mapping(path) == MAPPING


@pytest.mark.parametrize("zone", ["+02:00", "UTC", "-0330", "America/New_York"])
def test_zones_and_offsets_are_time_zones(zone: str, tmp_path: Path) -> None:
    """Either may be written."""
    write_mapping(tmp_path / "x.toml", TableMapping(time_zone=zone))

    assert read_mapping(tmp_path / "x.toml").time_zone == zone
