"""Text folded for searching: case, accents and script do not matter.

"Vučić", "Вучић" and "Vucic" fold to the same letters. Romanisations of Cyrillic
differ by language (Serbian Ш is "š", Russian "sh"), so the digraphs are folded to
one letter as well. A fold must keep a word's beginning findable while it is still
being typed, so a digraph that English plurals end in ("ts", "ks") is not folded
at the end of a word.
Folding only ever makes more things equal: it is for finding,
never for display, and never for anchoring evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from anyascii import anyascii

_DIGRAPHS: Final = (
    ("shch", "s"),
    ("sch", "s"),
    ("zh", "z"),
    ("kh", "h"),
    ("ch", "c"),
    ("sh", "s"),
    ("dj", "d"),
    ("dz", "d"),
    ("ye", "e"),
    ("yo", "e"),
    ("iy", "i"),
    ("yi", "i"),
    ("y", "i"),
    ("j", "i"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "v"),
)
#: Ц is "c" in Serbian and "ts" in Russian letters.
_TSE: Final = str.maketrans({"ц": "c", "Ц": "C"})
_TS: Final = re.compile(r"ts(?=[aeiouy])")
_APART: Final = re.compile(r"[^a-z0-9]+")
_REPEATED: Final = re.compile(r"([a-z])\1+")


#: Written forms that readers' alphabets have between ASCII and the scripts of Asia.
_USUAL: Final = tuple(map(chr, range(0x80, 0x700)))


def folding_rules(text: str = "") -> dict[str, Any]:
    """Return what :func:`fold` goes by, for programs in other languages.

    Parameters
    ----------
    text
        Further letters to tell of; those of Latin, Greek, Cyrillic, Armenian, Hebrew and
        Arabic are always told.

    Returns
    -------
    dict
        JSON values: ``letters``, in ASCII by letter, and ``digraphs``, pairs to be
        replaced in this order.
    """
    letters = dict.fromkeys([*_USUAL, *sorted(set(text))])
    return {
        "letters": {
            letter: anyascii(letter.translate(_TSE))
            for letter in letters
            if not letter.isascii()
        },
        "digraphs": [list(pair) for pair in _DIGRAPHS],
    }


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return *text* in folded letters, words apart by one space.

    Parameters
    ----------
    text
        Any text, in any script.

    Returns
    -------
    str
        Lower-case ASCII letters and digits; empty for text without any.
    """
    letters = anyascii(text.translate(_TSE)).lower().replace("'", "").replace("`", "")
    letters = _TS.sub("c", letters)
    for written, folded in _DIGRAPHS:
        letters = letters.replace(written, folded)
    return _REPEATED.sub(r"\1", _APART.sub(" ", letters)).strip()
