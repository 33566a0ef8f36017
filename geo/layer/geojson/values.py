"""Values of JSON, more strictly than JSON: names once, finite numbers, whole texts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from geo.layer.geojson.notes import Limits, ReadState

#: Beyond this, programs that keep numbers as doubles change an integer.
_EXACT_INTEGER: Final = 2**53
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class NotJson(NamedTuple):
    """A number as written that JSON, or a double, does not have."""

    written: str


class Doubled(dict[str, Any]):
    """An object in which names were written more than once."""

    names: tuple[str, ...] = ()


def brief(value: object) -> str:
    """Return a value for a message: short, and safe however deep it nests."""
    if isinstance(value, NotJson):
        written = value.written
        return written if len(written) <= 20 else f"{written[:20]}..."  # noqa: PLR2004
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) > 10**20:
        return f"{str(value)[:20]}..."
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:57]}..."  # noqa: PLR2004


def is_number(value: object) -> bool:
    """Tell whether a value is a number that JSON has; true and false are none."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def check_values(value: Any, where: str, draft: ReadState, depth: int) -> None:  # noqa: ANN401
    """Note what JSON allows, or lets slip, but data should not hold.

    Goes through a value without recursion. ``coordinates`` are left to the
    geometry's own checks.
    """
    notes, most = draft.notes, draft.limits.max_depth
    if _is_sound(value, depth, draft.limits):
        return
    stack: list[tuple[Any, str, int]] = [(value, where, depth)]
    while stack:
        held, place, level = stack.pop()
        if isinstance(held, dict | list):
            if level > most:
                message = f"lists or objects nest more than {most} deep."
                notes.error(place, message, "Flatten the data there.")
                continue
            if isinstance(held, dict):
                check_names(held, place, draft)
                inner = [
                    (f"{place}.{name}" if place else name, held[name]) for name in held
                ]
            else:
                inner = [
                    (f"{place}[{number}]", part) for number, part in enumerate(held)
                ]
            stack.extend((part, at, level + 1) for at, part in reversed(inner))
        else:
            _check_scalar(held, place, draft)


def _is_sound(value: object, depth: int, limits: Limits) -> bool:
    """Tell whether a value made in code is surely sound, as nearly all are.

    Its texts are looked at as one, many times faster than part by part; what is
    doubtful then is gone through. A value read from a file has its own marks
    (:class:`NotJson`, :class:`Doubled`), which are of none of the plain types.
    """
    texts: list[str] = []
    stack: list[Any] = [value]
    containers = 0
    while stack:
        part = stack.pop()
        kind = type(part)
        if kind is dict:
            containers += 1
            if len(part) > limits.max_names or not all(map(_is_text, part)):
                return False
            texts.extend(part)
            inner: Iterable[Any] = part.values()
        elif kind is list:
            containers += 1
            inner = part
        else:
            return False
        if containers > limits.max_depth - depth:
            return False
        for held in inner:
            kind = type(held)
            if kind is str:
                texts.append(held)
            elif kind is dict or kind is list:
                stack.append(held)
            elif not (held is None or kind is bool or _is_exact(held)):
                return False
    return _are_sound(texts, limits)


def _is_text(name: object) -> bool:
    return type(name) is str


def _is_exact(value: object) -> bool:
    """Tell whether a value is a number that programs keep."""
    if type(value) is int:
        return -_EXACT_INTEGER <= value <= _EXACT_INTEGER
    return type(value) is float and math.isfinite(value)


def _are_sound(texts: Sequence[str], limits: Limits) -> bool:
    joined = "".join(texts)
    most = min(limits.max_name_chars, limits.max_text_chars)
    short = len(joined) <= most or max(map(len, texts)) <= most
    whole = joined.isascii() or not _SURROGATE.search(joined)
    return short and whole and "\x00" not in joined


def check_names(held: Mapping[str, Any], where: str, draft: ReadState) -> None:
    """Check the names of one object: each written once, and plain text."""
    if isinstance(held, Doubled):
        for name in held.names:
            message = f"{brief(name)} is written twice in one object."
            draft.notes.error(where, message, "Keep one of them.")
    limits = draft.limits
    if len(held) > limits.max_names:
        message = f"has {len(held)} names; at most {limits.max_names} are read."
        draft.notes.error(where, message, "Leave out what is not needed.")
    for name in held:
        if len(name) > limits.max_name_chars:
            message = (
                f"has a name of {len(name)} characters, {brief(name)}; at most "
                f"{limits.max_name_chars} are read."
            )
            draft.notes.error(where, message, "Shorten it.")
        _check_string(name, where, draft)


def _check_scalar(value: object, where: str, draft: ReadState) -> None:
    if isinstance(value, str):
        _check_string(value, where, draft)
    elif isinstance(value, NotJson) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        message = f"{brief(value)} is not a number JSON has."
        draft.notes.error(where, message, "Write a finite number, or null.")
    elif isinstance(value, int) and abs(value) > _EXACT_INTEGER:
        message = f"{brief(value)} is too large to be kept exactly by most programs."
        draft.notes.warn(where, message, "Write it as a text if it is an identifier.")


def _check_string(text: str, where: str, draft: ReadState) -> None:
    most = draft.limits.max_text_chars
    if len(text) > most:
        message = f"is a text of {len(text)} characters; at most {most} are read."
        draft.notes.error(where, message, "Shorten it, or link to it.")
    if "\x00" in text:
        message = "holds a NUL character, at which many programs cut a text."
        draft.notes.warn(where, message, "Remove the character.")
    if not text.isascii() and _SURROGATE.search(text):
        message = "holds half of a character (a lone surrogate)."
        draft.notes.error(where, message, "Write the whole character.")
