"""Marks that are given out can be told apart, by everybody."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from geo.model.palette import OTHER_MARK, PALETTE
from geo.model.symbols import SYMBOLS

MARKS = (*PALETTE, OTHER_MARK)
#: Machado, Oliveira and Fernandes (2009), table 1, severity 1.0; linear RGB.
VISIONS = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
#: From linear sRGB to XYZ over its white (IEC 61966-2-1).
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.95047], [1.0], [1.08883]])


def lab(color: str, vision: str) -> np.ndarray:
    """Return a colour in CIE L*a*b*, as people with some cones see it."""
    written = np.array([int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(
        written <= 0.04045, written / 12.92, ((written + 0.055) / 1.055) ** 2.4
    )
    seen = XYZ @ np.clip(np.array(VISIONS[vision]) @ linear, 0, 1)
    x, y, z = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_each_mark_has_a_symbol_of_its_own() -> None:
    """There are as many marks as symbols."""
    assert {mark.symbol for mark in MARKS} == set(SYMBOLS)
    assert len(MARKS) == len(SYMBOLS)


@pytest.mark.parametrize("vision", VISIONS)
def test_colours_are_apart_to_every_eye(vision: str) -> None:
    """By more than eyes need to see that two areas differ."""
    for one, other in combinations(MARKS, 2):
        distance = np.linalg.norm(lab(one.color, vision) - lab(other.color, vision))
        assert distance > 15, (one, other)
