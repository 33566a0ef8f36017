"""Extraction: from the bytes of a source to its text.

The bytes say what a file is (as the WHATWG MIME Sniffing Standard does for
HTML, PDF and plain text), never by what a header claims. HTML goes through
trafilatura, which leaves out menus and footers; PDF through pypdf; plain text stays
as it is. Bytes that contradict their declared character encoding are refused: a
text read in the wrong one looks like evidence but is not.
"""

from __future__ import annotations

import codecs
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final

from geo.base.errors import ArchiveError
from geo.base.extras import require_extra
from geo.evidence.extracted import AS_TEXT, XML_DECLARATION, CopyKind, Extracted

#: What each kind is called in messages.
_NAMES: Final = {
    CopyKind.TEXT: "plain text",
    CopyKind.HTML: "HTML",
    CopyKind.PDF: "PDF",
}
#: The file ending of each kind.
SUFFIXES: Final = {CopyKind.TEXT: ".txt", CopyKind.HTML: ".html", CopyKind.PDF: ".pdf"}
#: The media type of each kind (IANA).
MEDIA_TYPES: Final = {
    CopyKind.TEXT: "text/plain",
    CopyKind.HTML: "text/html",
    CopyKind.PDF: "application/pdf",
}
_OTHER_SUFFIXES: Final[Mapping[str, str]] = {
    **dict.fromkeys((".mht", ".mhtml"), "a saved page in one file (MHTML)"),
    ".rtf": "RTF",
    ".epub": "EPUB",
    **dict.fromkeys((".doc", ".docx", ".odt"), "a word processor's document"),
}
#: First bytes of kinds that are refused; lower-case.
_OTHER_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"pk\x03\x04": "a packed document",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "a packed file (gzip)",
    b"\x89png": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"gif8": "a picture (GIF)",
    b"mime-version:": "a saved page in one file (MHTML)",
    b"from: <saved by": "a saved page in one file (MHTML)",
    b"riff": "a picture or a sound (RIFF)",
    b"(\xb5/\xfd": "a packed file (Zstandard)",
}
#: How HTML begins, by the MIME Sniffing Standard, section 7.1.
_HTML: Final = re.compile(
    r"(?:<!doctype html|<html|<head|<script|<iframe|<h1|<div|<font|<table|<a|<style"
    r"|<title|<b|<body|<br|<p|<meta|<link|<article|<section)[\s>/]|<!--",
    re.IGNORECASE,
)
_ANY_TAG: Final = re.compile(r"<(?:html|body|p|div|br|h[1-6])[\s>/]", re.IGNORECASE)
_META_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{1,40})", re.IGNORECASE
)
#: How many bytes of a file tell its kind, and how many its charset (WHATWG: 1024).
_BEGINNING: Final = 1_500
_CHARSET_WITHIN: Final = 4_096
#: Byte order marks by the encoding that reads them.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What browsers take these labels to mean (WHATWG Encoding Standard).
_LABELS: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")


