"""The data dictionary: every property in plain words, and the precision crosswalk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.incident import crosswalk
from geo.ogc.collections import incident_properties
from geo.vocabulary import PRECISION_LABELS, Precision


class Entry(NamedTuple):
    """One property: name in the files, what it is called, kind of value, meaning."""

    name: str
    title: str
    kind: str
    meaning: str


class Crossing(NamedTuple):
    """One precision of ours with what other data sets call it."""

    precision: str
    label: str
    acled: int | None
    ucdp: int | None


def dictionary() -> list[Entry]:
    """Return the properties of an incident in the order they are written."""
    return [
        Entry(
            name,
            str(schema.get("title", name)),
            _kind(schema),
            str(schema.get("description", "")),
        )
        for name, schema in incident_properties().items()
    ]


def crossings() -> list[Crossing]:
    """Return each precision with its codes in ACLED and UCDP, finest first."""
    found = []
    for precision in Precision:
        codes = crosswalk(precision)
        found.append(
            Crossing(
                str(precision),
                PRECISION_LABELS[precision],
                codes["acled_geo_precision"],
                codes["ucdp_where_prec"],
            )
        )
    return found


_KINDS: Mapping[str, str] = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "object",
}


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the kind of a property's values in plain words."""
    written = schema.get("type", "string" if "enum" in schema else "any")
    names = [written] if isinstance(written, str) else list(written)
    words = " or ".join(_KINDS.get(name, name) for name in names if name != "null")
    optional = "null" in names or None in schema.get("enum", [])
    return f"{words}, may be missing" if optional else words
