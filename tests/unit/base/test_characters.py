"""Characters: what nobody can see is refused by its class, what scripts need stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.characters import printable, unprintable

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    "text",
    [
        "Murals, 2022 – “red” lines…",
        "می\u200cخواهم",  # Persian: a joiner that parts
        "क्\u200dष",  # Devanagari: a joiner
        "👩\u200d👩\u200d👧 👍🏽 ❤\ufe0f 1\ufe0f\u20e3",
        f"{SCOTLAND} is a flag",
        "葛\U000e0100城",  # a shape of an ideograph
        "ភាសា\u200bខ្មែរ",  # Khmer: where a line may break
        "שלום\u200f, عربي\u061c, \u06dd",
        "soft\u00adhyphen and no\u00a0break",
        "\U0001fae9 of a Unicode newer than this Python",
        "",
    ],
)
def test_what_scripts_and_emoji_need_prints(text: str) -> None:
    """And is kept as it is."""
    assert unprintable(text) is None
    assert printable(text) == text


@pytest.mark.parametrize(
    "odd",
    [
        *map(chr, range(0xE0000, 0xE0080)),
        *"\x00\x1b\x7f\x85\u180e\u200b\u2028\u202e\u2060\u2063\u2069\u206a\ufeff",
        *"\u3164\uffa0\ue000\ufdd0\ufff9\uffff\U000e0fff\U000f0000\U0010fffd\ud800",
    ],
)
def test_what_nobody_can_see_is_named_and_taken_out(odd: str) -> None:
    """Wherever it stands."""
    assert unprintable(f"a{odd}b") == odd
    assert printable(f"{odd}a{odd}b{odd}") == "ab"


def test_selectors_that_select_nothing_could_hide_a_text() -> None:
    """One after what it selects is kept, more are not."""
    assert printable("❤\ufe0f\ufe01\ufe02 \ufe0f\U000e0101x\U000e0101") == "❤\ufe0f x"


def test_only_whole_flags_keep_their_tags() -> None:
    """Tags after a flag that is none are a hidden text."""
    assert printable(SCOTLAND[:-1]) == SCOTLAND[0]
    assert printable(SCOTLAND + SCOTLAND[1:]) == SCOTLAND


@given(st.text() | st.text("ab ❤\ufe0f\ufe01\U000e0061\U000e0100葛\u200b\U0001f3f4"))
def test_what_is_left_prints(text: str) -> None:
    """Taking out is done at once, and takes nothing that prints."""
    left = printable(text)

    assert unprintable(left) is None
    assert (unprintable(text) is None) == (left == text)


@given(st.characters(categories=["Cc", "Cs", "Co", "Zl", "Zp"]))
def test_whole_classes_are_refused(char: str) -> None:
    """Not a list of samples."""
    assert unprintable(char) == char


@given(st.characters(categories=["L", "N", "P", "Sm", "Sc", "Sk"]))
def test_letters_digits_and_marks_print(char: str) -> None:
    """But for the few letters that are blank by definition."""
    blank = {"\u3164", "\uffa0"}
    assert unprintable(char) is None or char in blank, unicodedata.name(char)
