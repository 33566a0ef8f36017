"""Languages of drafting: tables that are whole, one file each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from geo.evidence.drafting import languages as module
from geo.evidence.drafting.date_phrases import date_phrases
from geo.evidence.drafting.language import month_name
from geo.evidence.drafting.languages import (
    language_of,
    language_tagged,
    languages,
    words_of_all,
)
from geo.evidence.drafting.relative_dates import from_mentioned, from_publication
from geo.evidence.drafting.sentences import sentences

#: A language made up for a test: English with other words for the months' units.
OTHER = """
from dataclasses import replace
from geo.evidence.drafting.languages.en import LANGUAGE as ENGLISH

LANGUAGE = replace(
    ENGLISH,
    code="qaa",
    letters={},
    units={"moon": "month"},
    from_publication=(("{count} {unit} ago", "ago"),),
)
"""


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Add a file to the languages, and take it away again."""
    (tmp_path / "qaa.py").write_text(OTHER, encoding="utf-8")
    monkeypatch.setattr(module, "__path__", [*module.__path__, str(tmp_path)])
    languages.cache_clear()
    yield "qaa"
    sys.modules.pop(f"{module.__name__}.qaa", None)
    languages.cache_clear()
    words_of_all.cache_clear()


def test_a_language_is_added_by_one_file(other: str) -> None:
    """Nothing else has to know of it."""
    text = "It was over three moons ago."

    [[phrase]] = date_phrases(
        text, sentences(text), published=date(2023, 12, 18), language=other
    )

    assert (phrase.text, phrase.edtf) == ("three moons ago", "2023-09")


@pytest.mark.parametrize("code", languages())
def test_the_tables_of_a_language_are_whole(code: str) -> None:
    """Its rules compile and have a reading, and dateparser knows its months."""
    language = languages()[code]

    assert language.code == code
    assert len(from_publication(language)) == len(language.from_publication)
    assert len(from_mentioned(language)) == len(language.from_told)
    assert set(language.units.values()) == {"day", "week", "month", "year"}
    assert set(language.seasons.values()) == {21, 22, 23, 24}
    assert language.number_of("7") == 7
    assert language.number_of("nothing") is None


@pytest.mark.parametrize(
    ("tag", "word"),
    [("en", "March"), ("ru", "марта"), ("sr", "marta"), ("hr", "ožujka")],
)
def test_a_month_is_found_in_its_forms(tag: str, word: str) -> None:
    """By dateparser's names, and by the stem of them."""
    number = language_tagged(tag).month_number(word)

    assert number == 3
    assert month_name(number) == "March"


def test_an_english_month_has_a_capital() -> None:
    """To march is no month."""
    assert language_tagged("en-GB").month_number("march") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "en"),
        ("He left.", "en"),
        ("Он ушёл.", "ru"),
        ("Отишао је њој.", "sr"),
        ("Otišao je kući.", "sr"),
        ("He went for a walk through the old town. " * 6 + "Mr Vučić left.", "en"),
    ],
)
def test_a_language_is_guessed_from_its_letters(text: str, code: str) -> None:
    """A foreign name does not make a text foreign."""
    assert language_of(text) == code


def test_a_tag_that_is_not_listed_is_read_as_english() -> None:
    """Better a few dates than none."""
    assert language_tagged("pt-BR").code == "en"
    assert language_tagged("bs-Latn").code == "sr"
