"""XML of others as elements: no document type, no entity, not deep, nothing fetched."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.entities import name2codepoint
from typing import IO, Final, NoReturn
from xml.parsers import expat
from xml.parsers.expat import errors

from geo.formats.input_file import refuse

MOST_DEPTH: Final = 100
_DOCTYPE: Final = "declares a document type, which could read files or fill memory."
#: What the parser finds that exporters forget to declare.
_UNDECLARED: Final = frozenset(
    {
        errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY],
        errors.codes[errors.XML_ERROR_UNBOUND_PREFIX],
    }
)
#: An entity, and first what looks like one and is none.
_ENTITY: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(\w+);", re.DOTALL)
_OF_XML: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIX: Final = re.compile(rb"(?:</?|\s)([A-Za-z_][\w.-]*):[\w.-]+")
_DECLARED: Final = re.compile(rb"xmlns:([\w.-]+)\s*=")
#: The document up to the name of its outermost element; no comment is tried twice.
_OUTERMOST: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?>(?:<\?.*?\?>|<!--.*?-->)\s*))*+<[\w.:-]+", re.DOTALL
)
_OWN_PREFIXES: Final = frozenset({b"xml", b"xmlns"})
#: What reading ends in. Encodings that the parser leaves to Python end in any of these.
_ERRORS: Final = (expat.ExpatError, AssertionError, LookupError, ValueError)


class _Refused(ValueError):  # noqa: N818 - ends a parse, never leaves the module
    """What ends the reading of a document."""


def parse_xml(data: bytes, name: str, label: str) -> ET.Element:
    """Return the outermost element of a document.

    Entities of HTML and prefixes without a namespace are read, though nothing declares
    them: exporters forget to.

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
    try:
        _walk(data, builder.start, builder.end, builder.data)
    except expat.ExpatError as error:
        if error.code not in _UNDECLARED:
            _refuse(error, name, label)
        builder = ET.TreeBuilder()
        walk_xml(_declared(data), name, label, builder.start, builder.end, builder.data)
    except _ERRORS as error:
        _refuse(error, name, label)
    return builder.close()


def _declared(data: bytes) -> bytes:
    """Return a document in which nothing lacks a declaration that need not.

    Entities of HTML become their letters' numbers; a prefix without a namespace gets one
    of its own name.
    """
    data = _ENTITY.sub(_numbered, data)
    start = _OUTERMOST.match(data)
    if start is None:
        return data
    prefixes = {*_PREFIX.findall(data)} - {*_DECLARED.findall(data)} - _OWN_PREFIXES
    declared = b"".join(
        b' xmlns:%b="urn:undeclared:%b"' % (prefix, prefix)
        for prefix in sorted(prefixes)
    )
    return data[: start.end()] + declared + data[start.end() :]


def _numbered(entity: re.Match[bytes]) -> bytes:
    name = (entity[1] or b"").decode("ascii", "replace")
    code = None if name in _OF_XML else name2codepoint.get(name)
    return entity[0] if code is None else b"&#%d;" % code


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
    try:
        _walk(data, start, end, text)
    except _ERRORS as error:
        _refuse(error, name, label)


def _walk(
    data: bytes | IO[bytes],
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None,
    text: Callable[[str], object] | None,
) -> None:
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
    if isinstance(data, bytes):
        parser.Parse(data, True)
    else:
        parser.ParseFile(data)


def _refuse(error: Exception, name: str, label: str) -> NoReturn:
    if isinstance(error, _Refused):
        refuse(name, str(error), f"Remove it; {label} needs none.")
    again = f"Export it again as {label}."
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
