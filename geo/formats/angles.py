"""Angles as people write them: ``44°48'36"N``, ``52 4 0.77 N``, ``N 44° 25.845``.

Which half of the Earth a letter names depends on the language, so that letters and
words are only handed on here; what they mean is the caller's to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: Signs as they are typed, pasted and printed, in the ones that are read here.
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2013\u2012\u2014\ufe63\uff0d", "-"),
        **dict.fromkeys("º˚ᵒ⁰∘", "°"),
        **dict.fromkeys("′’‘ʹ´`ʼ\uff07\u02bc\u201b", "'"),
        **dict.fromkeys("″”“„〃ʺ\uff02\u201f", '"'),
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\u3000", " "),
        "\u066b": ".",
        "\u060c": ",",
        "\u066c": ",",
        "\uff0c": ",",
        # Marks of direction, which copied Arabic and Hebrew brings along.
        **dict.fromkeys("\u200e\u200f\u061c\ufeff\u200b"),
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    }
)
_UNITS: Final = (
    (
        re.compile(r"(?<=[\d\s])(?:deg(?:rees?)?|grad|град\w*|derece)\.?(?![^\W\d_])"),
        "°",
    ),
    (re.compile(r"(?<=[\d\s])(?:min(?:utes?)?|мин\w*)\.?(?![^\W\d_])"), "'"),
    (re.compile(r"(?<=[\d\s])(?:sec(?:onds?)?|сек\w*)\.?(?![^\W\d_])"), '"'),
    # The letters alone only together: "30 s" may be 30 south.
    (
        re.compile(r"(?<=\d)\s*d\s*(\d+(?:\.\d+)?)\s*m\s*(\d+(?:\.\d+)?)\s*s\b"),
        "°\\1'\\2\"",
    ),
    (re.compile(r"(?<=\d)\s*d\s*(\d+(?:\.\d+)?)\s*m\b"), r"°\1'"),
)
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_WORDS: Final = r"[^\W\d_]+(?:[\s.]+[^\W\d_]+)*\.?"
_ANGLE: Final = re.compile(
    rf"(?P<before>{_WORDS})?\s*[:=]?\s*(?P<sign>[+-])?\s*(?P<whole>{_NUMBER})\s*°?"
    rf"(?:(?P<apart>[\s:-]*)(?P<minutes>{_NUMBER})\s*'?"
    rf"(?:[\s:-]*(?P<seconds>{_NUMBER})\s*(?:\"|'')?)?)?"
    rf"[\s,]*(?P<after>{_WORDS})?"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SIXTY: Final = 60
_FULL_CIRCLE: Final = 360
#: Whole digits of degrees and minutes without a sign between, and with seconds.
_PACKED: Final = {4: 2, 5: 2, 6: 4, 7: 4}
_DECIMALS: Final = 9
#: Characters; what is longer is a text, and words in it are many ways to look at.
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Angle:
    """One angle as it is written.

    Parameters
    ----------
    degrees
        With its sign, if it has one; the letter's is not in it.
    words
        Letters and words around it, in small letters: ``("n",)``, ``("lat", "s")``.
    signed
        Whether a plus or minus stands before it.
    plain
        Whether it is a number without words, minutes and seconds.
    """

    degrees: float
    words: tuple[str, ...] = ()
    signed: bool = False
    plain: bool = True


def plainly(text: str) -> str:
    """Return a text with one sign for each of degree, minute, second, minus, digit."""
    plain = text.translate(_SIGNS).replace("''", '"')
    for pattern, sign in _UNITS:
        plain = pattern.sub(sign, plain)
    return plain.strip()


def read_angle(text: str) -> Angle:
    """Read an angle: decimal, or in degrees, minutes and seconds, signs or spaces.

    A comma between digits is a decimal one. Degrees and minutes that are written
    together (``4448N``, ``0202030E``) are only read with a letter.

    Raises
    ------
    ValueError
        If it is not one angle, or has 60 minutes or seconds, or more.
    """
    parts = _ANGLE.fullmatch(plainly(text)) if len(text) <= _LONGEST else None
    if parts is None:
        msg = f"{text[:_LONGEST]!r} is not a number of degrees"
        raise ValueError(msg)
    words = tuple(
        word.casefold()
        for side in (parts["before"], parts["after"])
        for word in _WORD.findall(side or "")
    )
    if "-" in (parts["apart"] or "") and not words:
        msg = f"{text!r} may be a date; degrees with hyphens need a letter"
        raise ValueError(msg)
    written = [
        part.replace(",", ".")
        for part in parts.group("whole", "minutes", "seconds")
        if part is not None
    ]
    if words and len(written) == 1:
        written = _unpacked(written[0])
    if any("." in part for part in written[:-1]):
        msg = f"{text!r} has a fraction that is not in its last part"
        raise ValueError(msg)
    whole, minutes, seconds = (*map(float, written), 0.0, 0.0)[:3]
    if minutes >= _SIXTY or seconds >= _SIXTY:
        msg = f"{text!r} has 60 minutes or seconds, or more"
        raise ValueError(msg)
    if len(written) > 1 and whole > _FULL_CIRCLE:
        msg = f"{text!r} has more degrees than a circle"
        raise ValueError(msg)
    size = whole
    if len(written) > 1:
        size = round(whole + minutes / _SIXTY + seconds / _SIXTY**2, _DECIMALS)
    return Angle(
        -size if parts["sign"] == "-" else size,
        words,
        signed=parts["sign"] is not None,
        plain=not words and len(written) == 1,
    )


def _unpacked(number: str) -> list[str]:
    """Return degrees, minutes and seconds that are written together, as parts."""
    whole, point, fraction = number.partition(".")
    small = _PACKED.get(len(whole))
    if small is None:
        return [number]
    degrees = whole[:-small]
    pairs = [whole[-small:][start : start + 2] for start in range(0, small, 2)]
    return [degrees, *pairs[:-1], f"{pairs[-1]}{point}{fraction}"]
