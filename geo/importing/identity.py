"""A record on its way to be an incident, its id and its place: slugs, each once; shapes of one kind each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from anyascii import anyascii
from shapely import line_merge, union_all
from shapely.geometry import mapping, shape

from geo.formats.records import Remark
from geo.model.sources import is_slug
from geo.model.vocabulary import SHAPES


@dataclass(slots=True)
class Conversion:
    """A record on its way to be an incident.

    Parameters
    ----------
    index
        Its place in the file, from 0.
    feature
        The GeoJSON Feature so far.
    problems
        What refuses it.
    changes
        What was changed.
    is_named
        Whether it had no id, and was given one.
    """

    index: int
    feature: dict[str, Any]
    problems: list[Remark] = field(default_factory=list)
    changes: list[Remark] = field(default_factory=list)
    is_named: bool = False


_APART: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_ID: Final = 80


def set_id(
    values: Mapping[str, Any], conversion: Conversion, used: dict[str, int]
) -> None:
    """Give a record its own id as a slug, or one made of its title.

    *used* has the ids of earlier records, each with the number that the next record of
    that id would get: a million equal titles must not be counted through each time.
    """
    written = conversion.feature["id"]
    # The strict reading keeps ids apart: 1 and "1" are two.
    checked = written is not None
    if not checked:
        written = values.get("id")
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    text = "" if written is None else str(written).strip()
    if text:
        chosen = text if is_slug(text) else _slug(text)
    else:
        chosen = _slug(str(values.get("title") or "")) or "record"
    if not chosen:
        chosen = "record"
    unique, number = chosen, used.get(chosen, 2)
    while unique in used:
        unique, number = f"{chosen}-{number}", number + 1
    used[chosen] = number
    if text and not checked and chosen == text and unique != text:
        message = f"{text!r} is the id of an earlier record."
        remedy = (
            "Give each record an id of its own, or keep the column apart: "
            "--map id=extra.id."
        )
        conversion.problems.append(("id", message, remedy))
    elif text and unique != text:
        remedy = "Map a column to id to choose it."
        conversion.changes.append(("id", f"{text!r} became {unique!r}.", remedy))
    conversion.is_named = not text
    used.setdefault(unique, 2)
    conversion.feature["id"] = unique


def _slug(text: str) -> str:
    return _APART.sub("-", anyascii(text).lower())[:_LONGEST_ID].strip("-")


def set_geometry(geometry: Mapping[str, Any] | None, conversion: Conversion) -> None:
    """Give an incident points, lines or areas of one kind, as the model has them."""
    if geometry is None or geometry["type"] in SHAPES:
        plain = None
        if geometry is not None:
            # The model has no further members in a geometry.
            plain = {name: geometry[name] for name in ("type", "coordinates")}
        conversion.feature["geometry"] = plain
        return
    parts = union_all([shape(dict(geometry))])
    if parts.geom_type == "MultiLineString":
        parts = line_merge(parts)
    single = parts if parts.geom_type in {"Point", "LineString", "Polygon"} else None
    outline = single if single is not None else parts.convex_hull
    written = mapping(outline)
    conversion.feature["geometry"] = {
        "type": written["type"],
        "coordinates": _lists(written["coordinates"]),
    }
    kind = geometry["type"]
    how = "joined" if single is not None else "replaced by the outline around its parts"
    message = f"the {kind} was {how}: an incident has one {written['type']}."
    conversion.changes.append(
        ("geometry", message, "Draw it anew if that is too coarse.")
    )


def _lists(value: Any) -> Any:  # noqa: ANN401 - any nesting of coordinates
    return [_lists(part) for part in value] if isinstance(value, tuple) else value
