"""Rules of texts: what prints, and no whole sentence of a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from geo.layer.record import Problem, Record
from geo.model.text import count_words

#: Properties whose values are codes, not words for readers.
CODED: Final = frozenset(
    {"category", "kind", "count", "date", "date_earliest", "date_latest", "country"}
    | {"place_role", "precision", "radius_m", "location_basis", "generalised"}
    | {"status", "updated", "version"}
)
#: Controls (Cc), and what turns the direction of the text that follows.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def text_problems(record: Record) -> Iterator[Problem]:
    """Check that texts say something, and are free of what does not print."""
    for name in ("title", "summary"):
        text = record.properties.get(name)
        if text is not None and not text.strip():
            yield name, "has no word in it.", "Write it in your own words."
    for where, text in texts(record.properties):
        odd = _UNPRINTABLE.search(text)
        if odd:
            message = f"holds the character U+{ord(odd[0]):04X}, which does not print."
            yield where, message, "Remove it."


def texts(properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through every text of the properties, however deep, with its place."""
    stack = list(reversed(properties.items()))
    while stack:
        where, value = stack.pop()
        if isinstance(value, str):
            yield where, value
        elif isinstance(value, list):
            inner = [(f"{where}[{n}]", part) for n, part in enumerate(value)]
            stack.extend(reversed(inner))
        elif isinstance(value, dict):
            stack.extend((f"{where}.{name}", value[name]) for name in reversed(value))


_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”“»]?$")
_SHORT_SENTENCE: Final = 4


def sentence_cautions(record: Record) -> Iterator[Problem]:
    """Warn of a quote that looks like a whole sentence."""
    for number, citation in enumerate(record.properties.get("citations", ())):
        quote = citation["quote"].strip()
        first = next(filter(str.isalpha, quote), "")
        whole = first.isupper() and _SENTENCE_END.search(quote)
        if whole and count_words(quote) > _SHORT_SENTENCE:
            message = "looks like a whole sentence."
            yield f"citations[{number}].quote", message, "Quote a part of it."
