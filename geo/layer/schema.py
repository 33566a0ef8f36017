"""The JSON Schema of a feature's properties, its errors in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from geo.base.errors import Code, MissingAssetError
from geo.base.paths import SCHEMA
from geo.layer.case import Problem
from geo.layer.geojson import brief

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


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


def _compiled() -> dict[str, Any]:
    """Return the schema of a feature's properties.

    Geometries are left out: :mod:`geo.layer.geojson` has checked them already, and
    faster.
    """
    definitions = _definitions()
    return {"$defs": definitions, **definitions["properties"]}


@lru_cache(maxsize=1)
def _quick_check() -> jsonschema_rs.Draft202012Validator:
    """Return the check that takes a hundredth of the time of :func:`full_check`."""
    return jsonschema_rs.Draft202012Validator(_compiled())


@lru_cache(maxsize=1)
def full_check() -> Draft202012Validator:
    """Return the check that tells what is wrong, loaded where something is."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - see above

    return Draft202012Validator(_compiled())


@lru_cache(maxsize=1)
def needed_properties() -> frozenset[str]:
    """Return the properties that no incident lacks."""
    return frozenset(_definitions()["properties"]["required"])


@lru_cache(maxsize=256)
def _column_check(name: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return the compiled schema of a list of one property's values; None if any do."""
    definitions = _definitions()
    if name not in definitions["properties"]["properties"]:
        return None
    items = {"$ref": f"#/$defs/properties/properties/{name}"}
    return jsonschema_rs.Draft202012Validator({"$defs": definitions, "items": items})


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

    Nearly all features of a large layer are right, which the quick check tells. What
    it does not call right is reported by the other, which alone decides.
    """
    try:
        is_right = _quick_check().is_valid(properties)
    except ValueError:
        # It does not take every value that Python has, nor any depth.
        is_right = False
    if not is_right:
        yield from map(_problem, full_check().iter_errors(properties))


def _problem(error: ValidationError) -> Problem:
    """Return a schema error as where, what and what to do, without the instance."""
    where = _path(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    description = schema.get("description")
    remedy = f"Expected: {description}" if description else "See data/README.md."
    keyword = str(error.validator)
    expected: Any = error.validator_value
    instance: Any = error.instance
    if keyword == "required":
        # The library names the missing member only inside its message.
        name = next(name for name in expected if error.message.startswith(repr(name)))
        about = schema.get("properties", {}).get(name, {}).get("description", "")
        remedy = f"Write it. {about}".strip()
        return Problem(Code.MISSING, _inside(where, name), "is missing.", remedy)
    if keyword == "additionalProperties":
        properties = schema.get("properties", {})
        name = next(name for name in instance if name not in properties)
        message = f"is not one of {', '.join(properties)}, and would be lost."
        remedy = "Remove or rename it."
        return Problem(Code.UNKNOWN_MEMBER, _inside(where, name), message, remedy)
    message = _KEYWORD_WORDS.get(keyword, _other_words)(error)
    code = _KEYWORD_CODES.get(keyword, Code.VALUE)
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
    expected: Any = error.validator_value
    names = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_TYPE_WORDS[name] for name in names)
    return f"is {brief(error.instance)}; {wanted} is needed."


def _enum_words(error: ValidationError) -> str:
    values: Any = error.validator_value
    choices = ", ".join("null" if value is None else value for value in values)
    return f"{brief(error.instance)} is not one of {choices}."


def _other_words(error: ValidationError) -> str:
    return f"{brief(error.instance)} is not as expected ({error.validator})."


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
        f"has {_size(error)} characters; at most {error.validator_value} are taken."
    ),
    "minimum": lambda error: (
        f"is {brief(error.instance)}; at least {error.validator_value} is needed."
    ),
    "maximum": lambda error: (
        f"is {brief(error.instance)}; at most {error.validator_value} is taken."
    ),
    "minItems": lambda error: (
        f"has {_size(error)} entries; at least {error.validator_value} is needed."
    ),
    "uniqueItems": lambda _: "names one thing twice.",
}
