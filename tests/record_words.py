"""The words of a record's parts, to be compared with what a layout shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any


def words_of(parts: Iterable[Mapping[str, Any]]) -> str:
    """Return all texts of parts, as the API gives them, in order and without spaces.

    The paragraphs around a passage are left out: they are folded away.
    """
    texts: list[str] = []
    for part in parts:
        if part["kind"] != "passage":
            texts += [f"{part['label']}:" if part["label"] else "", part["text"]]
            continue
        texts += [*part["marked"], part["note"], part["around"], part["credit"]]
    return without_spaces("".join(texts))


def without_spaces(text: str) -> str:
    """Return a text without spaces, in which layouts may differ."""
    return re.sub(r"\s+", "", text)
