"""The encoding of a text: Unicode first, else the one in which it makes words.

An old encoding cannot be proved. But read in a wrong one, letters become rare ones,
capitals stand within words, scripts mix, and quotation marks part syllables: so the
candidates are judged by the letters that they make of the bytes beyond ASCII, each
weighed by how common it is and what stands beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from geo.base.errors import Fault, QueryError
from geo.formats.input_file import codec_of, refuse, warning

_UTF8: Final = "utf-8"
_MARK: Final = b"\xef\xbb\xbf"
_WIDE: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
#: Of texts without a mark in two bytes a letter, so many of these are NUL.
_LEAST_NULS: Final = 0.3
_LOOKED_AT_BYTES: Final = 4_096
#: Words that are judged; a text has its character in the first thousands.
_MOST_WORDS: Final = 2_000
_WORD: Final = re.compile(rb"[^\s,;|\"\t]*[\x80-\xff][^\s,;|\"\t]*")
#: A text is UTF-8 with some damage if so many letters of it are for each that is not.
_SOUND_RATIO: Final = 4
#: Below this, the words are hardly any.
_DOUBTFUL: Final = 0.35
_USUAL: Final = "cp1252"

#: Letters from the most to the least common, in tiers, by family of languages.
_TIERS: Final = (1.0, 0.9, 0.75, 0.6, 0.4)
_WEST: Final = ("éèáíóüöäçãñø", "àêâúôåõ", "îûëïæß", "ùœòì", "ÿýðþšž")
_CENTRAL: Final = ("čćšžđáéíółąę", "ńśżźřěýöüäő", "ůúűčţşăâî", "ťďňľĺŕôß", "ëç˙")
_TURKISH: Final = ("ışğçöüİ", "âîû", "éáíóä", "èàñêãåøõúôëïß", "")
_CYRILLIC: Final = ("оеаинт", "срвлкмдпуіјї", "яызьбгйчљњћђєџ", "хжшюцґ", "щэфъёўќѓѕ")
_GREEK: Final = ("αοιετσν", "ηυρπκμλςάίόέήύώ", "ωγδβχθ", "φξζψ", "ϊϋΐΰ")
_ARABIC: Final = ("اليمنرتب", "وةدعسكفحقهـ", "جشصطخزضئأإى", "ذثغظءؤآ", "پچژگیک")
_HEBREW: Final = ("יוהלאמרת", "בשנדחקעםפ", "גצטסזןך", "כףץ", "")

#: Encodings with their family, the likelier first.
_CANDIDATES: Final[Mapping[str, tuple[str, ...]]] = {
    "cp1252": _WEST,
    "cp1251": _CYRILLIC,
    "cp1250": _CENTRAL,
    "mac_roman": _WEST,
    "cp1254": _TURKISH,
    "koi8_u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "mac_cyrillic": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "iso8859_2": _CENTRAL,
    "cp850": _WEST,
    "cp852": _CENTRAL,
    "mac_latin2": _CENTRAL,
    "cp1256": _ARABIC,
    "cp1253": _GREEK,
    "cp1255": _HEBREW,
}
_PRIOR: Final = 0.005
#: Encodings of DOS, which hardly anything writes any more.
_OLDEST: Final = frozenset({"cp866", "cp850", "cp852", "mac_latin2"})
_OLD: Final = 0.1
#: Marks of printing, signs and symbols that texts have, apart from letters.
_QUOTES: Final = frozenset("’‘“”„–—…«»")
_SIGNS: Final = _QUOTES | frozenset("‹›°№€£§·•™©®½¼¾²³¹ºª¿¡×´±\u00a0\u00ad")
_APOSTROPHES: Final = frozenset("’‘´")
#: Signs that follow a word or number, and never stand before a letter.
_AFTER_ONLY: Final = frozenset("°™©®²³¹ºª")
_UNUSUAL: Final = -1.0
_CONTROL: Final = -3.0
_SIGN: Final = 0.6
_QUOTE: Final = 0.9
_BESIDE_ANOTHER: Final = 0.6
_ODD: Final = 0.3
_VOWELS: Final = frozenset("aeiouy")
_UMLAUTS: Final = frozenset("äöüåÄÖÜÅ")
_CARONS: Final = frozenset("čćšžđČĆŠŽĐżŻ")
#: Letters of Serbian and Macedonian, and of Russian and its neighbours: no text has both.
_SOUTHERN: Final = frozenset("ђјљњћџѓќѕЂЈЉЊЋЏЃЌЅ")
_EASTERN: Final = frozenset("ыэъёщьюяйЫЭЪЁЩЬЮЯЙ")


def decoded(data: bytes, name: str, encoding: str = "") -> tuple[str, list[Fault]]:
    """Return the text of a file, and how it was read if not as UTF-8.

    Parameters
    ----------
    data
        The content.
    name
        The file's name in messages.
    encoding
        What the caller says; empty to tell it by the text.

    Raises
    ------
    DataError
        If it is not in the encoding said, is empty, or holds a NUL character.
    QueryError
        If the encoding is not one, or the text plainly is UTF-8.
    """
    if encoding:
        text = _as_said(data, name, codec_of(encoding))
        warnings: list[Fault] = []
    else:
        text, warnings = _detected(data, name)
    # Programs that add a mark to a text that has one leave two.
    text = text.lstrip("\ufeff")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        remedy = "Save it as CSV in UTF-8 again; it may be no text at all."
        refuse(name, "holds a NUL character.", remedy, where=f"line {line}")
    if not text.strip():
        refuse(name, "is empty.", "Give a file with a head and rows.")
    return text, warnings


def _as_said(data: bytes, name: str, codec: str) -> str:
    if not codec.startswith("utf") and _is_utf8(data):
        msg = (
            f"{name} is UTF-8; read as {codec} its letters would be others. "
            "Leave --encoding out."
        )
        raise QueryError("encoding", msg)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not {codec}."
        remedy = (
            "Leave --encoding out, say another one, such as --encoding cp1251 "
            "(Cyrillic) or --encoding cp1252 (Western Europe), or save the file in "
            "UTF-8."
        )
        refuse(name, message, remedy, where=f"line {line}")


def _is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 with more than ASCII in them, hardly by chance."""
    if data.isascii():
        return False
    try:
        data.decode(_UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _detected(data: bytes, name: str) -> tuple[str, list[Fault]]:
    wide = _wide_codec(data)
    if wide:
        try:
            text = data.decode(wide)
        except UnicodeDecodeError as error:
            message = f"is written in {wide}, and is damaged ({error.reason})."
            refuse(name, message, "Save it again, in UTF-8.")
        return text, [_read_as(name, wide.upper(), "")]
    try:
        return data.decode(_UTF8), []
    except UnicodeDecodeError as error:
        first = error.start
    text = data.decode(_UTF8, "surrogateescape")
    damaged = sum("\udc80" <= letter <= "\udcff" for letter in text)
    sound = sum(letter > "\x7f" for letter in text) - damaged
    if data.startswith(_MARK) or sound >= damaged * _SOUND_RATIO:
        line = data.count(b"\n", 0, first) + 1
        message = (
            f"is UTF-8 with {damaged} bytes that are not, the first in line {line}: "
            "they were read as cp1252."
        )
        mended = re.sub("[\udc80-\udcff]", _one_byte, text)
        return mended, [warning(name, message, "Save it again, in UTF-8.")]
    codec, score = best_encoding(data)
    doubt = (
        ""
        if score >= _DOUBTFUL
        else ", but its accented letters make no words so: they may be lost"
    )
    return data.decode(codec, "replace"), [_read_as(name, codec, doubt)]


def _read_as(name: str, codec: str, doubt: str) -> Fault:
    message = f"is not UTF-8; it was read as {codec}{doubt}."
    remedy = "Say another encoding with --encoding if letters look wrong."
    return warning(name, message, remedy)


def _one_byte(mark: re.Match[str]) -> str:
    """Return the letter that a stray byte is in cp1252."""
    return bytes([ord(mark[0]) - 0xDC00]).decode("cp1252", "replace")


def _wide_codec(data: bytes) -> str:
    """Return the name of a UTF-16 or UTF-32 encoding, with or without a mark."""
    for mark, codec in _WIDE.items():
        if data.startswith(mark):
            return codec
    head = data[:_LOOKED_AT_BYTES]
    if not head.count(0):
        return ""
    high, low = head[::2].count(0), head[1::2].count(0)
    if low > len(head) // 2 * _LEAST_NULS and not high:
        return "utf-16-le"
    if high > len(head) // 2 * _LEAST_NULS and not low:
        return "utf-16-be"
    return ""


def best_encoding(data: bytes) -> tuple[str, float]:
    """Return the encoding in which bytes make the best words, and how good they are.

    Parameters
    ----------
    data
        A text that is not UTF-8. Without a byte beyond ASCII it is ``cp1252``.

    Returns
    -------
    tuple
        Python's name of the encoding, and a number that is 1 for the most usual
        letters and below 0 for none.
    """
    words = []
    for number, word in enumerate(_WORD.finditer(data)):
        if number >= _MOST_WORDS:
            break
        words.append(word[0])
    judged = {
        codec: _judged(words, codec, letters)
        - number * _PRIOR
        - _OLD * (codec in _OLDEST)
        for number, (codec, letters) in enumerate(_CANDIDATES.items())
    }
    best = max(judged, key=lambda codec: judged[codec])
    # Where no encoding makes words, the letters were lost before.
    return (best if judged[best] >= _DOUBTFUL else _USUAL), judged[best]


def _judged(words: list[bytes], codec: str, letters: tuple[str, ...]) -> float:
    """Return how usual the letters are that an encoding makes of words, on average."""
    weights = _weights(letters)
    is_latin = "é" in weights
    total, count, southern, eastern = 0.0, 0, 0, 0
    for word in words:
        context = _Context(word.decode(codec, "replace"), is_latin)
        for at, letter in enumerate(context.text):
            if letter > "\x7f":
                total += context.weight(at, weights)
                count += 1
        southern += sum(letter in _SOUTHERN for letter in context.text)
        eastern += sum(letter in _EASTERN for letter in context.text)
    return (total - 2 * min(southern, eastern)) / count if count else 0.0


@lru_cache(maxsize=16)
def _weights(letters: tuple[str, ...]) -> dict[str, float]:
    """Return how common each letter is; capitals a little less."""
    weights: dict[str, float] = {}
    for tier, weight in zip(letters, _TIERS, strict=True):
        for letter in tier:
            weights.setdefault(letter, weight)
            weights.setdefault(letter.upper(), weight * 0.95)
    return weights


@dataclass(frozen=True, slots=True)
class _Context:
    """A word in which letters are weighed by what stands beside them."""

    text: str
    is_latin: bool

    def weight(self, at: int, weights: Mapping[str, float]) -> float:
        """Return how usual the letter at a place is there."""
        letter = self.text[at]
        before = self.text[at - 1] if at else ""
        after = self.text[at + 1 : at + 2]
        if letter == "\ufffd" or unicodedata.category(letter) == "Cc":
            return _CONTROL
        if not letter.isalpha() or letter in _SIGNS:
            return self._sign(letter, before, after)
        if letter.isupper() and before.islower():
            return _UNUSUAL
        weight = weights.get(letter, _UNUSUAL / 2)
        if self.is_latin:
            return weight - _oddness(letter, before, after)
        is_mixed = any(side.isascii() and side.isalpha() for side in (before, after))
        return _UNUSUAL if is_mixed else weight

    @staticmethod
    def _sign(letter: str, before: str, after: str) -> float:
        if letter not in _SIGNS:
            return _UNUSUAL
        if before.isalpha() and after.isalpha():
            return _SIGN if letter in _APOSTROPHES else _UNUSUAL
        if letter in _AFTER_ONLY and after.isalpha():
            return _UNUSUAL / 2
        return _QUOTE if letter in _QUOTES else _SIGN


def _oddness(letter: str, before: str, after: str) -> float:
    """Return how odd an accented Latin letter is between its neighbours, 0 for not."""
    if before > "\x7f" or after > "\x7f":
        return _BESIDE_ANOTHER
    sides = [side.lower() for side in (before, after) if side.isalpha()]
    vowels = sum(side in _VOWELS for side in sides)
    is_first = not before.isalpha() and after.isalpha()
    if letter in "èÈ":
        # Where only a c with a caron could stand.
        odd = is_first or vowels == len(sides) > 1
        return _ODD if odd else 0.0
    if letter in _UMLAUTS:
        return _ODD if vowels else 0.0
    if letter in _CARONS:
        # A consonant wants a vowel beside it.
        return 0.0 if vowels or not sides else _ODD
    if letter in "õÕ":
        return 0.0 if after.lower() == "e" else _ODD
    return 0.0
