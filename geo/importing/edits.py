"""What people changed in a record since its table was last brought in: it stays theirs.

Three versions of a record are laid side by side: what the table said last time, what the
layer has, what the table says now. What only the table changed is taken; what a person
changed stays as it is, and where the table says something new there, that is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Properties that are one statement: whoever changed one of them has changed it.
_TOGETHER: Final = (
    (
        *("geometry", "place", "place_as_written", "precision", "radius_m"),
        *("location_basis", "location_note", "generalised"),
    ),
    ("date", "date_earliest", "date_latest"),
    ("status", "alleged_by", "denied_by"),
)
_STATEMENTS: Final = {name: names for names in _TOGETHER for name in names}
#: What says when a record changed, not what it says.
COUNTED: Final = ("updated", "version")


@dataclass(frozen=True, slots=True)
class Joined:
    """A record of a table, with what people changed in it.

    Parameters
    ----------
    feature
        The record.
    kept
        Names of what stays as a person set it although the table now says otherwise.
    """

    feature: dict[str, Any]
    kept: tuple[str, ...]


def join_edits(
    said: Mapping[str, Any], old: Mapping[str, Any], new: dict[str, Any]
) -> Joined:
    """Join what a table says now with what people changed.

    Parameters
    ----------
    said, old, new
        GeoJSON Features: what the table said last time, what the layer has, what the
        table says now.
    """
    before, there, coming = map(values_of, (said, old, new))
    joined = dict(coming)
    kept = []
    for names in _statements({*before, *there, *coming}):
        was, is_there, comes = (
            [values.get(name) for name in names] for values in (before, there, coming)
        )
        if is_there in (was, comes):
            continue
        for name, value in zip(names, is_there, strict=True):
            joined.pop(name, None)
            if value is not None:
                joined[name] = value
        if comes != was:
            kept += [
                name
                for name, here, now in zip(names, is_there, comes, strict=True)
                if here != now
            ]
    geometry = joined.pop("geometry", None)
    ordered = {name: joined[name] for name in new["properties"] if name in joined}
    return Joined(
        {**new, "geometry": geometry, "properties": ordered | joined}, tuple(kept)
    )


def values_of(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record says, its place among it; what is empty is left out."""
    values = {
        name: value
        for name, value in feature["properties"].items()
        if name not in COUNTED and value not in (None, "", [])
    }
    if feature.get("geometry") is not None:
        values["geometry"] = feature["geometry"]
    return values


def _statements(names: set[str]) -> Iterator[tuple[str, ...]]:
    """Go through names, those that are one statement together."""
    yield from dict.fromkeys(_STATEMENTS.get(name, (name,)) for name in sorted(names))
