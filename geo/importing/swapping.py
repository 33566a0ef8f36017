"""Tables of which all points have latitude and longitude changed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from geo.importing.cells import rows_where
from geo.importing.outside import Mend, Outside, apply_mend, coordinates_of
from geo.importing.remarks import Remark
from geo.layer.geojson.swapped import name_swapped

#: So many records with a point and a name are looked at.
_SAMPLE: Final = 200
_MOST_LAT: Final = 90
_SHOWN: Final = 3


def swap_points(
    points: pd.Series,
    codes: pd.Series,
    names: Sequence[pd.Series],
    outside: Sequence[Outside],
) -> tuple[pd.Series, tuple[Outside, ...], list[Remark]]:
    """Change latitude and longitude over where all that is known of a table says so.

    No point may lie where its record says, and all must with the two changed over.

    Parameters
    ----------
    points
        Geometries, (lon, lat), or None.
    codes
        Countries that the records name, or None.
    names
        Columns of towns and the like, which tell where no country is named.
    outside
        Points outside their countries.

    Returns
    -------
    tuple
        The points, what is still outside, and what is to be said.
    """
    if outside:
        named = points.notna() & codes.notna()
        wrong = {row for each in outside for row in each.remark.rows}
        is_swapped = all(
            each.mend is not None and each.mend.kind == "swap" for each in outside
        ) and wrong == set(rows_where(named))
    else:
        is_swapped = bool(codes.isna().all()) and _named_elsewhere(points, names)
    lon, lat = coordinates_of(points)
    with np.errstate(invalid="ignore"):
        may_be = not (np.abs(lon) > _MOST_LAT).any()
    if not is_swapped or not may_be:
        return points, tuple(outside), []
    placed = points.notna()
    rows = rows_where(placed)
    swapped = apply_mend(points, Mend("swap", rows))
    shown = tuple(
        f"{y:g}, {x:g}" for x, y in zip(lon[placed], lat[placed], strict=True)
    )
    message = (
        "latitude and longitude are swapped: as they stand, no point lies where its "
        "record says, and with the two changed over they do. So they were taken."
    )
    remedy = "If the points were right, correct what the records say of their place."
    remark = Remark("place.swapped", message, rows, shown[:_SHOWN], remedy)
    return swapped, (), [remark]


def _named_elsewhere(points: pd.Series, names: Sequence[pd.Series]) -> bool:
    """Tell whether points would be at the towns of their records if swapped."""
    placed = points.notna().to_numpy().nonzero()[0][:_SAMPLE]
    lon, lat = coordinates_of(points.iloc[placed])
    swapped = right = named = 0
    for x, y, row in zip(lon, lat, placed, strict=True):
        texts = {str(number): str(name.iloc[row]) for number, name in enumerate(names)}
        if abs(y) > _MOST_LAT or abs(x) > _MOST_LAT:
            return False
        named += any(texts.values())
        swapped += name_swapped(texts, x, y) is not None
        right += name_swapped(texts, y, x) is not None
    # One namesake by chance does not turn a table of villages that nobody knows.
    return swapped > 0 and not right and 2 * swapped >= named
