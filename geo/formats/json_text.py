"""The text of a JSON file as values: one, several in a row, or one a line.

What other readers lose in silence is kept and told: names written twice in an object,
halves of characters, numbers that JSON does not have, lines that cannot be read.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import warning
from geo.formats.records import Record
from geo.layer.geojson import brief, say_syntax

_LONGEST_NUMBER: Final = 309
_SHOWN: Final = 3
_SPACES: Final = re.compile(r"[ \t\r\n]*")
#: What may be half of a character, so that each escape has to be looked at.
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
#: An escape of JSON: a whole character of two, the half of one, or any other.
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class JsonText:
    """What a text of JSON holds.

    Parameters
    ----------
    values
        In its order; none if it is not JSON.
    unread
        Its lines that are not JSON, where the others are, as records at fault.
    warnings
        What was odd about it.
    """

    values: list[Any] = field(default_factory=list)
    unread: list[Record] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def read_json(data: bytes, name: str) -> JsonText:
    """Return the values of a text: one, some in a row, or one a line.

    Parameters
    ----------
    data
        UTF-8, with or without a byte order mark.
    name
        What to call the file in messages.
    """
    try:
        text = data.decode("utf-8-sig").lstrip("\ufeff")
    except UnicodeDecodeError:
        return JsonText()
    text, halves = _with_whole_characters(text)
    notes = _Notes()
    try:
        values, unread = _values(text, notes)
    except (ValueError, RecursionError):
        return JsonText()
    warnings = notes.warnings(name)
    if halves:
        shown = ", ".join(f"\\{half}" for half in dict.fromkeys(halves[:_SHOWN]))
        message = f"{len(halves)} halves of characters ({shown}) are read as \ufffd."
        remedy = "Export it again with a program that writes whole characters."
        warnings.append(warning(name, message, remedy))
    return JsonText(values, unread, warnings)


class _Notes:
    """A decoder of JSON, and what it met that JSON does not have."""

    def __init__(self) -> None:
        self.odd: list[str] = []
        self.doubled: Counter[tuple[str, str]] = Counter()
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._float,
            parse_int=_integer,
            parse_constant=self.odd.append,
        )

    def clear(self) -> None:
        """Forget what was met, before the text is read in another way."""
        self.odd.clear()
        self.doubled.clear()

    def warnings(self, name: str) -> list[Fault]:
        """Return what is to be told of a file of that name."""
        warnings = []
        if self.odd:
            shown = ", ".join(dict.fromkeys(self.odd[:_SHOWN]))
            message = f"{len(self.odd)} values that are no numbers in JSON ({shown}) are empty."
            remedy = "Write null where there is nothing."
            warnings.append(warning(name, message, remedy))
        for (written, free), count in self.doubled.most_common(_SHOWN):
            message = (
                f"{brief(written)} is written twice in {count} of its objects; the "
                f"second is read as {brief(free)}."
            )
            warnings.append(warning(name, message, "Write each name once."))
        return warnings

    def _float(self, written: str) -> float | None:
        value = float(written)
        if math.isfinite(value):
            return value
        self.odd.append(written)
        return None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object; a name that is written again gets a number."""
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        held: dict[str, Any] = {}
        for name, value in pairs:
            free, count = name, 2
            while free in held or (free != name and free in members):
                free, count = f"{name}_{count}", count + 1
            if free != name:
                self.doubled[name, free] += 1
            held[free] = value
        return held


def _integer(written: str) -> int | str:
    return int(written) if len(written) < _LONGEST_NUMBER else written


def _with_whole_characters(text: str) -> tuple[str, list[str]]:
    """Return a text of JSON without escapes of half characters, and which there were."""
    halves: list[str] = []
    if not _SURROGATE.search(text):
        return text, halves

    def mended(escape: re.Match[str]) -> str:
        if escape["half"] is None:
            return escape[0]
        halves.append(escape["half"])
        return "\ufffd"

    return _ESCAPE.sub(mended, text), halves


def _values(text: str, notes: _Notes) -> tuple[list[Any], list[Record]]:
    """Return the values of a text, and its lines that are none.

    Raises
    ------
    ValueError
        If it is not JSON.
    """
    try:
        return [notes.decoder.decode(text)], []
    except json.JSONDecodeError as error:
        notes.clear()
        values, unread = _one_a_line(text, notes.decoder)
        if len(values) > len(unread) or (len(values) == len(unread) == 1):
            return values, unread
        notes.clear()
        if error.msg != "Extra data":
            raise
    return _in_a_row(text, notes.decoder), []


def _one_a_line(text: str, decoder: json.JSONDecoder) -> tuple[list[Any], list[Record]]:
    """Return the objects that stand on lines of their own, and the other lines."""
    values: list[Any] = []
    unread: list[Record] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = decoder.decode(line)
        except json.JSONDecodeError as error:
            fault = ("", say_syntax(error), "Mend that line, or export it again.")
            unread.append(Record({}, None, line=number, faults=(fault,)))
            continue
        if not isinstance(value, Mapping):
            message = f"is {brief(value)} where an object should be."
            fault = ("", message, "Write an object, or remove that line.")
            unread.append(Record({}, None, line=number, faults=(fault,)))
            continue
        values.append(value)
    return values, unread


def _in_a_row(text: str, decoder: json.JSONDecoder) -> list[Any]:
    """Return values that follow each other, each on as many lines as it likes.

    Raises
    ------
    ValueError
        If something between them is none.
    """
    values = []
    at = 0
    while (at := _end_of_spaces(text, at)) < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
    return values


def _end_of_spaces(text: str, at: int) -> int:
    spaces = _SPACES.match(text, at)
    return at if spaces is None else spaces.end()
