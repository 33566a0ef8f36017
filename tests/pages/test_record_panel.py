"""The record panel lays out the parts of a record, and has no words of its own."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from geo.atlas.shelf import read_atlas
from geo.base.settings import Settings
from geo.evidence.record import Record
from geo.model.query import Query
from pages.ui.record_panel import record_html
from tests.builders import PAYLOADS, QUOTE, make_atlas, make_incident, poisoned
from tests.record_words import without_spaces, words_of


def shown(record: Record) -> str:
    """Return what a reader sees of a record's panel, without spaces."""
    return without_spaces(unescape(re.sub(r"<[^>]+>", "", record_html(record))))


def test_every_record_of_the_layer_is_told_in_its_own_words(tmp_path: Path) -> None:
    """All parts are there, in their order, and nothing else."""
    atlas = read_atlas(Settings(archive=tmp_path))
    ids = [row.id for row in atlas.engine.rows(Query(), limit=100)]

    assert len(ids) == 58
    for record in map(atlas.record, ids):
        assert shown(record) == words_of(record.as_json()["parts"], around=True)


def test_a_passage_is_shown_with_what_is_around_it(tmp_path: Path) -> None:
    """Folded away, but there."""
    atlas = make_atlas(tmp_path / "archive", make_incident())
    text = tmp_path / "copy.txt"
    text.write_text(f"Before it.\n\nThat night {QUOTE}, it was said.\n\nAfter it.\n")
    atlas.archive.add("daily", text)
    record = atlas.record("mural-2023")

    html = record_html(record)

    assert f"That night <mark>{QUOTE}</mark>, it was said." in html
    assert "<p>Before it.</p><p>After it.</p></details>" in html
    assert shown(record) == words_of(record.as_json()["parts"], around=True)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts_are_escaped(tmp_path: Path, payload: str) -> None:
    """Each value is text, whatever it says."""
    record = make_atlas(tmp_path, poisoned(payload)).record("mural-2023")

    html = record_html(record)

    assert "<img" not in html
    assert "<script" not in html
    assert "<svg" not in html
    assert without_spaces(payload) in without_spaces(unescape(html))
