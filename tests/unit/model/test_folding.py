"""Folded text finds words whatever their case, accents and script."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.folding import fold


@pytest.mark.parametrize(
    "forms",
    [
        ("Vučić", "Вучић", "Vucic", "VUČIĆ"),
        ("Шешељ", "Šešelj", "Seselj"),
        ("Зольная улица", "Zolnaya ulitsa", "zol'naia  ulitsa"),
        ("Đinđić", "Djindjic", "Ђинђић"),
        ("Косово", "Kosovo"),
        ("Харьков", "Kharkov"),
    ],
)
def test_spellings_of_one_name_fold_alike(forms: tuple[str, ...]) -> None:
    """Latin, Cyrillic and bare letters find one another."""
    assert len({fold(form) for form in forms}) == 1


def test_numbers_are_kept_apart() -> None:
    """Doubled digits mean something, unlike doubled letters."""
    assert fold("1999") == "1999"
    assert fold("2000") != fold("20")
    assert fold("Anna") == fold("Ana")


@pytest.mark.parametrize("text", ["", " ", "...", "—", "'"])
def test_text_without_letters_folds_to_nothing(text: str) -> None:
    """There is nothing to find in it."""
    assert fold(text) == ""


@given(st.text())
def test_a_fold_is_plain_words(text: str) -> None:
    """Only letters, digits and single spaces come out, of any text."""
    assert re.fullmatch(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?", fold(text))


@given(st.text())
def test_case_does_not_matter_for_plain_letters(text: str) -> None:
    """ASCII text in capitals folds to the same."""
    plain = text.encode("ascii", "ignore").decode()

    assert fold(plain.upper()) == fold(plain.lower())


@given(st.text("abeglmnoprtuv ", min_size=1), st.data())
def test_a_word_being_typed_is_found(word: str, data: st.DataObject) -> None:
    """Every beginning of a word of plain letters folds to a part of the whole."""
    length = data.draw(st.integers(1, len(word)))

    assert fold(word[:length]) in fold(word)
