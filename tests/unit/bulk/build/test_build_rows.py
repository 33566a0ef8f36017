"""Rows of dumps as ibis expressions: what they repeat of the library agrees with it."""

from __future__ import annotations

import ibis
import numpy as np

from geo.base.grid import GRID_BITS, mercator_columns, morton
from geo.bulk.build.rows import KEPT, TILE_BITS, UNPLACED, gridded

COMPUTED = {"mx", "my", "z", "tile"}


def test_a_row_lies_on_the_grid_where_the_library_has_it() -> None:
    """Mercator and Z-order are spelled again for engines; both spellings agree."""
    rng = np.random.default_rng(11)
    lon = np.concatenate([rng.uniform(-180, 180, 500), [-180.0, 180.0, 0.0]])
    lat = np.concatenate([rng.uniform(-90, 90, 500), [90.0, -90.0, 0.0]])
    others = [name for name in (*KEPT, "reason") if name not in COMPUTED]
    rows = [
        {**dict.fromkeys(others, ""), "reason": None, "lon": x, "lat": y}
        for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
    ]
    rows.append({**rows[0], "lon": None, "lat": None})
    schema = dict.fromkeys(others, "string") | {"lon": "float64", "lat": "float64"}

    answer = gridded(ibis.memtable(rows, schema=schema)).execute()

    placed, unplaced = answer.iloc[:-1], answer.iloc[-1]
    mx, my = mercator_columns(lon, lat)
    # The last bit of a logarithm may differ: a 27th of a millimetre.
    assert np.abs(placed["mx"].to_numpy() - mx).max() <= 1
    assert np.abs(placed["my"].to_numpy() - my).max() <= 1
    z_order = morton(placed["mx"].to_numpy(np.int64), placed["my"].to_numpy(np.int64))
    assert placed["z"].to_list() == z_order.tolist()
    tiles = [f"{z >> (2 * GRID_BITS - TILE_BITS):02}" for z in z_order.tolist()]
    assert placed["tile"].to_list() == tiles
    assert unplaced["tile"] == UNPLACED