def extract(
    content: bytes,
    *,
    where: str,
    suffix: str = "",
    charset: str | None = None,
    media_type: str = "",
) -> Extracted:
    """Return the text of a source.

    Parameters
    ----------
    content
        Its bytes: HTML, plain text or PDF.
    where
        The file or address, to begin messages with.
    suffix
        The ending of its name; ``.html`` makes HTML of text with tags in it.
    charset
        The character encoding that an HTTP header declared.
    media_type
        The media type that it declared; a hint like *suffix*, never believed
        against the bytes.

    Raises
    ------
    ArchiveError
        If the bytes are empty or binary, of a kind not read here, not in their
        declared encoding, or hold no text; names *where* and the remedy.
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        msg = f"{where}: is empty. Give a file or an address with the source's text."
        raise ArchiveError(msg)
    suffix = suffix.lower()
    if content.lstrip().startswith(b"%PDF-"):
        require_extra("archive", "Reading a PDF")
        from geo.evidence.pdf_text import pdf_text  # noqa: PLC0415 - as below

        return pdf_text(content, where)
    _refuse_other_kinds(content, where, suffix)
    is_html = _is_html(content, suffix, media_type)
    encoding = _encoding(content, where, charset, is_html=is_html)
    text = content.decode(encoding)
    if _CONTROLS.search(text):
        name = "NUL bytes" if "\x00" in text else "control characters"
        msg = f"{where}: has {name}, so it is not plain text or HTML. {AS_TEXT}"
        raise ArchiveError(msg)
    if is_html:
        # With the PDF's reader this is 30 MB that a server of readers never uses.
        require_extra("archive", "Reading a web page")
        from geo.evidence.page_text import page_text  # noqa: PLC0415

        return page_text(text, encoding, where)
    if not any(map(str.isalnum, text)):
        msg = f"{where}: is empty: it holds no letters. Give a file with the source's text."
        raise ArchiveError(msg)
    _refuse_data(text, where)
    return Extracted(CopyKind.TEXT, encoding, text, "")


def _refuse_data(text: str, where: str) -> None:
    """Raise for an answer of a program, such as an error in JSON or a feed in XML."""
    start = text.lstrip("\ufeff \t\r\n")
    what = "XML" if start.startswith("<?xml") else ""
    if start[:1] in {"{", "["}:
        try:
            json.loads(start)
        except (ValueError, RecursionError):
            return
        what = "JSON"
    if what:
        msg = f"{where}: is {what}, not an article. {AS_TEXT}"
        raise ArchiveError(msg)


def _refuse_other_kinds(content: bytes, where: str, suffix: str) -> None:
    """Raise for a document that is neither HTML nor PDF nor plain text."""
    beginning = content.lstrip()[:_BEGINNING].lower()
    other = _OTHER_SUFFIXES.get(suffix) or next(
        (
            kind
            for mark, kind in _OTHER_BEGINNINGS.items()
            if beginning.startswith(mark)
        ),
        None,
    )
    if other is None and suffix == ".pdf":
        msg = f"{where}: is named .pdf but is no PDF. Give the PDF, or plain text."
        raise ArchiveError(msg)
    if other is None and _mark(content) is None and b"\x00" in content:
        msg = f"{where}: has NUL bytes, so it is not plain text. {AS_TEXT}"
        raise ArchiveError(msg)
    if other:
        msg = f"{where}: is {other}, not plain text, HTML or PDF. {AS_TEXT}"
        raise ArchiveError(msg)


def _is_html(content: bytes, suffix: str, media_type: str) -> bool:
    """Tell whether bytes are HTML, from how they begin."""
    encoding = _mark(content) or "utf-8"
    beginning = content[:_BEGINNING].decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    without = XML_DECLARATION.sub("", beginning).lstrip()
    if _HTML.match(without) or (without != beginning and "<html" in without.lower()):
        return True
    hinted = suffix in {".htm", ".html", ".xhtml"} or "html" in media_type
    return hinted and _ANY_TAG.search(beginning) is not None


def _mark(content: bytes) -> str | None:
    """Return the encoding that a byte order mark tells, None without one."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def _encoding(content: bytes, where: str, charset: str | None, *, is_html: bool) -> str:
    """Return how bytes are decoded, checked that they can be and agree with it.

    A byte order mark counts before the header, the header before the page's own
    ``meta`` (WHATWG HTML, "determining the character encoding"). Bytes that are
    UTF-8 with more than ASCII in them are never read as anything else.
    """
    marked = _mark(content)
    declared = [marked] if marked else list(_declared(content, charset, is_html))
    if not declared:
        declared = ["utf-8"]
    is_utf8 = not content.isascii() and _decodes(content, "utf-8")
    if is_utf8 and not marked:
        if any(name in {"utf-8", "utf-8-sig"} for name in declared):
            return "utf-8"
        msg = (
            f"{where}: declares the character encoding {declared[0]} but is UTF-8, so "
            f"its letters would be wrong. {AS_TEXT}"
        )
        raise ArchiveError(msg)
    for name in declared:
        is_sure = marked is not None or name == "utf-8"
        if _decodes(content, name) and (is_sure or _is_plausible(content, name)):
            return name
    raise ArchiveError(_wrong_encoding(content, where, declared[0], is_html=is_html))


def _declared(
    content: bytes,
    charset: str | None,
    is_html: bool,  # noqa: FBT001 - private
) -> Iterator[str]:
    """Go through the encodings that header and page declare, Python's names."""
    labels = [charset] if charset else []
    if is_html:
        match = _META_CHARSET.search(content[:_CHARSET_WITHIN])
        if match:
            labels.append(match[1].decode("ascii"))
    for label in labels:
        try:
            name = codecs.lookup(label).name
            is_text = isinstance(b"  ".decode(name), str)
        except (LookupError, ValueError, TypeError):
            continue
        if is_text:
            # A page whose meta could be read as ASCII is not in UTF-16.
            yield "utf-8" if name.startswith("utf-16") else _LABELS.get(name, name)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _is_plausible(content: bytes, encoding: str) -> bool:
    """Tell whether decoding gives no control characters, which no page has."""
    return not _CONTROLS.search(content.decode(encoding))


def _wrong_encoding(content: bytes, where: str, name: str, *, is_html: bool) -> str:
    """Return the message for bytes that are not in their encoding."""
    shown = name.removesuffix("-sig").upper()
    try:
        content.decode(name)
    except UnicodeDecodeError as error:
        place = f"byte {error.start} is not {shown}"
    else:
        place = f"read as {shown} it has control characters"
    remedy = (
        "Open it in a browser, check that its letters are right, and save the article "
        "as plain text (UTF-8)."
        if is_html
        else "Convert it: iconv -f windows-1251 -t utf-8 "
        f"{shlex.quote(PurePath(where).name)} > copy.txt"
    )
    return (
        f"{where}: {place}; the text may be in another encoding, such as "
        f"windows-1251. {remedy}"
    )
