"""Folding keeps the words and the way back; paragraphs lose nothing."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.model.text import count_words, folded, paragraphs

#: Texts rich in what folding treats: marks, invisible characters, accents, Hangul.
ODD = st.text(
    st.one_of(
        st.sampled_from(
            "aé'’“„«—-‑ \u00a0\u00ad\u200b\n\r\t\u2028ﬁ…²½①Ａ１ｶﾞ\u0301\u0338\u1161각⒈¨´"
        ),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("“hornets’ nest”", '"hornets\' nest"'),
        ("„Вагнер“ и «Вагнер»", '"Вагнер" и "Вагнер"'),
        ("a – b — c ‑ d − e", "a - b - c - d - e"),
        ("Bel\u00adgrade", "Belgrade"),
        ("Zer\u200bnov\ufeff", "Zernov"),
        ("200\u00a0000 people\u2003fled", "200 000 people fled"),
        ("  two\n\n\tlines\r\n", "two lines"),
        ("Vuc\u030cic\u0301", "Vučić"),
        ("oﬃce…", "office..."),
        ("Ｂｅｌｇｒａｄｅ　２０２３", "Belgrade 2023"),
        ("о́н", "о\u200d\u0301н"),
    ],
)
def test_folding_makes_typographic_variants_equal(printed: str, typed: str) -> None:
    """What print and keyboard vary without changing the words folds away."""
    assert folded(printed).text == folded(typed).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Serbia", "serbia"),
        ("Vučić", "Vucic"),
        ("10²", "102"),
        ("1½", "11/2"),
        ("note①", "note1"),
        ("a b", "ab"),
        ("war-torn", "war torn"),
    ],
)
def test_folding_keeps_other_words_apart(one: str, other: str) -> None:
    """Case, accents, raised digits and spaces between words make a difference."""
    assert folded(one).text != folded(other).text


def test_folding_nothing_gives_nothing() -> None:
    """Empty and invisible texts fold to an empty text without offsets."""
    for text in ("", " \n ", "\u200b\u00ad", "\u200b \ufeff"):
        fold = folded(text)
        assert (fold.text, len(fold.offsets), len(fold.ends)) == ("", 0, 0)


def test_a_span_leads_back_to_what_was_printed() -> None:
    """The quote found in the fold is shown with its own quotes, hyphens and accents."""
    text = "He said:  “Bel\u00adgrade\u00a0is e\u0301lite”."
    fold = folded(text)
    start = fold.text.index('"')
    end = fold.text.rindex('"') + 1
    assert fold.text[start:end] == '"Belgrade is élite"'
    begin, stop = fold.span(start, end)
    assert text[begin:stop] == "“Bel\u00adgrade\u00a0is e\u0301lite”"


@given(ODD)
@example("\u200b \u0301")
@example("a\u00ad\u0301")
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    """Offsets run forward, never overlap, and cover only what is in the text."""
    fold = folded(text)
    assert len(fold.text) == len(fold.offsets) == len(fold.ends)
    places = list(zip(fold.offsets, fold.ends, strict=True))
    for start, end in places:
        assert 0 <= start < end <= len(text)
    for (start, end), (next_start, next_end) in pairwise(places):
        same = (start, end) == (next_start, next_end)
        assert same or end <= next_start


@given(ODD)
def test_folding_again_changes_nothing(text: str) -> None:
    """A folded text is its own fold."""
    once = folded(text).text
    assert folded(once).text == once


@given(ODD)
def test_canonically_equal_texts_fold_alike(text: str) -> None:
    """NFC and NFD forms of a text (UAX #15) have one fold."""
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    assert folded(composed).text == folded(decomposed).text == folded(text).text


@given(ODD)
def test_a_fold_has_single_spaces_inside_only(text: str) -> None:
    """Runs of white space become one space, and none is left at the ends."""
    fold = folded(text).text
    assert "  " not in fold
    assert fold == fold.strip()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("party", "art"),
        ("can't go", "can"),
        ("can’t go", "can"),
        ("anti-Russian groups", "Russian groups"),
        ("anti‑Russian groups", "Russian groups"),
        ("200,000 people", "200"),
        ("200\u00a0000 people", "200"),
        ("3.5 million", "3"),
        ("1990–1995", "1990"),
        ("end…", "end."),
        ("10² km", "10"),
        ("क्षि", "क"),
    ],
)
def test_a_cut_inside_a_word_or_number_is_seen(text: str, part: str) -> None:
    """A part of a longer word or figure is not the word."""
    fold = folded(text)
    start = fold.text.index(part)
    assert fold.cuts_word(start) or fold.cuts_word(start + len(part))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("brotherhood—a myth", "a myth"),
        ("the far-right, then", "far-right"),
        ("(party)", "party"),
        ("“peace.” Then", '"peace."'),
        ("the hornets' nest", "hornets'"),
        ("in 2022. Then", "2022"),
        ("the bar.", "bar"),
        ("他在北京说话", "北京"),
        ("200 000 people", "200"),
    ],
)
def test_a_cut_between_words_is_none(text: str, part: str) -> None:
    """Dashes, punctuation and spaces end a word; ideographs stand alone."""
    fold = folded(text)
    start = fold.text.index(part)
    assert not fold.cuts_word(start)
    assert not fold.cuts_word(start + len(part))


def test_paragraphs_part_at_blank_lines() -> None:
    """Blank lines part paragraphs, also with spaces in them and Windows line ends."""
    text = "Title\r\n \u00a0\r\nOne\r\ntwo\r\n\r\n\r\n  • Three \u200b\n"
    assert [part.text for part in paragraphs(text)] == [
        "Title",
        "One\r\ntwo",
        "• Three",
    ]
    assert [part.index for part in paragraphs(text)] == [0, 1, 2]


def test_paragraphs_of_a_text_without_blank_lines_are_its_lines() -> None:
    """One line is one paragraph, and several lines are several."""
    assert [part.text for part in paragraphs("only one")] == ["only one"]
    assert [part.text for part in paragraphs("\none\ntwo\n")] == ["one", "two"]


def test_paragraphs_of_nothing_are_none() -> None:
    """Text without visible characters has no paragraph."""
    assert paragraphs("") == []
    assert paragraphs(" \n\u200b\n ") == []


@given(st.one_of(ODD, st.text("a \n\r\t\u2028\u200b", max_size=40)))
def test_paragraphs_lose_no_visible_character(text: str) -> None:
    """Paragraphs are slices in order, and only what is blank lies between them."""
    position = 0
    for part in paragraphs(text):
        assert part.text == text[part.start : part.end]
        assert part.text
        assert folded(text[position : part.start]).text == ""
        position = part.end
    assert folded(text[position:]).text == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" — … ", 0),
        ("one", 1),
        ("a right-wing group’s bar", 4),
        ("war—peace", 2),
        ("about 200,000 Russians", 3),
        ("he\u00a0said\nso", 3),
        ("Vuc\u030cic\u0301 said", 2),
        ("北京 said", 3),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, count: int) -> None:
    """Hyphens keep a word whole, dashes part words, punctuation is no word."""
    assert count_words(text) == count
