"""Decode a file as JSON, or say why it is not JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from geo.layer.geojson.notes import Limits, Notes
from geo.layer.geojson.values import Doubled, NotJson, brief

_RECORD_SEPARATOR: Final = "\x1e"
_LONGEST_NUMBER: Final = 309
#: First bytes of files that are often handed over by mistake.
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip file",
    b"PAR1": "a Parquet file",
    b"SQLite format 3\x00": "a SQLite or GeoPackage file",
    b"fgb\x03": "a FlatGeobuf file",
    b"%PDF": "a PDF",
}
_PAGE: Final = re.compile(
    r"<(!doctype\s+html|html|head|title|body|meta)\b", re.IGNORECASE
)


def decoded(data: bytes, notes: Notes) -> str | None:
    """Return the text of a file, or None with a fault that says what it is."""
    remedy = "Save the data as GeoJSON in UTF-8."
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            notes.error("", f"is {name}, not GeoJSON.", remedy)
            return None
    wide = _wide_encoding(data)
    if wide:
        notes.error("", f"is written in {wide}; GeoJSON is UTF-8.", remedy)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"byte 0x{data[error.start]:02x} is not UTF-8; the file is probably in an "
            "older encoding such as Latin-1 or Windows-1251."
        )
        notes.error(f"line {line}", message, remedy)
        return None
    start = text[:2_000].strip(" \t\r\n\x1e")
    if not start and not text.strip(" \t\r\n\x1e"):
        notes.error("", "is empty.", "Give a file with GeoJSON in it.")
        return None
    if start.startswith("<"):
        page = _PAGE.search(start)
        what = "a web page saved under this name" if page else "XML"
        again = "Download the data again: the server answered with a page."
        notes.error("", f"is {what}, not GeoJSON.", again if page else remedy)
        return None
    return text


def _wide_encoding(data: bytes) -> str | None:
    """Return the name of a UTF-16 or UTF-32 encoding, with or without a mark."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    start = data[:4]
    if len(start) == 4 and start.count(0) == 3:  # noqa: PLR2004 - one letter in four
        return "UTF-32"
    if len(start) == 4 and start.count(0) == 2 and start[0] != start[1]:  # noqa: PLR2004
        return "UTF-16"
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; one that remembers names written twice."""
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    doubled = Doubled(members)
    seen: set[str] = set()
    twice = [name for name, _ in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    doubled.names = tuple(dict.fromkeys(twice))
    return doubled


def _float(written: str) -> float | NotJson:
    number = float(written)
    return number if math.isfinite(number) else NotJson(written)


def _integer(written: str) -> int | NotJson:
    return int(written) if len(written) < _LONGEST_NUMBER else NotJson(written)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_float,
    parse_int=_integer,
    parse_constant=NotJson,
)


def roots(text: str, notes: Notes, limits: Limits) -> Iterator[object]:
    """Yield what a file's text holds: one value of JSON, or those of a sequence.

    One at a time, so that faults of the text and of what is read from it are noted
    in file order.
    """
    if text.lstrip(" \t\r\n").startswith(_RECORD_SEPARATOR):
        yield from _roots_of(_records(text), notes, limits)
        return
    try:
        root = _DECODER.decode(text)
    except RecursionError:
        _note_depth(text, notes, limits)
    except json.JSONDecodeError as error:
        lines = _one_a_line(text) if error.msg == "Extra data" else None
        if lines is None:
            _note_syntax(error, notes, 1)
            return
        message = "holds one JSON object a line instead of one GeoJSON object."
        remedy = "Read as a sequence; write it as a FeatureCollection to be safe."
        notes.warn("", message, remedy)
        yield from _roots_of(lines, notes, limits)
    else:
        yield root


def _records(text: str) -> list[tuple[int, str]]:
    """Return the texts between record separators (RFC 8142), each with its line."""
    records: list[tuple[int, str]] = []
    line = 1
    for record in text.split(_RECORD_SEPARATOR):
        if record.strip(" \t\r\n"):
            records.append((line, record.rstrip()))
        line += record.count("\n")
    return records


def _one_a_line(text: str) -> list[tuple[int, str]] | None:
    """Return the lines that hold one object each, or None if most do not.

    One may be damaged, and the last cut off, which is said of that line.
    """
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    whole = [line[0] == "{" and line[-1] == "}" for _, line in lines]
    is_sequence = len(lines) > 1 and whole[0] and sum(whole) * 2 >= len(lines)
    return lines if is_sequence else None


def _roots_of(
    records: Iterable[tuple[int, str]], notes: Notes, limits: Limits
) -> Iterator[object]:
    """Yield the values of a sequence, whose texts come with the line they begin on."""
    for line, record in records:
        notes.at(None)
        try:
            root = _DECODER.decode(record)
        except RecursionError:
            _note_depth(record, notes, limits)
        except json.JSONDecodeError as error:
            _note_syntax(error, notes, line)
        else:
            yield root


def _note_depth(text: str, notes: Notes, limits: Limits) -> None:
    """Say where a text nests deeper than allowed; only called when one does."""
    depth, most = 0, limits.max_depth
    where = ""
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > most:
            where = f"line {text.count(chr(10), 0, token.start()) + 1}"
            break
    message = f"lists or objects nest more than {most} deep."
    notes.error(where, message, "Flatten the data there.")


def _note_syntax(error: json.JSONDecodeError, notes: Notes, first_line: int) -> None:
    """Say in plain words why a text is not JSON."""
    message, remedy = _why_no_json(error)
    line = first_line + error.lineno - 1
    notes.error(f"line {line}, column {error.colno}", message, remedy)


def say_syntax(error: json.JSONDecodeError) -> str:
    """Return in plain words why a text is not JSON."""
    return _why_no_json(error)[0]


def _why_no_json(error: json.JSONDecodeError) -> tuple[str, str]:
    """Return why a text is not JSON, and the remedy."""
    text, at = error.doc, error.pos
    before = text[:at].rstrip(" \t\r\n")
    after = text[at : at + 1]
    if at >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        message = "ends in the middle: the file was cut off, or a quote is missing."
        remedy = "Download or save it again, whole."
    elif before.endswith(",") and after in {"]", "}"}:
        message = f"a comma stands before the closing {after}."
        remedy = "Remove the comma."
    elif error.msg == "Extra data":
        message = f"something follows the end of the JSON: {brief(text[at : at + 40])}."
        remedy = "Remove what follows, or put all features in one FeatureCollection."
    elif error.msg.startswith("Invalid control character"):
        message = "a text holds a line break, tab or control character as it is."
        remedy = r"Write it as \n, \t or \u00XX."
    else:
        message = f"is not JSON ({error.msg}): {brief(text[at : at + 40])}."
        remedy = "Export the data again with a program that writes GeoJSON."
    return message, remedy
