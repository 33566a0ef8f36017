"""A case: one feature as the rules see it, and a problem: what a rule says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from geo.base.errors import Code
from geo.model.vocabulary import Vocabulary


class Problem(NamedTuple):
    """What is wrong with a feature: the kind, where, what, and what to do about it."""

    code: Code
    where: str
    message: str
    remedy: str


class Case(NamedTuple):
    """One feature as the rules see it.

    Parameters
    ----------
    properties
        Only those of the right type.
    faulty
        Names of the others.
    geometry
        A GeoJSON geometry, WGS84, (lon, lat); None where there is none.
    placed
        False where the geometry itself is at fault.
    vocabulary
        The categories that may be used.
    sources
        Ids of the sources that may be cited; a register knows which are one witness.
    texts
        Every text of the properties, however deep, with its place; none where all
        were looked at as one (:func:`geo.layer.harm.is_plain`).
    names
        Every name in the properties, likewise.
    """

    properties: dict[str, Any]
    faulty: frozenset[str]
    geometry: Mapping[str, Any] | None
    placed: bool
    vocabulary: Vocabulary
    sources: Collection[str]
    texts: Sequence[tuple[str, str]]
    names: Sequence[tuple[str, str]]
