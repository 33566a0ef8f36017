"""Two dates with a sign or word between them: a stretch, or one of two days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from geo.importing.dates.plain import Pieces, pieces_of
from geo.importing.dates.style import DateStyle
from geo.model.dates import Bounds, DateFormatError, bounds

Reader: TypeAlias = Callable[[str, DateStyle, set[str]], str]

#: What stands between two dates, the clearest first, and whether both must then be
#: equally exact: a sign without room may also stand within a date.
_BETWEEN: Final = (
    (re.compile(r"\s*\bTO\b\s*"), False),
    (re.compile(r"\s+-+\s+|\s*\.{2,}\s*|\s*…\s*|\s*>+\s*"), False),
    (re.compile(r"\s*\bA\b\s*"), False),
    (re.compile(r"\s*\bOR\b\s*"), False),
    (re.compile(r"\s*\bAND\b\s*|\s*[&+]\s*"), False),
    (re.compile(r"\s*-+\s*"), True),
    (re.compile(r"\s*/\s*"), True),
)


def read_span(text: str, style: DateStyle, notes: set[str], read: Reader) -> str:
    """Return two dates as an EDTF interval, or with "or" as one of a set.

    Parameters
    ----------
    text
        Marked.
    style, notes
        As :func:`~geo.importing.dates.grammar.read_text` has them.
    read
        Reads one whole date.

    Returns
    -------
    str
        Empty if the text is not two dates, or the second lies before the first.
    """
    for left, right, word, is_even in _splits(text):
        heard: set[str] = set()
        ends = _ends_of_pieces(left, right, style, heard, is_even=is_even)
        if not ends:
            first, last = read(left, style, heard), read(right, style, heard)
            # A sign without room between two dates that are not alike is within one.
            if is_even and len(first) != len(last):
                continue
            if (
                first
                and last
                and not any(".." in end or "[" in end for end in (first, last))
            ):
                ends = first.partition("/")[0], last.rpartition("/")[2]
        span = _joined(*ends, word) if ends else ""
        if span:
            notes |= heard
            return span
    return ""


def _splits(text: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each way to part a text in two, and the word between."""
    for pattern, is_even in _BETWEEN:
        for match in pattern.finditer(text):
            left, right = text[: match.start()], text[match.end() :]
            if left.strip() and right.strip():
                yield left, right, match[0].strip(), is_even


def _ends_of_pieces(
    left: str, right: str, style: DateStyle, notes: set[str], *, is_even: bool
) -> tuple[str, str] | None:
    """Return both ends, each with what it lacks taken from the other."""
    first = pieces_of(left, style, notes)
    last = pieces_of(right, style, notes)
    if not first or not last:
        return None
    lacks_year = not first.year
    first, last = _lent(first, last), _lent(last, first)
    # "28 December - 3 January 2022" begins in the year before.
    if lacks_year and first.year and _is_reversed(first, last):
        first = replace(first, year=first.year - 1)
    if is_even and first.precision != last.precision:
        return None
    if not first.year or not last.year or not first.edtf or not last.edtf:
        return None
    return first.edtf.partition("/")[0], last.edtf.rpartition("/")[2]


def _lent(pieces: Pieces, other: Pieces) -> Pieces:
    """Return the parts of one end, with what they lack taken from the other."""
    calendar = pieces.calendar
    if not pieces.month or calendar == "gregorian":
        calendar = other.calendar if other.month else calendar
    return Pieces(
        pieces.year or other.year,
        pieces.month or (other.month if pieces.day else 0),
        pieces.day,
        calendar,
    )


def _is_reversed(first: Pieces, last: Pieces) -> bool:
    return (first.year, first.month, first.day) > (last.year, last.month, last.day)


def _joined(first: str, last: str, word: str) -> str:
    """Return two ends as one EDTF date; empty if they cannot be."""
    if first == last:
        return first
    try:
        start, end = bounds(first), bounds(last)
        if word == "OR":
            return f"[{first},{last}]" if _runs(start, end) else ""
        if word in {"AND", "&", "+"} and not _adjoin(start, end):
            return ""
        bounds(f"{first}/{last}")
    except (DateFormatError, AttributeError, TypeError):
        return ""
    return f"{first}/{last}"


def _runs(start: Bounds, end: Bounds) -> bool:
    """Tell whether one date begins before another."""
    return bool(start.earliest and end.earliest and start.earliest < end.earliest)


def _adjoin(start: Bounds, end: Bounds) -> bool:
    """Tell whether no day lies between two dates: "3 and 4 May", not "3 and 17"."""
    if not start.latest or not end.earliest:
        return False
    return 0 <= (end.earliest - start.latest).days <= 1
