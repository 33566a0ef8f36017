"""Rules of texts: what prints, and no whole sentence of a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from geo.base.characters import unprintable
from geo.base.errors import Code
from geo.layer.case import Case, Problem
from geo.model.text import count_words

#: Properties whose values are codes, not words for readers.
CODED: Final = frozenset(
    {"category", "kind", "count", "date", "date_earliest", "date_latest", "country"}
    | {"place_role", "precision", "radius_m", "location_basis", "generalised"}
    | {"status", "updated", "version"}
)


def text_problems(case: Case) -> Iterator[Problem]:
    """Check that texts say something, and are free of what does not print."""
    title = case.properties.get("title")
    if title is not None and not title.strip():
        remedy = "Write it in your own words."
        yield Problem(Code.EMPTY, "title", "has no word in it.", remedy)
    for where, text in chain(case.names, case.texts):
        odd = unprintable(text)
        if odd:
            message = f"holds the character U+{ord(odd):04X}, which does not print."
            yield Problem(Code.UNPRINTABLE, where, message, "Remove it.")


def texts(properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through every text of the properties, however deep, with its place."""
    for name, held in properties.items():
        if isinstance(held, str):
            yield name, held
            continue
        # Without recursion: a list may nest as deep as it likes.
        stack = [(name, held)] if held and isinstance(held, list | dict) else []
        while stack:
            where, value = stack.pop()
            if isinstance(value, str):
                yield where, value
            elif isinstance(value, list):
                inner = [(f"{where}[{n}]", part) for n, part in enumerate(value)]
                stack.extend(reversed(inner))
            elif isinstance(value, dict):
                stack.extend((f"{where}.{key}", value[key]) for key in reversed(value))


def names(value: Any, where: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - of JSON
    """Go through every name in a value, however deep, with its place.

    Readers see those of further properties.
    """
    stack = [(where, value)]
    while stack:
        place, part = stack.pop()
        if isinstance(part, dict):
            yield from ((place, name) for name in part)
            stack.extend((name, inner) for name, inner in part.items())
        elif isinstance(part, list):
            stack.extend((place, inner) for inner in part)


_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”“»]?$")
_SHORT_SENTENCE: Final = 4


def sentence_cautions(case: Case) -> Iterator[Problem]:
    """Warn of a quote that looks like a whole sentence."""
    for number, citation in enumerate(case.properties.get("citations", ())):
        quote = (citation.get("quote") or "").strip()
        first = next(filter(str.isalpha, quote), "")
        whole = first.isupper() and _SENTENCE_END.search(quote)
        if whole and count_words(quote) > _SHORT_SENTENCE:
            message = "looks like a whole sentence."
            where = f"citations[{number}].quote"
            yield Problem(Code.QUOTE_SENTENCE, where, message, "Quote a part of it.")
