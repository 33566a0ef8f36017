"""Answers of SPARQL services, such as Wikidata's, as JSON: one record a binding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_columns
from geo.formats.records import Part, Record, parts_of_records


def is_answer(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a root of JSON is an answer to a SPARQL query, with bindings."""
    if not isinstance(root, Mapping) or not isinstance(root.get("results"), Mapping):
        return False
    bindings = root["results"].get("bindings")
    return (
        isinstance(bindings, list)
        and bool(bindings)
        and all(
            isinstance(one, Mapping) and all(map(_is_term, one.values()))
            for one in bindings
        )
    )


def _is_term(held: object) -> bool:
    return isinstance(held, Mapping) and "type" in held and "value" in held


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the values of the bindings; of what type they are is left out.

    Parameters
    ----------
    root
        What :func:`is_answer` is true of.
    file
        The file.
    warnings
        What was odd about its text.

    Raises
    ------
    DataError
        If there are more variables than columns are read.
    """
    bindings = root["results"]["bindings"]
    check_columns([*dict.fromkeys(name for one in bindings for name in one)], file.name)
    records = (
        Record({name: _value(term) for name, term in one.items()}, None)
        for one in bindings
    )
    yield from parts_of_records(
        records, file, kind="json", epsg=file.options.epsg, warnings=warnings
    )


def _value(term: Mapping[str, Any]) -> str:
    return str(term["value"])
