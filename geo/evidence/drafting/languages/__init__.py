"""The languages that drafting reads, one module each; another is added as a file here.

Each module holds one :class:`~geo.evidence.drafting.language.Language` named
``LANGUAGE``. What reads them knows no language by itself.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Final

from geo.evidence.drafting.language import Language

#: The language that stands for those not listed.
OTHERWISE: Final = "en"
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Language]:
    """Return the languages by code, in the order of their codes."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        name: import_module(f"{__name__}.{name}").LANGUAGE  # one a module
        for name in modules
    }


def language_tagged(tag: str) -> Language:
    """Return the language of a BCP 47 tag; English for one that is not listed."""
    primary = tag.split("-", maxsplit=1)[0]
    for language in languages().values():
        if primary in (language.code, *language.also):
            return language
    return languages()[OTHERWISE]


def is_cyrillic(text: str) -> bool:
    """Tell whether most of a text's letters are Cyrillic."""
    return len(_CYRILLIC.findall(text)) * 2 > sum(map(str.isalpha, text))


def language_of(text: str) -> str:
    """Guess a text's language from its letters: the code; ``en`` for no letters.

    The language of the text's script whose own letters the text has, or else the one
    that needs none.
    """
    script = "cyrillic" if is_cyrillic(text) else "latin"
    plainest = OTHERWISE
    for language in languages().values():
        letters = language.letters.get(script)
        if letters == "":
            plainest = language.code
        elif letters and _has_own_letters(text, letters, script):
            return language.code
    return plainest


def _has_own_letters(text: str, letters: str, script: str) -> bool:
    """Tell whether a text has letters that only one language of its script has.

    Latin letters with marks stand in names of any language: they must be more than
    one in a hundred.
    """
    count = sum(letter in letters for letter in text.lower())
    return count * 100 > len(text) if script == "latin" else count > 0


@lru_cache(maxsize=32)
def words_of_all(kind: str) -> frozenset[str]:
    """Return the words of one kind in every language: texts quote each other."""
    return frozenset[str]().union(
        *(getattr(language, kind) for language in languages().values())
    )
