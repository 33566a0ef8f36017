"""The encoding of a text is told by the words that it makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.formats.text_encoding import best_encoding, decoded
from tests.bringing import written
from tests.unit.formats.reading import read

TEXTS = {
    "cp1252": "Montréal, Málaga, Zürich, São João, “quoted” – l’été",
    "mac_roman": "Montréal, Málaga, Zürich, São João, “quoted” – l’été",
    "cp1251": "Взрыв на улице Ленина, «Протест» в Москве",
    "koi8_u": "Взрыв на улице Ленина, протест в Москве",
    "mac_cyrillic": "Взрыв на улице Ленина, Протест в Москве",
    "cp1250": "Čačak, Niš, Požarevac, Ćuprija, Đakovica",
    "cp1254": "Diyarbakır, İstanbul, Şırnak, Muğla",
    "cp1256": "القاهرة دمشق حلب",
}


@pytest.mark.parametrize("codec", TEXTS)
def test_an_old_encoding_is_told_by_its_words(codec: str) -> None:
    """Also those of the Mac, and several of Cyrillic."""
    text = f"title,place\na,{TEXTS[codec]}\n"

    found, warnings = decoded(text.encode(codec), "a.csv")

    assert found == text
    assert [codec in warning.message for warning in warnings] == [True]


@pytest.mark.parametrize(
    "word", ["Café", "Genève", "Köln", "Évry", "Curaçao", "Bogotá"]
)
@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
def test_one_word_tells_windows_from_the_mac(word: str, codec: str) -> None:
    """A table may have no more of them."""
    assert word.encode(codec).decode(best_encoding(word.encode(codec))[0]) == word


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_is_always_read_as_it_is(text: str) -> None:
    """With any number of marks before it."""
    for marks in ("", "\ufeff", "\ufeff\ufeff"):
        found, warnings = decoded(f"{marks}head,{text}".encode(), "a.csv")

        assert found == f"head,{text}"
        assert warnings == []


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read_and_told(codec: str, tmp_path: Path) -> None:
    """With and without a mark."""
    path = written(tmp_path, "a.csv", "title\tplace\nProtest\tNiš\n".encode(codec))

    features, said = read(path)

    assert features[0]["properties"] == {"title": "Protest", "place": "Niš"}
    assert "UTF-" in said


def test_utf_8_with_a_stray_byte_stays_utf_8() -> None:
    """The byte is read as what it most often is, and its line told."""
    data = "a\nЖивот је чудо\n".encode() + b"caf\xe9\n"

    found, [warning] = decoded(data, "a.csv")

    assert found == "a\nЖивот је чудо\ncafé\n"
    assert "1 bytes that are not, the first in line 3" in warning.message


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_are_judged(data: bytes) -> None:
    """And some encoding is named."""
    codec, score = best_encoding(data)

    assert data.decode(codec, "replace")
    assert score <= 1


def test_letters_that_were_lost_before_are_told() -> None:
    """No encoding makes words of them."""
    found, [warning] = decoded(
        b"place\nS?\xb0n Ga\xcc_\xe5\xb1o\nB\x83\xc5g\n", "a.csv"
    )

    assert found.startswith("place\nS?")
    assert "read as cp1252" in warning.message
    assert "make no words" in warning.message
