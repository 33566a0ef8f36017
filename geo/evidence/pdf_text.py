"""The text of a PDF, page after page, through pypdf."""

from __future__ import annotations

import logging
import re
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import Final

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from geo.base.errors import ArchiveError
from geo.evidence.extracted import AS_TEXT, CopyKind, Extracted, cleaned

# It would speak to the terminal of every broken PDF; the errors below say it.
logging.getLogger("pypdf").addHandler(logging.NullHandler())
#: A word parted at the end of a printed line.
_PARTED: Final = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])(?=[^A-ZА-ЯЂЈЉЊЋЏ])")
#: A line this much shorter than its page's longest ends a paragraph.
_SHORT_LINE: Final = 0.7
#: What pypdf lets through on files that break the standard.
_PDF_FAULTS: Final = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """How much of a PDF is read.

    Parameters
    ----------
    pages
        The most pages.
    letters
        The most characters of text.
    time_s
        The most seconds, looked at after each page.
    """

    pages: int = 2_000
    letters: int = 20_000_000
    time_s: float = 60.0


_PDF_LIMITS: Final = PdfLimits()


def pdf_text(content: bytes, where: str) -> Extracted:
    """Return the text of a PDF, page after page.

    Raises
    ------
    ArchiveError
        If it cannot be opened or read, holds no text, or is longer than the limits.
    """
    try:
        text = "\n\n".join(_pdf_pages(content, where, _PDF_LIMITS))
    except ArchiveError:
        raise
    except DependencyError as error:
        msg = f"{where}: is an encrypted PDF that cannot be opened here. {AS_TEXT}"
        raise ArchiveError(msg) from error
    except _PDF_FAULTS as error:
        msg = f"{where}: cannot be read as PDF: {error}. {AS_TEXT}"
        raise ArchiveError(msg) from error
    text = cleaned(text).strip()
    if not text:
        msg = (
            f"{where}: is a PDF without text; its pages may be pictures. Recognise "
            "its text (OCR) first, for example: ocrmypdf IN.pdf OUT.pdf"
        )
        raise ArchiveError(msg)
    extractor = f"pypdf {version('pypdf')}"
    return Extracted(CopyKind.PDF, "", text + "\n", extractor)


def _pdf_pages(content: bytes, where: str, limits: PdfLimits) -> Iterator[str]:
    reader = pypdf.PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        msg = f"{where}: is a PDF with a password. Save it without one and add that."
        raise ArchiveError(msg)
    until = time.monotonic() + limits.time_s
    letters = 0
    for number, page in enumerate(reader.pages, start=1):
        shown = _paragraphed(page.extract_text())
        letters += len(shown)
        if (
            number > limits.pages
            or letters > limits.letters
            or time.monotonic() > until
        ):
            msg = (
                f"{where}: is too long a PDF: reading stopped at page {number:,}. "
                "Keep only the pages with the article."
            )
            raise ArchiveError(msg)
        yield shown


def _paragraphed(page: str) -> str:
    """Part the printed lines of a page into paragraphs, by their short last lines.

    A word parted at a line's end gets a soft hyphen, which is shown nowhere and
    ignored by the search; line breaks inside a paragraph stay.
    """
    lines = [line.rstrip() for line in _PARTED.sub("\u00ad", page).splitlines()]
    longest = max(map(len, lines), default=0)
    parted = [
        f"{line}\n" if len(line) < _SHORT_LINE * longest else line for line in lines
    ]
    return "\n".join(parted)
