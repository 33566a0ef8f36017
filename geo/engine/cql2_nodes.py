"""The nodes of a CQL2 filter as JSON (OGC 21-065r2): operators, arguments, properties."""

from __future__ import annotations

import json
from typing import Any

from geo.base.errors import QueryError

#: A node, or what is no node at all: filters come from strangers.
Json = Any


def read_json(text: str) -> Json:
    """Return the tree of a filter in CQL2 JSON.

    Raises
    ------
    QueryError
        If it is not JSON.
    """

    def refuse(written: str) -> Json:
        msg = f"{written} is not JSON"
        raise ValueError(msg)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        message = f"{text[:60]!r} is not CQL2 JSON: {error}."
        raise QueryError("filter", message) from error


def call_of(node: Json) -> tuple[str, list[Json]]:
    """Return operator and arguments of a node that must have them.

    Raises
    ------
    QueryError
        If it has none; says what a condition looks like.
    """
    if isinstance(node, dict):
        op, args = node.get("op"), node.get("args")
        if isinstance(op, str) and isinstance(args, list):
            return op, args
    message = (
        f"{str(node)[:60]!r} is not a condition. A filter compares: category = 'mural', "
        'or {"op": "=", "args": [{"property": "category"}, "mural"]}.'
    )
    raise QueryError("filter", message)


def exactly(count: int, op: str, args: list[Json]) -> list[Json]:
    """Return the arguments of an operator that takes so many.

    Raises
    ------
    QueryError
        If they are more or fewer.
    """
    if len(args) != count:
        message = f"{op.upper()} takes {count} arguments, not {len(args)}."
        raise QueryError("filter", message)
    return args


def property_of(node: Json) -> str | None:
    """Return the name of a property, or None for anything else."""
    name = node.get("property") if isinstance(node, dict) else None
    return name if isinstance(name, str) else None
