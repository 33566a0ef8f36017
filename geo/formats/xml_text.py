"""XML of others as elements: no document type, no entity, not deep, nothing fetched."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import IO, Final
from xml.parsers import expat

from geo.formats.input_file import refuse

MOST_DEPTH: Final = 100
_DOCTYPE: Final = "declares a document type, which could read files or fill memory."


class _Refused(ValueError):  # noqa: N818 - ends a parse, never leaves the module
    """What ends the reading of a document."""


def parse_xml(data: bytes, name: str, label: str) -> ET.Element:
    """Return the outermost element of a document.

    Parameters
    ----------
    data
        In any encoding that the document declares.
    name
        The file's name in messages.
    label
        What the format is called in remedies.

    Raises
    ------
    DataError
        If it is not well-formed, nests deeper than :data:`MOST_DEPTH`, or declares a
        document type, and so any entity of its own.
    """
    builder = ET.TreeBuilder()
    walk_xml(data, name, label, builder.start, builder.end, builder.data)
    return builder.close()


def walk_xml(  # noqa: PLR0913, PLR0917 - the three kinds of events, and what to call it
    data: bytes | IO[bytes],
    name: str,
    label: str,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Go through a document without keeping it, within the limits of :func:`parse_xml`.

    Parameters
    ----------
    data
        The document, or a file of it, open.
    name, label
        As for :func:`parse_xml`.
    start, end, text
        Called with an element's name, as ``namespace}name``, and its attributes; with
        its name again; with pieces of text.

    Raises
    ------
    DataError
        As :func:`parse_xml`.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            msg = f"nests more than {MOST_DEPTH} deep."
            raise _Refused(msg)
        start(tag, attributes)

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag)

    def doctype(*_: object) -> None:
        raise _Refused(_DOCTYPE)

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    again = f"Export it again as {label}."
    try:
        if isinstance(data, bytes):
            parser.Parse(data, True)
        else:
            parser.ParseFile(data)
    except _Refused as error:
        refuse(name, str(error), f"Remove it; {label} needs none.")
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        # Encodings that the parser leaves to Python end in any of these.
        refuse(name, f"is not well-formed XML: {str(error)[:200]}.", again)


def tag_of(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child_of(element: ET.Element, *tags: str) -> ET.Element | None:
    """Return the first child of one of these names, or None."""
    return next((part for part in element if tag_of(part) in tags), None)


def children_of(element: ET.Element, *tags: str) -> Iterator[ET.Element]:
    """Go through the children of one of these names."""
    return (part for part in element if tag_of(part) in tags)


def text_of(element: ET.Element | None) -> str:
    """Return all text within an element, stripped; an empty text for None."""
    return "".join(element.itertext()).strip() if element is not None else ""
