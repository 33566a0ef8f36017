"""Rules of texts: what prints, and no whole sentence of a source."""

from __future__ import annotations

import pytest

from tests.unit.layer.samples import faults_of, feature, wheres


def test_a_quote_like_a_whole_sentence_is_warned_of() -> None:
    """A capital, several words and a full stop look like a copied sentence."""
    made = {"source": "paper-2023", "quote": "They painted over the old mural."}
    faults = faults_of(feature(citations=[made]), severity="warning")

    assert [fault.where for fault in faults] == ["citations[0].quote"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "a\tb"}, "title"),
        ({"summary": "a\nb"}, "summary"),
        ({"place": "\x1b[31m"}, "place"),
        ({"place": "a\u202eb"}, "place"),
        ({"alleged_by": ["a\x00"]}, "alleged_by[0]"),
        ({"notes": {"deep": ["\x07"]}}, "notes.deep[0]"),
        ({"title": "a\U000e0069\U000e007fb"}, "title"),
        ({"summary": "a\ue000b"}, "summary"),
        ({"notes": {"de\u2060ep": 1}}, "notes"),
    ],
)
def test_what_does_not_print_is_refused(changes: dict[str, object], where: str) -> None:
    """Controls, direction overrides, tags and their like are refused in any text."""
    assert where in wheres(feature(**changes))


def test_what_scripts_and_emoji_need_is_taken() -> None:
    """Joiners of Persian, and of people in one picture."""
    title = "می\u200cخواهم 👩\u200d👩\u200d👧 ❤\ufe0f"

    assert wheres(feature(title=title)) == []
