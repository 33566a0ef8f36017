"""What is claimed, by whom and of whom: status, witnesses, actors, roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.base.grid import Ints
from geo.bulk.synthesis.drawing import as_json, named
from geo.layer.places import POINT_ONLY
from geo.model.folding import fold
from geo.model.vocabulary import Kind, PlaceRole, Status

STATUSES: Final = (
    (Status.REPORTED, 0.55),
    (Status.ALLEGED, 0.25),
    (Status.UNVERIFIED, 0.08),
    (Status.CORROBORATED, 0.10),
    (Status.FALSE, 0.02),
)
KINDS: Final = (
    (Kind.EVENT, 0.80),
    (Kind.SERIES, 0.08),
    (Kind.SITE, 0.06),
    (Kind.PLAN, 0.06),
)
_GROUPS: Final = 100
_ROLES: Final = ("by", "against", "with")
_WITNESSES: Final = 50


def draw_claims(
    rng: np.random.Generator, status: Ints
) -> tuple[Ints, dict[str, pa.Array]]:
    """Draw who alleges and who denies: a row of the table returned for each."""
    alleged = status == index_of(STATUSES, Status.ALLEGED)
    who = 1 + rng.integers(0, 2 * _WITNESSES, len(status))
    texts, search = ['"alleged_by":[],"denied_by":[]'], [""]
    for number in range(2 * _WITNESSES):
        by = [f"Synthetic witness {number}"]
        denied = [f"Synthetic office {number}"] if number % 2 else []
        texts.append(f'"alleged_by":{as_json(by)},"denied_by":{as_json(denied)}')
        search.append(" ".join(map(fold, (*by, *denied))))
    table = {"text": pa.array(texts), "search": pa.array(search)}
    return np.where(alleged, who, 0), table


def draw_actors(rng: np.random.Generator, size: int) -> dict[str, pa.Array]:
    """Draw no group, one or two for each incident."""
    texts, search = ["[]"], [""]
    for number in range(_GROUPS):
        names = [f"Synthetic group {number}", f"Synthetic group {number + 1}"]
        names = names[: 1 + number % 2]
        roles = (_ROLES[number % 3], "against")
        actors = [
            {"name": name, "role": role}
            for name, role in zip(names, roles, strict=False)
        ]
        texts.append(as_json(actors))
        search.append(" ".join(map(fold, names)))
    row = pa.array(np.maximum(0, rng.integers(-_GROUPS // 2, _GROUPS + 1, size)))
    return {"text": pa.array(texts).take(row), "search": pa.array(search).take(row)}


def count_texts(rng: np.random.Generator, kind: Ints) -> pa.StringArray:
    """Draw how many events each series stands for, as text; unknown for one in three."""
    counts = rng.integers(2, 40, len(kind))
    is_known = (kind == index_of(KINDS, Kind.SERIES)) & (counts % 3 > 0)
    return named(["null", *map(str, range(1, 40))], np.where(is_known, counts, 0))


def role_texts(rng: np.random.Generator, kind: Ints) -> pa.StringArray:
    """Draw what the place is to each incident; a plan has not occurred."""
    drawn = rng.integers(0, 30, len(kind))
    plan = kind == index_of(KINDS, Kind.PLAN)
    role = np.where(plan, 1 + drawn % 2, np.where(drawn == 0, 2, 0))
    return named([f'"place_role":"{name}"' for name in PlaceRole], role)


def basis_texts(rng: np.random.Generator, precision: pa.StringArray) -> pa.StringArray:
    """Draw what the placing rests on, and whether it was made coarser, where it is coarse.

    No map with a place that was made coarser and is exact could be published.
    """
    bases = ("stated", "stated", "stated", "caption", "inferred")
    texts = [
        f'"location_basis":"{basis}","location_note":"","generalised":{coarser}'
        for coarser in ("false", "true")
        for basis in bases
    ]
    basis = rng.integers(0, len(bases), len(precision))
    exact = pc.is_in(precision, pa.array(map(str, POINT_ONLY)))
    coarser = (rng.integers(0, 4, len(precision)) == 0) & ~np.array(exact)
    return named(texts, basis + len(bases) * coarser)


def index_of(choices: Sequence[tuple[Any, ...]], name: str) -> int:
    """Return the number of a choice among those it is drawn from."""
    return next(code for code, choice in enumerate(choices) if choice[0] == name)
