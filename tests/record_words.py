"""The words of a record's parts, to be compared with what a layout shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any


def words_of(parts: Iterable[Mapping[str, Any]], *, around: bool) -> str:
    """Return all texts of parts, as the API gives them, in order and without spaces.

    Parameters
    ----------
    around
        Whether the paragraphs around a passage are shown too.
    """
    texts: list[str] = []
    for part in parts:
        if part["kind"] != "passage":
            texts += [f"{part['label']}:" if part["label"] else "", part["text"]]
            continue
        texts += part["marked"]
        more = [part["around"], *part["before"], *part["after"]]
        # The popup's button stands behind the note, the panel's fold before it.
        texts += [*more, part["note"]] if around else [part["note"], part["around"]]
        texts.append(part["credit"])
    return without_spaces("".join(texts))


def without_spaces(text: str) -> str:
    """Return a text without spaces, in which layouts may differ."""
    return re.sub(r"\s+", "", text)
