"""Characters that a text for readers may hold: those that somebody can see.

What cannot be seen can hide a text in a text, make two that differ look alike, or
turn what follows round. Refused by their class (Unicode 16, general categories Cc,
Cf, Co, Cs, Zl, Zp and the noncharacters) are controls, marks that embed or override a
direction, tags, private characters and selectors that select nothing. Not refused is what
scripts need: joiners (Persian, Indic scripts, emoji), direction marks (Hebrew, Arabic),
soft hyphens, signs above Arabic numbers, and letters newer than this Python knows.
"""

from __future__ import annotations

import re
from typing import Final

_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
#: Ideographs, of which selectors choose a shape.
_IDEOGRAPHS: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: Scripts without spaces, in which an empty one tells where a line may break.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1980-\u19df\u1a20-\u1aaf"
#: The three flags that Unicode spells in tags: England, Scotland, Wales.
_TAGGED_FLAGS: Final = (
    "\U0001f3f4\U000e0067\U000e0062"
    "(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_NONCHARACTERS: Final = "".join(
    chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)
)
_ODD: Final = re.compile(
    f"({_TAGGED_FLAGS})"
    # Controls, marks of lines, directions and operators; fillers that are blank.
    "|[\x00-\x1f\x7f-\x9f\u17b4\u17b5\u180e\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    # Surrogates, private characters, annotations; of music and shorthand.
    "\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    # Tags and what is reserved for more of their kind; private planes.
    f"\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\U000f0000-\U0010ffff{_NONCHARACTERS}]"
    f"|(?<![{_UNSPACED}])\u200b"
    f"|(?<![^\\s{_SELECTORS}])[\ufe00-\ufe0f]"
    f"|(?<![{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]"
)


def unprintable(text: str) -> str | None:
    """Return the first character of a text that does not print; None if all do."""
    if text.isascii() and text.isprintable():
        return None
    return next((odd[0] for odd in _ODD.finditer(text) if not odd[1]), None)


def printable(text: str) -> str:
    """Return a text without the characters that do not print."""
    if text.isascii() and text.isprintable():
        return text
    left = _ODD.sub(lambda odd: odd[1] or "", text)
    # What was taken out may have stood between a selector and another.
    return left if left == text else printable(left)
