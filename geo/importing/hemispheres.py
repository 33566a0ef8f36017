"""Halves of the Earth by the letters and words of many languages.

Letters mean different things: O is west in French and Spanish, east in German; S is
south in English, north (*sever*) in Croatian. So the letters of a whole column choose
the language, and only then is a letter read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Half:
    """What a word says of an angle.

    Parameters
    ----------
    axis
        ``lat`` or ``lon``.
    sign
        1 in the north and east, -1 in the south and west; 0 where the word only
        names the axis.
    """

    axis: str
    sign: int = 0


#: What each letter means in one language.
Letters: TypeAlias = Mapping[str, Half]

NORTH: Final = Half("lat", 1)
SOUTH: Final = Half("lat", -1)
EAST: Final = Half("lon", 1)
WEST: Final = Half("lon", -1)
_HALVES: Final = (NORTH, SOUTH, EAST, WEST)

#: Letters of north, south, east and west by language; the likelier reading first.
_LANGUAGES: Final = (
    "n s e w",  # English
    "n s e o",  # French, Spanish, Italian, Portuguese, Catalan
    "n s l o",  # Portuguese: leste
    "n s o w",  # German, Polish in part
    "с ю в з",  # Russian
    "с ј и з",  # Serbian, Macedonian
    "с ю и з",  # Bulgarian
    "пн пд сх зх",  # Ukrainian
    "пн пд у з",  # Belarusian
    "k g d b",  # Turkish
    "s j i z",  # Serbian, Croatian
    "s j v z",  # Czech, Slovak, Slovene
    "n s e v",  # Romanian
    "n s ö v",  # Swedish
    "n s ø v",  # Danish, Norwegian
    "n z o w",  # Dutch
    "é d k ny",  # Hungarian
    "p e i l",  # Finnish
    "β ν α δ",  # Greek
    "ش ج ق غ",  # Arabic
    "ש ד מ מע",  # Hebrew
    "b n đ t",  # Vietnamese
    "u s t b",  # Indonesian
)
LANGUAGES: Final[tuple[Letters, ...]] = tuple(
    dict(zip(letters.split(), _HALVES, strict=True)) for letters in _LANGUAGES
)
_WORDS: Final[Mapping[str, Half]] = {
    word: half
    for half, words in (
        (
            NORTH,
            (
                "north northern nord norte norden septentrional север северная северной сш "
                "сгш пнш північна північної sever sjever severno pn sš sgš kuzey شمال شمالا "
                "شمالي észak pohjoista pohjoinen noord utara lu βόρεια βόρειο 北 北纬 北緯 צפון"
            ),
        ),
        (
            SOUTH,
            (
                "south southern sud sur sul süd süden юг южная южной юш југ јгш пдш південна "
                "південної jug jih pd jš jgš güney جنوب جنوبا جنوبي dél etelä zuid selatan ls "
                "νότια 南 南纬 南緯 דרום"
            ),
        ),
        (
            EAST,
            (
                "east eastern est este leste ost osten oriental восток восточная восточной вд "
                "исток игд схд східна східної istok istočno vzhod východ wsch vd igd doğu شرق "
                "شرقا شرقي kelet itä itäistä oost öst timur bt ανατολικά 东 東 东经 東経 東經 מזרח"
            ),
        ),
        (
            WEST,
            (
                "west western ouest oeste ovest occidental запад западная западной зд зап згд "
                "зхд західна західної zapad západ zahod zach zd zgd batı غرب غربا غربي nyugat "
                "länsi läntistä väst vest barat bb δυτικά 西 西经 西経 西經 מערב"
            ),
        ),
        (
            Half("lat"),
            (
                "lat latitude latitud latitudine breite breitengrad широта широты ш szer šir "
                "širina enlem breedtegraad leveys szélesség γεωγραφικό lintang 纬度 緯度 عرض"
            ),
        ),
        (
            Half("lon"),
            (
                "lon lng long longitude longitud longitudine länge längengrad долгота долготы "
                "д dł duž dužina boylam lengtegraad pituus hosszúság bujur 经度 經度 طول"
            ),
        ),
    )
    for word in words.split()
}
#: Words that stand beside others and say nothing: "geographic", "degrees".
_FILLERS: Final = frozenset({"г", "geogr", "географическая", "of", "de", "x", "y"})
#: The longest first: "long" is found in "longitude" otherwise.
_AXIS_WORD: Final = re.compile(
    "|".join(
        sorted(
            (word for word, half in _WORDS.items() if not half.sign and len(word) > 1),
            key=len,
            reverse=True,
        )
    )
)
_X_AND_Y: Final = re.compile(r"(?<![^\W\d_])(?:(x)[\W_]*y|(y)[\W_]*x)(?![^\W\d_])")


def axes_of(name: str) -> tuple[str, ...]:
    """Return the axes that a column's name tells, in its order.

    Parameters
    ----------
    name
        As written, such as ``LngLat``, ``Coordinates (lat, lon)`` or ``x_y``.

    Returns
    -------
    tuple of str
        ``lat`` and ``lon`` in one order or the other; empty where it does not name
        each of them once.
    """
    name = name.casefold()
    axes = tuple(_WORDS[word].axis for word in _AXIS_WORD.findall(name))
    if not axes and (letters := _X_AND_Y.search(name)):
        axes = ("lon", "lat") if letters[1] else ("lat", "lon")
    return axes if sorted(axes) == ["lat", "lon"] else ()


def letters_of(words: Iterable[str]) -> frozenset[str]:
    """Return the words whose meaning depends on the language.

    Parameters
    ----------
    words
        In small letters, as :class:`geo.formats.angles.Angle` has them.
    """
    words = tuple(words)
    if "".join(words) in _WORDS:
        return frozenset()
    return frozenset(
        word for word in words if word not in _WORDS and word not in _FILLERS
    )


def languages_of(
    letters: Collection[str], *, lat: Collection[str] = (), lon: Collection[str] = ()
) -> list[Letters]:
    """Return the languages that know all letters, the likelier ones first.

    Of languages that read these letters alike, the first stands for all.

    Parameters
    ----------
    letters
        All that a table writes.
    lat, lon
        Those of them that stand in a column of latitudes, and of longitudes; languages
        in which they fit come before others.
    """
    fitting: list[tuple[int, Letters]] = []
    for language in LANGUAGES:
        if not set(letters) <= set(language):
            continue
        odd = sum(language[letter].axis != "lat" for letter in lat)
        odd += sum(language[letter].axis != "lon" for letter in lon)
        fitting.append((odd, language))
    if not fitting:
        return []
    least = min(odd for odd, _ in fitting)
    distinct = {
        tuple(language[letter] for letter in sorted(letters)): language
        for odd, language in reversed(fitting)
        if odd == least
    }
    return [
        language
        for _, language in fitting
        if any(language is kept for kept in distinct.values())
    ]


def half_of(words: Sequence[str], language: Letters) -> Half | None:
    """Return what the words around an angle say; None where they are not understood.

    Parameters
    ----------
    words
        In small letters; at least one.
    language
        What letters mean.
    """
    joined = "".join(words)
    if joined in language:
        return language[joined]
    if joined in _WORDS:
        return _WORDS[joined]
    axes: set[str] = set()
    signs: set[int] = set()
    for word in words:
        half = language.get(word) or _WORDS.get(word)
        if half is None:
            if word in _FILLERS:
                continue
            return None
        axes.add(half.axis)
        if half.sign:
            signs.add(half.sign)
    if len(axes) != 1 or len(signs) > 1:
        return None
    return Half(axes.pop(), signs.pop() if signs else 0)
