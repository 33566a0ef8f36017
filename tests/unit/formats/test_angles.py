"""Angles as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.formats.angles import read_angle


@pytest.mark.parametrize(
    ("text", "degrees", "words"),
    [
        ("44.81", 44.81, ()),
        ("44,810", 44.81, ()),
        ("-44.81°", -44.81, ()),
        ("12 30 36", 12.51, ()),
        ("12°30'36\"N", 12.51, ("n",)),
        ("12°30′36″ с. ш.", 12.51, ("с", "ш")),
        ("12 30’36’’S", 12.51, ("s",)),
        ("N 12° 30.6", 12.51, ("n",)),
        ("12d30m36s W", 12.51, ("w",)),
        ("12 deg 30 min 36 sec E", 12.51, ("e",)),
        ("12:30:36", 12.51, ()),
        ("12-30-36N", 12.51, ("n",)),
        ("123036N", 12.51, ("n",)),
        ("0123036E", 12.51, ("e",)),
        ("Latitude: 12.51", 12.51, ("latitude",)),
        ("١٢٫٥١", 12.51, ()),
    ],
)
def test_degrees_are_read_with_any_signs(
    text: str, degrees: float, words: tuple[str, ...]
) -> None:
    """Or with none but spaces."""
    angle = read_angle(text)

    assert angle.degrees == pytest.approx(degrees, abs=1e-9)
    assert angle.words == words


@pytest.mark.parametrize(
    "text",
    [
        *("", "Belgrade", "44°60'N", "2020-01-01", "44.5 30 N", "44 20 61", "1e5x"),
        *("see" + " " * 100_000 + "note", "a." * 100_000),
    ],
)
def test_what_is_no_angle_is_refused(text: str) -> None:
    """Dates, words, and sixty minutes; long texts at once."""
    with pytest.raises(ValueError, match=r"is not|has|may be"):
        read_angle(text)


@given(
    st.integers(0, 179),
    st.integers(0, 59),
    st.decimals(0, "59.99", places=2),
    st.sampled_from(
        ["{}°{}'{}\"", "{} {} {}", "{}:{}:{}", "{}º {}′ {}″", "{}° {}’ {}’’"]
    ),
)
def test_what_is_written_in_sixtieths_is_read_back(
    whole: int, minutes: int, seconds: object, notation: str
) -> None:
    """Exactly to a hundredth of a second, whatever the signs."""
    text = notation.format(whole, minutes, seconds)

    degrees = whole + minutes / 60 + float(str(seconds)) / 3600
    assert read_angle(text).degrees == pytest.approx(degrees, abs=1e-8)
