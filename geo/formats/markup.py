"""Markup within texts, taken off: what a reader of the page would see."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from geo.formats.xml_text import tag_of

#: Elements that begin a line of their own.
_BREAKS: Final = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "hr"}
    | {f"h{level}" for level in range(1, 7)}
)
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset({"script", "style"})
_LINE_END: Final = re.compile(r"[ \t\r\xa0]*\n\s*")


def plain_text(markup: str) -> str:
    """Return HTML as a text: entities read, tags gone, addresses of links kept.

    A link is its words with the address behind them in brackets, since it may be the
    only source that a record has.
    """
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    words = _Words()
    words.feed(markup)
    words.close()
    return _tidied("".join(words.pieces))


def words_of(element: ET.Element | None) -> str:
    """Return all text within an element, with a line for each block of markup in it."""
    if element is None:
        return ""
    if not len(element):
        return (element.text or "").strip()
    return _tidied("".join(_pieces(element)))


def _tidied(text: str) -> str:
    return _LINE_END.sub("\n", text).strip()


def _pieces(element: ET.Element) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        mark = _mark(tag_of(part).lower())
        yield mark
        yield from _pieces(part)
        yield mark
        yield part.tail or ""


def _mark(tag: str) -> str:
    """Return what stands for the edge of an element."""
    if tag in _BREAKS:
        return "\n"
    return " " if tag in _CELLS else ""


class _Words(HTMLParser):
    """The words of a page, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._address = ""
        self._linked_at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a link, or what is not seen."""
        self.pieces.append(_mark(tag))
        if tag in _UNSEEN:
            self._unseen += 1
        if tag == "a":
            self._address = (dict(attrs).get("href") or "").strip()
            self._linked_at = len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        """End a line, what is not seen, or a link with its address."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        if tag == "a" and self._address:
            shown = "".join(self.pieces[self._linked_at :])
            if self._address not in shown:
                self.pieces.append(f" ({self._address})" if shown else self._address)
            self._address = ""
        self.pieces.append(_mark(tag))

    def handle_data(self, data: str) -> None:
        """Keep words that are seen."""
        if not self._unseen:
            self.pieces.append(data)
