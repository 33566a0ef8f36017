"""What precision of ours is what other data sets call it."""

from __future__ import annotations

from typing import NamedTuple

from geo.model.incident import crosswalk
from geo.model.vocabulary import PRECISION_LABELS, Precision


class Crossing(NamedTuple):
    """One precision of ours with what other data sets call it."""

    precision: str
    label: str
    acled: int | None
    ucdp: int | None


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
