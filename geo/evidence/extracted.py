"""The text of a source, and how it was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
AS_TEXT: Final = "Save the article as plain text (.txt, UTF-8) and add that file."


class CopyKind(StrEnum):
    """What the bytes of a source are."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Extracted:
    """A source's text, and how it was read from its bytes.

    Parameters
    ----------
    kind
        What the bytes are.
    encoding
        Python's name of how they are decoded; empty for PDF.
    text
        The text, paragraphs parted by blank lines; plain text as it was.
    extractor
        Which program and version read it.
    markup
        The page's own HTML; empty for the other kinds.
    """

    kind: CopyKind
    encoding: str
    text: str
    extractor: str
    markup: str = field(default="", repr=False)


def cleaned(text: str) -> str:
    """Return text without NUL characters and lone surrogates, which no file holds."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
