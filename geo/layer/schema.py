"""The JSON Schema of a feature's properties, its errors in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, ValidationError

from geo.base.errors import Code, MissingAssetError
from geo.base.paths import SCHEMA
from geo.layer.case import Problem
from geo.layer.geojson import brief


@lru_cache(maxsize=1)
def _definitions() -> dict[str, Any]:
    """Return what the schema defines, by name."""
    try:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"{SCHEMA} is missing. Restore it from the project's repository."
        raise MissingAssetError(msg) from error
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _schema() -> dict[str, Any]:
    """Return the schema of a feature's properties.

    Geometries are left out: :mod:`geo.layer.geojson` has checked them already, and
    faster.
    """
    definitions = _definitions()
    return {"$defs": definitions, **definitions["properties"]}


@lru_cache(maxsize=1)
def _check() -> Draft202012Validator:
    return Draft202012Validator(_schema())


@lru_cache(maxsize=1)
def needed_properties() -> frozenset[str]:
    """Return the properties that no incident lacks."""
    return frozenset(_definitions()["properties"]["required"])


@lru_cache(maxsize=256)
def _column_check(name: str) -> Draft202012Validator | None:
    """Return the compiled schema of a list of one property's values; None if any do."""
    definitions = _definitions()
    if name not in definitions["properties"]["properties"]:
        return None
    items = {"$ref": f"#/$defs/properties/properties/{name}"}
    return Draft202012Validator({"$defs": definitions, "items": items})


def are_valid(name: str, values: list[Any]) -> bool:
    """Tell whether the schema surely finds nothing wrong with values of a property."""
    check = _column_check(name)
    try:
        return check is None or check.is_valid(values)
    except ValueError:
        return False


_TYPE_WORDS: Final[Mapping[str, str]] = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def schema_problems(properties: Mapping[str, Any]) -> Iterator[Problem]:
    """Go through what the schema finds wrong with a feature's properties.

    Parameters
    ----------
    properties
        As JSON has them, nested no deeper than :mod:`geo.layer.geojson` lets through.
    """
    try:
        if _check().is_valid(properties):
            return
        errors = _check().iter_errors(properties)
    except UnicodeEncodeError:
        # Half a pair of surrogates, which Python's reader of JSON lets through and
        # another rule tells of, is one character like any other here.
        text = json.dumps(properties, ensure_ascii=False).encode(errors="replace")
        errors = _check().iter_errors(json.loads(text))
    yield from map(_problem, errors)


def _problem(error: ValidationError) -> Problem:
    """Return a schema error as where, what and what to do, without the instance."""
    where = _path(error.instance_path)
    *parents, keyword = error.schema_path
    schema: Any = _schema()
    for parent in parents:
        schema = schema[parent]
    described = schema.get("properties", {})
    if keyword == "required":
        name = error.kind.value
        about = described.get(name, {}).get("description", "")
        remedy = f"Write it. {about}".strip()
        return Problem(Code.MISSING, _inside(where, name), "is missing.", remedy)
    if keyword == "additionalProperties":
        name = error.kind.value[0]
        message = f"is not one of {', '.join(described)}, and would be lost."
        remedy = "Remove or rename it."
        return Problem(Code.UNKNOWN_MEMBER, _inside(where, name), message, remedy)
    message = _KEYWORD_WORDS.get(error.kind.name, _other_words)(error)
    code = _KEYWORD_CODES.get(error.kind.name, Code.VALUE)
    description = schema.get("description")
    remedy = f"Expected: {description}" if description else "See data/README.md."
    return Problem(code, where, message, remedy)


def _path(parts: Collection[str | int]) -> str:
    where = ""
    for part in parts:
        where = f"{where}[{part}]" if isinstance(part, int) else _inside(where, part)
    return where


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _size(error: ValidationError) -> int:
    value: Any = error.instance
    return len(value)


def _type_words(error: ValidationError) -> str:
    wanted = " or ".join(_TYPE_WORDS[name] for name in error.kind.value)
    return f"is {brief(error.instance)}; {wanted} is needed."


def _enum_words(error: ValidationError) -> str:
    values = error.kind.value
    choices = ", ".join("null" if value is None else value for value in values)
    return f"{brief(error.instance)} is not one of {choices}."


def _other_words(error: ValidationError) -> str:
    return f"{brief(error.instance)} is not as expected ({error.kind.name})."


_KEYWORD_CODES: Final[Mapping[str, Code]] = {
    "type": Code.TYPE,
    "enum": Code.CHOICE,
    "minLength": Code.EMPTY,
    "maxLength": Code.LENGTH,
    "minItems": Code.EMPTY,
}
_KEYWORD_WORDS: Final[Mapping[str, Callable[[ValidationError], str]]] = {
    "type": _type_words,
    "enum": _enum_words,
    "pattern": lambda error: f"{brief(error.instance)} is not of the form expected.",
    "minLength": lambda _: "is empty.",
    "maxLength": lambda error: (
        f"has {_size(error)} characters; at most {error.kind.value} are taken."
    ),
    "minimum": lambda error: (
        f"is {brief(error.instance)}; at least {error.kind.value} is needed."
    ),
    "maximum": lambda error: (
        f"is {brief(error.instance)}; at most {error.kind.value} is taken."
    ),
    "minItems": lambda error: (
        f"has {_size(error)} entries; at least {error.kind.value} is needed."
    ),
    "uniqueItems": lambda _: "names one thing twice.",
}
